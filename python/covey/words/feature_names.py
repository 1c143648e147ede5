"""What features are called on the page."""

from __future__ import annotations

from covey.words.wording import WINDOW, say_name

FEATURES = {
    "active_day_count": "days with a purchase",
    "active_week_count": "weeks with a purchase",
    "browsing_count": "pages and products looked at",
    "category_count": "different categories bought",
    "contact_count": "messages received",
    "days_since_last_order": "days since the last order",
    "discount_amount": "discounts received",
    "discount_rate": "share saved by discounts",
    "gap_count": "gaps between orders",
    "gap_days_mean": "average days between orders",
    "gap_days_median": "usual days between orders",
    "gap_days_p90": "longest usual days between orders",
    "item_type_count": "different kinds of item bought",
    "largest_order_amount": "largest order",
    "line_count": "lines bought",
    "mean_order_amount": "average order",
    "mean_order_line_count": "lines in an average order",
    "offer_line_count": "offered items bought",
    "offer_use_count": "coupons used",
    "opinion_count": "ratings and reviews given",
    "order_count": "orders",
    "overdue_rate": "how overdue the next order is",
    "recent_spend_rate": "recent spend beside the usual",
    "redemption_count": "coupons redeemed",
    "return_amount": "value of returns",
    "return_rate": "share returned",
    "spend_amount": "spend",
    "support_count": "requests for help",
    "tenure_days": "days as a customer",
}
# Of what is to come, not of what was.
AHEAD = {"no_order_odds": "odds of no order"}


def say_feature(feature: str) -> str:
    """Say what a feature measures, its window of days last.

    Examples
    --------
    >>> say_feature("order_count_28d")
    'orders in the last 28 days'
    >>> say_feature("colour_count_7d")
    'colour count in the last 7 days'
    >>> say_feature("no_order_odds_28d")
    'odds of no order in the next 28 days'
    """
    window = WINDOW.search(feature)
    name = WINDOW.sub("", feature)
    if name in AHEAD and window:
        return f"{AHEAD[name]} in the next {window.group(1)} days"
    stem = FEATURES.get(name)
    if stem is None:
        return say_name(feature)
    return f"{stem} in the last {window.group(1)} days" if window else stem
