"""Segments: groups of customers that stay the same thing next month."""
