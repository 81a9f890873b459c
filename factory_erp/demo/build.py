"""Building the demo factory: everything that was there before the first order came."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.demo import orders, papers_orders, partners, shop, supply
from factory_erp.demo.catalogue import PRODUCTS, catalogue
from factory_erp.demo.families import sku_pattern
from factory_erp.demo.furnish import begin_of, furnish
from factory_erp.demo.rules import RULED, price_list
from factory_erp.demo.specs import ItemSpec, requirements
from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.catalog import (
    Item,
    ItemKind,
    ItemText,
    PackagingLevel,
    Product,
    ProductText,
)
from factory_erp.models.engineering import Bill, BillLine, Calendar, Routing, RoutingOperation
from factory_erp.models.inventory import MoveCause
from factory_erp.models.partners import Company, Partner
from factory_erp.models.planning import Resource, RoutingResource
from factory_erp.models.pricing import PriceKind, PriceLine, PriceList
from factory_erp.models.security import Setting
from factory_erp.services import search
from factory_erp.services.base import query, use_case
from factory_erp.services.bulk import insert_rows
from factory_erp.services.clock import now
from factory_erp.services.names import CHINESE, ENGLISH
from factory_erp.services.progress import Progress, Quiet
from factory_erp.services.stock import inventory

MOMENT, SEED, STEP, READY = "demo.moment", "demo.seed", "demo.step", "demo.ready"
"""Settings of a demo workspace: its present, its seed, steps of its story told, whether it is complete."""
FURNISHED = "demo.furnished"
"""Setting: whether all is there that was before the first order."""

_SEMI_LOT = Decimal(2000)
_FINISHED_SPARE = (0, 0, 0, 48, 72)
_MARGIN = Decimal("1.6")
_SHORT_STOCK = Decimal(120)
SCARCE_PART = "RM-SEAL-73"
"""Of this bought part there is no more than the orders need that are being made or were."""
_SCARCE_LESS = Decimal(800)
"""So much of it would lie on the shelf beside, since some goods are in stock."""
_BEGUN = frozenset(orders.Stage) - {
    orders.Stage.DRAFT, orders.Stage.FROZEN, orders.Stage.HELD, orders.Stage.CANCELLED,
    orders.Stage.CONFIRMED, orders.Stage.ACCEPTED, orders.Stage.UNKNOWN_ITEM,
}  # fmt: skip
_LEFT_OVER = Decimal(400)
"""Stock of a bought part that no order of the demo needs."""


def build(progress: Progress | None = None, *, seed: int = orders.SEED) -> None:
    """Enter company, partners, shop floor, catalogue and opening stock into an empty database.

    The demo's present is the clock's. What was interrupted goes on where it was. Raises NotAllowed where
    there is a company.
    """
    watch = progress or Quiet()
    watch.report(0, 1, _("Building the demo factory"))
    if is_complete() or not setting(MOMENT):
        _build(seed)
    furnish(moment_of_demo(), watch)
    remember(FURNISHED, "yes")
    watch.report(1, 1, _("Building the demo factory"))


def is_complete() -> bool:
    """Whether everything is there that was before the first order; also of a demo of an older version."""
    return bool(setting(FURNISHED) or setting(READY))


@use_case
def _build(session: Session, seed: int) -> None:
    if session.scalar(select(Company.id)) is not None:
        raise NotAllowed(
            _("There is a factory in this database already."),
            remedy=_("Choose an empty workspace for the demo."),
        )
    moment = now().replace(second=0, microsecond=0)
    begin = begin_of(moment)
    session.add(partners.company())
    session.add_all([*partners.nearby_partners(), *papers_orders.buyers()])
    centre_ids = _add_floor(session)
    _set_delivery_days(session)
    item_ids = _add_items(session)
    _add_prices(session, item_ids, begin)
    _add_bills(session, item_ids, begin)
    _add_routings(session, item_ids, centre_ids, begin)
    _add_stock(session, item_ids, seed, orders.plan(seed)[0].placed(moment))
    session.add_all([Setting(key=MOMENT, value=moment.isoformat()), Setting(key=SEED, value=str(seed))])


@query
def setting(session: Session, key: str) -> str:
    """The value of a setting, "" where it is not set."""
    return session.scalar(select(Setting.value).filter_by(key=key)) or ""


@use_case
def remember(session: Session, key: str, value: str) -> None:
    """Write a setting down."""
    row = session.scalar(select(Setting).filter_by(key=key)) or Setting(key=key)
    row.value = value
    session.add(row)


def moment_of_demo() -> datetime:
    """The demo's present as it was when it was built."""
    return datetime.fromisoformat(setting(MOMENT))


