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
from factory_erp.planning.calendar import Interval, WorkingCalendar


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of a work centre.

    ``family`` is what it is set up for at ``Problem.now`` (None: the first changeover is free);
    an ``unlimited`` machine, such as a subcontractor, takes any number of operations at once.
    ``overtime`` are the parts of its open intervals that cost extra (sorted, disjoint).
    """

    id: int
    centre: int
    calendar: WorkingCalendar
    family: int | None = None
    unlimited: bool = False
    overtime: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that operations need beside their machine: a mould, a jig, a crew.

    At any minute no more than ``capacity`` operations that name it may be under way.
    """

    id: int
    capacity: int = 1


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
    must be kept; a ``done`` operation takes no more machine time. One that is not ``resumable`` must
    begin and end within one open interval of its machine. ``resources`` are held from start to end.

    Towards the next step: it begins at least ``lag`` and, where it is not None, at most ``max_lag``
    wall-clock minutes after this one ends. With ``transfer_ppm`` (parts per million of the quantity that are
    carried over at once) it may overlap: it begins when the first such lot has run here (setup + run × share,
    in working minutes, plus ``lag``), and after this one ends it still has a lot's share of its run to do.
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
    resumable: bool = True
    resources: tuple[int, ...] = ()
    lag: int = 0
    max_lag: int | None = None
    transfer_ppm: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """A production order: not before ``release`` (material), wanted by ``due``.

    ``weight`` is the cost of an hour late; ``predecessors`` are orders whose output it consumes.
    Where the date was ``promised`` to a buyer, lateness counts a hundredfold.
    """

    id: int
    release: int
    due: int
    weight: int = 1
    predecessors: tuple[int, ...] = ()
    promised: bool = False


@dataclass(frozen=True, slots=True)
class Objective:
    """What an hour costs, in the unit of ``Order.weight``: all integers, 0 where it does not count.

    ``changeover``: an hour of changeover; ``overtime``: an hour worked in overtime; ``earliness``: an hour
    that a finished order lies before it is due; ``disturbance``: an hour that an operation starts away from
    where the published schedule has it, and ``move`` once where it stands on another machine. With
    ``makespan`` only the end of the last operation counts.
    """

    changeover: int = 1
    overtime: int = 0
    earliness: int = 0
    disturbance: int = 0
    move: int = 0
    makespan: bool = False


@dataclass(frozen=True)
class Problem:
    """A whole scheduling problem; raises InvalidValue, in plain words, when it makes no sense."""

    machines: tuple[Machine, ...]
    centres: tuple[Centre, ...]
    operations: tuple[Operation, ...]
    orders: tuple[Order, ...]
    now: int = 0
    resources: tuple[Resource, ...] = ()
    objective: Objective = Objective()
    published: Mapping[int, Fixed] = field(default_factory=dict, compare=False)
    """Where operations stand in the schedule that people work by; disturbing it costs."""
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
        self._check_resources()
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

    def _check_resources(self) -> None:
        known = _by_id(self.resources, _("Resource {id} is given twice."))
        for resource in self.resources:
            if resource.capacity < 1:
                raise InvalidValue(_("Resource {id} must be there at least once.", id=resource.id))
        for operation in self.operations:
            if any(resource not in known for resource in operation.resources):
                raise InvalidValue(_("Operation {id} needs an unknown resource.", id=operation.id))
            lag, most = operation.lag, operation.max_lag
            if lag < 0 or (most is not None and most < lag) or not 0 <= operation.transfer_ppm <= 1_000_000:
                raise InvalidValue(
                    _("Operation {id} has waiting times that contradict each other.", id=operation.id)
                )

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
