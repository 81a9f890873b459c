from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from factory_erp.models.catalog import Product
from factory_erp.models.database import Database
from factory_erp.models.inquiries import Inquiry, Quotation
from factory_erp.models.listings import Listing, ListingState
from factory_erp.models.platforms import PlatformAccount
from factory_erp.models.sales import OrderState
from factory_erp.services.catalogue import certificates
from factory_erp.services.catalogue.certificates import CertificateInput
from factory_erp.services.sales import orders as sales
from factory_erp.services.today.needs import Need
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import fit_widths
from factory_erp.ui.today import TodayPage, needs
from factory_erp.ui.today.page import DUE, DUE_WIDTH
from tests.conftest import MONDAY
from tests.services.factory import a_cup_factory, an_order

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ids(db: Database) -> dict[str, int]:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        return {
            "late": an_order(session, {shop.cup: 1}, number="LATE", ship_by=date(2026, 11, 19)).id,
            "due": an_order(session, {shop.cup: 2}, number="DUE", ship_by=date(2026, 11, 27)).id,
            "held": an_order(session, {shop.cup: 3}, number="HELD", state=OrderState.ON_HOLD).id,
        }


@pytest.fixture
def day(qtbot: QtBot, ids: dict[str, int], context: UiContext) -> TodayPage:
    page = TodayPage(context)
    context.jobs.changed.connect(page.on_changes)
    qtbot.addWidget(page)
    page.resize(1240, 780)
    page.show()
    page.refresh()
    qtbot.waitUntil(lambda: bool(page.late.table.model.rows))
    return page


def test_the_lists_and_the_numbers_agree(day: TodayPage) -> None:
    numbers = {name: card._number for name, card in day.cards.items()}
    assert numbers["late"] == "1"
    assert numbers["ships_this_week"] == "1"
    late = day.late.table.model.rows[0]
    assert (late[0], late[2].text, late[2].tone, late[3]) == ("LATE", "4 days", "danger", "Not planned yet.")
    assert day.due.table.model.rows[0][:2] == ("2026-11-27", "DUE")
    assert [row[2] for row in day.came_in.table.model.rows] == ["ACME Trading"] * 3
    assert day.needs.table.model.rows[0][1] == "HELD · ACME Trading"


def test_every_number_and_line_leads_somewhere(
    day: TodayPage, ids: dict[str, int], context: UiContext
) -> None:
    links: list[str] = []
    context.navigate = links.append
    day.cards["late"].click()
    for panel in (day.late, day.due, day.needs):
        panel.table.activated.emit(panel.table.model.keys[0])
    assert links == [
        "erp://sales/view/late", *(f"erp://sales/{ids[name]}" for name in ("late", "due", "held"))
    ]  # fmt: skip


def test_the_page_follows_changes(
    qtbot: QtBot, day: TodayPage, ids: dict[str, int], context: UiContext
) -> None:
    context.jobs.run(lambda: sales.hold(ids["late"]), write=True)
    qtbot.waitUntil(lambda: day.cards["late"]._number == "0")
    assert len(day.needs.table.model.rows) == 2


def test_a_new_factory_is_told_its_first_steps(qtbot: QtBot, db: Database, context: UiContext) -> None:
    links: list[str] = []
    context.navigate = links.append
    page = TodayPage(context)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    qtbot.waitUntil(page.first_steps.isVisible)
    for button in page.first_steps.findChildren(QPushButton):
        button.click()
    assert links == [
        "erp://settings/company", "erp://exchange/import/items", "erp://platforms/accounts",
        "erp://command/factory.other",
    ]  # fmt: skip


def test_the_captions_are_whole_at_1280_pixels(qtbot: QtBot, day: TodayPage) -> None:
    day.resize(1280 - 196, 640)
    qtbot.waitUntil(lambda: day.width() == 1280 - 196)
    metrics = QFontMetrics(theme.scaled_font(13))
    for card in day.cards.values():
        assert metrics.horizontalAdvance(card._caption) <= card.width() - 26, card._caption


def test_a_factory_with_orders_is_not(day: TodayPage) -> None:
    assert day.first_steps.isHidden()


