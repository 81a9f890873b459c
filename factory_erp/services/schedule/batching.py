"""Campaigns: waiting operations of several orders that would save changeovers by running together.

Proposals are worked out by the exact rule of ``planning.batching`` on the schedule as it stands: an
operation is moved only where nobody gets late by it. Joining writes no times: the next schedule honours the
campaign. Quantities stay as they are, so nothing is under-produced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.domain.money import exponent
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.production import OperationState, ProductionOperation, ProductionOrder
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.batching import Campaign, split
from factory_erp.planning.batching import campaigns as find
from factory_erp.planning.calendar import DAY, to_moment
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Assignment
from factory_erp.services import clock, working_time
from factory_erp.services.base import get, query, use_case
from factory_erp.services.floor.facts import Floor, OperationFacts
from factory_erp.services.floor.reading import OPEN, read_floor
from factory_erp.services.floor.work import OVER
from factory_erp.services.names import ItemNames
from factory_erp.services.numbering import next_number
from factory_erp.services.price_lists import company_currency
from factory_erp.services.schedule.problem import HORIZONS, build_problem, stored_places

WINDOW = 5
"""Days within which operations are looked for that could run together."""

SERIES = "CP"


@dataclass(frozen=True, slots=True)
class MemberView:
    """An operation of a campaign; ``cost`` is its part of the campaign's set-up, by run minutes.

    ``moves_to`` is when it would begin (UTC), ``starts_at`` when it begins as things stand.
    """

    operation_id: int
    order_id: int
    order_number: str
    sequence: int
    sales_number: str
    customer: str
    sku: str
    item_name: str
    quantity: Decimal
    run_minutes: int
    starts_at: datetime
    moves_to: datetime
    cost: Decimal
    saved: Decimal


@dataclass(frozen=True, slots=True)
class CampaignView:
    """Operations that would save by running together; money in the company's currency.

    ``what`` is the family, or the SKU where there is none. ``cost`` is what the one set-up with its
    changeover costs, ``saved`` what is saved; both are the sums of the members' parts. ``others`` operations
    move later for it without anybody getting late.
    """

    centre: str
    machine: str
    what: str
    members: tuple[MemberView, ...]
    saved_minutes: int
    saved: Decimal
    setup_minutes: int
    cost: Decimal
    currency: str
    others: int


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is shown of the order of an operation."""

    item_id: int
    sku: str
    sales_number: str
    customer: str


@query
def campaigns(session: Session, window_days: int = WINDOW) -> tuple[CampaignView, ...]:
    """The campaigns that would pay, those that save most first; each judged on its own.

    Raises InvalidValue for a window that is not above zero.
    """
    if window_days < 1:
        raise InvalidValue(
            _("A campaign needs a window of at least one day."),
            field=_("Window"),
            remedy=_("Enter for example 5 days."),
        )
    floor = read_floor(session)
    problem = build_problem(session, floor, HORIZONS[1])
    placed = _placed(floor, problem)
    facts = _facts(session)
    limits = {order.id: working_time.end_of_day(order.needed, floor.place) for order in floor.orders.values()}
    found = find(problem, placed, _kinds(floor, facts), window_days * DAY, limits)
    orders = {problem.operation[number].order for one in found for number in one.operations}
    names = ItemNames(session, {facts[order].item_id for order in orders})
    views = _Views(floor, problem, placed, facts, names, company_currency(session))
    return tuple(views.view(one) for one in found)


def _placed(floor: Floor, problem: Problem) -> dict[int, Assignment]:
    """Where everything stands, the running and locked included; what has no place is left out."""
    stored = stored_places(floor)
    placed = {number: at for number, at in stored.items() if number in problem.operation}
    for operation in problem.operations:
        if operation.fixed and not operation.done:
            at = operation.fixed
            setup = stored[operation.id].setup_end if operation.id in stored else at.start
            placed[operation.id] = Assignment(at.machine, at.start, setup, at.end)
    return placed


def _kinds(floor: Floor, facts: Mapping[int, _Facts]) -> dict[int, str]:
    """Operations that may be joined → what those have in common that may run together."""
    return {
        step.id: f"family {step.family}" if step.family else f"item {facts[order].item_id}"
        for order, steps in floor.operations.items()
        for step in steps
        if _joinable(step)
    }


def _joinable(step: OperationFacts) -> bool:
    waits = step.state == OperationState.WAITING and not step.locked
    return waits and not step.campaign and not step.subcontract_days


def _facts(session: Session) -> dict[int, _Facts]:
    """Open production order → its item, and whom it is for."""
    rows = session.execute(
        select(ProductionOrder.id, Item.id, Item.sku, SalesOrder.number, Partner.name)
        .join(Item, Item.id == ProductionOrder.item_id)
        .outerjoin(SalesOrder, SalesOrder.id == ProductionOrder.sales_order_id)
        .outerjoin(Partner, Partner.id == SalesOrder.customer_id)
        .where(ProductionOrder.state.in_(OPEN))
    )
    return {
        order: _Facts(item, sku, number or "", customer or "") for order, item, sku, number, customer in rows
    }


