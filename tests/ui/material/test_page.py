"""The page around its parts: deep links, shortages, the pegging tree, problems, what is remembered."""

from __future__ import annotations

from datetime import date

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services.material import plan as material_plan
from factory_erp.services.material.report import PlanProblem
from factory_erp.services.production import orders as production
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.material import MaterialPage, pegging_find
from factory_erp.ui.material.new_purchase import ITEM, QUANTITY, NewPurchaseDialog
from factory_erp.ui.material.pegging_find import Start
from tests.services.factory import CupFactory
from tests.ui.material.sample import button, idle, shown, suggested


def line_of(db: Database) -> int:
    with db.session() as session:
        return session.scalars(select(SalesLine.id)).one()


@pytest.fixture
def hurried(db: Database, shop: CupFactory) -> None:
    """The order is wanted so soon that it cannot be met."""
    with db.session(write=True) as session:
        sold = session.scalars(select(SalesOrder)).one()
        sold.ship_by = sold.lines[0].promised = date(2026, 11, 25)
    material_plan.run_plan()


def test_a_shortage_says_why_and_who_waits(
    qtbot: QtBot, hurried: None, page: MaterialPage, links: list[str], problems: list[BaseException]
) -> None:
    page.open_record("shortages")
    idle(qtbot, page.context.jobs)
    view = page.shortages
    [row] = view.table.model.rows
    assert (text_of(row[0]), text_of(row[1]), text_of(row[3])) == ("CUP  Steel cup", "80", "2026-11-25")
    assert "late" in text_of(row[5])
    assert page.tabs.bar.tabText(1) == "Shortages  1"
    words = shown(view.card)
    assert "80 PCS of CUP too late" in words
    assert any(word.startswith("1. CUP waits for its components") for word in words)
    assert "SO-2026-00001 · ACME Trading" in words
    view.table.activated.emit(view.table.current_key())
    assert links[0].startswith("erp://sales/")
    view.search("nobody")
    assert view.table.model.rows == []
    view.search("acme")
    assert len(view.table.model.rows) == 1
    button(view.card, "Suggestions").click()
    assert page.tabs.current() == "suggestions"
    qtbot.waitUntil(lambda: page.suggestions.table.count() == 1, timeout=10_000)
    assert problems == []


def test_what_is_short_is_bought_from_its_card(qtbot: QtBot, hurried: None, page: MaterialPage) -> None:
    page.open_record("shortages")
    idle(qtbot, page.context.jobs)
    button(page.shortages.card, "Buy…").click()
    idle(qtbot, page.context.jobs)
    dialog = page.buys.dialog
    assert isinstance(dialog, NewPurchaseDialog)
    [row] = dialog.grid.rows()
    assert row[QUANTITY] == 80
    assert row[ITEM] == page.shortages.current().item_id  # type: ignore[union-attr]
    assert not dialog.is_dirty()
    dialog.reject()


def test_late_suggestions_are_counted_in_the_header(hurried: None, page: MaterialPage) -> None:
    assert page.header._counts.text().endswith(" late")
    assert "nothing late" not in page.header._counts.text()


def rows_of(page: MaterialPage) -> list[list[str]]:
    nodes = page.pegging.tree.nodes
    return [[text_of(cell) for cell in nodes.node_at(index).cells] for index in nodes.indexes()]


def test_the_tree_goes_down_to_purchases_and_up_to_customers(
    qtbot: QtBot, db: Database, page: MaterialPage, links: list[str], problems: list[BaseException]
) -> None:
    assert page.pegging.stack.currentIndex() == 0, "nothing is chosen yet"
    page.open_record(f"pegging/line/{line_of(db)}")
    idle(qtbot, page.context.jobs)
    assert page.pegging.edit.text() == "SO-2026-00001 · CUP"
    kinds = {(row[0].split()[0], row[3]) for row in rows_of(page)}
    assert {("CUP", "Order line"), ("CUP", "Stock"), ("CUP", "Suggestion"), ("STEEL", "Suggestion")} <= kinds
    page.pegging.collapse.click()
    root = page.pegging.tree.nodes.index(0, 0)
    assert not page.pegging.tree.isExpanded(root)
    page.pegging.expand.click()
    assert page.pegging.tree.isExpanded(root)
    page.pegging.tree.opened.emit(page.pegging.tree.nodes.node_at(root).key)
    assert links == ["erp://sales/SO-2026-00001"]
    page.open_record(f"pegging/suggestion/{suggested()['STEEL'].id}")
    idle(qtbot, page.context.jobs)
    page.pegging.ways.select("to")
    idle(qtbot, page.context.jobs)
    assert [row[4] for row in rows_of(page) if row[3] == "Order line"][:1] == ["SO-2026-00001"]
    assert problems == []


