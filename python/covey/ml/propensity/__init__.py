"""Propensity: who does something that a business can say yes or no to."""
