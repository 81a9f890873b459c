from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.engineering import bills
from factory_erp.services.engineering.bill_changes import ADDED, CHANGED, REMOVED, SAME
from factory_erp.ui.catalog.compare_dialog import CompareDialog, change_pill
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.rows import text_of
from tests.ui.catalog import bill_sample as shop
from tests.ui.catalog.bill_sample import settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]


@pytest.fixture
def dialog(db: Database, qtbot: QtBot, context: UiContext) -> CompareDialog:
    shop.load()
    newest = shop.second_revision()
    made = CompareDialog(context, bills.revisions(shop.item("BTL-500-M")), newest)
    qtbot.addWidget(made)
    made.show()
    settle(qtbot, context)
    return made


def shown(dialog: CompareDialog) -> list[tuple[str, ...]]:
    return [tuple(text_of(row[n]) for n in (0, 1, 3, 4)) for row in dialog.table.model.rows]


def test_the_revision_before_it_stands_on_the_left(dialog: CompareDialog) -> None:
    assert dialog.before.currentText().startswith("A · ")
    assert dialog.after.currentText().startswith("B · from ")
    assert shown(dialog) == [
        ("≠ Changed", "BODY-500", "1 PCS", "2 PCS"),
        ("= Same", "LID-PP", "1 PCS", "1 PCS"),
        ("− Removed", "CTN-24", "1 PCS", ""),
        ("+ Added", "PP-GRAN", "", "0.01 KGS"),
    ]
    assert dialog.summary.text() == "1 added, 1 removed, 1 line changed"


def test_what_is_the_same_can_be_left_out(dialog: CompareDialog) -> None:
    dialog.only.click()
    assert "LID-PP" not in [row[1] for row in shown(dialog)]


def test_a_revision_beside_itself_does_not_differ(
    qtbot: QtBot, context: UiContext, dialog: CompareDialog
) -> None:
    dialog.before.setCurrentIndex(dialog.after.currentIndex())
    dialog.before.edited.emit()
    settle(qtbot, context)
    assert dialog.summary.text() == "No difference."
    dialog.only.click()
    assert dialog.table.view.empty_text() == "Both have the same lines."


def test_a_revision_that_was_removed_meanwhile_is_said(
    qtbot: QtBot, context: UiContext, dialog: CompareDialog
) -> None:
    bills.remove_revision(shop.sheet("BTL-500-M", "B").id)
    dialog.after.edited.emit()
    settle(qtbot, context)
    assert "not there any more" in dialog.findChildren(Message)[0].text()
    assert shown(dialog) == []


def test_a_change_is_never_told_by_colour_alone(dialog: CompareDialog) -> None:
    pills = [change_pill(change) for change in (ADDED, REMOVED, CHANGED, SAME)]
    assert len({pill.text for pill in pills}) == len({pill.tone for pill in pills}) == 4
