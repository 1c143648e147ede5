-- One row per customer and trait: what they do, what they buy, who they say they are.
-- `base` names whom a trait's mean is taken over: everybody for behaviour, all
-- categories bought in 90 days for a category, those who answered for an attribute.
{{ config(materialized='view') }}

with
scores as (select * from {{ ref('ml_segments__scores') }}),

behaviour as (
    select
        matrix.customer_id,
        'behaviour' as aspect,
        'behaviour' as base,
        matrix.feature as name,
        texts.label,
        matrix.value
    from {{ ref('feat_matrix') }} as matrix
    inner join {{ ref('feat_texts') }} as texts on matrix.feature = texts.feature
    where
        matrix.as_of_date = {{ as_of_date() }}
        and matrix.feature in (
            {{ quoted(var('profile_features') + var('segment_features')) }}
        )
),

categories as (
    select distinct
        customer_id,
        'category' as aspect,
        'category' as base,
        category as name,
        category as label,
        1.0 as value
    from {{ ref('feat_customer_item_days') }}
    where
        activity_date >= {{ as_of_date() }} - 90
        and activity_date < {{ as_of_date() }}
        and category is not null
),

demographics as (
    select distinct
        customer_id,
        'demographic' as aspect,
        attribute as base,
        attribute || ': ' || text_value as name,
        replace(attribute, '_', ' ') || ' ' || text_value as label,
        1.0 as value
    from {{ ref('ml_segments__demographics') }}
),

present as (
    select * from behaviour
    union all by name
    select * from categories
    union all by name
    select * from demographics
)

select
    present.customer_id,
    present.aspect,
    present.base,
    present.name,
    present.label,
    present.value,
    scores.segment_id
from present
inner join scores on present.customer_id = scores.customer_id
