"""The door: what a source gave becomes immutable Parquet without personal ids."""

from covey.landing.land import LandedFile, LandingError, land

__all__ = ["LandedFile", "LandingError", "land"]
