"""Moulds, jigs, crews: what steps need beside their machine, and how many of it there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Routing, RoutingOperation
from factory_erp.models.planning import OperationResource, Resource, RoutingResource
from factory_erp.models.production import OperationState, ProductionOperation, ProductionOrder
from factory_erp.services.base import get, query, touched, use_case
from factory_erp.services.bulk import chunks, insert_rows
from factory_erp.services.engineering.work_centres import both_names, coded, refuse_used
from factory_erp.services.master_data import assign, check_texts, count_problem, differs, same_version

SHOWN = 5
"""Uses named where a resource cannot be removed."""


@dataclass(frozen=True, slots=True)
class ResourceView:
    """A resource, how many of it there are, and how many routing steps need it."""

    id: int
    code: str
    name_en: str
    name_zh: str
    capacity: int
    steps: int
    version: int


@dataclass(frozen=True, slots=True)
class ResourceInput:
    """A resource as its form holds it; *version* is the one the form read."""

    code: str
    name_en: str
    name_zh: str
    capacity: int = 1
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ResourceUse:
    """A step of a routing that holds the resource."""

    item_id: int
    sku: str
    revision: str
    sequence: int
    name_en: str
    name_zh: str


@query
def resources(session: Session) -> list[ResourceView]:
    """All resources by code."""
    used = select(func.count()).where(RoutingResource.resource_id == Resource.id).scalar_subquery()
    return [
        ResourceView(row.id, row.code, row.name_en, row.name_zh, row.capacity, steps or 0, row.version)
        for row, steps in session.execute(select(Resource, used).order_by(Resource.code))
    ]


@query
def uses(session: Session, resource_id: int) -> list[ResourceUse]:
    """The steps of routings that hold the resource, by item, revision and step."""
    step = RoutingOperation
    columns = (Item.id, Item.sku, Routing.revision, step.sequence, step.name_en, step.name_zh)
    rows = session.execute(
        select(*columns)
        .join(Routing, Routing.item_id == Item.id)
        .join(step, step.routing_id == Routing.id)
        .join(RoutingResource, RoutingResource.operation_id == step.id)
        .where(RoutingResource.resource_id == resource_id)
        .order_by(Item.sku, Routing.revision, step.sequence)
    )
    return [ResourceUse(*row) for row in rows]


@use_case
def save_resource(session: Session, given: ResourceInput) -> int:
    """Write the resource, new or changed; its id. The same form again changes nothing.

    Raises InvalidValue for a missing or taken code and a capacity below one, Conflict where somebody
    changed it since it was read.
    """
    code = coded(given.code, given.name_en, given.name_zh)
    if problem := count_problem(given.capacity, "capacity", least=1, record=code):
        raise problem
    english, chinese = both_names(given.name_en, given.name_zh)
    values = {"code": code, "name_en": english, "name_zh": chinese, "capacity": given.capacity}
    check_texts(Resource, values, code)
    row = _known(session, given, code, values)
    if row is None:
        row = Resource(**values)
        session.add(row)
    elif differs(row, values):
        same_version(row, given.version, row.code)
        assign(row, values)
    session.flush()
    return row.id


def _known(session: Session, given: ResourceInput, code: str, values: dict[str, object]) -> Resource | None:
    same = session.scalar(select(Resource).filter_by(code=code))
    row = get(session, Resource, given.id) if given.id else same
    if same is not None and (same is not row or (given.id is None and differs(same, values))):
        raise InvalidValue(
            _("The code {code} is taken already.", code=code),
            record=code,
            field="code",
            remedy=_("Choose another code."),
        )
    return row


@use_case
def remove_resource(session: Session, resource_id: int) -> None:
    """Forget the resource. Raises NotAllowed, naming where, while routings or production orders need it."""
    row = session.get(Resource, resource_id)
    if row is None:
        return
    routings = (
        select(Item.sku)
        .join(Routing, Routing.item_id == Item.id)
        .join(RoutingOperation, RoutingOperation.routing_id == Routing.id)
        .join(RoutingResource, RoutingResource.operation_id == RoutingOperation.id)
        .where(RoutingResource.resource_id == resource_id)
    )
    refuse_used(
        row.code,
        list(session.scalars(routings.distinct().limit(SHOWN + 1))),
        _("Take it out of these routings."),
    )
    orders = (
        select(ProductionOrder.number)
        .join(ProductionOperation, ProductionOperation.order_id == ProductionOrder.id)
        .join(OperationResource, OperationResource.operation_id == ProductionOperation.id)
        .where(OperationResource.resource_id == resource_id)
    )
    remedy = _("It can be removed when these production orders are gone.")
    refuse_used(row.code, list(session.scalars(orders.distinct().limit(SHOWN + 1))), remedy)
    session.delete(row)


def resources_of(session: Session, step_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Step of a routing → the ids of the resources that it holds, in their order; none: it is left out."""
    found: dict[int, tuple[int, ...]] = {}
    one = RoutingResource
    for part in chunks(step_ids):
        held = select(one.operation_id, one.resource_id).where(one.operation_id.in_(part))
        for step_id, resource_id in session.execute(held.order_by(one.resource_id)):
            found[step_id] = (*found.get(step_id, ()), resource_id)
    return found


def hold(session: Session, routing_operation_id: int, resource_ids: Iterable[int]) -> None:
    """Let a step of a routing hold exactly these resources, for use cases."""
    _replace(session, RoutingResource, routing_operation_id, set(resource_ids))


@query
def resources_of_step(session: Session, routing_operation_id: int) -> tuple[int, ...]:
    """The resources that a step of a routing needs."""
    found = select(RoutingResource.resource_id).filter_by(operation_id=routing_operation_id)
    return tuple(session.scalars(found.order_by(RoutingResource.resource_id)))


@use_case
def set_resources_of_step(
    session: Session, routing_operation_id: int, resource_ids: Sequence[int], *, open_orders: bool = False
) -> None:
    """Let a step of a routing need exactly these resources; with *open_orders* what is not begun does too.

    Raises NotFound for a step or resource that is gone. The same again changes nothing.
    """
    step = get(session, RoutingOperation, routing_operation_id)
    wanted = {get(session, Resource, one).id for one in resource_ids}
    hold(session, step.id, wanted)
    if open_orders:
        waiting = (
            select(ProductionOperation.id)
            .join(ProductionOrder, ProductionOrder.id == ProductionOperation.order_id)
            .join(Routing, Routing.item_id == ProductionOrder.item_id)
            .where(Routing.id == step.routing_id, ProductionOperation.sequence == step.sequence)
            .where(ProductionOperation.state == OperationState.WAITING)
        )
        for operation_id in session.scalars(waiting).all():
            _replace(session, OperationResource, operation_id, wanted)


def _replace(
    session: Session, kind: type[RoutingResource] | type[OperationResource], step: int, wanted: set[int]
) -> None:
    there = set(session.scalars(select(kind.resource_id).where(kind.operation_id == step)))
    if gone := there - wanted:
        rows = select(kind.id).where(kind.operation_id == step, kind.resource_id.in_(gone))
        ids = list(session.scalars(rows))
        session.execute(delete(kind).where(kind.id.in_(ids)))
        touched(session, kind, ids)
    rows_new = [{"operation_id": step, "resource_id": one} for one in sorted(wanted - there)]
    insert_rows(session, kind, rows_new)
