"""What the report reads of who is leaving: chances, reasons, and whom to write to."""

from __future__ import annotations

# The tables that a query needs, and the query.
LEAVING_QUERIES: dict[str, tuple[tuple[str, ...], str]] = {
    "outcomes": (
        ("fct_propensity_scores", "dim_customers"),
        """
        select
            scores.outcome_type,
            count(*) as customer_count,
            sum(scores.probability::decimal(18, 9)) as expected_customer_count,
            sum((scores.probability * scores.value_at_stake_amount)::decimal(18, 6))
                as expected_loss_amount,
            sum(scores.value_at_stake_amount) as value_at_stake_amount,
            count(*) filter (where scores.decile >= 9) as riskiest_count,
            count(*) filter (where scores.decision in ('contact', 'lend'))
                as contact_count,
            count(*) filter (
                where
                    scores.decision = 'contact' and customers.has_marketing_consent
            ) as contact_consent_count,
            sum(scores.expected_value_amount) filter (
                where scores.decision in ('contact', 'lend')
            ) as contact_value_amount,
            sum(scores.expected_value_amount) as everyone_value_amount,
            bool_or(scores.decision in ('lend', 'decline')) as is_loan,
            any_value(scores.model) as model
        from fct_propensity_scores as scores
        left join dim_customers as customers
            on scores.customer_id = customers.customer_id
        group by scores.outcome_type
        order by scores.outcome_type
        """,
    ),
    "deciles": (
        ("rpt_score_deciles",),
        "select * from rpt_score_deciles order by outcome_type, decile",
    ),
    "policy": (
        ("rpt_policy",),
        "select * from rpt_policy order by outcome_type, grade",
    ),
    "drift": (
        ("rpt_drift",),
        "select * from rpt_drift order by outcome_type, kind desc, name, as_of_date",
    ),
    "reasons": (
        ("fct_score_reasons", "fct_propensity_scores"),
        """
        select
            reasons.outcome_type,
            reasons.feature,
            count(distinct reasons.customer_id) as customer_count,
            sum(reasons.contribution_points::decimal(18, 6)) / count(*)
                as mean_contribution_points,
            first(
                reasons.reason_text
                order by reasons.contribution_points desc, reasons.customer_id
            ) as example_text
        from fct_score_reasons as reasons
        inner join fct_propensity_scores as scores
            on
                reasons.customer_id = scores.customer_id
                and reasons.outcome_type = scores.outcome_type
        where scores.decile >= 9 and reasons.contribution_points > 0
        group by reasons.outcome_type, reasons.feature
        order by reasons.outcome_type, customer_count desc, reasons.feature
        """,
    ),
    "contact_curve": (
        ("fct_propensity_scores",),
        """
        with ranked as (
            select
                outcome_type,
                row_number() over outcome_order as contacted_count,
                count(*) over (partition by outcome_type) as customer_count,
                sum(expected_value_amount) over (
                    outcome_order rows unbounded preceding
                ) as expected_value_amount
            from fct_propensity_scores
            window outcome_order as (
                partition by outcome_type
                order by expected_value_amount desc nulls last, customer_id
            )
        )
        select
            outcome_type,
            contacted_count as reach,
            expected_value_amount as gain
        from ranked
        where
            expected_value_amount is not null
            and (
            contacted_count % greatest(1, customer_count // 150) = 0
            or contacted_count in (1, customer_count)
            )
        order by outcome_type, contacted_count
        """,
    ),
    "contact_segments": (
        ("fct_propensity_scores", "dim_customers"),
        """
        select
            scores.outcome_type,
            customers.segment_id,
            count(*) as customer_count,
            count(*) filter (where scores.decision in ('contact', 'lend'))
                as contact_count,
            sum(scores.expected_value_amount) filter (
                where scores.decision in ('contact', 'lend')
            ) as contact_value_amount,
            sum(scores.probability::decimal(18, 9)) / count(*) as mean_probability
        from fct_propensity_scores as scores
        inner join dim_customers as customers
            on scores.customer_id = customers.customer_id
        group by scores.outcome_type, customers.segment_id
        order by scores.outcome_type, customers.segment_id
        """,
    ),
}