@dataclass(slots=True)
class _Views:
    """Makes what is shown of campaigns."""

    floor: Floor
    problem: Problem
    placed: Mapping[int, Assignment]
    facts: Mapping[int, _Facts]
    names: ItemNames
    currency: str

    def view(self, found: Campaign) -> CampaignView:
        """The campaign with its costs split back to its orders."""
        steps = {step.id: step for line in self.floor.operations.values() for step in line}
        mine = [steps[number] for number in found.operations]
        saved, cost = self._minor(found.saved), self._minor(found.setup)
        weights = [self._run(step, found.machine) for step in mine]
        parts = zip(mine, weights, split(cost, weights), split(saved, weights), strict=True)
        places = 10 ** exponent(self.currency)
        members = [self._member(found, *part, places) for part in parts]
        return CampaignView(
            centre=self.floor.centres[mine[0].centre_id].code,
            machine=self.floor.machines[found.machine].code,
            what=mine[0].family or self.facts[mine[0].order_id].sku,
            members=tuple(members),
            saved_minutes=found.saved,
            saved=Decimal(saved) / places,
            setup_minutes=found.setup,
            cost=Decimal(cost) / places,
            currency=self.currency,
            others=len(found.places.keys() - set(found.operations)),
        )

    def _minor(self, minutes: int) -> int:
        """So many minutes of changeover in minor units: set-up stands still just the same."""
        amount = self.floor.settings.changeover_cost * minutes / 60 * 10 ** exponent(self.currency)
        return int(amount.to_integral_value())

    def _run(self, step: OperationFacts, machine: int) -> int:
        way = self.problem.alternative(step.id, machine)
        return way.run_minutes if way else step.run_minutes

    def _member(
        self, found: Campaign, step: OperationFacts, run: int, cost: int, saved: int, places: int
    ) -> MemberView:
        order, facts = self.floor.orders[step.order_id], self.facts[step.order_id]
        before = self.placed[step.id]
        after = found.places.get(step.id, before)
        return MemberView(
            step.id, order.id, order.number, step.sequence, facts.sales_number, facts.customer, facts.sku,
            self.names.of(facts.item_id), order.quantity, run,
            to_moment(before.start), to_moment(after.start), Decimal(cost) / places, Decimal(saved) / places,
        )  # fmt: skip


@use_case
def join(session: Session, operation_ids: Sequence[int]) -> str:
    """Let the operations run one after another with one set-up; the code of their campaign.

    Joining what is joined already changes nothing. Raises NotAllowed for an operation that has begun, is
    done outside or is in another campaign; InvalidValue where they do not belong together.
    """
    steps = [get(session, ProductionOperation, number, lock=True) for number in sorted(set(operation_ids))]
    codes = {step.campaign for step in steps}
    if len(steps) > 1 and len(codes) == 1 and codes != {""}:
        return codes.pop()
    for step in steps:
        _require_free(step)
    _require_alike(steps)
    code = next_number(session, SERIES, clock.today().year)
    for step in steps:
        step.campaign = code
    return code


def _require_free(step: ProductionOperation) -> None:
    """Raise NotAllowed for an operation that cannot be joined to others any more."""
    number = step.order.number
    if step.state != OperationState.WAITING or step.order.state in OVER:
        raise _refused(step, _("Operation {sequence} of {number} has begun or is finished.",
                               sequence=step.sequence, number=number))  # fmt: skip
    if step.subcontract_days:
        raise _refused(step, _("Operation {sequence} of {number} is done outside.",
                               sequence=step.sequence, number=number))  # fmt: skip
    if step.campaign:
        raise _refused(step, _("Operation {sequence} of {number} is in campaign {campaign}.",
                               sequence=step.sequence, number=number, campaign=step.campaign))  # fmt: skip


def _refused(step: ProductionOperation, message: str) -> NotAllowed:
    return NotAllowed(
        message, record=step.order.number, field=_("Operation"), remedy=_("Leave it out of the campaign.")
    )


def _require_alike(steps: Sequence[ProductionOperation]) -> None:
    """Raise InvalidValue unless the operations are of several orders, at one centre, and of one kind."""
    if len({step.order_id for step in steps}) < 2:
        raise _unlike(steps, _("A campaign joins operations of at least two orders."))
    if len({step.centre_id for step in steps}) > 1:
        raise _unlike(steps, _("The operations of a campaign are done at one work centre."))
    families = {step.family for step in steps}
    if len(families) > 1 or (families == {""} and len({step.order.item_id for step in steps}) > 1):
        raise _unlike(steps, _("The operations of a campaign make one item or are of one family."))


def _unlike(steps: Iterable[ProductionOperation], message: str) -> InvalidValue:
    record = ", ".join(dict.fromkeys(step.order.number for step in steps))
    return InvalidValue(
        message, record=record, field=_("Operation"), remedy=_("Choose operations that belong together.")
    )


@use_case
def dissolve(session: Session, campaign: str) -> int:
    """Let the operations of the campaign run on their own again; how many there were. Again: none."""
    if not campaign:
        return 0
    steps = session.scalars(
        select(ProductionOperation).filter_by(campaign=campaign).order_by(ProductionOperation.id)
    ).all()
    for step in steps:
        step.campaign = ""
    return len(steps)
