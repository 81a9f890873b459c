from __future__ import annotations

from collections.abc import Hashable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp.i18n import in_language
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt_data import Bar, LaneSpan, SpanKind
from factory_erp.ui.kit.gantt_inks import GREY, HUES, Colouring, ColourKey, Palette
from factory_erp.ui.kit.gantt_legend import GanttLegend
from factory_erp.ui.kit.gantt_model import GanttIndex
from factory_erp.ui.kit.gantt_window import LANE_HEIGHT, bar_rect
from tests.ui.kit.gantt_boards import BARS, DAY, bar, middle, shown, week

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


# picking


def test_ctrl_click_picks_several_and_a_click_only_one(qtbot: QtBot) -> None:
    view = shown(qtbot)
    heard: list[tuple[Hashable, ...]] = []
    view.selection_changed.connect(heard.append)
    qtbot.mouseClick(view.viewport(), LEFT, pos=middle(view, 1))
    qtbot.mouseClick(view.viewport(), LEFT, CONTROL, pos=middle(view, 3))
    qtbot.mouseClick(view.viewport(), LEFT, CONTROL, pos=middle(view, 4))
    qtbot.mouseClick(view.viewport(), LEFT, CONTROL, pos=middle(view, 3))
    assert view.selection() == (1, 4)
    qtbot.mouseClick(view.viewport(), LEFT, pos=middle(view, 5))
    assert view.selection() == (5,)
    assert heard == [(1,), (1, 3), (1, 3, 4), (1, 4), (5,)]


def test_a_band_picks_the_bars_that_it_touches(qtbot: QtBot) -> None:
    view = shown(qtbot)
    start = middle(view, 1) + QPoint(-60, -LANE_HEIGHT // 2 + 2)
    end = middle(view, 3) + QPoint(2, 0)
    qtbot.mousePress(view.viewport(), LEFT, pos=start)
    qtbot.mouseMove(view.viewport(), start + QPoint(20, 5))
    qtbot.mouseMove(view.viewport(), end)
    assert view._floats()
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)
    assert set(view.selection()) == {1, 2, 3}
    assert not view._floats()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.selection() == ()