def _add_floor(session: Session) -> dict[str, int]:
    calendars, centres = shop.calendars(), shop.centres()
    session.add_all([*calendars, *centres])
    session.flush()
    centre_ids = {centre.code: centre.id for centre in centres}
    session.add_all(shop.machines(centre_ids, {calendar.code: calendar.id for calendar in calendars}))
    return centre_ids


def _set_delivery_days(session: Session) -> None:
    calendar_ids = dict(session.execute(select(Calendar.code, Calendar.id)).all())
    for code, calendar in supply.DELIVERY_DAYS.items():
        session.scalars(select(Partner).filter_by(code=code)).one().calendar_id = calendar_ids[calendar]


def _add_items(session: Session) -> dict[str, int]:
    products = {spec.code: _product(*_texts_of(spec.en, spec.zh, spec.about_en, spec.about_zh), spec.code,
                                    spec.category, spec.material) for spec in PRODUCTS}  # fmt: skip
    session.add_all(products.values())
    session.flush()
    suppliers = dict(session.execute(select(Partner.code, Partner.id)).all())
    items = [_item(spec, products.get(spec.product), suppliers) for spec in catalogue().values()]
    session.add_all(items)
    session.flush()
    for spec, item in zip(catalogue().values(), items, strict=True):
        search.index(session, "catalog", item.id, spec.sku, spec.en, spec.zh, spec.options, spec.hs)
    return {item.sku: item.id for item in items}


def _texts_of(en: str, zh: str, about_en: str, about_zh: str) -> tuple[ProductText, ProductText]:
    return (
        ProductText(language=ENGLISH, name=en, description=about_en),
        ProductText(language=CHINESE, name=zh, description=about_zh),
    )


def _product(english: ProductText, chinese: ProductText, code: str, category: str, material: str) -> Product:
    return Product(
        code=code, category=category, brand="LANBEI", material=material, sku_pattern=sku_pattern(code),
        texts=[english, chinese],
    )  # fmt: skip


def _item(spec: ItemSpec, product: Product | None, suppliers: Mapping[str, int]) -> Item:
    return Item(
        sku=spec.sku, product=product, kind=spec.kind, procurement=spec.procurement, unit=spec.unit,
        step=spec.step, hs_code=spec.hs, options=spec.options, net_g=spec.net_g, lead_days=spec.lead_days,
        standard_cost=spec.cost, sellable=spec.sellable, supplier_id=suppliers.get(supply.supplier_of(spec)),
        **_lots(spec), **supply.lot_values(spec),
        texts=[
            ItemText(language=ENGLISH, name=spec.en, declaration_name=spec.declared_en),
            ItemText(language=CHINESE, name=spec.zh, declaration_name=spec.declared_zh),
        ],
        packaging=[
            PackagingLevel(
                kind=pack.kind, quantity=pack.quantity, length_mm=pack.length, width_mm=pack.width,
                height_mm=pack.height, net_g=pack.net_g, gross_g=pack.gross_g,
            )
            for pack in spec.packs
        ],
    )  # fmt: skip


def _lots(spec: ItemSpec) -> dict[str, Decimal]:
    """Usual batch of what is made, least order and multiple of what is sold."""
    if spec.sellable:
        return {"lot_size": Decimal(1000), "min_order": Decimal(100), "order_multiple": Decimal(10)}
    return {"lot_size": _SEMI_LOT} if spec.parts else {}


def _add_prices(session: Session, item_ids: Mapping[str, int], begin: date) -> None:
    """One general list for each currency; on it the prices that no rules derive."""
    tiers = [(spec.sku, tier) for spec in catalogue().values() for tier in spec.tiers]
    lists = {
        currency: PriceList(
            code=price_list(currency), kind=PriceKind.SALES, currency=currency, incoterm="FOB",
            place="Ningbo", valid_from=begin,
        )
        for currency in sorted({tier.currency for _sku, tier in tiers})
    }  # fmt: skip
    session.add_all(lists.values())
    session.flush()
    lines = [
        {
            "list_id": lists[tier.currency].id,
            "item_id": item_ids[sku],
            "min_quantity": Decimal(tier.quantity),
            "price": tier.price,
        }
        for sku, tier in tiers
        if catalogue()[sku].product not in RULED
    ]
    insert_rows(session, PriceLine, lines)


