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

from covey.published.leaving_queries import LEAVING_QUERIES
from covey.published.wants_queries import WANTS_QUERIES
from covey.warehouse import Row, fetch, open_published, table_names

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
            count(last_order_date) as buyer_count,
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
    **LEAVING_QUERIES,
    **WANTS_QUERIES,
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


def has_orders(rows: ReportRows) -> bool:
    """Say whether anybody ever bought, or nobody is known yet who could."""
    customers = rows["customers"]
    return (
        not customers
        or not customers[0]["customer_count"]
        or bool(customers[0]["buyer_count"])
    )


def _make_plain(row: Row) -> Row:
    """Turn decimals into floats and what is not a number into nothing."""
    return {name: _make_plain_value(value) for name, value in row.items()}


def _make_plain_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
