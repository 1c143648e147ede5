"""Recommendations: what each customer wants next."""
