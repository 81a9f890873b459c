"""Rows of whole numbers as columns; apart from ``material.rows`` because it loads numpy."""

from __future__ import annotations

from itertools import chain

import numpy as np
import numpy.typing as npt

from factory_erp.services.material.rows import Raw

Ints = npt.NDArray[np.int64]


def matrix(rows: Raw, columns: int) -> Ints:
    """Rows of whole numbers, none of them None, as an array of shape (columns, rows)."""
    flat = np.fromiter(chain.from_iterable(rows), np.int64, len(rows) * columns)
    return np.ascontiguousarray(flat.reshape(-1, columns).T)
