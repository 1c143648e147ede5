"""A shop whose truth is known: what was planted is found again."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from conftest import Built, run_covey
from covey.privacy.pseudonyms import DEMO_KEY, pseudonym

CUSTOMERS = 3000


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Path]:
    """A synthetic shop, faults and all, from its CSV files to the marts."""
    data_dir = tmp_path_factory.mktemp("shop")
    folder = data_dir / "made"
    arguments = ["--customers", str(CUSTOMERS), "--seed", "11", "--output", str(folder)]
    run_covey(data_dir, "make-shop", *arguments)
    run_covey(data_dir, "-b", "shop", "land", "shop", str(folder), "--no-card")
    run = run_covey(data_dir, "-b", "shop", "build")
    return Built("shop", data_dir, run.stdout), folder


def truth(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "truth" / f"{name}.csv", dtype=str)


def test_planted_segments_are_found(shop: tuple[Built, Path]) -> None:
    built, folder = shop
    planted = truth(folder, "customers")
    ids = (pseudonym(DEMO_KEY, "shop", value) for value in planted["customer_id"])
    segment_of = dict(zip(ids, planted["planted_segment"], strict=True))
    rows = built.query(
        """
        select customer_id, segment_id from dim_customers
        where order_count_90d >= 3
        """
    )
    found = [(segment_of[customer], segment) for customer, segment in rows]
    assert len(found) > CUSTOMERS / 10
    # 2026-11: .6. Ninety days see few orders; on a whole history the generator's own
    # test finds .96.
    assert adjusted_rand_score(*zip(*found, strict=True)) > 0.45


def test_planted_lapse_is_seen_coming(shop: tuple[Built, Path]) -> None:
    built, _ = shop
    quality = built.query(
        """
        select value, baseline_value, verdict from rpt_model_quality
        where task = 'propensity' and split = 'test_mean' and metric = 'auc'
            and is_published
        """
    )
    (value, baseline, verdict) = quality[0]
    assert verdict == "published"
    assert value > baseline
    assert 0.75 < value < 0.95, "near 1 is a leak"


def test_planted_bundles_are_neighbours(shop: tuple[Built, Path]) -> None:
    built, folder = shop
    planted = truth(folder, "products")
    bundle_of = dict(
        zip("shop:" + planted["product_id"], planted["planted_bundle"], strict=True)
    )
    rows = built.query(
        "select item_id, neighbour_item_id from fct_item_neighbours "
        "where neighbour_rank <= 3 and method <> 'content'"
    )
    same = [bundle_of.get(item) == bundle_of.get(other) for item, other in rows]
    assert sum(same) / len(same) > 0.5


def test_planted_faults_are_set_aside(shop: tuple[Built, Path]) -> None:
    """Each faulty row is where it belongs, and no good row with it."""
    built, folder = shop
    faults = truth(folder, "faults")
    lines = faults[faults["file"] == "order_lines"]
    rejected_kinds = {
        "impossible_date",
        "future_date",
        "nan_number",
        "negative_price",
        "text_in_number",
        "cancelled",
        "test_order",
        "missing_value",
    }
    expected = set(lines.loc[lines["kind"].isin(rejected_kinds), "row"].astype(int))
    found = {
        row
        for (row,) in built.query(
            "select source_row - 1 from core_rejected_rows "  # the header is line 1
            "where table_name = 'order_lines'"
        )
    }
    assert found == expected
    duplicates = lines[lines["kind"].isin({"exact_duplicate", "key_duplicate"})]
    count = built.query(
        "select count(*) from core_duplicate_rows where table_name = 'order_lines'"
    )
    assert count == [(len(duplicates),)]


def test_money_balances_to_the_cent(shop: tuple[Built, Path]) -> None:
    built, _ = shop
    rows = built.query(
        """
        select input_amount - accepted_amount - rejected_amount - duplicate_amount
        from rpt_data_quality where table_name = 'order_lines'
        """
    )
    assert [float(row[0]) for row in rows] == [0.0]


def test_all_kinds_of_interactions_are_there(shop: tuple[Built, Path]) -> None:
    built, _ = shop
    kinds = {
        row[0] for row in built.query("select interaction_type from core_interactions")
    }
    assert {
        "purchase",
        "return",
        "view",
        "cart",
        "rating",
        "review",
        "support",
    } <= kinds


def test_the_answers_are_there_for_programs(shop: tuple[Built, Path]) -> None:
    built, _ = shop
    answer = json.loads(run_covey(built.data_dir, "segments", "--json").stdout)
    assert sum(segment["customer_count"] for segment in answer) > CUSTOMERS / 2
