"""A published database with plausible grocer-like rows, for tests of the report.

The numbers are made up from a seed and only need to look like a real year: five
volume tiers, two outcomes, two lists, three test cut-offs and a balanced row count.
Rows are tuples in the order of the columns.
"""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from unit.report_tables import (
    AS_OF_DATE,
    BALANCE,
    COMPONENTS,
    FEATURES,
    FIGURES,
    ITEMS,
    OUTCOMES,
    ROW_REASONS,
    RUN_ID,
    SEGMENTS,
    TABLES,
    VERSION,
)

Rows = list[tuple[Any, ...]]


def make_published(path: Path, customer_count: int = 600, seed: int = 7) -> Path:
    """Write a published database in the shape of the contract.

    Parameters
    ----------
    path : Path
        File to make; it must not exist.
    customer_count : int
        Zero gives tables that are all empty, apart from the version row.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    Path
        The same path.
    """
    rng = np.random.default_rng(seed)
    customers = _make_customers(customer_count, rng)
    scores = _make_scores(customers)
    rows: dict[str, Rows] = {
        "dim_customers": [tuple(row.values()) for row in customers],
        "dim_segments": _make_segments(customers),
        "fct_propensity_scores": scores,
        "fct_score_reasons": _make_reasons(scores, rng),
        "fct_recommendations": _make_lists(customers, rng),
    }
    rows["rpt_segment_profiles"] = _make_profiles(rows["dim_segments"])
    rows["rpt_segment_points"] = _make_points(customers)
    if customers:
        rows["rpt_segment_components"] = COMPONENTS
        rows["fct_segment_migrations"] = _make_migrations()
        rows["rpt_score_deciles"] = _make_deciles(rng)
        rows["fct_item_neighbours"] = _make_neighbours()
        rows["fct_basket_rules"] = _make_rules()
        rows["fct_segment_items"] = [
            ("segment_core", "Core", 1, "item3", ITEMS[3], 0.62, 1.4),
            ("segment_dormant", "Dormant", 1, "item5", ITEMS[5], 0.4, None),
            ("segment_core", "Core", 2, "item9", ITEMS[9], 0.31, 2.6),
        ]
        rows["rpt_recommendation_lists"] = [
            ("buy_again", "full", 580, 5800),
            ("buy_again", "few things bought", 20, 90),
            ("new_for_you", "full", 600, 6000),
        ]
        rows["rpt_model_quality"] = _make_quality(rng)
        rows["rpt_data_quality"] = _make_balance()
        rows["rpt_readiness"] = [
            make_check("segments", "customers who have bought: 600", True),
            make_check("recommendations:buy_again", "things: 2,000", True),
        ]
        rows["rpt_row_reasons"] = [("completejourney", *row) for row in ROW_REASONS]
    rows["covey_version"] = [(*VERSION[:2], AS_OF_DATE, *VERSION[2:])]
    with duckdb.connect(str(path)) as connection:
        for table, columns in TABLES.items():
            typed = columns.replace(" money", " decimal(18,2)")
            connection.execute(f"create table {table} ({typed})")
            if rows.get(table):
                frame = pd.DataFrame(rows[table])  # noqa: F841 (read by DuckDB)
                connection.execute(f"insert into {table} select * from frame")
    return path


def make_check(output: str, explanation: str, is_met: bool) -> tuple[Any, ...]:
    """Make a row of `rpt_readiness`: a check that decides alone."""
    decision = "published" if is_met else "withheld"
    key = (output, "check", "some_check", "what is measured")
    figures = (600.0 if is_met else 1.0, 50.0, "at_least", "count")
    end = (is_met, "withhold", decision, is_met, explanation, "A reason", None)
    return (*key, *figures, *end)


