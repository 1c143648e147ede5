-- One row per customer. Where sources disagree, the lowest value wins and consent
-- needs all of them.
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
        links.customer_id,
        customers.*
    from customers
    inner join links
        on
            customers.source = links.source
            and customers.source_customer_id = links.source_customer_id
),

merged as (
    select
        customer_id,
        min(signed_up_at) as signed_up_at,
        min(birth_year) as birth_year,
        min(gender) as gender,
        min(occupation) as occupation,
        min(income_band) as income_band,
        min(region) as region,
        min(country_code) as country_code,
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
