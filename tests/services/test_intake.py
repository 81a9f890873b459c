"""Orders from platforms: once each, drafts follow, confirmed orders wait for a person."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.domain.errors import DomainError, NotAllowed, NotFound
from factory_erp.models.catalog import Item, UnitConversion
from factory_erp.models.database import Database
from factory_erp.models.partners import Company, Partner
from factory_erp.models.platforms import (
    AccountState,
    Binding,
    ExceptionKind,
    ExceptionState,
    InboxMessage,
    SyncCursor,
    SyncException,
)
from factory_erp.models.production import ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import search
from factory_erp.services.incoming import IncomingLine, IncomingOrder, IncomingProblem, Life
from factory_erp.services.platform_orders import intake
from factory_erp.services.platform_orders.intake import Applied, apply_page
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.sales import orders as sales
from tests.conftest import MONDAY
from tests.services.intake_shop import HOUR, Shop, line, order


@pytest.fixture
def shop(db: Database) -> Shop:
    return Shop(db)


def test_an_order_becomes_a_draft_with_everything_it_says(shop: Shop) -> None:
    said = order(
        lines=[line(), line("SKU-2", "12", "3.5")],
        freight=Decimal("20.00"),
        discount=Decimal("2.00"),
        total=Decimal("309.99"),
        ship_by=date(2026, 12, 20),
        payment_terms="T/T 30% deposit",
    )
    assert shop.take(said) == Applied(created=(shop.ours().id,))
    ours = shop.ours()
    assert (ours.state, ours.currency, ours.incoterm, ours.place) == ("draft", "USD", "FOB", "Ningbo")
    assert (ours.product_minor, ours.freight_minor, ours.discount_minor) == (29200, 2000, 200)
    # 292.00 + 20.00 − 2.00 is 310.00; the buyer was promised a cent less.
    assert (ours.total_minor, ours.adjustment_minor) == (30999, -1)
    assert [(row.item_id, row.quantity, row.amount_minor) for row in ours.lines] == [
        (shop.items[0], Decimal(100), 25000),
        (shop.items[1], Decimal(12), 4200),
    ]
    assert (ours.requested_ship, ours.payment_terms) == (date(2026, 12, 20), "T/T 30% deposit")
    assert ours.ship_to == "Anna Weber +49 40 5550123\nSpeicherstrasse 12\nHamburg 20457\nGermany"
    assert [hit.record_id for hit in search.find("SKU-2")] == [ours.id]
    assert [hit.record_id for hit in search.find("Nordlicht")] == [ours.id]


def test_pulling_the_same_page_again_changes_nothing(shop: Shop) -> None:
    page = [order(f"A-{number}") for number in range(5)]
    shop.take(*page, *page)
    before = shop.ours("A-3")
    assert apply_page(shop.account, page).changes == {}
    assert shop.take(*page) == Applied(unchanged=5)
    assert (shop.count(SalesOrder), shop.count(Binding, kind="order"), shop.count(InboxMessage)) == (5, 5, 5)
    assert (shop.count(Partner), shop.count(Binding, kind="buyer")) == (1, 1)
    assert shop.ours("A-3").version == before.version


def test_a_draft_follows_a_later_version(shop: Shop) -> None:
    shop.take(order())
    first = shop.ours()
    later = order(lines=[line("SKU-2", "7", "10")], later=1, remark="gift boxes")
    assert shop.take(later) == Applied(updated=(first.id,))
    ours = shop.ours()
    assert (ours.id, ours.number, ours.total_minor, ours.remark) == (
        first.id,
        first.number,
        7000,
        "gift boxes",
    )
    assert [(row.item_id, row.quantity) for row in ours.lines] == [(shop.items[1], Decimal(7))]
    assert search.find("SKU-1") == []
    assert shop.count(SalesOrder) == 1


def test_a_confirmed_order_is_not_touched_and_a_person_is_told_once(shop: Shop) -> None:
    shop.take(order())
    shop.confirm()
    before = shop.ours()
    changed = order(lines=[line(quantity="200")], later=1)
    assert shop.take(changed) == Applied(exceptions=1)
    assert shop.take(changed) == Applied(unchanged=1)
    ours = shop.ours()
    assert (ours.version, ours.total_minor, ours.state) == (before.version, 25000, OrderState.CONFIRMED)
    assert [kind for _id, kind, _subject in shop.waiting()] == [ExceptionKind.CHANGED]
    assert ours.number in platforms.open_exceptions()[0].detail
    # Another change takes its place: only the newest can be decided on.
    assert shop.take(order(lines=[line(quantity="300")], later=2)) == Applied(exceptions=1)
    assert len(shop.waiting()) == 1


def test_a_new_status_of_an_unchanged_order_needs_nobody(shop: Shop) -> None:
    """Paid, then reported as shipped by ourselves: the platform moves its status on each time."""
    shop.take(order(status="unpay"))
    shop.confirm()
    assert shop.take(order(status="undeliver", later=1)) == Applied(unchanged=1)
    assert shop.take(order(status="delivering", later=2)) == Applied(unchanged=1)
    assert shop.waiting() == []


def test_cancelled_on_the_platform(shop: Shop) -> None:
    shop.take(order("A-1"), order("A-2"))
    shop.confirm("A-2")
    gone = [order(name, life=Life.CLOSED, status="trade_close", later=1) for name in ("A-1", "A-2", "A-3")]
    assert shop.take(*gone) == Applied(updated=(shop.ours("A-1").id,), exceptions=1, unchanged=1)
    assert (shop.ours("A-1").state, shop.ours("A-2").state) == (OrderState.CANCELLED, OrderState.CONFIRMED)
    [(name, kind, _subject)] = shop.waiting()
    assert (name, kind) == ("A-2", ExceptionKind.CANCELLED)
    assert shop.count(SalesOrder, external_id="A-3") == 0
    # Its remark changes after the end: the order is over, nobody has to act.
    again = order("A-1", life=Life.CLOSED, status="trade_close", later=2, remark="sorry")
    assert shop.take(again) == Applied(unchanged=1)


def test_a_frozen_draft_waits_until_the_platform_lets_it_go(shop: Shop) -> None:
    shop.take(order())
    shop.take(order(life=Life.FROZEN, status="frozen", later=1))
    held = shop.ours()
    assert (held.state, held.held_from) == (OrderState.ON_HOLD, OrderState.DRAFT)
    shop.take(order(later=2))
    assert (shop.ours().state, shop.ours().held_from) == (OrderState.DRAFT, None)


def test_a_first_version_may_be_frozen_already(shop: Shop) -> None:
    shop.take(order(life=Life.FROZEN, status="frozen"))
    assert shop.ours().state == OrderState.ON_HOLD
    shop.take(order(life=Life.CLOSED, status="trade_close", later=1))
    assert shop.ours().state == OrderState.CANCELLED


def test_a_hold_by_a_person_is_not_lifted_by_the_platform(shop: Shop) -> None:
    shop.take(order())
    sales.hold(shop.ours().id)
    shop.take(order(later=1, remark="hurry"))
    assert (shop.ours().state, shop.ours().remark) == (OrderState.ON_HOLD, "hurry")


def test_an_older_version_that_arrives_late_is_ignored(shop: Shop) -> None:
    shop.take(order(later=2, lines=[line(quantity="3")]))
    assert shop.take(order(later=1, lines=[line(quantity="2")])) == Applied(unchanged=1)
    assert shop.ours().lines[0].quantity == 3


def test_a_version_from_before_the_last_look_is_old_even_if_nothing_changed_since(shop: Shop) -> None:
    shop.take(order())
    shop.take(order(later=3))
    assert shop.take(order(later=1, lines=[line(quantity="2")])) == Applied(unchanged=1)
    assert shop.ours().lines[0].quantity == 100


def test_an_unknown_sku_stops_its_order_only_and_mapping_it_heals_all(shop: Shop) -> None:
    strange = [order(f"S-{n}", lines=[line("CUP-RED", "10"), line("CUP-BLUE", "10")]) for n in range(3)]
    assert shop.take(order(), *strange, order("A-2")) == Applied(
        created=(shop.ours().id, shop.ours("A-2").id), exceptions=3
    )
    assert shop.take(*strange) == Applied(unchanged=3)
    assert {subject for _id, _kind, subject in shop.waiting()} == {"CUP-RED"}
    assert intake.map_sku(shop.account, "CUP-RED", shop.items[0]).value == Applied(exceptions=3)
    assert {subject for _id, _kind, subject in shop.waiting()} == {"CUP-BLUE"}
    healed = intake.map_sku(shop.account, "CUP-BLUE", shop.items[1]).value
    assert len(healed.created) == 3
    assert shop.waiting() == []
    assert [row.item_id for row in shop.ours("S-2").lines] == shop.items
    assert shop.take(*strange) == Applied(unchanged=3)
    assert shop.count(SalesOrder) == 5


def test_mapping_again_replaces_the_mapping(shop: Shop) -> None:
    intake.map_sku(shop.account, "CUP", shop.items[0])
    intake.map_sku(shop.account, "CUP", shop.items[1])
    shop.take(order(lines=[line("CUP")]))
    assert shop.ours().lines[0].item_id == shop.items[1]
    with pytest.raises(NotFound):
        intake.map_sku(shop.account, "CUP", 999_999)


def test_a_waiting_order_is_healed_in_its_newest_version(shop: Shop) -> None:
    shop.take(order(lines=[line("OLD")]))
    shop.take(order(lines=[line("NEW", "5")], later=1))
    shop.take(order(lines=[line("OLD", "4")], later=0.5))
    assert shop.waiting() == [("A-1", ExceptionKind.UNKNOWN_SKU, "NEW")]
    intake.map_sku(shop.account, "OLD", shop.items[0])
    assert shop.count(SalesOrder) == 0
    intake.map_sku(shop.account, "NEW", shop.items[1])
    assert shop.ours().lines[0].quantity == 5


def test_a_waiting_order_that_is_closed_waits_no_more(shop: Shop) -> None:
    shop.take(order(lines=[line("CUP")]))
    shop.take(order(lines=[line("CUP")], later=1, life=Life.CLOSED, status="trade_close"))
    assert shop.waiting() == []
    assert intake.map_sku(shop.account, "CUP", shop.items[0]).value == Applied()
    assert shop.count(SalesOrder) == 0


@pytest.mark.parametrize(
    ("values", "kind", "subject"),
    [
        ({"country": "XX"}, ExceptionKind.UNKNOWN_COUNTRY, "XX"),
        ({"country": ""}, ExceptionKind.UNKNOWN_COUNTRY, ""),
        ({"currency": "XYZ"}, ExceptionKind.UNKNOWN_CURRENCY, "XYZ"),
        ({"product_total": Decimal("260.00")}, ExceptionKind.TOTALS_DIFFER, "product_total"),
        ({"freight": Decimal("1.005")}, ExceptionKind.MALFORMED, "freight"),
        ({"total": Decimal("240.00")}, ExceptionKind.TOTALS_DIFFER, "total"),
        ({"discount": Decimal(251), "total": Decimal("-1")}, ExceptionKind.MALFORMED, "order"),
        ({"lines": [IncomingLine("p", ("SKU-1",), "Cup", Decimal(10**13), Decimal(0))]},
         ExceptionKind.MALFORMED, "order"),
        ({"lines": [IncomingLine("p", ("SKU-1",), "Cup", Decimal(9 * 10**12), Decimal(9 * 10**6))]},
         ExceptionKind.MALFORMED, "order"),
        ({"lines": [IncomingLine("p", ("SKU-1",), "Cup", Decimal(10**29), Decimal(0))]},
         ExceptionKind.MALFORMED, "order"),
        ({"lines": [IncomingLine("p", ("SKU-1",), "Cup", Decimal(1), Decimal("0.1234567"))],
          "product_total": None, "total": None}, ExceptionKind.MALFORMED, "order"),
        ({"lines": [IncomingLine("p", ("SKU-1",), "Cup", Decimal("1.5"), Decimal(1))]},
         ExceptionKind.UNIT_DIFFERS, "SKU-1"),
        ({"lines": [IncomingLine("p", (), "Cup", Decimal(1), Decimal(1))]}, ExceptionKind.MALFORMED, "sku"),
    ],
)  # fmt: skip
def test_what_cannot_be_applied_waits_and_the_others_go_on(
    shop: Shop, values: dict[str, Any], kind: ExceptionKind, subject: str
) -> None:
    bad = order("BAD", **values)
    assert shop.take(order("A-1"), bad, order("A-2")).exceptions == 1
    assert shop.waiting() == [("BAD", kind, subject)]
    assert platforms.open_exceptions()[0].detail
    assert (shop.count(SalesOrder), shop.count(Binding, kind="order")) == (2, 2)
    mended = shop.take(order("BAD", later=1))
    assert len(mended.created) == 1
    assert shop.waiting() == []


def test_what_the_database_cannot_hold_does_not_take_the_page_with_it(shop: Shop) -> None:
    """PostgreSQL refuses a buyer's name beyond 200 characters; SQLite stores it."""
    shop.take(order("A-1"), order("LONG", buyer_id="b-2", buyer_name="N" * 300), order("A-2"))
    stored = 3 if shop.db.is_sqlite else 2
    assert shop.count(SalesOrder) == stored
    assert len(shop.waiting()) == 3 - stored
    assert shop.count(Partner) == stored - 1


