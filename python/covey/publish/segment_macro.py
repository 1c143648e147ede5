"""A table macro that assigns anybody to a segment, wherever the file is.

DuckDB looks for the tables of a macro where the reader is and not where the macro is:
one that reads a table breaks as soon as its file is attached. So the rows of
``dim_segment_centres`` are written into the macro, number by number; it reads no
table, and copying, renaming or attaching the file changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from covey.warehouse import Row, quoted

MACRO_NAME = "assign_segment"
CENTRES_TABLE = "dim_segment_centres"
_CONFIDENCE = "1 - coalesce(own_distance / nullif(other_distance, 0), 0)"


def assignment_macro(centres: Sequence[Row]) -> str | None:
    """Write the statement that makes ``assign_segment`` in the current database.

    It gives one row: `segment_id`, `segment_name`, `segment_distance`,
    `runner_up_segment_id`, `runner_up_segment_name`, `runner_up_distance`,
    `segment_confidence` and `deciding_feature`. A feature that is null is taken for
    typical, as in the build.

    Parameters
    ----------
    centres : rows of ``dim_segment_centres``, in any order

    Returns
    -------
    str or None
        Its parameters are the features in the order of their rank; no rows, no macro.
    """
    if not centres:
        return None
    rows = sorted(centres, key=lambda row: (row["feature_rank"], row["cluster_id"]))
    features = list(dict.fromkeys(row["feature"] for row in rows))
    clusters = list(dict.fromkeys(row["cluster_id"] for row in rows))
    named = {row["cluster_id"]: row for row in rows}
    steps = {
        "given": _given(features, rows),
        "distances": _distances(features, clusters, rows),
        "nearest": ["*", f"{_least(_every('distance', clusters))} as own_distance"],
        "own": ["*", f"{_first_at('own_distance', clusters)} as own"],
        "others": ["*", f"{_least(_others(clusters))} as other_distance"],
        "other": ["*", f"{_first_at('other_distance', clusters, 'own')} as other"],
        "gains": ["*", *_gains(features, clusters, rows)],
    }
    parts = list(steps)
    ctes = [
        _cte(name, columns, parts[place - 1] if place else None)
        for place, (name, columns) in enumerate(steps.items())
    ]
    ids = [_text(named[each]["segment_id"]) for each in clusters]
    names = [_text(named[each]["segment_name"]) for each in clusters]
    answer = [
        f"{_pick('own', clusters, ids)} as segment_id",
        f"{_pick('own', clusters, names)} as segment_name",
        "own_distance as segment_distance",
        f"{_pick('other', clusters, ids)} as runner_up_segment_id",
        f"{_pick('other', clusters, names)} as runner_up_segment_name",
        "other_distance as runner_up_distance",
        f"case when other_distance is not null then {_CONFIDENCE} end "
        "as segment_confidence",
        f"{_deciding(features)} as deciding_feature",
    ]
    return (
        f"create macro {MACRO_NAME}({', '.join(map(quoted, features))}) as table\n"
        f"with {', '.join(ctes)}\nselect {', '.join(answer)} from {parts[-1]}"
    )


def _given(features: list[str], rows: list[Row]) -> list[str]:
    """Scale each feature as at the fit: its log in deviations from the mean."""
    scaling = {row["feature"]: row for row in rows}
    return [
        f"coalesce((ln(1 + case when {quoted(name)} < 0 then 0 "
        f"else cast({quoted(name)} as double) end) "
        f"- {_number(scaling[name]['log_mean'])}) "
        f"/ {_number(scaling[name]['log_deviation'])}, 0) as deviation_{place}"
        for place, name in enumerate(features)
    ]


def _distances(features: list[str], clusters: list[int], rows: list[Row]) -> list[str]:
    """Measure the way to each centre, the features in their order as in the build."""
    centres = _centres(rows)
    given = f"[{', '.join(_every('deviation', range(len(features))))}]"
    return ["*"] + [
        f"list_distance({given}, [{', '.join(centres[cluster, n] for n in features)}])"
        f" as distance_{cluster}"
        for cluster in clusters
    ]


def _gains(features: list[str], clusters: list[int], rows: list[Row]) -> list[str]:
    """Say what each feature adds to being nearer to the own segment."""
    centres = _centres(rows)
    columns = []
    for place, name in enumerate(features):
        values = [centres[cluster, name] for cluster in clusters]
        own, other = (_pick(which, clusters, values) for which in ("own", "other"))
        columns.append(
            f"pow(deviation_{place} - {other}, 2) - pow(deviation_{place} - {own}, 2) "
            f"as gain_{place}"
        )
    return columns


def _centres(rows: list[Row]) -> dict[tuple[int, str], str]:
    return {(row["cluster_id"], row["feature"]): _number(row["centre"]) for row in rows}


def _others(clusters: list[int]) -> list[str]:
    return [
        f"case when own <> {cluster} then distance_{cluster} end"
        for cluster in clusters
    ]


def _first_at(distance: str, clusters: list[int], besides: str | None = None) -> str:
    """Take the first cluster at a distance, as the build does where two are."""
    also = f"{besides} <> {{0}} and " if besides else ""
    tests = " ".join(
        f"when {also.format(each)}distance_{each} = {distance} then {each}"
        for each in clusters
    )
    return f"case {tests} end"


def _deciding(features: list[str]) -> str:
    gains = _every("gain", range(len(features)))
    tests = " ".join(
        f"when {gain} then {_text(name)}"
        for gain, name in zip(gains, features, strict=True)
    )
    return f"case {_least(gains, 'greatest')} {tests} end"


def _cte(name: str, columns: list[str], source: str | None) -> str:
    origin = f" from {source}" if source else ""
    return f"{name} as (select {', '.join(columns)}{origin})"


def _pick(column: str, clusters: list[int], values: Sequence[str]) -> str:
    tests = " ".join(
        f"when {cluster} then {value}"
        for cluster, value in zip(clusters, values, strict=True)
    )
    return f"case {column} {tests} end"


def _every(prefix: str, numbers: Iterable[int]) -> list[str]:
    return [f"{prefix}_{number}" for number in numbers]


def _least(expressions: Sequence[str], function: str = "least") -> str:
    return f"{function}({', '.join(expressions)})"


def _number(value: float) -> str:
    """Spell a double so that it is read back to the last bit: no decimal literal."""
    return f"cast('{float(value)!r}' as double)"


def _text(value: str) -> str:
    return "'" + str(value).replace("'", "''") + "'"
