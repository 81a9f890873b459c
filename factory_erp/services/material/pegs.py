"""Writing the pegs of the plan: only those that are new, other, or gone.

They are compared as columns, half a million in well under a second. This module loads numpy: import it
where a plan is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Integer, Select, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from factory_erp.models.planning import PlanPeg
from factory_erp.services.material.columns import Ints, matrix
from factory_erp.services.material.rows import raw_rows
from factory_erp.services.material.store import PEG_COLUMNS, insert_raw, remove, update_raw

NAMES = 3
"""Rows of a peg's array that name it: demand and supply, packed, and the item that is taken."""
QUANTITY, LATE, ID = range(NAMES, NAMES + 3)
LINE, MATERIAL, CONSUMER = range(3)
SUGGESTION, PRODUCTION, PURCHASE = range(3)
NOBODY = 3
"""Kinds of demands and supplies; nobody: safety stock, or stock."""
KINDS = 4


def packed(ids: Ints, kind: int) -> Ints:
    """Id and kind of a demand or supply as one number; NOBODY has no id."""
    return ids * KINDS + kind


def write_pegs(session: Session, pegs: Ints, items: Ints | None = None) -> None:
    """Bring the plan's pegs up to *pegs*, an array of shape (5, pegs), no two with the same names.

    Its rows are demand, supply, item, the quantity in micro-units, and whether it comes late. With *items*,
    the ids of at most CHUNK, they are all that take any of these, and the rest is right as it stands.
    """
    stored = _stored(session, items)
    old, new = _named(stored[:NAMES], pegs[:NAMES])
    _same, was, now = np.intersect1d(old, new, assume_unique=True, return_indices=True)
    gone, fresh = np.ones(len(old), bool), np.ones(len(new), bool)
    gone[was], fresh[now] = False, False
    other = (stored[QUANTITY : LATE + 1, was] != pegs[QUANTITY : LATE + 1, now]).any(axis=0)
    changed = zip(*pegs[QUANTITY:, now[other]].tolist(), stored[ID, was[other]].tolist(), strict=True)
    remove(session, PlanPeg, stored[ID, gone].tolist())
    rows = [(quantity, bool(late), at) for quantity, late, at in changed]
    update_raw(session, PlanPeg, ("quantity", "late"), rows)
    _insert(session, pegs[:, fresh])


def _stored(session: Session, items: Ints | None) -> Ints:
    """The pegs as they stand, packed as *pegs* are; their ids in the last row."""
    peg = PlanPeg
    demand = _first_of((peg.sales_line_id, peg.material_id, peg.consumer_id))
    supply = _first_of((peg.suggestion_id, peg.production_order_id, peg.purchase_line_id))
    columns = (demand, supply, peg.item_id, peg.quantity, cast(peg.late, Integer), peg.id)
    statement: Select[*tuple[Any, ...]] = select(*columns)
    if items is not None:
        statement = statement.where(peg.item_id.in_(items.tolist()))
    return matrix(raw_rows(session, statement), ID + 1)


def _first_of(columns: Sequence[InstrumentedAttribute[int | None]]) -> ColumnElement[int]:
    """Whichever id is there, packed with the number of its column."""
    return func.coalesce(*(column * KINDS + kind for kind, column in enumerate(columns)), NOBODY)


def _insert(session: Session, pegs: Ints) -> None:
    first = (session.scalar(select(func.max(PlanPeg.id))) or 0) + 1
    (demand, supply, item), (quantity, late) = pegs[:NAMES], pegs[QUANTITY:]
    columns = [item.tolist(), *_unpacked(demand), *_unpacked(supply), quantity.tolist()]
    ids = range(first, first + pegs.shape[1])
    rows = list(zip(*columns, late.astype(bool).tolist(), ids, strict=True))
    insert_raw(session, PlanPeg, (*PEG_COLUMNS, "quantity", "late", "id"), rows)


def _unpacked(numbers: Ints) -> list[list[int | None]]:
    """The ids of each kind, None where it is of another."""
    ids, kinds = np.divmod(numbers, KINDS)
    columns = [ids.astype(object) for _kind in range(NOBODY)]
    for kind, column in enumerate(columns):
        column[kinds != kind] = None
    return [column.tolist() for column in columns]


def _named(old: Ints, new: Ints) -> tuple[Ints, Ints]:
    """One number for the names of each peg, the same for the same names in both."""
    size = old.shape[1]
    names = np.concatenate((old, new), axis=1)
    numbers = _mixed(names)
    if _has_twins(numbers[:size]) or _has_twins(numbers[size:]):
        # Two pegs drew the same lot, once in many million plans: then they are told apart exactly.
        _all, found = np.unique(names, axis=1, return_inverse=True)
        numbers = found.reshape(-1)
    return numbers[:size], numbers[size:]


def _has_twins(numbers: Ints) -> bool:
    ordered = np.sort(numbers)
    return bool((ordered[1:] == ordered[:-1]).any())


def _mixed(names: Ints) -> Ints:
    """A number of 64 bits drawn from the names as if by lot (SplitMix64)."""
    found = np.zeros(names.shape[1], np.uint64)
    for row in names.astype(np.uint64):
        found = (found ^ row) * np.uint64(0x9E3779B97F4A7C15)
        found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        found ^= found >> np.uint64(27)
    return found.view(np.int64)
