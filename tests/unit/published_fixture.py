"""A small warehouse with every mart of the public interface, made without dbt."""

from __future__ import annotations

import json
import math
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from covey.privacy.pseudonyms import DEMO_KEY, pseudonym
from covey.publish.fingerprint import effective_vars
from covey.settings import Settings
from covey.warehouse import open_build

AS_OF = date(2026, 1, 1)
SOURCE = "shop"
INVOCATION = "11111111-2222-3333-4444-555555555555"
PROJECT = """\
name: covey
profile: covey
vars:
  business: sample
  as_of_date: "2026-01-01"
  time_zone: Europe/London
  currency_code: GBP
  sources: {shop: [customers]}
"""
SEGMENTS = ("Champions", "At risk")
FEATURES = ("active_week_count_90d", "spend_amount_90d")
NASTY_ITEM = "Crisps, '); drop table dim_customers; --"
ITEMS = ("Whole milk", "Skimmed milk", "Bread", NASTY_ITEM, "=cmd()|x")


def make_project(root: Path, business: str = "sample") -> Settings:
    """Make an empty project with the settings of one business."""
    project = root / "project"
    (project / "models" / "marts").mkdir(parents=True, exist_ok=True)
    (project / "businesses").mkdir(exist_ok=True)
    (project / "dbt_project.yml").write_text(PROJECT)
    (project / "models" / "marts" / "dim_customers.sql").write_text("select 1")
    values: dict[str, Any] = {}
    if business != "sample":
        values = {"business": business, "is_demo": True, "as_of_date": "2026-01-01"}
        path = project / "businesses" / f"{business}.yml"
        path.write_text(json.dumps(values))
    for file in [*project.rglob("*.sql"), *project.rglob("*.yml")]:
        os.utime(file, (1_700_000_000, 1_700_000_000))
    return Settings(business, project, root, values)


def own_id(number: int) -> str:
    """Give the pseudonym of the customer that the source calls ``number``."""
    return pseudonym(DEMO_KEY, SOURCE, str(number))


def write_build(settings: Settings, customer_count: int = 12) -> None:
    """Fill the private build file, and leave what a green dbt build leaves."""
    settings.warehouse_dir.mkdir(parents=True, exist_ok=True)
    settings.build_path.unlink(missing_ok=True)
    connection = open_build(settings.build_path, read_only=False)
    try:
        for name, rows in mart_rows(customer_count).items():
            write_rows(connection, name, rows)
        connection.execute("create table core_customers as from dim_customers")
    finally:
        connection.close()
    write_artefacts(settings)


def write_rows(connection: Any, name: str, rows: list[dict[str, Any]]) -> None:
    """Write rows in an order that is not the published one."""
    values = ", ".join(
        "(" + ", ".join(_literal(value) for value in row.values()) + ")"
        for row in reversed(rows)
    )
    columns = ", ".join(rows[0])
    connection.execute(f"create table {name} as from (values {values}) as t({columns})")


def write_artefacts(
    settings: Settings,
    statuses: dict[str, str] | None = None,
    which: str = "build",
    personal: str | None = None,
    left_out: tuple[str, ...] = (),
    finished: bool = True,
) -> None:
    """Write the two files in which dbt says what it ran and how that ended."""
    now = datetime.now(UTC)
    started = now - timedelta(hours=1)  # a busy machine is slow to ask
    marts = list(mart_rows(1))
    nodes = {"model.covey.core_customers": _node("core_customers", "core", [])}
    for name in marts:
        parents = ["model.covey.core_customers"]
        nodes[f"model.covey.{name}"] = _node(name, "marts", parents, personal)
        test = f"unique_{name}"
        nodes[f"test.covey.{test}.abc"] = {
            **_node(test, "marts", [f"model.covey.{name}"]),
            "resource_type": "test",
            "unique_id": f"test.covey.{test}.abc",
        }
    results = [
        {
            "unique_id": unique_id,
            "status": (statuses or {}).get(unique_id, "success"),
            "message": "Got 3 results, configured to fail if != 0",
            "failures": 3 if unique_id in (statuses or {}) else None,
        }
        for unique_id in nodes
        if unique_id not in left_out
    ]
    stamps = {
        "generated_at": now.isoformat(),
        "invocation_id": INVOCATION,
        "invocation_started_at": started.isoformat(),
    }
    other = {**stamps, "invocation_id": "a later one"}
    settings.target_dir.mkdir(parents=True, exist_ok=True)
    (settings.target_dir / "manifest.json").write_text(
        json.dumps(
            {
                "metadata": stamps if finished else other,
                "nodes": nodes,
                "unit_tests": {},
                "parent_map": {
                    key: node["depends_on"]["nodes"] for key, node in nodes.items()
                },
            }
        )
    )
    (settings.target_dir / "run_results.json").write_text(
        json.dumps(
            {
                "metadata": stamps,
                "results": results,
                "args": {"which": which, "vars": settings.vars, "select": []},
            }
        )
    )


