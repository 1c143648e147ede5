"""The door: what a source gave becomes immutable Parquet without personal ids."""

from covey.landing.errors import LandingError, UnreadableFileError
from covey.landing.land import land
from covey.landing.manifests import LandedFile, verify_landed

__all__ = [
    "LandedFile",
    "LandingError",
    "UnreadableFileError",
    "land",
    "verify_landed",
]
