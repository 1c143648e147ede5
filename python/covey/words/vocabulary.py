"""What outcomes, lists, models, metrics and groups are called on the page.

A name that is not known here is shown with its underscores as spaces, so a business
with its own outcome or metric still gets a readable page.
"""

from __future__ import annotations

import re

from covey.words.feature_names import say_feature
from covey.words.wording import say_name

OUTCOMES = (
    (
        re.compile(r"^spend_drop_(\d+)d$"),
        "cut their spend by more than half in the next {} days",
    ),
    (re.compile(r"^lapse_(\d+)d$"), "buy nothing in the next {} days"),
    (re.compile(r"^no_purchase_(\d+)d$"), "buy nothing in the next {} days"),
    (re.compile(r"churn"), "cancel"),
    (re.compile(r"default"), "fail to pay"),
    (re.compile(r"redemption$"), "use a coupon of the offer that runs"),
)

LISTS = {"new_for_you": "New for you", "buy_again": "Buy again"}

MODELS = {
    "popularity": "what is most popular",
    "popularity_30d": "what was most popular in the last 30 days",
    "own_and_typical_frequency": "what the customer and others buy often",
    "catalogue": "the rest of the catalogue",
    "segment_popularity": "what is popular in the same segment",
    "own_frequency": "what the customer bought most often",
    "item_item_cosine": "items that the same people choose",
    "ease": "items that follow from earlier choices (EASE)",
    "content": "items of which the same is said",
    "logistic_regression": "logistic regression",
    "decision_tree": "decision tree",
    "random_forest": "random forest",
    "gradient_boosting": "gradient boosting",
    "support_vectors": "support vector machine",
    "neural_net": "neural net",
    "bg_nbd": "BG/NBD",
    "kmeans": "K-Means segments",
    "kmeans_log_z": "K-Means on the logarithm of behaviour",
    "kmeans_min_max": "K-Means from 0 to 1",
    "kmeans_quantile_normal": "K-Means on ranks",
    "kmeans_components": "K-Means on components",
    "ward": "Ward's tree",
    "gaussian_mixture": "mixture of bell curves",
    "hdbscan": "dense places (HDBSCAN)",
    "rfm_rules": "RFM scores, cut",
    "kmeans_min_max_rfm": "K-Means on recency, frequency and spend",
    "recent_visits": "weeks with a purchase in the last 90 days",
    "recency": "days since the last order",
    "offer_uses": "coupons used in the last 180 days",
    "frequency": "number of orders",
    "active_weeks": "weeks with a purchase",
    "spend_quintile": "five equal groups by spend",
    "rfm_grid": "recency, frequency and spend grid",
    "rfm_kmeans": "K-Means on recency, frequency and spend",
    "base_rate": "the same chance for everybody",
}

# The others are rules that a person could follow without a model.
LEARNED_MODELS = (
    "logistic_regression",
    "kmeans",
    "kmeans_log_z",
    "item_item_cosine",
    "ease",
    "content",
    "own_and_typical_frequency",
)

# They are no sum of parts, so what is said of their reasons only comes near.
APPROXIMATE_MODELS = (
    "decision_tree",
    "random_forest",
    "gradient_boosting",
    "support_vectors",
    "neural_net",
)
GRADES = {
    "A": "A (clearly better than the simple rule)",
    "B": "B (better by less than two standard errors)",
    "C": "C (not better: the simple rule is shown)",
}

VERDICTS = {
    "published": "Published",
    "beaten by the baseline": "Not better than the simple rule",
    "no test possible": "Not tested: too little history",
}

# What a test could not be; out of time is what is expected, and is not said.
PROTOCOLS = {
    "customer_disjoint_holdout": (
        "On customers held out: one date allows no test in time"
    ),
}

RFM_GROUPS = {
    "Champions": "Bought lately, buy often and spend the most",
    "Loyal": "Buy often, and have been here lately",
    "Active": "Bought lately, with middling frequency",
    "New": "First purchase was lately",
    "Promising": "Bought lately, a few times so far",
    "Needs attention": "Middling in everything, and starting to slip",
    "Almost lost": "Not seen for a while, never bought often",
    "At risk": "Used to buy often, not seen for a while",
    "Previously loyal": "Used to be among the best, long not seen",
    "Dormant": "Long not seen, bought rarely",
    "Prospects": "Have not bought yet",
}


def say_outcome(outcome_type: str) -> str:
    """Say what a customer does when the outcome happens, after "may".

    Examples
    --------
    >>> say_outcome("spend_drop_56d")
    'cut their spend by more than half in the next 56 days'
    """
    for pattern, words in OUTCOMES:
        match = pattern.search(outcome_type)
        if match:
            return words.format(*match.groups())
    return f"show “{say_name(outcome_type)}”"


def say_approximation(model: str | None) -> str:
    """Say that the reasons of a model are approximate, if they are.

    Examples
    --------
    >>> say_approximation("random_forest")
    'Reasons are approximate: a random forest is no sum of parts.'
    >>> say_approximation("logistic_regression")
    ''
    """
    if model not in APPROXIMATE_MODELS:
        return ""
    return f"Reasons are approximate: a {say_model(model)} is no sum of parts."


def say_outcome_title(outcome_type: str) -> str:
    """Name an outcome in a heading.

    Examples
    --------
    >>> say_outcome_title("lapse_28d")
    'Who may buy nothing in the next 28 days'
    """
    return f"Who may {say_outcome(outcome_type)}"


def say_grade(grade: str) -> str:
    """Say what the grade of a list means."""
    return GRADES.get(grade, grade)


def say_list_name(list_name: str) -> str:
    """Name a recommendation list."""
    return LISTS.get(list_name, say_name(list_name).capitalize())


def say_model(model: str | None) -> str:
    """Name a model or simple rule."""
    return MODELS.get(model or "") or say_feature(model or "none")


def say_verdict(verdict: str | None) -> str:
    """Put a verdict into words."""
    return VERDICTS.get(verdict or "", verdict or "No verdict")


def say_subject(task: str, subject: str) -> str:
    """Name what a quality figure is about."""
    if task == "propensity":
        return say_outcome_title(subject)
    if task == "recommendations":
        return f"The list “{say_list_name(subject)}”"
    return "The customer segments" if task == "segments" else say_name(subject)


def say_output(output: str) -> str:
    """Name something that a build publishes or withholds.

    Examples
    --------
    >>> say_output("propensity:lapse_28d")
    'Who may buy nothing in the next 28 days'
    >>> say_output("rfm")
    'The scores of recency, frequency and spend'
    """
    task, _, subject = output.partition(":")
    if task == "rfm":
        return "The scores of recency, frequency and spend"
    if task == "baskets":
        return "What is bought together"
    return say_subject(task, subject)
