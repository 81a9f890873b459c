"""What is accepted is what was shown: a suggestion that differs by now, or is for another, is refused."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.domain.errors import Conflict
from factory_erp.models.catalog import Item, LotRule
from factory_erp.models.database import Database
from factory_erp.models.partners import Partner
from factory_erp.models.planning import Suggestion
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services.material import plan as material_plan
from factory_erp.services.sales import orders as sales
from factory_erp.services.suggestions import accepting as suggestions
from tests.services.factory import CupFactory, an_order, an_order_for_cups
from tests.services.test_suggestions import bought, by_sku, ids, open_orders


def another_order(db: Database, shop: CupFactory, cups: int) -> int:
    with db.session(write=True) as session:
        customer = session.scalars(select(Partner).filter_by(code="ACME")).one()
        cup = session.get_one(Item, shop.cup.id)
        return an_order(session, {cup: cups}, number="SO-2", customer=customer).id


def shown() -> dict[int, int]:
    return {row.id: row.version for row in suggestions.suggestions()}


def test_an_id_never_comes_to_mean_what_another_order_wants(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 100)
    material_plan.run_plan()
    stale = ids()
    sales.cancel(order_id)
    another_order(db, shop, 500)
    material_plan.run_plan()
    assert not set(stale) & set(ids())
    accepted = suggestions.accept(stale).value
    assert (accepted.production_orders, accepted.purchase_orders) == ((), ())
    assert (open_orders(db), bought(db)) == ({}, {})


def test_a_lot_keeps_its_id_in_another_week_as_long_as_it_is_for_the_same(db: Database) -> None:
    """Lots of a week are known by item and week, so that their key changes when they are wanted later."""
    shop, order_id = an_order_for_cups(db, 100)
    with db.session(write=True) as session:
        cup = session.get_one(Item, shop.cup.id)
        cup.lot_rule, cup.period_days = LotRule.PERIOD, 7
    material_plan.run_plan()
    before, key = by_sku()["CUP"], keys(db)
    with db.session(write=True) as session:
        later = session.get_one(SalesOrder, order_id)
        later.ship_by = later.lines[0].promised = date(2026, 12, 28)
    material_plan.run_plan()
    assert by_sku()["CUP"].id == before.id
    assert keys(db)[before.id] != key[before.id]
    sales.cancel(order_id)
    another_order(db, shop, 100)
    material_plan.run_plan()
    assert by_sku()["CUP"].quantity == 100
    assert by_sku()["CUP"].id != before.id, "it is for somebody else"


def keys(db: Database) -> dict[int, str]:
    with db.session() as session:
        return {row.id: row.key for row in session.scalars(select(Suggestion))}


def test_components_keep_their_ids_when_what_they_go_into_is_accepted(db: Database) -> None:
    an_order_for_cups(db, 100)
    material_plan.run_plan()
    before = {sku: row.id for sku, row in by_sku().items()}
    suggestions.accept([before["CUP"]])
    material_plan.run_plan()
    assert {sku: row.id for sku, row in by_sku().items()} == {
        sku: number for sku, number in before.items() if sku != "CUP"
    }


def test_what_differs_since_it_was_shown_is_refused_and_named(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 100)
    material_plan.run_plan()
    stale, cup = shown(), by_sku()["CUP"]
    with db.session(write=True) as session:
        for line in session.scalars(select(SalesLine).filter_by(order_id=order_id)):
            line.quantity = Decimal(500)
    material_plan.run_plan()
    assert (by_sku()["CUP"].id, by_sku()["CUP"].quantity) == (cup.id, 500)
    with pytest.raises(Conflict) as refused:
        suggestions.accept([cup.id], {cup.id: cup.version})
    assert refused.value.record == "CUP"
    assert refused.value.message == (
        "The suggestion for CUP is not what it was when you saw it: it is 500 for 2026-12-18 by now."
    )
    assert refused.value.remedy
    with pytest.raises(Conflict):
        suggestions.accept(list(stale), stale)
    assert (open_orders(db), bought(db)) == ({}, {}), "all or nothing"
    assert suggestions.accept(ids(), shown()).value.production_orders
    assert open_orders(db)["CUP"] == 500


def test_what_is_gone_is_left_out_whatever_was_shown(db: Database) -> None:
    an_order_for_cups(db, 100)
    material_plan.run_plan()
    seen = shown()
    made = suggestions.accept(list(seen), seen).value
    assert len(made.production_orders) == 2
    again = suggestions.accept(list(seen), seen).value
    assert (again.production_orders, again.purchase_orders) == ((), ())
