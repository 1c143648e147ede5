"""The SQL of the lists on small made-up tables, without dbt."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import duckdb
import jinja2
import pandas as pd
import yaml

from covey.ml.recommendations.candidates import make_candidates
from covey.ml.recommendations.cosine import Knobs, fit_neighbours
from covey.ml.recommendations.purchase_matrix import read_purchase_days
from covey.ml.recommendations.reasons import find_common
from unit.macros import MACROS

PROJECT = MACROS.parent
MODELS_FOLDER = PROJECT / "models"
AS_OF = date(2026, 1, 1)
MODELS = (
    "items",
    "typical_weights",
    "neighbours",
    "rules",
    "item_rules",
    "customers",
    "candidates",
    "buy_again",
    "buyer_counts",
    "popular",
    "pool",
    "fillers",
    "scores",
    "own_things",
    "list_lengths",
)
ITEM_COLUMNS = {
    "item_name": "",
    "item_type": None,
    "category": None,
    "brand": None,
    "price_amount": None,
    "is_merchandise": True,
    "is_available": True,
}
RULE_COLUMNS = (
    "business",
    "list_name",
    "segment_name",
    "rule",
    "scope",
    "value",
    "number",
    "reason",
)
SETTINGS = {
    "business": "tiny",
    "as_of_date": AS_OF.isoformat(),
    "recommendation_minimum_customers": 1,
    "list_length": 3,
    "candidate_count": 20,
}


_VARS: dict[str, Any] = {}


@lru_cache
def _macros() -> jinja2.Environment:
    """Compile the project's macros once; a `ref` is the name of its table."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals.update(
        var=lambda name, default=None: _VARS.get(name, default),
        ref=lambda name: name,
        is_incremental=lambda: False,
        none=None,
    )
    environment.globals["return"] = lambda value: None
    text = "\n".join(path.read_text() for path in sorted(MACROS.glob("*.sql")))
    macros = vars(environment.from_string(text).module)
    environment.globals.update(
        {name: macro for name, macro in macros.items() if not name.startswith("_")}
    )
    return environment


@lru_cache
def _known_vars() -> dict[str, Any]:
    known: dict[str, Any] = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())
    return known["vars"]


