from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.engineering import changeovers, work_centres
from factory_erp.ui.engineering import EngineeringPage, changeovers_tab
from factory_erp.ui.engineering.changeovers_tab import ChangeoversTab
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.matrix import Key
from tests.services.factory import CupFactory, Step, a_routing, an_item
from tests.ui.engineering.conftest import settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]

DARK, LIGHT = ("Black", "White"), ("White", "Black")


@pytest.fixture
def tab(db: Database, shop: CupFactory, qtbot: QtBot, page: EngineeringPage) -> ChangeoversTab:
    with db.session(write=True) as session:
        for family in ("White", "Black", "Red"):
            a_routing(session, an_item(session, family.upper()), Step(shop.press, 10, family=family))
    changeovers.save_grid(shop.press.centre_id, 20, {DARK: 90})
    page.open_record("changeovers")
    settle(qtbot, page)
    part = page.part()
    assert isinstance(part, ChangeoversTab)
    return part


def put(tab: ChangeoversTab, key: Key, text: str) -> None:
    tab.matrix.select(key)
    tab.matrix.model.setData(tab.matrix.view.currentIndex(), text)


def stored(shop: CupFactory) -> dict[tuple[str, str], int]:
    return dict(changeovers.grid(shop.press.centre_id).minutes)


def test_the_first_centre_with_families_is_shown(tab: ChangeoversTab) -> None:
    assert tab.centre.currentText().startswith("PRESS-CENTRE")
    assert tab.families() == ["Black", "Red", "White"]
    assert tab.matrix.model.cells[DARK].text == "90"
    assert ("Red", "Red") not in tab.matrix.model.cells, "within a family nothing is changed"
    assert "takes 20 min" in tab.legend.text()


def test_minutes_are_entered_mirrored_and_saved(
    qtbot: QtBot, page: EngineeringPage, tab: ChangeoversTab, shop: CupFactory
) -> None:
    put(tab, ("Red", "White"), "45")
    tab.mirror_button.click()
    assert tab.matrix.model.cells[LIGHT].text == "90"
    assert tab.matrix.model.cells["White", "Red"].text == "45"
    tab.matrix.undo_stack.undo()
    assert tab.matrix.model.cells[LIGHT].text == ""
    tab.matrix.undo_stack.redo()
    put(tab, DARK, "")
    tab.form.restore_draft({"default": "15"})
    assert "takes 15 min" in tab.legend.text()

    assert tab.save()
    settle(qtbot, page)
    assert stored(shop) == {LIGHT: 90, ("Red", "White"): 45, ("White", "Red"): 45}
    assert changeovers.grid(shop.press.centre_id).default == 15
    assert not tab.is_dirty()


def test_a_block_of_a_spreadsheet_is_pasted_by_its_heads(
    qtbot: QtBot, page: EngineeringPage, tab: ChangeoversTab, shop: CupFactory
) -> None:
    dialog = tab.matrix.paste("\tWhite\tRed\nBlack\t75\t60\nRed\t30\t\n")
    assert dialog is not None
    dialog.accept()
    assert tab.save()
    settle(qtbot, page)
    assert stored(shop) == {DARK: 75, ("Black", "Red"): 60, ("Red", "White"): 30}


def test_a_family_is_added_beside_a_draft(
    qtbot: QtBot, page: EngineeringPage, tab: ChangeoversTab, shop: CupFactory
) -> None:
    put(tab, ("Red", "White"), "45")
    dialog = tab.add_family()
    dialog.form.restore_draft({"family": "Red"})
    assert not dialog.form.save()
    dialog.form.restore_draft({"family": "Blue"})
    dialog.save_button.click()
    settle(qtbot, page)
    assert tab.families() == ["Black", "Blue", "Red", "White"]
    assert tab.matrix.values() == {("Red", "White"): 45}

    put(tab, ("Blue", "Red"), "5")
    assert tab.save()
    settle(qtbot, page)
    assert stored(shop) == {DARK: 90, ("Red", "White"): 45, ("Blue", "Red"): 5}


def test_an_unsound_cell_and_a_missing_default_are_not_saved(tab: ChangeoversTab) -> None:
    put(tab, DARK, "-5")
    assert not tab.save()
    tab.matrix.undo_stack.undo()
    tab.form.restore_draft({"default": ""})
    assert not tab.save()
    assert tab.form._messages["default"].text()


def test_a_centre_changed_meanwhile_is_a_conflict(
    qtbot: QtBot, page: EngineeringPage, tab: ChangeoversTab, shop: CupFactory
) -> None:
    put(tab, DARK, "70")
    changeovers.save_grid(shop.press.centre_id, 20, {DARK: 80})
    assert tab.save()
    settle(qtbot, page)
    (message,) = tab.findChildren(Message)
    assert "since you opened it" in message.text()
    message.accept()
    assert tab.is_dirty()
    tab.discard()
    settle(qtbot, page)
    assert tab.matrix.model.cells[DARK].text == "80"


def test_another_centre_asks_before_a_draft_is_lost(
    qtbot: QtBot, page: EngineeringPage, tab: ChangeoversTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = next(one.id for one in work_centres.centres() if one.code == "BENCH-CENTRE")
    put(tab, DARK, "70")
    for agrees in (False, True):
        monkeypatch.setattr(changeovers_tab, "confirm", lambda *_question, agrees=agrees: agrees)
        tab.centre.show_value(bench)
        tab.centre.edited.emit()
        settle(qtbot, page)
        assert tab.is_dirty() is not agrees
        assert tab.centre.currentText().startswith("BENCH" if agrees else "PRESS")
    assert tab.families() == []
    assert tab.matrix.view.empty_text()
