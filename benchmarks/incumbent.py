"""What most people write first: segments, churn and recommendations in one script.

Run it with ``python benchmarks/incumbent.py FOLDER``, where FOLDER holds the
``order_lines.csv`` of ``covey make-shop``. It is reasonable pandas and it is wrong:
key duplicates, fees and test orders count as money, what came back is not taken off,
and the churn label can be read from a feature.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler, StandardScaler

TODAY = pd.Timestamp("2026-01-01")


def clean(path: Path) -> pd.DataFrame:
    df = pd.read_csv(path, dtype={"quantity": str, "unit_price": str}).drop_duplicates()
    df["ordered_at"] = pd.to_datetime(df["ordered_at"], errors="coerce")
    for column in ["quantity", "unit_price", "discount_amount"]:
        df[column] = pd.to_numeric(df[column], errors="coerce")
    df = df.replace([np.inf, -np.inf], np.nan).dropna()
    df = df[
        (df["quantity"] > 0) & (df["unit_price"] > 0) & (df["status"] == "completed")
    ]
    df = df[df["ordered_at"] < TODAY]
    df["amount"] = df["quantity"] * df["unit_price"] - df["discount_amount"]
    return df


def rfm(df: pd.DataFrame) -> pd.DataFrame:
    return df.groupby("customer_id").agg(
        recency=("ordered_at", lambda times: (TODAY - times.max()).days),
        frequency=("order_id", "nunique"),
        monetary=("amount", "sum"),
    )


def segments(customers: pd.DataFrame) -> np.ndarray:
    scaled = MinMaxScaler().fit_transform(customers)
    return KMeans(n_clusters=5, n_init=10, random_state=42).fit_predict(scaled)


def churn_auc(customers: pd.DataFrame) -> float:
    churned = (customers["recency"] > 90).astype(int)
    features = StandardScaler().fit_transform(customers)
    train_x, test_x, train_y, test_y = train_test_split(
        features, churned, test_size=0.25, random_state=42, stratify=churned
    )
    model = LogisticRegression(max_iter=1000).fit(train_x, train_y)
    return float(roc_auc_score(test_y, model.predict_proba(test_x)[:, 1]))


def recommend(df: pd.DataFrame) -> pd.DataFrame:
    customer, customer_ids = pd.factorize(df["customer_id"])
    product, product_ids = pd.factorize(df["product_id"])
    bought = csr_matrix((np.ones(len(df)), (customer, product)))
    bought.data[:] = 1
    scores = bought @ cosine_similarity(bought.T)
    scores[bought.nonzero()] = -1
    top = np.argsort(-scores, axis=1)[:, :10]
    return pd.DataFrame(product_ids.to_numpy()[top], index=customer_ids)


def money_mistakes(df: pd.DataFrame, path: Path) -> dict[str, float]:
    """Audit, not part of the script: what money was counted that is not there."""
    lines = pd.read_csv(path, usecols=["quantity", "unit_price", "status"], dtype=str)
    returned = lines[lines["status"] == "returned"]
    refunds = pd.to_numeric(returned["quantity"]) * pd.to_numeric(
        returned["unit_price"]
    )
    is_fee = df["product_id"].isin(["POST", "FEE"])
    is_test = df["customer_id"].str.startswith("TEST")
    is_again = df.duplicated(["order_id", "line_number"])
    return {
        "counted twice (same order and line)": df.loc[is_again, "amount"].sum(),
        "postage and fees": df.loc[is_fee, "amount"].sum(),
        "test orders": df.loc[is_test, "amount"].sum(),
        "returned and not taken off": -refunds.sum(),
    }


def main(folder: Path) -> None:
    clock = [time.perf_counter()]
    stages: dict[str, float] = {}

    def done(stage: str) -> None:
        clock.append(time.perf_counter())
        stages[stage] = clock[-1] - clock[-2]

    path = folder / "order_lines.csv"
    df = clean(path)
    done("read and clean")
    customers = rfm(df)
    done("rfm")
    customers["segment"] = segments(customers)
    done("segments")
    auc = churn_auc(customers.drop(columns="segment"))
    done("churn")
    lists = recommend(df)
    done("recommendations")

    usage = resource.getrusage(resource.RUSAGE_SELF)
    for stage, seconds in stages.items():
        print(f"{stage:<36}{seconds:>14.2f} s")
    print(f"{'all stages':<36}{sum(stages.values()):>14.2f} s")
    print(f"{'CPU, start-up included':<36}{usage.ru_utime + usage.ru_stime:>14.2f} s")
    # Linux gives kilobytes.
    print(f"{'peak memory':<36}{usage.ru_maxrss / 2**20:>14.2f} GiB")
    print(f"{'order lines kept':<36}{len(df):>14,}")
    print(f"{'customers with a list':<36}{len(lists):>14,}")
    print(f"{'churn AUC':<36}{auc:>14.3f}")
    print(f"{'money counted':<36}{df['amount'].sum():>14,.2f}")
    for mistake, amount in money_mistakes(df, path).items():
        print(f"  {mistake:<34}{amount:>14,.2f}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python benchmarks/incumbent.py FOLDER (with order_lines.csv)")
    main(Path(sys.argv[1]))