def test_in_a_small_window_the_state_of_what_ships_stays(qtbot: QtBot, day: TodayPage) -> None:
    day.resize(1024 - 196, 640)
    qtbot.waitUntil(lambda: day.width() == 1024 - 196)
    room = day.due.table.view.viewport().width()
    assert room >= DUE_WIDTH - 4
    assert {"ship_by", "number", "state"} <= fit_widths(DUE, room).keys()


def test_certificates_that_lapse_are_listed_only_while_there_are_any(
    qtbot: QtBot, day: TodayPage, db: Database, context: UiContext
) -> None:
    assert not day.lapsing.isVisible()
    with db.session(write=True) as session:
        product = Product(code="TB")
        session.add(product)
        session.flush()
        product_id = product.id
    ends = {"LFGB": date(2026, 11, 20), "FDA": date(2026, 12, 3), "CE": date(2026, 11, 23)}
    ids = {
        kind: certificates.save_certificate(CertificateInput(product_id, kind, "1", valid_to=end)).value
        for kind, end in ends.items()
    }
    context.jobs.changed.emit({"certificate": frozenset(ids.values())})
    qtbot.waitUntil(day.lapsing.isVisible)
    rows = day.lapsing.table.model.rows
    assert [(row[0], row[1].text, row[1].tone, row[3]) for row in rows] == [
        ("2026-11-20", "Lapsed", "danger", "LFGB"),
        ("2026-11-23", "Today", "warning", "CE"),
        ("2026-12-03", "in 10 days", "warning", "FDA"),
    ]
    links: list[str] = []
    context.navigate = links.append
    day.lapsing.table.activated.emit(day.lapsing.table.model.keys[0])
    assert links == ["erp://products/TB"]
    for certificate in ids.values():
        context.jobs.run(lambda one=certificate: certificates.remove_certificate(one), write=True)
    qtbot.waitUntil(lambda: not day.lapsing.isVisible())


def test_the_channels_say_what_waits_and_lead_there(
    qtbot: QtBot, day: TodayPage, db: Database, context: UiContext
) -> None:
    assert set(needs.PILLS) == set(needs.LINKS) == set(Need)
    assert day.channels.isHidden()
    with db.session(write=True) as session:
        account = PlatformAccount(platform="alibaba", name="Shop", base_url="", app_key="k")
        product = Product(code="TB")
        session.add_all([account, product])
        session.flush()
        listing = Listing(
            account_id=account.id, product_id=product.id, model_number="TB",
            state=ListingState.REJECTED, platform_message="No brand", problem_count=2,
        )  # fmt: skip
        inquiry = Inquiry(
            number="IQ-1", source="message", buyer_name="Anna", received_at=MONDAY,
            answer_by=MONDAY + timedelta(hours=3),
        )  # fmt: skip
        offer = Quotation(
            number="Q-1", state="sent", buyer_name="Anna", currency="USD", incoterm="FOB",
            quoted_on=MONDAY.date(), valid_until=MONDAY.date(),
        )  # fmt: skip
        session.add_all([listing, inquiry, offer])
        session.flush()
        listing_id, inquiry_id, offer_id = listing.id, inquiry.id, offer.id
    context.jobs.changed.emit({"inquiry": frozenset({inquiry_id})})
    qtbot.waitUntil(day.channels.isVisible)
    assert [link.text() for link in day.channels.links] == [
        "1 inquiry waits · 1 due within a day", "1 quotation lapses soon", "1 listing is rejected",
        "1 listing has problems",
    ]  # fmt: skip
    rows = {row[0].text: row[1] for row in day.needs.table.model.rows}
    assert rows == {
        "Inquiry": "IQ-1 · Anna", "Listing": "TB · Shop", "Quotation": "Q-1 · Anna",
        "On hold": "HELD · ACME Trading",
    }  # fmt: skip
    links: list[str] = []
    context.navigate = links.append
    for key in day.needs.table.model.keys[:3]:
        day.needs.table.activated.emit(key)
    assert links == [
        f"erp://inquiries/{inquiry_id}", f"erp://listings/{listing_id}",
        f"erp://inquiries/quotation/{offer_id}",
    ]  # fmt: skip
    links.clear()
    for link in day.channels.links:
        link.click()
    assert links == [
        "erp://inquiries/view/all", "erp://inquiries/view/quotations", "erp://listings/view/rejected",
        "erp://listings/view/problems",
    ]  # fmt: skip
