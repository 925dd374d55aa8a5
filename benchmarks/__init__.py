"""Measures, run by hand. They print medians and p95 and fail nothing: machines are shared."""
