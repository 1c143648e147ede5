"""`make bench-recommendations`: from purchases in DuckDB to lists in DuckDB.

    python -m benchmarks.recommendations [events]

247,000 customers, 20,000 items and 10 million synthetic purchases; 100 neighbours for
each item and ten new items for everybody. Each way runs in a process of its own, turn
by turn, since a busy machine is slow for all; the least of the turns counts. Seconds
begin when the libraries are imported, and peak memory is that of the whole process. By
hand is the same formula in as few lines as it takes, with sparse-dot-topn or with scipy
alone; implicit has its own cosine. A join in DuckDB, the oracle of the tests, gets a
tenth of the purchases and makes the neighbours alone.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table
from scipy import sparse

from covey.ml.recommendations.cosine import Knobs, fit_neighbours, recommend_candidates
from covey.ml.recommendations.purchase_matrix import read_purchase_days
from covey.ml.recommendations.reasons import explain_recommendations

CUSTOMERS, ITEMS, EVENTS = 247_000, 20_000, 10_000_000
AS_OF = date(2026, 1, 1)
KNOBS = Knobs(neighbour_count=100)
LENGTH = 10
TURNS = 3
CHUNK = 20_000


def make_purchases(path: Path, events: int) -> None:
    """Write purchases of some busy customers and some popular items over two years."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""
            create table purchases as
            with numbers as (
                select
                    hash(range * 3) / 18446744073709551616.0 as one,
                    hash(range * 3 + 1) / 18446744073709551616.0 as two,
                    hash(range * 3 + 2) % 730 as age
                from range({events})
            )
            select distinct
                md5(cast(floor({CUSTOMERS} * pow(one, 1.3)) as varchar)) as customer_id,
                'shop:' || floor({ITEMS} * pow(two, 2))::bigint as item_id,
                date '{AS_OF}' - 1 - age::integer as purchased_date
            from numbers
            """
        )


def by_covey(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Make the lists as the dbt models do, reasons apart."""
    days = read_purchase_days(_read(connection), AS_OF)
    neighbours = fit_neighbours(days, KNOBS)
    return pa.Table.from_pandas(recommend_candidates(days, neighbours, KNOBS, LENGTH))


