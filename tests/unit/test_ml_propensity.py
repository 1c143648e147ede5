from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from covey.ml.propensity.backtest import (
    BEATEN,
    NO_TEST,
    PUBLISHED,
    Candidate,
    backtest_propensity,
    predict_folds,
    run_backtest,
)
from covey.ml.propensity.evaluation import evaluate_propensity, fit_propensity
from covey.ml.propensity.regression import fit_logistic, predict_probability
from covey.ml.propensity.selection import select_features
from covey.ml.propensity.settings import MODEL, PropensitySettings
from covey.ml.propensity.splits import (
    HOLDOUT,
    hold_out,
    out_of_time_folds,
    split_cutoffs,
)
from covey.ml.runs import sort_rows
from unit.propensity_panel import (
    FEATURES,
    KINDS,
    RULES,
    SETTINGS,
    make_panel,
)


def test_validation_is_over_before_the_test_begins():
    rows = make_panel(months=8)
    validation, test = split_cutoffs(rows, n_test=4)
    assert [day.month for day in test] == [5, 6, 7, 8]
    assert [day.month for day in validation] == [2, 3, 4]
    long = rows.assign(horizon_end_date=rows["as_of_date"] + pd.Timedelta(days=56))
    validation, test = split_cutoffs(long, n_test=4)
    assert [day.month for day in validation] == [3]
    assert [day.month for day in test] == [5, 6, 7, 8]


def test_few_cutoffs_leave_one_to_choose_on():
    assert [len(days) for days in split_cutoffs(make_panel(months=3))] == [1, 1]
    assert split_cutoffs(make_panel(months=2)) == ([], [])


@pytest.mark.parametrize("hidden", ["own outcomes", "outcomes not known yet"])
def test_a_prediction_has_seen_neither_its_customer_nor_the_future(hidden):
    panel = make_panel(count=150)
    ends = panel["as_of_date"] + pd.Timedelta(days=56)
    rows = sort_rows(panel.assign(horizon_end_date=ends), ["as_of_date", "customer_id"])
    candidate = Candidate("model", tuple(FEATURES), 1.0)
    cutoff = pd.Timestamp(2026, 5, 1)
    is_hidden = rows["horizon_end_date"] > cutoff
    if hidden == "own outcomes":
        is_hidden = rows["customer_id"] == "c0007"
    changed = rows.assign(is_positive=rows["is_positive"] ^ is_hidden)
    folds = out_of_time_folds(rows, [cutoff])
    before = predict_folds(rows, KINDS, [candidate], folds)[:, 0]
    after = predict_folds(changed, KINDS, [candidate], folds)[:, 0]
    is_tested = rows["as_of_date"] == cutoff
    assert np.isfinite(before[is_tested]).all()
    assert np.isnan(before[~is_tested]).all()
    is_same = before[is_tested] == after[is_tested]
    if hidden == "own outcomes":
        is_own = (rows["customer_id"] == "c0007")[is_tested]
        assert not is_same[~is_own].all()
        is_same = is_same[is_own]
    assert is_same.all()


def fit_and_evaluate(panel, settings=SETTINGS):
    """Run the three steps as the dbt models do."""
    backtest = backtest_propensity(panel, settings)
    fitted = fit_propensity(panel, backtest[backtest["is_published"]], settings)
    return backtest, fitted, evaluate_propensity(backtest, fitted)


def test_model_that_knows_more_is_published():
    backtest, fitted, _ = fit_and_evaluate(make_panel())
    assert set(backtest["verdict"]) == {PUBLISHED}
    assert set(backtest.loc[backtest["is_baseline"], "model"]) == {"recency"}
    assert set(backtest.loc[backtest["is_published"], "model"]) == {MODEL}
    assert set(fitted["model"]) == {MODEL}
    assert set(fitted["feature"]) == {"intercept", *FEATURES}
    assert fitted["run_id"].nunique() == 1


def test_backtest_has_a_row_for_each_customer_cut_off_and_model():
    panel = make_panel()
    backtest = backtest_propensity(panel, SETTINGS)
    assert len(backtest) == 400 * 4 * 4
    assert not backtest.duplicated(["customer_id", "as_of_date", "model"]).any()
    keys = ["customer_id", "as_of_date"]
    seen = backtest.merge(panel, on=keys, suffixes=("", "_in_panel"))
    assert len(seen) == len(backtest)
    assert seen["is_positive"].equals(seen["is_positive_in_panel"])
    assert (backtest["probability"] == backtest["probability"].round(12)).all()