def change_an_input(settings: Settings, text: str) -> None:
    """Change the code, so that the next version is another one."""
    file = settings.project_dir / "models" / "marts" / "dim_customers.sql"
    file.write_text(f"select {text}")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    write_artefacts(settings)
    assert effective_vars(settings)["currency_code"] == "GBP"


def mart_rows(count: int) -> dict[str, list[dict[str, Any]]]:
    """Give rows for every mart, all about customers 1 to ``count``."""
    people = range(1, count + 1)
    return {
        "dim_customers": [_customer(number) for number in people],
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
            _identity_link(number, alias, *key)
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
            _segment(rank, name, count) for rank, name in enumerate(SEGMENTS, 1)
        ],
        "dim_segment_centres": [
            _centre(number, rank, feature)
            for number in range(len(SEGMENTS))
            for rank, feature in enumerate(FEATURES, 1)
        ],
        "fct_propensity_scores": [_score(number) for number in people],
        "fct_score_reasons": [
            _reason(number, rank) for number in people for rank in (1, 2, 3)
        ],
        "fct_recommendations": [
            _offer(number, name, rank)
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
            _neighbour(number, rank) for number in range(5) for rank in (1, 2)
        ],
        "fct_basket_rules": [
            _rule((3,), 1, "significant"),
            _rule((3,), 5, "chance"),
            _rule((1, 3), 4, "significant"),
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
            _term("intercept", "intercept", 0, -2.0),
            _term("days_since_last_order", "offset", 0, -0.5),
            _term("days_since_last_order", "knot", 1, 0.25, knot=0.0),
            _term("days_since_last_order", "missing", 0, 0.75),
            _term("contract", "level", 1, 1.0, level="Monthly"),
            _term("contract", "level", 2, -1.0, level="Yearly"),
            _term("contract", "level", 3, 0.5, level="(other)"),
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
            _selected("days_since_last_order", 0.81, 0.31, "kept"),
            _selected("order_count_28d", None, None, "never varies"),
        ],
        "rpt_drift": [
            _drift("score", "probability", 0.02, 0.0, "stable"),
            _drift("feature", "days_since_last_order", 0.31, 0.0, "drifted"),
            _drift("performance", "auc", 0.71, 0.72, "stable"),
        ],
        "rpt_model_quality": [
            _quality("test", AS_OF),
            _quality("test_mean", None),
            {
                **_quality("refit", None),
                "metric": "log_loss_gain",
                "value": 0.004,
                "standard_error": 0.002,
                "baseline_model": "model_in_use",
                "baseline_value": None,
                "verdict": "kept the model in use",
            },
        ],
        "rpt_readiness": [
            _check("segments", "buyer_count", count, 10, "published"),
            _check("recommendations:buy_again", "item_count", 1, 2, "withheld"),
            {
                **_check("propensity", "lapse_horizon_days", 28, 0, "published"),
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


def _term(
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


def _selected(
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


def _drift(
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


def _customer(number: int) -> dict[str, Any]:
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


def _identity_link(
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


def _segment(rank: int, name: str, count: int) -> dict[str, Any]:
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


def _centre(number: int, rank: int, feature: str) -> dict[str, Any]:
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


def _score(number: int) -> dict[str, Any]:
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


def _reason(number: int, rank: int) -> dict[str, Any]:
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


def _offer(number: int, list_name: str, rank: int) -> dict[str, Any]:
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


def _neighbour(number: int, rank: int) -> dict[str, Any]:
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


def _rule(antecedent: tuple[int, ...], consequent: int, kind: str) -> dict[str, Any]:
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


def _check(
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


def _quality(split: str, as_of: date | None) -> dict[str, Any]:
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


def _node(
    name: str, folder: str, parents: list[str], personal: str | None = None
) -> dict[str, Any]:
    meta = {"personal": "contact"} if name == personal else {}
    return {
        "unique_id": f"model.covey.{name}",
        "resource_type": "model",
        "name": name,
        "alias": name,
        "schema": "main",
        "original_file_path": f"models/{folder}/{name}.sql",
        "columns": {"email": {"meta": meta, "config": {"meta": meta}}},
        "config": {"materialized": "table"},
        "depends_on": {"nodes": parents},
    }


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value!r}::double"
    if isinstance(value, date):
        return f"date '{value}'"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(each) for each in value) + "]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)
