"""Machines in the model: one operation at a time, and the changeovers between them, as a circuit.

All in working minutes of the machine, where a closed hour takes no time. What is locked stands where it
stands: two locked operations may overlap, and only what is free has to make room.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise

from factory_erp.planning.calendar import merge
from factory_erp.planning.schedule.exact_clock import Expression, Literal
from factory_erp.planning.schedule.exact_model import Model, Step
from factory_erp.planning.schedule.problem import Machine, Operation

Term = tuple[int, Expression]


@dataclass(frozen=True, slots=True)
class Node:
    """An operation that may run on the machine: whether it does, when, and how long."""

    operation: Operation
    here: Literal
    start: Expression
    end: Expression
    minutes: int
    span: tuple[int, int]
    """Earliest start and latest end on the wall clock."""

    @property
    def fixed(self) -> bool:
        """Whether it is locked."""
        return self.operation.fixed is not None


def sequence(model: Model, machine: Machine) -> list[Term]:
    """Constrain what runs on *machine*; (changeover minutes, whether they fall) for every possible one."""
    if machine.unlimited:
        return []
    nodes = [*_locked_nodes(model, machine), *_free_nodes(model, machine)]
    if not all(node.fixed for node in nodes):
        _one_at_a_time(model, machine, nodes)
    families = {machine.family, *(node.operation.family for node in nodes)}
    changes = model.problem.centre[machine.centre]
    if not any(changes.minutes(a, b) for a in families for b in families if b is not None):
        return []
    return _circuit(model, machine, nodes)


def _locked_nodes(model: Model, machine: Machine) -> list[Node]:
    """In the order in which they stand; each ends when all up to it have."""
    locked = [o for o in model.links.live if o.fixed and o.fixed.machine == machine.id]
    locked.sort(key=lambda o: (o.fixed and o.fixed[1:], o.id))
    spans = [(o.fixed.start, o.fixed.end) for o in locked if o.fixed]
    to_working = machine.calendar.to_working
    ends = list(accumulate((to_working(end) for _start, end in spans), max))
    return [
        Node(o, True, to_working(span[0]), end, 0, span)
        for o, span, end in zip(locked, spans, ends, strict=True)
    ]


def _free_nodes(model: Model, machine: Machine) -> list[Node]:
    return [_node(step, machine) for step in model.steps.values() if machine.id in step.ways]


def _node(step: Step, machine: Machine) -> Node:
    calendar = machine.calendar
    minutes = next(a.minutes for a in step.operation.alternatives if a.machine == machine.id)
    start, end = step.start.working(calendar), step.end.working(calendar)
    return Node(step.operation, step.ways[machine.id], start, end, minutes, (step.start.low, step.end.high))


def _one_at_a_time(model: Model, machine: Machine, nodes: list[Node]) -> None:
    """No two spans of work overlap; what is locked counts as one piece where it does."""
    cp, to_working = model.cp, machine.calendar.to_working
    locked = merge((to_working(n.span[0]), to_working(n.span[1])) for n in nodes if n.fixed)
    spans = [cp.new_fixed_size_interval_var(a, b - a, "") for a, b in locked]
    spans += [
        cp.new_optional_fixed_size_interval_var(n.start, n.minutes, n.here, "") for n in nodes if not n.fixed
    ]
    cp.add_no_overlap(spans)


def _circuit(model: Model, machine: Machine, nodes: list[Node]) -> list[Term]:
    """A way through all operations that run here; an arc that is taken parts its ends by its changeover."""
    cp, changes = model.cp, model.problem.centre[machine.centre]
    now = machine.calendar.to_working(model.problem.now)
    line = _hinted_line(model, machine)
    arcs: list[tuple[int, int, Literal]] = []
    terms: list[Term] = []
    empty = cp.new_bool_var("")
    arcs.append((0, 0, empty))
    for number, node in enumerate(nodes, start=1):
        first, last = cp.new_bool_var(""), cp.new_bool_var("")
        arcs += [(0, number, first), (number, 0, last)]
        if not node.fixed:
            arcs.append((number, number, _negated(model, node.here)))
        minutes = changes.minutes(machine.family, node.operation.family)
        terms.append((minutes, first))
        if not node.fixed:
            cp.add(node.start >= now + minutes).only_enforce_if(first)
        if line:
            cp.add_hint(first, line[0] == node.operation.id)
            cp.add_hint(last, line[-1] == node.operation.id)
    follows = set(pairwise(line))
    for a, one in enumerate(nodes, start=1):
        for b, two in enumerate(nodes, start=1):
            if a == b or not _may_follow(model, one, two, a < b):
                continue
            taken = cp.new_bool_var("")
            arcs.append((a, b, taken))
            minutes = changes.minutes(one.operation.family, two.operation.family)
            terms.append((minutes, taken))
            if not (one.fixed and two.fixed):
                cp.add(two.start >= one.end + minutes).only_enforce_if(taken)
            if line:
                cp.add_hint(taken, (one.operation.id, two.operation.id) in follows)
    cp.add_circuit(arcs)
    return [(minutes, literal) for minutes, literal in terms if minutes]


def _may_follow(model: Model, one: Node, two: Node, forward: bool) -> bool:
    """Whether *two* can come next at all: locked ones keep their order, and the times must allow it."""
    if one.fixed and two.fixed:
        return forward
    earliest_end = model.links.heads[one.operation.id].end if not one.fixed else one.span[1]
    return earliest_end <= two.span[1] and two.operation.id not in _ahead(model, one)


def _ahead(model: Model, node: Node) -> set[int]:
    """What *node* waits for."""
    before = model.links.before.get(node.operation.id)
    if node.fixed:
        return set()
    return {o.id for o in model.links.feeding.get(node.operation.id, ())} | ({before.id} if before else set())


def _negated(model: Model, literal: Literal) -> Literal:
    return literal.negated() if hasattr(literal, "negated") else not literal


def _hinted_line(model: Model, machine: Machine) -> list[int]:
    """What runs on the machine in the schedule to set out from, in sequence."""
    here = [(a.start, a.end, o) for o, a in model.hint.items() if a.machine == machine.id]
    return [operation for *_at, operation in sorted(here)]