def by_covey_with_reasons(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Make the lists, and say of each item because of what it is there."""
    days = read_purchase_days(_read(connection), AS_OF)
    neighbours = fit_neighbours(days, KNOBS)
    listed = recommend_candidates(days, neighbours, KNOBS, LENGTH)
    return pa.Table.from_pandas(
        explain_recommendations(days, neighbours, listed, KNOBS)
    )


def by_hand(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Do the same with sparse-dot-topn: about what a notebook would hold."""
    from sparse_dot_topn import sp_matmul_topn

    customers, items, weights, profiles = _by_hand_matrices(connection)
    by_item = weights.T.tocsr()
    scaled, right, pull = _by_hand_factors(weights, by_item)
    similar = sp_matmul_topn(
        scaled, right, top_n=KNOBS.neighbour_count + 1, n_threads=os.cpu_count()
    )
    similar = _by_hand_shrink(similar, by_item, pull)
    penalised = similar.T.tocsr() - sparse.identity(len(items), format="csr") * 1e4
    # Bought items weigh at least as much as a purchase of two years ago still counts.
    best = sp_matmul_topn(
        profiles,
        penalised.tocsr(),
        top_n=LENGTH,
        threshold=1e-12,
        sort=True,
        n_threads=os.cpu_count(),
    )
    return _listed(customers, items, best)


def by_scipy(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Do the same with scipy and argpartition."""
    customers, items, weights, profiles = _by_hand_matrices(connection)
    by_item = weights.T.tocsr()
    scaled, right, pull = _by_hand_factors(weights, by_item)
    rows = []
    for start in range(0, len(items), 500):
        rows.append(_top_rows(scaled[start : start + 500] @ right, 101))
    similar = _by_hand_shrink(sparse.vstack(rows, format="csr"), by_item, pull)
    by_source = similar.T.tocsr()
    found = []
    for start in range(0, len(customers), 2_000):
        scores = (profiles[start : start + 2_000] @ by_source).toarray()
        part = profiles[start : start + 2_000]
        scores[
            np.repeat(np.arange(len(scores)), np.diff(part.indptr)), part.indices
        ] = 0
        top = np.argpartition(-scores, LENGTH, axis=1)[:, :LENGTH]
        values = np.take_along_axis(scores, top, axis=1)
        starts = np.arange(0, values.size + 1, LENGTH)
        part = sparse.csr_matrix((values.ravel(), top.ravel(), starts), scores.shape)
        part.eliminate_zeros()
        found.append(part)
    return _listed(customers, items, sparse.vstack(found, format="csr"))


def by_implicit(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Do it with implicit, which has a cosine of its own."""
    from implicit.nearest_neighbours import CosineRecommender

    customers, items, _, profiles = _by_hand_matrices(connection)
    model = CosineRecommender(K=KNOBS.neighbour_count, num_threads=os.cpu_count())
    model.fit(profiles.tocsr(), show_progress=False)
    everybody = np.arange(len(customers))
    best, scores = model.recommend(everybody, profiles, N=LENGTH)
    return pa.table(
        {
            "customer_id": pa.array(customers.repeat(LENGTH)),
            "item_id": pa.array(items[best.ravel()]),
            "score": scores.ravel(),
        }
    )


def by_join(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Join customers' purchases with themselves, each pair of items once."""
    return connection.sql(
        f"""
        with latest as (
            select
                dense_rank() over (order by customer_id) as customer,
                dense_rank() over (order by item_id) as item,
                date '{AS_OF}' - max(purchased_date) as age
            from purchases
            group by customer_id, item_id
        ),

        weights as (
            select
                *,
                pow(0.5, age / {KNOBS.half_life_days})
                * pow(count(*) over (partition by customer), -{KNOBS.beta}) as weight
            from latest
        ),

        norms as (select item, sum(weight * weight) as n from weights group by item),

        pairs as (
            select
                weights.item as one,
                others.item as two,
                sum(weights.weight * others.weight) as product
            from weights
            inner join weights as others
                on weights.customer = others.customer and weights.item < others.item
            group by weights.item, others.item
        ),

        directed as (
            select one as target, two as source, product from pairs
            union all
            select two as target, one as source, product from pairs
        )

        select
            target,
            source,
            product / (
                pow(sources.n, {KNOBS.alpha}) * pow(targets.n, {1 - KNOBS.alpha})
                + (select median(n) from norms) * {KNOBS.shrink}
            ) as score
        from directed
        inner join norms as sources on source = sources.item
        inner join norms as targets on target = targets.item
        qualify row_number() over (
            partition by target order by score desc, source
        ) <= {KNOBS.neighbour_count}
        """
    ).to_arrow_table()


JOIN = "neighbours alone, a join in DuckDB"
WAYS: dict[str, Callable[[duckdb.DuckDBPyConnection], pa.Table]] = {
    "covey": by_covey,
    "by hand, sparse-dot-topn": by_hand,
    "by hand, scipy": by_scipy,
    "implicit": by_implicit,
    "covey, with reasons": by_covey_with_reasons,
    JOIN: by_join,
}


def _read(connection: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    return connection.sql("from purchases").to_arrow_reader()


def _by_hand_matrices(connection: duckdb.DuckDBPyConnection) -> tuple[Any, ...]:
    """Let DuckDB number the ids, and give what a similarity and a list weigh."""
    connection.execute(
        """
        create temp table customers as
        select customer_id, row_number() over (order by customer_id) - 1 as code
        from (select distinct customer_id from purchases);
        create temp table items as
        select item_id, row_number() over (order by item_id) - 1 as code
        from (select distinct item_id from purchases)
        """
    )
    rows = connection.sql(
        f"""
        select
            customers.code::integer as customer,
            items.code::integer as item,
            min(date '{AS_OF}' - purchased_date)::integer as age
        from purchases
        inner join customers using (customer_id)
        inner join items using (item_id)
        group by all
        order by all
        """
    ).fetchnumpy()
    ids = [
        connection.sql(f"select {name}_id from {name}s order by code")
        .to_arrow_table()[0]
        .to_numpy()
        for name in ("customer", "item")
    ]
    shape = (len(ids[0]), len(ids[1]))
    places = (np.asarray(rows["customer"]), np.asarray(rows["item"]))
    age = np.asarray(rows["age"])
    profiles = sparse.csr_matrix(
        (0.5 ** (age / KNOBS.profile_half_life_days), places), shape
    )
    sizes = np.bincount(places[0], minlength=shape[0])
    decayed = 0.5 ** (age / KNOBS.half_life_days) * sizes[places[0]] ** -KNOBS.beta
    return *ids, sparse.csr_matrix((decayed, places), shape), profiles


def _by_hand_factors(weights: Any, by_item: Any) -> tuple[Any, Any, float]:
    """Give the two factors of the products, which the shrinkage is divided by later.

    A pull on each pair has no place in a product of two matrices, so the best are first
    found without it, as one does who has only the library.
    """
    norms = by_item.multiply(by_item).sum(axis=1).A1
    left = sparse.diags(norms ** -(1 - KNOBS.alpha)) @ by_item
    right = weights @ sparse.diags(norms**-KNOBS.alpha)
    return left.tocsr(), right.tocsr(), KNOBS.shrink * float(np.median(norms))


def _by_hand_shrink(similar: Any, by_item: Any, pull: float) -> Any:
    norms = by_item.multiply(by_item).sum(axis=1).A1
    similar = similar.tocsr()
    rows = np.repeat(np.arange(similar.shape[0]), np.diff(similar.indptr))
    scale = norms[rows] ** (1 - KNOBS.alpha) * norms[similar.indices] ** KNOBS.alpha
    similar.data *= scale / (scale + pull)
    similar.data[rows == similar.indices] = 0
    similar.eliminate_zeros()
    return similar


def _top_rows(block: Any, count: int) -> Any:
    """Keep the largest of each row."""
    rows = []
    for row in range(block.shape[0]):
        values = block.data[block.indptr[row] : block.indptr[row + 1]]
        columns = block.indices[block.indptr[row] : block.indptr[row + 1]]
        if len(values) > count:
            best = np.argpartition(-values, count)[:count]
            values, columns = values[best], columns[best]
        rows.append((values, columns))
    starts = np.concatenate([[0], np.cumsum([len(values) for values, _ in rows])])
    data = np.concatenate([values for values, _ in rows])
    indices = np.concatenate([columns for _, columns in rows])
    return sparse.csr_matrix((data, indices, starts), block.shape)


def _listed(customers: Any, items: Any, best: Any) -> pa.Table:
    return pa.table(
        {
            "customer_id": pa.array(customers.repeat(np.diff(best.indptr))),
            "item_id": pa.array(items[best.indices]),
            "score": best.data,
        }
    )


def run(way: str, path: Path) -> None:
    """Do it one way, and print what it took as JSON."""
    if way == "implicit":
        import implicit.nearest_neighbours  # noqa: F401
    with duckdb.connect(str(path), config={"threads": "2"}) as connection:
        wall, cpu = time.perf_counter(), time.process_time()
        connection.register("found", WAYS[way](connection))
        connection.execute("create or replace table lists as from found")
        spent = time.perf_counter() - wall, time.process_time() - cpu
        told = connection.sql("select count(*), round(avg(score), 6) from lists")
        rows, score = told.fetchall()[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps([*spent, peak, rows, score]))


def main() -> None:
    """Measure each, and print a table."""
    if len(sys.argv) > 2:
        run(sys.argv[1], Path(sys.argv[2]))
        return
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    costs: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as scratch:
        paths = {
            count: Path(scratch) / f"{count}.duckdb" for count in (events, events // 10)
        }
        for count, path in paths.items():
            make_purchases(path, count)
        for turn in range(TURNS):
            for way in WAYS:
                if turn and way == JOIN:
                    continue
                path = paths[events // 10 if way == JOIN else events]
                command = [sys.executable, "-m", "benchmarks.recommendations"]
                done = subprocess.run(
                    [*command, way, str(path)], check=True, stdout=subprocess.PIPE
                )
                costs[way].append(json.loads(done.stdout))
    table = Table(
        title=f"{events:,} purchases to ten items for everybody", title_justify="left"
    )
    for column in ("", "wall s", "CPU s", "peak GiB", "rows", "mean score"):
        table.add_column(column, justify="left" if not column else "right")
    for way, turns in costs.items():
        wall, cpu, peak = np.min([turn[:3] for turn in turns], axis=0)
        name = f"{way}, {events // 10:,}" if "join" in way else way
        table.add_row(
            name,
            f"{wall:.1f}",
            f"{cpu:.1f}",
            f"{peak:.2f}",
            f"{turns[0][3]:,.0f}",
            f"{turns[0][4]:.6f}",
        )
    console = Console(width=100)
    console.print(table)
    ours = np.min([turn[:2] for turn in costs["covey"]], axis=0)
    for way in ("by hand, sparse-dot-topn", "implicit"):
        ratio = ours / np.min([turn[:2] for turn in costs[way]], axis=0)
        console.print(f"covey over {way}: {ratio[0]:.2f} wall, {ratio[1]:.2f} CPU")
    console.print(f"load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
