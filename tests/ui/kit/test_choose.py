from __future__ import annotations

from collections.abc import Sequence
from datetime import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import InvalidValue
from factory_erp.ui.kit.choose import Choice, LookupEdit, among
from factory_erp.ui.kit.edits import CheckEdit, TimeEdit
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.jobs import Jobs

hangs_a_list = pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True)

PARTNERS = (
    Choice(11, "ACME", "Acme Trading, Hamburg"),
    Choice(12, "BETA", "Beta Stores, Lyon"),
    Choice(13, "杯子厂", "宁波杯子厂"),
)


class Register:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def search(self, text: str) -> Sequence[Choice]:
        self.asked.append(text)
        return among(PARTNERS)(text)


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def edit(qtbot: QtBot, register: Register) -> LookupEdit:
    return ready(qtbot, LookupEdit(register.search))


def ready(qtbot: QtBot, edit: LookupEdit) -> LookupEdit:
    qtbot.addWidget(edit)
    with qtbot.waitActive(edit):
        edit.show()
        edit.activateWindow()
    edit.setFocus()
    return edit


@hangs_a_list
def test_records_are_suggested_while_one_types(qtbot: QtBot, edit: LookupEdit) -> None:
    qtbot.keyClicks(edit, "lyon")
    assert [one.key for one in edit.suggestions()] == [12]
    assert edit.is_open()
    with qtbot.waitSignal(edit.chosen) as told:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert told.args == [PARTNERS[1]]
    assert (edit.text(), edit.value(), edit.is_open()) == ("BETA", 12, False)


@hangs_a_list
@pytest.mark.parametrize("which", [Qt.Key.Key_F4, Qt.Key.Key_F2])
def test_a_key_opens_the_list_and_arrows_walk_it(qtbot: QtBot, edit: LookupEdit, which: Qt.Key) -> None:
    qtbot.keyClick(edit, which)
    assert len(edit.suggestions()) == 3
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    qtbot.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.value() == 12


@hangs_a_list
def test_escape_closes_the_list_and_keeps_what_was_typed(qtbot: QtBot, edit: LookupEdit) -> None:
    qtbot.keyClicks(edit, "ac")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert (edit.text(), edit.is_open()) == ("ac", False)
    with pytest.raises(InvalidValue, match="'ac'"):
        edit.value()


@hangs_a_list
def test_an_input_method_composes_in_the_edit(qtbot: QtBot, edit: LookupEdit) -> None:
    QApplication.sendEvent(edit, QInputMethodEvent("b", []))
    composed = QInputMethodEvent("", [])
    composed.setCommitString("杯")
    QApplication.sendEvent(edit, composed)
    assert [one.key for one in edit.suggestions()] == [13]


def test_a_text_typed_out_in_full_counts_as_chosen(edit: LookupEdit) -> None:
    edit.setText("beta")
    assert edit.value() == 12
    edit.setText("")
    assert edit.value() is None


def test_what_stands_in_the_edit_survives_undo_and_drafts(edit: LookupEdit) -> None:
    edit.show_value(PARTNERS[0])
    raw = edit.raw()
    edit.show_value(None)
    assert (edit.raw(), edit.value()) == ("", None)
    edit.set_raw(raw)
    assert (edit.text(), edit.value()) == ("ACME", 11)


@hangs_a_list
def test_the_search_waits_until_the_typing_rests(qtbot: QtBot, jobs: Jobs, register: Register) -> None:
    edit = ready(qtbot, LookupEdit(register.search, jobs))
    qtbot.keyClicks(edit, "acm")
    qtbot.waitUntil(edit.is_open)
    assert register.asked == ["acm"]
    assert [one.key for one in edit.suggestions()] == [11]


@hangs_a_list
def test_a_late_answer_is_not_shown(qtbot: QtBot, jobs: Jobs, register: Register) -> None:
    edit = ready(qtbot, LookupEdit(register.search, jobs))
    edit.open_list()
    edit.close_list()
    qtbot.waitUntil(lambda: not jobs.running())
    assert not edit.is_open()


# in a form


FIELDS = (
    Field("partner", "Partner", FieldKind.LOOKUP, required=True, search=among(PARTNERS)),
    Field("active", "Active", FieldKind.CHECK),
    Field("start", "Start", FieldKind.TIME),
)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form(FIELDS, {"partner": PARTNERS[0], "active": True, "start": time(8, 30)})
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.edit("partner").setFocus()
    return made


def test_a_form_takes_lookups_checks_and_times(form: Form) -> None:
    assert form.values() == {"partner": 11, "active": True, "start": time(8, 30)}
    assert not form.is_dirty()


@hangs_a_list
def test_enter_takes_the_suggestion_and_goes_on(qtbot: QtBot, form: Form) -> None:
    edit = form.edit("partner")
    assert isinstance(edit, QLineEdit)
    edit.selectAll()
    qtbot.keyClicks(edit, "bet")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is form.edit("active")
    assert form.values()["partner"] == 12
    assert form.problems() == {}
    qtbot.keyClick(form.edit("active"), Qt.Key.Key_Space)
    assert form.values()["active"] is False
    while form.undo_stack.canUndo():
        form.undo_stack.undo()
    assert form.values() == {"partner": 11, "active": True, "start": time(8, 30)}


@hangs_a_list
def test_a_record_that_does_not_exist_is_a_problem(qtbot: QtBot, form: Form) -> None:
    edit = form.edit("partner")
    assert isinstance(edit, QLineEdit)
    edit.selectAll()
    qtbot.keyClicks(edit, "nobody")
    assert not form.save()
    assert "nobody" in form.problems()["partner"]


def test_times_of_day_are_checked(qtbot: QtBot) -> None:
    edit = TimeEdit()
    qtbot.addWidget(edit)
    edit.setText("7:05")
    assert edit.value() == time(7, 5)
    edit.setText("24:00")
    with pytest.raises(InvalidValue):
        edit.value()


def test_a_check_is_never_none(qtbot: QtBot) -> None:
    edit = CheckEdit("Active")
    qtbot.addWidget(edit)
    edit.show_value(None)
    assert (edit.value(), edit.raw()) == (False, "")
    edit.set_raw("1")
    assert edit.value() is True
