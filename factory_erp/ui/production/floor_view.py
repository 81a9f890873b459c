"""The floor: what is next on each machine, with buttons big enough for a finger."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from factory_erp.i18n import _
from factory_erp.models.production import OperationState
from factory_erp.services.production import batches
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import OperationRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import EmptyState
from factory_erp.ui.production import words
from factory_erp.ui.production.actions import ProductionActions

EACH = 2
"""Operations shown of a machine: the one at work and the one after it."""

MOST = 20_000
"""Open operations among which those of a batch are looked for."""

BIG = 48
"""Height of a button for a finger, px (WCAG 2.2, 2.5.5 asks for 44)."""

FRAME = 14
"""Padding and border of a button that the style sheet adds to its height, px."""

CARD_WIDTH = 540
"""Room that the card of a machine needs, px: as many stand side by side as fit."""


class FloorView(QWidget):
    """A card per machine.  Start begins the operation, Finish reports all that is left of it as good."""

    def __init__(self, context: UiContext, actions: ProductionActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._actions = actions
        self._rows: tuple[OperationRow, ...] = ()
        self._columns = 0
        self._wanted: tuple[str, int] | None = None
        self.buttons: dict[tuple[str, int], Button] = {}
        """('start' or 'finish' or 'report', operation id) → its button."""
        self.empty = EmptyState(
            "factory", _("Nothing is released to the floor. Release production orders first.")
        )
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._area)
        self._stack.addWidget(self.empty)
        self.wanted_label = label(bold=True)
        self.all_button = Button(
            _("Show all machines"), kind=Kind.LINK, icon="chevron-left", run=self.show_all
        )
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(0, 0, 0, 0)
        for part in (self.all_button, self.wanted_label):
            bar.addWidget(part)
        bar.addStretch(1)
        self._bar.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._bar)
        column.addWidget(self._stack, 1)

    def reload(self) -> None:
        """Read again what is next, in the background."""
        read = partial(_read, self._wanted)
        self._context.jobs.run(read, done=partial(self._take, self._wanted), owner=self)

    def show_only(self, batch: str, sequence: int) -> None:
        """Only what is open of an operation of a batch, as the code on its traveller asks."""
        self._wanted = (batch, sequence)
        nothing = _("Nothing of {batch} is open on the floor: it is not released, or finished.", batch=batch)
        self._look(nothing)

    def show_all(self) -> None:
        """What is next on every machine."""
        if self._wanted is not None:
            self._wanted = None
            self._look(_("Nothing is released to the floor. Release production orders first."))

    def _look(self, nothing: str) -> None:
        self._bar.setVisible(self._wanted is not None)
        self.empty.sentence.setText(nothing)
        self.reload()

    def _take(self, wanted: tuple[str, int] | None, rows: Sequence[OperationRow]) -> None:
        if wanted != self._wanted:
            return
        if wanted is not None:
            self.wanted_label.setText(_said(*wanted, rows))
        self.show_operations(rows)

    def show_operations(self, rows: Iterable[OperationRow]) -> None:
        """Show *rows*, machine by machine; the scroll position stays."""
        self._rows = tuple(rows)
        self._columns = self._fitting()
        machines = by_machine(self._rows)
        bar = self._area.verticalScrollBar()
        place = bar.value()
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 6, 0)
        grid.setSpacing(12)
        self.buttons = {}
        for position, (machine, mine) in enumerate(machines.items()):
            grid.addWidget(
                self._machine_card(machine, mine), position // self._columns, position % self._columns
            )
        for side in range(self._columns):
            grid.setColumnStretch(side, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self._area.setWidget(content)
        content.setAutoFillBackground(False)
        self._area.viewport().setAutoFillBackground(False)
        bar.setValue(place)
        self._stack.setCurrentWidget(self._area if machines else self.empty)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the machines stand under one another."""
        super().resizeEvent(event)
        if self._rows and self._fitting() != self._columns:
            self.show_operations(self._rows)

    def _fitting(self) -> int:
        return max(1, min(3, self.width() // CARD_WIDTH))

    def _machine_card(self, machine: str, rows: list[OperationRow]) -> QFrame:
        card = QFrame()
        card.setProperty("card", True)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(10)
        top = QHBoxLayout()
        top.addWidget(label(self._machine_title(machine), pixels=17, bold=True, wrap=True), 1)
        shown = len(rows) if self._wanted is not None else EACH
        waiting = len(rows) - shown
        if waiting > 0:
            top.addWidget(label(_("{count} more waiting", count=waiting), muted=True))
        column.addLayout(top)
        for row in rows[:shown]:
            column.addLayout(self._operation(row))
        column.addStretch(1)
        return card

    def _machine_title(self, code: str) -> str:
        found = next((lane for lane in self._actions.machines if lane.code == code), None)
        return f"{code}  {words.either(found.name_en, found.name_zh) or code}" if found else code

    def _operation(self, row: OperationRow) -> QHBoxLayout:
        words_of_it = QVBoxLayout()
        words_of_it.setSpacing(2)
        head = QHBoxLayout()
        operation = words.either(row.name_en, row.name_zh)
        head.addWidget(label(f"{row.order_number} · {operation}", bold=True, wrap=True), 1)
        pill = words.order_pill("planned", late=True) if row.late else words.step_pill(row.state)
        head.addWidget(Pill(pill.text, Tone(pill.tone)), 0, Qt.AlignmentFlag.AlignTop)
        words_of_it.addLayout(head)
        item = words.either(row.item_name_en, row.item_name_zh)
        done = words.progress(row.good, row.quantity, row.unit)
        words_of_it.addWidget(label(f"{row.sku} · {item}", wrap=True))
        start = figures.local(row.planned_start)
        words_of_it.addWidget(label(f"{done} · {start}" if start else done, muted=True))
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addLayout(words_of_it, 1)
        for button in self._buttons_of(row):
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return line

    def _buttons_of(self, row: OperationRow) -> list[Button]:
        """Start while it waits, Finish while it runs; a part of the quantity goes through Report."""
        report = partial(self._actions.ask_report, row.order_id, row.operation_id)
        made = [self._big("report", row, Button(_("Report…"), run=report))]
        if row.state == OperationState.WAITING:
            start = partial(
                self._press, "start", row, partial(self._actions.start, row.operation_id, self.reload)
            )
            made.append(
                self._big("start", row, Button(_("Start"), kind=Kind.PRIMARY, icon="play", run=start))
            )
        else:
            # Drawn with the button: a finger that hits it twice reports once.
            key = f"finish-{uuid.uuid4().hex}"
            act = partial(self._actions.finish, row.order_id, row.operation_id, key, self.reload)
            finish = partial(self._press, "finish", row, act)
            made.append(
                self._big("finish", row, Button(_("Finish"), kind=Kind.PRIMARY, icon="check", run=finish))
            )
        return made

    def _press(self, name: str, row: OperationRow, act: partial[None]) -> None:
        """Off at once; the reload after the use case, or after its refusal, brings new buttons."""
        self.buttons[name, row.operation_id].setEnabled(False)
        act()

    def _big(self, name: str, row: OperationRow, button: Button) -> Button:
        # The style sheet decides on heights, so it is asked for this one too.
        button.setStyleSheet(f"min-height: {BIG - FRAME}px; min-width: 66px")
        operation = words.either(row.name_en, row.name_zh)
        button.setAccessibleName(f"{button.text()} {row.order_number} {operation}")
        self.buttons[name, row.operation_id] = button
        return button


def _said(batch: str, sequence: int, rows: Iterable[OperationRow]) -> str:
    """What is shown: the operation of the code, or what is open once that is done."""
    if {row.sequence for row in rows} == {sequence}:
        return _("{batch}, operation {sequence}", batch=batch, sequence=sequence)
    return _("{batch}: all that is open", batch=batch)


def _read(wanted: tuple[str, int] | None) -> list[OperationRow]:
    """What is next on the machines; of a batch's operation only, if one is *wanted*."""
    if wanted is None:
        return production.open_operations()
    meant = batches.open_steps(*wanted)
    return [row for row in production.open_operations(limit=MOST) if row.operation_id in meant]


def by_machine(rows: Iterable[OperationRow]) -> dict[str, list[OperationRow]]:
    """Operations by machine code (by work centre where none is planned); what runs comes first."""
    machines: dict[str, list[OperationRow]] = {}
    for row in rows:
        machines.setdefault(row.machine_code or row.centre_code, []).append(row)
    for mine in machines.values():
        mine.sort(key=lambda row: row.state != OperationState.STARTED)
    return dict(sorted(machines.items()))
