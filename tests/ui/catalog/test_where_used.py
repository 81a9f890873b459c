from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.clock import today
from factory_erp.services.engineering.bills import AlternateInput
from factory_erp.ui.catalog.where_used_tab import WhereUsedTab
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from tests.ui.catalog import bill_sample as shop
from tests.ui.catalog.bill_sample import settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]


@pytest.fixture
def loaded(db: Database) -> None:
    shop.load()


def opened(qtbot: QtBot, context: UiContext, sku: str) -> WhereUsedTab:
    tab = WhereUsedTab(context, shop.item(sku))
    qtbot.addWidget(tab)
    tab.resize(1040, 640)
    tab.show()
    tab.refresh()
    settle(qtbot, context)
    return tab


def shown(tab: WhereUsedTab) -> list[tuple[int, tuple[str, ...]]]:
    """(Level, SKU, quantity, revision, state, role, stage) of each line."""
    nodes = tab.tree.nodes
    found = []
    for index in nodes.indexes():
        cells = nodes.node_at(index).cells
        said = tuple(text_of(cells[place]) for place in (0, 2, 5, 6, 7, 8))
        found.append((len(nodes.path_at(index)), said))
    return found


def test_parents_stand_over_parents_with_the_quantity_in_each(
    loaded: None, qtbot: QtBot, context: UiContext
) -> None:
    tab = opened(qtbot, context, "STEEL-304")
    assert shown(tab) == [
        (1, ("BODY-500", "0.2856", "A", "Current", "", "")),
        (2, ("BTL-500-M", "0.2856", "A", "Current", "", "End product")),
    ]
    assert tab.count.text() == "Used directly in 1 item"
    assert not tab.is_dirty()
    assert tab.save()


def test_revisions_to_come_and_alternates_are_told_apart(
    loaded: None, qtbot: QtBot, context: UiContext
) -> None:
    shop.second_revision()
    other = (AlternateInput(shop.item("PP-GRAN"), Decimal("0.5")),)
    shop.save("BTL-750-M", shop.line("LID-PP", alternates=other), first=today())
    tab = opened(qtbot, context, "PP-GRAN")
    assert shown(tab) == [
        (1, ("BTL-500-M", "0.01", "B", "Future", "", "End product")),
        (1, ("BTL-750-M", "0.5", "A", "Current", "Alternate", "End product")),
        (1, ("LID-PP", "0.035", "A", "Current", "", "")),
        (2, ("BTL-500-M", "0.035", "A", "Current", "", "End product")),
        (2, ("BTL-500-M", "0.035", "B", "Future", "", "End product")),
        (2, ("BTL-750-M", "0.035", "A", "Current", "", "End product")),
    ]


def test_only_end_products_are_listed_flat(loaded: None, qtbot: QtBot, context: UiContext) -> None:
    tab = opened(qtbot, context, "STEEL-304")
    tab.tops.click()
    assert [(level, said[0]) for level, said in shown(tab)] == [(1, "BTL-500-M")]
    assert not tab.unfold_button.isEnabled()


def test_enter_goes_to_the_parent(loaded: None, qtbot: QtBot, context: UiContext) -> None:
    visited: list[str] = []
    context.navigate = visited.append
    tab = opened(qtbot, context, "STEEL-304")
    tab.tree.setCurrentIndex(tab.tree.nodes.index(0, 0))
    qtbot.keyClick(tab.tree, Qt.Key.Key_Return)
    assert visited == [f"erp://catalog/{shop.item('BODY-500')}"]


def test_what_goes_into_nothing_says_so(loaded: None, qtbot: QtBot, context: UiContext) -> None:
    tab = opened(qtbot, context, "BTL-500-M")
    assert tab.stack.currentWidget() is tab.empty
    assert "BTL-500-M goes into nothing" in tab.empty.sentence.text()
    assert not tab.replace_button.isEnabled()


def test_replacing_everywhere_starts_with_this_item_and_reads_again(
    loaded: None, qtbot: QtBot, context: UiContext
) -> None:
    tab = opened(qtbot, context, "LID-PP")
    dialog = tab.replace_everywhere()
    assert dialog is not None
    assert dialog.form.draft()["old"].startswith("LID-PP")
    shop.save("BTL-500-M", shop.line("BODY-500"), first=shop.sheet("BTL-500-M").valid_from)
    dialog.replaced.emit(1)
    settle(qtbot, context)
    assert shown(tab) == []
