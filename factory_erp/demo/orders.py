"""The demo's platform orders: who bought what and how far it is, drawn from a seed.

What is ordered depends on the seed alone; all dates are relative to the *moment* that the demo was
made, so that it always looks like today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from factory_erp.demo.catalogue import catalogue, sellable
from factory_erp.demo.materials import PLUGS
from factory_erp.demo.partners import BUYERS, WHOLESALE_BUYERS, Buyer
from factory_erp.demo.specs import ItemSpec
from factory_erp.services.clock import FACTORY_ZONE
from factory_erp.sync.sandbox.alibaba.payloads import (
    Payload,
    address_payload,
    line_payload,
    line_total,
    order_payload,
)

SEED = 7
ALIBABA, DHGATE = "alibaba", "dhgate"
UNKNOWN_SKU, ODD_SKU = "TB20-RD-L", "vf.050.nv"
"""What a buyer ordered although it is not in the catalogue; what the other shop calls an item that is."""
ODD_ITEM = "VF050-NV"
SHORT_PRODUCT, SHORT_SKU, SHORT_PART = "FJ", "FJ050-BK", "RM-SPOON"
"""An order waits for this bought part."""
FROM_STOCK = ("CM035-WH", "DLC-BK-USB")
"""Finished goods that lie ready in the warehouse for one order."""

_SHIP_HOUR = time(17)
_PLUG_OF = (
    dict.fromkeys(("US", "CA", "MX", "JP", "CO"), "US")
    | dict.fromkeys(("GB", "AE", "SG", "IE"), "UK")
    | dict.fromkeys(("AU", "NZ"), "")
)
"""Country → plug of its sockets, where it is not the European one; we have none for Australia."""


class Stage(StrEnum):
    """How far the demo brings an order; of one that is *accepted* all that the material plan suggests is."""

    DRAFT = "draft"
    FROZEN = "frozen"
    HELD = "held"
    CANCELLED = "cancelled"
    UNKNOWN_ITEM = "unknown_item"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    CHANGED = "changed"
    GROWN = "grown"
    MAKING = "making"
    LATE = "late"
    READY = "ready"
    PACKED = "packed"
    DOCUMENTED = "documented"
    SHIPPED = "shipped"


class Trouble(StrEnum):
    """What the platform says of an order after it was confirmed."""

    NONE = ""
    FROZEN = "frozen"
    REFUND = "refund"
    DISPUTE = "dispute"


_PLAN: tuple[tuple[Stage, tuple[tuple[int, int], ...]], ...] = (
    (Stage.SHIPPED, ((35, -14), (33, -12), (32, -10), (30, -8), (29, -6), (27, -4), (26, -3))),
    (Stage.DOCUMENTED, ((24, 1), (23, 2))),
    (Stage.PACKED, ((22, 2), (21, 3))),
    (Stage.READY, ((20, 3), (19, 4), (12, 5))),
    (Stage.MAKING, ((15, 6), (14, 8), (13, 10), (11, 12), (10, 13), (9, 14), (8, 16), (7, 17))),
    (Stage.LATE, ((16, 1), (6, 2))),
    (Stage.CHANGED, ((12, 15),)),
    (Stage.ACCEPTED, ((5, 20),)),
    (Stage.CONFIRMED, ((4, 21), (3, 23))),
    (Stage.ACCEPTED, ((2, 24),)),
    (Stage.HELD, ((5, 19),)),
    (Stage.CANCELLED, ((6, 22),)),
    (Stage.FROZEN, ((3, 25), (1, 26))),
    (Stage.DRAFT, ((2, 25), (1, 27), (1, 28), (0, 28))),
    (Stage.UNKNOWN_ITEM, ((1, 24), (1, 26))),
    (Stage.GROWN, ((11, 14),)),
)
"""Stage → (days since it was ordered, days until it should be shipped) of its orders."""

_CHANGED = frozenset({Stage.CHANGED, Stage.GROWN})
"""Stages of orders that the buyer changes after they were confirmed; the second change is taken over."""

_PIECES = (240, 300, 480, 500, 600, 720, 800, 1000, 1200)
_LATE_PIECES = 3000
_NEW_STREET = "Terminal 2, Dock 14"
_REMARKS = (
    "",
    "",
    "Please print our item number on the master carton.",
    "Same artwork as our last order.",
    "Please send photos of the first finished pieces.",
)


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """An order of the demo: which stage it is for, when it was placed and is wanted, and its lines."""

    trade_id: str
    stage: Stage
    buyer: Buyer
    days_ago: int
    minutes: int
    ship_in: int
    lines: tuple[tuple[str, int], ...]
    remark: str = ""
    shop: str = ALIBABA
    trouble: Trouble = Trouble.NONE
    lot: int = 1
    """Pieces that the shop sells as one."""

    @property
    def moves_on(self) -> bool:
        """Whether the platform changes it after it was confirmed."""
        return self.stage in _CHANGED or self.trouble is not Trouble.NONE

    def placed(self, moment: datetime) -> datetime:
        """When the buyer placed it; *moment* is the demo's present."""
        return moment.replace(second=0, microsecond=0) - timedelta(days=self.days_ago, minutes=self.minutes)

    def ship_at(self, moment: datetime) -> datetime:
        """When it should leave; never on a Sunday."""
        zone = ZoneInfo(FACTORY_ZONE)
        day = moment.astimezone(zone).date() + timedelta(days=self.ship_in)
        sunday = 6
        day += timedelta(days=day.weekday() == sunday)
        return datetime.combine(day, _SHIP_HOUR, zone)


