"""The tables that a report reads, and what is the same in every one of them."""

from __future__ import annotations

import datetime

AS_OF_DATE = datetime.date(2017, 12, 1)
RUN_ID = "run0123456789ab"
HOSTILE_ITEM = "<script>document.title='owned'</script>"
FORMULA_ITEM = "=cmd()|'/C calc'!A0"
TABLES = {
    "covey_version": """business varchar, version varchar, as_of_date date,
        currency_code varchar, time_zone varchar, fingerprint varchar,
        sources varchar, covey_version varchar""",
    "dim_customers": """customer_id varchar, as_of_date date, segment_id varchar,
        segment_name varchar, rfm_group varchar, recency_score integer,
        frequency_score integer, monetary_score integer,
        days_since_last_order bigint, order_count_90d bigint,
        spend_amount_90d money, spend_amount_365d money,
        active_week_count_90d bigint, first_order_date date, last_order_date date,
        outcome_type varchar, outcome_probability double, outcome_decile integer,
        has_marketing_consent boolean""",
    "dim_customer_links": """source varchar, source_customer_id varchar,
        customer_id varchar""",
    "dim_segments": """segment_id varchar, segment_name varchar, segment_rank integer,
        description varchar, profile_sentence varchar, strategy varchar,
        customer_count bigint,
        customer_share double, spend_amount_90d money, spend_share double,
        as_of_date date, verdict varchar, run_id varchar""",
    "fct_propensity_scores": """customer_id varchar, outcome_type varchar,
        as_of_date date, probability double, decile integer,
        value_at_stake_amount money, expected_value_amount money,
        decision varchar, model varchar, run_id varchar""",
    "fct_score_reasons": """customer_id varchar, outcome_type varchar, as_of_date date,
        reason_rank integer, feature varchar, feature_value double,
        typical_value double, contribution_log_odds double,
        contribution_points double, reason_text varchar, run_id varchar""",
    "fct_recommendations": """customer_id varchar, as_of_date date, list_name varchar,
        rank integer, item_id varchar, item_name varchar, category varchar,
        score double, because_item_id varchar, because_item_name varchar,
        method varchar, run_id varchar""",
    "fct_item_neighbours": """item_id varchar, item_name varchar,
        neighbour_rank integer, neighbour_item_id varchar,
        neighbour_item_name varchar, similarity double, method varchar,
        run_id varchar""",
    "fct_segment_items": """segment_id varchar, segment_name varchar,
        item_rank integer, item_id varchar, item_name varchar, customer_share double,
        lift double""",
    "rpt_recommendation_lists": """list_name varchar, reason varchar,
        customer_count bigint, item_count bigint""",
    "fct_basket_rules": """antecedent_item_ids varchar[],
        antecedent_item_names varchar[], consequent_item_id varchar,
        consequent_item_name varchar, rule_length integer, basket_count bigint,
        confidence double, lift double, is_significant boolean,
        is_in_both_halves boolean""",
    "rpt_segment_profiles": """segment_id varchar, segment_name varchar, aspect varchar,
        name varchar, label varchar, segment_value double, overall_value double,
        ratio double, customer_count bigint""",
    "rpt_segment_points": """point_number integer, segment_id varchar,
        segment_name varchar, component_1 double, component_2 double""",
    "rpt_segment_components": """component integer, feature varchar, label varchar,
        loading double, explained_share double""",
    "fct_segment_migrations": """as_of_date date, from_segment_id varchar,
        to_segment_id varchar, reason varchar, customer_count bigint,
        spend_amount_90d money""",
    "rpt_score_deciles": """outcome_type varchar, decile integer,
        customer_count bigint, mean_probability double, observed_rate double,
        lift double, realised_value_amount money, acted_on_count bigint,
        acted_on_value_amount money""",
    "rpt_model_quality": """task varchar, subject varchar, protocol varchar,
        split varchar, as_of_date date, model varchar, metric varchar, value double,
        standard_error double, baseline_model varchar, baseline_value double,
        verdict varchar, is_published boolean, run_id varchar, grade varchar""",
    "rpt_readiness": """output varchar, kind varchar, check_name varchar,
        label varchar, value double, needed double, direction varchar, unit varchar,
        is_met boolean, consequence varchar, decision varchar, is_ready boolean,
        explanation varchar, reason varchar, setting varchar""",
    "rpt_data_quality": """source varchar, table_name varchar, load_id varchar,
        source_file varchar, input_rows bigint, accepted_rows bigint,
        rejected_rows bigint, duplicate_rows bigint, input_amount money,
        accepted_amount money, rejected_amount money, duplicate_amount money,
        late_rows bigint, late_from_date date""",
    "rpt_row_reasons": """source varchar, table_name varchar, row_status varchar,
        reason varchar, explanation varchar, row_count bigint, amount money""",
}
COMPONENTS = [
    (1, "spend_amount_90d", "spend in 90 days", 0.8, 0.9),
    (1, "active_week_count_90d", "weeks with an order in 90 days", 0.6, 0.9),
    (2, "spend_amount_90d", "spend in 90 days", -0.6, 0.1),
    (2, "active_week_count_90d", "weeks with an order in 90 days", 0.8, 0.1),
]


