-- One row per customer, item and local day of purchase, of customers whose lists have
-- to be made.
select * from {{ ref('ml_recommendations__training_set') }}
where
    customer_id in (
        select customer_id from {{ ref('ml_recommendations__customers') }}
        where is_to_list
    )
