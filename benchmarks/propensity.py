"""`make bench-propensity`: a fit and the scores of a million customers, beside by hand.

Twenty numbers each. The fit goes covey's own way, from a frame to a table of terms; by
hand it is scikit-learn on the logs. The scores are SQL from the table of terms, for
whoever is eligible; by hand it is one query with the coefficients written into it, of
the same form. CPU seconds are of all threads; the least of three runs counts.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from tests.unit.macros import load_macros

from covey.ml.propensity.regression import fit_logistic
from covey.ml.runs import one_thread

NAMES = [f"amount_{number}" for number in range(20)]
KINDS = dict.fromkeys(NAMES, "numeric")
RUNS = 3


def main(count: int = 1_000_000) -> None:
    """Print a row per piece of work: covey's seconds, those by hand, and the ratio."""
    rows = make_customers(count)
    print(f"{count:,} customers, {len(NAMES)} features, load {os.getloadavg()[0]:.1f}")
    print("work            covey wall/CPU   by hand wall/CPU   CPU ratio")
    with one_thread():
        show("fit, logs", lambda: fit_logistic(rows, KINDS), lambda: fit_by_hand(rows))
    learned = rows.iloc[: min(count, 20_000)]
    with duckdb.connect() as connection:
        connection.register("people", rows)
        connection.execute("create table customers as from people order by customer_id")
        query = "select customer_id, 'x' as outcome_type from customers"
        connection.execute(f"create table eligible as {query}")
        for form in ("log", "spline"):
            terms = fit_logistic(learned, KINDS, form=form)
            ours, theirs = from_terms(connection, terms), written_out(terms)
            for query in (ours, theirs):
                connection.execute(f"create or replace table scores as {query}")
            pairs = connection.execute(
                f"select max(abs(a.p - b.p)) from ({ours}) as a join ({theirs}) as b "
                "using (customer_id)"
            ).fetchone()
            show(f"score, {form}", *(scorer(connection, q) for q in (ours, theirs)))
            print(f"{'':16}largest difference {pairs[0] if pairs else None:.1e}")


def make_customers(count: int) -> pd.DataFrame:
    """Amounts that go with an outcome."""
    generator = np.random.default_rng(0)
    rows = pd.DataFrame({name: generator.lognormal(2, 1, count) for name in NAMES})
    odds = np.log1p(rows[NAMES[:5]]).mean(axis=1) - 2
    rows["is_positive"] = generator.random(count) < 1 / (1 + np.exp(odds))
    rows["customer_id"] = [f"c{place:07d}" for place in range(count)]
    return rows.assign(as_of_date=pd.Timestamp("2026-01-01"))


def fit_by_hand(rows: pd.DataFrame) -> Any:
    """Do what a script would: logs, deviations, newton-cholesky."""
    logs = np.log1p(rows[NAMES].to_numpy())
    scaled = (logs - logs.mean(axis=0)) / logs.std(axis=0)
    return LogisticRegression(solver="newton-cholesky").fit(scaled, rows["is_positive"])


def from_terms(connection: duckdb.DuckDBPyConnection, terms: pd.DataFrame) -> str:
    """Give the query of the models `ml_propensity__contributions` and `__scores`."""
    table = terms.assign(outcome_type="x", model="m", run_id="r")
    connection.register("rows", table.astype(object).where(table.notna(), None))
    name = f"terms_{len(table)}"
    connection.execute(
        f"create or replace table {name} as select * replace (knot::double as knot, "
        "level::varchar as level, coefficient::double as coefficient) from rows"
    )
    macros = load_macros(attribute_features={}, spline_knot_count=6, outcomes=["x"])
    return f"""
        with fitted as ({macros.terms_to_rows(name, NAMES)}),
        logged as (
            select customer_id, {macros.logged_columns(NAMES, "customers")}
            from customers
        ),
        parts as ({macros.contribution_rows(NAMES, "eligible", "logged", "fitted")})
        select customer_id, 1 / (1 + exp(-(intercept + {" + ".join(NAMES)}))) as p
        from parts
    """


def written_out(terms: pd.DataFrame) -> str:
    """Write the same sum as a person would, with its numbers in the query."""
    parts = [str(terms.loc[terms["term"] == "intercept", "coefficient"].iloc[0])]
    for name, own in terms[terms["term"] != "intercept"].groupby("feature"):
        parts += [
            f"{row['coefficient']}"
            if row["term"] == "offset"
            else f"{row['coefficient']} * greatest(logs.{name} - {row['knot']}, 0)"
            for row in own.to_dict("records")
        ]
    logs = ", ".join(f"ln(1 + {name}) as {name}" for name in NAMES)
    total = " + ".join(f"({part})" for part in parts)
    return f"""
        select logs.customer_id, 1 / (1 + exp(-({total}))) as p
        from (select customer_id, {logs} from customers) as logs
        inner join eligible using (customer_id)
    """


def scorer(connection: duckdb.DuckDBPyConnection, query: str) -> Callable[[], Any]:
    """Write the scores of a query to a table."""
    return lambda: connection.execute(f"create or replace table scores as {query}")


def show(work: str, ours: Callable[[], Any], theirs: Callable[[], Any]) -> None:
    """Time both in turn, and print the least of each."""
    taken: tuple[list[tuple[float, float]], ...] = ([], [])
    for _ in range(RUNS):
        for place, act in enumerate((ours, theirs)):
            began = time.perf_counter(), _cpu()
            act()
            taken[place].append((_cpu() - began[1], time.perf_counter() - began[0]))
    (cpu, wall), (cpu_by_hand, wall_by_hand) = (min(each) for each in taken)
    print(
        f"{work:16}{wall:6.2f} / {cpu:5.2f} {wall_by_hand:12.2f} / {cpu_by_hand:5.2f}"
        f"{cpu / cpu_by_hand:12.2f}"
    )


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
