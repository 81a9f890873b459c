"""Orders that are typed in: proposals, prices and warnings beside the lines, one draft per form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from factory_erp.domain.errors import DomainError, NotFound
from factory_erp.i18n import in_language
from factory_erp.models.catalog import Item, ItemNumber
from factory_erp.models.database import Database
from factory_erp.models.partners import AddressUse, Company, Partner, PartnerAddress
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.models.sales import SalesOrder
from factory_erp.services import matrix_orders, search
from factory_erp.services.catalogue import families
from factory_erp.services.production import batches
from factory_erp.services.sales import entry as order_entry
from factory_erp.services.sales import views as sales_views
from factory_erp.services.sales.entry import EntryLine, LineRefusedError, OrderEntry, Terms
from tests.services.factory import LONG_AGO, a_customer, an_item, an_order
from tests.services.test_matrix import DUE, a_matrix, cells


class Shop:
    """Cups in multiples of 24 from 48 up, lids and steel; a list in dollars, a customer in Hamburg."""

    def __init__(self, db: Database) -> None:
        with db.session(write=True) as session:
            cup, lid = an_item(session, "CUP", english="Steel cup"), an_item(session, "LID")
            cup.min_order, cup.order_multiple = Decimal(48), Decimal(24)
            steel = an_item(session, "STEEL", buy=True)
            customer = a_customer(session)
            customer.payment_terms = "T/T 30 days"
            customer.addresses = [
                PartnerAddress(street="1 Office Street", city="Berlin", country="DE"),
                PartnerAddress(use=AddressUse.SHIPPING, contact="Ms Berg", phone="+49 40 1",
                               street="2 Quay", city="Hamburg", postal_code="20457", country="DE"),
            ]  # fmt: skip
            tiers = [PriceLine(item_id=cup.id, min_quantity=Decimal(least), price=Decimal(price))
                     for least, price in ((100, "3.20"), (500, "2.95"))]  # fmt: skip
            session.add(PriceList(code="USD", currency="USD", valid_from=LONG_AGO, lines=tiers))
            session.add(ItemNumber(partner_id=customer.id, item_id=cup.id, code="ACME-1"))
            session.add(Company(name_en="Cup Works", port_of_loading="CNNBO"))
            session.flush()
            self.cup, self.lid, self.steel, self.customer = cup.id, lid.id, steel.id, customer.id

    def entry(self, *lines: EntryLine, **more: Any) -> OrderEntry:
        given = lines or (EntryLine(self.cup, Decimal(96), Decimal("3.20"), "ACME-1"),)
        return replace(OrderEntry(self.customer, "USD", "FOB", "Ningbo", given), **more)

    @property
    def terms(self) -> Terms:
        return Terms(self.customer, "USD", "FOB", "Ningbo")


@pytest.fixture
def shop(db: Database) -> Shop:
    return Shop(db)


def orders(db: Database) -> int:
    with db.session() as session:
        return session.scalar(select(func.count(SalesOrder.id))) or 0


def test_an_order_is_entered_once_per_form(db: Database, shop: Shop) -> None:
    lines = (
        EntryLine(shop.cup, Decimal(96), Decimal("3.205"), "ACME-1"),
        EntryLine(shop.lid, Decimal(10), Decimal("0.5")),
    )
    given = shop.entry(*lines, customer_po=" PO-7 ", requested_ship=date(2026, 12, 24))
    entered = order_entry.enter_order(given, "form-1")
    assert entered.changes["sales_order"] == {entered.value}
    assert order_entry.enter_order(given, "form-1").value == entered.value
    assert orders(db) == 1
    order = sales_views.order_detail(entered.value)
    assert (order.number, order.state, order.customer_po) == ("SO-2026-00001", "draft", "PO-7")
    assert (order.trade_term, order.payment_terms, order.destination_country) == (
        "FOB Ningbo", "T/T 30 days", "DE",
    )  # fmt: skip
    assert order.ship_to == "Ms Berg +49 40 1\n2 Quay\nHamburg 20457\nGermany"
    assert [(line.sku, line.customer_item, str(line.amount)) for line in order.lines] == [
        ("CUP", "ACME-1", "USD 307.68"), ("LID", "", "USD 5.00"),
    ]  # fmt: skip
    assert str(order.amounts.total) == "USD 312.68"
    assert [hit.record_id for hit in search.find("PO-7")] == [entered.value]


@pytest.mark.parametrize(("more", "field"), [
    ({"currency": "usd"}, "currency"), ({"incoterm": "FOT"}, "incoterm"), ({"place": " "}, "place"),
    ({"place": "x" * 81}, "place"), ({"customer_po": "\0"}, "customer_po"),
    ({"destination_country": "XX"}, "destination_country"), ({"lines": ()}, "lines"),
    ({"requested_ship": date(2026, 11, 22)}, "requested_ship"),
])  # fmt: skip
def test_a_head_that_cannot_be_is_refused_at_its_field(
    db: Database, shop: Shop, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        order_entry.enter_order(shop.entry(**more), "form-1")
    assert refused.value.field == field
    assert refused.value.remedy
    assert orders(db) == 0


def test_only_customers_order(db: Database, shop: Shop) -> None:
    with db.session(write=True) as session:
        session.get_one(Partner, shop.customer).roles = []
    with pytest.raises(DomainError, match="not a customer") as refused:
        order_entry.enter_order(shop.entry(), "form-1")
    assert refused.value.field == "customer_id"
    with pytest.raises(NotFound):
        order_entry.enter_order(shop.entry(customer_id=99), "form-1")


@pytest.mark.parametrize(("change", "field"), [
    ({"quantity": Decimal(0)}, "quantity"), ({"quantity": Decimal("1.5")}, "quantity"),
    ({"unit_price": Decimal(-1)}, "unit_price"), ({"unit_price": Decimal("0.0000001")}, "unit_price"),
    ({"unit_price": Decimal(10) ** 12}, "unit_price"), ({"customer_item": "x" * 61}, "customer_item"),
])  # fmt: skip
def test_a_line_that_cannot_be_is_named(db: Database, shop: Shop, change: dict[str, Any], field: str) -> None:
    good = EntryLine(shop.cup, Decimal(48), Decimal(3))
    with pytest.raises(LineRefusedError) as refused:
        order_entry.enter_order(shop.entry(good, replace(good, **change)), "form-1")
    assert (refused.value.line, refused.value.field, refused.value.record) == (1, field, "CUP")
    assert orders(db) == 0


def test_what_is_not_sold_is_not_offered_nor_taken(db: Database, shop: Shop) -> None:
    assert [item.sku for item in order_entry.items_to_order()] == ["CUP", "LID"]
    with pytest.raises(LineRefusedError, match="STEEL is not sold"):
        order_entry.enter_order(shop.entry(EntryLine(shop.steel, Decimal(1), Decimal(1))), "form-1")
    with db.session(write=True) as session:
        session.get_one(Item, shop.lid).active = False
    assert [item.sku for item in order_entry.items_to_order()] == ["CUP"]


def test_the_last_order_says_what_is_usual(db: Database, shop: Shop) -> None:
    first = order_entry.usual_terms(shop.customer)
    assert (first.currency, first.incoterm, first.place, first.country) == ("USD", "FOB", "Ningbo", "DE")
    assert (first.payment_terms, first.numbers) == ("T/T 30 days", {"ACME-1": shop.cup})
    order_entry.enter_order(
        shop.entry(incoterm="CIF", place="Hamburg", currency="EUR", payment_terms="L/C"), "1"
    )
    again = order_entry.usual_terms(shop.customer)
    assert (again.currency, again.incoterm, again.place) == ("EUR", "CIF", "Hamburg")
    assert again.payment_terms == "T/T 30 days"


def test_lines_are_quoted_with_what_speaks_against_them(shop: Shop) -> None:
    wanted = [(shop.cup, Decimal(count)) for count in (504, 100, 24)]
    fine, odd, few = order_entry.quote_lines(shop.terms, wanted)
    assert fine.price is not None
    assert (str(fine.price.price), fine.price.list_code, fine.customer_item) == ("USD 2.95", "USD", "ACME-1")
    assert fine.warnings == ()
    assert odd.warnings == ("It is sold in multiples of 24 PCS: 96 PCS or 120 PCS.",)
    assert few.warnings == ("The least order is 48 PCS.", "The price list begins at 100 PCS.")
    [least] = order_entry.quote_lines(shop.terms, [(shop.cup, Decimal(5))])
    assert least.warnings[1] == "It is sold in multiples of 24 PCS: 24 PCS."
    [lid] = order_entry.quote_lines(shop.terms, [(shop.lid, Decimal(5))])
    assert (lid.price, lid.warnings) == (None, ("No price list in USD, FOB Ningbo has it.",))
    [half] = order_entry.quote_lines(shop.terms, [(shop.lid, Decimal("0.5"))])
    assert "Enter a multiple of 1" in half.problem


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 9999), st.integers(0, 99999)), min_size=1, max_size=6))
def test_the_total_is_the_sum_of_the_lines_as_printed(
    db: Database, shop: Shop, given: list[tuple[int, int]]
) -> None:
    lines = [EntryLine(shop.cup, Decimal(count), Decimal(mills).scaleb(-3)) for count, mills in given]
    order = sales_views.order_detail(order_entry.enter_order(shop.entry(*lines), uuid4().hex).value)
    assert order.amounts.total.minor == sum(line.amount.minor for line in order.lines)
    for line, said in zip(order.lines, lines, strict=True):
        assert abs(line.amount.amount - said.quantity * said.unit_price) <= Decimal("0.005")


def test_families_are_those_with_a_matrix(db: Database, shop: Shop) -> None:
    assert families.families_to_choose() == []
    assert families.family_of(shop.lid) is None
    with db.session(write=True) as session:
        for code in ("CUP", "LID", "STEEL"):
            session.execute(select(Item).filter_by(sku=code)).scalar_one().sku = f"OLD-{code}"
    product_id = a_matrix(db)
    [family] = families.families_to_choose()
    assert (family.id, family.code, family.name) == (product_id, "CUP", "Steel cup")
    with in_language("zh_CN"):
        assert families.families_to_choose()[0].name == "钢杯"
    [black] = cells(db, BK_350=1)
    assert families.family_of(black) == family


def test_a_batch_knows_its_orders_and_what_is_open_of_a_step(db: Database) -> None:
    product_id = a_matrix(db)
    batch = matrix_orders.produce_matrix(product_id, cells(db, BK_350=5, WH_500=7), DUE, "batch-1").value
    made = batches.batch_orders(batch)
    assert len(made) == 2
    assert {batches.batch_of(order) for order in made} == {batch}
    assert len(batches.open_steps(batch, 10)) == 2
    assert len(batches.open_steps(batch, 20)) == 1, "white cups are not painted"
    assert len(batches.open_steps(batch, 90)) == 3, "all that is open, where the step is not"
    assert batches.batch_orders("") == ()
    assert batches.open_steps("", 10) == batches.open_steps("MB-0", 10) == frozenset()


def test_an_order_of_another_factory_is_no_example(db: Database, shop: Shop) -> None:
    with db.session(write=True) as session:
        an_order(session, {session.get_one(Item, shop.cup): 1}, customer=a_customer(session, "OTHER"))
    assert order_entry.usual_terms(shop.customer).place == "Ningbo"
