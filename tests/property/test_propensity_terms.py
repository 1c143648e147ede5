"""A model is a table of terms: what SQL says of it is what the fit says."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from covey.ml.propensity.regression import (
    fit_logistic,
    predict_probability,
    read_terms,
    write_terms,
)
from covey.ml.propensity.terms import HatEncoding, choose_encoding, read_columns
from unit.macros import load_macros

KINDS = {"fee": "numeric", "balance": "numeric", "contract": "category"}
MACROS = load_macros(attribute_features={"contract": "category"}, spline_knot_count=6)
LEVELS = ["month to month", "it's a year", "two years", "rare"]


@st.composite
def people(draw: st.DrawFn, least: int = 30) -> pd.DataFrame:
    """Customers with ties, gaps, values below zero and a rare level."""
    count = draw(st.integers(least, 120))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    fee = random.choice([0.0, 1.0, 20.5, 1e6], count)
    balance = np.round(random.normal(0, 10 ** draw(st.integers(0, 6)), count), 2)
    contract = pd.Series(random.choice(LEVELS, count, p=[0.5, 0.3, 0.17, 0.03]))
    is_gap = random.random((count, 2)) < draw(st.sampled_from([0.0, 0.2]))
    return pd.DataFrame(
        {
            "customer_id": [f"c{place}" for place in range(count)],
            "as_of_date": pd.Timestamp(2026, 1, 1),
            "is_positive": random.random(count) < 0.4,
            "fee": fee,
            "balance": np.where(is_gap[:, 0], np.nan, balance),
            "contract": contract.astype(object).where(~is_gap[:, 1], None),
        }
    )


def new_people(random: np.random.Generator) -> pd.DataFrame:
    """Whoever comes later: levels, gaps and sizes that no training row has."""
    return pd.DataFrame(
        {
            "customer_id": [f"n{place}" for place in range(40)],
            "fee": random.choice([-5.0, 0.0, 0.5, 1e9, np.nan], 40),
            "balance": random.normal(0, 1e7, 40),
            "contract": random.choice([*LEVELS, "unseen", None], 40),
        }
    )


def score_in_sql(rows: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """Contributions and log-odds by the macros of the models."""
    names = list(KINDS)
    table = terms.assign(outcome_type="churn", model="m", run_id="r")
    with duckdb.connect() as connection:
        connection.register(
            "table_rows", table.astype(object).where(table.notna(), None)
        )
        connection.execute(
            "create table terms as select * replace (knot::double as knot, "
            "level::varchar as level, coefficient::double as coefficient) "
            "from table_rows"
        )
        connection.register("people", rows)
        connection.execute(
            "create table customers as select * replace (nullif(fee, 'nan') as fee, "
            "nullif(balance, 'nan') as balance) from people"
        )
        return connection.execute(
            f"""
            with fitted as ({MACROS.terms_to_rows("terms", names)}),
            logged as (
                select rowid as place, {MACROS.logged_columns(names, "customers")}
                from customers
            )
            select
                fitted.intercept,
                {MACROS.contribution_columns(names, "logged", "fitted")}
            from logged cross join fitted
            order by logged.place
            """
        ).df()


@given(people(), st.sampled_from(["log", "spline"]), st.sampled_from([0.03, 1.0]))
@settings(max_examples=40, deadline=None)
def test_scores_in_sql_are_those_of_python(
    training: pd.DataFrame, form: str, inverse_penalty: float
) -> None:
    terms = fit_logistic(training, KINDS, form=form, C=inverse_penalty)
    for rows in (training, new_people(np.random.default_rng(len(training)))):
        found = score_in_sql(rows, terms)
        fitted = read_terms(terms)
        columns = {column.name: column for column in read_columns(rows, KINDS)}
        assert (found["intercept"] == fitted.intercept).all()
        for part in fitted.parts:
            expected = part.evaluate(columns[part.feature])
            np.testing.assert_allclose(found[part.feature], expected, rtol=0, atol=1e-9)
        probability = expit(found[["intercept", *KINDS]].sum(axis=1))
        said = predict_probability(rows, terms)
        np.testing.assert_allclose(probability, said, rtol=0, atol=1e-9)


@given(people(), st.sampled_from(["log", "spline"]))
@settings(max_examples=30, deadline=None)
def test_parts_are_centred_and_a_table_reads_as_it_was_written(
    training: pd.DataFrame, form: str
) -> None:
    terms = fit_logistic(training, KINDS, form=form)
    fitted = read_terms(terms)
    columns = {column.name: column for column in read_columns(training, KINDS)}
    for part in fitted.parts:
        assert abs(part.evaluate(columns[part.feature]).mean()) < 1e-9
    again = write_terms(fitted).drop(columns=["typical_value", "typical_level"])
    pd.testing.assert_frame_equal(again, terms[again.columns], check_exact=True)


@given(people(), st.data())
def test_a_spline_as_knots_is_the_line_through_its_heights(
    training: pd.DataFrame, data: st.DataObject
) -> None:
    (column,) = read_columns(training, {"balance": "numeric"})
    encoding = choose_encoding(column, "spline")
    assert isinstance(encoding, HatEncoding)
    assert len(encoding.knots) <= 6
    finite = st.floats(-50, 50)
    width = encoding.encode(column).shape[1]
    weights = np.array(data.draw(st.lists(finite, min_size=width, max_size=width)))
    heights = weights[: len(encoding.knots)]
    is_known = ~np.isnan(column.values)
    line = np.interp(column.values[is_known], encoding.knots, heights)
    part = encoding.explain(weights).evaluate(column)
    hats = encoding.encode(column) @ weights
    np.testing.assert_allclose(part[is_known], line, atol=1e-8)
    np.testing.assert_allclose(hats, part, atol=1e-8)
    far = column.take(np.zeros(len(column.values), dtype=bool))
    ends = type(far)(far.name, np.array([-1e3, 1e3]))
    flat = encoding.explain(weights).evaluate(ends)
    np.testing.assert_allclose(flat, heights[[0, -1]], atol=1e-6)


def test_what_never_occurred_adds_nothing() -> None:
    random = np.random.default_rng(1)
    training = pd.DataFrame(
        {
            "customer_id": [f"c{place}" for place in range(200)],
            "as_of_date": pd.Timestamp(2026, 1, 1),
            "is_positive": random.random(200) < 0.3,
            "fee": random.lognormal(3, 1, 200),
            "balance": random.lognormal(3, 1, 200),
            "contract": random.choice(LEVELS[:2], 200),
        }
    )
    for form in ("log", "spline"):
        terms = fit_logistic(training, KINDS, form=form)
        assert "missing" not in set(terms["term"])
        nobody = pd.DataFrame({"fee": [np.nan], "balance": [np.nan], "contract": ["x"]})
        (log_odds,) = logit(predict_probability(nobody, terms))
        intercept = terms.loc[terms["term"] == "intercept", "coefficient"].iloc[0]
        assert abs(log_odds - intercept) < 1e-9
