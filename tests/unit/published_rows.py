"""The rows of every mart of the published fixture."""

from __future__ import annotations

from datetime import date
from typing import Any

from unit.published_records import (
    AS_OF,
    FEATURES,
    ITEMS,
    SEGMENTS,
    SOURCE,
    centre_row,
    check_row,
    customer_row,
    drift_row,
    identity_link_row,
    neighbour_row,
    offer_row,
    own_id,
    quality_row,
    reason_row,
    rule_row,
    score_row,
    segment_row,
    selected_row,
    term_row,
)


def mart_rows(count: int) -> dict[str, list[dict[str, Any]]]:
    """Give rows for every mart, all about customers 1 to ``count``."""
    people = range(1, count + 1)
    return {
        "dim_customers": [customer_row(number) for number in people],
        "dim_customer_links": [
            {
                "source": SOURCE,
                "source_customer_id": own_id(alias),
                "customer_id": own_id(number),
            }
            for number in people
            # Everybody's second card has the number of the first plus 1,000.
            for alias in (number, number + 1000)
        ],
        "fct_identity_links": [
            identity_link_row(number, alias, *key)
            for number in people
            for alias in (number, number + 1000)
            for key in (("email", "used"), ("phone", "shared_by_too_many"))
        ],
        "fct_identity_events": [
            {
                "as_of_date": AS_OF,
                "source": SOURCE,
                "source_customer_id": own_id(number + 1000),
                "event": "merged",
                "previous_customer_id": own_id(number + 1000),
                "customer_id": own_id(number),
                "key_types": "email",
            }
            for number in people
        ],
        "rpt_identity_keys": [
            {
                "key_type": "email",
                "key_status": "used",
                "key_count": count,
                "holder_count": 2 * count,
                "largest_holder_count": 2,
            }
        ],
        "dim_segments": [
            segment_row(rank, name, count) for rank, name in enumerate(SEGMENTS, 1)
        ],
        "dim_segment_centres": [
            centre_row(number, rank, feature)
            for number in range(len(SEGMENTS))
            for rank, feature in enumerate(FEATURES, 1)
        ],
        "fct_propensity_scores": [score_row(number) for number in people],
        "fct_score_reasons": [
            reason_row(number, rank) for number in people for rank in (1, 2, 3)
        ],
        "fct_recommendations": [
            offer_row(number, name, rank)
            for number in people
            for name in ("new_for_you", "buy_again")
            for rank in range(1, len(ITEMS) + 1)
        ],
        "dim_items": [
            {
                "item_id": f"I{number + 1}",
                "item_name": name,
                "category": "Dairy" if number < 2 else "Bakery",
                "method": "popularity",
                "customer_count": 90 - number,
                "popularity_rank": number + 1,
                "pinned_place": None if number < 4 else 1.0,
                "category_limit": 1.0 if number < 2 else None,
            }
            for number, name in enumerate(ITEMS)
        ],
        "fct_segment_items": [
            {
                "segment_id": "S1",
                "segment_name": "Champions",
                "item_rank": rank,
                "item_id": f"I{rank}",
                "item_name": ITEMS[rank - 1],
                "category": "Dairy",
                "customer_count": 600,
                "customer_share": 0.5,
                "purchase_share": 0.1,
                "other_purchase_share": 0.04,
                "lift": 2.5,
                "difference_errors": 7.5 / rank,
            }
            for rank in (1, 2)
        ],
        "fct_item_neighbours": [
            neighbour_row(number, rank) for number in range(5) for rank in (1, 2)
        ],
        "fct_basket_rules": [
            rule_row((3,), 1, "significant"),
            rule_row((3,), 5, "chance"),
            rule_row((1, 3), 4, "significant"),
        ],
        "rpt_segment_profiles": [
            {
                "segment_id": "S1",
                "segment_name": "Champions",
                "aspect": "behaviour",
                "name": "order_count_90d",
                "label": "Orders in 90 days",
                "segment_value": 12.5,
                "overall_value": 4.25,
                "ratio": 2.94,
                "customer_count": count,
            }
        ],
        "rpt_score_deciles": [
            {
                "outcome_type": "lapse_28d",
                "decile": decile,
                "customer_count": 10,
                "mean_probability": decile / 20,
                "observed_rate": decile / 21,
                "lift": decile / 5,
                "realised_value_amount": decile - 5.0,
                "acted_on_count": 10 if decile > 5 else 0,
                "acted_on_value_amount": max(decile - 5.0, 0.0),
            }
            for decile in range(1, 11)
        ],
        "dim_score_terms": [
            term_row("intercept", "intercept", 0, -2.0),
            term_row("days_since_last_order", "offset", 0, -0.5),
            term_row("days_since_last_order", "knot", 1, 0.25, knot=0.0),
            term_row("days_since_last_order", "missing", 0, 0.75),
            term_row("contract", "level", 1, 1.0, level="Monthly"),
            term_row("contract", "level", 2, -1.0, level="Yearly"),
            term_row("contract", "level", 3, 0.5, level="(other)"),
        ],
        "rpt_policy": [
            {
                "outcome_type": "lapse_28d",
                "grade": grade,
                "action": "contact",
                "customer_count": count,
                "acted_on_count": count if grade == "A" else 0,
                "mean_probability": 0.2,
                "mean_break_even_probability": 0.1,
                "expected_value_amount": 12.5,
                "limit_share": 1.0,
                "suggested_rate": 0.1,
                "held_out_customer_count": 40,
                "held_out_rate": 0.25,
                "held_out_everyone_amount": worth,
                "held_out_policy_amount": max(worth, 0.0),
            }
            for grade, worth in (("A", 50.0), ("E", -80.0))
        ],
        "rpt_feature_selection": [
            selected_row("days_since_last_order", 0.81, 0.31, "kept"),
            selected_row("order_count_28d", None, None, "never varies"),
        ],
        "rpt_drift": [
            drift_row("score", "probability", 0.02, 0.0, "stable"),
            drift_row("feature", "days_since_last_order", 0.31, 0.0, "drifted"),
            drift_row("performance", "auc", 0.71, 0.72, "stable"),
        ],
        "rpt_model_quality": [
            quality_row("test", AS_OF),
            quality_row("test_mean", None),
            {
                **quality_row("refit", None),
                "metric": "log_loss_gain",
                "value": 0.004,
                "standard_error": 0.002,
                "baseline_model": "model_in_use",
                "baseline_value": None,
                "verdict": "kept the model in use",
            },
        ],
        "rpt_readiness": [
            check_row("segments", "buyer_count", count, 10, "published"),
            check_row("recommendations:buy_again", "item_count", 1, 2, "withheld"),
            {
                **check_row("propensity", "lapse_horizon_days", 28, 0, "published"),
                "kind": "proposal",
                "is_met": False,
                "explanation": "90% of the gaps are over within 14 days",
                "setting": "outcomes: [lapse_28d]",
            },
        ],
        "rpt_data_quality": [
            {
                "source": SOURCE,
                "table_name": "order_lines",
                "load_id": "000001_abc",
                "source_file": "order_lines.csv",
                "input_rows": 1_469_307,
                "accepted_rows": 1_460_000,
                "rejected_rows": 9_000,
                "duplicate_rows": 307,
                "input_amount": 1000.5,
                "accepted_amount": 990.5,
                "rejected_amount": 9.5,
                "duplicate_amount": 0.5,
                "late_rows": 12,
                "late_from_date": date(2025, 12, 3),
            }
        ],
        "rpt_row_reasons": [
            {
                "source": SOURCE,
                "table_name": "order_lines",
                "row_status": "rejected",
                "reason": "zero_quantity",
                "explanation": "A line with no quantity",
                "row_count": 9000,
                "amount": 9.5,
            }
        ],
    }
