"""The schedule page: the board, the same as a table, late orders, load, and what would be if."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.board import parts
from factory_erp.ui.board.board_actions import BoardActions
from factory_erp.ui.board.board_data import Chart, Facts
from factory_erp.ui.board.board_view import BoardView, menu_of
from factory_erp.ui.board.deeds import PICTURES, Deeds
from factory_erp.ui.board.head import BoardHead
from factory_erp.ui.board.print_dialog import PrintDialog, Sheet
from factory_erp.ui.board.source import BoardSource
from factory_erp.ui.board.table_view import TableView
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.tabs import Tabs

CONCERNS = frozenset(
    {
        "production_order", "production_operation", "machine", "machine_time", "work_centre", "changeover",
        "calendar", "sales_order", "purchase_order", "purchase_line", "promise_hold", "promise_block",
        "resource", "setting",
    }
)  # fmt: skip
"""Kinds of records whose changes the board and its table show."""

MINUTE = 60_000
"""Milliseconds after which "scheduled 3 min ago" and the line of the present are no longer true."""

TITLES = {
    "board": N_("Board"),
    "table": N_("Table"),
    "late": N_("Late orders"),
    "load": N_("Load"),
    "whatif": N_("What-if"),
}

LAST_TAB = "pages/board/tab"
"""Setting: the tab that was in sight last."""

SINGLE = Qt.ConnectionType.SingleShotConnection


class BoardPage(Page):
    """The planner's page: everything on it can be done by mouse and by keyboard."""

    noun = "board"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.source = BoardSource(context, self)
        self.actions_ = BoardActions(context, self.source, self)
        self.head = BoardHead(self.header, self.source, self.actions_, self.print_board)
        self.board = BoardView(context, self.source, self.actions_)
        self.table: TableView | None = None
        self.dialog: PrintDialog | None = None
        self._wanted_order = ""
        self.tabs = Tabs(shortcuts=False)
        self.tabs.add("board", _(TITLES["board"]), lambda: self.board)
        self.tabs.add("table", _(TITLES["table"]), self._make_table)
        for key in parts.known():
            self.tabs.add(key, _(TITLES[key]), partial(self._make_part, key))
        self.set_body(self.tabs)
        self.setFocusProxy(self.board.gantt)
        prints = (self.print_board, self.save_pdf)
        self.deeds = Deeds(self.actions_, self.board, self.head, self.tabs, TITLES, self.selection, prints)
        self._connect()
        self._recall()

    def _connect(self) -> None:
        self.header.searched.connect(self._filter)
        self.tabs.current_changed.connect(self._show_tab)
        self.source.charted.connect(self._take_chart)
        self.source.informed.connect(self._take_facts)
        self.actions_.search.ended.connect(self.source.refresh)
        self.board.menu_asked.connect(self._open_menu)
        self.board.link_clicked.connect(self._follow)
        self._clock = QTimer(self, interval=MINUTE)
        self._clock.timeout.connect(self._tick)
        self._clock.start()

    def _recall(self) -> None:
        """The tab that was in sight when the program ended."""
        known = str(self.context.settings().value(LAST_TAB, ""))
        if known in self.tabs.keys():  # noqa: SIM118 - no mapping
            self.tabs.select(known)

    # tabs

    def _make_table(self) -> QWidget:
        self.table = TableView(self.context, self.source, self.actions_, self.header.search)
        self.table.menu_asked.connect(self._open_menu)
        return self.table

    def _make_part(self, key: str) -> QWidget:
        widget = parts.make(key, self.context)
        part = parts.part_of(widget)
        assert part is not None
        part.opened.connect(self._follow)
        return widget

    def part(self, key: str) -> parts.Part | None:
        """The late orders, the load or the scenarios, if somebody has looked at them."""
        return None if key in PICTURES else parts.part_of(self.tabs.page(key))

    def _show_tab(self, key: str) -> None:
        self.header.search.setVisible(key in PICTURES)
        if key in PICTURES:
            self._filter(self.header.search.text().strip())
            if self.table is not None and key == "table":
                for operation in self.board.selection():
                    if isinstance(operation, int):
                        self.table.go_to(operation)
        elif self.isVisible():
            self.refresh()

    # what the shell asks

    def refresh(self) -> None:
        """Read the picture, and the tab that is seen, again."""
        self.source.refresh()
        part = self.part(self.tabs.current())
        if part is not None:
            part.refresh()

    def on_changes(self, changes: object) -> None:
        """Read again what has changed; while a search publishes, its figures are left for its end."""
        if not self.isVisible():
            return
        if not isinstance(changes, Mapping) or not CONCERNS.isdisjoint(changes):
            self.source.refresh(facts=not self.actions_.search.running)
        part = self.part(self.tabs.current())
        if part is not None:
            part.on_changes(changes)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember which tab is in sight for the next start."""
        super().hideEvent(event)
        self.context.settings().setValue(LAST_TAB, self.tabs.current())

    def can_leave(self) -> bool:
        """Ask the tab that may hold a draft."""
        made = (self.part(key) for key in parts.known())
        return all(getattr(part, "can_leave", lambda: True)() for part in made if part is not None)

    def state(self) -> dict[str, object]:
        """The tab, and the operation that is chosen."""
        chosen = self.board.gantt.selected_id()
        tab = self.tabs.current()
        record = f"operation/{chosen}" if tab == "board" and isinstance(chosen, int) else tab
        state: dict[str, object] = {"tab": tab, "record": record}
        if self.table is not None:
            state["table"] = self.table.views.state()
        return state

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""
        table = state.get("table")
        if isinstance(table, dict):
            self.tabs.select("table")
            assert self.table is not None
            self.table.views.restore_state(table)
        self.tabs.select("board")
        self.open_record(str(state.get("record", "")))
        if str(state.get("tab")) in self.tabs.keys():  # noqa: SIM118 - no mapping
            self.tabs.select(str(state["tab"]))

    def open_record(self, key: str) -> None:
        """Show a tab (``late``), an operation (``operation/12``), or an order (``order/MO-2026-00012``)."""
        folder, _slash, rest = key.partition("/")
        if folder == "operation" and rest.isdecimal():
            self.tabs.select("board")
            self.board.go_to(int(rest))
        elif folder == "order" and rest:
            self.tabs.select("board")
            self._wanted_order = rest
            if self.source.chart is not None:
                self._go_to_order(self.source.chart)
        elif folder in self.tabs.keys():  # noqa: SIM118 - no mapping
            self.tabs.select(folder)

    def _go_to_order(self, chart: Chart) -> None:
        wanted, self._wanted_order = self._wanted_order, ""
        bars = sorted(chart.bars.values(), key=lambda bar: bar.start)
        found = next((bar for bar in bars if wanted in (bar.order_number, str(bar.order_id))), None)
        if found is not None:
            self.board.go_to(found.operation_id)
        else:
            self.context.say(_("{number} is not on the board.", number=wanted))

    def _follow(self, link: str) -> None:
        """A link to this page is followed here, any other by the window."""
        here = f"erp://{self.noun}/"
        if link.startswith(here):
            self.open_record(link.removeprefix(here))
        else:
            self.context.navigate(link)

    def commands(self) -> list[Command]:
        """Everything that can be done here."""
        views = self.table.views.commands() if self.table is not None else []
        return [*self.deeds.all(), *views]

    def selection(self) -> tuple[Hashable, ...]:
        """Ids that a command acts on: of the chart, or of the table."""
        if self.tabs.current() == "table" and self.table is not None:
            return self.table.selection()
        return self.board.selection() if self.tabs.current() == "board" else ()

    def _open_menu(self, place: QPoint) -> None:
        menu_of(self.deeds.acts(), self).popup(place)

    def _filter(self, text: str) -> None:
        if self.tabs.current() == "table" and self.table is not None:
            self.table.set_filter(text)
        elif self.tabs.current() == "board":
            self.board.set_filter(text)

    # print

    def print_board(self) -> PrintDialog | None:
        """Show the board as it will be printed; None where there is nothing yet."""
        sheet = self._sheet()
        if sheet is None:
            self.context.say(_("Nothing is scheduled yet."))
            return None
        self.dialog = PrintDialog(self.context, sheet, self.window())
        self.dialog.open()
        return self.dialog

    def save_pdf(self) -> None:
        """Draw the board as for print, and ask where to keep it."""
        dialog = self.print_board()
        if dialog is not None:
            dialog.preview.shown.connect(lambda _path: dialog.preview.save_as(), SINGLE)

    def _sheet(self) -> Sheet | None:
        gantt, chart = self.board.gantt, self.source.chart
        if chart is None or not chart.bars:
            return None
        window = gantt.seen()
        return Sheet(gantt.shown(), gantt.colouring(), (int(window.start), int(window.end)))

    # what is read

    def _take_chart(self, chart: Chart) -> None:
        if self._wanted_order:
            self._go_to_order(chart)

    def _take_facts(self, facts: Facts) -> None:
        if "late" in parts.known():
            self.tabs.set_count("late", len(facts.late))
        if facts.problem:
            self.context.say(facts.problem)

    def _tick(self) -> None:
        """The present has moved on."""
        if self.isVisible() and self.board.gantt.held_id() is None:
            self.source.refresh(facts=False)
