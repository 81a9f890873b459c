"""Room for a run: the records of its state, made and enlarged."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from factory_erp.planning.material.holdings import Holdings
from factory_erp.planning.material.shape import (
    DEMAND,
    NEED,
    ORDER,
    OWNED,
    PEG,
    PEGGED,
    SUPPLY,
    Dates,
    Shape,
    State,
    records,
)
from factory_erp.planning.material.tables import Demands, Ints, Supplies

T = TypeVar("T", bound=np.generic)


def blank_state(shape: Shape, expected: int) -> State:
    """A state without demands, supplies or plans, with room for *expected* needs, orders and pegs."""
    return State(
        demands=np.zeros(0, DEMAND),
        demand_row=np.zeros(0, np.int64),
        supplies=np.zeros(0, SUPPLY),
        supply_row=np.zeros(0, np.int64),
        items=np.zeros(len(shape.items), OWNED),
        clusters=np.zeros(len(shape.cluster_start) - 1, PEGGED),
        use_first=np.zeros(len(shape.uses), np.int64),
        out_first=np.zeros(len(shape.outs), np.int64),
        used=np.zeros(3, np.int64),
        needs=np.empty(expected, NEED),
        orders=np.empty(expected, ORDER),
        pegs=np.empty(expected, PEG),
    )


def held(state: State, demands: Holdings[Demands], supplies: Holdings[Supplies]) -> State:
    """The state with these demands and supplies."""
    wanted, there = demands.table, supplies.table
    columns = {name: getattr(wanted, name) for name in DEMAND.names or ()}
    state.items["demand_start"], state.items["demand_count"] = demands.start, demands.count
    state.items["supply_start"], state.items["supply_count"] = supplies.start, supplies.count
    return state._replace(
        demands=records(DEMAND, len(wanted), **columns),
        demand_row=demands.row,
        supplies=records(
            SUPPLY, len(there), quantity=there.quantity, at=there.available_at, group=there.group
        ),
        supply_row=supplies.row,
    )


def grown(state: State) -> State:
    """The state with room for twice as much."""
    return state._replace(
        needs=enlarged(state.needs, 2 * len(state.needs), state.used[0]),
        orders=enlarged(state.orders, 2 * len(state.orders), state.used[1]),
        pegs=enlarged(state.pegs, 2 * len(state.pegs), state.used[2]),
    )


def enlarged(array: npt.NDArray[T], size: int, used: int) -> npt.NDArray[T]:
    """A copy of the *used* rows with room for *size*."""
    larger = np.empty(size, array.dtype)
    larger[:used] = array[:used]
    return larger


def with_room(dates: Dates, state: State, dated: Ints) -> Dates:
    """A copy with room for all needs and orders of the state; *dated*: how many have dates already."""
    needs, orders = int(state.used[0]), int(state.used[1])
    return Dates(
        material=enlarged(dates.material, orders, int(dated[1])),
        available=enlarged(dates.available, orders, int(dated[1])),
        need=enlarged(dates.need, needs, int(dated[0])),
    )
