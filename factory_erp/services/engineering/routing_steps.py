"""Steps of a routing as people write them, and how they are written over those that are stored.

A step that is still meant keeps its row: its id and whatever refers to it stay, though its number or its
name may change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import attrgetter
from typing import Any

from sqlalchemy.orm import Session

from factory_erp.models.engineering import OperationMachine, Routing, RoutingOperation
from factory_erp.services.engineering import resources
from factory_erp.services.master_data import assign

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class MachineChoice:
    """A machine that may do the step, at its own speed; *setup_minutes* None: as the step says."""

    machine_id: int
    speed_percent: int = 100
    setup_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class StepInput:
    """A step as its form holds it; the fields mean what ``models.engineering.RoutingOperation`` says.

    No *machines*: any of the centre. A *subcontractor_id* goes with at least one of *subcontract_days*.
    *resources* are the ids of the moulds, jigs and crews that it holds while it runs.
    """

    sequence: int
    name_en: str
    name_zh: str
    centre_id: int
    setup_minutes: int = 0
    run_seconds: Decimal = ZERO
    batch_size: Decimal = ZERO
    transfer_lot: Decimal = ZERO
    queue_minutes: int = 0
    move_minutes: int = 0
    max_wait_minutes: int | None = None
    resumable: bool = True
    family: str = ""
    instructions: str = ""
    quality_point: str = ""
    subcontractor_id: int | None = None
    subcontract_days: int = 0
    subcontract_price: Decimal = ZERO
    machines: tuple[MachineChoice, ...] = ()
    resources: tuple[int, ...] = ()


PLAIN = (
    "name_en", "name_zh", "centre_id", "setup_minutes", "run_seconds", "batch_size", "transfer_lot",
    "queue_minutes", "move_minutes", "max_wait_minutes", "resumable", "family", "instructions",
    "quality_point", "subcontractor_id", "subcontract_days", "subcontract_price",
)  # fmt: skip
"""Columns that a step's form and its row have in common, besides the sequence."""

Likeness = Callable[[Any], tuple[object, ...]]

LIKENESSES: tuple[Likeness, ...] = (
    attrgetter("sequence", "name_en", "name_zh", "centre_id"),
    attrgetter("name_en", "name_zh", "centre_id"),
    lambda step: (step.sequence,),
)
"""By what a stored step and a given one are taken for the same, the surest first."""


def tidy(step: StepInput) -> StepInput:
    """The step as it is stored: no blanks around texts, machines and resources in the order of their ids."""
    choices = tuple(sorted(step.machines, key=lambda choice: choice.machine_id))
    return replace(
        step, name_en=step.name_en.strip(), name_zh=step.name_zh.strip(), family=step.family.strip(),
        quality_point=step.quality_point.strip(), machines=choices,
        resources=tuple(sorted(set(step.resources))),
    )  # fmt: skip


def typed(session: Session, routing: Routing) -> tuple[StepInput, ...]:
    """The steps of a stored routing as a form would hold them, in their order."""
    held = resources.resources_of(session, [step.id for step in routing.operations])
    return tuple(
        StepInput(
            sequence=step.sequence, **{name: getattr(step, name) for name in PLAIN},
            machines=tuple(
                MachineChoice(choice.machine_id, choice.speed_percent, choice.setup_minutes)
                for choice in sorted(step.machines, key=lambda choice: choice.machine_id)
            ),
            resources=held.get(step.id, ()),
        )
        for step in sorted(routing.operations, key=lambda step: step.sequence)
    )  # fmt: skip


def write_steps(session: Session, routing: Routing, steps: Sequence[StepInput]) -> None:
    """Make the routing consist of these *steps*; rows that are still meant stay, and are changed."""
    pairs = list(_matched(routing.operations, steps))
    _make_room(session, routing, pairs)
    rows = []
    for known, step in pairs:
        row = known or RoutingOperation()
        if known is None:
            routing.operations.append(row)
        assign(row, {"sequence": step.sequence, **{name: getattr(step, name) for name in PLAIN}})
        _put_machines(row, step.machines)
        rows.append(row)
    session.flush()
    held = resources.resources_of(session, [row.id for row in rows])
    for row, step in zip(rows, steps, strict=True):
        if held.get(row.id, ()) != step.resources:
            resources.hold(session, row.id, step.resources)


def _matched(
    rows: Sequence[RoutingOperation], steps: Sequence[StepInput]
) -> Iterator[tuple[RoutingOperation | None, StepInput]]:
    """Each step with the row that it was stored in; None for a new one."""
    free, found = list(rows), dict[int, RoutingOperation]()
    for likeness in LIKENESSES:
        alike = {likeness(row): row for row in reversed(free)}
        for place, step in enumerate(steps):
            if place not in found and (row := alike.pop(likeness(step), None)) is not None:
                found[place] = row
                free.remove(row)
    return ((found.get(place), step) for place, step in enumerate(steps))


def _make_room(
    session: Session, routing: Routing, pairs: Sequence[tuple[RoutingOperation | None, StepInput]]
) -> None:
    """Take away what is not meant any more, and free the numbers that others are to have."""
    kept = [row for row, _step in pairs if row is not None]
    for gone in [row for row in routing.operations if row not in kept]:
        routing.operations.remove(gone)
    for row, step in pairs:
        if row is not None and row.sequence != step.sequence:
            row.sequence = -row.id  # nobody's: the numbers of steps begin at one
    session.flush()


def _put_machines(row: RoutingOperation, wanted: Sequence[MachineChoice]) -> None:
    there = {choice.machine_id: choice for choice in row.machines}
    meant = {choice.machine_id for choice in wanted}
    for machine_id in there.keys() - meant:
        row.machines.remove(there[machine_id])
    for choice in wanted:
        stored = there.get(choice.machine_id)
        if stored is None:
            stored = OperationMachine(machine_id=choice.machine_id)
            row.machines.append(stored)
        stored.speed_percent, stored.setup_minutes = choice.speed_percent, choice.setup_minutes
