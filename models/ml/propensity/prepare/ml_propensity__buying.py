from covey.ml.propensity.buying import fit_buying_spreads


def model(dbt, session):
    histories = dbt.ref("ml_propensity__buying_histories").df()
    spreads = fit_buying_spreads(histories)
    return spreads.astype({"as_of_date": "date32[day][pyarrow]"})