def test_fit_takes_the_penalty_that_was_chosen():
    panel = make_panel()
    chosen = backtest_propensity(panel, SETTINGS).query("is_published").head(1)
    for inverse_penalty in (0.001, 10.0):
        told = chosen.assign(inverse_penalty=inverse_penalty)
        table = fit_propensity(panel, told, SETTINGS)
        expected = fit_logistic(panel, KINDS, C=inverse_penalty)
        assert table["coefficient"].tolist() == expected["coefficient"].tolist()


def test_run_id_is_of_the_choice_too():
    panel = make_panel()
    chosen = backtest_propensity(panel, SETTINGS).query("is_published").head(1)
    run_ids = {
        fit_propensity(panel, told, SETTINGS)["run_id"].iloc[0]
        for told in (chosen, chosen.assign(inverse_penalty=7.0), chosen.head(0))
    }
    assert len(run_ids) == 3


def test_simple_rule_that_wins_is_published_calibrated():
    panel = make_panel(effect=0.0, count=120, months=6)
    noise = np.random.default_rng(9).exponential(size=(len(panel), 25))
    names = [f"noise_{place}" for place in range(25)]
    panel = panel.join(pd.DataFrame(noise, columns=names))
    settings = PropensitySettings([*FEATURES[:2], *names], rules=RULES)
    _, fitted, quality = fit_and_evaluate(panel, settings)
    assert set(fitted["model"]) == {"recency"}
    assert set(fitted["feature"]) == {"intercept", "days_since_last_order"}
    said = predict_probability(panel, fitted).mean()
    assert said == pytest.approx(panel["is_positive"].mean(), abs=1e-3)
    assert set(quality["verdict"]) == {BEATEN}
    assert set(quality.loc[quality["is_published"], "model"]) == {"recency"}


def test_model_that_wins_on_validation_and_loses_on_test_is_not_published():
    useful, misleading = make_panel(), make_panel(effect=-1.0)
    is_late = useful["as_of_date"] >= pd.Timestamp(2026, 4, 1)
    panel = pd.concat([useful[~is_late], misleading[is_late]])
    validation, test = split_cutoffs(panel)
    assert max(validation) < pd.Timestamp(2026, 4, 1) <= min(test)
    late = panel[panel["as_of_date"] < pd.Timestamp(2026, 4, 1)]
    assert set(run_backtest(late, SETTINGS)["verdict"]) == {PUBLISHED}
    assert set(run_backtest(panel, SETTINGS)["verdict"]) == {BEATEN}


def test_quality_holds_each_figure_beside_the_baseline():
    panel = pd.concat([make_panel(), make_panel(seed=1, outcome_type="churn")])
    _, fitted, table = fit_and_evaluate(panel)
    assert set(table["subject"]) == {"lapse_28d", "churn"}
    means = table[(table["split"] == "test_mean") & (table["subject"] == "churn")]
    figures = means.set_index(["model", "metric"])
    gain = figures.loc[(MODEL, "auc_gain")]
    auc = figures.loc[(MODEL, "auc")]
    assert gain["value"] == pytest.approx(auc["value"] - auc["baseline_value"])
    assert 0 < gain["standard_error"] < auc["standard_error"] * 2
    assert means["as_of_date"].isna().all()
    per_cutoff = table[table["split"] == "test"]
    assert per_cutoff.groupby("subject")["as_of_date"].nunique().tolist() == [4, 4]
    run_ids = fitted.groupby("outcome_type")["run_id"].first()
    assert table.groupby("subject")["run_id"].unique().explode().equals(run_ids)


def test_quality_is_that_of_the_rows_of_the_backtest():
    backtest, _, quality = fit_and_evaluate(make_panel())
    tested = backtest[backtest["model"] == "recent_visits"]
    by_date = tested.groupby("as_of_date")[["is_positive", "probability"]]
    expected = by_date.apply(lambda rows: roc_auc_score(*rows.to_numpy(float).T))
    figures = quality.query("model == 'recent_visits' and metric == 'auc'")
    assert figures["value"].tolist()[:4] == pytest.approx(expected.tolist())
    assert figures["value"].iloc[4] == pytest.approx(expected.mean())


