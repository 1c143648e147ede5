from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from covey.ml.propensity.refit import KEPT, NEW, measure_refit_gain, settle_refit
from covey.ml.propensity.regression import fit_logistic

OLD_FIT, NEW_FIT = date(2026, 1, 1), date(2026, 2, 1)
KINDS = {"visits": "numeric"}


def make_rows(seed=0, count=4_000):
    """One cut-off that was over by January, and one that was not."""
    generator = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "outcome_type": "lapse",
            "customer_id": [f"c{n // 2}" for n in range(count)],
            "as_of_date": pd.to_datetime(["2025-12-01", "2026-01-01"] * (count // 2)),
            "visits": generator.poisson(5, count).astype("float64"),
        }
    )
    rows["horizon_end_date"] = rows["as_of_date"] + pd.Timedelta(days=28)
    chance = expit(2 - 1.5 * np.log1p(rows["visits"]))
    rows["is_positive"] = generator.random(count) < chance
    return rows.assign(chance=chance)


def make_fit(rows, run_id):
    table = fit_logistic(rows, KINDS)
    return table.assign(
        outcome_type="lapse", model="logistic_regression", run_id=run_id
    )


@pytest.fixture(scope="module")
def rows():
    return make_rows()


@pytest.fixture(scope="module")
def good(rows):
    return make_fit(rows, "good").assign(fit_date=pd.Timestamp(OLD_FIT))


@pytest.fixture(scope="module")
def bad(rows):
    wrong = rows.assign(is_positive=~rows["is_positive"])
    return make_fit(wrong, "bad").assign(fit_date=pd.Timestamp(OLD_FIT))


def tell(rows, probability):
    """The backtest of a new fit that says these probabilities."""
    keys = ["outcome_type", "customer_id", "as_of_date"]
    return rows[keys].assign(probability=probability, is_published=True)


def settle(rows, in_use, probability, new=None, kinds=KINDS):
    new = make_fit(rows, "new") if new is None else new
    return settle_refit(new, in_use, rows, tell(rows, probability), kinds, NEW_FIT)


def test_a_model_in_use_that_does_better_stays(rows, good):
    settled = settle(rows, good, 1 - rows["chance"])
    assert set(settled["run_id"]) == {"good"}
    assert set(settled["refit_verdict"]) == {KEPT}
    assert set(settled["fit_date"]) == {pd.Timestamp(OLD_FIT)}
    assert settled["refit_gain"].iloc[0] > 5 * settled["refit_gain_error"].iloc[0] > 0


def test_a_better_fit_comes_into_use(rows, bad):
    settled = settle(rows, bad, rows["chance"])
    assert set(settled["run_id"]) == {"new"}
    assert set(settled["refit_verdict"]) == {NEW}
    assert set(settled["fit_date"]) == {pd.Timestamp(NEW_FIT)}
    assert settled["refit_gain"].iloc[0] < 0


def test_what_is_only_noise_does_not_keep_the_old_one(rows, good):
    shaken = expit(
        np.log(rows["chance"] / (1 - rows["chance"]))
        + np.random.default_rng(1).normal(0, 0.05, len(rows))
    )
    settled = settle(rows, good, shaken)
    assert set(settled["run_id"]) == {"new"}
    assert settled["refit_gain"].notna().all()


def test_only_what_neither_has_seen_is_looked_at(rows, good):
    """The cut-off of December was over in time, and must not speak for the old one."""
    is_seen = rows["as_of_date"] < pd.Timestamp(OLD_FIT)
    in_time = rows.assign(horizon_end_date=rows["as_of_date"])
    probability = np.where(is_seen, 1 - rows["chance"], rows["chance"])
    settled = settle(in_time, good, probability)
    assert settled["refit_gain"].isna().all()  # the second began on the very day
    assert set(settled["run_id"]) == {"new"}
    december = rows[is_seen].assign(horizon_end_date=pd.Timestamp(OLD_FIT))
    both = pd.concat([december, rows[~is_seen]]).loc[rows.index]
    assert set(settle(both, good, probability)["run_id"]) == {"new"}


@pytest.mark.parametrize(
    "change",
    [
        lambda old: old.iloc[:0],
        lambda old: old.assign(outcome_type="spend_drop"),
        lambda old: old.assign(model="recency"),
        lambda old: old.assign(fit_date=pd.NaT),
        lambda old: old.assign(feature=old["feature"].replace({"visits": "gone"})),
    ],
)
def test_what_cannot_be_held_against_each_other_gives_way(rows, good, change):
    settled = settle(rows, change(good), 1 - rows["chance"])
    assert set(settled["run_id"]) == {"new"}
    assert settled["refit_gain"].isna().all()


def test_the_error_is_that_of_customers_drawn_again(rows, good):
    part = rows.iloc[:600]
    tested = part.assign(probability=np.clip(part["chance"] + 0.1, 0, 0.99))
    gain, error = measure_refit_gain(tested, good)
    ids = tested["customer_id"].unique()
    by_id = dict(tuple(tested.groupby("customer_id")))
    generator = np.random.default_rng(4)
    drawn = [
        measure_refit_gain(
            pd.concat([by_id[i] for i in generator.choice(ids, len(ids))]), good
        )[0]
        for _ in range(150)
    ]
    assert np.mean(drawn) == pytest.approx(gain, abs=3 * error)
    assert error == pytest.approx(np.std(drawn), rel=0.2)
