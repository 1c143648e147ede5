from covey.ml.propensity.evaluation import evaluate_propensity


def model(dbt, session):
    backtest = dbt.ref("ml_propensity__backtest").df()
    coefficients = dbt.ref("ml_propensity__fit").df()
    return evaluate_propensity(backtest, coefficients)
