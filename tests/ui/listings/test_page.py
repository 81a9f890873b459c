"""The list of listings: what it shows, what is done with many of them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.listings import Listing
from factory_erp.models.platforms import OutboxMessage
from factory_erp.services.catalogue.products import ProductInput, find_product, save_product
from factory_erp.services.listings import grid as listing_grid
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.listings import ListingsPage, actions
from factory_erp.ui.listings.cells import CoverCell, MarkCell
from tests.services.two_listings import TwoListings
from tests.ui.listings import sample

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def made(db: Database) -> TwoListings:
    return sample.load(db)


@pytest.fixture
def page(made: TwoListings, qtbot: QtBot, context: UiContext, problems: list[BaseException]) -> ListingsPage:
    built = ListingsPage(context)
    context.jobs.changed.connect(built.on_changes)
    qtbot.addWidget(built)
    built.resize(1084, 740)
    built.show()
    built.refresh()
    sample.settle(qtbot, context)
    return built


def said(page: ListingsPage) -> list[str]:
    """What the page says in the status bar from now on."""
    heard: list[str] = []
    page.context.say = heard.append
    return heard


def row(page: ListingsPage, listing: int) -> list[str]:
    place = page.table.model.row_of(listing)
    assert place is not None
    return [text_of(cell) for cell in page.table.model.row(place)]


def messages(db: Database) -> list[str]:
    with db.session() as session:
        return [message.title for message in session.query(OutboxMessage).order_by(OutboxMessage.id)]


def test_the_list_says_what_is_ready_and_what_is_not(page: ListingsPage, made: TwoListings) -> None:
    cup, bare = row(page, made.cup), row(page, made.bare)
    assert cup[1:8] == [
        "CUP · Steel cup",
        "Cup shop",
        "Alibaba.com",
        "Draft",
        "Ready",
        "Not there",
        "USD 1.80–2.10",
    ]
    assert cup[8:] == ["100 PCS", "– / 300", "1 day", "–", "–", "–"]
    assert bare[5] == "4 problems"
    cells = page.table.model.row(page.table.model.row_of(made.bare) or 0)
    assert isinstance(cells[0], CoverCell)
    assert isinstance(cells[5], MarkCell)
    assert cells[5].icon == "warning"


def test_covers_and_marks_are_painted(page: ListingsPage, qtbot: QtBot) -> None:
    page.grab()
    sample.settle(qtbot, page.context)
    sha256 = next(
        cell.sha256
        for n in range(page.table.count())
        for cell in page.table.model.row(n)
        if isinstance(cell, CoverCell) and cell.sha256
    )
    assert not page.covers.image(sha256, 60).isNull()


def test_chips_search_and_account(page: ListingsPage, made: TwoListings, qtbot: QtBot) -> None:
    page.open_record("view/problems")
    sample.settle(qtbot, page.context)
    assert list(page.table.model.ids) == [made.bare]
    page.chips.select("all")
    page.table.set_search("cup-w")
    qtbot.waitUntil(lambda: list(page.table.model.ids) == [made.cup])
    page.table.set_search("")
    qtbot.waitUntil(lambda: page.table.count() == 2)
    page.account.show_value(made.shop.account)
    page.account.edited.emit()
    sample.settle(qtbot, page.context)
    assert page.source.account_id == made.shop.account
    assert page.table.count() == 2


def test_publishing_asks_once_and_says_what_stays_behind(
    page: ListingsPage, made: TwoListings, qtbot: QtBot, db: Database
) -> None:
    page.table.view.selectAll()
    heard = said(page)
    page.buttons["publish"].click()
    sample.settle(qtbot, page.context)
    asking = page.acts.asking
    assert asking is not None
    assert asking.words.text() == "1 new, 1 refused"
    shown = [[text_of(cell) for cell in one] for one in asking.table.model.rows]
    assert shown[0][:2] == ["Bare product", "Refused"]
    assert shown[0][2].startswith("The platform asks for keywords.")
    assert messages(db) == []

    asking.send_button.click()
    sample.settle(qtbot, page.context)
    assert messages(db) == ["Publish Steel cup"]
    assert heard == ["1 listing waits to be sent, 1 refused."]
    assert row(page, made.cup)[4] == "Publishing"


def test_nothing_is_sent_where_nothing_can_be(page: ListingsPage, made: TwoListings, qtbot: QtBot) -> None:
    page.acts.publish([made.bare])
    sample.settle(qtbot, page.context)
    asking = page.acts.asking
    assert asking is not None
    assert asking.words.text() == "Nothing can be sent now."
    assert not asking.send_button.isVisibleTo(asking)
    asking.reject()


def test_what_the_platform_does_not_have_is_not_taken_off_its_shelf(
    page: ListingsPage, made: TwoListings, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(actions, "confirm", lambda *_args: True)
    monkeypatch.setattr(actions, "tell", lambda *args: told.append(args[-1]))
    page.table.select_id(made.cup)
    page.buttons["off"].click()
    sample.settle(qtbot, page.context)
    assert told == ["Steel cup: The platform does not have it. Publish it first."]


def test_a_question_that_is_refused_does_nothing(
    page: ListingsPage, made: TwoListings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "confirm", lambda *_args: False)
    page.acts.put_on([made.cup])
    page.acts.remove(made.cup, "Steel cup")
    assert not [job for job in page.context.jobs.running() if job.write]


def test_checking_again_takes_the_catalogue_as_it_is_now(
    page: ListingsPage, made: TwoListings, qtbot: QtBot, db: Database
) -> None:
    with db.session(write=True) as session:
        listing = session.get(Listing, made.cup)
        assert listing is not None
        listing.problem_count = 7
    heard = said(page)
    page.table.view.selectAll()
    page.buttons["check"].click()
    sample.settle(qtbot, page.context)
    assert heard == ["2 listings checked, 1 has problems."]
    assert row(page, made.cup)[5] == "Ready"


def test_products_are_added_once(page: ListingsPage, made: TwoListings, qtbot: QtBot) -> None:
    heard = said(page)
    dialog = page.ask_add()
    assert dialog is not None
    sample.settle(qtbot, page.context)
    product = find_product("CUP")
    assert product is not None
    new = save_product(ProductInput("MUG")).value
    dialog.table.refresh()
    sample.settle(qtbot, page.context)
    assert dialog.table.select_id(product)
    dialog.add_button.click()
    sample.settle(qtbot, page.context)
    again = page.ask_add()
    assert again is not None
    sample.settle(qtbot, page.context)
    again.table.view.selectAll()
    again.add_button.click()
    sample.settle(qtbot, page.context)
    assert heard == [
        "1 product was listed already.",
        "1 product is listed as a draft. 2 products were listed already.",
    ]
    assert page.table.count() == 3
    assert len(listing_grid.grid_ids(product_id=new)) == 1


def test_what_a_search_hides_is_not_chosen_any_more(
    page: ListingsPage, made: TwoListings, qtbot: QtBot
) -> None:
    page.table.select_id(made.cup)
    assert (page.chosen.text(), page.buttons["publish"].isEnabled()) == ("1 chosen", True)
    page.table.set_search("nothing like it")
    qtbot.waitUntil(lambda: page.table.count() == 0)
    assert (page.chosen.text(), page.buttons["publish"].isEnabled()) == ("", False)


def test_a_draft_is_removed_after_a_question(
    page: ListingsPage, made: TwoListings, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "confirm", lambda *_args: True)
    page.table.select_id(made.bare)
    command = next(one for one in page.commands() if one.id == "listings.remove")
    command.trigger()
    sample.settle(qtbot, page.context)
    assert list(page.table.model.ids) == [made.cup]


def test_a_link_opens_a_listing_on_a_tab_and_another_says_that_there_is_none(
    page: ListingsPage, made: TwoListings, qtbot: QtBot
) -> None:
    heard = said(page)
    page.open_record("nothing")
    assert heard == ["There is no listing 'nothing'."]
    page.open_record(f"{made.cup}/pictures")
    sample.settle(qtbot, page.context)
    assert page.is_open()
    assert page.editor.tabs.current() == "pictures"
    assert page.state()["record"] == str(made.cup)
    page.go_home()
    assert not page.is_open()
    page.open_record("999")
    sample.settle(qtbot, page.context)
    assert not page.is_open()
    assert len(heard) == 2


def test_enter_opens_the_listing(page: ListingsPage, made: TwoListings, qtbot: QtBot) -> None:
    place = page.table.model.row_of(made.cup)
    assert place is not None
    index: QModelIndex = page.table.model.index(place, 1)
    page.table.view.chosen.emit(index)
    sample.settle(qtbot, page.context)
    assert page.editor.listing_id == made.cup
    assert page.editor.head.title.text() == "CUP · Steel cup"
