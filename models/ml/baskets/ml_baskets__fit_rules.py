import pyarrow as pa

from covey.ml.baskets.mining import add_longer_itemsets
from covey.ml.baskets.rules import Thresholds, make_rules, name_fit


def model(dbt, session):
    thresholds = Thresholds(**dbt.config.meta_get("thresholds"))
    rule_length = dbt.config.meta_get("rule_length")
    algorithm = dbt.config.meta_get("algorithm")
    totals = dbt.ref("ml_baskets__totals").df()
    itemsets = dbt.ref("ml_baskets__itemsets").df()
    baskets = dbt.ref("ml_baskets__training_set")
    # Sets of up to three items are counted in SQL; longer ones are rarely asked for.
    wanted = baskets.filter(f"is_counted and {rule_length} > 3").df()
    counts = totals.sum().astype(int).to_dict()
    itemsets = add_longer_itemsets(
        itemsets, wanted, thresholds.support, rule_length, algorithm
    )
    rules = make_rules(itemsets, counts, thresholds)
    rules["run_id"] = name_fit(itemsets, counts, thresholds)
    return pa.Table.from_pandas(rules)
