"""covey: customer segments, calibrated scores and recommendations as tables."""

__version__ = "0.1.0"