def test_what_is_picked_and_gone_is_not_picked_any_more(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.pick(1, 5, 77)
    assert view.selection() == (1, 5)
    view.set_data(week(*BARS[:4]))
    assert view.selection() == (1,)


def test_the_selected_bar_is_described_with_its_machine_and_marks(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.select_id(3)
    assert view.accessibleDescription().split("\n") == ["Press B", "MO-3", "Locked"]
    view.select_id(2)
    assert view.accessibleDescription().split("\n") == ["Press A", "MO-2", "Late"]


def test_a_marked_span_says_what_it_is(qtbot: QtBot) -> None:
    view = shown(qtbot)
    window = view.seen()
    place = QPoint(window.x(DAY + 750), window.y(1) + 4)
    assert view._span_text(place) == "Yearly check"
    assert view._span_text(QPoint(window.x(100), window.y(1) + 4)) == ""
    assert view._span_text(QPoint(20, window.y(1) + 4)) == ""


# filter


def test_the_filter_pales_or_hides_what_does_not_match(qtbot: QtBot) -> None:
    view = shown(qtbot)
    plain = view.viewport().grab().toImage()
    assert view.set_filter("NORD mo-3") == 1
    assert view.set_filter("nordlicht") == 3
    pale = view.viewport().grab().toImage()
    assert view.bar_at(middle(view, 5)) is BARS[4]
    view.set_filter("nordlicht", "hide")
    hidden = view.viewport().grab().toImage()
    assert view.bar_at(middle(view, 5)) is None
    assert len({bytes(image.constBits()) for image in (plain, pale, hidden)}) == 3
    view.select_id(1)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.selected_id() == 1  # the one beside it is hidden
    assert view.set_filter("") == 5
    assert view.bar_at(middle(view, 5)) is BARS[4]


def test_the_filter_outlives_new_data(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.set_filter("fjord")
    view.set_data(week(*BARS, bar(6, 3, 700, 90, words="Fjord")))
    assert set(view.shown().by_id) == {2, 5, 6}


# links


def test_without_links_an_order_is_a_chain_by_start() -> None:
    index = GanttIndex(week())
    assert [(one.id, two.id) for one, two in index.links_of(BARS[0])] == [(1, 3), (3, 4)]


def test_links_lead_to_other_orders_too_and_never_off_the_chart() -> None:
    data = week()
    index = GanttIndex(
        type(data)(data.lanes, data.bars, data.origin, 0, data.zone, links=((1, 5), (1, 3), (1, 99)))
    )
    assert {(one.id, two.id) for one, two in index.links_of(BARS[0])} == {(1, 5), (1, 3)}
    assert {(one.id, two.id) for one, two in index.links_of(BARS[4])} == {(1, 5)}


def test_the_order_of_the_selected_bar_is_linked_and_flagged(qtbot: QtBot) -> None:
    view = shown(qtbot)
    window = view.seen()
    spot = QPoint(window.x(DAY), window.y(0) + LANE_HEIGHT // 2 - 1)  # between the first bar and the second
    pole = window.x(2 * DAY + 1_200)
    plain = view.viewport().grab().toImage()
    view.select_id(1)
    lit = view.viewport().grab().toImage()
    assert lit.pixelColor(spot).lightness() < 120 < plain.pixelColor(spot).lightness()
    assert any(plain.pixelColor(pole, y) != lit.pixelColor(pole, y) for y in range(80, 200))


# colours and marks


def test_a_palette_keeps_its_colours_whoever_comes_later() -> None:
    keys = [ColourKey(name, name) for name in ("Nordlicht", "Fjord", "Casa", "北极星")]
    palette = Palette()
    first = [palette.index(key) for key in keys]
    assert len(set(first)) == len(keys)
    for number in range(30):
        palette.index(ColourKey(number, str(number)))
    assert [palette.index(key) for key in keys] == first
    assert [Palette().index(key) for key in keys[:1]] == first[:1]
    assert set(palette._given.values()) == set(range(len(HUES)))


def test_a_tone_has_its_colour_and_what_is_done_is_grey() -> None:
    late = ColourKey("late", "Late", theme.Tone.DANGER)
    colouring = Colouring({1: late, 2: late})
    assert colouring.of(BARS[0]) == Palette().index(late)
    assert colouring.of(BARS[4]) == GREY
    assert Colouring().of(bar(9, 0, 0, 10, colour_index=14)) == 14 % len(HUES)
    assert Colouring().of(bar(9, 0, 0, 10, colour_index=3, done=True)) == GREY


def test_bars_wear_the_colour_of_their_key(qtbot: QtBot) -> None:
    view = shown(qtbot)
    keys = {one.id: ColourKey(one.words, one.words) for one in BARS}
    view.set_colouring(Colouring(keys))
    image = view.viewport().grab().toImage()

    def stripe(number: int) -> QColor:
        rect = bar_rect(BARS[number - 1], view.seen())
        return image.pixelColor(rect.x() + 1, rect.center().y())

    assert stripe(1) == stripe(3) != stripe(5)


def test_the_legend_lists_what_is_in_view(qtbot: QtBot) -> None:
    view = shown(qtbot)
    legend = GanttLegend(view)
    qtbot.addWidget(legend)
    view.set_colouring(Colouring({one.id: ColourKey(one.words, one.words) for one in BARS}))
    legend.refresh()
    assert legend.entries() == [
        "Fjord", "Nordlicht", "Late", "Under way", "Locked", "Held for a promise", "Changeover",
        "Overtime", "Maintenance", "Breakdown", "Closed", "Frozen",
    ]  # fmt: skip
    view.show_preset("shift")
    view.go_to_start()
    qtbot.waitUntil(lambda: "Late" not in legend.entries(), timeout=2_000)
    assert legend.entries() == ["Closed", "Frozen"]
    legend.resize(90, 100)
    assert legend.heightForWidth(90) > legend.heightForWidth(2_000)
    legend.grab()
    with in_language("zh_CN"):
        QApplication.sendEvent(legend, _language_change())
        assert legend.accessibleName()


def _language_change():  # type: ignore[no-untyped-def]
    from PySide6.QtCore import QEvent

    return QEvent(QEvent.Type.LanguageChange)


@pytest.mark.parametrize(
    "marks",
    [{"late": True}, {"locked": True}, {"hold": True}, {"started": True}, {"done": True}, {"changeover": 60}],
)
def test_every_mark_changes_the_picture(qtbot: QtBot, marks: dict[str, object]) -> None:
    plain, marked = bar(1, 1, 700, 240), bar(1, 1, 700, 240, **marks)
    assert _grey(qtbot, plain) != _grey(qtbot, marked), "without any colour"


@pytest.mark.parametrize("kind", list(SpanKind))
def test_every_span_changes_the_picture(qtbot: QtBot, kind: SpanKind) -> None:
    others = [one for one in SpanKind if one is not kind]
    pictures = [_grey(qtbot, bar(1, 1, 700, 100), LaneSpan(1_000, 1_200, one)) for one in (kind, *others)]
    assert pictures[0] not in pictures[1:]


def test_a_thin_late_bar_reaches_out(qtbot: QtBot) -> None:
    view = shown(qtbot, week(bar(1, 1, 700, 20, late=True), bar(2, 1, 1_000, 20)))
    image = view.viewport().grab().toImage()
    late, other = (bar_rect(view.index().by_id[number], view.seen()) for number in (1, 2))
    red = QColor(theme.current().danger)
    assert image.pixelColor(late.center().x(), late.y() - 2) == red
    assert image.pixelColor(other.center().x(), other.y() - 2) != image.pixelColor(other.center())


def _grey(qtbot: QtBot, one: Bar, *spans: LaneSpan) -> bytes:
    """The picture of a chart with one bar as a person without colours sees it."""
    from dataclasses import replace

    data = week(one)
    lanes = [replace(lane, spans=spans) for lane in data.lanes]
    image = shown(qtbot, replace(data, lanes=lanes)).viewport().grab().toImage()
    grey = image.convertToFormat(image.Format.Format_Grayscale8)
    return bytes(grey.constBits())
