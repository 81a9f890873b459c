"""Capable to promise: one more order put into a schedule that stands."""
