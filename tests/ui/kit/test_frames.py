"""Lines that give way, and cards side by side."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit.buttons import ElidedLabel
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.frames import framed, split


def test_a_line_that_is_cut_tells_all_of_it_elsewhere(qtbot: QtBot) -> None:
    line = ElidedLabel("Tellerwald Haushaltswaren GmbH")
    qtbot.addWidget(line)
    line.resize(80, 20)
    line.show()
    assert line.fitting().endswith("…")
    assert line.toolTip() == line.accessibleName() == line.text() == "Tellerwald Haushaltswaren GmbH"
    line.resize(600, 20)
    assert (line.fitting(), line.toolTip()) == (line.text(), "")
    line.setText("Short")
    assert line.accessibleName() == "Short"


def test_a_long_caption_does_not_push_its_bar_off_the_card(qtbot: QtBot) -> None:
    card = DetailCard()
    qtbot.addWidget(card)
    card.add_progress([("Assembly and leak test of the whole vacuum tumbler, with its lid", 40)])
    card.resize(card.minimumWidth(), 300)
    card.show()
    assert card._scroll.widget().width() <= card._scroll.viewport().width()


def test_parts_stand_side_by_side_and_cannot_be_folded_away(qtbot: QtBot) -> None:
    table, card = QLabel("table"), QWidget()
    parts = split(framed(table, title="Goods"), card, stretch=(3, 1), sizes=(300, 100))
    qtbot.addWidget(parts)
    assert parts.count() == 2
    assert not parts.childrenCollapsible()
    assert [one.text() for one in parts.widget(0).findChildren(QLabel)] == ["Goods", "table"]