def test_two_buyers_with_long_ids_are_two_customers(shop: Shop) -> None:
    same = "international-wholesale-and-trading-company-"
    shop.take(order("A-1", buyer_id=f"{same}1"), order("A-2", buyer_id=f"{same}2"))
    assert shop.count(Partner) == 2


def test_rounding_by_the_platform_is_not_a_difference(shop: Shop) -> None:
    lines = [line("SKU-1", "3", "0.335"), line("SKU-2", "3", "0.335")]
    shop.take(order(lines=lines, product_total=Decimal("2.00"), total=Decimal("2.00")))
    assert (shop.ours().product_minor, shop.ours().total_minor) == (202, 200)


def test_an_unreadable_payload_is_kept_and_named(shop: Shop) -> None:
    problem = IncomingProblem("BAD", "Order BAD, field 'quantity': it is missing.", '{"trade_id": "BAD"}')
    assert shop.take(order(), problems=[problem, problem]) == Applied(
        created=(shop.ours().id,), exceptions=1, unchanged=1
    )
    assert shop.take(problems=[problem]) == Applied(unchanged=1)
    assert shop.waiting() == [("BAD", ExceptionKind.MALFORMED, problem.reason)]
    assert shop.count(InboxMessage, kind="raw") == 1
    shop.take(order("BAD", later=1))
    assert shop.waiting() == []
    # Broken once more: it must not pass in silence because the same thing was wrong before.
    assert shop.take(problems=[replace(problem, payload='{"trade_id": "BAD", "v": 2}')]).exceptions == 1
    assert len(shop.waiting()) == 1


