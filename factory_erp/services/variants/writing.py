"""Writing what the rules want of items, in a few statements per thousand of them.

The derived bill and routing are revisions of their own (``REVISION``). What a person wrote stays; it
ends the day before a derived revision begins for the first time. Decision 0008 says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.domain.variants import named_items
from factory_erp.i18n import _
from factory_erp.models.base import Base
from factory_erp.models.catalog import Item, ItemKind, ItemNumber, ItemText, Procurement
from factory_erp.models.engineering import Bill, BillLine, OperationMachine, Routing, RoutingOperation
from factory_erp.models.pricing import PriceLine
from factory_erp.models.variants import ItemOption
from factory_erp.services import clock, search
from factory_erp.services.base import touched
from factory_erp.services.bulk import chunks, insert_rows
from factory_erp.services.catalogue.index import ITEMS
from factory_erp.services.names import ENGLISH
from factory_erp.services.variants.plans import LINE, REVISION, STEP, TEXT, Plan
from factory_erp.services.variants.rules import ProductFacts

COPIED = (
    "kind", "procurement", "unit", "step", "hs_code", "origin", "lead_days", "min_order", "order_multiple",
    "lot_size", "lot_rule", "lot_minimum", "lot_multiple", "period_days", "scrap_percent", "supplier_id",
    "sellable",
)  # fmt: skip
"""What a new item takes from the first item of its family."""


def write(session: Session, facts: ProductFacts, plans: Sequence[Plan], lists: Sequence[int]) -> None:
    """Write the difference of every plan; *lists* are the price lists that the rules govern."""
    _make_items(session, facts, [plan for plan in plans if plan.is_new])
    _write_facts(session, plans)
    _write_options(session, facts, _with(plans, "options"))
    _write_texts(session, _with(plans, "texts"))
    bills = {_id(plan): plan.wanted.bill or () for plan in _with(plans, "bill")}
    _write_revisions(session, Bill, BillLine, LINE, bills)
    _write_routings(session, _with(plans, "routing"))
    _write_prices(session, _with(plans, "prices"), lists)
    _index(session, [_id(plan) for plan in plans if {"options", "texts"} & set(plan.changes)])


def _with(plans: Iterable[Plan], aspect: str) -> list[Plan]:
    return [plan for plan in plans if aspect in plan.changes]


def _id(plan: Plan) -> int:
    assert plan.item_id is not None
    return plan.item_id


def _make_items(session: Session, facts: ProductFacts, new: Sequence[Plan]) -> None:
    first = select(Item).filter_by(product_id=facts.id).order_by(Item.id).limit(1)
    sibling = session.scalar(first)
    defaults: dict[str, Any] = {
        "kind": ItemKind.FINISHED, "procurement": Procurement.MAKE, "sellable": True
    }  # fmt: skip
    if sibling is not None:
        defaults = {name: getattr(sibling, name) for name in COPIED}
    rows = [
        {
            **defaults, "sku": plan.variant.sku, "product_id": facts.id, "options": plan.wanted.label,
            "net_g": plan.wanted.net_g or 0,
        }
        for plan in new
    ]  # fmt: skip
    for plan, item_id in zip(new, insert_rows(session, Item, rows), strict=True):
        plan.item_id = item_id


def _write_facts(session: Session, plans: Iterable[Plan]) -> None:
    """Options as shown, and weight, of items that were there before; their versions rise."""
    differing = {_id(plan): plan for plan in plans if {"options", "weight"} & set(plan.changes)}
    old = [item_id for item_id, plan in differing.items() if plan.stored.net_g is not None]
    for part in chunks(old):
        for item in session.scalars(select(Item).where(Item.id.in_(part))):
            wanted = differing[item.id].wanted
            item.options = wanted.label
            if wanted.net_g is not None:
                item.net_g = wanted.net_g
    session.flush()


def _write_options(session: Session, facts: ProductFacts, plans: Sequence[Plan]) -> None:
    axes = {axis.code: (axis.id, {value.code: value.id for value in axis.values}) for axis in facts.axes}
    plans = [plan for plan in plans if dict(plan.wanted.options) != dict(plan.stored.options)]
    _delete(session, ItemOption, ItemOption.item_id, [_id(plan) for plan in plans])
    rows = [
        {"item_id": _id(plan), "axis_id": axes[axis][0], "value_id": axes[axis][1][value]}
        for plan in plans
        for axis, value in plan.wanted.options.items()
    ]
    insert_rows(session, ItemOption, rows)


def _delete(session: Session, kind: type[Base], column: Any, ids: Iterable[int]) -> None:
    for part in chunks(ids):
        gone = session.scalars(delete(kind).where(column.in_(part)).returning(kind.id)).all()
        touched(session, kind, gone)


def _write_texts(session: Session, plans: Sequence[Plan]) -> None:
    wanted = {
        (_id(plan), code): dict(zip(TEXT, said, strict=True))
        for plan in plans
        for code, said in plan.wanted.texts.items()
    }
    for part in chunks(_id(plan) for plan in plans):
        for text in session.scalars(select(ItemText).where(ItemText.item_id.in_(part))):
            for name, value in wanted.pop((text.item_id, text.language), {}).items():
                setattr(text, name, value or getattr(text, name))
    session.flush()
    rows = [{"item_id": item_id, "language": code, **said} for (item_id, code), said in wanted.items()]
    insert_rows(session, ItemText, rows)


def _write_routings(session: Session, plans: Iterable[Plan]) -> None:
    routings = {_id(plan): plan.wanted.routing or () for plan in plans}
    plain = {item_id: [step[:-1] for step in steps] for item_id, steps in routings.items()}
    ids = _write_revisions(session, Routing, RoutingOperation, STEP, plain)
    machines = (step[-1] for steps in routings.values() for step in steps)
    rows = [
        {"operation_id": operation, "machine_id": machine, "speed_percent": speed, "setup_minutes": setup}
        for operation, choices in zip(ids, machines, strict=True)
        for machine, speed, setup in choices
    ]
    insert_rows(session, OperationMachine, rows)


def _write_revisions(
    session: Session,
    kind: type[Bill] | type[Routing],
    child: type[BillLine] | type[RoutingOperation],
    columns: Sequence[str],
    wanted: Mapping[int, Sequence[Sequence[Any]]],
) -> Sequence[int]:
    """Make the derived revision of each item consist of the *wanted* rows; without rows there is none.

    The ids of the rows, in their order.
    """
    there = _derived(session, kind, wanted)
    gone = [head for item_id, head in there.items() if not wanted[item_id]]
    key = "bill_id" if kind is Bill else "routing_id"
    _delete(session, child, getattr(child, key), there.values())
    _delete(session, kind, kind.id, gone)
    _raise_versions(session, kind, set(there.values()) - set(gone))
    there |= _begin(
        session, kind, [item_id for item_id in wanted if wanted[item_id] and item_id not in there]
    )
    rows = [
        {key: there[item_id], **dict(zip(columns, values, strict=True))}
        | ({"position": position} if kind is Bill else {})
        for item_id, lines in wanted.items()
        for position, values in enumerate(lines, start=1)
    ]
    return insert_rows(session, child, rows)


def _derived(session: Session, kind: type[Bill] | type[Routing], item_ids: Iterable[int]) -> dict[int, int]:
    """Item id → id of its derived revision. Raises NotAllowed where a person took its name."""
    found: dict[int, int] = {}
    by_hand: list[int] = []
    for part in chunks(item_ids):
        heads = select(kind.item_id, kind.id, kind.derived)
        for item_id, head, derived in session.execute(
            heads.where(kind.item_id.in_(part), kind.revision == REVISION)
        ):
            found[item_id] = head
            by_hand += [] if derived else [item_id]
    if by_hand:
        skus = session.scalars(select(Item.sku).where(Item.id.in_(by_hand[:1000])).order_by(Item.sku)).all()
        raise NotAllowed(
            _("The revision {revision} of {items} was written by hand.",
              revision=REVISION, items=named_items(skus)),
            record=skus[0],
            field=_("Revision"),
            remedy=_("Give it another name: this one is for what the rules write."),
        )  # fmt: skip
    return found


def _raise_versions(session: Session, kind: type[Bill] | type[Routing], ids: Iterable[int]) -> None:
    for part in chunks(ids):
        raised = update(kind).where(kind.id.in_(part)).values(version=kind.version + 1)
        session.execute(raised.execution_options(synchronize_session=False))
        touched(session, kind, part)


def _begin(session: Session, kind: type[Bill] | type[Routing], item_ids: Sequence[int]) -> dict[int, int]:
    """New derived revisions from today until the day before a later one; those valid till now end."""
    today = clock.today()
    later: dict[int, Any] = {}
    for part in chunks(item_ids):
        ends = (
            update(kind)
            .where(kind.item_id.in_(part), kind.valid_from <= today)
            .where(or_(kind.valid_to.is_(None), kind.valid_to >= today))
            .values(valid_to=today - timedelta(days=1), version=kind.version + 1)
            .returning(kind.id)
            .execution_options(synchronize_session=False)
        )
        touched(session, kind, session.scalars(ends).all())
        begins = select(kind.item_id, func.min(kind.valid_from)).where(kind.item_id.in_(part))
        later.update(session.execute(begins.where(kind.valid_from > today).group_by(kind.item_id)).all())
    rows = [
        {
            "item_id": item_id, "revision": REVISION, "derived": True, "valid_from": today,
            "valid_to": later[item_id] - timedelta(days=1) if item_id in later else None,
        }
        for item_id in item_ids
    ]  # fmt: skip
    return dict(zip(item_ids, insert_rows(session, kind, rows), strict=True))


def _write_prices(session: Session, plans: Sequence[Plan], lists: Sequence[int]) -> None:
    for part in chunks(_id(plan) for plan in plans):
        old = delete(PriceLine).where(PriceLine.item_id.in_(part), PriceLine.list_id.in_(lists))
        touched(session, PriceLine, session.scalars(old.returning(PriceLine.id)).all())
    rows = [
        {"list_id": list_id, "item_id": _id(plan), "min_quantity": quantity, "price": price}
        for plan in plans
        for list_id, quantity, price in plan.wanted.prices or ()
    ]
    insert_rows(session, PriceLine, rows)


def _index(session: Session, item_ids: Sequence[int]) -> None:
    """As ``catalogue.index.index_item`` does for one item."""
    for part in chunks(item_ids):
        search.index_many(session, ITEMS, _entries(session, part))


def _entries(session: Session, item_ids: Sequence[int]) -> list[search.Entry]:
    names: dict[int, list[str]] = {}
    texts = select(ItemText.item_id, ItemText.name).where(ItemText.item_id.in_(item_ids))
    for item_id, name in session.execute(texts.order_by(ItemText.language != ENGLISH, ItemText.language)):
        names.setdefault(item_id, []).append(name)
    numbers: dict[int, list[str]] = {}
    said = select(ItemNumber.item_id, ItemNumber.code).where(ItemNumber.item_id.in_(item_ids))
    for item_id, code in session.execute(said.order_by(ItemNumber.id)):
        numbers.setdefault(item_id, []).append(code)
    columns = select(Item.id, Item.sku, Item.options, Item.hs_code, Item.gtin).where(Item.id.in_(item_ids))
    entries = []
    for item_id, sku, *facts in session.execute(columns):
        first, *more = names.get(item_id, [""])
        words = (*more, *facts, *numbers.get(item_id, ()))
        entries.append(search.Entry(item_id, sku, first, words))
    return entries
