"""The published file alone assigns anybody, wherever it is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from conftest import Built
from covey.cli.answers.order_features import order_features

# Another process, which knows nothing of covey, attaches the file under any name.
READER = """
import json, sys
import duckdb
path, sql = sys.argv[1:]
with duckdb.connect() as connection:
    connection.execute(f"attach '{path}' as \\"any name\\" (read_only)")
    print(json.dumps(connection.execute(sql).fetchall()))
"""


@pytest.fixture(params=["sample", "grocery"])
def built(request: pytest.FixtureRequest) -> Built:
    return request.getfixturevalue(request.param)


@pytest.fixture
def features(built: Built) -> list[str]:
    rows = built.query(
        "select distinct feature_rank, feature from dim_segment_centres order by all",
        published=True,
    )
    return [feature for _, feature in rows]


def assigned(built: Built, features: list[str]) -> pd.DataFrame:
    """What the macro of the published file says of everybody, beside their features."""
    columns = ", ".join(f"customers.{feature}" for feature in features)
    with duckdb.connect() as connection:
        for path, alias in (
            (built.build_path, "b"),
            (built.published_path, "odd name"),
        ):
            connection.execute(f"attach '{path}' as \"{alias}\" (read_only)")
        return connection.execute(
            f"""
            select customers.customer_id, {columns}, assigned.*
            from b.feat_customers as customers
            semi join (select max(as_of_date) as as_of_date from b.feat_customers)
                using (as_of_date),
            "odd name".assign_segment({columns}) as assigned
            order by customers.customer_id
            """
        ).df()


def test_the_macro_says_of_everybody_what_the_tables_say(
    built: Built, features: list[str]
) -> None:
    rows = assigned(built, features)
    names = {
        "customer_id": "customer_id",
        "segment_id": "segment_id",
        "segment_name": "segment_name",
        "segment_confidence": "segment_confidence",
        "runner_up_segment_id": "runner_up_segment_id",
        "deciding_feature": "segment_deciding_feature",
    }
    with duckdb.connect(str(built.published_path), read_only=True) as connection:
        customers = connection.execute(
            f"select {', '.join(names.values())} from dim_customers "
            "where segment_id is not null order by customer_id"
        ).df()
    assert len(rows) > 200
    assert rows["segment_id"].nunique() > 1
    told = rows[list(names)].set_axis(customers.columns, axis=1)
    pd.testing.assert_frame_equal(told, customers, rtol=0, atol=1e-12)


def test_the_macro_is_what_scikit_learn_predicts(
    built: Built, features: list[str]
) -> None:
    rows = assigned(built, features)
    with duckdb.connect(str(built.published_path), read_only=True) as connection:
        table = connection.execute("from dim_segment_centres").df()
    scaling = table.drop_duplicates("feature").set_index("feature").loc[features]
    logs = np.log1p(rows[features].to_numpy(dtype="float64").clip(min=0))
    scaled = (logs - scaling["log_mean"].to_numpy()) / scaling[
        "log_deviation"
    ].to_numpy()
    wide = table.pivot(index="segment_id", columns="feature", values="centre")[features]
    model = KMeans(len(wide), init=wide.to_numpy(), n_init=1).fit(wide.to_numpy())
    assert wide.index[model.predict(scaled)].tolist() == rows["segment_id"].tolist()
    nearest_two = np.sort(model.transform(scaled), axis=1)[:, :2]
    found = rows[["segment_distance", "runner_up_distance"]].to_numpy()
    np.testing.assert_allclose(found, nearest_two, rtol=0, atol=1e-9)


def test_a_copy_under_another_name_assigns_in_another_process(
    built: Built, features: list[str], tmp_path: Path
) -> None:
    with duckdb.connect(str(built.published_path), read_only=True) as connection:
        values = [
            value
            for (value,) in connection.execute(
                "select typical_value from dim_segment_centres "
                "where segment_id = (select max(segment_id) from dim_segment_centres) "
                "order by feature_rank"
            ).fetchall()
        ]
        (expected,) = connection.execute(
            "select max(segment_id) from dim_segment_centres"
        ).fetchone()
    copy = tmp_path / "a copy's copy.duckdb"
    shutil.copy(built.published_path, tmp_path / "x")
    (tmp_path / "x").rename(copy)
    given = ", ".join(
        f"{name} := {value!r}" for name, value in zip(features, values, strict=True)
    )
    sql = f'select segment_id, segment_distance from "any name".assign_segment({given})'
    path = str(copy).replace("'", "''")
    run = subprocess.run(
        [sys.executable, "-c", READER, path, sql],
        capture_output=True,
        text=True,
        check=True,
    )
    ((segment_id, distance),) = json.loads(run.stdout)
    assert segment_id == expected
    assert distance < 1e-9


def test_the_deciding_feature_tells_the_two_segments_apart(sample: Built) -> None:
    """Worked out anew from the two centres."""
    names = ["active_week_count_90d", "spend_amount_90d", "category_count_90d"]
    rows = assigned(sample, names)
    with duckdb.connect(str(sample.published_path), read_only=True) as connection:
        table = connection.execute("from dim_segment_centres").df()
    by_name = table.set_index(["segment_id", "feature"])
    for row in rows.to_dict("records"):
        gains = {}
        for feature in names:
            own = by_name.loc[(row["segment_id"], feature)]
            other = by_name.loc[(row["runner_up_segment_id"], feature)]
            value = (np.log1p(row[feature]) - own["log_mean"]) / own["log_deviation"]
            gains[feature] = (value - other["centre"]) ** 2 - (
                value - own["centre"]
            ) ** 2
        assert max(gains, key=gains.get) == row["deciding_feature"]


def test_orders_of_everybody_give_the_features_of_the_build(sample: Built) -> None:
    """Who is here already, assigned from their orders alone, has the same features."""
    columns = "date, amount, order_id, category, item_type, discount_amount"
    with duckdb.connect(str(sample.build_path), read_only=True) as connection:
        features = connection.execute(
            "from feat_customers semi join (select max(as_of_date) as as_of_date "
            "from feat_customers) using (as_of_date)"
        ).df()
        lines = connection.execute(
            f"""
            select customer_id, {columns}
            from (
                select *, occurred_date as date from core_interactions
                where interaction_type in ('purchase', 'return')
            )
            left join core_items using (item_id)
            where is_merchandise is not false and customer_id is not null
            """
        ).fetchall()
    orders: dict[str, list[dict]] = {}
    for customer_id, *line in lines:
        row = dict(zip(columns.split(", "), line, strict=True))
        orders.setdefault(customer_id, []).append(row)
    as_of_date = features["as_of_date"].iloc[0].date()
    for row in features.sample(60, random_state=1).to_dict("records"):
        found = order_features(orders[row["customer_id"]], as_of_date)
        # Tenure also counts from what they did before they bought.
        names = sorted(set(found.values) - {"tenure_days"})
        told = [found.values[name] for name in names]
        expected = np.array([row[name] for name in names], dtype="float64")
        np.testing.assert_allclose(np.array(told, dtype="float64"), expected)
        assert len(names) > 25