def test_a_dismissed_exception_comes_back_for_a_new_version_only(shop: Shop) -> None:
    shop.take(order(lines=[line("CUP")]))
    intake.dismiss_exception(platforms.open_exceptions()[0].id)
    assert shop.take(order(lines=[line("CUP")])) == Applied(unchanged=1)
    assert shop.waiting() == []
    assert shop.take(order(lines=[line("CUP", "5")], later=1)) == Applied(exceptions=1)
    assert len(shop.waiting()) == 1


def test_an_order_whose_cause_was_mended_elsewhere_is_applied_again(shop: Shop) -> None:
    shop.take(order(lines=[line("CUP")]))
    exception = platforms.open_exceptions()[0].id
    assert intake.retry_exception(exception).value == Applied(exceptions=1)
    shop.item("CUP")
    assert intake.retry_exception(exception).value == Applied(created=(shop.ours().id,))
    assert intake.retry_exception(exception).value == Applied(unchanged=1)
    assert (shop.count(SalesOrder), shop.waiting()) == (1, [])
    with shop.db.session() as session:
        assert session.get_one(SyncException, exception).state == ExceptionState.RESOLVED


def test_page_and_cursor_move_together_or_not_at_all(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_args: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(intake, "_move_cursor", dies)
        with pytest.raises(RuntimeError, match="killed"):
            apply_page(shop.account, [order()], cursor=MONDAY)
    with monkeypatch.context() as patch:
        patch.setattr(intake, "_apply", dies)
        with pytest.raises(RuntimeError, match="killed"):
            apply_page(shop.account, [order()], cursor=MONDAY)
    for kind in (SalesOrder, Binding, InboxMessage, SyncCursor, Partner):
        assert shop.count(kind) == 0
    apply_page(shop.account, [order()], cursor=MONDAY)
    assert (shop.count(SalesOrder), shop.count(SyncCursor)) == (1, 1)


def test_the_cursor_never_goes_back_and_the_next_window_overlaps_it(shop: Shop) -> None:
    assert platforms.next_window(shop.account) == platforms.Window(MONDAY - timedelta(days=90), MONDAY)
    apply_page(shop.account, [], cursor=MONDAY - HOUR)
    apply_page(shop.account, [], cursor=MONDAY - 2 * HOUR)
    window = platforms.next_window(shop.account)
    assert window == platforms.Window(MONDAY - HOUR - timedelta(minutes=10), MONDAY)


def test_a_cursor_that_a_wrong_clock_set_ahead_comes_back(shop: Shop) -> None:
    apply_page(shop.account, [], cursor=MONDAY + timedelta(days=3650))
    apply_page(shop.account, [], cursor=MONDAY)
    window = platforms.next_window(shop.account)
    assert window == platforms.Window(MONDAY - timedelta(minutes=10), MONDAY)


def test_a_finished_pull_clears_the_problem_but_not_a_pause(shop: Shop) -> None:
    platforms.note_problem(shop.account, "no answer in time")
    apply_page(shop.account, [], cursor=MONDAY)
    [account] = platforms.accounts()
    assert (account.state, account.last_problem, account.last_pull_at) == ("connected", "", MONDAY)
    platforms.set_paused(shop.account, True)
    apply_page(shop.account, [], cursor=MONDAY)
    assert platforms.accounts()[0].state == AccountState.PAUSED


def test_an_account_needs_name_and_key_and_is_made_once(shop: Shop) -> None:
    assert platforms.add_account("alibaba", "Main shop", "https://y.test", "key2").value == shop.account
    assert [(row.base_url, row.app_key) for row in platforms.accounts()] == [("https://y.test", "key2")]
    with pytest.raises(DomainError, match="app key"):
        platforms.add_account("alibaba", "Other", "", " ")


def test_an_order_kept_as_text_comes_back_equal() -> None:
    said = order(ship_by=date(2026, 12, 1), total=None, remark="中文 'x' \x00").hashed()
    assert IncomingOrder.from_json(said.to_json()) == said
    assert replace(said, modified_at=MONDAY, status="paid").hashed().payload_sha256 == said.payload_sha256
    assert replace(said, remark="").hashed().payload_sha256 != said.payload_sha256


def a_line(quantity: str, price: str, unit_code: str) -> IncomingLine:
    return replace(line(quantity=quantity, price=price), unit_code=unit_code)


def change_item(shop: Shop, item_id: int, **values: Any) -> None:
    with shop.db.session(write=True) as session:
        item = session.get_one(Item, item_id)
        for name, value in values.items():
            setattr(item, name, value)


@pytest.mark.parametrize(
    ("unit", "said", "taken"),
    [
        ("H87", ("100", "30", "DZN"), (Decimal(1200), Decimal("2.5"))),
        ("H87", ("5", "2.5", "MIL"), (Decimal(5000), Decimal("0.0025"))),
        ("H87", ("7", "3", "C62"), (Decimal(7), Decimal(3))),
        ("H87", ("7", "3", ""), (Decimal(7), Decimal(3))),
        ("DZN", ("1200", "2.5", "H87"), (Decimal(100), Decimal(30))),
        ("KGM", ("2", "900", "TNE"), (Decimal(2000), Decimal("0.9"))),
    ],
)
def test_a_line_in_another_unit_comes_in_in_the_items_own(
    shop: Shop, unit: str, said: tuple[str, str, str], taken: tuple[Decimal, Decimal]
) -> None:
    change_item(shop, shop.items[0], unit=unit)
    shop.take(order(lines=[a_line(*said)]))
    [row] = shop.ours().lines
    assert (row.quantity, row.unit_price, row.unit) == (*taken, unit)
    assert row.amount_minor == Decimal(said[0]) * Decimal(said[1]) * 100


def test_the_items_own_conversion_tells_what_a_set_is(shop: Shop) -> None:
    with shop.db.session(write=True) as session:
        session.add(UnitConversion(item_id=shop.items[0], unit="SET", factor=Decimal(4)))
    shop.take(order(lines=[a_line("100", "30", "SET")]))
    [row] = shop.ours().lines
    assert (row.quantity, row.unit_price, row.unit) == (400, Decimal("7.5"), "H87")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (("100", "30", "SET"), "the buyer orders 100 SETS, but you sell it in PCS"),
        (("100", "1", "DZN"), "100 DOZ at 1 cannot be written in PCS without rounding"),
    ],
)
def test_a_unit_that_does_not_fit_waits_for_a_person_until_the_item_is_corrected(
    shop: Shop, said: tuple[str, str, str], sentence: str
) -> None:
    shop.take(order(lines=[a_line(*said)]))
    assert shop.waiting() == [("A-1", ExceptionKind.UNIT_DIFFERS, "SKU-1")]
    [waiting] = platforms.open_exceptions()
    assert sentence in waiting.detail
    change_item(shop, shop.items[0], unit=said[2])
    assert len(intake.retry_exception(waiting.id).value.created) == 1
    assert (shop.ours().lines[0].quantity, shop.ours().lines[0].unit) == (Decimal(100), said[2])


