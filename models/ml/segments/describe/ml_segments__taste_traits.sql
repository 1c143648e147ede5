-- One row per cluster and feature of tastes: by how many deviations its members differ
-- from everybody at the fit date, and the word for those who have more of it. None for
-- a business without tastes.
with
assignments as (
    select * from {{ ref('ml_segments__assignments') }}
    where as_of_date = {{ fit_date() }}
),

features as (
    select * from {{ ref('feat_matrix') }}
    where
        as_of_date = {{ fit_date() }}
        and feature in ({{ quoted(taste_features()) }})
),

scaling as (select * from {{ ref('feat_scaling') }}),

tags as ({{ tag_words() }}),

rules as (select * from {{ ref('segment_name_words') }})

select
    assignments.cluster_id,
    rules.part,
    features.feature,
    round(
        (avg(features.value) - any_value(scaling.mean))
        / nullif(any_value(scaling.deviation), 0),
        6
    ) as deviation,
    any_value(rules.least_deviation) as least_deviation,
    replace(any_value(rules.word), '{tag}', coalesce(any_value(tags.word), ''))
        as word
from assignments
inner join features on assignments.customer_id = features.customer_id
inner join scaling on features.feature = scaling.feature
left join tags on features.feature = tags.feature
inner join rules
    on
        features.feature = rules.feature
        or (rules.part = 'tag' and tags.feature is not null)
group by assignments.cluster_id, rules.part, features.feature