def _add_bills(session: Session, item_ids: Mapping[str, int], begin: date) -> None:
    made = [spec for spec in catalogue().values() if spec.parts and spec.product not in RULED]
    heads = [{"item_id": item_ids[spec.sku], "output": spec.output, "valid_from": begin} for spec in made]
    lines = [
        {
            "bill_id": bill_id,
            "position": position,
            "component_id": item_ids[part.sku],
            "quantity": part.quantity,
            "scrap_ppm": part.scrap_ppm,
            "operation": part.operation,
        }
        for bill_id, spec in zip(insert_rows(session, Bill, heads), made, strict=True)
        for position, part in enumerate(spec.parts, start=1)
    ]
    insert_rows(session, BillLine, lines)


def _add_routings(
    session: Session, item_ids: Mapping[str, int], centre_ids: Mapping[str, int], begin: date
) -> None:
    made = [spec for spec in catalogue().values() if spec.steps and spec.product not in RULED]
    heads = [{"item_id": item_ids[spec.sku], "valid_from": begin} for spec in made]
    steps = [
        {
            "routing_id": routing_id,
            "sequence": step.sequence,
            "name_en": step.en,
            "name_zh": step.zh,
            "centre_id": centre_ids[step.centre],
            "setup_minutes": step.setup,
            "run_seconds": step.run,
            "queue_minutes": step.queue,
            "family": step.family,
            "resumable": step.resumable,
            "transfer_lot": step.transfer_lot,
            "quality_point": step.quality,
            "instructions": step.instructions,
        }
        for routing_id, spec in zip(insert_rows(session, Routing, heads), made, strict=True)
        for step in spec.steps
    ]
    step_ids = insert_rows(session, RoutingOperation, steps)
    _add_moulds(session, zip(step_ids, (spec for spec in made for _step in spec.steps), strict=True))


def _add_moulds(session: Session, steps: Iterable[tuple[int, ItemSpec]]) -> None:
    """The moulds, each held by the steps (id and their item) that need it."""
    moulds = [
        {"code": one.code, "name_en": one.en, "name_zh": one.zh, "capacity": one.capacity}
        for one in supply.moulds(catalogue().values())
    ]
    ids = dict(zip((one["code"] for one in moulds), insert_rows(session, Resource, moulds), strict=True))
    held = [
        {"operation_id": step_id, "resource_id": ids[supply.mould_of(spec)]}
        for step_id, spec in steps
        if supply.mould_of(spec)
    ]
    insert_rows(session, RoutingResource, held)


def _add_stock(session: Session, item_ids: Mapping[str, int], seed: int, opened: datetime) -> None:
    inventory.ensure_locations(session)
    for sku, quantity in opening_stock(seed).items():
        inventory.move(
            session, item_id=item_ids[sku], quantity=quantity, source=inventory.ADJUSTMENT,
            destination=inventory.WAREHOUSE, cause=MoveCause.OPENING, reference="OPENING",
            client_key=f"opening:{sku}", moved_at=opened,
        )  # fmt: skip


def opening_stock(seed: int) -> dict[str, Decimal]:
    """What lies in the warehouse before the first order: material for all orders and more, some goods."""
    items, random = catalogue(), Random(seed)
    needed, begun = _needed(seed), _needed(seed, _BEGUN)
    stock: dict[str, Decimal] = {}
    for sku, item in items.items():
        if item.kind is ItemKind.FINISHED:
            spare = Decimal(random.choice(_FINISHED_SPARE))
            stock[sku] = Decimal(300) if sku in orders.FROM_STOCK else spare
        elif not item.parts:
            stock[sku] = _rounded(needed.get(sku, _LEFT_OVER) * _MARGIN)
    stock[orders.SHORT_PART] = _SHORT_STOCK
    stock[SCARCE_PART] = max(_rounded(begun[SCARCE_PART]) - _SCARCE_LESS, _LEFT_OVER)
    for sku, quantity in papers_orders.goods():
        stock[sku] = stock.get(sku, Decimal(0)) + quantity
    return {sku: quantity for sku, quantity in stock.items() if quantity}


def _needed(seed: int, stages: Collection[orders.Stage] = tuple(orders.Stage)) -> dict[str, Decimal]:
    """What the orders of those stages need of everything below them, by SKU."""
    items = catalogue()
    lines = (line for order in orders.plan(seed) if order.stage in stages for line in order.lines)
    return requirements(items, [line for line in lines if line[0] in items])


def _rounded(quantity: Decimal) -> Decimal:
    """Up to the size of lot that it is bought in."""
    lot = Decimal(500) if quantity > Decimal(1000) else Decimal(25)
    return (quantity / lot).to_integral_value(ROUND_CEILING) * lot