def test_order_of_rows_changes_nothing():
    panel = make_panel()
    backtest, fitted, quality = fit_and_evaluate(panel)
    shuffled = fit_and_evaluate(panel.sample(frac=1, random_state=2))
    for first, second in zip((backtest, fitted, quality), shuffled, strict=True):
        pd.testing.assert_frame_equal(first, second, check_exact=True)
    mixed = backtest.sample(frac=1, random_state=3)
    again = evaluate_propensity(mixed, fitted)
    pd.testing.assert_frame_equal(quality, again, check_exact=True)


@pytest.mark.parametrize(
    "rows",
    [
        make_panel(count=10, months=1),
        make_panel(count=3),
        make_panel().assign(is_positive=False),
        make_panel().assign(is_positive=True),
        make_panel(months=1).assign(is_positive=False),
        make_panel(months=1).assign(is_positive=True),
        make_panel(count=60, months=1),
    ],
    ids=[
        "ten rows",
        "three customers",
        "no positives",
        "all positives",
        "no positives at one date",
        "all positives at one date",
        "too few positives at one date",
    ],
)
def test_where_no_test_is_possible_the_base_rate_is_published(rows):
    backtest, fitted, quality = fit_and_evaluate(rows)
    assert backtest.empty
    assert fitted["feature"].tolist() == ["intercept"]
    assert set(fitted["model"]) == {"base_rate"}
    smoothed = (rows["is_positive"].sum() + 0.5) / (len(rows) + 1)
    assert predict_probability(rows, fitted).to_numpy() == pytest.approx(smoothed)
    assert quality["verdict"].tolist() == [NO_TEST]
    assert quality["value"].tolist() == pytest.approx([smoothed])
    assert quality["is_published"].all()


def test_one_cut_off_is_tested_on_customers_held_out():
    panel = make_panel(count=1000, months=1)
    backtest, fitted, quality = fit_and_evaluate(panel)
    tested = set(backtest["customer_id"])
    assert 250 < len(tested) < 350
    splits = hold_out(sort_rows(panel, ["as_of_date", "customer_id"]))
    for fold in splits.validation:
        for mask in fold:
            assert not tested & set(panel["customer_id"][mask])
    assert set(backtest["protocol"]) == set(quality["protocol"]) == {HOLDOUT}
    assert set(fitted["model"]) == {MODEL}
    few = panel.groupby("is_positive").head(19)
    assert backtest_propensity(few, SETTINGS).empty


def test_spline_is_chosen_where_the_log_is_wrong():
    panel = make_panel(months=1, count=1500)
    distance = (np.log1p(panel["spend_amount_90d"]) - 4).abs()
    chance = np.random.default_rng(5).random(len(panel))
    panel["is_positive"] = chance < 1 / (1 + np.exp(2 - 3 * distance))
    backtest, fitted, _ = fit_and_evaluate(panel)
    assert set(backtest.query("is_published")["form"]) == {"spline"}
    assert (fitted["term"] == "knot").sum() > 4 * 4
    straight = make_panel()
    chosen = backtest_propensity(straight, SETTINGS).query("is_published")
    assert set(chosen["form"]) == {"log"}


