import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.stats import beta, gamma, poisson

from covey.ml.buying import BuyingFit, fit_buying

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
