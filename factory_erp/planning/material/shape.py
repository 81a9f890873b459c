"""What the kernels work on: a problem compiled to records, and the state of a run.

Items are numbered by their rows. *Clusters* are what is planned in one go, in order: an item, or the items
that stand for one another as alternates. A *use* is a component of an item after phantoms are replaced.
All fields are int64.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from factory_erp.planning.material.tables import Ints

Records = npt.NDArray[np.void]
"""Rows with named int64 fields."""


def record(fields: str) -> np.dtype[np.void]:
    """The type of rows with these *fields*."""
    return np.dtype([(name, np.int64) for name in fields.split()])


ITEM = record(
    "id step rule minimum lot period safety lead run scrap calendar working cluster_of"
    " use_start use_end out_start out_end parts_start parts_end yields_start yields_end"
)
"""``lot``: what an order is a multiple of; ``period`` in minutes. Then slices: of the uses and by-products
that it is, of ``parts`` and ``yields`` that it has."""
USE = record("parent line operation up down other_start other_end")
"""``up`` steps of the component for ``down`` micro-units of the parent; a slice of the alternates."""
PART = record("use item")
"""A use by its parent, and the component."""
OUT = record("parent up down")
"""A by-product, as a use."""
OTHER = record("item up down partly")
"""``up`` micro-units of the alternate stand for ``down`` of the component."""

DEMAND = record("key kind quantity due priority group")
SUPPLY = record("quantity at group")
OWNED = record(
    "demand_start demand_count supply_start supply_count need_start need_count order_start order_count"
)
"""What an item owns: slices of ``demand_row`` (by kind and key), of ``supply_row`` (by group, time, kind and
key), of the needs and of the orders."""
PEGGED = record("peg_start peg_count")
"""The slice of the pegs that a cluster owns."""
NEED = record("quantity due cause")
"""``cause``: a demand's row; SAFETY_CAUSE; or FIRST_USE less the number of the use."""
ORDER = record("key quantity good due begin rank priority group")
PEG = record("need kind item ref quantity covers")
"""``need``: its number within the cluster. ``kind``: FROM_SUPPLY, FROM_OUT or FROM_ORDER. ``item``: what is
taken, the need's item or an alternate; ``ref``: the supply's row, or the number of the by-product or order
within that item. ``quantity`` is of ``item``, ``covers`` of the need's item."""

SAFETY_CAUSE = -1
FIRST_USE = -2
FROM_SUPPLY, FROM_OUT, FROM_ORDER = 0, 1, 2


class Shape(NamedTuple):
    """What stays from run to run."""

    now: int
    day_origin: int
    items: Records
    uses: Records
    """By component."""
    parts: Records
    """The uses by parent."""
    outs: Records
    """By what comes out."""
    yields: Ints
    """By parent: the item that comes out."""
    others: Records
    """Alternates by use and priority."""
    cluster_start: Ints
    """(clusters + 1,) where their members begin in ``cluster_item``, parents first."""
    cluster_item: Ints
    open_start: Ints
    """(calendars + 1,) where a calendar's intervals begin."""
    open_from: Ints
    open_to: Ints
    open_before: Ints
    """Open minutes of the calendar before each interval."""


class State(NamedTuple):
    """What a run fills in; needs, orders and pegs are only ever added at the end.

    The needs of a cluster's members follow one another.
    """

    demands: Records
    demand_row: Ints
    supplies: Records
    supply_row: Ints
    items: Records
    clusters: Records
    use_first: Ints
    """(uses,) number, within the item, of the first need of a use: one for each order of the parent."""
    out_first: Ints
    """(by-products,) number, within the item, of the first supply of a by-product, likewise."""
    used: Ints
    """(3,) needs, orders and pegs written so far."""
    needs: Records
    orders: Records
    pegs: Records


class Dates(NamedTuple):
    """When things are really there: arrays as long as the state's orders (two) and needs."""

    material: Ints
    available: Ints
    need: Ints


def records(kind: np.dtype[np.void], size: int, /, **columns: Ints) -> Records:
    """Rows of a kind made of columns; fields not given are 0."""
    rows = np.zeros(size, kind)
    for name, column in columns.items():
        rows[name] = column
    return rows


def column(rows: Records, name: str) -> Ints:
    """One field of all rows, as a column of its own."""
    return np.ascontiguousarray(rows[name])
