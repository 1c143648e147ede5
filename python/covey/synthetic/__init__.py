"""A synthetic shop whose truth is known: what a model finds can be marked."""

from covey.synthetic.retailer import Retailer, make_retailer, write_retailer
from covey.synthetic.sample import write_sample
from covey.synthetic.shop import Shop, make_shop, write_shop
from covey.synthetic.two_systems import TwoSystems, split_shop, write_two_systems

__all__ = [
    "Retailer",
    "Shop",
    "TwoSystems",
    "make_retailer",
    "make_shop",
    "split_shop",
    "write_retailer",
    "write_sample",
    "write_shop",
    "write_two_systems",
]
