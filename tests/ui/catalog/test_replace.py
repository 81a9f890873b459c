from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.clock import today
from factory_erp.services.engineering import bills
from factory_erp.services.engineering.bills import AlternateInput
from factory_erp.ui.catalog.replace_dialog import AS_REVISION, ReplaceDialog
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.edits import ChoiceEdit
from tests.ui.catalog import bill_sample as shop
from tests.ui.catalog.bill_sample import settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]


@pytest.fixture
def dialog(db: Database, qtbot: QtBot, context: UiContext) -> ReplaceDialog:
    """The lid goes into two bottles, and is an alternate in a third."""
    shop.load()
    shop.save("BTL-500-O", shop.line("BODY-500"), shop.line("LID-PP", "2"), first=today())
    other = (AlternateInput(shop.item("LID-PP"), Decimal(1)),)
    shop.save("BTL-750-M", shop.line("BODY-500", alternates=other), first=today())
    made = ReplaceDialog(context, Choice(shop.item("LID-PP"), "LID-PP"))
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def typed(qtbot: QtBot, dialog: ReplaceDialog, name: str, text: str) -> None:
    edit = dialog.form.edit(name)
    assert isinstance(edit, QLineEdit)
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    dialog._pause.stop()
    dialog.ask()
    settle(qtbot, dialog._context)


def choose_way(dialog: ReplaceDialog, way: str) -> None:
    edit = dialog.form.edit("way")
    assert isinstance(edit, ChoiceEdit)
    edit.show_value(way)
    edit.edited.emit()


def lines_of(sku: str) -> list[tuple[str, Decimal]]:
    return [(line.sku, line.quantity) for line in shop.sheet(sku).lines]


def preview(dialog: ReplaceDialog) -> list[tuple[object, ...]]:
    return [
        (row["take"], row["sku"], row["old"], row["new"], bool(row["problem"])) for row in dialog.grid.rows()
    ]


def message(dialog: ReplaceDialog) -> str:
    return dialog.findChildren(Message)[0].text()


def test_the_preview_shows_every_line_with_both_quantities(qtbot: QtBot, dialog: ReplaceDialog) -> None:
    assert dialog.form.edit("new").hasFocus()
    assert not dialog.act_button.isEnabled()
    typed(qtbot, dialog, "new", "CTN-24")
    typed(qtbot, dialog, "factor", "1.5")
    assert preview(dialog) == [
        (True, "BTL-500-M", "1 PCS", "1.5 PCS", False),
        (True, "BTL-500-O", "2 PCS", "3 PCS", False),
        (False, "BTL-750-M", "1 PCS", "1.5 PCS", True),
    ]
    assert dialog.act_button.text() == "Replace in 2 lines"
    assert dialog.summary.text().startswith("2 of 3 lines are ticked.")


def test_only_ticked_lines_are_replaced_in_place(qtbot: QtBot, dialog: ReplaceDialog) -> None:
    typed(qtbot, dialog, "new", "PP-GRAN")
    dialog.grid.view.setFocus()
    dialog.grid.select(1, "take")
    qtbot.keyClick(dialog.grid.view, Qt.Key.Key_Space)
    assert dialog.act_button.text() == "Replace in 1 line"
    counted: list[int] = []
    dialog.replaced.connect(counted.append)
    dialog.act_button.click()
    settle(qtbot, dialog._context)
    assert counted == [1]
    assert not dialog.isVisible()
    assert lines_of("BTL-500-M") == [("BODY-500", 1), ("PP-GRAN", 1), ("CTN-24", 1)]
    assert lines_of("BTL-500-O") == [("BODY-500", 1), ("LID-PP", 2)]


def test_new_revisions_keep_the_old_bills(qtbot: QtBot, dialog: ReplaceDialog) -> None:
    typed(qtbot, dialog, "new", "PP-GRAN")
    assert not dialog.form.edit("revision").isEnabled()
    choose_way(dialog, AS_REVISION)
    dialog.act_button.click()
    assert dialog.form._messages["revision"].text() == "Say how the new revision is called."
    typed(qtbot, dialog, "revision", "C")
    typed(qtbot, dialog, "valid_from", (today() + shop.SOON).isoformat())
    dialog.act_button.click()
    settle(qtbot, dialog._context)
    assert not dialog.isVisible()
    assert ("LID-PP", 1) in lines_of("BTL-500-M")
    found = {one.revision: one for one in bills.revisions(shop.item("BTL-500-M"))}
    assert found["C"].valid_from == today() + shop.SOON
    made = bills.bill_sheet(found["C"].id)
    assert ("PP-GRAN", 1) in [(line.sku, line.quantity) for line in made.lines]


def test_a_refusal_changes_nothing_and_the_dialog_stays(qtbot: QtBot, dialog: ReplaceDialog) -> None:
    typed(qtbot, dialog, "new", "CTN-24")
    dialog.grid.view.setFocus()
    dialog.grid.select(2, "take")
    qtbot.keyClick(dialog.grid.view, Qt.Key.Key_Space)
    assert dialog.act_button.text() == "Replace in 3 lines"
    dialog.act_button.click()
    settle(qtbot, dialog._context)
    assert message(dialog)
    assert dialog.isVisible()
    assert ("LID-PP", 1) in lines_of("BTL-500-M")


def test_a_component_is_not_replaced_by_itself(qtbot: QtBot, dialog: ReplaceDialog) -> None:
    typed(qtbot, dialog, "new", "LID-PP")
    assert "replaced by another one" in dialog.form._messages["new"].text()
    assert preview(dialog) == []
    typed(qtbot, dialog, "new", "BTL-500-M")
    assert [row[4] for row in preview(dialog)] == [True, False, True]


def test_ticks_can_be_undone(qtbot: QtBot, dialog: ReplaceDialog) -> None:
    typed(qtbot, dialog, "new", "CTN-24")
    dialog.grid.view.setFocus()
    dialog.grid.select(0, "take")
    qtbot.keyClick(dialog.grid.view, Qt.Key.Key_Space)
    assert len(dialog.chosen()) == 1
    qtbot.keyClick(dialog.grid.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(dialog.chosen()) == 2