@pytest.mark.parametrize(
    ("port", "town", "place"),
    [("CNSGH", "Yiwu", "Shanghai"), ("", "Yiwu", "Yiwu"), ("", "", "China"), ("QQQQQ", "", "China")],
)
def test_an_order_needs_no_port_of_ours_to_come_in(shop: Shop, port: str, town: str, place: str) -> None:
    with shop.db.session(write=True) as session:
        session.add(Company(name_en="Cup Co.", port_of_loading=port, source_place=town))
    shop.take(order())
    assert shop.ours().place == place


def test_a_delivered_term_names_the_town_else_the_country(shop: Shop) -> None:
    shop.take(order(incoterm="DAP"), order("A-2", incoterm="DAP", city=""))
    assert (shop.ours().place, shop.ours("A-2").place) == ("Hamburg", "Germany")


def test_the_platforms_adjustment_is_carried(shop: Shop) -> None:
    shop.take(
        order("A-1", adjustment=Decimal("-10.00"), total=Decimal("240.00")),
        order("A-2", adjustment=Decimal("15.00"), total=None),
    )
    assert (shop.ours("A-1").adjustment_minor, shop.ours("A-1").total_minor) == (-1000, 24000)
    assert (shop.ours("A-2").adjustment_minor, shop.ours("A-2").total_minor) == (1500, 26500)
    # The same total without the adjustment that explains it is a question, not an adjustment.
    assert shop.take(order("A-3", total=Decimal("240.00"))) == Applied(exceptions=1)
    assert "USD 250.00" in platforms.open_exceptions()[0].detail


