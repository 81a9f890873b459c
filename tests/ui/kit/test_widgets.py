from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import NotAllowed
from factory_erp.ui.kit import icons
from factory_erp.ui.kit.buttons import Button, Kind
from factory_erp.ui.kit.dialogs import Message, confirm
from factory_erp.ui.kit.widgets import (
    Chip,
    ChipBar,
    DetailCard,
    JourneyLine,
    JourneyStep,
    SearchBox,
    StatCard,
    StepState,
    show_problem,
)


@pytest.mark.parametrize("name", icons.names())
def test_every_icon_can_be_drawn(qtbot: QtBot, name: str) -> None:
    image = icons.pixmap(name, "#ff0000").toImage()
    assert image.width() == 20
    assert any(image.pixelColor(x, y).alpha() for x in range(20) for y in range(20))


def test_a_chip_chosen_tells_its_view_and_counts_are_live(qtbot: QtBot) -> None:
    bar = ChipBar()
    qtbot.addWidget(bar)
    bar.set_chips([Chip("all", "All", 1240), Chip("late", "Late")])
    assert bar.current() == "all"
    with qtbot.waitSignal(bar.chosen) as chosen:
        bar.select("late")
    assert chosen.args == ["late"]
    bar.set_count("late", 9)
    assert bar._buttons["late"].text() == "Late  9"
    assert bar._buttons["all"].text() == "All  1,240"
    bar.set_chips([Chip("late", "Late", 8), Chip("all", "All", 1)])
    assert bar.current() == "late", "a rebuild keeps the choice"


def test_a_search_waits_for_the_typing_to_rest(qtbot: QtBot) -> None:
    box = SearchBox("Search")
    qtbot.addWidget(box)
    heard: list[str] = []
    box.searched.connect(heard.append)
    qtbot.keyClicks(box, "flange")
    assert heard == []
    qtbot.waitUntil(lambda: heard == ["flange"])
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: heard == ["flange", ""])


def test_the_journey_can_be_heard_and_walked(qtbot: QtBot) -> None:
    line = JourneyLine()
    qtbot.addWidget(line)
    line.set_steps(
        [JourneyStep("Promise", StepState.DONE), JourneyStep("Material", StepState.PROBLEM, "12 kg short")]
    )
    assert line.accessibleName() == "Promise: done; Material: held up – 12 kg short"
    line.resize(400, 60)
    assert [line.step_at(x) for x in (-1, 10, 390, 400)] == [-1, 0, 1, -1]
    qtbot.keyClick(line, Qt.Key.Key_Right)
    with qtbot.waitSignal(line.chosen) as chosen:
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert chosen.args == [1]
    assert not line.grab().isNull()


def test_a_card_tells_which_link_was_clicked_and_can_be_filled_again(qtbot: QtBot) -> None:
    card = DetailCard()
    qtbot.addWidget(card)
    for number in ("SO-1", "SO-2"):
        card.fill(number, "Acme", [("Channel", "Amazon DE")])
        card.add_progress([("Stamping", 80)])
        card.add_links([("document", f"Invoice {number}", f"erp://documents/{number}")])
    links = [
        one for one in card._scroll.widget().findChildren(QPushButton) if one.text().startswith("Invoice")
    ]
    assert [link.text() for link in links] == ["Invoice SO-2"]
    with qtbot.waitSignal(card.link_clicked) as clicked:
        links[0].click()
    assert clicked.args == ["erp://documents/SO-2"]


def test_a_number_leads_to_its_records(qtbot: QtBot) -> None:
    ran: list[str] = []
    card = StatCard("3", "late orders", "danger", lambda: ran.append("late"))
    qtbot.addWidget(card)
    assert card.accessibleName() == "late orders: 3"
    card.click()
    assert ran == ["late"]


def test_a_refusal_is_told_in_its_own_words(qtbot: QtBot) -> None:
    box = show_problem(None, NotAllowed("The order is shipped.", record="SO-1", remedy="Make a credit note."))
    qtbot.addWidget(box)
    assert (box.text(), box.more_text()) == ("The order is shipped.", "Make a credit note.")
    assert box.findChild(QPushButton, "copy-details") is None


def test_our_own_bug_shows_no_traceback_but_copies_it(qtbot: QtBot) -> None:
    try:
        raise ZeroDivisionError("ours")
    except ZeroDivisionError as error:
        box = show_problem(None, error)
    qtbot.addWidget(box)
    assert "Traceback" not in box.text() + box.more_text()
    copy = box.findChild(QPushButton, "copy-details")
    assert isinstance(copy, QPushButton)
    copy.click()
    assert "ZeroDivisionError: ours" in QGuiApplication.clipboard().text()
    assert box.isVisible()


@pytest.mark.parametrize(("pressed", "agreed"), [("Ship", True), ("Cancel", False)])
def test_a_question_has_our_buttons_and_the_act_at_the_right(
    qtbot: QtBot, pressed: str, agreed: bool
) -> None:
    seen: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, Message)
        found = sorted(box.findChildren(Button), key=lambda one: one.x())
        seen.extend(one.text() for one in found)
        assert [one.isDefault() for one in found] == [True, False]
        assert (found[1].kind, found[1].icon().isNull()) == (Kind.PRIMARY, True)
        next(one for one in found if one.text() == pressed).click()

    QTimer.singleShot(0, answer)
    assert confirm(None, "Ship?", "It leaves the house.", "Ship") is agreed
    assert seen == ["Cancel", "Ship"]


def test_a_long_problem_is_read_in_full(qtbot: QtBot) -> None:
    box = show_problem(None, NotAllowed("The order is shipped.", remedy="Make a credit note. " * 30))
    qtbot.addWidget(box)
    more = next(one for one in box.findChildren(QLabel) if one.text() == box.more_text())
    assert more.height() >= more.heightForWidth(more.width())
