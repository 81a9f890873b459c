"""What a finite schedule is asked: machines, centres, operations and orders, all checked.

Times are wall-clock minutes since the calendars' origin; durations are working minutes of the
machine chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple, Protocol

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.planning.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of a work centre.

    ``family`` is what it is set up for at ``Problem.now`` (None: the first changeover is free);
    an ``unlimited`` machine, such as a subcontractor, takes any number of operations at once.
    """

    id: int
    centre: int
    calendar: WorkingCalendar
    family: int | None = None
    unlimited: bool = False


@dataclass(frozen=True, slots=True)
class Centre:
    """A work centre: changeover minutes from family to family; a pair not listed costs ``default``.

    Staying within a family costs nothing unless the pair (family, family) is listed.
    """

    id: int
    changeover: Mapping[tuple[int, int], int] = field(default_factory=dict)
    default: int = 0

    def minutes(self, before: int | None, after: int) -> int:
        """Changeover minutes when *after* follows *before* (None: a fresh machine)."""
        if before is None:
            return 0
        return self.changeover.get((before, after), 0 if before == after else self.default)


class Alternative(NamedTuple):
    """A machine that can do the operation, with the setup and run minutes it needs."""

    machine: int
    setup_minutes: int
    run_minutes: int

    @property
    def minutes(self) -> int:
        """Setup and run together."""
        return self.setup_minutes + self.run_minutes


class Fixed(NamedTuple):
    """Where and when a started or locked operation stands (or stood); it is never moved."""

    machine: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of an order.

    ``earliest`` is when the material that only this step needs is there; ``fixed`` a place that
    must be kept; a ``done`` operation takes no more machine time.
    """

    id: int
    order: int
    sequence: int
    centre: int
    family: int
    alternatives: tuple[Alternative, ...] = ()
    earliest: int = 0
    fixed: Fixed | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """A production order: not before ``release`` (material), wanted by ``due``.

    ``weight`` is the cost of an hour late; ``predecessors`` are orders whose output it consumes.
    """

    id: int
    release: int
    due: int
    weight: int = 1
    predecessors: tuple[int, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A whole scheduling problem; raises InvalidValue, in plain words, when it makes no sense."""

    machines: tuple[Machine, ...]
    centres: tuple[Centre, ...]
    operations: tuple[Operation, ...]
    orders: tuple[Order, ...]
    now: int = 0
    machine: dict[int, Machine] = field(init=False, repr=False, compare=False)
    centre: dict[int, Centre] = field(init=False, repr=False, compare=False)
    operation: dict[int, Operation] = field(init=False, repr=False, compare=False)
    order: dict[int, Order] = field(init=False, repr=False, compare=False)
    routing: dict[int, tuple[Operation, ...]] = field(init=False, repr=False, compare=False)
    """Operations of each order, in sequence."""
    sequence: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """Order ids, predecessors first."""

    def __post_init__(self) -> None:
        index = {
            "machine": _by_id(self.machines, _("Machine {id} is given twice.")),
            "centre": _by_id(self.centres, _("Work centre {id} is given twice.")),
            "operation": _by_id(self.operations, _("Operation {id} is given twice.")),
            "order": _by_id(self.orders, _("Order {id} is given twice.")),
        }
        for name, value in index.items():
            object.__setattr__(self, name, value)
        self._check_machines()
        for operation in self.operations:
            self._check_operation(operation)
        object.__setattr__(self, "routing", self._routings())
        object.__setattr__(self, "sequence", self._order_sequence())

    def changeover(self, machine: int, before: int | None, after: int) -> int:
        """Changeover minutes on *machine* from family *before* to family *after*."""
        return self.centre[self.machine[machine].centre].minutes(before, after)

    def alternative(self, operation: int, machine: int) -> Alternative | None:
        """How *machine* does *operation*, None when it cannot."""
        found = (a for a in self.operation[operation].alternatives if a.machine == machine)
        return next(found, None)

    def _check_machines(self) -> None:
        for machine in self.machines:
            if machine.centre not in self.centre:
                raise InvalidValue(_("Machine {id} belongs to no known work centre.", id=machine.id))
        for centre in self.centres:
            if min((centre.default, *centre.changeover.values())) < 0:
                raise InvalidValue(_("Work centre {id} has a negative changeover time.", id=centre.id))

    def _check_operation(self, operation: Operation) -> None:
        if operation.order not in self.order:
            raise InvalidValue(_("Operation {id} belongs to no known order.", id=operation.id))
        if not (operation.alternatives or operation.fixed or operation.done):
            raise InvalidValue(
                _("Operation {id} has no machine that can do it.", id=operation.id),
                remedy=_("Add a machine to its work centre, or name machines on the routing."),
            )
        for alternative in operation.alternatives:
            self._check_alternative(operation, alternative)
        self._check_fixed(operation)

    def _check_alternative(self, operation: Operation, alternative: Alternative) -> None:
        if alternative.machine not in self.machine:
            raise InvalidValue(_("Operation {id} names an unknown machine.", id=operation.id))
        if alternative.setup_minutes < 0 or alternative.run_minutes < 0 or not alternative.minutes:
            raise InvalidValue(_("Operation {id} must take at least one minute.", id=operation.id))

    def _check_fixed(self, operation: Operation) -> None:
        fixed = operation.fixed
        if fixed and fixed.machine not in self.machine:
            raise InvalidValue(_("Operation {id} is fixed on an unknown machine.", id=operation.id))
        if fixed and fixed.end < fixed.start:
            raise InvalidValue(_("Operation {id} is fixed to end before it starts.", id=operation.id))

    def _routings(self) -> dict[int, tuple[Operation, ...]]:
        steps: dict[int, list[Operation]] = {order.id: [] for order in self.orders}
        for operation in sorted(self.operations, key=lambda o: (o.sequence, o.id)):
            steps[operation.order].append(operation)
        for order, line in steps.items():
            if any(first.sequence == second.sequence for first, second in pairwise(line)):
                raise InvalidValue(_("Order {id} has two operations with the same number.", id=order))
        return {order: tuple(line) for order, line in steps.items()}

    def _order_sequence(self) -> tuple[int, ...]:
        for order in self.orders:
            if any(p not in self.order for p in order.predecessors):
                raise InvalidValue(_("Order {id} waits for an order that is not planned.", id=order.id))
        try:
            graph = {order.id: order.predecessors for order in self.orders}
            return tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            path = " → ".join(str(order) for order in error.args[1])
            raise InvalidValue(_("Orders wait for one another in a circle: {path}.", path=path)) from error


class _HasId(Protocol):
    @property
    def id(self) -> int: ...


def _by_id(rows: Iterable[_HasId], message: str) -> dict[int, _HasId]:
    found: dict[int, _HasId] = {}
    for row in rows:
        if row.id in found:
            raise InvalidValue(message.format(id=row.id))
        found[row.id] = row
    return found
