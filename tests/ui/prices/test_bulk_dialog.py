from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.pricing import PriceKind
from factory_erp.services.pricing import changes as pricing_changes
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.pricing import settings as price_settings
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.prices.bulk_dialog import BulkDialog, Scope
from tests.ui.prices import sample
from tests.ui.prices.sample import Lists, stored, tiers

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]

Opener = Callable[[Scope], BulkDialog]


@pytest.fixture
def lists(db: Database) -> Lists:
    return sample.load(db)


@pytest.fixture
def opened(qtbot: QtBot, lists: Lists, context: UiContext) -> Opener:
    def make(scope: Scope) -> BulkDialog:
        head = next(one for one in pricing.price_lists(PriceKind.SALES) if one.id == lists.usd)
        made = BulkDialog(context.jobs, head, scope, price_settings.margin_settings(), None)  # type: ignore[arg-type]
        qtbot.addWidget(made)
        made.show()
        return made

    return make


def enter(qtbot: QtBot, dialog: BulkDialog, context: UiContext, **texts: str) -> None:
    for name, text in texts.items():
        edit = dialog.form.edit(name)
        assert isinstance(edit, QLineEdit)
        edit.clear()
        qtbot.keyClicks(edit, text)
    qtbot.waitUntil(lambda: not dialog._pause.isActive(), timeout=8000)
    sample.settle(qtbot, context, 20)


def shown(dialog: BulkDialog) -> list[list[str]]:
    return [[text_of(cell) for cell in row] for row in dialog.table.model.rows]


def test_the_preview_is_live_and_is_what_is_written(
    qtbot: QtBot, opened: Opener, lists: Lists, context: UiContext
) -> None:
    dialog = opened(Scope((), None))
    assert not dialog.apply_button.isEnabled()
    enter(qtbot, dialog, context, percent="10", round_to="0.01")
    assert shown(dialog) == [
        ["CUP", "100", "0.80", "0.88", "+10.0 %", "54.55 %", ""],
        ["CUP", "500", "0.45", "0.50", "+11.1 %", "20.00 %", ""],
        ["LID", "1", "0.25", "0.28", "+12.0 %", "76.19 %", ""],
    ]
    assert dialog.summary.text() == "3 prices change."
    enter(qtbot, dialog, context, percent="-10")
    assert shown(dialog)[1] == ["CUP", "500", "0.45", "0.41", "-8.9 %", "2.44 % low", ""]
    with qtbot.waitSignal(dialog.applied) as told:
        dialog.apply()
    assert told.args == [3]
    assert not dialog.isVisible()
    assert stored(lists.usd) == {"CUP": [("100", "0.72"), ("500", "0.41")], "LID": [("1", "0.23")]}


def test_what_cannot_be_is_said_and_nothing_is_written(
    qtbot: QtBot, opened: Opener, lists: Lists, context: UiContext
) -> None:
    dialog = opened(Scope((), None))
    enter(qtbot, dialog, context, round_to="1")
    assert [row[-1] for row in shown(dialog)] == [
        "", "The price would be nothing.", "The price would be nothing.",
    ]  # fmt: skip
    assert dialog.summary.text() == "2 prices cannot be. CUP: The price would be nothing."
    dialog.table.select_key(dialog.table.model.keys[2])
    assert dialog.summary.text().endswith("LID: The price would be nothing.")
    assert not dialog.apply_button.isEnabled()
    dialog.apply()
    sample.settle(qtbot, context, 20)
    assert stored(lists.usd)["LID"] == [("1", "0.25")]


def test_a_change_that_leaves_no_price_is_refused_at_its_field(
    qtbot: QtBot, opened: Opener, context: UiContext
) -> None:
    dialog = opened(Scope((), None))
    enter(qtbot, dialog, context, percent="-100")
    assert "leaves no price" in dialog.form._messages["percent"].text()
    assert shown(dialog) == []


def test_only_the_marked_items(qtbot: QtBot, opened: Opener, lists: Lists, context: UiContext) -> None:
    dialog = opened(Scope((lists.lid,), (lists.cup,)))
    scopes = dialog.form.edit("scope")
    assert isinstance(scopes, QComboBox)
    assert [scopes.itemText(n) for n in range(scopes.count())] == [
        "all 2 items", "the 1 item found", "1 marked item",
    ]  # fmt: skip
    enter(qtbot, dialog, context, amount="0.1")
    assert [row[0] for row in shown(dialog)] == ["CUP", "CUP"], "those in sight, unless said otherwise"
    scopes.setCurrentIndex(2)
    scopes.activated.emit(2)
    enter(qtbot, dialog, context)
    assert [(row[0], row[3]) for row in shown(dialog)] == [("LID", "0.35")]
    with qtbot.waitSignal(dialog.applied):
        dialog.apply()
    assert stored(lists.usd) == {"CUP": [("100", "0.8"), ("500", "0.45")], "LID": [("1", "0.35")]}


def test_prices_that_changed_meanwhile_are_previewed_again(
    qtbot: QtBot, opened: Opener, lists: Lists, context: UiContext
) -> None:
    dialog = opened(Scope((), None))
    enter(qtbot, dialog, context, percent="10")
    pricing_changes.set_tiers(lists.usd, lists.lid, tiers((1, "0.3")))
    dialog.apply()
    sample.settle(qtbot, context, 20)
    box = next(one for one in dialog.findChildren(Message) if one.isVisible())
    assert "were changed since the preview" in box.text()
    box.accept()
    assert shown(dialog)[2][2:4] == ["0.30", "0.33"]
    with qtbot.waitSignal(dialog.applied):
        dialog.apply()
    assert stored(lists.usd)["LID"] == [("1", "0.33")]
