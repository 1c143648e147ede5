"""Why a landing stops: one sentence that names file, place and remedy."""

from __future__ import annotations


class LandingError(ValueError):
    """A file does not fit its declaration, or is not what was landed."""


class UnreadableFileError(LandingError):
    """A file cannot be read whole."""
