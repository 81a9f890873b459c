"""Writing the outcome of a run: all that differs from what stands there, or from what was written last.

Where the tables are as the last run of this process left them, what differs is found in memory, and only
the rows concerned are read and written. This module loads numpy: import it where a plan is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from sqlalchemy.orm import Session

from factory_erp.services.bulk import CHUNK
from factory_erp.services.material.columns import Ints
from factory_erp.services.material.outcome import (
    KEY,
    names_of,
    plan_pegs,
    proposals_of,
    said_orders,
    wishes_of,
)
from factory_erp.services.material.pegs import write_pegs
from factory_erp.services.material.run import Run
from factory_erp.services.material.store import KEY as NAME
from factory_erp.services.material.store import Proposal, Written, write_suggestions


@dataclass(frozen=True, slots=True)
class Said:
    """What the tables of suggestions and pegs say.

    ``orders`` are as ``said_orders`` gives them, ``ids`` the suggestions of each, ``advice`` what is said
    of orders that exist, by key.
    """

    orders: Ints
    ids: Ints
    advice: dict[str, Proposal]


@dataclass(frozen=True, slots=True)
class Before:
    """What the last run said and the tables still say, and the ids of the items touched since then."""

    said: Said
    touched: Ints


def write_outcome(
    session: Session, run: Run, advice: Sequence[Proposal], before: Before | None
) -> tuple[Written, Said]:
    """Bring suggestions and pegs up to the run; *before* where it is known what stands there."""
    orders, told = said_orders(run), {one[NAME]: one for one in advice}
    if before is None or len(before.touched) > CHUNK:
        proposals = proposals_of(run, orders)
        written = write_suggestions(session, [*proposals, *advice], run.days, partial(wishes_of, run, orders))
        ids = _ids(proposals, written)
        write_pegs(session, plan_pegs(session, run, ids))
    else:
        written, ids = _write_changes(session, run, orders, told, before.said)
        write_pegs(session, plan_pegs(session, run, ids, before.touched), before.touched)
    return written, Said(orders, ids, told)


def _ids(proposals: Iterable[Proposal], written: Written) -> Ints:
    return np.array([written.ids[one[NAME]] for one in proposals], np.int64)


def _write_changes(
    session: Session, run: Run, orders: Ints, told: dict[str, Proposal], said: Said
) -> tuple[Written, Ints]:
    """Write what is said otherwise than before; the ids of the suggestions of all orders."""
    _same, now, was = np.intersect1d(orders[KEY], said.orders[KEY], assume_unique=True, return_indices=True)
    other, gone = np.ones(orders.shape[1], bool), np.ones(said.orders.shape[1], bool)
    other[now] = (orders[:, now] != said.orders[:, was]).any(axis=0)
    gone[was] = False
    ids = np.zeros(len(other), np.int64)
    ids[now] = said.ids[was]
    advice = [one for name, one in told.items() if said.advice.get(name) != one]
    proposals = proposals_of(run, orders[:, other])
    dropped = [*names_of(said.orders[:, gone]), *(said.advice.keys() - told.keys())]
    fresh = [*proposals, *advice]
    among = {*dropped, *(one[NAME] for one in fresh)}
    written = write_suggestions(session, fresh, run.days, partial(wishes_of, run, orders), among)
    ids[other] = _ids(proposals, written)
    return written, ids
