"""Fill the templates: every file of a new source, as text."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import jinja2

from covey.mapping import expressions as sql
from covey.mapping import feeds as feeding
from covey.mapping.proposal import (
    Proposal,
    landed_columns,
    personal_columns,
    unknown_values,
)
from covey.mapping.roles import Part
from covey.mapping.staging import staging_model
from covey.mapping.staging_model import GRAINS, Lookup, StagingModel

_SECTIONS = ("ids", "text", "numerics", "booleans", "dates", "timestamps")
_CATALOGUE = ("item_name", "item_type", "category", "brand", "price_amount")
_PLACE = ("region", "country_code")
_TYPES = {"integer": "numeric", "decimal": "numeric", "date": "date"}


def render(project_dir: Path, proposal: Proposal) -> dict[Path, str]:
    """Write every file of the source, and the business's, into memory.

    Returns
    -------
    dict
        Path below the project to its text.
    """
    models = [staging_model(proposal, part) for part in proposal.used_parts]
    source = proposal.source
    staging = Path("models/staging") / source
    intermediate = Path("models/intermediate") / source
    files = {
        Path("businesses") / f"{proposal.business}.yml": _business(proposal, models),
        staging / f"_{source}__sources.yml": _sources(proposal),
        staging / f"_{source}__models.yml": _models(source, models),
    }
    for model in models:
        name = stg(source, model.part)
        files[staging / f"{name}.sql"] = _staging(source, model)
    contracts = feeding.contracts(project_dir, proposal, models)
    files[intermediate / f"_{source}__feeds.yml"] = _fill(
        "feeds.yml", source=source, feeds=contracts
    )
    for feed in contracts:
        path = intermediate / f"int_{source}__{feed.name}.sql"
        files[path] = _intermediate(proposal, models, feed)
    return files


def stg(source: str, part: Part) -> str:
    """Name the staging model of a table."""
    return f"stg_{source}__{part.table.name}"


def _environment() -> jinja2.Environment:
    """Templates write jinja of their own, so they are filled with other marks."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("covey.mapping", "templates"),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals |= {
        "named": sql.named,
        "listed": _listed,
        "comment": _comment,
        "condition_line": _condition_line,
        "lookup_names": _lookup_names,
        "cte": lambda part: sql.cte(part.table.name),
        "described_in": _described_in,
    }
    return environment


def _fill(template: str, **values: Any) -> str:
    text = _environment().get_template(f"{template}.j2").render(**values)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _listed(columns: list[tuple[str, str]], indent: int = 8) -> str:
    return f",\n{' ' * indent}".join(
        sql.named(expression, name, indent) for expression, name in columns
    )


def _comment(text: str) -> str:
    return textwrap.fill(text, sql.WIDTH, initial_indent="-- ", subsequent_indent="-- ")


def _described_in(text: str, indent: int) -> str:
    pad = " " * indent
    return textwrap.fill(text, sql.WIDTH, initial_indent=pad, subsequent_indent=pad)


def _lookup_names(lookup: Lookup) -> str:
    return ",\n        ".join(f"{lookup.name}.{name}" for _, name in lookup.columns)


def _condition_line(code: str, condition: str) -> str:
    """Write one entry of a mapping of codes to conditions."""
    if condition == "@currency":
        spelled = "\"currency_code <> '\" ~ var('currency_code') ~ \"'\""
    elif condition == "@event_type":
        inner = "'interaction_type is null or interaction_type not in ('"
        spelled = (
            f"\n                {inner}\n                ~ 'select interaction_type "
            "from ' ~ ref('interaction_types') ~ ')'"
        )
    elif condition.startswith("@"):
        spelled = condition[1:]
    elif "' ~" in condition:
        spelled = f"'{condition}'"
    else:
        spelled = f'"{condition}"' if "'" in condition else f"'{condition}'"
    line = f"'{code}': {spelled}"
    if len(line) + 13 > sql.WIDTH and "\n" not in line:
        return f"'{code}':\n                {spelled}"
    return line.replace(": \n", ":\n")