def test_a_start_is_found_by_number_or_sku(
    qtbot: QtBot, db: Database, shop: CupFactory, page: MaterialPage, said: list[str]
) -> None:
    suggestions.accept([one.id for one in suggested().values()])
    made = production.production_rows(production.production_ids("all"))[0]
    texts = {one.key: one.text for one in pegging_find.find(made.number)}
    assert texts[f"production/{made.id}"] == f"{made.number} · {made.sku}"
    bought = {one.text for one in pegging_find.find("PO-2026-00001")}
    assert bought == {"PO-2026-00001 · STEEL", "PO-2026-00001 · BOX"}
    assert f"item/{shop.lid.id}" in {one.key for one in pegging_find.find("LID")}
    assert [one.key for one in pegging_find.find("")] == [f"line/{line_of(db)}"]
    page.tabs.select("pegging")
    page.pegging.edit.setText(made.number)
    page.pegging._take_typed()
    idle(qtbot, page.context.jobs)
    assert page.pegging.start == Start("production", made.id)
    page.pegging.edit.selectAll()
    qtbot.keyClicks(page.pegging.edit, "no such thing")
    page.pegging._take_typed()
    idle(qtbot, page.context.jobs)
    assert said[-1] == "Nothing matches 'no such thing'."


def test_what_is_gone_is_said_and_the_tree_begins_anew(
    qtbot: QtBot, page: MaterialPage, problems: list[BaseException]
) -> None:
    page.open_record("pegging/production/9999")
    idle(qtbot, page.context.jobs)
    assert len(problems) == 1
    assert page.pegging.start is None
    assert page.pegging.stack.currentIndex() == 0
    assert Start.of("nonsense/1") is None


def test_items_that_could_not_be_planned_are_listed(page: MaterialPage, links: list[str]) -> None:
    assert page.strip.isHidden()
    page.strip.show_problems([PlanProblem(1, "CUP", "It has no routing.", "Enter one.")])
    assert page.strip.words.text() == "1 item could not be planned properly."
    page.strip.open_list()
    assert page.strip.dialog is not None
    assert page.strip.dialog.table.model.rows == [("CUP", "It has no routing.", "Enter one.")]
    page.strip.dialog.open_button.click()
    assert links == ["erp://catalog/CUP"]


def test_deep_links_and_what_is_remembered(
    qtbot: QtBot, context: UiContext, page: MaterialPage, said: list[str]
) -> None:
    lid = suggested()["LID"].id
    page.suggestions.chips.select("buy")
    idle(qtbot, context.jobs)
    page.open_record(f"suggestions/{lid}")
    idle(qtbot, context.jobs)
    assert page.suggestions.table.current_id() == lid
    page.open_record("purchases/PO-1999-00001")
    idle(qtbot, context.jobs)
    assert said[-1] == "There is no purchase order PO-1999-00001."
    page.open_record("nowhere")
    assert page.tabs.current() == "purchases"
    page.tabs.select("suggestions")
    page.header.search.show_words("LID")
    page.tabs.select("pegging")
    assert page.header.search.isHidden()
    page.tabs.select("purchases")
    assert page.header.search.text() == ""
    page.tabs.select("suggestions")
    assert page.header.search.text() == "LID"
    again = MaterialPage(context)
    qtbot.addWidget(again)
    again.restore_state(page.state())
    assert again.header.search.text() == "LID"
    page.tabs.select("shortages")
    page.hide()
    third = MaterialPage(context)
    qtbot.addWidget(third)
    assert third.tabs.current() == "shortages"
    idle(qtbot, context.jobs)


def test_only_what_concerns_it_is_read_again(page: MaterialPage, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []
    monkeypatch.setattr(page, "refresh", lambda: reads.append(1))
    page.on_changes({"inquiry": frozenset({1})})
    assert not reads
    page.on_changes({"suggestion": frozenset({1})})
    assert reads == [1]
    titles = [one.text() for one in page.commands()]
    assert len(titles) == len(set(titles)), "no command twice"