def test_goods_for_another_firm_than_the_buyer_name_it(shop: Shop) -> None:
    shop.take(order("A-1", company="Nordlicht Handel GmbH"), order("A-2", company="Donau AG"))
    assert shop.ours("A-1").ship_to.splitlines()[0] == "Anna Weber +49 40 5550123"
    assert shop.ours("A-2").ship_to.splitlines()[:2] == ["Donau AG", "Anna Weber +49 40 5550123"]


def changed(shop: Shop, *versions: IncomingOrder) -> list[int]:
    """A confirmed order that the platform changed since; the exceptions that tell of it."""
    shop.take(order())
    shop.confirm()
    shop.take(*versions)
    return [row.id for row in platforms.open_exceptions()]


def test_a_change_of_goods_is_taken_over_and_promised_anew(shop: Shop) -> None:
    later = order(lines=[line(quantity="200"), line("SKU-2", "5", "1")], later=1)
    [waiting] = changed(shop, later)
    before = shop.ours()
    assert intake.change_diff(waiting) == (
        ("SKU-1", "100 PCS × USD 2.50", "200 PCS × USD 2.50"),
        ("SKU-2", "—", "5 PCS × USD 1.00"),
        ("Total", "USD 250.00", "USD 505.00"),
    )
    assert intake.accept_change(waiting).value == Applied(updated=(before.id,))
    ours = shop.ours()
    assert (ours.number, ours.state, ours.ship_by, ours.total_minor) == (
        before.number, OrderState.DRAFT, None, 50500,
    )  # fmt: skip
    assert [row.quantity for row in ours.lines] == [200, 5]
    assert [hit.record_id for hit in search.find("SKU-2")] == [ours.id]
    assert shop.waiting() == []
    assert intake.accept_change(waiting).changes == {}
    assert shop.take(later) == Applied(unchanged=1)
    shop.confirm()
    assert shop.ours().ship_by == date(2026, 12, 24)


