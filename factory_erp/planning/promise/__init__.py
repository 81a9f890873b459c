"""Capable to promise: more orders put into a schedule that stands, in its gaps or ahead of others."""
