"""What the report reads from a published database, as SQL.

Each query gives a bounded number of rows, however many customers there are: totals are
made in the database. Doubles are turned into decimals before they are added up, since
a sum of doubles depends on the number of threads.
"""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path
from typing import Any

from covey.reports.content import Row
from covey.warehouse import fetch, open_published, table_names

ReportRows = dict[str, list[Row]]

# The tables that a query needs, and the query.
QUERIES: dict[str, tuple[tuple[str, ...], str]] = {
    "version": (("covey_version",), "select * from covey_version"),
    "segments": (
        ("dim_segments",),
        "select * from dim_segments order by segment_rank, segment_id",
    ),
    "profiles": (
        ("rpt_segment_profiles",),
        """
        select * from rpt_segment_profiles
        order by segment_id, aspect, ratio desc, name
        """,
    ),
    "points": (
        ("rpt_segment_points",),
        "select * from rpt_segment_points order by point_number",
    ),
    "components": (
        ("rpt_segment_components",),
        "select * from rpt_segment_components order by component, feature",
    ),
    "migrations": (
        ("fct_segment_migrations",),
        """
        select * from fct_segment_migrations
        order by as_of_date, reason, from_segment_id, to_segment_id
        """,
    ),
    "customers": (
        ("dim_customers",),
        """
        select
            count(*) as customer_count,
            count(*) filter (where order_count_90d > 0) as active_customer_count,
            count(*) filter (where has_marketing_consent) as consent_count,
            sum(spend_amount_90d) as spend_amount_90d,
            sum(spend_amount_365d) as spend_amount_365d,
            min(outcome_type) as outcome_type
        from dim_customers
        """,
    ),
    "rfm_groups": (
        ("dim_customers",),
        """
        select
            recency_score,
            frequency_score,
            rfm_group,
            count(*) as customer_count,
            sum(spend_amount_90d) as spend_amount_90d
        from dim_customers
        where recency_score is not null and frequency_score is not null
        group by recency_score, frequency_score, rfm_group
        order by recency_score, frequency_score, customer_count desc, rfm_group
        """,
    ),
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
        select outcome_type, contacted_count, expected_value_amount
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
    "list_methods": (
        ("fct_recommendations",),
        """
        with lists as (
            select list_name, count(distinct customer_id) as list_customer_count
            from fct_recommendations
            group by list_name
        )

        select
            recommendations.list_name,
            recommendations.method,
            lists.list_customer_count,
            count(*) as row_count
        from fct_recommendations as recommendations
        inner join lists on recommendations.list_name = lists.list_name
        group by all
        order by
            recommendations.list_name, row_count desc, recommendations.method
        """,
    ),
    "top_items": (
        ("fct_recommendations",),
        """
        select
            item_id,
            min(item_name) as item_name,
            count(distinct customer_id) as customer_count
        from fct_recommendations
        where list_name = 'new_for_you'
        group by item_id
        order by customer_count desc, item_id
        limit 10
        """,
    ),
    "examples": (
        ("fct_recommendations", "dim_customers"),
        """
        with lists as (
            select
                customer_id,
                count(distinct list_name) as list_count,
                count(because_item_id) as because_count
            from fct_recommendations
            group by customer_id
        ),

        -- One customer a segment, from those with the fullest lists; the smallest
        -- pseudonym is as good as a draw and the same every time.
        chosen as (
            select customers.customer_id
            from dim_customers as customers
            inner join lists on customers.customer_id = lists.customer_id
            qualify row_number() over (
                partition by customers.segment_id
                order by
                    lists.list_count desc,
                    least(lists.because_count, 5) desc,
                    customers.customer_id
            ) = 1
        )

        select
            recommendations.customer_id,
            customers.segment_id,
            customers.segment_name,
            customers.spend_amount_90d,
            recommendations.list_name,
            recommendations.rank,
            recommendations.item_name,
            recommendations.because_item_name,
            recommendations.method
        from fct_recommendations as recommendations
        inner join chosen on recommendations.customer_id = chosen.customer_id
        inner join dim_customers as customers
            on recommendations.customer_id = customers.customer_id
        where recommendations.rank <= 5
        order by
            recommendations.customer_id,
            recommendations.list_name desc,
            recommendations.rank
        """,
    ),
    "neighbours": (
        ("fct_item_neighbours", "fct_recommendations"),
        """
        with because_counts as (
            select because_item_id as item_id, count(*) as because_count
            from fct_recommendations
            where because_item_id <> item_id
            group by because_item_id
        ),

        chosen as (
            select
                neighbours.item_id,
                coalesce(max(because_counts.because_count), 0) as because_count
            from fct_item_neighbours as neighbours
            left join because_counts on neighbours.item_id = because_counts.item_id
            where neighbours.method <> 'content'
            group by neighbours.item_id
            order by because_count desc, neighbours.item_id
            limit 6
        )

        select
            neighbours.item_id,
            neighbours.item_name,
            neighbours.neighbour_rank,
            neighbours.neighbour_item_name,
            neighbours.similarity
        from fct_item_neighbours as neighbours
        inner join chosen on neighbours.item_id = chosen.item_id
        where neighbours.neighbour_rank <= 4
        order by
            chosen.because_count desc, neighbours.item_id, neighbours.neighbour_rank
        """,
    ),
    "rule_counts": (
        ("fct_basket_rules",),
        """
        select
            count(*) as rule_count,
            count(*) filter (where is_significant) as significant_count,
            count(*) filter (where is_significant and is_in_both_halves)
                as lasting_count
        from fct_basket_rules
        """,
    ),
    # Of a pair that is a rule both ways, the surer way.
    "rules": (
        ("fct_basket_rules",),
        """
        select
            antecedent_item_names[1] as antecedent_item_name,
            consequent_item_name,
            basket_count,
            confidence,
            lift
        from fct_basket_rules
        where rule_length = 2 and is_significant and is_in_both_halves
        qualify row_number() over (
            partition by list_sort([antecedent_item_ids[1], consequent_item_id])
            order by confidence desc, consequent_item_id
        ) = 1
        order by lift desc, consequent_item_id, antecedent_item_ids
        limit 12
        """,
    ),
    "quality": (
        ("rpt_model_quality",),
        """
        select * from rpt_model_quality
        order by
            task, subject, protocol, metric, split, as_of_date, model, baseline_model
        """,
    ),
    "readiness": (
        ("rpt_readiness",),
        "select * from rpt_readiness order by output, kind, check_name",
    ),
    "balance": (
        ("rpt_data_quality",),
        """
        select
            source,
            table_name,
            count(*) as file_count,
            sum(input_rows) as input_rows,
            sum(accepted_rows) as accepted_rows,
            sum(rejected_rows) as rejected_rows,
            sum(duplicate_rows) as duplicate_rows,
            sum(input_amount) as input_amount,
            sum(accepted_amount) as accepted_amount,
            sum(rejected_amount) as rejected_amount,
            sum(duplicate_amount) as duplicate_amount,
            sum(late_rows) as late_rows,
            min(late_from_date) as late_from_date
        from rpt_data_quality
        group by source, table_name
        order by sum(input_rows) desc, source, table_name
        """,
    ),
    "row_reasons": (
        ("rpt_row_reasons",),
        """
        select
            source,
            table_name,
            row_status,
            reason,
            min(explanation) as explanation,
            sum(row_count) as row_count,
            sum(amount) as amount
        from rpt_row_reasons
        group by source, table_name, row_status, reason
        order by sum(row_count) desc, source, table_name, row_status, reason
        """,
    ),
}


def read_report_rows(published: Path) -> ReportRows:
    """Read everything that the page shows.

    Parameters
    ----------
    published : Path
        A published database.

    Returns
    -------
    dict of str to list of dict
        Rows by query name. A query whose table is not there gives no rows: a version
        that was published before a table existed still has a readable page.

    Raises
    ------
    covey.warehouse.WarehouseError
        If the file is missing or cannot be read.
    """
    with open_published(published) as connection:
        tables = set(table_names(connection))
        return {
            name: [_make_plain(row) for row in fetch(connection, sql)]
            if tables.issuperset(needed)
            else []
            for name, (needed, sql) in QUERIES.items()
        }


def _make_plain(row: Row) -> Row:
    """Turn decimals into floats and what is not a number into nothing."""
    return {name: _make_plain_value(value) for name, value in row.items()}


def _make_plain_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