def _make_customers(count: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    shares = [segment[1] for segment in SEGMENTS]
    rows = []
    for number, position in enumerate(rng.choice(len(SEGMENTS), size=count, p=shares)):
        name, _, weeks, spend, *_ = SEGMENTS[position]
        recency = int(np.clip(5 - position + rng.integers(-1, 2), 1, 5))
        frequency = int(np.clip(5 - position + rng.integers(-1, 2), 1, 5))
        days = int(rng.integers(0, 6) + 12 * (5 - recency))
        amount = round(float(spend * rng.lognormal(0, 0.4)), 2)
        probability = np.clip(0.06 + 0.09 * position + rng.normal(0, 0.05), 0.01, 0.9)
        rows.append(
            {
                "customer_id": hashlib.sha256(f"{number}".encode()).hexdigest()[:32],
                "as_of_date": AS_OF_DATE,
                "segment_id": f"segment_{name.lower()}",
                "segment_name": name,
                "rfm_group": _name_rfm_group(recency, frequency),
                "recency_score": recency,
                "frequency_score": frequency,
                "monetary_score": 5 - int(position),
                "days_since_last_order": days,
                "order_count_90d": round(weeks * 1.6),
                "spend_amount_90d": amount,
                "spend_amount_365d": round(amount * 3.9, 2),
                "active_week_count_90d": weeks,
                "first_order_date": datetime.date(2017, 1, 3),
                "last_order_date": AS_OF_DATE - datetime.timedelta(days=days + 1),
                "outcome_type": "spend_drop_56d",
                "outcome_probability": float(probability),
                "outcome_decile": None,
                "has_marketing_consent": bool(rng.random() < 0.8),
            }
        )
    return sorted(rows, key=lambda row: row["customer_id"])


def _name_rfm_group(recency: int, frequency: int) -> str:
    if recency >= 4:
        return ("New", "Promising", "Active", "Loyal", "Champions")[frequency - 1]
    if recency == 3:
        return "Needs attention" if frequency <= 3 else "Loyal"
    names = ("Dormant", "Dormant", "Almost lost", "At risk", "Previously loyal")
    return names[frequency - 1]


def _make_segments(customers: list[dict[str, Any]]) -> Rows:
    total = sum(row["spend_amount_90d"] for row in customers)
    rows = []
    for rank, (name, *_, description, strategy) in enumerate(SEGMENTS, start=1):
        members = [row for row in customers if row["segment_name"] == name]
        spend = sum(row["spend_amount_90d"] for row in members)
        if members:
            share = len(members) / len(customers)
            sentence: str | None = f"Spend {spend / len(members):.0f} USD in 90 days."
            if len(members) < 10:
                sentence = None
            key = (f"segment_{name.lower()}", name, rank)
            words = (*key, description, sentence, strategy)
            figures = (len(members), share, round(spend, 2), spend / total)
            rows.append((*words, *figures, AS_OF_DATE, "published", RUN_ID))
    return rows


def _make_profiles(segments: Rows) -> Rows:
    behaviours = [
        ("active_week_count_90d", "Weeks with a purchase in 90 days", 6.6, 0.36),
        ("spend_amount_90d", "Spend in 90 days", 505.0, 0.39),
        ("mean_order_amount_90d", "Average order", 31.4, 0.06),
        ("category_count_90d", "Different categories in 90 days", 24.0, 0.3),
        ("days_since_last_order", "Days since the last order", 14.0, -0.8),
        ("discount_rate_90d", "Share of spend saved by discounts", 0.16, 0.04),
    ]
    categories = ["BABY FOODS", "SEAFOOD", "ORGANICS", "SOFT DRINKS", "FROZEN PIZZA"]
    rows = []
    for position, segment in enumerate(segments):
        key, count = segment[:2], segment[6]
        for name, label, overall, step in behaviours:
            ratio = max(0.1, 1 + step * (2 - position))
            figures = (overall * ratio, overall, ratio, count)
            rows.append((*key, "behaviour", name, label, *figures))
        for number in range(3):
            label = categories[(position + number) % len(categories)]
            ratio = 1.9 - 0.3 * number
            rows.append(
                (*key, "category", label, label, ratio / 20, 0.05, ratio, count)
            )
        figures = (0.28, 0.2, 1.4, count)
        rows.append((*key, "demographic", "income", "Income 75 to 99K", *figures))
        label = "spend in the next 60 days"
        figures = (600.0 / (position + 1), 300.0, 2.0 / (position + 1), count)
        rows.append((*key, "next_period", "next_spend_amount", label, *figures))
        for other in segments[max(0, position - 1) : position + 2]:
            share = 0.7 if other is segment else 0.15
            figures = (share, 0.2, share / 0.2, count)
            rows.append((*key, "next_segment", *other[:2], *figures))
            if other is not segment:
                distance = 1.5 - 0.1 * position
                figures = (distance, 3.0, distance / 3, count)
                rows.append((*key, "neighbour", *other[:2], *figures))
    return rows


def _make_points(customers: list[dict[str, Any]]) -> Rows:
    return [
        (
            number,
            customer["segment_id"],
            customer["segment_name"],
            float(np.log1p(customer["spend_amount_90d"])),
            number % 7 / 7,
        )
        for number, customer in enumerate(customers, start=1)
    ]


def _make_migrations() -> Rows:
    return [
        (datetime.date(2017, month, 1), *pair, reason, count, 100.0 * count)
        for month in (10, 11, 12)
        for reason, *pair, count in (
            ("customer_moved", "segment_core", "segment_regular", 20 + month),
            ("customer_moved", "segment_regular", "segment_core", 12),
            ("model_moved", "segment_regular", "segment_light", 15),
            ("model_moved", "segment_7", "segment_light", 4),
            ("customer_moved", "segment_light", "segment_dormant", 2),
            ("joined", None, "segment_light", 50),
        )
    ]


def _make_scores(customers: list[dict[str, Any]]) -> Rows:
    rows: Rows = []
    # The outcomes are defined for customers with recent spend only.
    scored = [row for row in customers if row["spend_amount_90d"] >= 40]
    scored.sort(key=lambda row: row["outcome_probability"])
    for outcome_type, base in OUTCOMES.items():
        for place, customer in enumerate(scored):
            probability = min(0.95, customer["outcome_probability"] * base / 0.18)
            decile = 1 + 10 * place // len(scored)
            stake = round(customer["spend_amount_90d"] * 0.3, 2)
            value = round(probability * stake * 0.1 - 1.5, 2)
            key = (customer["customer_id"], outcome_type, AS_OF_DATE)
            figures = (probability, decile, stake, value)
            decision = "contact" if value > 0 else "leave"
            rows.append((*key, *figures, decision, "logistic_regression", RUN_ID))
    return rows


def _make_reasons(scores: Rows, rng: np.random.Generator) -> Rows:
    rows: Rows = []
    for score in scores:
        for rank, position in enumerate(rng.permutation(len(FEATURES))[:3], start=1):
            points = float(rng.normal(4.0 - position, 2.5))
            value = float(rng.integers(1, 9))
            figures = (value, 6.0, points / 14, points)
            text = f"{FEATURES[position]} is {value:.0f}, typically 6"
            rows.append((*score[:3], rank, FEATURES[position], *figures, text, RUN_ID))
    return rows


def _make_deciles(rng: np.random.Generator) -> Rows:
    lifts = [0.3, 0.42, 0.52, 0.62, 0.75, 0.9, 1.08, 1.32, 1.66, 2.43]
    return [
        (
            outcome_type,
            decile,
            780,
            base * lift * miss,
            base * lift,
            lift,
            *_earn(decile),
        )
        for outcome_type, base in OUTCOMES.items()
        for decile, (lift, miss) in enumerate(
            zip(lifts, 1 + rng.normal(0, 0.08, size=10), strict=True), start=1
        )
    ]


def _earn(decile: int) -> tuple[float, int, float]:
    """Earn 780 with the top tenth, 234 less with each below; the top 3 are chosen."""
    amount = 780.0 - 234 * (10 - decile)
    return (amount, 780, amount) if decile > 7 else (amount, 0, 0.0)


def _make_lists(customers: list[dict[str, Any]], rng: np.random.Generator) -> Rows:
    rows: Rows = []
    for customer in customers:
        order = rng.permutation(len(ITEMS))
        is_cold = customer["segment_name"] == "Dormant"
        lists = {"new_for_you": order[:5], "buy_again": [] if is_cold else order[5:9]}
        for list_name, positions in lists.items():
            method = {"new_for_you": "item_item_cosine", "buy_again": "own_frequency"}
            for rank, item in enumerate(positions, start=1):
                because: tuple[str | None, str | None] = (None, None)
                if list_name == "new_for_you" and not is_cold:
                    because = (f"item{order[-rank]}", ITEMS[order[-rank]])
                chosen = "segment_popularity" if is_cold else method[list_name]
                key = (customer["customer_id"], AS_OF_DATE, list_name, rank)
                named = (f"item{item}", ITEMS[item], "Food", 1 / rank)
                rows.append((*key, *named, *because, chosen, RUN_ID))
    return rows


def _make_neighbours() -> Rows:
    return [
        (
            f"item{item}",
            ITEMS[item],
            rank,
            f"item{other}",
            ITEMS[other],
            0.4 / rank,
            "item_item_cosine",
            RUN_ID,
        )
        for item in range(len(ITEMS))
        for rank in range(1, 6)
        for other in [(item + rank) % len(ITEMS)]
    ]


def _make_rules() -> Rows:
    """Make two pairs that go together both ways, one of them by chance."""
    return [
        (
            [f"item{first}"],
            [ITEMS[first]],
            f"item{second}",
            ITEMS[second],
            2,
            240,
            share,
            12.5 - pair,
            pair == 0,
            True,
        )
        for pair in range(2)
        for first, second, share in (
            (2 * pair, 2 * pair + 1, 0.4),
            (2 * pair + 1, 2 * pair, 0.3),
        )
    ]


def _make_quality(rng: np.random.Generator) -> Rows:
    rows: Rows = []
    tasks = {"segments": "segments"} | dict.fromkeys(OUTCOMES, "propensity")
    for line in FIGURES.split("\n")[1:-1]:
        subject, model, metric, *numbers = line.split()
        rule = numbers.pop(2)
        value, error, rule_value = map(float, numbers)
        is_published = (subject, model) != ("buy_again", "item_item_cosine")
        verdict = "published" if is_published else "beaten by the baseline"
        key = (tasks.get(subject, "recommendations"), subject, "time_forward")
        is_list = subject not in tasks
        grade = ("A" if is_published else "C") if is_list else None
        end = (verdict, is_published, RUN_ID, grade)
        for month in (7, 8, 9):
            cut_off = datetime.date(2017, month, 1)
            shift = float(rng.normal(0, error))
            ours = (model, metric, value + shift, error * 1.4)
            rows.append(
                (*key, "test", cut_off, *ours, rule, rule_value + shift * 0.8, *end)
            )
        ours = (model, metric, value, error)
        rows.append((*key, "test_mean", None, *ours, rule, rule_value, *end))
    end = (None, None, "not chosen", False, RUN_ID, None)
    for count, jaccard, rand in ((4, 0.92, 0.93), (5, 0.89, 0.9), (6, 0.72, 0.84)):
        for metric, value in (("min_jaccard", jaccard), ("adjusted_rand", rand)):
            key = ("segments", "segments", "number_of_segments", "choice_mean", None)
            rows.append((*key, f"kmeans_k{count}", metric, value, 0.01, *end))
    return rows


def _make_balance() -> Rows:
    rows: Rows = []
    for table_name, given, rejected, duplicates, amount in BALANCE:
        key = ("completejourney", table_name, "000001_0123456789ab", "file.parquet")
        nothing = None if amount is None else 0.0
        counts = (given, given - rejected - duplicates, rejected, duplicates)
        rows.append((*key, *counts, amount, amount, nothing, nothing, 0, None))
    return rows
