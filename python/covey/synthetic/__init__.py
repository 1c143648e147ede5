"""A synthetic shop whose truth is known: what a model finds can be marked."""

from covey.synthetic.sample import write_sample
from covey.synthetic.shop import Shop, make_shop, write_shop

__all__ = ["Shop", "make_shop", "write_sample", "write_shop"]
