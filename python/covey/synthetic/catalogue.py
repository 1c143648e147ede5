"""The products: types, price tiers and bundles of four that sell together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from covey.synthetic import vocabulary as words
from covey.synthetic.text_columns import (
    Floats,
    Integers,
    date_text,
    integer_text,
    money_text,
    numbered,
)

BUNDLE_SIZE = 4
# 24 brands with three sets of four variants each: names never repeat below this.
_MOST_BUNDLES_PER_TYPE = 72
_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Catalogue:
    """Products in the order bundle by bundle, so that bundle = position // 4."""

    frame: pa.Table
    planted: pd.DataFrame
    product_ids: pa.Array
    type_names: list[str]
    type_of_product: Integers
    price_cents: Integers
    released_at: Integers
    quality: Floats
    bundles_per_type: int

    @property
    def product_count(self) -> int:
        """Number of products."""
        return len(self.price_cents)

    def bundle_of(self, theme: Integers, tier: Integers, number: Integers) -> Integers:
        """Find a bundle of a theme at a price tier.

        Types and bundles are laid out so that every theme has ``bundles_per_type``
        bundles at each tier: the tier of bundle b of a theme's type k is
        ``(k + b) % 3``.
        """
        kind = (tier - number) % words.TYPES_PER_THEME
        return (theme * words.TYPES_PER_THEME + kind) * self.bundles_per_type + number


def make_catalogue(
    n_customers: int, start_seconds: int, n_days: int, rng: np.random.Generator
) -> Catalogue:
    """Make a catalogue that grows with the square root of the customers.

    Parameters
    ----------
    n_customers : int
    start_seconds : int
        Start of the shop's window, in seconds since 1970.
    n_days : int
        Length of the window; one product in thirty is released within it.
    rng : numpy.random.Generator

    Returns
    -------
    Catalogue
        60 types; 240 products up to 900 customers, 1,920 for 25,000.
    """
    per_type = int(
        np.clip(round(float(n_customers) ** 0.5 / 20), 1, _MOST_BUNDLES_PER_TYPE)
    )
    types = [
        (theme, *row)
        for theme, theme_rows in words.THEMES.items()
        for row in theme_rows
    ]
    product = np.arange(len(types) * per_type * BUNDLE_SIZE)
    place = product % BUNDLE_SIZE
    bundle = product // BUNDLE_SIZE
    type_index = bundle // per_type
    number = bundle % per_type
    tier = (type_index % words.TYPES_PER_THEME + number) % len(words.TIER_FACTORS)

    usual = np.array([price for *_, price in types])[type_index]
    price = usual * np.array(words.TIER_FACTORS)[tier]
    price = price * np.exp(rng.normal(0, 0.08, len(product)))
    price_cents = np.maximum(np.round(price / 10), 5).astype(np.int64) * 10 - 1
    released_at = start_seconds - rng.integers(30, 1500, len(product)) * _DAY_SECONDS
    is_new = (place == BUNDLE_SIZE - 1) & (rng.random(len(product)) < 4 / 30)
    new_day = rng.integers(0, max(n_days, 1), len(product))
    released_at = np.where(
        is_new, start_seconds + new_day * _DAY_SECONDS, released_at
    ).astype(np.int64)

    brands = [
        words.BRANDS[t][b // len(words.TIER_FACTORS) % len(words.BRANDS[t])]
        for t, b in zip(tier, number, strict=True)
    ]
    variants = [
        (
            words.FOOD_VARIANTS
            if types[t][2] in words.FOOD_CATEGORIES
            else words.GOODS_VARIANTS
        )[(b // 24 * BUNDLE_SIZE + p + 3 * t) % len(words.FOOD_VARIANTS)]
        for t, b, p in zip(type_index, number, place, strict=True)
    ]
    names = [types[t][1] for t in type_index]
    categories = [types[t][2] for t in type_index]
    themes = [types[t][0] for t in type_index]
    product_ids = numbered("P", product + 1, 5)
    frame = pa.table(
        {
            "product_id": product_ids,
            "product_name": [
                f"{b} {v} {n}" for b, v, n in zip(brands, variants, names, strict=True)
            ],
            "product_type": names,
            "category": categories,
            "brand": brands,
            "unit_price": money_text(price_cents),
            "released_on": date_text(released_at),
            "description": [
                f"{n} by {b}, {v.lower()}"
                for b, v, n in zip(brands, variants, names, strict=True)
            ],
        }
    )
    planted = pd.DataFrame(
        {
            "product_id": product_ids.to_pylist(),
            "planted_bundle": [f"B{each:05d}" for each in bundle + 1],
            "planted_theme": themes,
            "planted_price_tier": integer_text(tier + 1).to_pylist(),
        }
    )
    return Catalogue(
        frame=frame,
        planted=planted,
        product_ids=product_ids,
        type_names=[row[1] for row in types],
        type_of_product=type_index,
        price_cents=price_cents,
        released_at=released_at,
        quality=rng.normal(0, 0.35, len(product)),
        bundles_per_type=per_type,
    )
