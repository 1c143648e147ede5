from covey.ml.propensity_backtest import backtest_propensity


def model(dbt, session):
    features = dbt.config.meta_get("features")
    sample = dbt.ref("ml_propensity__training_set").filter("is_in_backtest")
    predictions = backtest_propensity(sample.df(), features)
    return predictions.astype({"as_of_date": "date32[day][pyarrow]"})