def test_a_change_of_price_and_remark_keeps_the_promise(shop: Shop) -> None:
    [waiting] = changed(shop, order(lines=[line(price="2.40")], remark="red lids", later=1))
    assert {row[0] for row in intake.change_diff(waiting)} == {"SKU-1", "Total", "Remark"}
    intake.accept_change(waiting)
    ours = shop.ours()
    assert (ours.state, ours.ship_by, ours.total_minor, ours.remark) == (
        OrderState.CONFIRMED, date(2026, 12, 24), 24000, "red lids",
    )  # fmt: skip
    assert {row.promised for row in ours.lines} == {date(2026, 12, 24)}


def test_an_earlier_wish_than_was_promised_needs_another_promise(shop: Shop) -> None:
    [waiting] = changed(shop, order(ship_by=date(2026, 12, 10), later=1))
    assert intake.change_diff(waiting) == (("Requested ship date", "—", "2026-12-10"),)
    intake.accept_change(waiting)
    assert (shop.ours().state, shop.ours().ship_by) == (OrderState.DRAFT, None)


def test_what_a_person_entered_survives_a_change(shop: Shop) -> None:
    [waiting] = changed(shop, order(remark="hurry", later=1))
    with shop.db.session(write=True) as session:
        ours = session.get_one(SalesOrder, shop.ours().id)
        ours.port_of_discharge, ours.marks = "DEHAM", "NORD 1-UP"
    intake.accept_change(waiting)
    assert (shop.ours().port_of_discharge, shop.ours().marks) == ("DEHAM", "NORD 1-UP")