@pytest.mark.parametrize("months", [1, 7], ids=["held out", "out of time"])
def test_shuffled_outcomes_are_not_predicted(months):
    panel = make_panel(count=3000 // months, months=months)
    order = np.random.default_rng(8).permutation(len(panel))
    shuffled = panel.assign(is_positive=panel["is_positive"].to_numpy()[order])
    tested = backtest_propensity(shuffled, SETTINGS).query("model == @MODEL")
    assert len(tested) > 500
    by_date = tested.groupby("as_of_date")[["is_positive", "probability"]]
    found = by_date.apply(lambda rows: roc_auc_score(*rows.to_numpy(float).T)).mean()
    positives = tested["is_positive"].sum()
    noise = np.sqrt(1 / positives + 1 / (len(tested) - positives)) / np.sqrt(12)
    assert abs(found - 0.5) < 3 * noise


def test_settings_that_cannot_be_are_named():
    with pytest.raises(ValueError, match="'plan' is 'text', and may be 'numeric' or"):
        PropensitySettings(["plan"], {"plan": "text"})
    with pytest.raises(ValueError, match="'recency' looks at 'days_since_last_order'"):
        PropensitySettings(["plan"], rules=RULES)
    with pytest.raises(ValueError, match="outcome_settings: 'churn' has 'horizon'"):
        PropensitySettings(["plan"], of_outcomes={"churn": {"horizon": 3}})
    with pytest.raises(ValueError, match="'recency' looks at 'days_since_last_order'"):
        PropensitySettings(
            FEATURES, rules=RULES, of_outcomes={"churn": {"features": ["plan"]}}
        )


def test_an_outcome_may_have_features_rules_and_a_test_of_its_own():
    own = {
        "features": ["spend_amount_90d", "offer_line_count_180d"],
        "rules": {"offer_lines": ["offer_line_count_180d"]},
        "test_cut_off_count": 1,
    }
    settings = PropensitySettings(FEATURES, rules=RULES, of_outcomes={"answer": own})
    panel = make_panel().assign(offer_line_count_180d=np.nan)
    answers = make_panel(outcome_type="answer").assign(
        offer_line_count_180d=lambda rows: rows["days_since_last_order"]
    )
    both = pd.concat([panel, answers])
    backtest, fitted, _ = fit_and_evaluate(both, settings)
    looked_at = fitted.groupby("outcome_type")["feature"].unique().map(set)
    assert looked_at["answer"] == {"intercept", *own["features"]}
    assert looked_at["lapse_28d"] == {"intercept", *FEATURES}
    of_answers = backtest[backtest["outcome_type"] == "answer"]
    assert set(of_answers["model"]) == {MODEL, "offer_lines", "base_rate"}
    assert of_answers["as_of_date"].nunique() == 1
    selection = select_features(both, settings).groupby("outcome_type")["feature"]
    assert selection.apply(list)["answer"] == own["features"]
    alone, _, _ = fit_and_evaluate(make_panel(), SETTINGS)
    beside = backtest[backtest["outcome_type"] == "lapse_28d"].reset_index(drop=True)
    pd.testing.assert_frame_equal(beside, alone)


def test_the_business_may_say_which_rule_is_to_beat():
    named = PropensitySettings(FEATURES, rules=RULES, baseline="recent_visits")
    for settings, rule in ((SETTINGS, "recency"), (named, "recent_visits")):
        backtest = run_backtest(make_panel(), settings)
        assert set(backtest.loc[backtest["is_baseline"], "model"]) == {rule}
    with pytest.raises(ValueError, match="the baseline 'luck' is none of the rules"):
        PropensitySettings(FEATURES, rules=RULES, baseline="luck")


def test_base_rate_says_the_same_of_everybody():
    backtest = backtest_propensity(make_panel(), SETTINGS)
    constant = backtest[backtest["model"] == "base_rate"].groupby("as_of_date")
    assert (constant["probability"].nunique() == 1).all()


def test_outcome_without_a_test_stands_beside_one_with():
    panel = pd.concat([make_panel(), make_panel(count=3, outcome_type="churn")])
    _, fitted, quality = fit_and_evaluate(panel)
    models = fitted.groupby("outcome_type")["model"].first()
    assert models.to_dict() == {"churn": "base_rate", "lapse_28d": MODEL}
    verdicts = quality.groupby("subject")["verdict"].first()
    assert verdicts.to_dict() == {"churn": NO_TEST, "lapse_28d": PUBLISHED}


def test_no_rows_give_empty_tables():
    for table in fit_and_evaluate(make_panel().head(0)):
        assert table.empty
        assert len(table.columns) > 5


def test_dates_may_be_plain_dates():
    panel = make_panel(months=3)
    plain = panel.assign(
        as_of_date=panel["as_of_date"].dt.date,
        horizon_end_date=panel["horizon_end_date"].dt.date,
    )
    assert isinstance(plain["as_of_date"].iloc[0], date)
    for first, second in zip(
        fit_and_evaluate(panel), fit_and_evaluate(plain), strict=True
    ):
        pd.testing.assert_frame_equal(
            first.drop(columns="run_id", errors="ignore"),
            second.drop(columns="run_id", errors="ignore"),
        )
