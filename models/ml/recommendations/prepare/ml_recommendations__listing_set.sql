-- One row per customer, item and local day of purchase, of customers whose lists have
-- to be made: all, or in an increment without a fit those whose history changed.
select * from {{ of_customers_to_list(ref('ml_recommendations__training_set')) }}
