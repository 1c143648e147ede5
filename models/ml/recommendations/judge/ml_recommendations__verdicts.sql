-- One row per list: whether it beats, out of time, the best simple thing that a person
-- would do instead. A list that does not (grade C) is replaced by that. A beats it by
-- more than two standard errors of the paired gain, B by less.
with
evaluation as (select * from {{ ref('ml_recommendations__evaluation') }}),

lists as (
    select
        'new_for_you' as list_name,
        'new_items' as protocol
    union all by name
    select
        'buy_again' as list_name,
        'buy_again' as protocol
),

gains as (
    select
        protocol,
        baseline_model,
        value as gain,
        standard_error as gain_error
    from evaluation
    where split = 'test_mean' and metric = 'ndcg_at_10_gain'
    qualify row_number() over (partition by protocol order by value) = 1
)

select
    lists.list_name,
    lists.protocol,
    gains.baseline_model,
    case
        when gains.gain is null then 'no test possible'
        when gains.gain > 0 then 'published'
        else 'beaten by the baseline'
    end as verdict,
    case
        when gains.gain > 2 * gains.gain_error then 'A'
        when gains.gain > 0 then 'B'
        when gains.gain <= 0 then 'C'
    end as grade
from lists
left join gains on lists.protocol = gains.protocol
