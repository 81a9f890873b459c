"""Scaling parameters that dispatching tries."""

from __future__ import annotations

GRID: tuple[tuple[float, float], ...] = (
    (1.0, 0.2),
    (2.0, 0.3),
    (2.0, 0.5),
    (4.0, 0.3),
    (4.0, 0.5),
    (4.0, 1.0),
    (8.0, 0.5),
    (8.0, 1.0),
)
"""(Look-ahead, setup weight) pairs that are tried for a first schedule."""
