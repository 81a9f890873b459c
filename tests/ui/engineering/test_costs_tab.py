from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QItemSelectionModel
from pytestqt.qtbot import QtBot

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.services.engineering import work_centres
from factory_erp.services.engineering.work_centres import CentreInput
from factory_erp.ui.engineering import EngineeringPage, costs_tab
from factory_erp.ui.engineering.costs_tab import CostsTab
from factory_erp.ui.kit.rows import text_of
from tests.services.factory import CupFactory
from tests.ui.engineering.conftest import settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]


@pytest.fixture
def tab(db: Database, shop: CupFactory, qtbot: QtBot, page: EngineeringPage) -> CostsTab:
    with db.session(write=True) as session:
        session.get_one(Item, shop.steel.id).standard_cost = Decimal(12)
        session.get_one(Item, shop.box.id).standard_cost = Decimal("0.5")
        session.get_one(Item, shop.cup.id).standard_cost = Decimal(10)
    press = shop.press.centre_id
    rate = CentreInput("PRESS-CENTRE", "Press", "", machine_rate=Decimal(60), id=press)
    work_centres.save_centre(rate)
    page.open_record("costs")
    settle(qtbot, page)
    part = page.part()
    assert isinstance(part, CostsTab)
    return part


def costs(db: Database, *items: Item) -> list[Decimal]:
    with db.session() as session:
        return [session.get_one(Item, item.id).standard_cost for item in items]


def shown(tab: CostsTab) -> list[list[str]]:
    return [[text_of(cell) for cell in row] for row in tab.table.model.rows]


def test_all_is_worked_out_and_the_largest_difference_comes_first(
    db: Database, tab: CostsTab, shop: CupFactory
) -> None:
    assert [row[0] for row in shown(tab)] == ["LID", "CUP"]
    assert shown(tab)[0][2:6] == ["0", "16.1", "–", "new"]
    assert shown(tab)[1][2:6] == ["10", "50.6", "+406.00 %", "dearer"]
    assert tab.said.text() == "2 items are worked out; 2 would change."
    assert tab.work_part.isHidden()
    assert costs(db, shop.cup) == [10], "nothing is written by itself"


def test_selected_costs_are_taken_over_after_asking(
    qtbot: QtBot,
    db: Database,
    page: EngineeringPage,
    tab: CostsTab,
    shop: CupFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not tab.take_button.isEnabled()
    tab.table.select_key(shop.lid.id)
    assert tab.take_button.text() == "Take over 1 cost"
    asked: list[str] = []
    monkeypatch.setattr(costs_tab, "confirm", lambda _tab, _title, text, _act: bool(asked.append(text)))
    tab.take_button.click()
    settle(qtbot, page)
    assert asked == ["1 item gets its new standard cost. The old one is not kept."]
    assert costs(db, shop.lid) == [0]

    monkeypatch.setattr(costs_tab, "confirm", lambda *_question: True)
    tab.take_button.click()
    settle(qtbot, page)
    assert costs(db, shop.lid, shop.cup) == [Decimal("16.1"), 10]
    assert [row[0] for row in shown(tab)] == ["CUP"]
    tab.only_changed.click()
    assert [row[0] for row in shown(tab)] == ["CUP", "LID"]
    assert shown(tab)[1][5] == "the same"


def test_all_costs_are_taken_over(
    qtbot: QtBot,
    db: Database,
    page: EngineeringPage,
    tab: CostsTab,
    shop: CupFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(costs_tab, "confirm", lambda *_question: True)
    tab.take_all_button.click()
    settle(qtbot, page)
    assert costs(db, shop.lid, shop.cup) == [Decimal("16.1"), Decimal("50.6")]
    assert shown(tab) == []
    assert tab.table.view.empty_text() == "Every standard cost is what the roll-up says."
    assert not tab.take_all_button.isEnabled()


def test_the_work_can_be_cancelled(qtbot: QtBot, page: EngineeringPage, tab: CostsTab) -> None:
    tab.work_out()
    assert tab.work_part.isVisibleTo(tab)
    assert not tab.work_button.isEnabled()
    tab.cancel()
    settle(qtbot, page)
    assert tab.work_part.isHidden()
    assert tab.work_button.isEnabled()


def test_the_list_is_searched_and_ordered(qtbot: QtBot, tab: CostsTab, shop: CupFactory) -> None:
    tab.order.show_value("sku")
    tab.order.edited.emit()
    assert [row[0] for row in shown(tab)] == ["CUP", "LID"]
    tab.show_one("lid")
    assert [row[0] for row in shown(tab)] == ["LID"]
    tab.show_one("nothing")
    assert tab.table.view.empty_text() == "No item fits."


def test_several_rows_are_chosen(tab: CostsTab) -> None:
    flag = QItemSelectionModel.SelectionFlag
    for row in range(2):
        index = tab.table.model.index(row, 0)
        tab.table.view.selectionModel().select(index, flag.Select | flag.Rows)
    assert tab.take_button.text() == "Take over 2 costs"


def test_changes_elsewhere_make_the_figures_old(tab: CostsTab) -> None:
    tab.on_changes({"sales_order": frozenset({1})})
    assert "worked out" in tab.said.text()
    tab.on_changes({"bill_line": frozenset({1})})
    assert "work out again" in tab.said.text()


def test_a_cost_that_comes_out_differently_alone_is_said(
    qtbot: QtBot, page: EngineeringPage, tab: CostsTab, shop: CupFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(costs_tab, "confirm", lambda _tab, _title, text, _act: bool(asked.append(text)))
    (cup,) = [one for one in tab._shown if one.sku == "CUP"]
    tab._ask_some([cup.item_id], [cup], [replace(cup, new=Decimal("49.25"))])
    settle(qtbot, page)
    assert asked[0].endswith("some come out differently: CUP 49.25.")