def plan(seed: int = SEED) -> tuple[DemoOrder, ...]:
    """All orders, the oldest first."""
    random = Random(seed)
    buyers = _buyers(random)
    made = [
        _order(random, stage, days, next(buyers), place)
        for stage, dates in _PLAN
        for place, days in enumerate(dates)
    ]
    placed = sorted(made, key=lambda order: (-order.days_ago, -order.minutes))
    return tuple(_troubled(_shared_out(placed)))


_STAYS = _CHANGED | {Stage.FROZEN, Stage.HELD, Stage.CANCELLED, Stage.LATE, Stage.UNKNOWN_ITEM}
"""Stages of which no order is the wholesale shop's, but the one with the odd SKU."""
_EVERY, _TAKES = 5, (1, 3)
_LOT = 20


def _shared_out(orders: list[DemoOrder]) -> list[DemoOrder]:
    """About a quarter of the orders is the wholesale shop's, the first of them sold in lots."""
    could = [order for order in orders if _could_move(order)]
    theirs = {order.trade_id for place, order in enumerate(could) if place % _EVERY in _TAKES}
    theirs |= {order.trade_id for order in orders if order.lines[0][0] == ODD_SKU}
    number, shared = 0, []
    for order in orders:
        if order.trade_id in theirs:
            order = _wholesale(order, number)
            number += 1
        shared.append(order)
    return shared


def _could_move(order: DemoOrder) -> bool:
    told = {sku for sku, _pieces in order.lines} & {SHORT_SKU, *FROM_STOCK}
    return order.stage not in _STAYS and order.buyer.currency == "USD" and not told


def _wholesale(order: DemoOrder, number: int) -> DemoOrder:
    """The same goods, ordered by a buyer whose sockets are like the other's."""
    plug = _PLUG_OF.get(order.buyer.country, "EU")
    alike = [buyer for buyer in WHOLESALE_BUYERS if _PLUG_OF.get(buyer.country, "EU") == plug]
    return replace(
        order,
        trade_id=f"3{order.trade_id[1:10]}",
        buyer=alike[number % len(alike)],
        shop=DHGATE,
        lot=1 if number else _LOT,
    )


def _troubled(orders: list[DemoOrder]) -> list[DemoOrder]:
    """One confirmed order is frozen, one is paid back in part, and one that left is complained of."""
    left = _first(reversed(orders), DHGATE, {Stage.SHIPPED})
    repaid = _first(orders, DHGATE, {Stage.MAKING, Stage.CONFIRMED})
    stopped = _first(orders, ALIBABA, {Stage.CONFIRMED})
    troubles = {left: Trouble.DISPUTE, repaid: Trouble.REFUND, stopped: Trouble.FROZEN}
    return [replace(order, trouble=troubles.get(order.trade_id, Trouble.NONE)) for order in orders]


def _first(orders: Iterable[DemoOrder], shop: str, stages: set[Stage]) -> str:
    return next((one.trade_id for one in orders if one.shop == shop and one.stage in stages), "")


def _buyers(random: Random) -> Iterator[Buyer]:
    """Every buyer in turn, shuffled anew each round."""
    while True:
        yield from random.sample(BUYERS, len(BUYERS))


def _order(random: Random, stage: Stage, days: tuple[int, int], buyer: Buyer, place: int) -> DemoOrder:
    ago, ship_in = days
    return DemoOrder(
        trade_id=f"2{random.randrange(10**15, 10**16)}01",
        stage=stage,
        buyer=buyer,
        days_ago=ago,
        minutes=random.randrange(25, 500),
        ship_in=ship_in,
        lines=_lines(random, stage, buyer, place),
        remark=random.choice(_REMARKS),
    )


