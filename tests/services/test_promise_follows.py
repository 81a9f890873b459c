"""A promise follows the quotation's last day and the goods of the order that took it over."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.models.catalog import Item, Product, ProductText
from factory_erp.models.database import Database
from factory_erp.models.inquiries import Quotation, QuotationState
from factory_erp.models.planning import HoldState, PromiseBlock
from factory_erp.models.sales import SalesOrder
from factory_erp.models.variants import ItemOption, OptionAxis, OptionText, OptionValue
from factory_erp.services import clock, matrix_orders
from factory_erp.services.inquiries import quotation_outcomes, quotation_views, quotations
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise import holds as promise_holds
from factory_erp.services.stock.promise_settled import follow_goods
from factory_erp.services.upkeep import tidying
from tests.conftest import MONDAY
from tests.services.factory import CupFactory
from tests.services.test_promise_holds import TODAY, a_quotation, a_shop, free, held


def a_draft_with_hold(db: Database, shop: CupFactory) -> tuple[int, int]:
    """A quotation draft for 60 cups, which are kept for it; it and the hold."""
    quotation = a_quotation(db, shop)
    number = promise_holds.hold(promise.promise_quotation(quotation), quotation_id=quotation).value
    with db.session(write=True) as session:
        session.get_one(Quotation, quotation).state = QuotationState.DRAFT
    return quotation, number


def stands_until(quotation: int, day: date) -> None:
    before = quotation_views.quotation_detail(quotation)
    quotations.save_quotation(quotation, replace(before.form, valid_until=day), before.version)


@pytest.mark.parametrize("days", [4, 30])
def test_a_promise_lasts_as_long_as_the_draft_stands_now(db: Database, days: int) -> None:
    shop = a_shop(db, cup=100)
    quotation, number = a_draft_with_hold(db, shop)
    stands_until(quotation, TODAY + timedelta(days=days))
    # the day after the last valid one begins at 16:00 UTC of the day before
    assert held(db, number).expires_at.date() == TODAY + timedelta(days=days)
    with clock.at(MONDAY + timedelta(days=days - 1)):
        assert free(db, shop.cup.id) == 40
    with clock.at(MONDAY + timedelta(days=days + 1)):
        assert free(db, shop.cup.id) == 100


def test_what_lapsed_or_is_kept_until_a_moment_of_its_own_stays_as_it_is(db: Database) -> None:
    shop = a_shop(db, cup=100)
    quotation, lapsed = a_draft_with_hold(db, shop)
    before = held(db, lapsed).expires_at
    with clock.at(MONDAY + timedelta(days=12)):
        stands_until(quotation, TODAY + timedelta(days=30))
        assert held(db, lapsed).expires_at == before
        assert free(db, shop.cup.id) == 100
        tidying.tidy()
    until = MONDAY + timedelta(days=60)
    own = promise_holds.hold(
        promise.promise_quotation(quotation), quotation_id=quotation, expires_at=until
    ).value
    stands_until(quotation, TODAY + timedelta(days=40))
    assert held(db, own).expires_at == until


def ordered(db: Database, **stock: int) -> tuple[CupFactory, int, int]:
    """A draft order for 60 cups that took over the promise of its quotation; it and the hold."""
    shop = a_shop(db, **stock)
    quotation = a_quotation(db, shop)
    number = promise_holds.hold(promise.promise_quotation(quotation), quotation_id=quotation).value
    return shop, quotation_outcomes.accept_quotation(quotation).value, number


def now_wants(db: Database, order: int, cups: int) -> None:
    """The draft's only line is for so many."""
    with db.session(write=True) as session:
        mine = session.get_one(SalesOrder, order)
        mine.lines[0].quantity = Decimal(cups)
        follow_goods(session, mine)


def test_a_draft_that_wants_less_of_what_is_in_stock_keeps_less(db: Database) -> None:
    shop, order, number = ordered(db, cup=100)
    now_wants(db, order, 25)
    assert free(db, shop.cup.id) == 75
    now_wants(db, order, 80)
    assert free(db, shop.cup.id) == 75
    assert held(db, number).state == HoldState.USED


def test_parts_and_machines_are_not_kept_to_make_more_than_is_wanted(db: Database) -> None:
    shop, order, _number = ordered(db, steel=100, box=100)
    assert free(db, shop.box.id) == 40
    now_wants(db, order, 90)
    assert free(db, shop.box.id) == 40, "more than what is kept is wanted: that stays"
    now_wants(db, order, 30)
    assert free(db, shop.box.id) == 100
    with db.session() as session:
        assert session.scalars(select(PromiseBlock)).all() == []


@pytest.mark.parametrize(("cups", "kept"), [(10, 10), (60, 60), (90, 60)])
def test_the_cells_of_a_matrix_change_what_is_kept(db: Database, cups: int, kept: int) -> None:
    shop, order, _number = ordered(db, cup=100)
    assert 100 - free(db, shop.cup.id) == 60
    in_matrix(db, shop, order, cups)
    assert 100 - free(db, shop.cup.id) == kept


def in_matrix(db: Database, shop: CupFactory, order: int, cups: int) -> None:
    """Type so many into the cell of the cup, which comes in one colour."""
    with db.session(write=True) as session:
        product = Product(code="CUPS", texts=[ProductText(language="en", name="Cups")])
        session.add(product)
        session.flush()
        black = OptionValue(position=1, code="BK", texts=[OptionText(language="en", name="Black")])
        axis = OptionAxis(
            position=1, code="colour", name_en="Colour", name_zh="颜色", product_id=product.id, values=[black]
        )
        session.add(axis)
        session.flush()
        session.get_one(Item, shop.cup.id).product_id = product.id
        session.add(ItemOption(item_id=shop.cup.id, axis_id=axis.id, value_id=black.id))
        number = product.id
    one = Decimal(1)
    matrix_orders.add_matrix(order, number, {shop.cup.id: Decimal(cups)}, prices={shop.cup.id: one})
