"""The prices of one list as a grid: breaks with cost and margin, edited as a draft and saved as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.services.pricing import sheets as price_sheets
from factory_erp.services.pricing.changes import TierInput
from factory_erp.services.pricing.sheets import TierProblem
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.draft_bar import DraftBar
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.prices import words, work
from factory_erp.ui.prices.columns import (
    COST,
    FIELD_OF,
    ITEM,
    LEAD,
    MARGIN,
    Book,
    MarginDelegate,
    Pair,
    price_columns,
    price_lines,
)
from factory_erp.ui.prices.draft import Draft, Marks

PAUSE = 250
"""Milliseconds without an edit before breaks are checked and costs asked for."""


class PriceSheet(QWidget):
    """One list.  ``dirty_changed`` says whether there is something to save, ``saved`` comes after it was.

    ``discarded`` after edits were thrown away; ``margins_asked``: what are other currencies worth?
    """

    dirty_changed = Signal(bool)
    saved = Signal()
    discarded = Signal()
    margins_asked = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._book = Book()
        self._sheet: work.Sheet | None = None
        self.title = ElidedLabel(pixels=15, bold=True, least=80)
        self.facts = ElidedLabel(muted=True, least=80)
        self.margins_button = Button(kind=Kind.LINK, icon="money", run=self.margins_asked.emit)
        self.grid = EditGrid(
            price_columns(self._book), new_row=self._new_row, compute=self._book.compute, jobs=context.jobs
        )
        self.grid.set_name(_("Prices"))
        self._draft = Draft(self.grid)
        self._delegate = self._dress_margins()
        self.bar = DraftBar(self.discard, self.save, framed=True)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._look_again)
        self.grid.changed.connect(self._pause.start)
        self.grid.save_asked.connect(self.save)
        self.grid.dirty_changed.connect(lambda _dirty: self._say_dirty())
        # Beside the grid's own key: on the buttons of the bar, too.
        QShortcut(
            QKeySequence("Ctrl+Return"),
            self,
            self.save,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        self._lay_out()
        self.show_nothing(_("Choose a list to see its prices."))
        self.setFocusProxy(self.grid)

    def _lay_out(self) -> None:
        head = QWidget()
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.title, 1)
        line.addWidget(self.margins_button)
        heads = QVBoxLayout(head)
        heads.setContentsMargins(12, 9, 8, 8)
        heads.setSpacing(2)
        heads.addLayout(line)
        heads.addWidget(self.facts)
        frame = framed()
        inside = frame.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addWidget(head)
        inside.addWidget(self.grid, 1)
        inside.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(frame)

    def _dress_margins(self) -> MarginDelegate:
        keys = [column.key for column in self.grid.model.maker.columns]
        delegate = MarginDelegate(self.grid.model, self.grid.model.columns, None, None, self.grid.view)
        delegate.tone = lambda value: words.margin_tone(value, self._book.margins.least_percent)
        self.grid.view.setItemDelegateForColumn(keys.index(MARGIN), delegate)
        return delegate

    # the list in view

    def sheet(self) -> work.Sheet | None:
        """What is shown, as it was read."""
        return self._sheet

    def show_nothing(self, text: str) -> None:
        """No list: say *text* instead."""
        self._sheet = None
        self._draft.begin(())
        self.title.setText("")
        self.facts.setText("")
        self.margins_button.hide()
        self.grid.set_empty_text(text)
        self.grid.set_rows([])
        self.grid.set_read_only(True)

    def show_sheet(self, sheet: work.Sheet, lists: work.Lists) -> None:
        """Show the prices of a list as they were read; a draft is thrown away."""
        self._sheet = sheet
        self._book.open(sheet, lists)
        self._draft.begin(sheet.rows)
        self.title.setText(" · ".join(part for part in (sheet.head.code, sheet.head.name) if part))
        self.facts.setText(words.facts(sheet.head))
        self._say_margins()
        self._choose_columns()
        self.grid.set_read_only(sheet.too_long and not sheet.rows)
        self.grid.set_empty_text(words.no_rows(sheet.partial, sheet.too_long))
        self.grid.set_rows(price_lines(sheet.rows))
        self._say_dirty()

    def _choose_columns(self) -> None:
        layout = self.grid.view.layout_of_columns
        for key in (COST, MARGIN):
            layout.set_shown(key, self._book.has_margins())
        layout.set_shown(LEAD, not self._book.has_margins())

    def _say_margins(self) -> None:
        """What one of the currency is worth here, or that nobody has said."""
        book = self._book
        self.margins_button.setVisible(book.has_margins())
        if book.head is None:
            return
        currency, rate, least = book.head.currency, book.rate(), book.margins.least_percent
        if rate is None:
            said = _("No margins yet: what is 1 {currency} worth?", currency=currency)
        elif currency == book.margins.currency:
            said = _("Margins below {least} % are marked", least=f"{least:f}")
        else:
            said = _("1 {currency} = {rate} {own} · low below {least} %", currency=currency,
                     rate=f"{rate:f}", own=book.margins.currency, least=f"{least:f}")  # fmt: skip
        self.margins_button.setText(said)
        self.margins_button.setAccessibleName(said)

    def selected_items(self) -> list[int]:
        """Items of the marked rows."""
        block = self.grid.view.block()
        return self._draft.items(block.top, block.bottom)

    def shown_items(self) -> list[int]:
        """Items that were read."""
        return list(self._draft.read)

    # the draft

    def is_dirty(self) -> bool:
        """Whether there are edits that were not saved."""
        return self._sheet is not None and self.grid.is_dirty()

    def discard(self) -> None:
        """Throw the edits away; redo can bring them back."""
        self.grid.discard()
        self._say_dirty()
        self.discarded.emit()

    def save(self) -> bool:
        """Start saving all items that were edited; False where a cell is not sound, which is then current."""
        if self._sheet is None:
            return True
        self.grid.view.settle()
        self._draft.redress({})
        if self.grid.problems():
            self.grid.next_problem()
            return False
        wanted, list_id = self._draft.edited(), self._sheet.head.id
        self._context.jobs.run(
            partial(price_sheets.save_prices, list_id, wanted, self._draft.read),
            done=partial(self._saved, list_id, wanted),
            failed=self._failed,
            write=True,
            title=_("Save prices"),
            owner=self,
        )
        return True

    def _saved(self, list_id: int, written: Mapping[int, list[TierInput]], _count: object) -> None:
        """What was typed while it was being written is still to be saved."""
        if self._sheet is not None and self._sheet.head.id == list_id:
            self._draft.take(written)
            if not self._draft.edited():
                self.grid.mark_saved()
            self._say_dirty()
        self._context.say(_("The prices are saved."))
        self.saved.emit()

    def _failed(self, error: Exception) -> None:
        """A refusal stands at its cell; what concerns no cell is said in a dialog."""
        if not isinstance(error, DomainError) or error.field not in FIELD_OF:
            show_problem(self, error)
            return
        column = FIELD_OF[error.field]
        check = partial(price_sheets.tier_problems, self._draft.edited())
        self._context.jobs.run(check, done=partial(self._mark_refused, error, column), owner=self)

    def _mark_refused(self, error: DomainError, column: str, problems: Sequence[TierProblem]) -> None:
        row = self._draft.last_row(error.record)
        marks = self._draft.marks_of(problems) or ({} if row is None else {(row, column): str(error)})
        self._draft.redress(marks)
        if marks:
            self.grid.next_problem()
        else:
            show_problem(self, error)

    def _say_dirty(self) -> None:
        self.bar.setVisible(self.is_dirty())
        self.dirty_changed.emit(self.is_dirty())

    def _new_row(self) -> Mapping[str, object]:
        """A further break of the current item."""
        row = self.grid.current_row()
        cells = self.grid.model.rows[row].cells if 0 <= row < len(self.grid.model.rows) else ()
        item = cells[0] if cells else None
        if item is None or not isinstance(item.value, int):
            return {}
        return {ITEM: Choice(item.value, item.text), "follows": item.value}

    # checks and costs while one edits

    def _look_again(self) -> None:
        """Check the edited items, ask for costs not known yet; not while somebody types in a cell."""
        if self._draft.is_typing():
            self._pause.start()
            return
        if self._sheet is None:
            return
        if edited := self._draft.edited():
            check = partial(price_sheets.tier_problems, edited)
            self._context.jobs.run(check, done=self._take_problems, owner=self)
        pairs: list[Pair] = [
            (item, tier.min_quantity)
            for item, tiers in self._draft.breaks().items()
            for tier, _row in tiers
            if tier.min_quantity > 0
        ]
        if missing := self._book.unknown(pairs):
            self._context.jobs.run(
                partial(price_sheets.lot_costs, missing), done=self._take_costs, owner=self
            )
        self._say_dirty()

    def _take_costs(self, costs: Mapping[Pair, Decimal | None]) -> None:
        self._book.costs.update(costs)
        self._redress(None)

    def _take_problems(self, problems: Sequence[TierProblem]) -> None:
        self._redress(self._draft.marks_of(problems))

    def _redress(self, marks: Marks | None) -> None:
        if self._draft.is_typing():
            self._pause.start()  # and look again after that
        else:
            self._draft.redress(marks)

    def commands(self) -> list[Command]:
        """Undo, redo and save, for the menu and the palette."""
        stack = self.grid.undo_stack
        return [
            Command("prices.undo", self.grid.undo_text, stack.undo, "Ctrl+Z", stack.canUndo, "undo", "edit"),
            Command("prices.redo", self.grid.redo_text, stack.redo, "Ctrl+Y", stack.canRedo, group="edit"),
            Command("prices.save", N_("Save prices"), self.save, "Ctrl+S", self.is_dirty, "save", "edit"),
        ]
