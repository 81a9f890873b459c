"""Routings as an import compares and writes them: many at once, by plain rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.engineering import OperationMachine, Routing, RoutingOperation
from factory_erp.models.planning import RoutingResource
from factory_erp.services.base import touched
from factory_erp.services.bulk import chunks, insert_rows
from factory_erp.services.engineering.resources import resources_of
from factory_erp.services.exchange.kind import Intake, Record
from factory_erp.services.exchange.upsert import batches, change_rows, same

PER_WRITE = 5000
"""Operations in one statement."""

RoutingKey = tuple[int, str]
"""Item id and revision."""
Choice = tuple[int, int, int | None]
"""Machine id, speed in percent, setup minutes of its own."""


@dataclass(frozen=True, slots=True)
class Step:
    """An operation as it is stored; its machines and resources stand in the order of their ids."""

    sequence: int
    name_en: str
    name_zh: str
    centre_id: int
    setup_minutes: int = 0
    run_seconds: Decimal = Decimal(0)
    batch_size: Decimal = Decimal(0)
    transfer_lot: Decimal = Decimal(0)
    queue_minutes: int = 0
    move_minutes: int = 0
    max_wait_minutes: int | None = None
    resumable: bool = True
    family: str = ""
    instructions: str = ""
    quality_point: str = ""
    subcontractor_id: int | None = None
    subcontract_days: int = 0
    subcontract_price: Decimal = Decimal(0)
    machines: tuple[Choice, ...] = ()
    resources: tuple[int, ...] = ()


BELOW = ("machines", "resources")
"""What is stored in rows of its own."""
PLAIN = tuple(field.name for field in fields(Step) if field.name not in BELOW)


@dataclass(frozen=True, slots=True)
class StoredRouting:
    """A routing that is there."""

    id: int
    valid_from: date
    valid_to: date | None
    derived: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class WantedRouting:
    """A routing as the file wants it."""

    key: RoutingKey
    valid_from: date
    valid_to: date | None
    steps: tuple[Step, ...]
    records: tuple[Record, ...]


def is_same(wanted: WantedRouting, stored: StoredRouting) -> bool:
    """Whether nothing would change."""
    dates = (wanted.valid_from, wanted.valid_to) == (stored.valid_from, stored.valid_to)
    if not dates or len(wanted.steps) != len(stored.steps):
        return False
    names = (*PLAIN, *BELOW)
    pairs = zip(wanted.steps, stored.steps, strict=True)
    return all(same(getattr(one, name), getattr(other, name)) for one, other in pairs for name in names)


def stored_routings(session: Session, item_ids: Iterable[int]) -> dict[RoutingKey, StoredRouting]:
    """All routings of the items, read in chunks."""
    columns = select(
        Routing.id, Routing.item_id, Routing.revision, Routing.valid_from, Routing.valid_to, Routing.derived
    )
    found: dict[RoutingKey, StoredRouting] = {}
    for part in chunks(item_ids):
        heads = session.execute(columns.where(Routing.item_id.in_(part))).all()
        steps = stored_steps(session, [head.id for head in heads])
        for head in heads:
            found[head.item_id, head.revision] = StoredRouting(
                head.id, head.valid_from, head.valid_to, head.derived, tuple(steps.get(head.id, ()))
            )
    return found


def stored_steps(session: Session, routing_ids: Sequence[int]) -> dict[int, list[Step]]:
    """Operations by routing, in their order."""
    machines = _stored_choices(session, routing_ids)
    columns = [getattr(RoutingOperation, name) for name in PLAIN]
    statement = select(RoutingOperation.id, RoutingOperation.routing_id, *columns)
    found: dict[int, list[Step]] = {}
    for part in chunks(routing_ids):
        rows = statement.where(RoutingOperation.routing_id.in_(part)).order_by(
            RoutingOperation.routing_id, RoutingOperation.sequence
        )
        read = session.execute(rows).all()
        held = resources_of(session, [row.id for row in read])
        for step_id, routing_id, *values in read:
            step: Any = (*values, tuple(machines.get(step_id, ())), held.get(step_id, ()))
            found.setdefault(routing_id, []).append(Step(*step))
    return found


def _stored_choices(session: Session, routing_ids: Sequence[int]) -> dict[int, list[Choice]]:
    columns = select(
        OperationMachine.operation_id,
        OperationMachine.machine_id,
        OperationMachine.speed_percent,
        OperationMachine.setup_minutes,
    ).join(RoutingOperation, RoutingOperation.id == OperationMachine.operation_id)
    found: dict[int, list[Choice]] = {}
    for part in chunks(routing_ids):
        rows = columns.where(RoutingOperation.routing_id.in_(part)).order_by(OperationMachine.machine_id)
        for step_id, machine, speed, setup in session.execute(rows):
            found.setdefault(step_id, []).append((machine, speed, setup))
    return found


def write_routings(
    session: Session,
    fresh: Sequence[WantedRouting],
    changed: Sequence[tuple[int, WantedRouting]],
    intake: Intake,
) -> None:
    """Insert the routings *fresh*, and write the *changed* ones over those with their ids."""
    made = [
        routing_id
        for part in batches(fresh, PER_WRITE)
        for routing_id in insert_rows(session, Routing, [_head_row(one) for one in part])
    ]
    _replace_heads(session, changed)
    ids = [*made, *(routing_id for routing_id, _wanted in changed)]
    routings = [*fresh, *(one for _routing_id, one in changed)]
    total = sum(len(one.steps) for one in routings)
    rows = ((at, step) for at, one in zip(ids, routings, strict=True) for step in one.steps)
    _insert_steps(session, rows, total, intake)


def _head_row(wanted: WantedRouting) -> dict[str, Any]:
    item_id, revision = wanted.key
    return {"item_id": item_id, "revision": revision, **_days(wanted)}


def _days(wanted: WantedRouting) -> dict[str, Any]:
    return {"valid_from": wanted.valid_from, "valid_to": wanted.valid_to}


def _replace_heads(session: Session, changed: Sequence[tuple[int, WantedRouting]]) -> None:
    """Write the heads anew, their versions counted up, and take their operations away."""
    change_rows(session, Routing, [(routing_id, _days(one)) for routing_id, one in changed])
    for part in chunks(routing_id for routing_id, _wanted in changed):
        held = RoutingOperation.routing_id.in_(part)
        touched(session, RoutingOperation, session.scalars(select(RoutingOperation.id).where(held)).all())
        unsynchronised = {"synchronize_session": False}
        session.execute(delete(RoutingOperation).where(held), execution_options=unsynchronised)


def _insert_steps(session: Session, rows: Iterator[tuple[int, Step]], total: int, intake: Intake) -> None:
    done = 0
    for part in batches(rows, PER_WRITE):
        ids = insert_rows(session, RoutingOperation, [_step_row(at, step) for at, step in part])
        steps = list(zip(ids, (step for _at, step in part), strict=True))
        insert_rows(session, OperationMachine, [row for at, step in steps for row in _choice_rows(at, step)])
        insert_rows(session, RoutingResource, [row for at, step in steps for row in _held_rows(at, step)])
        done += len(part)
        intake.step(done, total, _("Writing routings"))


def _step_row(routing_id: int, step: Step) -> dict[str, Any]:
    return {"routing_id": routing_id, **{name: getattr(step, name) for name in PLAIN}}


def _choice_rows(step_id: int, step: Step) -> Iterator[dict[str, Any]]:
    for machine, speed, setup in step.machines:
        yield {"operation_id": step_id, "machine_id": machine, "speed_percent": speed, "setup_minutes": setup}


def _held_rows(step_id: int, step: Step) -> Iterator[dict[str, Any]]:
    return ({"operation_id": step_id, "resource_id": one} for one in step.resources)


def only_new(
    wanted: Mapping[RoutingKey, WantedRouting], stored: Mapping[RoutingKey, StoredRouting]
) -> set[RoutingKey]:
    """Keys of the routings that would be made or changed."""
    return {key for key, one in wanted.items() if key not in stored or not is_same(one, stored[key])}
