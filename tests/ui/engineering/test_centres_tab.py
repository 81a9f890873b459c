from __future__ import annotations

from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.services.engineering import work_centres
from factory_erp.services.engineering.work_centres import CentreView
from factory_erp.ui.engineering import EngineeringPage, centres_tab
from factory_erp.ui.engineering.centres_tab import CentresTab
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.rows import text_of
from tests.ui.engineering.conftest import settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]


@pytest.fixture
def tab(page: EngineeringPage) -> CentresTab:
    part = page.part("centres")
    assert isinstance(part, CentresTab)
    return part


def codes(tab: CentresTab) -> list[str]:
    return [text_of(row[0]) for row in tab.centres.model.rows]


def stored(code: str) -> CentreView:
    return next(one for one in work_centres.centres() if one.code == code)


def test_centres_stand_with_their_machines(qtbot: QtBot, tab: CentresTab) -> None:
    assert codes(tab) == ["BENCH-CENTRE", "PRESS-CENTRE"]
    assert [text_of(cell) for cell in tab.machines.model.rows[0]] == [
        "BENCH",
        "Bench",
        "DAY",
        "100",
        "In use",
    ]

    tab.centres.select_key(stored("PRESS-CENTRE").id)
    assert tab.machine_heading.text() == "Machines of PRESS-CENTRE"
    assert text_of(tab.machines.model.rows[0][0]) == "PRESS"


def test_a_centre_is_added_and_chosen(qtbot: QtBot, page: EngineeringPage, tab: CentresTab) -> None:
    dialog = tab.add_centre()
    dialog.form.restore_draft(
        {"code": "OVEN", "name_en": "Oven", "machine_rate": "42.5", "crew": "0.5", "overhead_percent": "-1"}
    )
    assert not dialog.form.save()
    assert list(dialog.form.problems()) == ["overhead_percent"]
    dialog.form.restore_draft({"overhead_percent": "12"})
    dialog.save_button.click()
    settle(qtbot, page)

    made = stored("OVEN")
    assert (made.name_zh, made.machine_rate, made.labour_rate) == ("Oven", Decimal("42.5"), Decimal(0))
    assert (made.crew, made.overhead_percent) == (Decimal("0.5"), Decimal(12))
    assert codes(tab) == ["BENCH-CENTRE", "OVEN", "PRESS-CENTRE"]
    assert tab.centres.current_key() == made.id
    assert "no machine yet" in tab.machines.view.empty_text()


def test_a_taken_code_is_refused_at_its_field(qtbot: QtBot, page: EngineeringPage, tab: CentresTab) -> None:
    tab.centres.select_key(stored("BENCH-CENTRE").id)
    dialog = tab.change_centre()
    assert dialog is not None
    dialog.form.restore_draft({"code": "PRESS-CENTRE"})
    dialog.save_button.click()
    settle(qtbot, page)
    assert "taken already" in dialog.form._messages["code"].text()
    assert stored("BENCH-CENTRE").name_en == "Bench-Centre"
    dialog.reject()


def test_a_machine_is_added_and_taken_out_of_use(
    qtbot: QtBot, page: EngineeringPage, tab: CentresTab
) -> None:
    tab.centres.select_key(stored("PRESS-CENTRE").id)
    dialog = tab.add_machine()
    assert dialog is not None
    dialog.form.restore_draft({"code": "P-2", "name_zh": "压机二号", "speed_percent": "120"})
    dialog.save_button.click()
    settle(qtbot, page)
    assert [one.code for one in stored("PRESS-CENTRE").machines] == ["P-2", "PRESS"]

    tab.machines.select_key(stored("PRESS-CENTRE").machines[0].id)
    change = tab.change_machine()
    assert change is not None
    change.form.restore_draft({"active": ""})
    change.save_button.click()
    settle(qtbot, page)
    assert text_of(tab.machines.model.rows[0][4]) == "Not in use"
    assert not stored("PRESS-CENTRE").machines[0].active


def test_what_is_used_is_not_removed(
    qtbot: QtBot, page: EngineeringPage, tab: CentresTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(centres_tab, "confirm", lambda *_question: True)
    tab.centres.select_key(stored("PRESS-CENTRE").id)
    tab.remove_centre()
    settle(qtbot, page)
    (message,) = tab.findChildren(Message)
    assert message.text() == "PRESS-CENTRE is used by PRESS."
    assert "Remove its machines first" in message.more_text()
    assert codes(tab) == ["BENCH-CENTRE", "PRESS-CENTRE"]
    message.accept()

    dialog = tab.add_centre()
    dialog.form.restore_draft({"code": "IDLE", "name_en": "Idle"})
    dialog.save_button.click()
    settle(qtbot, page)
    tab.remove_centre()
    settle(qtbot, page)
    assert codes(tab) == ["BENCH-CENTRE", "PRESS-CENTRE"]
