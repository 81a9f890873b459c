"""How an item is packed: the grid, what containers take while one types, other units."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.models.catalog import PackKind
from factory_erp.models.database import Database
from factory_erp.services.catalogue import packaging, unit_conversions
from factory_erp.services.catalogue.input import PackInput
from factory_erp.services.catalogue.unit_conversions import Conversion
from factory_erp.ui.catalog.packaging_tab import PackagingTab
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.grid import EditGrid
from tests.services.factory import an_item

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CARTON = PackInput(PackKind.MASTER, 24, 450, 320, 280, 7200, 9000)
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def settle(qtbot: QtBot, tab: PackagingTab) -> None:
    qtbot.waitUntil(lambda: not tab.context.jobs.running())


@pytest.fixture
def tab(
    db: Database, qtbot: QtBot, context: UiContext, problems: list[BaseException]
) -> Iterator[PackagingTab]:
    with db.session(write=True) as session:
        item = an_item(session, "CUP-1")
        item.net_g = 300
        item_id = item.id
    packaging.save_packaging(item_id, [CARTON])
    made = PackagingTab(context, item_id)
    qtbot.addWidget(made)
    made.resize(1040, 560)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.refresh()
    settle(qtbot, made)
    yield made
    assert problems == []


def editor(grid: EditGrid) -> QLineEdit:
    found = grid.view.editor()
    assert found is not None
    return found


def retype(qtbot: QtBot, grid: EditGrid, row: int, column: str, text: str) -> None:
    grid.view.setFocus()
    grid.select(row, column)
    qtbot.keyClicks(editor(grid), text)
    qtbot.keyClick(editor(grid), KEY.Key_Return)


def said(tab: PackagingTab) -> dict[str, str]:
    return {code: takes.text() for code, (_name, takes) in tab.takes.items() if takes.isVisibleTo(tab)}


def level(tab: PackagingTab, row: int) -> list[str]:
    return [cell.text for cell in tab.levels.model.rows[row].cells]


def test_every_level_has_a_row_with_weights_in_kilograms(tab: PackagingTab) -> None:
    assert [level(tab, row)[0] for row in range(3)] == ["Inner box", "Master carton", "Pallet"]
    assert level(tab, 1)[1:] == ["24", "450", "320", "280", "7.2", "9", "No", "", "0.040"]
    assert level(tab, 0)[1:] == [""] * 9
    assert said(tab)["20GP"] == "takes 699 cartons, 16,776 PCS; limited by volume"


def test_the_count_follows_each_key_before_the_cell_is_left(qtbot: QtBot, tab: PackagingTab) -> None:
    tab.levels.view.setFocus()
    tab.levels.select(1, "quantity")
    qtbot.keyClicks(editor(tab.levels), "12")

    assert said(tab)["20GP"] == "takes 699 cartons, 8,388 PCS; limited by volume"
    assert tab.levels.model.rows[1].cells[1].text == "24"
    qtbot.keyClick(editor(tab.levels), KEY.Key_Escape)
    retype(qtbot, tab.levels, 1, "gross_kg", "90")
    assert said(tab)["20GP"].endswith("; limited by weight")
    retype(qtbot, tab.levels, 1, "length_mm", "3000")
    retype(qtbot, tab.levels, 1, "width_mm", "2500")
    retype(qtbot, tab.levels, 1, "height_mm", "2500")
    assert said(tab)["20GP"] == "the carton does not fit in"


def test_a_level_is_added_and_saved(qtbot: QtBot, tab: PackagingTab) -> None:
    for column, text in zip(
        ("quantity", "length_mm", "width_mm", "height_mm", "net_kg", "gross_kg"),
        ("6", "240", "160", "140", "1.8", "2050 g"),
        strict=True,
    ):
        retype(qtbot, tab.levels, 0, column, text)
    assert tab.bar.isVisibleTo(tab)
    tab.levels.view.setFocus()
    qtbot.keyClick(tab.levels.view.editor() or tab.levels.view, KEY.Key_Return, CTRL)
    settle(qtbot, tab)

    inner = PackInput(PackKind.INNER, 6, 240, 160, 140, 1800, 2050)
    assert packaging.packaging_sheet(tab.record_id).levels == (inner, CARTON)
    assert not tab.is_dirty()
    assert level(tab, 0)[6] == "2.05"


def test_a_level_is_taken_out_by_clearing_its_row(qtbot: QtBot, tab: PackagingTab) -> None:
    for column in ("quantity", "length_mm", "width_mm", "height_mm", "net_kg", "gross_kg"):
        tab.levels.select(1, column)
        tab.levels.run("clear")
    assert said(tab) == {}
    assert tab.no_carton.isVisibleTo(tab)
    assert tab.save()
    settle(qtbot, tab)
    assert packaging.packaging_sheet(tab.record_id).levels == ()


def test_what_is_missing_is_asked_for_in_its_cell(qtbot: QtBot, tab: PackagingTab) -> None:
    retype(qtbot, tab.levels, 0, "quantity", "6")
    assert not tab.save()

    assert tab.problem.text() == "Length (mm) is needed."
    assert (tab.levels.current_row(), tab.levels.view.currentIndex().column()) == (0, 2)
    assert packaging.packaging_sheet(tab.record_id).levels == (CARTON,)


def test_a_refusal_is_shown_at_the_cell_it_names(qtbot: QtBot, tab: PackagingTab) -> None:
    retype(qtbot, tab.levels, 1, "gross_kg", "7")
    assert tab.save()
    settle(qtbot, tab)

    assert tab.problem.text().startswith("The gross weight is below the net weight.")
    assert (tab.levels.current_row(), tab.levels.view.currentIndex().column()) == (1, 6)
    assert tab.is_dirty()


def test_a_cell_that_is_no_figure_is_not_sent(qtbot: QtBot, tab: PackagingTab) -> None:
    retype(qtbot, tab.levels, 1, "quantity", "two dozen")
    assert not tab.save()
    assert tab.problem.isVisibleTo(tab)


def test_an_unusual_weight_is_said_but_forbids_nothing(qtbot: QtBot, tab: PackagingTab) -> None:
    assert not tab.warnings.isVisibleTo(tab)
    retype(qtbot, tab.levels, 1, "net_kg", "7.5")
    assert "24 × 300 g is 7200 g" in tab.warnings.accessibleName()
    assert tab.save()
    settle(qtbot, tab)
    assert packaging.packaging_sheet(tab.record_id).levels[0].net_g == 7500


def test_undo_brings_the_count_back_and_discard_everything(qtbot: QtBot, tab: PackagingTab) -> None:
    retype(qtbot, tab.levels, 1, "quantity", "12")
    assert tab.levels.undo_text() == "Undo: change pieces"
    tab.levels.run("undo")
    assert said(tab)["20GP"].startswith("takes 699 cartons, 16,776 PCS")
    assert not tab.is_dirty()

    retype(qtbot, tab.levels, 1, "quantity", "12")
    tab.bar.discard_button.click()
    settle(qtbot, tab)
    assert level(tab, 1)[1] == "24"


def test_other_units_are_offered_by_name_and_explained(qtbot: QtBot, tab: PackagingTab) -> None:
    tab.units.apply(tab.units.plan([["打", "12"], ["KGS", "0.3"]]))
    assert [row["meaning"] for row in tab.units.rows()] == ["1 DOZ = 12 PCS", "1 KGS = 0.3 PCS"]
    assert tab.save()
    settle(qtbot, tab)
    assert unit_conversions.conversions(tab.record_id) == (
        Conversion("DZN", Decimal(12)),
        Conversion("KGM", Decimal("0.3")),
    )


def test_the_items_own_unit_needs_no_conversion(qtbot: QtBot, tab: PackagingTab) -> None:
    tab.units.run("insert")
    tab.units.apply(tab.units.plan([["PCS", "12"]]))
    assert tab.save()
    settle(qtbot, tab)
    assert "stands twice" in tab.problem.text()
    assert unit_conversions.conversions(tab.record_id) == ()


def test_what_somebody_else_packed_meanwhile_stays(qtbot: QtBot, tab: PackagingTab) -> None:
    retype(qtbot, tab.levels, 1, "quantity", "12")
    other = PackInput(PackKind.MASTER, 36, 450, 320, 280, 10_800, 12_000)
    packaging.save_packaging(tab.record_id, [other])
    tab.save()
    settle(qtbot, tab)

    (dialog,) = tab.findChildren(Message)
    assert "changed by somebody else" in dialog.text()
    dialog.accept()
    tab.discard()
    settle(qtbot, tab)
    assert level(tab, 1)[1] == "36"


def test_how_it_may_be_loaded_is_kept(qtbot: QtBot, tab: PackagingTab) -> None:
    retype(qtbot, tab.levels, 1, "bears_kg", "45")
    tab.save()
    settle(qtbot, tab)
    (kept,) = packaging.packaging_sheet(tab.record_id).levels
    assert (kept.bears_g, kept.may_lie) == (45_000, False)
