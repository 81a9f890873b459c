"""Choosing bars on the planning board: one to look at, several to act on, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit.gantt_chart import GanttChart
from factory_erp.ui.kit.gantt_data import Bar, GanttData
from factory_erp.ui.kit.gantt_model import GanttIndex
from factory_erp.ui.kit.gantt_scene import Scene
from factory_erp.ui.kit.gantt_window import HEADER_HEIGHT, LANE_HEIGHT, TITLE_WIDTH


class GanttSelect(GanttChart):
    """A chart with one selected bar, and any number of picked ones."""

    selected = Signal(object)
    """Id of the bar that was clicked or walked to, None where nothing is selected any more."""
    selection_changed = Signal(object)
    """Tuple of the ids that a command would act on: the picked bars, or else the selected one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selected: Hashable = None
        self._picked: dict[Hashable, None] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_data(self, data: GanttData | GanttIndex) -> None:
        """Show *data*; what is selected stays so, as far as it is still there."""
        super().set_data(data)
        bar = self.selected_bar()
        self._change(bar, {key: None for key in self._picked if key in self._index.by_id})
        self.setAccessibleDescription(self._description(bar) if bar else "")

    def scene(self) -> Scene:
        """What is drawn now, selection included."""
        return Scene(
            self._index,
            self.seen(),
            self._shown,
            self._faded,
            self._selected,
            frozenset(self._picked),
            self._dimmed(),
            self._colouring,
        )

    def _dimmed(self) -> frozenset[int]:
        """Lanes that step back."""
        return frozenset()

    def selected_id(self) -> Hashable:
        """Id of the selected bar, None where there is none."""
        return self._selected

    def selection(self) -> tuple[Hashable, ...]:
        """Ids that a command acts on: the picked bars in the order of picking, else the selected one."""
        return tuple(self._picked) or (() if self._selected is None else (self._selected,))

    def select_id(self, bar_id: Hashable) -> bool:
        """Select a bar and bring it into sight; False where it is not on the chart."""
        bar = self._index.by_id.get(bar_id)
        if bar is None:
            return False
        self._select(bar)
        self._reveal(bar)
        return True

    def pick(self, *bar_ids: Hashable) -> None:
        """Pick these bars, and no others; ids that are not on the chart are ignored."""
        self._set_picked({key: None for key in bar_ids if key in self._index.by_id})

    def selected_bar(self) -> Bar | None:
        """The selected bar."""
        return self._index.by_id.get(self._selected)

    def _select(self, bar: Bar | None) -> None:
        self._change(bar, self._picked)

    def _change(self, bar: Bar | None, picked: dict[Hashable, None]) -> None:
        """Select *bar* and pick *picked*; whoever listens hears of either once."""
        before, chosen = self.selection(), bar.id if bar else None
        walked = chosen != self._selected
        self._selected, self._picked = chosen, picked
        self.viewport().update()
        if walked:
            self.setAccessibleDescription(self._description(bar) if bar else "")
            self.selected.emit(chosen)
        if self.selection() != before:
            self.selection_changed.emit(self.selection())

    def _description(self, bar: Bar) -> str:
        """What a screen reader says of *bar*: its lane, its words, and its marks."""
        marks = ((bar.late, _("Late")), (bar.locked, _("Locked")), (bar.hold, _("Held for a promise")))
        words = [self._index.data.lanes[bar.lane_index].title, bar.tooltip or bar.text]
        return "\n".join([*words, *(mark for on, mark in marks if on)])

    def _toggle(self, bar: Bar) -> None:
        """Pick *bar* or let it go; the selected bar is picked along with the first other one."""
        picked = dict(self._picked)
        if not picked and self._selected not in (None, bar.id):
            picked[self._selected] = None
        if bar.id in picked:
            del picked[bar.id]
        else:
            picked[bar.id] = None
        self._change(bar, picked)

    def _set_picked(self, picked: dict[Hashable, None]) -> None:
        self._change(self.selected_bar(), picked)

    def _pick_within(self, band: QRect, *, more: bool) -> None:
        """Pick the bars that *band* touches, beside those picked before if *more*."""
        window = self.seen()
        first, last = max(0, window.lane(band.top())), window.lane(band.bottom())
        start, end = window.minute(band.left()), window.minute(band.right())
        found = [bar.id for lane in self._shown.lanes[first : last + 1] for bar in lane.visible(start, end)]
        self._set_picked({**(self._picked if more else {}), **dict.fromkeys(found)})

    # from bar to bar

    def _walk(self, across: int, down: int) -> None:
        """Go to the bar beside the selected one, or to the nearest one in the next lane that has any."""
        here = self._shown.by_id.get(self._selected)
        target = self._entry() if here is None else self._neighbour(here, across, down)
        if target is not None:
            self._select(target)
            self._reveal(target)

    def _entry(self) -> Bar | None:
        """Where walking begins: the bar nearest to the middle of what is seen, in the first lane in sight."""
        seen, count = self.seen(), len(self._shown.lanes)
        lanes = [*seen.lanes(count), *range(count)]
        near = (self._shown.lanes[lane].nearest((seen.start + seen.end) / 2) for lane in lanes)
        return next((bar for bar in near if bar is not None), None)

    def _neighbour(self, here: Bar, across: int, down: int) -> Bar | None:
        if across:
            bars = self._shown.lanes[here.lane_index].bars
            place = bars.index(here) + across
            return bars[place] if 0 <= place < len(bars) else None
        lane = here.lane_index + down
        while 0 <= lane < len(self._shown.lanes):
            target = self._shown.lanes[lane].nearest((here.start + here.end) / 2)
            if target is not None:
                return target
            lane += down
        return None

    def _reveal(self, bar: Bar) -> None:
        """Scroll as little as brings *bar* into sight."""
        self._reveal_place(bar.lane_index, bar.start, bar.end)

    def _reveal_place(self, lane: int, start: int, end: int) -> None:
        """Scroll as little as brings these minutes of *lane* into sight."""
        seen = self.seen()
        rect = seen.rect(lane, start, end)
        if rect.x() < TITLE_WIDTH or rect.right() > seen.width:
            middle = (start + min(end, start + self._body_width() / self._scale)) / 2
            self._go_to(middle - self._body_width() / 2 / self._scale)
        down = self.verticalScrollBar()
        if rect.y() < HEADER_HEIGHT:
            down.setValue(lane * LANE_HEIGHT)
        elif rect.bottom() > seen.height:
            down.setValue((lane + 1) * LANE_HEIGHT - (seen.height - HEADER_HEIGHT))
