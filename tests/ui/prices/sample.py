"""Price lists of the cup factory: a general one, a customer's, one that has expired, and a supplier's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pytestqt.qtbot import QtBot

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.models.pricing import PriceKind
from factory_erp.services.pricing import changes as pricing_changes
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.pricing import settings as price_settings
from factory_erp.services.pricing.changes import PriceListInput, TierInput
from factory_erp.ui.kit.context import UiContext
from tests.services.factory import a_cup_factory, a_customer


@dataclass(frozen=True)
class Lists:
    """Ids of items, partners and lists."""

    cup: int
    lid: int
    steel: int
    acme: int
    mill: int
    usd: int
    special: int
    old: int
    bought: int


def tiers(*prices: tuple[int, str], lead_days: int = 0) -> list[TierInput]:
    return [TierInput(Decimal(quantity), Decimal(price), lead_days) for quantity, price in prices]


def a_list(code: str, **values: Any) -> int:
    given: dict[str, Any] = {
        "name": "", "kind": PriceKind.SALES, "currency": "USD", "incoterm": "FOB", "place": "Ningbo",
        "partner_id": None, "account_id": None, "valid_from": date(2026, 1, 1), "valid_to": None,
    } | values  # fmt: skip
    return pricing_changes.save_price_list(PriceListInput(code, **given)).value


def load(db: Database) -> Lists:
    """A kilogram of steel costs 10 yuan, so that a cup costs 3 and a lid 0.5; a dollar is worth 7.5."""
    with db.session(write=True) as session:
        cups = a_cup_factory(session)
        session.get_one(Item, cups.steel.id).standard_cost = Decimal(10)
        mill = Partner(code="MILL", name="Steel mill", country="CN", roles=[PartnerRole(role=Role.SUPPLIER)])
        session.add(mill)
        session.flush()
        cup, lid, steel = cups.cup.id, cups.lid.id, cups.steel.id
        acme, mill_id = a_customer(session).id, mill.id
    price_settings.save_margin_settings({"USD": Decimal("7.5")}, Decimal(15))
    usd, special = a_list("USD FOB Ningbo"), a_list("USD ACME", partner_id=acme)
    old = a_list("OLD", valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31))
    bought = a_list(
        "MILL 2026", kind=PriceKind.PURCHASE, currency="CNY", incoterm="EXW", place="", partner_id=mill_id
    )
    pricing_changes.set_tiers(usd, cup, tiers((100, "0.8"), (500, "0.45")))
    pricing_changes.set_tiers(usd, lid, tiers((1, "0.25")))
    pricing_changes.set_tiers(special, cup, tiers((100, "0.75")))
    pricing_changes.set_tiers(bought, steel, tiers((100, "10"), (1000, "9.5"), lead_days=7))
    return Lists(cup, lid, steel, acme, mill_id, usd, special, old, bought)


def stored(list_id: int) -> dict[str, list[tuple[str, str]]]:
    """SKU → (from, price) as the database has them."""
    rows = pricing.price_rows(list_id)
    return {row.sku: [(f"{tier.min_quantity:f}", f"{tier.price:f}") for tier in row.tiers] for row in rows}


def settle(qtbot: QtBot, context: UiContext, pause: int = 60) -> None:
    """Until nothing runs, nothing is about to, and nothing follows from that."""
    for _round in range(3):
        qtbot.waitUntil(lambda: not context.jobs.running(), timeout=8000)
        qtbot.wait(pause)
    qtbot.waitUntil(lambda: not context.jobs.running(), timeout=8000)
