"""What is planted in the synthetic shop can be found again, whatever the seed."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from covey.synthetic import Shop, make_shop

DAY = pd.Timedelta(days=1)
HORIZON = 90 * DAY
TRAIN_DATE, TEST_DATE = pd.Timestamp("2025-06-01"), pd.Timestamp("2025-10-03")


@cache
def clean_shop(seed: int) -> Shop:
    return make_shop(3000, seed, faults=False)


def typed_lines(shop: Shop) -> pd.DataFrame:
    return shop.order_lines.assign(
        ordered_at=pd.to_datetime(shop.order_lines["ordered_at"]),
        price=shop.order_lines["unit_price"].astype(float),
        is_reduced=shop.order_lines["discount_amount"].astype(float) > 0,
    )


@settings(max_examples=15, deadline=None)
@given(
    n_customers=st.integers(1, 300),
    seed=st.integers(0, 2**31),
    n_days=st.integers(90, 600),
)
def test_any_shop_keeps_its_promises(n_customers: int, seed: int, n_days: int) -> None:
    shop = make_shop(n_customers, seed, n_days=n_days)
    clean = make_shop(n_customers, seed, n_days=n_days, faults=False)
    first = str((pd.Timestamp("2026-01-01") - n_days * DAY).date())
    lines = clean.order_lines
    assert len(clean.customers) == n_customers
    assert not lines.duplicated(["order_id", "line_number"]).any()
    for times in (lines["ordered_at"], clean.events["occurred_at"]):
        assert ((times >= first) & (times < "2026-01-01")).all()
    assert (clean.customers["updated_at"] < "2026-01-01").all()

    released = clean.products.set_index("product_id")["released_on"]
    assert (lines["product_id"].map(released) <= lines["ordered_at"].str[:10]).all()

    truth = clean.planted_customers.set_index("customer_id")
    lapse_date = lines["customer_id"].map(truth["lapse_date"])
    assert not (lines["ordered_at"].str[:10] > lapse_date).fillna(False).any()
    signed_up = clean.customers.set_index("customer_id")["signed_up_at"]
    assert (lines["customer_id"].map(signed_up) <= lines["ordered_at"]).all()

    for file, rows in shop.planted_faults.groupby("file")["row"]:
        assert rows.between(1, len(getattr(shop, file))).all()
    assert not shop.planted_faults.duplicated(["file", "row"]).any()
    pd.testing.assert_frame_equal(
        shop.order_lines, make_shop(n_customers, seed, n_days=n_days).order_lines
    )


def lapse_features(shop: Shop, as_of: pd.Timestamp) -> pd.DataFrame:
    lines = typed_lines(shop)
    past = lines[lines["ordered_at"] < as_of]
    days_since = (as_of - past.groupby("customer_id")["ordered_at"].max()) / DAY
    features = pd.DataFrame({"recency": np.log1p(days_since)})
    for window in (30, 90, 180, 365):
        recent = past[past["ordered_at"] >= as_of - window * DAY]
        orders = recent.groupby("customer_id")["order_id"].nunique()
        features[f"orders_{window}"] = np.log1p(
            orders.reindex(features.index).fillna(0)
        )
    events = shop.events[["customer_id", "event_type"]].assign(
        at=pd.to_datetime(shop.events["occurred_at"])
    )
    window = (events["at"] < as_of) & (events["at"] >= as_of - HORIZON)
    for event_type in ("support", "view", "cart"):
        chosen = events[window & (events["event_type"] == event_type)]
        counts = chosen.groupby("customer_id").size()
        features[event_type] = np.log1p(counts.reindex(features.index).fillna(0))
    return features[days_since <= 180]


def falls_silent(shop: Shop, as_of: pd.Timestamp, customers: pd.Index) -> np.ndarray:
    lines = typed_lines(shop)
    within = lines["ordered_at"].between(as_of, as_of + HORIZON, inclusive="left")
    return ~customers.isin(lines.loc[within, "customer_id"])


@pytest.mark.parametrize("seed", [1, 2])
def test_lapse_can_be_seen_coming_better_than_by_recency(seed: int) -> None:
    shop = clean_shop(seed)
    train, test = lapse_features(shop, TRAIN_DATE), lapse_features(shop, TEST_DATE)
    train_y = falls_silent(shop, TRAIN_DATE, train.index)
    test_y = falls_silent(shop, TEST_DATE, test.index)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train, train_y)
    auc = roc_auc_score(test_y, model.predict_proba(test)[:, 1])
    by_recency = roc_auc_score(test_y, test["recency"])
    by_count = roc_auc_score(test_y, -test["orders_90"])
    # Measured at 3,000 customers: .86, .77 and .81; standard error about .01.
    assert 0.82 < auc < 0.93, "neither hopeless nor leaked"
    assert auc > by_recency + 0.05
    assert auc > by_count + 0.02


@pytest.mark.parametrize("seed", [1, 2])
def test_planted_lapse_can_be_learnt_from_its_slowdown(seed: int) -> None:
    shop = clean_shop(seed)
    truth = shop.planted_customers.set_index("customer_id")
    lapse_date = pd.to_datetime(truth["lapse_date"])

    def rows(as_of: pd.Timestamp) -> tuple[pd.DataFrame, pd.Series]:
        features = lapse_features(shop, as_of)
        # A lapse that lies ahead: nothing but the slowdown can tell of it.
        ahead = ~(lapse_date.reindex(features.index) < as_of)
        features = features[ahead]
        soon = lapse_date.reindex(features.index) < as_of + 60 * DAY
        recent = features["orders_90"] - features["orders_365"]
        return features.assign(recent=recent), soon

    train, train_y = rows(TRAIN_DATE)
    test, test_y = rows(TEST_DATE)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train, train_y)
    auc = roc_auc_score(test_y, model.predict_proba(test)[:, 1])
    by_recency = roc_auc_score(test_y, test["recency"])
    assert auc > 0.75
    assert auc > by_recency + 0.05


@pytest.mark.parametrize("seed", [1, 2])
def test_orders_thin_out_before_a_lapse(seed: int) -> None:
    shop = clean_shop(seed)
    truth = shop.planted_customers
    lapsing = truth[truth["is_lapsing"] & (truth["lapse_date"] < "2026-01-01")]
    orders = typed_lines(shop).drop_duplicates("order_id").merge(lapsing)
    days_left = (pd.to_datetime(orders["lapse_date"]) - orders["ordered_at"]) / DAY
    last_month = (days_left < 30).sum()
    # Slowdowns last 60 to 120 days: these are customers at their usual pace.
    a_month_before_it = days_left.between(120, 150).sum()
    assert len(lapsing) > 500
    assert 0.2 < last_month / a_month_before_it < 0.6


@pytest.mark.parametrize("seed", [1, 2])
def test_support_calls_and_left_carts_belong_to_the_slowdown(seed: int) -> None:
    shop = clean_shop(seed)
    truth = shop.planted_customers.set_index("customer_id")
    events = shop.events.merge(truth, left_on="customer_id", right_index=True)
    slowing = (events["occurred_at"] > events["slowdown_date"]) & (
        events["occurred_at"] < events["lapse_date"]
    )
    events = events.assign(slowing=slowing.fillna(False))
    shares = events.groupby("slowing")
    support = shares["event_type"].agg(lambda each: (each == "support").mean())
    rating = shares["rating"].agg(lambda each: each.dropna().astype(int).mean())
    carts = events[events["event_type"] == "cart"].assign(
        at=lambda each: pd.to_datetime(each["occurred_at"])
    )
    bought = carts.merge(typed_lines(shop), on=["customer_id", "product_id"])
    waited = bought["ordered_at"] - bought["at"]
    bought_ids = bought.loc[waited.between(0 * DAY, DAY / 24), "event_id"]
    left = (~carts["event_id"].isin(bought_ids)).groupby(carts["slowing"]).mean()
    assert support[True] > 3 * support[False]
    assert left[True] > left[False] + 0.1
    assert rating[True] < rating[False] - 0.7


@pytest.mark.parametrize("seed", [1, 2])
def test_segments_can_be_found(seed: int) -> None:
    shop = clean_shop(seed)
    lines = typed_lines(shop)
    products = shop.products.set_index("product_id")
    usual_price = products["unit_price"].astype(float)
    usual_price = usual_price.groupby(products["product_type"]).mean()
    kind = lines["product_id"].map(products["product_type"])
    lines["price_level"] = lines["price"] / kind.map(usual_price)
    by_customer = lines.groupby("customer_id")
    orders = by_customer["order_id"].nunique()
    first, last = by_customer["ordered_at"].min(), by_customer["ordered_at"].max()
    features = pd.DataFrame(
        {
            "rate": orders / ((last - first) / DAY + 60),
            "lines_per_order": by_customer.size() / orders,
            "price_level": by_customer["price_level"].mean(),
            "reduced_share": by_customer["is_reduced"].mean() + 0.2,
        }
    )[orders >= 5]
    scaled = StandardScaler().fit_transform(np.log(features))
    labels = KMeans(5, n_init=5, random_state=0).fit_predict(scaled)
    truth = shop.planted_customers.set_index("customer_id")["planted_segment"]
    assert truth.nunique() == 5
    assert adjusted_rand_score(truth[features.index], labels) > 0.8


@pytest.mark.parametrize("seed", [1, 2])
def test_bundles_show_in_co_purchases(seed: int) -> None:
    shop = clean_shop(seed)
    pairs = shop.order_lines[["customer_id", "product_id"]].drop_duplicates()
    customer, _ = pd.factorize(pairs["customer_id"])
    product, product_ids = pd.factorize(pairs["product_id"])
    bought = csr_matrix((np.ones(len(pairs)), (customer, product)))
    together = (bought.T @ bought).toarray()
    buyers = together.diagonal()
    cosine = together / np.sqrt(np.outer(buyers, buyers))
    np.fill_diagonal(cosine, -1)
    nearest = np.argsort(-cosine, axis=1)[:, :3]
    truth = shop.planted_products.set_index("product_id")
    assert (truth["planted_bundle"].value_counts() == 4).all()
    bundle = truth["planted_bundle"].reindex(product_ids).to_numpy()
    same_bundle = bundle[nearest] == bundle[:, None]
    # By chance 3 in 720.
    assert same_bundle.mean() > 0.85
    same_type = shop.products.set_index("product_id")["product_type"]
    for _, names in truth.groupby("planted_bundle"):
        assert same_type[names.index].nunique() == 1


def test_popularity_is_skewed_and_favourites_come_back() -> None:
    lines = clean_shop(1).order_lines
    counts = lines["product_id"].value_counts().to_numpy()
    top_tenth = counts[: len(counts) // 10].sum() / counts.sum()
    assert 0.15 < top_tenth < 0.6
    is_again = lines.duplicated(["customer_id", "product_id"])
    assert 0.3 < is_again.mean() < 0.8
