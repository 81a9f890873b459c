"""The bicycles of AdventureWorks planned: real bills on many levels, stock and lead times.

Every demand is covered or explained, nothing is pegged twice, and what is accepted is not planned again.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item, ItemKind, LotRule
from factory_erp.models.database import Database
from factory_erp.models.production import ProductionMaterial, ProductionOrder
from factory_erp.services.exchange.catalogue_import import import_catalogue
from factory_erp.services.material import plan as material_plan
from factory_erp.services.material.shortages import shortages
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import SuggestionFilter
from tests import adventureworks
from tests.services.factory import an_order
from tests.services.material_rules import supplies_pegged_twice, uncovered

ORDERS = 40
TODAY = date(2026, 11, 23)


def ordered(session: Session, chance: random.Random) -> None:
    """Orders for bicycles and parts over two months; parts in weekly lots, bought parts in monthly ones."""
    items = list(session.scalars(select(Item).order_by(Item.sku)))
    for item in items:
        if item.kind != ItemKind.FINISHED:
            item.lot_rule, item.period_days = LotRule.PERIOD, 7 if item.procurement == "make" else 30
    sellable = [item for item in items if item.sellable]
    for number in range(1, ORDERS + 1):
        lines = {item: chance.randint(1, 60) for item in chance.sample(sellable, 4)}
        ship_by = TODAY + timedelta(days=chance.randint(1, 60))
        an_order(session, lines, number=f"SO-2026-{number:05d}", ship_by=ship_by)


def test_every_demand_is_covered_or_explained(db: Database) -> None:
    import_catalogue(adventureworks.catalogue(to_order=True))
    with db.session(write=True) as session:
        ordered(session, random.Random(7))
    report = material_plan.run_plan().value
    assert report.demands == ORDERS * 4
    assert report.make > 100
    assert report.buy > 50
    assert uncovered(db) == []
    assert supplies_pegged_twice(db) == []
    late = shortages()
    assert all(row.why and row.late_days > 0 and row.customer for row in late)
    assert report.late > 0, "some are wanted sooner than they can be made"
    again = material_plan.run_plan().value
    assert (again.added, again.changed, again.removed) == (0, 0, 0)

    without = {problem.item_id for problem in report.problems if "routing" in problem.message}
    rows = suggestions.suggestions(SuggestionFilter())
    wanted = [row for row in rows if row.kind in ("make", "buy") and row.item_id not in without]
    accepted = suggestions.accept([row.id for row in wanted]).value
    assert len(accepted.production_orders) == sum(row.kind == "make" for row in wanted)
    assert uncovered(db) == []
    assert supplies_pegged_twice(db) == []
    after = material_plan.run_plan().value
    assert after.make == report.make - len(accepted.production_orders)
    assert after.buy == 0
    with db.session() as session:
        parts = session.scalars(select(ProductionMaterial)).all()
        assert len(parts) > 1000
        assert all(part.quantity > 0 for part in parts)
        made = session.scalars(select(ProductionOrder)).all()
        assert {order.state for order in made} == {"planned"}
        assert sum((order.quantity for order in made), Decimal(0)) > 0
