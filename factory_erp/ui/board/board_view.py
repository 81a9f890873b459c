"""The board: the chart with its legend, the load beneath it, the late orders beside it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.ui.board.board_actions import BoardActions
from factory_erp.ui.board.board_data import Chart, Facts, first_of_interest
from factory_erp.ui.board.card import BoardCard
from factory_erp.ui.board.colours import NAMES, Colours
from factory_erp.ui.board.dock import Dock
from factory_erp.ui.board.drag import DragPreview
from factory_erp.ui.board.source import BoardSource
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.commands import Command, action
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.forms import ChoiceEdit
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.gantt import GanttView
from factory_erp.ui.kit.gantt_chart import ZOOM_STEP
from factory_erp.ui.kit.gantt_legend import GanttLegend
from factory_erp.ui.kit.load_strip import ROW_HEIGHT, LoadStrip
from factory_erp.ui.kit.widgets import EmptyState

LEGEND_HEIGHT = 48
"""Two rows of the legend; more of it is scrolled to."""

SETTING = "pages/board"


class BoardView(QWidget):
    """Everything around the chart; what is done goes through *actions*."""

    menu_asked = Signal(object)
    """Global position at which the menu of the chosen bars is wanted."""
    link_clicked = Signal(str)
    """Deep link to what a reason names."""

    def __init__(
        self,
        context: UiContext,
        source: BoardSource,
        actions: BoardActions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._actions, self._colours = context, actions, Colours()
        self._chart: Chart | None = None
        self._fitted = False
        self._wanted: Hashable = None
        self.gantt = GanttView(self)
        self.preview = DragPreview(context, source, self.gantt)
        self.legend = GanttLegend(self.gantt)
        self.strip = LoadStrip(self.gantt)
        self.card = BoardCard(self.toggle_lock, self.open_order)
        self.dock = Dock(self.card)
        self.empty = EmptyState(
            "gantt",
            _("Nothing is scheduled. Confirmed orders are planned on the sales page, then scheduled here."),
            _("Re-schedule"),
            actions.search.start,
        )
        self._connect(source)
        self._lay_out()

    def _connect(self, source: BoardSource) -> None:
        actions, gantt = self._actions, self.gantt
        source.charted.connect(self.show_chart)
        source.informed.connect(self.show_facts)
        gantt.selected.connect(self.dock.show_operation)
        gantt.activated.connect(lambda key: actions.open_order([key]))
        gantt.lock_asked.connect(actions.toggle_lock)
        gantt.moved.connect(actions.move)
        actions.refused.connect(gantt.clear_preview)
        gantt.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        gantt.customContextMenuRequested.connect(self._ask_menu)
        self.dock.chosen.connect(self.go_to)
        self.card.link_clicked.connect(self.link_clicked)

    # what is shown

    def show_chart(self, chart: Chart) -> None:
        """Another picture; what is chosen and seen stays so."""
        self._chart = chart
        self.gantt.set_data(chart.index)
        self._colour()
        self.dock.show_chart(chart)
        self.stack.setCurrentWidget(self.board if chart.bars or chart.holds else self.empty)
        if not self._fitted and chart.bars:
            self._fitted = True
            self.gantt.show_preset("week")
            self.gantt.go_to_now()
            self._choose_first(chart)
        if self._wanted is not None:
            self.go_to(self._wanted)
        self.dock.show_operation(self.gantt.selected_id())

    def _choose_first(self, chart: Chart) -> None:
        """What is most worth a look: the first that is late, else what runs, else what comes next."""
        bar = first_of_interest(chart.bars.values())
        if bar is not None and self.gantt.selected_id() is None and self._wanted is None:
            self.gantt.select_id(bar.operation_id)

    def show_facts(self, facts: Facts) -> None:
        """Late orders and load."""
        self.dock.show_facts(facts)
        self.strip.set_rows(facts.load)
        self.dock.show_operation(self.gantt.selected_id())

    def go_to(self, operation_id: Hashable) -> None:
        """Choose a bar and bring it into sight, as soon as there is a picture."""
        if self._chart is None:
            self._wanted = operation_id
            return
        self._wanted = None
        if not self.gantt.select_id(operation_id):
            self._context.say(_("This operation is not on the board."))

    def selection(self) -> tuple[Hashable, ...]:
        """Ids that a command acts on."""
        return self.gantt.selection()

    def set_filter(self, text: str) -> None:
        """Show palely, or not at all, what does not hold every word of *text*."""
        found = self.gantt.set_filter(text, "hide" if self.only_button.isChecked() else "dim")
        self._filter = text
        if text:
            self._context.say(ngettext("{count} operation found.", "{count} operations found.", found))

    def toggle_lock(self) -> None:
        """Lock or unlock what is chosen."""
        self._actions.toggle_lock(self.selection())

    def open_order(self) -> None:
        """Show the production order of what is chosen."""
        self._actions.open_order(self.selection())

    # colours

    def colour_by(self, name: str) -> None:
        """Colour by *name*, one of ``colours.NAMES``."""
        self.colours.show_value(name)
        self._colour()

    def _colour(self) -> None:
        name = str(self.colours.value())
        self._context.settings().setValue(f"{SETTING}/colour", name)
        if self._chart is not None:
            self.gantt.set_colouring(self._colours.of(self._chart, name))

    # parts

    def show_dock(self, on: bool) -> None:
        """Show or hide the late orders and the card."""
        self.dock_button.setChecked(on)
        self.dock.setVisible(on)
        self._context.settings().setValue(f"{SETTING}/dock", on)

    def toggle_dock(self) -> None:
        """Hide the late orders and the card, or show them again."""
        self.show_dock(not self.dock_button.isChecked())

    def _ask_menu(self, place: QPoint) -> None:
        if self.gantt.selection():
            self.menu_asked.emit(self.gantt.viewport().mapToGlobal(place))

    def _lay_out(self) -> None:
        self._filter = ""
        self.legend_area = QScrollArea()
        self.legend_area.setWidget(self.legend)
        self.legend_area.setWidgetResizable(True)
        self.legend_area.setFixedHeight(LEGEND_HEIGHT)
        self.legend_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for one in (self.legend, self.legend_area.viewport()):
            one.setAutoFillBackground(False)
        self.strip.setMinimumHeight(ROW_HEIGHT + 4)
        charts = split(
            framed(self.gantt),
            framed(self.strip),
            across=False,
            stretch=(1, 0),
            sizes=(420, 2 * ROW_HEIGHT + 2),
        )
        self.board = QWidget()
        column = QVBoxLayout(self.board)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(charts, 1)
        column.addWidget(self.legend_area)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.board)
        self.stack.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addLayout(self._toolbar())
        whole.addWidget(split(self.stack, self.dock, stretch=(1, 0), sizes=(760, 300)), 1)
        self.show_dock(str(self._context.settings().value(f"{SETTING}/dock", "true")).lower() != "false")

    def _toolbar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(7)
        gantt = self.gantt
        presets = {"day": _("Day"), "week": _("Week"), "month": _("Month"), "quarter": _("Quarter")}
        for name, text in presets.items():
            row.addWidget(Button(text, run=partial(gantt.show_preset, name)))
        for icon, text, run in (
            ("zoom-out", _("Zoom out"), partial(gantt.zoom, 1 / ZOOM_STEP)),
            ("zoom-in", _("Zoom in"), partial(gantt.zoom, ZOOM_STEP)),
            ("fit-width", _("Fit the whole schedule"), gantt.fit_all),
            ("today", _("Go to now"), gantt.go_to_now),
        ):
            row.addWidget(_tool(icon, text, run))
        row.addStretch(1)
        self.colours = ChoiceEdit([(name, _(title)) for name, title in NAMES.items()])
        self.colours.setAccessibleName(_("Colour by"))
        known = str(self._context.settings().value(f"{SETTING}/colour", ""))
        self.colours.show_value(known if known in NAMES else next(iter(NAMES)))
        self.colours.edited.connect(self._colour)
        row.addWidget(label(_("Colour by"), muted=True))
        row.addWidget(self.colours)
        self.only_button = Button(
            _("Only what is found"), kind=Kind.CHIP, run=lambda: self.set_filter(self._filter)
        )
        self.dock_button = Button(_("Late orders"), kind=Kind.CHIP, icon="warning", run=self._show_dock_asked)
        row.addWidget(self.only_button)
        row.addWidget(self.dock_button)
        return row

    def _show_dock_asked(self) -> None:
        self.show_dock(self.dock_button.isChecked())


def menu_of(commands: list[Command], parent: QWidget) -> QMenu:
    """A menu of *commands* as they can be run now."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addActions([action(command, menu) for command in commands])
    return menu


def _tool(icon: str, text: str, run: Callable[[], object]) -> Button:
    """A button that is only an icon; its name is its tooltip."""
    button = Button("", icon=icon, run=run)
    button.setToolTip(text)
    button.setAccessibleName(text)
    button.setFixedWidth(36)
    button.setStyleSheet("padding: 5px")
    return button
