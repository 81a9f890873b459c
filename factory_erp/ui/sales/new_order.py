"""A new order, typed in: who orders on which terms, and a grid of lines that knows prices and numbers.

Nothing is saved before the button is pressed; then there is a draft order, once, however often it is tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, ngettext
from factory_erp.services.directory import ItemRef
from factory_erp.services.sales import entry as order_entry
from factory_erp.services.sales.entry import LineQuote, LineRefusedError, Terms, UsualTerms
from factory_erp.ui.kit import dialogs, figures
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind, label
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.kit.grid_cells import GridRow
from factory_erp.ui.kit.grid_model import Splice
from factory_erp.ui.sales.matrix_dialog import LinesDialog
from factory_erp.ui.sales.order_head import HeadForm
from factory_erp.ui.sales.order_lines import ITEM, QUANTITY, Book, columns, entry_lines, pair_of

SIZE = QSize(1220, 740)
"""Of the dialog, where the window is large enough."""

PAUSE = 150
"""Milliseconds without an edit before prices are asked for."""


class NewOrderDialog(QDialog):
    """``entered`` carries the id of the draft order."""

    entered = Signal(int)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("New order"))
        self._context = context
        self._key = uuid4().hex
        self._book = Book()
        self._customer: int | None = None
        self.variants: LinesDialog | None = None
        self.form = HeadForm(context.jobs)
        self.form.edited.connect(self._note_head)
        self.form.saved.connect(self._check_lines)
        self.grid = EditGrid(
            columns(self._book), new_row=dict, movable=True, compute=self._book.compute, jobs=context.jobs
        )
        self.grid.set_name(_("Lines of the order"))
        self.grid.set_empty_text(_("Add a line, paste lines from Excel, or add variants."))
        self.grid.set_read_only(True)
        self.grid.save_asked.connect(self.save)
        self.grid.changed.connect(self._note_lines)
        self.grid.current_changed.connect(lambda _row: self._say_line())
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._look)
        self._lay_out()
        self.resize(SIZE.boundedTo(parent.size() - QSize(40, 40)) if parent is not None else SIZE)
        self._book.set_terms(self.form.terms())
        self._say_totals()
        context.jobs.run(order_entry.items_to_order, done=self._take_items, owner=self)
        self.form.edit("customer_id").setFocus()

    def _lay_out(self) -> None:
        self.variants_button = Button(_("Add variants…"), icon="add", run=self.add_variants)
        self.note = ElidedLabel(least=120)
        self.totals = label(bold=True)
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        self.cancel_button = Button(_("Cancel"), run=self.reject)
        self.save_button = Button(_("Save as draft"), kind=Kind.PRIMARY, run=self.save)
        self.save_button.setToolTip("Ctrl+Enter")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(self.form)
        column.addWidget(framed(self.grid), 1)
        column.addWidget(self.problem)
        column.addLayout(_row(self.variants_button, self.note, self.totals, stretch=1))
        column.addLayout(_row(label(), self.cancel_button, self.save_button, stretch=0))

    # the head

    def _note_head(self, name: str) -> None:
        chosen = self.form.customer_id()
        if name == "customer_id" and chosen != self._customer:
            self._customer = chosen
            if chosen is not None:
                read = partial(order_entry.usual_terms, chosen)
                self._context.jobs.run(read, done=self._propose, owner=self)
        self._pause.start()

    def _propose(self, usual: UsualTerms) -> None:
        """Fill in what the customer agrees to as a rule; what was typed stays."""
        if usual.customer_id != self._customer:
            return
        self._book.numbers = usual.numbers
        self.form.propose(usual)
        self._pause.start()

    # lines

    def _take_items(self, items: Sequence[ItemRef]) -> None:
        self._book.take_items(items)
        self.grid.set_read_only(False)
        self._look()

    def _note_lines(self) -> None:
        self.problem.hide()
        self._say_totals()
        self._pause.start()

    def _is_typing(self) -> bool:
        editor = self.grid.view.editor()
        return editor is not None and editor.isModified()

    def _written(self) -> list[tuple[int, GridRow, dict[str, object]]]:
        """Place, row and values of each line that somebody has written in."""
        maker = self.grid.model.maker
        rows = enumerate(self.grid.model.rows)
        return [(place, row, maker.values(row)) for place, row in rows if not row.fresh]

    def _look(self) -> None:
        """Ask for prices that are not known yet; not while somebody types in a cell."""
        if self._is_typing():
            self._pause.start()
            return
        self._book.set_terms(self.form.terms())
        terms = self._book.terms
        pairs = [pair for _place, _row, values in self._written() if (pair := pair_of(values))]
        missing = self._book.unknown(pairs)
        if missing and terms is not None:
            read = partial(order_entry.quote_lines, terms, missing)
            self._context.jobs.run(read, done=partial(self._take_quotes, terms), owner=self)
        self._dress()

    def _take_quotes(self, terms: Terms, quotes: Sequence[LineQuote]) -> None:
        if terms == self._book.terms:
            self._book.quotes |= {(quote.item_id, quote.quantity): quote for quote in quotes}
            self._dress()

    def _dress(self) -> None:
        """Show what is known of the lines, without a step of undo."""
        if self._is_typing():
            self._pause.start()
            return
        maker, rows = self.grid.model.maker, list(self.grid.model.rows)
        for place, row, _values in self._written():
            rows[place] = self._book.dressed(maker, row)
        if any(one is not other for one, other in zip(rows, self.grid.model.rows, strict=True)):
            self.grid.put(0, len(rows), rows, None)
        self._say_line()
        self._say_totals()

    def _say_line(self) -> None:
        """Where the price of the current line comes from, and what speaks against its quantity."""
        here = self.grid.current_row()
        values = next((values for place, _row, values in self._written() if place == here), None)
        quote = self._book.quote_of(values) if values is not None else None
        if quote is None:
            self.note.setText("")
            return
        why = quote.price.why if quote.price is not None else ""
        self.note.setText(" ".join(part for part in (quote.problem, *quote.warnings, why) if part))

    def _say_totals(self) -> None:
        lines = [values for _place, _row, values in self._written()]
        amounts = [found for values in lines if (found := self._book.amount_of(values)) is not None]
        count = ngettext("{count} line", "{count} lines", len(lines))
        total = figures.money(sum(amounts[1:], amounts[0])) if amounts else ""
        self.totals.setText(" · ".join(part for part in (count, total) if part))

    # variants

    def add_variants(self) -> None:
        """Open the matrix of a product with the quantities that the lines have."""
        known: dict[int, Decimal] = {}
        for _place, _row, values in self._written():
            if pair := pair_of(values):
                known[pair[0]] = known.get(pair[0], Decimal(0)) + pair[1]
        written = {place: values[ITEM] for place, _row, values in self._written()}
        here = written.get(self.grid.current_row())
        self.variants = LinesDialog(self._context, known, here if isinstance(here, int) else None, self)
        self.variants.taken.connect(self.take_cells)
        self.variants.open()

    def take_cells(self, cells: Mapping[int, Decimal]) -> None:
        """A line for each cell, in place of those that the items have; one step of undo."""
        maker, before = self.grid.model.maker, list(self.grid.model.rows)
        left, after = dict(cells), []
        places = [column.key for column in maker.columns]
        for row in before:
            item = maker.values(row)[ITEM]
            if row.fresh or item not in cells:
                after.append(row)
            elif quantity := left.pop(int(str(item)), Decimal(0)):
                place = places.index(QUANTITY)
                after.append(maker.changed(row, {place: maker.shown(place, quantity)}))
        after = [row for row in after if not row.fresh]
        for item_id, quantity in left.items():
            if quantity:
                after.append(maker.row({ITEM: self._choice(item_id), QUANTITY: quantity}))
        step = Splice(self.grid, _("add variants"), 0, before, after, (max(len(after) - 1, 0), 0))
        self.grid.undo_stack.push(step)

    def _choice(self, item_id: int) -> Choice:
        item = self._book.items.get(item_id)
        return Choice(item_id, item.sku if item is not None else str(item_id))

    # saving

    def is_dirty(self) -> bool:
        """Whether anything was typed."""
        return self.form.is_dirty() or self.grid.is_dirty()

    def save(self) -> None:
        """Check head and lines, then save them as a draft order."""
        self.grid.view.settle()
        self.form.save()

    def _check_lines(self, values: Mapping[str, object]) -> None:
        self.grid.view.settle()
        self._dress()
        if self.grid.problems():
            self._say_problem(_("A line is not complete. Correct the cells that are marked."))
            self.grid.next_problem()
        elif not self.grid.rows():
            self._say_problem(_("The order has no lines. Enter at least one item with its quantity."))
            self.grid.view.setFocus()
        else:
            self._write(values)

    def _write(self, values: Mapping[str, object]) -> None:
        self.save_button.setEnabled(False)
        entry = self.form.entry(values, entry_lines(self.grid.rows()))
        self._context.jobs.run(
            partial(order_entry.enter_order, entry, self._key), write=True, title=_("Saving the order"),
            done=self._saved, failed=self._failed,
            finally_=partial(self.save_button.setEnabled, True), owner=self,
        )  # fmt: skip

    def _saved(self, order_id: int) -> None:
        self._context.say(_("The order is saved as a draft. Confirm it to promise its ship date."))
        self.entered.emit(order_id)
        self.accept()

    def _failed(self, error: Exception) -> None:
        """A refusal stands at its cell or field; what concerns neither is said in a dialog."""
        if isinstance(error, LineRefusedError):
            line = entry_lines(self.grid.rows())[error.line]
            self._book.refused[line] = (error.field, str(error))
            self._dress()
            self._say_problem(str(error))
            self.grid.next_problem()
        elif not (isinstance(error, DomainError) and self.form.show_error(error)):
            dialogs.show_problem(self, error)

    def _say_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()

    def reject(self) -> None:
        """Close; ask first where something was typed."""
        text = _("The order that you have typed is not saved. It is thrown away.")
        if not self.is_dirty() or dialogs.confirm(self, _("New order"), text, _("Throw away")):
            super().reject()


def _row(*parts: QWidget, stretch: int) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    for place, part in enumerate(parts):
        row.addWidget(part, int(place == stretch))
    return row
