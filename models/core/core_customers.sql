-- One row per customer. Where records of one person disagree, the one that was updated
-- last is right, and consent needs all of them. Region and country come together.
with
customers as ({{ union_feeds('customers') }}),

links as (select * from {{ ref('core_customer_links') }}),

interactions as (
    select
        customer_id,
        min(occurred_at) as first_seen_at
    from {{ ref('core_interactions') }}
    where customer_id is not null
    group by customer_id
),

linked as (
    select
        customers.*,
        links.customer_id,
        row_number() over (
            order by
                customers.updated_at desc nulls last,
                customers.signed_up_at desc nulls last,
                customers.source asc,
                customers.source_customer_id asc
        ) as place
    from customers
    inner join links using (source, source_customer_id)
),

-- arg_min passes over what is null.
merged as (
    select
        customer_id,
        min(signed_up_at) as signed_up_at,
        arg_min(birth_year, place) as birth_year,
        arg_min(gender, place) as gender,
        arg_min(occupation, place) as occupation,
        arg_min(income_band, place) as income_band,
        arg_min(region, place) as region,
        arg_min(country_code, (region is null, place)) as country_code,
        bool_and(has_marketing_consent) as has_marketing_consent,
        bool_and(has_profiling_consent) as has_profiling_consent
    from linked
    group by customer_id
)

select
    merged.customer_id,
    interactions.first_seen_at,
    merged.signed_up_at,
    merged.birth_year,
    merged.gender,
    merged.occupation,
    merged.income_band,
    merged.region,
    merged.country_code,
    coalesce(merged.has_marketing_consent, {{ var('has_consent_when_unknown') }})
        as has_marketing_consent,
    coalesce(merged.has_profiling_consent, {{ var('has_consent_when_unknown') }})
        as has_profiling_consent
from merged
left join interactions on merged.customer_id = interactions.customer_id
