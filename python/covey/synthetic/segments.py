"""The five planted segments: how each kind of customer behaves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Segment:
    """Means of one kind of customer; single customers vary around them.

    Attributes
    ----------
    name : str
    share : float
        Of all customers.
    orders_per_year, lines_per_order : float
    tier_shares : tuple of float
        How often a favourite is of the low, middle and high price tier.
    favourite_count : int
        Bundles that are bought again and again at one time: breadth.
    discount_share, online_share : float
        Of lines bought at a discount, of orders made on the web or in the app.
    browsing : float
        Factor on views per line bought.
    yearly_lapse_share : float
        Of customers who lapse within a year.
    birth_year : int
    """

    name: str
    share: float
    orders_per_year: float
    lines_per_order: float
    tier_shares: tuple[float, float, float]
    favourite_count: int
    discount_share: float
    online_share: float
    browsing: float
    yearly_lapse_share: float
    birth_year: int


SEGMENTS = (
    Segment(
        name="loyal_core",
        share=0.12,
        orders_per_year=28,
        lines_per_order=4.2,
        tier_shares=(0.2, 0.65, 0.15),
        favourite_count=8,
        discount_share=0.1,
        online_share=0.45,
        browsing=1.2,
        yearly_lapse_share=0.15,
        birth_year=1974,
    ),
    Segment(
        name="premium_few",
        share=0.15,
        orders_per_year=9,
        lines_per_order=2.4,
        tier_shares=(0.02, 0.1, 0.88),
        favourite_count=3,
        discount_share=0.03,
        online_share=0.7,
        browsing=1.6,
        yearly_lapse_share=0.24,
        birth_year=1970,
    ),
    Segment(
        name="bargain_hunters",
        share=0.25,
        orders_per_year=13,
        lines_per_order=3.6,
        tier_shares=(0.88, 0.1, 0.02),
        favourite_count=6,
        discount_share=0.5,
        online_share=0.6,
        browsing=1.4,
        yearly_lapse_share=0.34,
        birth_year=1987,
    ),
    Segment(
        name="stock_up_families",
        share=0.18,
        orders_per_year=9,
        lines_per_order=8.5,
        tier_shares=(0.4, 0.5, 0.1),
        favourite_count=12,
        discount_share=0.2,
        online_share=0.35,
        browsing=0.7,
        yearly_lapse_share=0.22,
        birth_year=1984,
    ),
    Segment(
        name="occasional",
        share=0.3,
        orders_per_year=3.2,
        lines_per_order=1.8,
        tier_shares=(0.3, 0.5, 0.2),
        favourite_count=3,
        discount_share=0.15,
        online_share=0.55,
        browsing=0.9,
        yearly_lapse_share=0.42,
        birth_year=1980,
    ),
)
