from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money
from factory_erp.domain.quantity import Quantity
from factory_erp.ui.kit.edits import DateTimeEdit, DecimalEdit, IntegerEdit, MoneyEdit, parse_date
from factory_erp.ui.kit.forms import Field, FieldKind, Form

FIELDS = (
    Field("number", "Number", required=True),
    Field("quantity", "Quantity", FieldKind.QUANTITY, required=True, unit="H87"),
    Field("price", "Price", FieldKind.MONEY, currency="USD"),
    Field("due", "Due date", FieldKind.DATE),
    Field(
        "term", "Term", FieldKind.CHOICE, choices=((None, "–"), ("FOB", "FOB Ningbo"), ("CIF", "CIF Hamburg"))
    ),
    Field("note", "Note", FieldKind.NOTE),
)
VALUES = {
    "number": "SO-1",
    "quantity": Quantity.of("3", "H87"),
    "price": Money.of("2.50", "USD"),
    "term": "FOB",
}


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form(FIELDS, VALUES)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.edit("number").setFocus()
    return made


def retype(qtbot: QtBot, edit: QWidget, text: str) -> None:
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(edit, text)


def test_what_is_shown_is_what_comes_back(form: Form) -> None:
    assert form.values() == {**VALUES, "due": None, "note": None}
    assert not form.is_dirty()
    assert form.bar.isHidden()


def test_enter_goes_to_the_next_field(qtbot: QtBot, form: Form) -> None:
    qtbot.keyClick(form.edit("number"), Qt.Key.Key_Return)
    assert QApplication.focusWidget() is form.edit("quantity")
    qtbot.keyClick(form.edit("quantity"), Qt.Key.Key_Return)
    assert QApplication.focusWidget() is form.edit("price")


def test_enter_in_a_note_is_a_new_line(qtbot: QtBot, form: Form) -> None:
    note = form.edit("note")
    note.setFocus()
    qtbot.keyClicks(note, "a")
    qtbot.keyClick(note, Qt.Key.Key_Return)
    qtbot.keyClicks(note, "b")
    assert form.values()["note"] == "a\nb"


def test_ctrl_enter_saves_the_values(qtbot: QtBot, form: Form) -> None:
    retype(qtbot, form.edit("quantity"), "12")
    with qtbot.waitSignal(form.saved) as saved:
        qtbot.keyClick(form.edit("quantity"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert saved.args is not None
    assert saved.args[0]["quantity"] == Quantity.of("12", "H87")
    assert form.is_dirty(), "only the page knows that it is saved"
    form.mark_saved()
    assert not form.is_dirty()


def test_a_bad_value_is_not_saved_and_says_why(qtbot: QtBot, form: Form) -> None:
    retype(qtbot, form.edit("due"), "2026-02-30")
    retype(qtbot, form.edit("price"), "1.234")
    form.edit("note").setFocus()
    with qtbot.assertNotEmitted(form.saved):
        assert not form.save()
    assert set(form.problems()) == {"price", "due"}
    assert "calendar" in form.problems()["due"]
    assert QApplication.focusWidget() is form.edit("price")
    assert form.edit("price").accessibleDescription()
    with pytest.raises(InvalidValue):
        form.values()


def test_a_needed_field_may_not_be_empty(qtbot: QtBot, form: Form) -> None:
    form.edit("number").setFocus()
    qtbot.keyClick(form.edit("number"), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(form.edit("number"), Qt.Key.Key_Delete)
    assert form.problems() == {"number": "Number is needed."}


def test_undo_takes_a_visit_to_a_field_back_as_one_step(qtbot: QtBot, form: Form) -> None:
    retype(qtbot, form.edit("number"), "SO-200")
    retype(qtbot, form.edit("quantity"), "99")
    assert form.undo_text() == "Undo: change quantity"
    qtbot.keyClick(form.edit("quantity"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert form.values()["quantity"] == VALUES["quantity"]
    assert form.values()["number"] == "SO-200"
    assert form.redo_text() == "Redo: change quantity"
    form.undo_stack.undo()
    assert form.values()["number"] == "SO-1"
    assert not form.is_dirty()
    form.undo_stack.redo()
    assert form.values()["number"] == "SO-200"


def test_discard_returns_to_what_was_saved(qtbot: QtBot, form: Form) -> None:
    retype(qtbot, form.edit("number"), "SO-2")
    form.mark_saved()
    form.undo_stack.undo()
    retype(qtbot, form.edit("number"), "SO-3")
    with qtbot.waitSignal(form.discarded):
        form.discard()
    assert form.values()["number"] == "SO-2"
    assert not form.is_dirty()


def test_a_parked_draft_comes_back_as_edits(qtbot: QtBot, form: Form) -> None:
    retype(qtbot, form.edit("quantity"), "not yet")
    draft = form.draft()
    fresh = Form(FIELDS, VALUES)
    qtbot.addWidget(fresh)
    fresh.restore_draft(draft)
    assert fresh.draft() == draft
    assert fresh.is_dirty()


def test_a_refusal_of_the_use_case_stands_at_its_field(form: Form) -> None:
    assert form.show_error(InvalidValue("This number is taken.", field="number"))
    assert form.edit("number").property("problem") is True
    assert not form.show_error(InvalidValue("No stock.", field="elsewhere"))


@pytest.mark.parametrize("text", ["1,840", "1e3", "１２", "NaN", "1_000", "3.5"])
def test_whole_numbers_are_never_guessed(qtbot: QtBot, text: str) -> None:
    edit = IntegerEdit()
    qtbot.addWidget(edit)
    edit.setText(text)
    with pytest.raises(InvalidValue):
        edit.value()


def test_money_keeps_to_its_currency(qtbot: QtBot) -> None:
    edit = MoneyEdit(currency="JPY")
    qtbot.addWidget(edit)
    edit.setText("1200")
    assert edit.value() == Money.of("1200", "JPY")
    edit.setText("1200.50")
    with pytest.raises(InvalidValue):
        edit.value()


def test_decimals_are_limited(qtbot: QtBot) -> None:
    edit = DecimalEdit(decimals=2)
    qtbot.addWidget(edit)
    edit.setText("12.50")
    assert edit.value() == Decimal("12.50")
    edit.setText("12.505")
    with pytest.raises(InvalidValue, match="At most 2"):
        edit.value()


def test_dates_and_times(qtbot: QtBot) -> None:
    assert parse_date("2026-11-28") == parse_date("20261128") == date(2026, 11, 28)
    with pytest.raises(InvalidValue):
        parse_date("28/11/2026")
    edit = DateTimeEdit()
    qtbot.addWidget(edit)
    moment = datetime(2026, 11, 28, 6, 30, tzinfo=UTC)
    edit.show_value(moment)
    assert edit.value() == moment
    edit.setText("2026-11-28 24:00")
    with pytest.raises(InvalidValue):
        edit.value()
