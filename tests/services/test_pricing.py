"""Which price an order gets and why; lists, breaks and margins; a change of many prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import in_language
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import PlatformAccount
from factory_erp.models.pricing import PriceKind, PriceLine, PriceList
from factory_erp.services.pricing import changes as pricing_changes
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.pricing.changes import BulkChange, PriceListInput, TierInput, changed_price
from factory_erp.services.pricing.prices import PriceAnswer
from tests.services.factory import CupFactory, a_cup_factory, a_customer, an_item

TODAY = date(2026, 11, 23)
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def a_form(code: str = "USD FOB Ningbo", **values: Any) -> PriceListInput:
    given: dict[str, Any] = {
        "name": "", "kind": PriceKind.SALES, "currency": "USD", "incoterm": "FOB", "place": "Ningbo",
        "partner_id": None, "account_id": None, "valid_from": date(2026, 1, 1), "valid_to": None,
    } | values  # fmt: skip
    return PriceListInput(code, **given)


def a_list(code: str = "USD FOB Ningbo", **values: Any) -> int:
    return pricing_changes.save_price_list(a_form(code, **values)).value


def tiers(*prices: tuple[str, str]) -> list[TierInput]:
    return [TierInput(Decimal(quantity), Decimal(price)) for quantity, price in prices]


def listed(item: int, code: str, *prices: tuple[str, str], **values: Any) -> int:
    """A list that holds one item."""
    made = a_list(code, **values)
    pricing_changes.set_tiers(made, item, tiers(*(prices or (("1", "1"),))))
    return made


def a_shop(db: Database) -> CupFactory:
    with db.session(write=True) as session:
        return a_cup_factory(session)


def a_buyer(db: Database, code: str = "ACME") -> int:
    with db.session(write=True) as session:
        return a_customer(session, code).id


def an_account(db: Database) -> int:
    with db.session(write=True) as session:
        account = PlatformAccount(platform="sandbox", name="Cup shop", base_url="", app_key="")
        session.add(account)
        session.flush()
        return account.id


def asked(item: int, quantity: str = "1", **terms: Any) -> PriceAnswer:
    found = pricing.price_of(item, Decimal(quantity), **terms)
    assert found is not None
    return found


def prices(db: Database, list_id: int) -> dict[int, Decimal]:
    with db.session() as session:
        return {line.id: line.price for line in session.scalars(select(PriceLine).filter_by(list_id=list_id))}


class TestAnswer:
    """The price for an order."""

    def test_says_which_line_it_is(self, db: Database) -> None:
        cup = a_shop(db).cup.id
        made = listed(cup, "USD FOB Ningbo", ("50", "3.35"), ("500", "3.10"), ("2000", "2.98"))
        found = asked(cup, "1999.5", place="Ningbo")
        assert (found.price, found.from_quantity) == (UnitPrice.of("3.10", "USD"), 500)
        assert (found.list_id, found.list_code, found.incoterm, found.place) == (
            made, "USD FOB Ningbo", "FOB", "Ningbo",
        )  # fmt: skip
        assert found.why == "General list USD FOB Ningbo, from 500 PCS."
        assert not found.below_minimum
        assert prices(db, made)[found.line_id] == Decimal("3.1")
        assert [asked(cup, quantity).price.amount for quantity in ("50", "499", "500", "2000", "99999")] == [
            Decimal(text) for text in ("3.35", "3.35", "3.1", "2.98", "2.98")
        ]

    def test_below_the_least_quantity_is_the_first_break(self, db: Database) -> None:
        cup = a_shop(db).cup.id
        listed(cup, "A", ("50", "3.35"), ("500", "3.10"))
        found = asked(cup, "49.999999")
        assert (found.price.amount, found.below_minimum) == (Decimal("3.35"), True)
        assert found.why == "General list A: the least quantity is 50 PCS, its price was taken."
        with in_language("zh_CN"):
            assert "50 件" in asked(cup, "1").why

    def test_prefers_the_customers_list_then_the_shops_then_the_general(self, db: Database) -> None:
        cup, acme, shop = a_shop(db).cup.id, a_buyer(db), an_account(db)
        listed(cup, "ALL", valid_from=date(2026, 11, 1))
        listed(cup, "SHOP", account_id=shop, valid_from=date(2026, 5, 1))
        listed(cup, "ACME", partner_id=acme)
        listed(cup, "OTHER", partner_id=a_buyer(db, "OTHER"))
        assert asked(cup).list_code == "ALL"
        assert asked(cup, account_id=shop).list_code == "SHOP"
        assert asked(cup, customer_id=acme, account_id=shop).list_code == "ACME"
        assert asked(cup, account_id=shop).why == "List SHOP of shop Cup shop, from 1 PCS."
        assert asked(cup, customer_id=acme).why == "List ACME of ACME Trading, from 1 PCS."

    def test_prefers_the_exact_place_then_the_newest_list_then_the_last_made(self, db: Database) -> None:
        cup = a_shop(db).cup.id
        listed(cup, "ANYWHERE", place="", valid_from=date(2026, 10, 1))
        listed(cup, "NINGBO")
        listed(cup, "NEWER", valid_from=date(2026, 3, 1))
        listed(cup, "SHANGHAI", place="Shanghai")
        assert asked(cup, place="ningbo ").list_code == "NEWER"
        assert asked(cup, place="Qingdao").list_code == "ANYWHERE"
        assert asked(cup, place="Ningbo", day=date(2026, 2, 1)).list_code == "NINGBO"
        listed(cup, "SAME DAY", valid_from=date(2026, 3, 1))
        assert asked(cup, place="Ningbo").list_code == "SAME DAY"

    def test_knows_only_lists_that_fit(self, db: Database) -> None:
        shop = a_shop(db)
        cup, steel = shop.cup.id, shop.steel.id
        listed(cup, "ENDED", valid_to=date(2026, 11, 22))
        listed(cup, "TO COME", valid_from=date(2026, 11, 24))
        listed(cup, "CIF", incoterm="CIF")
        listed(cup, "EUR", currency="EUR")
        a_list("EMPTY")
        assert pricing.price_of(cup, Decimal(1), currency="USD") is None
        assert asked(cup, currency="USD", day=date(2026, 11, 22)).list_code == "ENDED"
        assert asked(cup, currency="USD", day=date(2026, 11, 24)).list_code == "TO COME"
        assert asked(cup).price.currency == "EUR"
        assert asked(cup, incoterm="CIF").list_code == "CIF"
        assert pricing.price_of(steel, Decimal(1)) is None

    def test_of_a_supplier_is_on_his_list(self, db: Database) -> None:
        steel, supplier = a_shop(db).steel.id, a_buyer(db, "NORTH")
        listed(steel, "N", ("100", "17"), kind=PriceKind.PURCHASE, partner_id=supplier)
        assert pricing.price_of(steel, Decimal(100), customer_id=supplier) is None
        found = asked(steel, "100", customer_id=supplier, kind=PriceKind.PURCHASE)
        assert found.price.amount == 17
        assert pricing.price_of(steel, Decimal(100), kind=PriceKind.PURCHASE) is None

    def test_wants_an_item_and_a_quantity(self, db: Database) -> None:
        cup = a_shop(db).cup.id
        with pytest.raises(InvalidValue, match="above zero"):
            pricing.price_of(cup, Decimal(0))
        with pytest.raises(NotFound):
            pricing.price_of(999_999, Decimal(1))


quantities = st.integers(1, 4_000_000_000).map(lambda number: Decimal(number).scaleb(-6))
amounts = st.integers(0, 9_000_000).map(lambda number: Decimal(number).scaleb(-6))
any_lists = st.lists(
    st.tuples(
        st.sampled_from(["", "Ningbo", "Shanghai"]), st.booleans(), st.integers(-2, 2),
        st.dictionaries(quantities, amounts, max_size=4),
    ),
    max_size=4,
)  # fmt: skip


@pytest.fixture
def cup_and_buyer(db: Database) -> tuple[int, int]:
    return a_shop(db).cup.id, a_buyer(db)


@FEW
@given(lists=any_lists, wanted=st.lists(quantities, min_size=2, max_size=6))
def test_more_never_costs_more_per_unit_whatever_the_lists_say(
    db: Database, cup_and_buyer: tuple[int, int], lists: list[Any], wanted: list[Decimal]
) -> None:
    cup, buyer = cup_and_buyer
    with db.session(write=True) as session:
        session.execute(delete(PriceList))
        for number, (place, own, days, breaks) in enumerate(lists):
            lines = [PriceLine(item_id=cup, min_quantity=key, price=price) for key, price in breaks.items()]
            made = PriceList(
                code=f"L{number}", currency="USD", place=place, partner_id=buyer if own else None,
                valid_from=date(2026, 11, 23 + days), lines=lines,
            )  # fmt: skip
            session.add(made)
    answers = [
        pricing.price_of(cup, quantity, customer_id=buyer, place="Ningbo") for quantity in sorted(wanted)
    ]
    found = [answer for answer in answers if answer is not None]
    assert len(found) in {0, len(answers)}
    assert len({answer.list_id for answer in found}) <= 1
    for less, more in pairwise(found):
        assert more.price.amount <= less.price.amount
    for answer, quantity in zip(found, sorted(wanted), strict=False):
        assert answer.below_minimum == (answer.from_quantity > quantity)


class TestLists:
    """Price lists as a form saves them."""

    def test_are_listed_with_what_they_hold(self, db: Database) -> None:
        shop, acme = a_shop(db), a_buyer(db)
        first = listed(shop.cup.id, "B", ("1", "3"), ("10", "2"))
        pricing_changes.set_tiers(first, shop.lid.id, tiers(("1", "1")))
        second = a_list(" A  list ", partner_id=acme, place=" Ningbo", valid_to=date(2026, 12, 31))
        a_list("P", kind=PriceKind.PURCHASE, partner_id=acme)
        rows = pricing.price_lists()
        assert [(row.id, row.code, row.items, row.lines, row.partner) for row in rows] == [
            (second, "A list", 0, 0, "ACME Trading"), (first, "B", 2, 3, ""),
        ]  # fmt: skip
        assert (rows[0].place, rows[0].valid_to, rows[0].kind) == (
            "Ningbo",
            date(2026, 12, 31),
            PriceKind.SALES,
        )
        assert [row.code for row in pricing.price_lists(PriceKind.PURCHASE)] == ["P"]

    def test_the_same_form_twice_makes_one(self, db: Database) -> None:
        first = pricing_changes.save_price_list(a_form())
        again = pricing_changes.save_price_list(a_form())
        assert (again.value, dict(again.changes)) == (first.value, {})
        with pytest.raises(InvalidValue, match="already") as refused:
            a_list(name="Another")
        assert refused.value.field == "code"

    def test_are_saved_over_the_version_that_was_read(self, db: Database) -> None:
        made = a_list()
        assert a_list("Renamed", id=made, version=1) == made
        with pytest.raises(Conflict):
            a_list("Late", id=made, version=1)
        assert [(row.code, row.version) for row in pricing.price_lists()] == [("Renamed", 2)]
        with pytest.raises(NotFound):
            a_list("Gone", id=999_999)

    def test_keep_currency_and_kind_once_they_hold_prices(self, db: Database) -> None:
        empty = a_list("E")
        assert a_list("E", id=empty, currency="EUR") == empty
        full = listed(a_shop(db).cup.id, "F")
        with pytest.raises(NotAllowed, match="stay as they are"):
            a_list("F", id=full, currency="EUR")
        with pytest.raises(NotAllowed):
            a_list("F", id=full, kind=PriceKind.PURCHASE, partner_id=a_buyer(db))
        assert a_list("F", id=full, place="") == full

    @pytest.mark.parametrize(
        ("field", "wrong"),
        [
            ("code", {"code": " "}),
            ("code", {"code": "x" * 61}),
            ("place", {"place": "x" * 81}),
            ("valid_to", {"valid_to": date(2025, 12, 31)}),
            ("partner_id", {"kind": PriceKind.PURCHASE}),
            ("Currency", {"currency": "XXQ"}),
            ("Terms of delivery", {"incoterm": "FOR"}),
        ],
    )
    def test_that_cannot_be_are_refused_under_their_field(
        self, db: Database, field: str, wrong: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidValue) as refused:
            pricing_changes.save_price_list(replace(a_form(), **wrong))
        assert refused.value.field == field
        assert refused.value.remedy
        assert pricing.price_lists() == []

    def test_are_removed_with_their_prices_once(self, db: Database) -> None:
        cup = a_shop(db).cup.id
        made = listed(cup, "A", ("1", "3"), ("10", "2"))
        gone = pricing_changes.remove_price_list(made)
        assert len(gone.changes["price_line"]) == 2
        assert dict(pricing_changes.remove_price_list(made).changes) == {}
        assert pricing.item_prices(cup) == []


class TestBreaks:
    """The breaks of an item."""

    def test_are_replaced_by_what_is_given(self, db: Database) -> None:
        cup = a_shop(db).cup.id
        made = listed(cup, "A", ("1", "3"), ("10", "2"))
        kept = next(key for key, price in prices(db, made).items() if price == 2)
        pricing_changes.set_tiers(made, cup, [TierInput(Decimal(10), Decimal("2.5"), 7), *tiers(("20", "1"))])
        assert sorted(prices(db, made).values()) == [1, Decimal("2.5")]
        assert prices(db, made)[kept] == Decimal("2.5")
        again = pricing_changes.set_tiers(
            made, cup, [TierInput(Decimal(10), Decimal("2.5"), 7), *tiers(("20", "1"))]
        )
        assert dict(again.changes) == {}
        [view] = pricing.item_prices(cup)
        assert [(tier.min_quantity, tier.price, tier.lead_days) for tier in view.tiers] == [
            (10, Decimal("2.5"), 7), (20, 1, 0),
        ]  # fmt: skip
        assert (view.list_code, view.term, view.currency, view.partner) == ("A", "FOB Ningbo", "USD", "")
        pricing_changes.set_tiers(made, cup, [])
        assert prices(db, made) == {}

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ([("10", "3"), ("10.0", "2")], "CUP: There is a break from 10 PCS already"),
            ([("10", "3"), ("5", "2")], "CUP: The break from 5 PCS stands after the one from 10 PCS"),
            ([("1", "3"), ("5", "3")], "CUP: From 5 PCS the price would not be below that from 1 PCS"),
            (
                [("1", "3"), ("5", "2"), ("9", "2.5")],
                "CUP: From 9 PCS the price would not be below that from 5 PCS",
            ),
            ([("0", "3")], "above zero"),
            ([("1", "-0.01")], "below zero"),
            ([("1", "0.1234567")], "more than 6 decimals"),
        ],
    )
    def test_that_do_not_fall_are_refused(
        self, db: Database, wrong: list[tuple[str, str]], said: str
    ) -> None:
        cup = a_shop(db).cup.id
        made = listed(cup, "A", ("1", "9"))
        with pytest.raises(InvalidValue, match=said) as refused:
            pricing_changes.set_tiers(made, cup, tiers(*wrong))
        assert refused.value.record == "CUP"
        assert list(prices(db, made).values()) == [9]


class TestMargins:
    """Cost and margin beside the price."""

    def test_come_from_the_roll_up_at_the_breaks_own_lot(self, db: Database) -> None:
        with db.session(write=True) as session:
            shop = a_cup_factory(session)
            shop.steel.standard_cost, shop.box.standard_cost = Decimal(20), Decimal(3)
            shop.press.centre.machine_rate = Decimal(60)
            free = an_item(session, "GIFT", buy=True)
        made = listed(shop.cup.id, "CNY", ("1", "90"), ("60", "20"), ("1000", "11.5"), currency="CNY")
        pricing_changes.set_tiers(made, free.id, tiers(("1", "2")))
        cup, gift = pricing.price_rows(made)
        # 9 of material, a minute and a half of the press, its 45 minutes of setup shared by the lot.
        assert [tier.cost for tier in cup.tiers] == [Decimal("55.5"), Decimal("11.25"), Decimal("10.545")]
        assert [tier.cost_in_currency for tier in cup.tiers] == [tier.cost for tier in cup.tiers]
        assert [tier.margin_percent for tier in cup.tiers] == [
            Decimal("38.33"), Decimal("43.75"), Decimal("8.30"),
        ]  # fmt: skip
        assert (cup.sku, cup.name, gift.tiers[0].cost, gift.tiers[0].margin_percent) == (
            "CUP", "Steel cup", None, None,
        )  # fmt: skip
        assert [row.sku for row in pricing.price_rows(made, "steel")] == ["CUP"]

    def test_in_another_currency_need_a_rate(self, db: Database) -> None:
        with db.session(write=True) as session:
            gift = an_item(session, "GIFT", buy=True)
            gift.standard_cost = Decimal(10)
        made = listed(gift.id, "A", ("1", "2"), ("10", "1.25"), ("20", "0"))
        [row] = pricing.price_rows(made)
        assert [(tier.cost, tier.cost_in_currency, tier.margin_percent) for tier in row.tiers] == [
            (10, None, None)
        ] * 3
        [row] = pricing.price_rows(made, rates={"USD": Decimal("7.12")})
        assert [tier.cost_in_currency for tier in row.tiers] == [Decimal("1.404494")] * 3
        assert [tier.margin_percent for tier in row.tiers] == [Decimal("29.78"), Decimal("-12.36"), None]

    def test_are_not_asked_of_suppliers(self, db: Database) -> None:
        steel, supplier = a_shop(db).steel.id, a_buyer(db)
        made = listed(steel, "P", kind=PriceKind.PURCHASE, partner_id=supplier, currency="CNY")
        assert pricing.price_rows(made)[0].tiers[0].cost is None


class TestChange:
    """A change of many prices."""

    @pytest.mark.parametrize(
        ("change", "new"),
        [
            (BulkChange(Decimal(3)), "3.4505"),
            (BulkChange(Decimal(3), round_to=Decimal("0.05")), "3.45"),
            (BulkChange(Decimal(3), round_to=Decimal("0.05"), rounding="up"), "3.5"),
            (BulkChange(Decimal(3), round_to=Decimal("0.05"), rounding="down"), "3.45"),
            (BulkChange(amount=Decimal("0.025"), round_to=Decimal("0.05")), "3.4"),
            (BulkChange(Decimal(-10), Decimal("-0.015")), "3"),
            (BulkChange(Decimal("33.333333")), "4.466667"),
            (BulkChange(amount=Decimal(-5)), "0"),
            (BulkChange(round_to=Decimal(100)), "0"),
            (BulkChange(round_to=Decimal(100), rounding="up"), "100"),
        ],
    )
    def test_is_percent_then_amount_then_a_step(self, change: BulkChange, new: str) -> None:
        found = changed_price(Decimal("3.35"), change)
        assert found == Decimal(new)
        assert "E" not in str(found)

    def test_is_written_as_it_was_previewed(self, db: Database) -> None:
        shop = a_shop(db)
        made = listed(shop.cup.id, "A", ("1", "3.35"), ("10", "2.98"))
        pricing_changes.set_tiers(made, shop.lid.id, tiers(("5", "1.01")))
        change = BulkChange(Decimal(3), round_to=Decimal("0.05"))
        rows = pricing_changes.preview_change(made, change)
        assert [(row.sku, row.min_quantity, row.old, row.new, row.problem) for row in rows] == [
            ("CUP", 1, Decimal("3.35"), Decimal("3.45"), ""),
            ("CUP", 10, Decimal("2.98"), Decimal("3.05"), ""),
            ("LID", 5, Decimal("1.01"), Decimal("1.05"), ""),
        ]  # fmt: skip
        assert pricing_changes.preview_change(made, change, [shop.lid.id]) == rows[2:]
        expected = {row.line_id: row.old for row in rows}
        done = pricing_changes.apply_change(made, change, expected)
        assert (done.value, done.changes["price_line"]) == (3, frozenset(expected))
        assert prices(db, made) == {row.line_id: row.new for row in rows}
        with pytest.raises(Conflict, match="since the preview"):
            pricing_changes.apply_change(made, change, expected)

    def test_stops_where_a_price_or_a_break_is_not_the_previewed(self, db: Database) -> None:
        shop = a_shop(db)
        made = listed(shop.cup.id, "A", ("1", "3"), ("10", "2"))
        change = BulkChange(Decimal(10))
        expected = {row.line_id: row.old for row in pricing_changes.preview_change(made, change)}
        pricing_changes.set_tiers(made, shop.cup.id, tiers(("1", "3"), ("10", "2"), ("50", "1")))
        before = prices(db, made)
        with pytest.raises(Conflict):
            pricing_changes.apply_change(made, change, expected)
        with pytest.raises(Conflict):
            pricing_changes.apply_change(made, change, {999_999: Decimal(1)})
        assert prices(db, made) == before
        assert pricing_changes.apply_change(made, change, {}).value == 0

    def test_refuses_a_price_that_no_column_holds(self, db: Database) -> None:
        made = listed(a_shop(db).cup.id, "A", ("1", "3"))
        change = BulkChange(amount=Decimal(9) * 10**12, percent=Decimal(10) ** 13)
        (row,) = pricing_changes.preview_change(made, change)
        assert "too large" in row.problem
        before = prices(db, made)
        with pytest.raises(InvalidValue, match="CUP") as refused:
            pricing_changes.apply_change(made, change, {row.line_id: row.old})
        assert refused.value.remedy
        assert prices(db, made) == before

    def test_refuses_breaks_that_would_cost_the_same_or_nothing(self, db: Database) -> None:
        cup = a_shop(db).cup.id
        made = listed(cup, "A", ("1", "3.04"), ("10", "3.01"), ("50", "0.4"))
        change = BulkChange(round_to=Decimal("1"))
        rows = pricing_changes.preview_change(made, change)
        assert [row.problem for row in rows] == [
            "", "From 10 PCS the price would not be below that from 1 PCS.", "The price would be nothing.",
        ]  # fmt: skip
        before = prices(db, made)
        with pytest.raises(InvalidValue, match="CUP: From 10 PCS"):
            pricing_changes.apply_change(made, change, {row.line_id: row.old for row in rows})
        assert prices(db, made) == before

    @pytest.mark.parametrize(
        "wrong",
        [BulkChange(Decimal(-100)), BulkChange(round_to=Decimal(-1)), BulkChange(Decimal("0.0000001"))],
    )
    def test_that_leaves_no_price_is_refused(self, db: Database, wrong: BulkChange) -> None:
        made = listed(a_shop(db).cup.id, "A")
        with pytest.raises(InvalidValue):
            pricing_changes.preview_change(made, wrong)


changes = st.builds(
    BulkChange,
    st.integers(-99_000_000, 200_000_000).map(lambda number: Decimal(number).scaleb(-6)),
    st.integers(-2_000_000, 2_000_000).map(lambda number: Decimal(number).scaleb(-6)),
    st.sampled_from([Decimal(text) for text in ("0", "0.000001", "0.01", "0.05", "0.3", "1")]),
    st.sampled_from(["nearest", "up", "down"]),
)
falling = st.lists(st.integers(1, 9_000_000), min_size=1, max_size=4, unique=True)


@given(amounts, changes)
def test_a_changed_price_is_the_wanted_multiple_next_to_the_exact_one(
    price: Decimal, change: BulkChange
) -> None:
    new = Fraction(changed_price(price, change))
    step = Fraction(change.round_to) or Fraction(1, 10**6)
    exact = Fraction(price) * (1 + Fraction(change.percent) / 100) + Fraction(change.amount)
    exact = max(exact, Fraction(0))
    assert new >= 0
    assert (new / step).denominator == 1
    if change.rounding == "up":
        assert exact <= new < exact + step
    elif change.rounding == "down":
        assert exact - step < new <= exact
    else:
        assert abs(new - exact) * 2 <= step


@FEW
@given(breaks=st.lists(falling, min_size=2, max_size=2), change=changes)
def test_what_is_written_is_what_was_previewed_or_nothing(
    db: Database, cup_and_buyer: tuple[int, int], breaks: Sequence[list[int]], change: BulkChange
) -> None:
    with db.session(write=True) as session:
        session.execute(delete(PriceList))
        lid = session.scalars(select(Item.id).filter_by(sku="LID")).one()
        owners = (cup_and_buyer[0], lid)
        lines = [
            PriceLine(item_id=item, min_quantity=Decimal(10**place), price=Decimal(price).scaleb(-6))
            for item, figures in zip(owners, breaks, strict=True)
            for place, price in enumerate(sorted(figures, reverse=True))
        ]
        made = PriceList(code="A", currency="USD", valid_from=TODAY, lines=lines)
        session.add(made)
        session.flush()
        list_id = made.id
    rows = pricing_changes.preview_change(list_id, change)
    before = {row.line_id: row.old for row in rows}
    assert prices(db, list_id) == before
    if any(row.problem for row in rows):
        with pytest.raises(InvalidValue):
            pricing_changes.apply_change(list_id, change, before)
        assert prices(db, list_id) == before
        return
    written = pricing_changes.apply_change(list_id, change, before).value
    assert prices(db, list_id) == {row.line_id: row.new for row in rows}
    assert written == sum(row.new != row.old for row in rows)
    for less, more in pairwise(rows):
        assert less.item_id != more.item_id or less.new > more.new