def _judged(source: str, model: StagingModel) -> str:
    key = ", ".join(f"'{name}'" for name in model.key)
    table = model.part.table.name
    call = f"judged_rows('checked', '{source}', '{table}', key=[{key}])"
    if len(call) + 6 <= sql.WIDTH:
        return f"{{{{ {call} }}}}"
    return (
        f"{{{{ judged_rows(\n    'checked', '{source}', '{table}',\n"
        f"    key=[{key}]\n) }}}}"
    )


def _staging(source: str, model: StagingModel) -> str:
    impossible = "birth_year" in model.names()
    checked = "*"
    if impossible:
        checked = textwrap.dedent(
            """\
            * replace (
                        case
                            when birth_year between 1900 and year({{ as_of_date() }})
                                then birth_year
                        end as birth_year
                    )"""
        )
    return _fill(
        "staging.sql",
        source=source,
        model=model,
        sections=[(s, model.sections[s]) for s in _SECTIONS if s in model.sections],
        checked_columns=checked,
        rejects=list(model.rejects.items()),
        judged=_judged(source, model),
    )


def _business(proposal: Proposal, models: list[StagingModel]) -> str:
    origins = ", ".join(part.table.origin for part in proposal.used_parts)
    return _fill(
        "business.yml",
        title=f"{proposal.business}: from {origins}.",
        business=proposal.business,
        source=proposal.source,
        entities=feeding.entities_of(proposal, models),
        as_of_date=proposal.as_of_date,
        time_zone=proposal.time_zone,
        currency=proposal.currency,
        outcomes=proposal.outcomes,
    )


def _sources(proposal: Proposal) -> str:
    tables = [
        {
            "name": part.table.name,
            "grain": GRAINS[part.role].split(";")[0].split(":")[0].rstrip(".") + ".",
            "meta": _table_meta(part),
            "columns": _columns(proposal, part),
        }
        for part in proposal.used_parts
    ]
    origins = ", ".join(part.table.origin for part in proposal.used_parts)
    return _fill("sources.yml", source=proposal.source, origins=origins, tables=tables)


def _table_meta(part: Part) -> dict[str, str]:
    options = dict(part.table.file_options)
    if any(column.decimal == "," for column in part.table.columns):
        options["decimal"] = '","'
    if "delimiter" in options:
        options["delimiter"] = '"' + options["delimiter"].replace("\t", "\\t") + '"'
    if "sheet" in options:
        options["sheet"] = f'"{options["sheet"]}"'
    meta = {"relation": part.table.relation} if part.table.relation else {}
    if options and not part.table.relation:
        listed = ", ".join(f"{name}: {value}" for name, value in options.items())
        meta["file"] = f"{{{listed}}}"
    return meta


def _columns(proposal: Proposal, part: Part) -> list[dict[str, str]]:
    personal = personal_columns(proposal, part)
    kept = set(landed_columns(proposal, part))
    read = set(part.fields.values())
    columns = []
    for column in part.table.columns:
        meta = dict(personal[column.name])
        if meta.get("personal") == "pseudonym" and unknown_values(column):
            listed = ", ".join(f'"{value}"' for value in unknown_values(column))
            meta["unknown_values"] = f"[{listed}]"
        data_type = ""
        if column.name in kept & read and "personal" not in meta:
            data_type = _TYPES.get(column.kind, column.kind)
        columns.append(
            {
                "name": column.name,
                "data_type": data_type if data_type in _DECLARED else "",
                "meta": ", ".join(f"{name}: {value}" for name, value in meta.items()),
            }
        )
    return columns


_DECLARED = ("numeric", "timestamp", "date")


def _models(source: str, models: list[StagingModel]) -> str:
    listed = [
        {
            "name": stg(source, model.part),
            "table": f"{source}.{model.part.table.name}",
            "grain": model.grain,
            "key": model.key,
            "has_currency": "currency_code" in model.names(),
        }
        for model in models
    ]
    return _fill("models.yml", models=listed)


def _intermediate(
    proposal: Proposal, models: list[StagingModel], feed: feeding.Feed
) -> str:
    source = proposal.source
    amounts = [
        (m.part.table.name, "'amount'" if m.has_amount else "none") for m in models
    ]
    values: dict[str, Any] = {
        "source": source,
        "amounts": amounts,
        "columns": feed.columns,
        "stg": lambda part: stg(source, part),
    }
    if feed.name == "customers":
        values |= _customers(models, feed)
    elif feed.name == "items":
        values |= _items(models, feed)
    elif feed.name == "interactions":
        values |= _interactions(source, models, feed)
    elif feed.name == "orphan_rows":
        values |= {"checks": feeding.orphan_checks(models)}
    elif feed.name == "identity_keys":
        registered = next(m for m in models if m.part.role == "customers")
        values |= {
            "table": sql.cte(registered.part.table.name),
            "stg_name": stg(source, registered.part),
            "keys": feeding.identity_keys(models),
        }
    return _fill(f"{feed.name}.sql", **values)


