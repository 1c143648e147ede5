"""Rows of the published fixture, one of a kind by its number."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

from covey.privacy.pseudonyms import DEMO_KEY, pseudonym

AS_OF = date(2026, 1, 1)
SOURCE = "shop"
INVOCATION = "11111111-2222-3333-4444-555555555555"
SEGMENTS = ("Champions", "At risk")
FEATURES = ("active_week_count_90d", "spend_amount_90d")
NASTY_ITEM = "Crisps, '); drop table dim_customers; --"
ITEMS = ("Whole milk", "Skimmed milk", "Bread", NASTY_ITEM, "=cmd()|x")


def own_id(number: int) -> str:
    """Give the pseudonym of the customer that the source calls ``number``."""
    return pseudonym(DEMO_KEY, SOURCE, str(number))


def term_row(
    feature: str,
    term: str,
    rank: int,
    coefficient: float,
    knot: float | None = None,
    level: str | None = None,
) -> dict[str, Any]:
    is_text = feature == "contract"
    return {
        "outcome_type": "lapse_28d",
        "model": "logistic_regression",
        "feature": feature,
        "feature_label": feature.replace("_", " "),
        "term": term,
        "term_rank": rank,
        "knot": knot,
        "level": level,
        "coefficient": coefficient,
        "typical_value": None if is_text else 7.0,
        "typical_level": "Monthly" if is_text else None,
        "run_id": "run1",
    }


def selected_row(
    feature: str, auc: float | None, drift: float | None, reason: str
) -> dict[str, Any]:
    return {
        "outcome_type": "lapse_28d",
        "feature": feature,
        "feature_label": feature.replace("_", " "),
        "kind": "numeric",
        "known_rate": 1.0,
        "auc_alone": auc,
        "f_statistic": 12.0,
        "mutual_information": 0.1,
        "path_rank": 1 if auc else None,
        "fold_rate": 0.8 if auc else 0.0,
        "stability_index": drift,
        "is_kept": reason == "kept",
        "reason": reason,
    }


def drift_row(
    kind: str, name: str, value: float, expected: float, status: str
) -> dict[str, Any]:
    return {
        "outcome_type": "lapse_28d",
        "kind": kind,
        "name": name,
        "as_of_date": AS_OF,
        "value": value,
        "expected_value": expected,
        "status": status,
    }


def customer_row(number: int) -> dict[str, Any]:
    segment = number % 2
    return {
        "customer_id": own_id(number),
        "as_of_date": AS_OF,
        "segment_id": f"S{segment + 1}",
        "segment_name": SEGMENTS[segment],
        "rfm_group": "Loyal",
        "recency_score": 5,
        "frequency_score": 4,
        "monetary_score": 3,
        "days_since_last_order": number,
        "order_count_90d": 14,
        "spend_amount_90d": 1234.5,
        "spend_amount_365d": 5000.25,
        "active_week_count_90d": 11,
        "first_order_date": date(2025, 1, 6),
        "last_order_date": AS_OF - timedelta(days=number),
        "outcome_type": "lapse_28d",
        "outcome_probability": 0.123,
        "outcome_decile": 3,
        "has_marketing_consent": number % 3 == 0,
        "segment_confidence": 1 / (number + 1),
        "runner_up_segment_id": f"S{2 - segment}",
        "segment_deciding_feature": "spend_amount_90d",
    }


def identity_link_row(
    number: int, alias: int, key_type: str, status: str
) -> dict[str, Any]:
    is_used = status == "used"
    return {
        "customer_id": own_id(number),
        "source": SOURCE,
        "source_customer_id": own_id(alias),
        "key_type": key_type,
        "key_id": f"{number:012x}" if is_used else "0ff1ce0ff1ce",
        "source_customer_count": 2 if is_used else 300,
        "key_status": status,
        "is_used": is_used,
        "key_note": "look_alike" if is_used and alias > 1000 else "",
    }


def segment_row(rank: int, name: str, count: int) -> dict[str, Any]:
    return {
        "segment_id": f"S{rank}",
        "segment_name": name,
        "segment_rank": rank,
        "description": "People who buy often",
        "strategy": "Thank them, and ask them to bring a friend along next time",
        "customer_count": 1204 if rank == 1 else count,
        "customer_share": 0.487,
        "spend_amount_90d": 1234567.89,
        "spend_share": 0.734,
        "as_of_date": AS_OF,
        "verdict": "published",
        "run_id": "run1",
    }


def centre_row(number: int, rank: int, feature: str) -> dict[str, Any]:
    """One deviation above the mean for the first segment, one below for the second."""
    centre = 1.0 - 2 * number
    return {
        "segment_id": f"S{number + 1}",
        "segment_name": SEGMENTS[number],
        "feature": feature,
        "cluster_id": number,
        "feature_rank": rank,
        "feature_label": feature.replace("_", " "),
        "centre": centre,
        "log_mean": 2.0 * rank,
        "log_deviation": 0.5,
        "typical_value": math.exp(2 * rank + centre / 2) - 1,
        "run_id": "run1",
    }


def score_row(number: int) -> dict[str, Any]:
    return {
        "customer_id": own_id(number),
        "outcome_type": "lapse_28d",
        "as_of_date": AS_OF,
        "probability": 0.123,
        "decile": 3,
        "value_at_stake_amount": 100.0,
        "action_cost_amount": 0.5,
        "value_of_acting_amount": 0.0 - 12.3 + number,
        "value_of_not_acting_amount": -12.3,
        "expected_value_amount": float(number),
        "break_even_probability": 0.05,
        "grade": "B",
        "decision": "contact",
        "model": "logistic_regression",
        "run_id": "run1",
    }


def reason_row(number: int, rank: int) -> dict[str, Any]:
    return {
        "customer_id": own_id(number),
        "outcome_type": "lapse_28d",
        "as_of_date": AS_OF,
        "reason_rank": rank,
        "feature": "days_since_last_order",
        "feature_value": 21.0,
        "typical_value": 5.0,
        "contribution_log_odds": 0.4,
        "contribution_points": 8.1,
        "reason_text": "last order 21 days ago, where 5 is typical",
        "run_id": "run1",
    }


def offer_row(number: int, list_name: str, rank: int) -> dict[str, Any]:
    is_new = list_name == "new_for_you"
    return {
        "customer_id": own_id(number),
        "as_of_date": AS_OF,
        "list_name": list_name,
        "rank": rank,
        "item_id": f"I{rank}",
        "item_name": ITEMS[rank - 1],
        "category": "Dairy",
        "score": 1 / rank,
        "because_item_id": "I3" if is_new else "",
        "because_item_name": "Bread" if is_new else "",
        "method": "item_item_cosine" if is_new else "own_frequency",
        "moved_by": "exclude" if is_new and rank == 2 else None,
        "run_id": "run1",
    }


def neighbour_row(number: int, rank: int) -> dict[str, Any]:
    other = (number + rank) % 5
    return {
        "item_id": f"I{number + 1}",
        "item_name": ITEMS[number],
        "neighbour_rank": rank,
        "neighbour_item_id": f"I{other + 1}",
        "neighbour_item_name": ITEMS[other],
        "similarity": 0.5 / rank,
        "neighbour_common": 0.1,
        "method": "content" if number == 4 else "item_item_cosine",
        "run_id": "run1",
    }


def rule_row(antecedent: tuple[int, ...], consequent: int, kind: str) -> dict[str, Any]:
    return {
        "antecedent_item_ids": [f"I{number}" for number in antecedent],
        "antecedent_item_names": [ITEMS[number - 1] for number in antecedent],
        "consequent_item_id": f"I{consequent}",
        "consequent_item_name": ITEMS[consequent - 1],
        "rule_length": len(antecedent) + 1,
        "basket_count": 120,
        "antecedent_basket_count": 400,
        "consequent_basket_count": 1000,
        "total_basket_count": 12000,
        "customer_count": 80,
        "support": 0.01,
        "confidence": 0.3,
        "lift": 3.6,
        "leverage": 0.007,
        "conviction": 1.3,
        "p_value": 0.001,
        "q_value": 0.002 if kind == "significant" else 0.4,
        "is_significant": kind == "significant",
        "is_in_both_halves": kind == "significant",
        "run_id": "run1",
    }


def check_row(
    output: str, check_name: str, value: float, needed: float, decision: str
) -> dict[str, Any]:
    return {
        "output": output,
        "kind": "check",
        "check_name": check_name,
        "label": check_name.replace("_", " "),
        "value": value,
        "needed": needed,
        "direction": "at_least",
        "unit": "count",
        "is_met": value >= needed,
        "consequence": "withhold",
        "decision": decision,
        "is_ready": decision == "published",
        "explanation": f"{check_name}: {value}, at least {needed} needed",
        "reason": "With one thing to buy there is nothing to choose",
        "setting": "",
    }


def quality_row(split: str, as_of: date | None) -> dict[str, Any]:
    return {
        "task": "propensity",
        "subject": "lapse_28d",
        "protocol": "time_forward",
        "split": split,
        "as_of_date": as_of,
        "model": "logistic_regression",
        "metric": "auc",
        "value": 0.81,
        "standard_error": 0.01,
        "baseline_model": "recency",
        "baseline_value": 0.78,
        "verdict": "published",
        "is_published": True,
        "run_id": "run1",
    }