def test_only_the_latest_change_can_be_taken_over(shop: Shop) -> None:
    [waiting] = changed(
        shop, order(lines=[line(quantity="200")], later=1), order(lines=[line(quantity="300")], later=2)
    )
    intake.accept_change(waiting)
    assert shop.ours().lines[0].quantity == 300
    assert shop.waiting() == []


def test_a_change_of_an_order_that_has_left_is_refused(shop: Shop) -> None:
    [waiting] = changed(shop, order(lines=[line(quantity="200")], later=1))
    for state in (OrderState.SHIPPED, OrderState.CLOSED, OrderState.CANCELLED):
        with shop.db.session(write=True) as session:
            session.get_one(SalesOrder, shop.ours().id).state = state
        with pytest.raises(NotAllowed, match="follows the old version") as refusal:
            intake.accept_change(waiting)
        assert refusal.value.remedy
    assert shop.ours().lines[0].quantity == 100
    assert len(shop.waiting()) == 1


def test_a_change_to_what_is_not_ours_is_refused_until_it_is_mended(shop: Shop) -> None:
    [waiting] = changed(shop, order(lines=[line("CUP", "200")], later=1))
    assert ("CUP", "—", "200  × USD 2.50") in intake.change_diff(waiting)
    with pytest.raises(NotAllowed, match="not in the catalogue"):
        intake.accept_change(waiting)
    shop.item("CUP")
    intake.accept_change(waiting)
    assert shop.ours().lines[0].quantity == 200
    assert shop.waiting() == []