def _first(models: list[StagingModel], *roles: str) -> StagingModel | None:
    return next((m for role in roles for m in models if m.part.role == role), None)


def _null(kind: str) -> str:
    return f"cast(null as {kind})"


def _customers(models: list[StagingModel], feed: feeding.Feed) -> dict[str, Any]:
    registered = _first(models, "customers")
    described = None
    if not registered or not {*_PLACE} & registered.names():
        sales = _first(models, "sales")
        described = sales if sales and {*_PLACE} & sales.names() else None

    def attribute(name: str, kind: str) -> str:
        if registered and name in registered.names():
            return f"{sql.cte(registered.part.table.name)}.{name}"
        if described and name in _PLACE and name in described.names():
            return f"places.{name}"
        return f"{_null(kind)} as {name}"

    places = [name for name in _PLACE if described and name in described.names()]
    return {
        "active": [
            m.part
            for m in models
            if "source_customer_id" in m.names()
            and m.part.role not in ("customers", "order_lines")
        ],
        "registered": registered.part if registered else None,
        "described": described.part if described else None,
        "described_columns": _listed([(f"min({name})", name) for name in places]),
        "columns": [c for c in feed.columns if c[0] not in _OWN_OF_CUSTOMERS],
        "grain": _comment(feed.grain),
        "attribute": attribute,
    }


_OWN_OF_CUSTOMERS = ("source", "source_customer_id")


def _items(models: list[StagingModel], feed: feeding.Feed) -> dict[str, Any]:
    catalogue = _first(models, "items")
    sales = _first(models, "sales")
    names = catalogue.names() if catalogue else set()
    told = sales.names() if sales else set()
    from_sales = [name for name in _CATALOGUE if name in told and name not in names]

    def attribute(name: str, kind: str) -> str:
        known = _null(kind)
        if catalogue and name in names:
            known = f"{sql.cte(catalogue.part.table.name)}.{name}"
        elif name in from_sales:
            known = f"described.{name}"
        if name == "item_name":
            found = f"{known}, " if "null" not in known else ""
            return sql.named(
                f"coalesce({found}'Item ' || mentioned.source_item_id)"
                if found
                else "'Item ' || mentioned.source_item_id",
                name,
                4,
            )
        return known if known.endswith(f".{name}") else f"{known} as {name}"

    newest = [
        (f"arg_max({name}, row(occurred_at, load_id, source_row))", name)
        for name in from_sales
    ]
    merchandise = {"item_id": "mentioned.source_item_id"}
    for name in ("item_name", "item_type", "category"):
        if catalogue and name in names:
            merchandise[name] = f"{sql.cte(catalogue.part.table.name)}.{name}"
        elif name in from_sales:
            merchandise[name] = f"described.{name}"
    own = ("source", "item_id", "is_merchandise")
    return {
        "mentions": [m.part for m in models if "source_item_id" in m.names()],
        "catalogue": catalogue.part if catalogue else None,
        "merchandise": merchandise,
        "described": sales.part if sales and from_sales else None,
        "described_columns": _listed(newest),
        "columns": [column for column in feed.columns if column[0] not in own],
        "attribute": attribute,
    }


def _interactions(
    source: str, models: list[StagingModel], feed: feeding.Feed
) -> dict[str, Any]:
    listed = feeding.interaction_feeds(source, models)
    given = {name for feed in listed for _, name in feed.columns}

    def attribute(name: str, kind: str) -> str:
        if name == "currency_code":
            return "'{{ var(\"currency_code\") }}' as currency_code"
        return name if name in given else f"{_null(kind)} as {name}"

    return {
        "feeds": listed,
        "columns": [column for column in feed.columns if column[0] != "source"],
        "said_rows": feeding.said_rows(models),
        "attribute": attribute,
    }
