"""What a schedule costs, as terms of the model: the same sum as ``Schedule.cost``."""

from __future__ import annotations

from collections.abc import Iterator

from ortools.sat.python import cp_model

from factory_erp.planning.schedule.exact_clock import Expression
from factory_erp.planning.schedule.exact_model import Model, Step
from factory_erp.planning.schedule.problem import Order
from factory_erp.planning.schedule.result import MINUTES, end_of, lateness_weight

Term = tuple[int, Expression]


def cost(model: Model, changeovers: list[Term]) -> Expression:
    """The sum to be made small; *changeovers*: (minutes, whether they fall)."""
    objective = model.problem.objective
    if objective.makespan:
        return _makespan(model)
    terms = [(minutes * objective.changeover, falls) for minutes, falls in changeovers]
    for order in model.problem.orders:
        terms += _order(model, order)
    for step in model.steps.values():
        terms += _disturbance(model, step)
        terms += _overtime(model, step)
    terms.append((objective.overtime, _locked_overtime(model)))
    return sum(weight * term for weight, term in terms if weight)


def ends_of(model: Model, order: Order) -> list[Expression]:
    """What the order's finish is the latest of; for one without steps, those of the orders that feed it."""
    steps = model.problem.routing[order.id]
    if steps:
        return [end_of(model.problem, o, {}) if o.done else model.end(o) for o in steps]
    found: list[Expression] = [max(model.problem.now, order.release)]
    for number in order.predecessors:
        found += ends_of(model, model.problem.order[number])
    return found


def _makespan(model: Model) -> Expression:
    """The end of the last operation; each machine's load is a bound that helps."""
    cp, problem = model.cp, model.problem
    high = max([problem.now, *(model.latest[order.id] for order in problem.orders)])
    last = cp.new_int_var(problem.now, high, "")
    for order in problem.orders:
        for end in ends_of(model, order):
            cp.add(last >= end)
    for machine in problem.machines:
        if len(machine.calendar.intervals) == 1 and not machine.unlimited:
            here = [s for s in model.steps.values() if machine.id in s.ways]
            begin = min((s.start.low for s in here), default=problem.now)
            cp.add(last >= begin + sum(_load(model, step, machine.id) for step in here))
    return last


def _load(model: Model, step: Step, machine: int) -> Expression:
    minutes = next(a.minutes for a in model.links.usable[step.operation.id] if a.machine == machine)
    return step.ways[machine] * minutes


def _order(model: Model, order: Order) -> Iterator[Term]:
    """Lateness, and the time that it lies finished."""
    ends = ends_of(model, order)
    weight, early = lateness_weight(order), model.problem.objective.earliness
    span = max(model.latest[order.id], order.due, *(e for e in ends if isinstance(e, int)), 0)
    if weight:
        late = model.cp.new_int_var(0, max(0, span - order.due), "")
        for end in ends:
            model.cp.add(late >= end - order.due)
        yield weight, late
    if early:
        finish = model.cp.new_int_var(min(0, order.due), span, "")
        model.cp.add_max_equality(finish, ends)
        ahead = model.cp.new_int_var(0, max(0, order.due - min(0, order.due)), "")
        model.cp.add_max_equality(ahead, [order.due - finish, 0])
        yield early, ahead


def _disturbance(model: Model, step: Step) -> Iterator[Term]:
    """Distance from the published schedule, and a move to another machine."""
    objective, was = model.problem.objective, model.problem.published.get(step.operation.id)
    if was is None:
        return
    if objective.disturbance:
        away = model.cp.new_int_var(
            0, max(abs(step.start.low - was.start), abs(step.start.high - was.start)), ""
        )
        model.cp.add_abs_equality(away, step.start.at - was.start)
        yield objective.disturbance, away
    if objective.move:
        yield objective.move * MINUTES, 1 - step.ways[was.machine] if was.machine in step.ways else 1


def _overtime(model: Model, step: Step) -> Iterator[Term]:
    """Minutes of each overtime interval between start and end on the machine chosen."""
    rate = model.problem.objective.overtime
    if not rate:
        return
    for machine, way in step.ways.items():
        for start, end in model.problem.machine[machine].overtime:
            if step.start.low < end and start < step.end.high:
                yield rate, _shared(model, step, way, start, end)


def _shared(model: Model, step: Step, way: cp_model.LiteralT, start: int, end: int) -> cp_model.IntVar:
    """At least the minutes that the step, if it goes this *way*, has in common with start to end."""
    shared = model.cp.new_int_var(0, end - start, "")
    first = model.cp.new_int_var(start, max(start, step.start.high), "")
    last = model.cp.new_int_var(min(end, step.end.low), end, "")
    model.cp.add_max_equality(first, [step.start.at, start])
    model.cp.add_min_equality(last, [step.end.at, end])
    model.cp.add(shared >= last - first).only_enforce_if(way)
    return shared


def _locked_overtime(model: Model) -> int:
    """Overtime minutes of the fixed operations."""
    minutes = 0
    for operation in model.links.live:
        if operation.fixed:
            machine, start, end = operation.fixed
            overtime = model.problem.machine[machine].overtime
            minutes += sum(max(0, min(end, b) - max(start, a)) for a, b in overtime)
    return minutes
