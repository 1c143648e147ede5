"""Hold what is landed against what a source declares and what staging reads."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import yaml

from covey.mapping.checks import Problem, business_file
from covey.mapping.value_kinds import COMMA_NUMBER, ISO
from covey.settings import Settings
from covey.warehouse import fetch, open_scratch, quoted

if TYPE_CHECKING:
    import duckdb

# Fewer readable values than this are no typos but another format.
_LEAST_READABLE = 0.5


def check_landed(
    settings: Settings, source: str, vars_: dict[str, Any]
) -> list[Problem]:
    """Check every declared table of a source.

    Returns
    -------
    list of Problem
        Tables that are not landed, columns that are not there, dates and numbers that
        staging would not read, and an ``as_of_date`` that leaves nothing.
    """
    folder = Path("models") / "staging" / source
    path = settings.project_dir / folder / f"_{source}__sources.yml"
    if not path.is_file():
        if not path.parent.is_dir():
            return []  # said already: there is no such source
        return [
            Problem(
                str(folder), path.name, "it is not there", "declare the tables in it"
            )
        ]
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    tables = [
        table
        for each in content["sources"]
        if each["name"] == source
        for table in each["tables"]
        if table.get("columns")
    ]
    problems: list[Problem] = []
    days: list[tuple[date, date]] = []
    with open_scratch() as connection:
        for table in tables:
            check = _TableCheck(settings, source, table, connection)
            problems += check.problems()
            days += check.days
    return problems + _check_as_of(settings, vars_, days)


class _TableCheck:
    """One declared table and its landed files."""

    def __init__(
        self,
        settings: Settings,
        source: str,
        table: dict[str, Any],
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        self.settings, self.source, self.table = settings, source, table
        self.name = str(table["name"])
        self.connection = connection
        self.folder = settings.landed_dir / source / self.name
        self.yaml = f"models/staging/{source}/_{source}__sources.yml"
        self.days: list[tuple[date, date]] = []
        model = Path("models/staging") / source / f"stg_{source}__{self.name}.sql"
        self.model = settings.project_dir / model
        self.model_name = str(model)

    def problems(self) -> list[Problem]:
        if not self.model.is_file():
            return [
                Problem(
                    self.yaml,
                    self.name,
                    f"no model stages it: {self.model_name}",
                    "write it, or take the table off",
                )
            ]
        files = sorted(self.folder.glob("*.parquet"))
        if not files:
            return [
                Problem(
                    self.yaml,
                    self.name,
                    "nothing of it is landed",
                    f"run covey -b {self.settings.business} land {self.source} "
                    f"{self.name}.csv",
                )
            ]
        problems = self._missing_columns(files)
        if problems:
            return problems
        spelled = str(self.folder / "*.parquet").replace("'", "''")
        self.connection.execute(
            "create or replace temp view landed as "
            f"from read_parquet('{spelled}', union_by_name = true)"
        )
        for column in self.table["columns"]:
            kind = column.get("data_type")
            if kind in ("date", "timestamp"):
                problems += self._dates(column["name"], kind)
            elif kind == "numeric":
                problems += self._numbers(column["name"])
        return problems

    def _missing_columns(self, files: list[Path]) -> list[Problem]:
        expected = [
            column["name"]
            for column in self.table["columns"]
            if column.get("config", {}).get("meta", {}).get("personal") != "contact"
        ]
        return [
            Problem(
                f"{self.source}/{self.name}/{file.name}",
                name,
                f"{self.yaml} declares this column and the landed file lacks it",
                "land a file that has it, or take it off the declaration",
            )
            for file in files
            for name in expected
            if name not in pq.read_schema(file).names
        ]

    def _dates(self, name: str, kind: str) -> list[Problem]:
        format_ = self._format_of(name)
        value = f"nullif(trim(cast({quoted(name)} as varchar)), '')"
        if format_:
            spelled = format_.replace("'", "''")
            read = f"try_strptime(value, '{spelled}')"
        else:
            read = (
                f"case when regexp_matches(value, '{ISO}') "
                "then try_cast(value as timestamp) end"
            )
        row = fetch(
            self.connection,
            f"select count(value) as filled, count({read}) as readable, "
            f"cast(min({read}) as date) as first, cast(max({read}) as date) as last, "
            f"min(case when {read} is null then value end) as unread "
            f"from (select {value} as value from landed)",
        )[0]
        if row["filled"] and row["readable"] < row["filled"] * _LEAST_READABLE:
            said = f"as {format_!r}" if format_ else "as ISO"
            return [
                Problem(
                    self.model_name,
                    name,
                    f"{row['unread']!r} is no {kind} that staging reads ({said})",
                    f"declare how it is written: clean_timestamp('{name}', '%d/%m/%Y')",
                )
            ]
        if row["first"] and self._is_when(name):
            self.days.append((row["first"], row["last"]))
        return []

    def _format_of(self, name: str) -> str:
        """Find the format that the staging model reads a column by."""
        pattern = rf"clean_timestamp\(\s*'\"?{re.escape(name)}\"?'\s*,\s*'([^']+)'"
        found = re.search(pattern, self.model.read_text(encoding="utf-8"))
        return found.group(1) if found else ""

    def _is_when(self, name: str) -> bool:
        """Whether the column says when something happened."""
        text = self.model.read_text(encoding="utf-8")
        pattern = rf"\(\s*'\"?{re.escape(name)}\"?'[^\n]*\s+as occurred_at\b"
        return bool(re.search(pattern, text))

    def _numbers(self, name: str) -> list[Problem]:
        value = f"nullif(trim(cast({quoted(name)} as varchar)), '')"
        row = fetch(
            self.connection,
            "select count(value) as filled, count(try_cast(value as double)) as plain, "
            f"count(case when regexp_matches(value, '{COMMA_NUMBER}') then 1 end) "
            "as comma, min(case when try_cast(value as double) is null then value end) "
            f"as unread from (select {value} as value from landed)",
        )[0]
        has_comma = re.search(
            rf"clean_number\(\s*'\"?{re.escape(name)}\"?'[^)]*decimal=','",
            self.model.read_text(encoding="utf-8"),
        )
        readable = row["plain"] + (row["comma"] if has_comma else 0)
        if not row["filled"] or readable >= row["filled"] * _LEAST_READABLE:
            return []
        is_comma = row["comma"] >= row["filled"] * _LEAST_READABLE
        remedy = (
            f"declare the decimal comma: clean_number('{name}', decimal=',')"
            if is_comma
            else "read another column, or mend the export"
        )
        return [
            Problem(self.model_name, name, f"{row['unread']!r} is no number", remedy)
        ]


def _check_as_of(
    settings: Settings, vars_: dict[str, Any], days: list[tuple[date, date]]
) -> list[Problem]:
    try:
        as_of = date.fromisoformat(str(vars_["as_of_date"]))
    except ValueError:
        return []  # said already
    if not days:
        return []
    first, last = min(day for day, _ in days), max(day for _, day in days)
    remedy = "give the day after the last that you know all of"
    if as_of <= first:
        what = f"{as_of} is before all that is landed ({first} to {last})"
    elif (as_of - last).days > 366:
        what = f"{as_of} is over a year after all that is landed ({first} to {last})"
    else:
        return []
    return [Problem(business_file(settings), "as_of_date", what, remedy)]
