"""Routings as people write them: revisions, steps with machines, batches, waits and subcontractors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Machine, Routing, RoutingOperation, WorkCentre
from factory_erp.models.partners import Partner
from factory_erp.models.planning import Resource
from factory_erp.services import clock
from factory_erp.services.base import get, query, use_case
from factory_erp.services.engineering import revisions as changes
from factory_erp.services.engineering.routing_steps import MachineChoice, StepInput, tidy, typed, write_steps
from factory_erp.services.engineering.structure import current_routing
from factory_erp.services.master_data import count_problem, figure_problem, same_version, text_problems
from factory_erp.services.names import ItemNames

__all__ = [
    "MachineChoice",
    "RoutingInput",
    "RoutingRevisionView",
    "RoutingSheet",
    "StepInput",
    "StepView",
    "new_routing_revision",
    "remove_routing",
    "routing_revisions",
    "routing_sheet",
    "save_routing",
    "write_routing",
]

NAME_LENGTH, FAMILY_LENGTH, CHECK_LENGTH = 80, 40, 200


@dataclass(frozen=True, slots=True)
class RoutingInput:
    """A routing as its form holds it; *version* is the one the form read."""

    item_id: int
    revision: str
    valid_from: date
    valid_to: date | None
    steps: tuple[StepInput, ...]
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class RoutingRevisionView:
    """A revision of an item's routing; *steps* counts them, *current* is the one valid today."""

    id: int
    revision: str
    valid_from: date
    valid_to: date | None
    current: bool
    derived: bool
    steps: int


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with the codes that its page shows, *machines* and *resources* in the order of the step's."""

    step: StepInput
    centre: str
    subcontractor: str
    machines: tuple[str, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoutingSheet:
    """One revision of a routing."""

    id: int
    item_id: int
    sku: str
    name: str
    unit: str
    revision: str
    valid_from: date
    valid_to: date | None
    derived: bool
    version: int
    steps: tuple[StepView, ...]


@query
def routing_revisions(session: Session, item_id: int) -> list[RoutingRevisionView]:
    """The revisions of the item's routing, the newest first."""
    current = current_routing(session, item_id, clock.today())
    rows = session.execute(
        select(Routing, func.count(RoutingOperation.id))
        .outerjoin(RoutingOperation, RoutingOperation.routing_id == Routing.id)
        .where(Routing.item_id == item_id)
        .group_by(Routing.id)
        .order_by(Routing.valid_from.desc(), Routing.revision.desc())
    )
    return [
        RoutingRevisionView(
            row.id, row.revision, row.valid_from, row.valid_to, row is current, row.derived, steps
        )
        for row, steps in rows
    ]


@query
def routing_sheet(session: Session, routing_id: int) -> RoutingSheet:
    """The routing with everything that its page shows. Raises NotFound."""
    routing = _loaded(session, routing_id)
    item = get(session, Item, routing.item_id)
    codes = _Codes(session)
    return RoutingSheet(
        routing.id, item.id, item.sku, ItemNames(session, [item.id]).of(item.id), item.unit,
        routing.revision, routing.valid_from, routing.valid_to, routing.derived, routing.version,
        tuple(codes.view(session, step) for step in typed(session, routing)),
    )  # fmt: skip


class _Codes:
    """Codes of all work centres, machines and resources: there are few."""

    def __init__(self, session: Session) -> None:
        self._centres = {row[0]: row[1] for row in session.execute(select(WorkCentre.id, WorkCentre.code))}
        self._machines = {row[0]: row[1] for row in session.execute(select(Machine.id, Machine.code))}
        self._resources = {row[0]: row[1] for row in session.execute(select(Resource.id, Resource.code))}

    def view(self, session: Session, step: StepInput) -> StepView:
        partner = session.get(Partner, step.subcontractor_id) if step.subcontractor_id else None
        machines = tuple(self._machines[choice.machine_id] for choice in step.machines)
        held = tuple(self._resources[one] for one in step.resources)
        return StepView(step, self._centres[step.centre_id], partner.name if partner else "", machines, held)


def _loaded(session: Session, routing_id: int) -> Routing:
    steps = selectinload(Routing.operations).selectinload(RoutingOperation.machines)
    found = session.scalar(select(Routing).where(Routing.id == routing_id).options(steps))
    return found or get(session, Routing, routing_id)


@use_case
def save_routing(session: Session, given: RoutingInput) -> int:
    """Write the routing, new or changed; its id. Without an id it is a new revision of the item.

    Saved again as it is, nothing changes. Raises InvalidValue naming the step that cannot be and for a
    name that is taken, NotAllowed for a derived routing and for days on which another revision is valid,
    Conflict where somebody changed it since it was read.
    """
    return write_routing(session, given).id


def write_routing(session: Session, given: RoutingInput, *, derived: bool = False) -> Routing:
    """What ``save_routing`` does, inside a transaction; *derived*: for the variant rules, over their own."""
    item = get(session, Item, given.item_id, lock=True)
    name = changes.check_head(item, given.revision, given.valid_from, given.valid_to)
    steps = tuple(tidy(step) for step in sorted(given.steps, key=lambda step: step.sequence))
    others = changes.siblings(session, Routing, item.id)
    gone = _("This routing is not there any more.")
    routing = changes.found(Routing, given.id, name, others, gone)
    days = given.valid_from, given.valid_to
    if routing is not None:
        before = (routing.revision, routing.valid_from, routing.valid_to, typed(session, routing))
        if before == (name, *days, steps) and (routing.derived or not derived):
            return routing
        if not derived:
            changes.check_by_hand(routing, item.sku)
            if given.id is None:
                raise changes.taken(name)
        same_version(routing, given.version, changes.title(item.sku, routing.revision))
    _check_steps(session, item, steps)
    if routing is None or (routing.valid_from, routing.valid_to) != days:
        changes.check_apart(item, [one for one in others if one is not routing], *days)
    routing = routing or Routing(item_id=item.id)
    routing.revision, (routing.valid_from, routing.valid_to), routing.derived = name, days, derived
    _write(session, routing, steps)
    return routing


def _write(session: Session, routing: Routing, steps: Sequence[StepInput]) -> None:
    if routing.id is None:
        session.add(routing)
        write_steps(session, routing, steps)
    elif typed(session, routing) != tuple(steps):
        changes.raise_version(routing, "revision")
        write_steps(session, routing, steps)
    session.flush()


def _check_steps(session: Session, item: Item, steps: Sequence[StepInput]) -> None:
    centre_of = {row[0]: row[1] for row in session.execute(select(Machine.id, Machine.centre_id))}
    centres = set(session.scalars(select(WorkCentre.id)))
    there = set(session.scalars(select(Resource.id)))
    sequences = [step.sequence for step in steps]
    for step in steps:
        said = _("its number is given twice.") if sequences.count(step.sequence) > 1 else ""
        said = said or _fault(step, centres, centre_of)
        said = said or ("" if there.issuperset(step.resources) else _("a mould or crew of it is gone."))
        if said:
            raise InvalidValue(
                _("Step {sequence}: {fault}", sequence=step.sequence, fault=said),
                record=item.sku,
                field=_("Routing"),
                remedy=_("Correct the step and save again."),
            )
        if step.subcontractor_id is not None:
            get(session, Partner, step.subcontractor_id)


def _fault(step: StepInput, centres: set[int], centre_of: Mapping[int, int]) -> str:
    """What is wrong with a step, in a sentence; empty where nothing is."""
    names = (step.name_en, step.name_zh)
    if not any(names) or max(map(len, names)) > NAME_LENGTH:
        return _("it needs a name of up to {count} characters.", count=NAME_LENGTH)
    if len(step.family) > FAMILY_LENGTH or len(step.quality_point) > CHECK_LENGTH:
        return _("its family or quality check is too long.")
    if step.sequence < 1 or min(_figures(step)) < 0:
        return _("times, lots and prices cannot be below zero.")
    if said := _unstorable(step):
        return said
    if step.max_wait_minutes is not None and step.max_wait_minutes < step.queue_minutes + step.move_minutes:
        return _("what follows cannot begin in time: it lies and is carried for longer than it may wait.")
    if step.centre_id not in centres:
        return _("its work centre is not there any more.")
    if (step.subcontractor_id is None) != (step.subcontract_days == 0):
        return _("a subcontractor and the days that he takes go together.")
    return _machine_fault(step, centre_of)


def _figures(step: StepInput) -> tuple[Decimal | int, ...]:
    return (
        step.setup_minutes, step.run_seconds, step.batch_size, step.transfer_lot, step.queue_minutes,
        step.move_minutes, step.max_wait_minutes or 0, step.subcontract_days, step.subcontract_price,
    )  # fmt: skip


def _unstorable(step: StepInput) -> str:
    """Why a text or figure does not fit its column: SQLite would take it, PostgreSQL would not."""
    texts = {name: getattr(step, name) for name in ("name_en", "name_zh", "family", "instructions")}
    own = (figure for choice in step.machines for figure in (choice.speed_percent, choice.setup_minutes or 0))
    for figure in (step.sequence, *_figures(step), *own):
        problem = figure_problem(figure, "") if isinstance(figure, Decimal) else count_problem(figure, "")
        if problem is not None:
            return problem.message
    texts |= {"quality_point": step.quality_point}
    return next((problem.message for problem in text_problems(RoutingOperation, texts)), "")


def _machine_fault(step: StepInput, centre_of: Mapping[int, int]) -> str:
    ids = [choice.machine_id for choice in step.machines]
    if len(set(ids)) < len(ids):
        return _("a machine is named twice.")
    if any(centre_of.get(machine) != step.centre_id for machine in ids):
        return _("a machine is not of its work centre.")
    if any(choice.speed_percent < 1 or (choice.setup_minutes or 0) < 0 for choice in step.machines):
        return _("a machine needs a speed above zero, and no setup below zero.")
    return ""


@use_case
def new_routing_revision(session: Session, routing_id: int, revision: str, valid_from: date) -> int:
    """Copy the routing to a new revision valid from that day; the one valid then ends the day before.

    Its id, also when asked again. Raises InvalidValue for a name or day that is taken.
    """
    routing = _loaded(session, routing_id)
    item = get(session, Item, routing.item_id, lock=True)

    fresh: list[Routing] = []

    def copy(_old: Routing, name: str, valid_to: date | None) -> Routing:
        fresh.append(Routing(item_id=item.id, revision=name, valid_to=valid_to))
        return fresh[0]

    made = changes.succeed(session, routing, item, revision, valid_from, copy)
    if fresh:
        write_steps(session, made, typed(session, routing))
    return made.id


@use_case
def remove_routing(session: Session, routing_id: int) -> None:
    """Forget the routing; the revision that it ended is valid again on its days.

    Production orders keep their copies. Raises NotAllowed for a derived one.
    """
    routing = session.get(Routing, routing_id)
    if routing is not None:
        changes.forget(session, routing, get(session, Item, routing.item_id, lock=True).sku)