class Lists:
    """Tables of a tiny shop, and the lists that the models make of them.

    Parameters
    ----------
    purchases : one row per customer, item and day
    items : columns of `core_items` by id; an item that is bought is there in any case
    segments : the segment's name by customer; who is not there has none
    rules : rows of seeds/recommendation_rules.csv, of which most columns may be missing
    """

    def __init__(
        self,
        purchases: pd.DataFrame,
        items: dict[str, dict[str, Any]] | None = None,
        customers: list[str] | None = None,
        segments: dict[str, str] | None = None,
        rules: list[dict[str, Any]] | None = None,
        decision: str = "published",
        **settings: Any,
    ) -> None:
        self.vars = {**_known_vars(), **SETTINGS, **settings}
        self.connection = duckdb.connect()
        catalogue = {item: {} for item in sorted(set(purchases["item_id"]))}
        self._load_catalogue({**catalogue, **(items or {})})
        people = sorted({*purchases["customer_id"], *(customers or [])})
        self._load("core_customers", [{"customer_id": each} for each in people])
        names = segments or {}
        self._load(
            "ml_segments__scores",
            [
                {"customer_id": customer, "segment_id": name, "segment_name": name}
                for customer, name in names.items()
            ],
            "customer_id varchar, segment_id varchar, segment_name varchar",
        )
        self._load(
            "recommendation_rules",
            [
                {**dict.fromkeys(RULE_COLUMNS), "business": "tiny", **rule}
                for rule in rules or []
            ],
            ", ".join(
                f"{name} {'double' if name == 'number' else 'varchar'}"
                for name in RULE_COLUMNS
            ),
        )
        lists = ("new_for_you", "buy_again")
        self._load(
            "ml_recommendations__readiness",
            [
                {"output": f"recommendations:{name}", "decision": decision}
                for name in lists
            ],
        )
        self._load(
            "ml_recommendations__verdicts",
            [{"list_name": name, "verdict": "published"} for name in lists],
        )
        self._load("segment_names", [{"segment_name": "Champions"}])
        self._load("segment_overrides", [], "segment_name varchar")
        self._learn(purchases)
        for name in MODELS:
            self.build(f"ml_recommendations__{name}")

    def build(self, name: str) -> None:
        """Make the table of one model."""
        self.connection.execute(f"create table {name} as {self.sql_of(name)}")

    def sql_of(self, name: str) -> str:
        """Give the SQL of one model."""
        return self.render(next(MODELS_FOLDER.rglob(f"{name}.sql")).read_text())

    def render(self, text: str) -> str:
        """Fill in what dbt would."""
        _VARS.update(self.vars)
        return _macros().from_string(text).render()

    def lists(self, list_name: str = "new_for_you") -> dict[str, list[str]]:
        """Give the items of each customer's list, in order."""
        found = self.connection.execute(
            "select customer_id, list(item_id order by rank) "
            "from ml_recommendations__scores where list_name = ? group by all",
            [list_name],
        ).fetchall()
        return dict(found)

    def reasons(self, list_name: str = "new_for_you") -> dict[str, str]:
        """Say of each customer's list whether it is full, or why not."""
        found = self.connection.execute(
            "select customer_id, reason from ml_recommendations__list_lengths "
            "where list_name = ?",
            [list_name],
        ).fetchall()
        return dict(found)

    def column(self, customer: str, name: str) -> list[Any]:
        """Give one column of a customer's new things, in order."""
        found = self.connection.execute(
            f"select {name} from ml_recommendations__scores "
            "where list_name = 'new_for_you' and customer_id = ? order by rank",
            [customer],
        ).fetchall()
        return [row[0] for row in found]

    def faults(self) -> list[str]:
        """Say what the test of the rules says."""
        file = PROJECT / "tests" / "dbt" / "singular" / "recommendation_rules_are_known"
        sql = self.render(file.with_suffix(".sql").read_text())
        found = self.connection.execute(f"select message from ({sql})").fetchall()
        return [row[0] for row in found]

    def _learn(self, purchases: pd.DataFrame) -> None:
        """Do what the Python models do."""
        knobs = Knobs(**self.vars["recommendation_knobs"])
        days = read_purchase_days(purchases, AS_OF)
        often = days.bought_by(self.vars["recommendation_minimum_customers"])
        neighbours = fit_neighbours(often, knobs)
        sources = neighbours["neighbour_item_id"]
        neighbours["neighbour_common"] = find_common(days, sources, knobs)
        neighbours["run_id"] = "one"
        candidates = make_candidates(
            days,
            neighbours,
            knobs,
            self.vars["candidate_count"],
            self.vars.get("reason_count", 2 * self.vars["list_length"]),
        )
        for name, frame in (
            ("training_set", purchases.astype({"purchased_date": "datetime64[us]"})),
            ("fit_neighbours", neighbours),
            ("fit_candidates", candidates),
        ):
            self.connection.register("frame", frame)
            self.connection.execute(
                f"create table ml_recommendations__{name} as from frame"
            )
            self.connection.unregister("frame")
        self.connection.execute(
            "alter table ml_recommendations__training_set "
            "alter purchased_date set data type date"
        )
        self.connection.execute(
            "create view ml_recommendations__listing_set as "
            "from ml_recommendations__training_set"
        )

    def _load_catalogue(self, items: dict[str, dict[str, Any]]) -> None:
        self._load(
            "core_items",
            [
                {
                    "item_id": item,
                    **ITEM_COLUMNS,
                    "item_name": f"The {item}",
                    **columns,
                }
                for item, columns in items.items()
            ],
            "item_id varchar, item_name varchar, item_type varchar, category varchar, "
            "brand varchar, price_amount decimal(18, 2), is_merchandise boolean, "
            "is_available boolean",
        )

    def _load(
        self, name: str, rows: list[dict[str, Any]], columns: str | None = None
    ) -> None:
        if columns is None:
            columns = ", ".join(f"{column} varchar" for column in rows[0])
        self.connection.execute(f"create table {name} ({columns})")
        if rows:
            self.connection.register("frame", pd.DataFrame(rows, dtype=object))
            self.connection.execute(f"insert into {name} by name from frame")
            self.connection.unregister("frame")


def make_shop(baskets: dict[str, str], day: date | None = None) -> pd.DataFrame:
    """One letter an item, one row each: {'ann': 'ab'} bought a and b on one day."""
    when = day or AS_OF - timedelta(days=9)
    rows = [(customer, item) for customer, items in baskets.items() for item in items]
    frame = pd.DataFrame(rows, columns=["customer_id", "item_id"]).astype("str")
    return frame.assign(purchased_date=pd.Timestamp(when))
