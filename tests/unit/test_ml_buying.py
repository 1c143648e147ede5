import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.integrate import dblquad
from scipy.stats import beta, gamma, poisson

from covey.ml.propensity.buying import BuyingFit, fit_buying, fit_buying_spreads
from unit.macros import load_macros

# What the method's authors publish for the tenth of CDNOW's customers, in weeks.
PUBLISHED = BuyingFit(r=0.2426, alpha=4.4136, a=0.7929, b=2.4259, log_likelihood=0)


def simulate(fit, customer_count, age, generator):
    """Let customers buy as the model says; give frequency, recency and age."""
    rates = generator.gamma(fit.r, 1 / fit.alpha, customer_count)
    chances = generator.beta(fit.a, fit.b, customer_count)
    numbers = np.zeros((customer_count, 3))
    for row, (rate, chance) in enumerate(zip(rates, chances, strict=True)):
        clock, last, count = 0.0, 0.0, 0
        while True:
            clock += generator.exponential(1 / rate)
            if clock > age:
                break
            last, count = clock, count + 1
            if generator.random() < chance:
                break
        numbers[row] = count, last, age
    return numbers.T


def test_it_finds_the_numbers_that_made_the_purchases():
    made = BuyingFit(r=0.8, alpha=6.0, a=0.9, b=2.5, log_likelihood=0)
    numbers = simulate(made, 20_000, 40.0, np.random.default_rng(1))
    found = fit_buying(*numbers)
    assert found.r / found.alpha == pytest.approx(made.r / made.alpha, rel=0.05)
    mean_chance = found.a / (found.a + found.b)
    assert mean_chance == pytest.approx(made.a / (made.a + made.b), rel=0.08)


def test_the_unit_of_time_changes_nothing_but_the_unit():
    numbers = simulate(PUBLISHED, 2_000, 38.0, np.random.default_rng(2))
    weeks, days = fit_buying(*numbers), fit_buying(numbers[0], *(7 * numbers[1:]))
    assert days.alpha == pytest.approx(7 * weeks.alpha, rel=1e-2)
    assert days.r == pytest.approx(weeks.r, rel=1e-2)
    repeats = numbers[0].sum()
    assert days.log_likelihood == pytest.approx(
        weeks.log_likelihood - repeats * np.log(7), rel=1e-6
    )


def test_expected_purchases_are_the_published_ones():
    """Two repeats, the last at 30.43 weeks of 38.86: 1.226 in the next 39."""
    customer = (np.array([2.0]), np.array([30.43]), np.array([38.86]))
    expected = PUBLISHED.expected_purchases(*customer, horizon=39.0)
    assert expected[0] == pytest.approx(1.226, abs=2e-3)


def test_the_chance_of_none_is_that_of_the_rates_and_chances_themselves():
    """Bayes by brute force over all rates and chances to stop."""
    x, last, age, horizon = 3, 10.0, 25.0, 12.0

    def weigh(rate, chance):
        prior = gamma.pdf(rate, PUBLISHED.r, scale=1 / PUBLISHED.alpha)
        prior *= beta.pdf(chance, PUBLISHED.a, PUBLISHED.b)
        bought = rate**x * (1 - chance) ** (x - 1)
        alive = (1 - chance) * np.exp(-rate * age)
        stopped = chance * np.exp(-rate * last)
        return prior * bought, alive, stopped

    def quiet(rate, chance):
        common, alive, stopped = weigh(rate, chance)
        return common * (alive * poisson.pmf(0, rate * horizon) + stopped)

    def anyhow(rate, chance):
        common, alive, stopped = weigh(rate, chance)
        return common * (alive + stopped)

    limits = (1e-6, 1 - 1e-6, 1e-6, 3.0)
    share = dblquad(quiet, *limits)[0] / dblquad(anyhow, *limits)[0]
    customer = (np.array([float(x)]), np.array([last]), np.array([age]))
    assert PUBLISHED.chance_of_none(*customer, horizon)[0] == pytest.approx(
        share, abs=2e-3
    )


def test_whoever_bought_once_has_not_stopped():
    alive = PUBLISHED.chance_alive(np.array([0.0]), np.array([0.0]), np.array([99.0]))
    assert alive[0] == 1


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="recency exceeds age"):
        fit_buying(np.array([1.0]), np.array([9.0]), np.array([8.0]))
    with pytest.raises(ValueError, match="finite"):
        fit_buying(np.array([np.nan]), np.array([0.0]), np.array([8.0]))


def test_the_odds_are_those_of_the_chance_and_never_without_end():
    x, last, age = np.array([[0, 0, 30], [3, 10, 25], [9, 300, 310], [200, 9, 360]]).T
    customers = [column.astype("float64") for column in (x, last, age)]
    odds = PUBLISHED.odds_of_none(*customers, 12.0)
    chance = PUBLISHED.chance_of_none(*customers, 12.0)
    np.testing.assert_allclose((odds / (100 + odds))[:3], chance[:3], rtol=1e-9)
    assert chance[3] == pytest.approx(1)
    assert 1e10 < odds[3] < 1e11


def test_sql_says_the_same_odds():
    generator = np.random.default_rng(7)
    age = generator.integers(1, 700, 2_000)
    last = np.where(generator.random(2_000) < 0.3, 0, generator.integers(0, age))
    repeats = np.where(last > 0, 1 + generator.poisson(0.1 * last), 0)
    histories = pd.DataFrame(
        {
            "order_day_count": repeats + 1,
            "days_since_first_order": age,
            "days_since_last_order": age - last,
            **{name: getattr(PUBLISHED, name) for name in ("r", "alpha", "a", "b")},
        }
    )
    formula = load_macros().no_order_odds("28")
    with duckdb.connect() as connection:
        connection.register("histories", histories)
        found = connection.sql(f"select {formula} as odds from histories").df()["odds"]
    expected = PUBLISHED.odds_of_none(repeats.astype(float), last, age, 28.0)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_each_cut_off_is_fitted_by_itself_whatever_the_order():
    histories = pd.DataFrame(
        np.column_stack(simulate(PUBLISHED, 900, 270.0, np.random.default_rng(3))),
        columns=["repeat_count", "last_order_age_days", "age_days"],
    )
    histories["as_of_date"] = pd.to_datetime(["2025-01-01", "2025-02-01"] * 450)
    found = fit_buying_spreads(histories)
    alone = fit_buying_spreads(histories[histories["as_of_date"] < "2025-02-01"])
    pd.testing.assert_frame_equal(found.iloc[:1], alone)
    pd.testing.assert_frame_equal(found, fit_buying_spreads(histories[::-1]))
    assert found["r"].nunique() == 2
    assert fit_buying_spreads(histories.iloc[:0]).empty
