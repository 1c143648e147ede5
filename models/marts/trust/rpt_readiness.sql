-- One row per output, kind and check: what the records have, what the output needs, and
-- whether it is published. A proposal is a setting that the records suggest.
with
checks as (
    select * from {{ ref('ml_segments__readiness') }}
    union all by name
    select * from {{ ref('ml_propensity__readiness') }}
    union all by name
    select * from {{ ref('ml_recommendations__readiness') }}
    union all by name
    select * from {{ ref('ml_baskets__readiness') }}
),

texts as (select * from {{ ref('readiness_checks') }}),

worded_checks as (
    select
        checks.output,
        'check' as kind,
        checks.check_name,
        texts.label,
        checks.value,
        checks.needed,
        texts.direction,
        texts.unit,
        checks.is_met,
        checks.consequence,
        checks.decision,
        {{ worded_check(
            'texts.label',
            'checks.value',
            'texts.direction',
            'checks.needed',
            'texts.unit'
        ) }} as explanation,
        texts.reason,
        cast(null as varchar) as setting
    from checks
    inner join texts
        on checks.task = texts.task and checks.check_name = texts.check_name
),

decisions as (
    select distinct
        output,
        decision
    from checks
),

proposals as (
    select * from {{ ref('ml_propensity__proposals') }}
    union all by name
    select * from {{ ref('ml_recommendations__proposals') }}
),

unioned as (
    select * from worded_checks
    union all by name
    select
        proposals.*,
        'proposal' as kind,
        'note' as consequence,
        coalesce(decisions.decision, 'published') as decision
    from proposals
    left join decisions on proposals.output = decisions.output
)

select
    output,
    kind,
    check_name,
    label,
    value,
    needed,
    direction,
    unit,
    is_met,
    consequence,
    decision,
    decision = 'published' as is_ready,
    explanation,
    reason,
    setting
from unioned
order by output, kind, check_name
