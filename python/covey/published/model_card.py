"""The card of a model: tables that say what it is and what to expect of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from covey.published.comparisons import YES_OR_NO, Comparison
from covey.published.scoring import score
from covey.warehouse import Row
from covey.words.feature_names import say_feature
from covey.words.metric_words import describe_metric
from covey.words.vocabulary import (
    PROTOCOLS,
    say_approximation,
    say_model,
    say_verdict,
)
from covey.words.wording import (
    capitalise,
    say_count,
    say_money,
    say_name,
    say_number,
    say_percent,
    say_plural,
)

LIMITS = (
    "The score says who, not whom a contact changes: what a contact saves is an "
    "assumption of the cost seed until a hold-out says otherwise. A reason is what the "
    "score saw beside everything else it saw, not a cause."
)
TESTS = {
    **PROTOCOLS,
    "time_forward_customer_disjoint": "On later days, and on other customers",
}
DUEL = (
    "What is learned is used only if it beats the best simple rule on validation and "
    "again on the test, in ranking and in how sure it may be."
)


@dataclass(frozen=True)
class CardTable:
    """One part of a card; a header that begins with ``>`` is right-aligned."""

    title: str
    headers: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=list)
    note: str = ""


def build_card(
    chosen: Row,
    comparisons: Sequence[Comparison],
    figures: Sequence[Row],
    parts: Mapping[str, Sequence[Row]],
    currency_code: str,
) -> list[CardTable]:
    """Make the parts of a card, those that have something to say.

    Parameters
    ----------
    chosen : dict
        task, subject, model, protocol, verdict and run_id of what is in use.
    comparisons : sequence of Comparison
        Its figures beside the best simple rule.
    figures : sequence of dict
        Rows of `rpt_model_quality` about the subject.
    parts : mapping
        Rows of `dim_score_terms`, `rpt_feature_selection`, `rpt_score_deciles`,
        `rpt_policy` and `rpt_drift`.
    currency_code : str
        Currency of the amounts.
    """
    tables = [
        _in_use(chosen, say_refit(figures)),
        _terms(parts["terms"], chosen["model"]),
        _selection(parts.get("selection", ())),
        _tested(comparisons, chosen["model"], figures),
        _reliability(parts["deciles"]),
        tabulate_policy(parts["policy"], currency_code),
        tabulate_drift(parts["drift"]),
        CardTable("Limits", note=LIMITS if parts["terms"] else ""),
    ]
    return [each for each in tables if each.rows or each.note]


def say_refit(figures: Sequence[Row]) -> str:
    """Say how the last fit did beside the model in use, if it was held against it.

    Parameters
    ----------
    figures : sequence of dict
        Rows of `rpt_model_quality` about one subject.
    """
    row = next((row for row in figures if row["split"] == "refit"), None)
    if row is None:
        return ""
    side = "more" if row["value"] > 0 else "less"
    return (
        f"{say_name(row['verdict'])}: the new one missed by "
        f"{say_number(abs(row['value']))} ± {say_number(row['standard_error'] or 0)} "
        f"{side} (log loss) on what neither had seen"
    )


def _in_use(chosen: Row, refit: str) -> CardTable:
    rows = [
        ("Model", say_model(chosen["model"])),
        ("Run", chosen["run_id"]),
        ("Test", TESTS.get(chosen["protocol"], say_name(chosen["protocol"]))),
        ("Verdict", say_verdict(chosen["verdict"])),
        *([("Last refit", refit)] if refit else []),
    ]
    return CardTable("In use", rows=rows, note=DUEL if chosen["verdict"] else "")


def _terms(terms: Sequence[Row], model: str) -> CardTable:
    rows = [
        row
        for name in dict.fromkeys(row["feature"] for row in terms)
        if name != "intercept"
        for row in [_feature_row([each for each in terms if each["feature"] == name])]
    ]
    rows.sort(key=lambda row: -row[0])
    return CardTable(
        "What it looks at",
        ["Feature", ">Usual", "Lowers the odds", "Raises the odds"],
        [row[1] for row in rows],
        (
            "Beside the usual value or level, all else equal: of a number at half and "
            "at twice the usual, of a text at the two extremes; (other) is rare or "
            f"new. {say_approximation(model)}"
        ).strip()
        if rows
        else "",
    )


def _selection(selection: Sequence[Row]) -> CardTable:
    return CardTable(
        "What it may look at",
        ["Feature", ">AUC alone", ">On path", ">In folds", ">Drift", "In the model"],
        [
            (
                capitalise(row["feature_label"]),
                _say(row["auc_alone"]),
                "" if row["path_rank"] is None else say_count(row["path_rank"]),
                say_percent(row["fold_rate"]),
                _say(row["stability_index"]),
                "yes" if row["is_kept"] else f"no: {row['reason']}",
            )
            for row in selection
        ],
        "Alone it ranks so well, up or down. An L1 path takes it in this place, and it "
        "stays there in so many of five folds of customers. Drift is the population "
        "stability index since the fit: below .1 little, above .25 much."
        if selection
        else "",
    )


def _feature_row(terms: Sequence[Row]) -> tuple[float, Sequence[str]]:
    first = terms[0]
    name, usual = first["feature"], first["typical_level"]
    levels = [row["level"] for row in terms if row["term"] == "level"]
    base = {"term": "intercept", "feature": "intercept", "coefficient": 0.0}
    if levels:
        values: Sequence[float | str] = levels
    else:
        usual = first["typical_value"] or 0.0
        values = [usual / 2, usual * 2 or 1.0]
    part = {
        value: score([base, *terms], {name: value}).parts[name]
        for value in [usual, *values]
        if value is not None
    }
    moved = sorted((part[value] - part.get(usual, 0.0), value) for value in values)
    (least, low), (most, high) = moved[0], moved[-1]
    return most - least, (
        capitalise(first["feature_label"]),
        _say(usual),
        f"{_say(low)} ({least:+.2f})" if least < 0 else "",
        f"{_say(high)} ({most:+.2f})" if most > 0 else "",
    )


def _tested(
    comparisons: Sequence[Comparison], model: str, figures: Sequence[Row]
) -> CardTable:
    rows = [
        (
            describe_metric(one.metric).label,
            one.say(one.value)
            + (f" ± {say_number(one.standard_error)}" if one.standard_error else ""),
            one.say(one.baseline_value) if one.baseline_value is not None else "",
            "" if one.standing == "alone" else one.standing,
        )
        for one in comparisons
    ]
    yes_or_no = {
        row["metric"]: row["value"]
        for row in figures
        if row["split"] == "test_mean"
        and row["model"] == model
        and row["metric"] in YES_OR_NO
    }
    said = ", ".join(
        f"{say_name(name)} {say_number(yes_or_no[name])}"
        for name in YES_OR_NO
        if name in yes_or_no
    )
    baseline = next((one.baseline_model for one in comparisons), None)
    return CardTable(
        "How good it was on customers and days that it had not seen",
        ["Measure", ">Model", ">Simple rule", "Model is"],
        rows,
        (f"The simple rule is {say_model(baseline)}. " if baseline else "")
        + (f"With a yes from one half on: {said}." if said else ""),
    )


def _reliability(deciles: Sequence[Row]) -> CardTable:
    return CardTable(
        "Does 30% mean 30%",
        [">Tenth", ">Tested", ">Said", ">Seen", ">Times the average"],
        [
            (
                str(row["decile"]),
                say_count(row["customer_count"]),
                say_percent(row["mean_probability"]),
                say_percent(row["observed_rate"]),
                say_number(row["lift"]),
            )
            for row in deciles
        ],
    )


def tabulate_policy(policy: Sequence[Row], currency_code: str) -> CardTable:
    """Lay out `rpt_policy` of one outcome: a row per grade, and what it comes to."""
    is_loan = any(row["action"] == "lend" for row in policy)
    headers = ["Grade", ">Customers", ">Act on", ">Held out", ">Had it"]
    headers += [">If all", ">By policy", *([">Limit", ">Rate"] if is_loan else [])]
    rows = [
        (
            row["grade"],
            say_count(row["customer_count"]),
            say_count(row["acted_on_count"]),
            say_count(row["held_out_customer_count"]),
            say_percent(row["held_out_rate"]) if row["held_out_rate"] else "",
            say_money(row["held_out_everyone_amount"], currency_code),
            say_money(row["held_out_policy_amount"], currency_code),
            *(_terms_of_loan(row) if is_loan else ()),
        )
        for row in policy
    ]
    earned = sum(row["held_out_policy_amount"] for row in policy)
    everyone = sum(row["held_out_everyone_amount"] for row in policy)
    note = (
        f"On held-out customers the policy would have brought "
        f"{say_money(earned, currency_code)}, acting on all of them "
        f"{say_money(everyone, currency_code)}, by the seeds of costs and lending."
    )
    return CardTable("What acting on it is worth", headers, rows, note if rows else "")


def _terms_of_loan(row: Row) -> Iterator[str]:
    yield say_percent(row["limit_share"]) if row["limit_share"] else "none"
    rate = row["suggested_rate"]
    yield f"{rate:.1%}" if rate is not None else ""


def tabulate_drift(drift: Sequence[Row]) -> CardTable:
    """Lay out `rpt_drift` of one outcome; features that are stable are only counted."""
    told = [
        row for row in drift if row["kind"] != "feature" or row["status"] != "stable"
    ]
    rows = [
        (
            capitalise(say_feature(row["name"])),
            str(row["as_of_date"]),
            say_number(row["value"]),
            "" if row["expected_value"] is None else say_number(row["expected_value"]),
            row["status"],
        )
        for row in told
    ]
    stable = sum(row["kind"] == "feature" for row in drift) - sum(
        row["kind"] == "feature" for row in told
    )
    return CardTable(
        "What changed since the fit",
        ["What", "As of", ">Is", ">Expected", "Status"],
        rows,
        f"{say_plural(stable, 'feature is', 'features are')} stable." if drift else "",
    )


def _say(value: float | str | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else say_number(value)