# Name, share of customers, weeks active and spend in 90 days, description, strategy.
SEGMENTS = [
    ("Core", 0.33, 11, 1180.0, "Shop nearly every week.", "Protect: thank them."),
    ("Regular", 0.24, 8, 430.0, "Come two weeks in three.", "Grow: show more aisles."),
    ("Light", 0.20, 4, 170.0, "Come every third week.", "Develop: a fixed day."),
    ("Occasional", 0.15, 2, 62.0, "A few visits a quarter.", "Remind, cheaply."),
    ("Dormant", 0.08, 0, 4.0, "Hardly seen lately.", "Win back once, then leave."),
]
ITEMS = [
    "FLUID MILK WHITE ONLY",
    "BANANAS",
    "MAINSTREAM WHITE BREAD",
    "SHREDDED CHEESE",
    "EGGS - LARGE",
    "SOFT DRINKS 12/18&15PK CAN",
    "YOGURT NOT MULTI-PACKS",
    "ALL FAMILY CEREAL",
    "MEXICAN SALSA",
    "TORTILLA/NACHO CHIPS",
    HOSTILE_ITEM,
    FORMULA_ITEM,
]
FEATURES = [
    "active_week_count_90d",
    "order_count_28d",
    "spend_amount_56d",
    "gap_days_p90_180d",
    "category_count_90d",
]
VERSION = (
    *("grocery", "2017-12-01_5f2a9c1e", "USD", "America/New_York"),
    *("5f2a9c1e" * 4, "completejourney", "0.1.0"),
)
OUTCOMES = {"spend_drop_56d": 0.18, "lapse_28d": 0.12}


# Subject, model, metric, value, standard error, simple rule, its value.
FIGURES = """
segments kmeans r2_log_spend .492 .011 spend_quintile .495
segments kmeans min_jaccard .88 .02 rfm_grid .61
spend_drop_56d logistic_regression auc .717 .01 active_week_count_90d .678
spend_drop_56d logistic_regression auc .717 .01 base_rate .5
spend_drop_56d logistic_regression brier .137 .002 active_week_count_90d .143
lapse_28d logistic_regression auc .856 .008 active_week_count_90d .839
new_for_you item_item_cosine ndcg_at_10 .1072 .003 popularity_30d .1005
new_for_you item_item_cosine ndcg_at_10_gain .0067 .001 popularity_30d .1005
new_for_you item_item_cosine recall_at_10 .142 .004 popularity_30d .131
buy_again own_frequency ndcg_at_10 .605 .003 own_frequency .605
buy_again item_item_cosine ndcg_at_10 .598 .003 own_frequency .605
"""


# Table, input, rejected and duplicate rows, amount.
BALANCE = [
    ("transactions", 1469307, 8820, 0, 4596039.58),
    ("products", 92331, 0, 0, None),
    ("coupons", 116204, 0, 4872, None),
]
ROW_REASONS = [
    (
        "transactions",
        "rejected",
        "no_quantity",
        "Nothing sold, nothing paid.",
        8820,
        0.0,
    ),
    (
        "transactions",
        "treated",
        "fuel",
        "Units of fuel are not counted.",
        13509,
        386063.21,
    ),
    ("coupons", "duplicate", "same_row", "The same coupon stands twice.", 4872, None),
]
