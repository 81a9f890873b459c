"""One quotation over the whole page: a draft that is edited, or an offer that was sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QVBoxLayout

from factory_erp.domain.errors import DomainError
from factory_erp.domain.money import Money
from factory_erp.i18n import _, ngettext
from factory_erp.services.inquiries import quotations
from factory_erp.services.sales.entry import LineQuote, LineRefusedError, Terms
from factory_erp.ui.inquiries import work
from factory_erp.ui.inquiries.quotation_bar import QuotationBar
from factory_erp.ui.inquiries.quotation_head import QuotationHead, taken
from factory_erp.ui.inquiries.quotation_lines import QuoteBook, columns, quote_lines, row_of
from factory_erp.ui.inquiries.work import QuotationRead
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import ElidedLabel, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.draft_tab import DraftTab
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.kit.grid_cells import GridRow
from factory_erp.ui.sales.order_lines import PRICE, pair_of

PAUSE = 150
"""Milliseconds without an edit before prices are asked for."""


class QuotationSheet(DraftTab):
    """``shown`` comes each time that the quotation was read; ``missed`` where it is not there."""

    shown = Signal()
    missed = Signal(str)

    def __init__(self, context: UiContext, quotation_id: int) -> None:
        super().__init__(context, quotation_id)
        self._read: QuotationRead | None = None
        self._saving = False
        self._book = QuoteBook()
        self.head_bar = QuotationBar(context, self)
        self.head = QuotationHead(context.jobs)
        self.grid = EditGrid(
            columns(self._book), new_row=dict, movable=True, compute=self._book.compute, jobs=context.jobs
        )
        self.grid.set_name(_("Lines of the quotation"))
        self.grid.set_empty_text(_("Add a line, or paste SKUs and quantities from Excel."))
        self.grid.set_read_only(True)
        self.grid.view.viewport().installEventFilter(self)
        self.note = ElidedLabel(muted=True, least=120)
        self.totals = label(bold=True)
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._look)
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        self.head.edited.connect(lambda _name: self._note_change())
        self.head.saved.connect(self._check_lines)
        for part in (self.head, self.grid):
            part.dirty_changed.connect(lambda _dirty: self.note_edit())
        self.grid.save_asked.connect(self.save)
        self.grid.changed.connect(self._note_change)
        self.grid.current_changed.connect(lambda _row: self._say_line())
        self.dirty_changed.connect(lambda _dirty: self.head_bar.look())

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.note, 1)
        foot.addWidget(self.totals)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.head_bar)
        column.addWidget(self.head)
        column.addWidget(framed(self.grid), 1)
        column.addWidget(self.problem)
        column.addLayout(foot)
        column.addWidget(self.bar)
        self.setFocusProxy(self.grid)

    # reading

    @property
    def read(self) -> QuotationRead | None:
        """The quotation as it was read last."""
        return self._read

    def reading(self) -> Callable[[], object]:
        """The quotation, the items that can be offered, and who asked."""
        return partial(work.read_quotation, self.record_id)

    def refresh(self) -> None:
        """Read again, unless somebody is in the middle of a draft."""
        if not self.is_dirty():
            self.context.jobs.run(
                self.reading(), done=self._take, failed=lambda error: self.missed.emit(str(error)), owner=self
            )

    def show_record(self, read: object) -> None:
        """Show the quotation as it was saved last."""
        assert isinstance(read, QuotationRead)
        same = self._read is not None and (self._read.detail, self._read.items) == (read.detail, read.items)
        self._read = read
        if not same:
            editable = read.detail.editable
            self._book.take_items(read.items)
            self._book.quotes, self._book.refused_lines = {}, {}
            self.head.show_form(read.detail.form, read.customer)
            self.head.set_read_only(not editable)
            self._book.set_terms(self.head.terms())
            self.grid.set_rows([row_of(line) for line in read.detail.lines])
            self.grid.set_read_only(not editable)
            self._say_problem("")
            self._look()
        self.head_bar.look()
        self.shown.emit()

    # what follows from what is typed

    def is_dirty(self) -> bool:
        """Whether there are edits that were not saved."""
        return self.head.is_dirty() or self.grid.is_dirty()

    def _note_change(self) -> None:
        self._say_problem("")
        self._say_totals()
        self.note_edit()
        self._pause.start()

    def _is_typing(self) -> bool:
        editor = self.grid.view.editor()
        return editor is not None and editor.isModified()

    def _written(self) -> list[tuple[int, GridRow, dict[str, object]]]:
        """Place, row and values of each line that somebody has written in."""
        maker, rows = self.grid.model.maker, self.grid.model.rows
        return [(place, row, maker.values(row)) for place, row in enumerate(rows) if not row.fresh]

    def _look(self) -> None:
        """Ask for prices that are not known yet; not while somebody types in a cell."""
        if self._is_typing():
            self._pause.start()
            return
        terms = self.head.terms()
        self._book.set_terms(terms)
        pairs = [pair for _place, _row, values in self._written() if (pair := pair_of(values))]
        missing = self._book.unknown(pairs)
        if missing and terms is not None and self._read is not None and self._read.detail.editable:
            read = partial(work.quote_lines, terms, self._read.account_id, missing)
            self.context.jobs.run(read, done=partial(self._take_quotes, terms), owner=self)
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

    def _values_at(self, row: int) -> dict[str, object] | None:
        return next((values for place, _row, values in self._written() if place == row), None)

    def _say_line(self) -> None:
        """Where the price of the current line comes from, and what speaks against its quantity."""
        values = self._values_at(self.grid.current_row())
        quote = self._book.quote_of(values) if values is not None else None
        if values is None or quote is None:
            self.note.setText("")
            return
        said = (quote.problem, *quote.warnings, self._book.why(values))
        self.note.setText(" ".join(part for part in said if part))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Over a price: from which list it is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.grid.view.indexAt(event.pos())
            key = self.grid.model.maker.columns[index.column()].key if index.isValid() else ""
            cell = self.grid.model.cell_at(index) if index.isValid() else None
            if key == PRICE and cell is not None and not cell.problem:
                QToolTip.showText(event.globalPos(), self.price_hint(index.row()), self.grid.view)
                return True
        return super().eventFilter(watched, event)

    def price_hint(self, row: int) -> str:
        """From which price list the price in *row* is."""
        values = self._values_at(row)
        return self._book.why(values) if values is not None else ""

    def _say_totals(self) -> None:
        """Goods, freight, discount and what is left to pay; the use case reckons it anew."""
        lines = [values for _place, _row, values in self._written()]
        amounts = [found for values in lines if (found := self._book.amount_of(values)) is not None]
        said = [ngettext("{count} line", "{count} lines", len(lines))]
        if self._book.terms is not None:
            currency = self._book.terms.currency
            extras = [_amount(sign * self.head.amount_in(name), currency)
                      for name, sign in (("freight", 1), ("discount", -1))]  # fmt: skip
            goods = sum(amounts, Money(0, currency))
            total = sum(extras, goods)
            if any(one.minor for one in extras):
                said.append(_("goods {amount}", amount=figures.amount(goods)))
            said.append(_("total {amount}", amount=figures.money(total)))
        self.totals.setText(" · ".join(said))

    # saving

    def save(self) -> bool:
        """Check head and lines, then save them."""
        self.grid.view.settle()
        return self.head.save() if self._can_save() else False

    def _can_save(self) -> bool:
        """Not what nobody changed, and not twice while the first is on its way."""
        return self.is_dirty() and not self._saving

    def _check_lines(self, values: Mapping[str, object]) -> None:
        self._dress()
        if not self._can_save():
            return
        if self.grid.problems():
            self._say_problem(_("A line is not complete. Correct the cells that are marked."))
            self.grid.next_problem()
        elif self._read is not None:
            form = taken(values, quote_lines(self.grid.rows()))
            version = self._read.detail.version
            use_case = partial(quotations.save_quotation, self.record_id, form, version)
            self._saving = True
            self.write(use_case, self._saved, _("Saving the quotation"))

    def _failed(self, error: Exception) -> None:
        self._saving = False
        super()._failed(error)

    def _saved(self, _version: object) -> None:
        self._saving = False
        self.head.mark_saved()
        self.grid.mark_saved()
        self.note_edit()
        self.context.say(_("The quotation is saved."))
        self.refresh()

    def discard(self) -> None:
        """Throw the edits away, and read again what stands in the database."""
        self.head.discard()
        self.grid.discard()
        self._say_problem("")
        self._book.refused_lines = {}
        self._dress()
        self.note_edit()
        self.refresh()

    def show_refusal(self, error: DomainError) -> bool:
        """A refused line is marked in the grid, anything else stands under its field."""
        if isinstance(error, LineRefusedError):
            lines = quote_lines(self.grid.rows())
            self._book.refused_lines[lines[error.line]] = (error.field, str(error))
            self._dress()
            self._say_problem(str(error))
            self.grid.next_problem()
            return True
        if error.field == "lines":
            self._say_problem(str(error))
            self.grid.view.setFocus()
            return True
        return self.head.show_error(error)

    def _say_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))


def _amount(figure: Decimal, currency: str) -> Money:
    try:
        return Money.of(figure, currency)
    except DomainError:
        return Money(0, currency)
