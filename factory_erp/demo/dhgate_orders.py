"""The demo's orders on DHgate as the platform answers them: dollars, names of countries, some in lots."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from factory_erp.demo.catalogue import catalogue, sellable
from factory_erp.demo.orders import (
    DHGATE,
    ODD_ITEM,
    ODD_SKU,
    SEED,
    DemoOrder,
    Trouble,
    changed_at,
    plan,
)
from factory_erp.demo.partners import Buyer
from factory_erp.demo.prices import wholesale_tiers
from factory_erp.domain.countries import country
from factory_erp.sync.sandbox.dhgate.payloads import (
    Payload,
    contact_payload,
    line_payload,
    line_total,
    money,
    order_payload,
)

SEA = "Sea Freight"
"""The platform's name of how the demo ships."""
COMPLAINT = "Buyer: two cartons arrived crushed"

_PAID, _REPAID_PART, _SENT, _COMPLAINED = "103001", "105003", "101009", "106002"
_REFUND = Decimal("0.05")
_COMMISSION = Decimal("0.085")


def dhgate_orders(moment: datetime, seed: int = SEED, *, before_changes: bool = False) -> list[Payload]:
    """DHgate's orders of the demo; *before_changes* as they were first placed."""
    mine = (order for order in plan(seed) if order.shop == DHGATE)
    return [payload(order, moment, before_changes=before_changes) for order in mine]


def payload(order: DemoOrder, moment: datetime, *, before_changes: bool = False) -> Payload:
    """One order as the platform answers it."""
    moved = order.moves_on and not before_changes
    trouble = order.trouble if moved else Trouble.NONE
    rows = [_row(order, sku, pieces) for sku, pieces in order.lines]
    goods = sum((line_total(row) for row in rows), Decimal(0))
    return order_payload(
        order.trade_id,
        started=order.placed(moment),
        updated=changed_at(moment) if moved else order.placed(moment),
        deadline=order.ship_at(moment),
        lines=rows,
        status=_status(trouble),
        contact=_contact(order.buyer),
        refund=_cents(goods * _REFUND) if trouble is Trouble.REFUND else money("0"),
        commission=_cents(goods * _COMMISSION),
        shipping_type=SEA,
        remark=order.remark,
        warn=COMPLAINT if trouble is Trouble.DISPUTE else "",
    )


def _status(trouble: Trouble) -> str:
    return {Trouble.REFUND: _REPAID_PART, Trouble.DISPUTE: _COMPLAINED}.get(trouble, _PAID)


def _cents(amount: Decimal) -> str:
    return money(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _row(order: DemoOrder, sku: str, pieces: int) -> Payload:
    item = catalogue()[ODD_ITEM if sku == ODD_SKU else sku]
    fitting = [tier.price for tier in wholesale_tiers(item) if tier.quantity <= pieces]
    place = [one.sku for one in sellable()].index(item.sku)
    return line_payload(
        sku,
        pieces // order.lot,
        fitting[-1] * order.lot,
        name=item.en,
        item_code=f"2024{sum(map(ord, item.product)):05d}",
        sku_id=f"{11_656_000_000 + place}",
        lot=order.lot,
        unit="Lot" if order.lot > 1 else "Piece",
        attributes={"Option": item.options.replace(", ", " / ")},
        weight_kg=Decimal(item.net_g) / 1000,
    )


def _contact(buyer: Buyer) -> Payload:
    first, _blank, last = buyer.contact.partition(" ")
    return contact_payload(
        country(buyer.country).en,
        first_name=first,
        last_name=last,
        nick_name=buyer.name,
        street=buyer.street,
        city=buyer.city,
        state=buyer.province,
        postal_code=buyer.postal_code,
        telephone=" ".join(buyer.phone),
        email=f"orders@{buyer.id}.example",
    )
