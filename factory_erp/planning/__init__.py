"""Pure planning: what to make and buy, in which order on which machine, and what can be promised.

Everything here is integers and frozen dataclasses: no database, no clock, no randomness.
"""
