"""What can be done about order exceptions: suggestions for SKUs and buyers, and remedies that heal all."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from time import perf_counter

import pytest

from factory_erp.domain.errors import InvalidValue, NotAllowed, NotFound
from factory_erp.models.catalog import Item, ItemNumber, ItemText, Product
from factory_erp.models.database import Database
from factory_erp.models.listings import Listing, ListingSku
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.models.platforms import Binding, ExceptionKind, PlatformAccount
from factory_erp.models.sales import SalesOrder
from factory_erp.services import search
from factory_erp.services.incoming import IncomingLine, IncomingProblem, Life
from factory_erp.services.platform_orders import intake
from factory_erp.services.platform_orders.exception_remedies import (
    RemedyKind,
    buyer_suggestions,
    create_customer,
    exception_detail,
    remedies,
    sku_suggestions,
    use_customer,
)
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.search import Entry
from tests.services.factory import a_customer, an_item
from tests.services.intake_shop import Shop, line, order


@pytest.fixture
def shop(db: Database) -> Shop:
    return Shop(db)


def waiting(shop: Shop, *skus: str, name: str = "Thing") -> int:
    shop.take(order("A-9", lines=[IncomingLine("x/1/1", skus, name, Decimal(1), Decimal(1))]))
    return platforms.open_exceptions()[-1].id


def test_each_sure_sign_names_the_item_and_says_why(shop: Shop) -> None:
    with shop.db.session(write=True) as session:
        names = ["SPELT-1", "GTIN-1", "NUMBER-1", "LISTED-1", "MODEL-1", "OTHER-1", "GONE-1"]
        _spelt, gtin, number, listed, model, other, gone = [an_item(session, sku) for sku in names]
        gtin.gtin = "4006381333931"
        session.add(ItemNumber(partner_id=a_customer(session).id, item_id=number.id, code="NORD-7"))
        for place, (item, model_number) in enumerate(((listed, "M-1"), (model, "M-2"))):
            product = Product(code=f"P-{place}")
            session.add(product)
            session.flush()
            sku = ListingSku(item_id=item.id, external_sku_id=f"9900{place}")
            session.add(
                Listing(account_id=shop.account, product_id=product.id, model_number=model_number, skus=[sku])
            )
        gone.active = False
    elsewhere = platforms.add_account("dhgate", "Second", "https://x.test", "k").value
    intake.map_sku(elsewhere, "DH-5", other.id)
    found = sku_suggestions(waiting(shop, "spelt 1", "99000", "M-2", "4006381333931", "NORD-7", "DH-5"))
    assert [one.sku for one in found] == ["LISTED-1", "SPELT-1", "GTIN-1", "OTHER-1", "NUMBER-1", "MODEL-1"]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.why for one in found)
    assert found[1].name == "Spelt-1"
    # What was put away is not suggested.
    again = order("A-10", lines=[IncomingLine("x/1/1", ("gone1",), "Thing", Decimal(1), Decimal(1))])
    shop.take(again)
    assert sku_suggestions(platforms.open_exceptions()[-1].id) == ()


def catalogue(shop: Shop, count: int) -> None:
    """*count* bottles that can be found by SKU and name."""
    colours = ("black", "white", "red", "blue", "green")
    with shop.db.session(write=True) as session:
        rows = [
            Item(
                sku=f"BTL-{n:05d}-{colours[n % 5][:3].upper()}", kind="finished", procurement="make",
                texts=[ItemText(language="en", name=f"Vacuum bottle {n} ml {colours[n % 5]}")],
            )
            for n in range(count)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        search.index_many(session, "catalog", [Entry(row.id, row.sku, row.texts[0].name) for row in rows])


def test_likeness_of_sku_and_name_finds_the_rest(shop: Shop) -> None:
    catalogue(shop, 200)
    found = sku_suggestions(waiting(shop, "X-00120", name="Vacuum bottle 120 ml, black"))
    assert found[0].sku == "BTL-00120-BLA"
    assert len(found) == 8
    assert all(0 < one.score < 0.95 for one in found)


def test_suggestions_in_a_large_catalogue_do_not_make_a_person_wait(shop: Shop) -> None:
    catalogue(shop, 5000)
    exception = waiting(shop, "BTL04321BLACK", name="Insulated vacuum bottle 4321 ml")
    began = perf_counter()
    found = sku_suggestions(exception)
    assert perf_counter() - began < 1
    assert found[0].sku == "BTL-04321-WHI"


def test_many_skus_are_mapped_at_once_and_all_or_none(shop: Shop) -> None:
    shop.take(order("S-1", lines=[line("RED"), line("BLUE")]), order("S-2", lines=[line("BLUE")]))
    with pytest.raises(NotFound):
        intake.map_skus(shop.account, {"RED": shop.items[0], "BLUE": 999_999})
    assert shop.count(SalesOrder) == 0
    applied = intake.map_skus(shop.account, {"RED": shop.items[0], "BLUE": shop.items[1]}).value
    assert (len(applied.created), shop.waiting()) == (2, [])
    assert intake.map_skus(shop.account, {"RED": shop.items[0]}).changes == {}


def asks(shop: Shop) -> None:
    with shop.db.session(write=True) as session:
        session.get_one(PlatformAccount, shop.account).ask_new_buyers = True


def customer(shop: Shop, code: str, name: str, country: str = "DE", email: str = "", *roles: Role) -> int:
    with shop.db.session(write=True) as session:
        given = [PartnerRole(role=role) for role in roles or (Role.CUSTOMER,)]
        made = Partner(code=code, name=name, country=country, email=email, roles=given)
        session.add(made)
        session.flush()
        return made.id


def test_a_person_says_who_a_new_buyer_is_and_all_his_orders_come_in(shop: Shop) -> None:
    asks(shop)
    mine = customer(shop, "NORD", "nordlicht handel GMBH.", "AT")
    mail = customer(shop, "MAIL", "Somebody", "FR", "Anna@Nord.test")
    alike = customer(shop, "ALIKE", "Nordlicht Handels AG")
    customer(shop, "FAR", "Zzz Co.")
    shop.take(*(order(f"A-{n}", buyer_email="anna@nord.test") for n in range(3)))
    assert shop.waiting() == [(f"A-{n}", ExceptionKind.UNKNOWN_BUYER, "b-1") for n in range(3)]
    first = platforms.open_exceptions()[0]
    assert "orders for the first time" in first.detail
    assert [one.partner_id for one in buyer_suggestions(first.id)] == [mail, alike]
    with pytest.raises(InvalidValue, match="not a customer"):
        use_customer(first.id, customer(shop, "SUP", "Supplier", "CN", "", Role.SUPPLIER))
    assert len(use_customer(first.id, mine).value.created) == 3
    assert {shop.ours(f"A-{n}").customer_id for n in range(3)} == {mine}
    assert shop.waiting() == []
    assert use_customer(first.id, mine).changes == {}
    # He is known now; another buyer is asked for, and made.
    shop.take(order("A-4"), order("A-5", buyer_id="b-2", buyer_name="Donau AG"))
    assert [subject for _id, _kind, subject in shop.waiting()] == ["b-2"]
    other = platforms.open_exceptions()[0].id
    assert len(create_customer(other).value.created) == 1
    assert create_customer(other).changes == {}
    assert shop.count(Partner, name="Donau AG") == 1


def test_an_unasked_buyer_is_the_one_customer_with_his_e_mail(shop: Shop) -> None:
    mine = customer(shop, "NORD", "Nord", "DE", "anna@nord.test")
    shop.take(order("A-1", buyer_email="ANNA@nord.test"))
    assert shop.ours("A-1").customer_id == mine
    customer(shop, "NORD2", "Nord Two", "DE", "anna@nord.test")
    shop.take(order("A-2", buyer_id="b-2", buyer_email="anna@nord.test"))
    shop.take(order("A-3", buyer_id="b-3"))
    assert shop.count(Partner) == 4
    assert shop.count(Binding, kind="buyer") == 3


def test_the_usual_remedy_comes_first_and_a_settled_exception_has_none(shop: Shop) -> None:
    exception = waiting(shop, "CUP")
    first, *_rest = remedies(exception)
    assert (first.kind, bool(first.label), bool(first.hint)) == (RemedyKind.MAP_SKU, True, True)
    with pytest.raises(NotAllowed, match="does not wait for its buyer"):
        create_customer(exception)
    assert buyer_suggestions(exception) == ()
    intake.dismiss_exception(exception)
    assert remedies(exception) == ()
    shop.take(order())
    shop.confirm()
    shop.take(order(life=Life.RISK, status="103001", later=1))
    kinds = [one.kind for one in remedies(platforms.open_exceptions()[0].id)]
    assert kinds == [RemedyKind.RELEASE_RISK, RemedyKind.ACCEPT, RemedyKind.REFUSE]


def test_every_kind_of_exception_has_a_remedy(shop: Shop) -> None:
    shop.take(
        order("COUNTRY", country="XX"), order("CURRENCY", currency="XYZ"), order("TOTAL", total=Decimal(1)),
        problems=[IncomingProblem("BAD", "it is missing", '{"b": 1}')],
    )  # fmt: skip
    for row in platforms.open_exceptions():
        assert remedies(row.id), row.kind


def test_an_exception_in_full(shop: Shop) -> None:
    shop.take(order("A-1", lines=[line(), line("CUP", "5", "1")], refunded=Decimal(3)))
    seen = exception_detail(platforms.open_exceptions()[0].id)
    assert (seen.external_id, seen.kind, seen.subject) == ("A-1", ExceptionKind.UNKNOWN_SKU, "CUP")
    assert (seen.account, seen.platform, seen.platform_status) == ("Main shop", "alibaba", "undeliver")
    assert (seen.total, seen.refunded, seen.currency, seen.buyer) == (
        Decimal("255.00"), Decimal(3), "USD", "Nordlicht Handel GmbH",
    )  # fmt: skip
    assert [(row.sku, row.item_id, row.quantity) for row in seen.lines] == [
        ("SKU-1", shop.items[0], Decimal(100)),
        ("", None, Decimal(5)),
    ]
    assert json.loads(seen.raw)["external_id"] == "A-1"
    assert (seen.order_id, seen.order_number) == (None, "")


def test_an_unreadable_order_shows_what_came(shop: Shop) -> None:
    shop.take(problems=[IncomingProblem("BAD", "it is missing", '{"b": 1}')])
    seen = exception_detail(platforms.open_exceptions()[0].id)
    assert (seen.sentence, seen.raw, seen.lines) == ("it is missing", '{\n  "b": 1\n}', ())
    shop.take(problems=[IncomingProblem("HTML", "it is no JSON", "<html>")])
    assert exception_detail(platforms.open_exceptions()[1].id).raw == "<html>"


def test_a_change_shows_our_order_and_the_note_of_who_refused_it(shop: Shop) -> None:
    shop.take(order())
    shop.confirm()
    shop.take(replace(order(later=1), remark="hurry"))
    exception = platforms.open_exceptions()[0].id
    assert exception_detail(exception).order_number == "SO-2026-00001"
    intake.refuse_change(exception, "no")
    assert exception_detail(exception).note == "no"
    with pytest.raises(NotAllowed, match="nothing to refuse"):
        intake.refuse_change(waiting(shop, "CUP"))