def _lines(random: Random, stage: Stage, buyer: Buyer, place: int) -> tuple[tuple[str, int], ...]:
    listed = [item.sku for item in sellable() if _sells(item, buyer)]
    chosen = random.sample(listed, random.choice((1, 2, 2, 3)))
    lines = tuple((sku, random.choice(_PIECES)) for sku in chosen)
    if stage is Stage.LATE:
        return ((lines[0][0], _LATE_PIECES), *lines[1:2])
    if stage is Stage.MAKING and place == 0:
        return ((SHORT_SKU, 500),)
    if stage is Stage.READY and place == len(FROM_STOCK):
        return tuple((sku, 300) for sku in FROM_STOCK)
    if stage is Stage.UNKNOWN_ITEM:
        return ((ODD_SKU, 480),) if place else ((UNKNOWN_SKU, 500), *lines[:1])
    return lines


def _sells(item: ItemSpec, buyer: Buyer) -> bool:
    """Whether the buyer's market takes it: price list, plug, and not kept for one order of the demo."""
    kept = item.sku in FROM_STOCK or item.product == SHORT_PRODUCT
    plug = item.sku.rpartition("-")[2]
    fits = plug not in PLUGS or plug in ("USB", _PLUG_OF.get(buyer.country, "EU"))
    return fits and not kept and any(tier.currency == buyer.currency for tier in item.tiers)


def changed(order: DemoOrder) -> DemoOrder:
    """The order as the buyer changed it: more of the first line, and maybe another address."""
    (sku, pieces), *rest = order.lines
    more = replace(order, lines=((sku, pieces * 6 // 5), *rest))
    if order.stage is Stage.GROWN:
        return more
    buyer = replace(order.buyer, street=_NEW_STREET, contact=f"{order.buyer.contact} (warehouse)")
    return replace(more, buyer=buyer)


def changed_at(moment: datetime) -> datetime:
    """When the buyer changed it."""
    return moment.replace(second=0, microsecond=0) - timedelta(minutes=5)


def demo_orders(moment: datetime, seed: int = SEED, *, before_changes: bool = False) -> list[Payload]:
    """Alibaba's orders as it answers them, IOP shape; *before_changes* as they were first placed."""
    mine = (order for order in plan(seed) if order.shop == ALIBABA)
    return [payload(order, moment, before_changes=before_changes) for order in mine]


def payload(order: DemoOrder, moment: datetime, *, before_changes: bool = False) -> Payload:
    """One order as the platform answers it."""
    is_changed = order.stage in _CHANGED and not before_changes
    said = changed(order) if is_changed else order
    frozen = order.stage is Stage.FROZEN or (order.trouble is Trouble.FROZEN and not before_changes)
    moved = order.moves_on and not before_changes
    rows = _rows(said)
    made = order_payload(
        said.trade_id,
        created=said.placed(moment),
        modified=changed_at(moment) if moved else said.placed(moment),
        lines=rows,
        status="frozen" if frozen else "undeliver",
        pay_step="ADVANCE",
        currency=said.buyer.currency,
        buyer=said.buyer.name,
        buyer_id=said.buyer.id,
        address=_address(said.buyer),
        shipment_fee=_freight(said, rows),
        trade_term=said.buyer.term,
        agreed_ship_date=said.ship_at(moment),
        remark=said.remark,
    )
    return {**made, "contract_version": "2"} if is_changed else made


def _rows(order: DemoOrder) -> list[Payload]:
    return [_row(sku, pieces, order.buyer.currency) for sku, pieces in order.lines]


def _row(sku: str, pieces: int, currency: str) -> Payload:
    known = catalogue().get(sku)
    listed = known or catalogue()["TB20-BK-L"]
    skus = [item.sku for item in sellable()]
    place = skus.index(sku) if known else len(skus)
    name = known.en if known else "Stainless steel vacuum tumbler 20 oz, red, laser logo"
    return line_payload(
        sku,
        str(pieces),
        listed.price(currency, pieces),
        name=name,
        product_id=f"16010{sum(map(ord, listed.product)):05d}",
        sku_id=f"1052{place:06d}",
        model_number=listed.product,
        currency=currency,
        attributes={"Option": listed.options} if known else {"Option": "20 oz / Red / Laser logo"},
    )


def _address(buyer: Buyer) -> Payload:
    return address_payload(
        buyer.country,
        contact=buyer.contact,
        city=buyer.city,
        province=buyer.province,
        street=buyer.street,
        postal_code=buyer.postal_code,
        phone=buyer.phone,
    )


def _freight(order: DemoOrder, rows: list[Payload]) -> Decimal:
    """Sea freight that a CIF price includes: some percent of the goods, in tens."""
    if order.buyer.term != "CIF":
        return Decimal(0)
    goods = sum((line_total(row) for row in rows), Decimal(0))
    tens = (goods * Decimal("0.035") / 10).to_integral_value()
    return tens * 10