@pytest.mark.parametrize(
    ("life", "status", "state"),
    [(Life.CLOSED, "trade_close", OrderState.CANCELLED), (Life.FROZEN, "frozen", OrderState.ON_HOLD)],
)
def test_what_the_platform_stopped_is_stopped_with_us(
    shop: Shop, life: Life, status: str, state: OrderState
) -> None:
    [waiting] = changed(shop, order(life=life, status=status, later=1))
    assert ("State", "Confirmed", status) in intake.change_diff(waiting)
    intake.accept_change(waiting)
    assert (shop.ours().state, shop.waiting()) == (state, [])


def test_what_is_being_made_is_not_cancelled_by_the_platform(shop: Shop) -> None:
    [waiting] = changed(shop, order(life=Life.CLOSED, status="trade_close", later=1))
    with shop.db.session(write=True) as session:
        session.add(
            ProductionOrder(
                number="PO-1", state=ProductionState.IN_PROGRESS, item_id=shop.items[0],
                sales_order_id=shop.ours().id, quantity=Decimal(100), due=date(2026, 12, 1),
            )
        )  # fmt: skip
    with pytest.raises(NotAllowed, match="PO-1"):
        intake.accept_change(waiting)
    assert (shop.ours().state, len(shop.waiting())) == (OrderState.CONFIRMED, 1)


def test_a_change_is_not_tried_again_and_a_waiting_order_is_not_taken_over(shop: Shop) -> None:
    [waiting] = changed(shop, order(lines=[line(quantity="200")], later=1))
    with pytest.raises(NotAllowed, match="in already"):
        intake.retry_exception(waiting)
    assert len(shop.waiting()) == 1
    shop.take(order("A-2", country="XX"))
    other = platforms.open_exceptions()[-1].id
    assert intake.change_diff(other) == ()
    with pytest.raises(NotAllowed, match="not in yet"):
        intake.accept_change(other)


def test_an_order_kept_by_an_older_version_is_still_read() -> None:
    kept = json.loads(order().to_json())
    for name in ("adjustment", "company", "refunded", "buyer_email", "contract_version"):
        del kept[name]
    del kept["lines"][0]["unit_code"]
    assert IncomingOrder.from_json(json.dumps(kept)) == order()


def test_the_hash_of_an_order_without_refund_is_what_it_was_before_refunds_were_read() -> None:
    before = "d065dcd9f79f890718dc00a1dcd3f3e188dc024e9dcc3451c4df0600aaffb221"
    said = order().hashed()
    assert said.payload_sha256 == before
    assert replace(said, buyer_email="a@b.test", contract_version="7").hashed().payload_sha256 == before
    paid_back = replace(said, refunded=Decimal(5)).hashed()
    assert paid_back.payload_sha256 != said.payload_sha256
    assert paid_back.content() == said.content() == replace(said, life=Life.FROZEN).content()


@pytest.mark.parametrize("number", ["9" * 200, "A\0"])
def test_an_order_with_an_impossible_number_does_not_hold_up_the_others(shop: Shop, number: str) -> None:
    for _again in range(2):
        shop.take(order(number), order("B-2"))
    assert shop.ours("B-2")
    assert [kind for _id, kind, _subject in shop.waiting()] == [ExceptionKind.MALFORMED]


@pytest.mark.parametrize("said", [("9" * 300, "r", "p"), ("A", "r\0", "p"), ("A", "r", "p\0")])
def test_whatever_cannot_be_read_can_be_kept(shop: Shop, said: tuple[str, str, str]) -> None:
    first = shop.take(order("B-2"), problems=[IncomingProblem(*said)])
    again = shop.take(problems=[IncomingProblem(*said)])
    assert (len(first.created), first.exceptions, again.exceptions) == (1, 1, 0)
