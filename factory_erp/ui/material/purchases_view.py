"""Purchase orders: the list, and under it the lines of the current one with what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.purchasing.orders import PurchaseLineView, PurchaseView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.kit.widgets import ChipBar, SearchBox
from factory_erp.ui.material import words
from factory_erp.ui.material.purchase_actions import PurchaseActions
from factory_erp.ui.material.purchase_list import LINE_COLUMNS, PurchaseSource, id_of, line_cells


class PurchasesView(QWidget):
    """The list above, the order below; *search* is the page's box."""

    def __init__(
        self, context: UiContext, actions: PurchaseActions, search: SearchBox, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._act = context, actions
        self._view: PurchaseView | None = None
        self._wanted: int | None = None
        self.chips = ChipBar(self)
        source = PurchaseSource()
        self.table = RecordTable(source, context.jobs, self)
        self.views = ViewBar(
            context, "material_purchases", words.PURCHASE_VIEWS, source,
            chips=self.chips, table=self.table, search=search,
        )  # fmt: skip
        self.table.set_name(_("Purchase orders"))
        self.table.set_empty_text(_("No purchase order here. Accept what is to be bought, or order by hand."))
        self.table.restore_state({"sort": "expected"})
        self.title = ElidedLabel(pixels=15, bold=True)
        self.facts = ElidedLabel(muted=True)
        self.lines = SimpleTable(LINE_COLUMNS)
        self.lines.set_name(_("Lines of the purchase order"))
        self.lines.set_empty_text(_("Choose a purchase order to see its lines."))
        self.buttons = self._make_buttons()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.table)
        self.views.recall()
        self._dress()

    def _make_buttons(self) -> dict[str, Button]:
        act = self._act
        return {
            "expected": Button(
                _("Change date…"), icon="calendar", run=partial(self._with_line, act.change_expected)
            ),
            "receive": Button(_("Receive…"), icon="warehouse", run=partial(self._with_line, act.receive)),
            "cancel": Button(_("Cancel the rest…"), icon="close", run=partial(self._with_line, act.cancel)),
            "pegging": Button(_("Who is it for?"), icon="bom", run=self._show_pegging),
            "paper": self._paper_button(),
            "all": Button(
                _("Receive everything…"), kind=Kind.PRIMARY, run=partial(self._with_view, act.receive_all)
            ),
        }

    def _paper_button(self) -> Button:
        """The papers of the order, as a menu."""
        button = Button(_("Documents"), icon="document", run=lambda: None)
        menu = QMenu(button)
        menu.addAction(_("Purchase order…"), partial(self._with_view, self._act.paper))
        menu.addAction(_("Inspection order…"), partial(self._with_view, self._act.inspection))
        button.setMenu(menu)
        return button

    def _lay_out(self) -> None:
        card = QFrame()
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 12, 1, 10)
        inside.setSpacing(6)
        for widget in (self.title, self.facts):
            widget.setContentsMargins(12, 0, 12, 0)
            inside.addWidget(widget)
        inside.addWidget(self.lines, 1)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 4, 12, 0)
        bar.setSpacing(10)
        for key in ("expected", "receive", "cancel", "pegging", "paper"):
            bar.addWidget(self.buttons[key])
        bar.addStretch(1)
        bar.addWidget(self.buttons["all"])
        inside.addLayout(bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.chips)
        column.addWidget(split(framed(self.table), card, across=False, stretch=(1, 1), sizes=(280, 300)), 1)

    def _connect(self) -> None:
        self.table.current_changed.connect(self._load)
        self.table.activated.connect(lambda _order: self.lines.setFocus())
        self.table.refused.connect(self._context.say)
        self.table.count_changed.connect(self._note_count)
        self.lines.current_changed.connect(lambda _line: self._dress())
        self.lines.activated.connect(lambda _line: self._with_line(self._act.change_expected))
        self._act.ordered.connect(self.open_purchase)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember chip and columns for the next start."""
        super().hideEvent(event)
        self.views.remember()

    # what the page asks

    def refresh(self) -> None:
        """Read the list and the order again."""
        self.views.refresh()
        self._load(self.table.current_id())

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Counts of the views."""
        self.views.set_counts(counts)

    def open_key(self, key: str) -> None:
        """Show the purchase order with that number or id; with ``/paper`` or ``/inspection``, that too."""
        number, _slash, what = key.partition("/")
        done = partial(self._open_found, number, what)
        self._context.jobs.run(partial(id_of, number), done=done, owner=self)

    def _open_found(self, key: str, what: str, found: int | None) -> None:
        if found is None:
            self._context.say(_("There is no purchase order {number}.", number=key))
            return
        self.open_purchase(found)
        papers = {"paper": self._act.paper, "inspection": self._act.inspection}
        if what in papers:
            self._context.jobs.run(partial(purchases.purchase, found), done=papers[what], owner=self)

    def open_purchase(self, order_id: object) -> None:
        """Make a purchase order current, in the view of all if it is not in this one."""
        if isinstance(order_id, int) and not self.table.select_id(order_id):
            self._wanted = order_id
            self.chips.select("all")

    def shown(self) -> PurchaseView | None:
        """The purchase order whose lines are in sight."""
        return self._view

    def current_line(self) -> PurchaseLineView | None:
        """The line that is current."""
        key = self.lines.current_key()
        return next((one for one in self._view.lines if one.id == key), None) if self._view else None

    # inside

    def _note_count(self, count: object) -> None:
        if self._wanted is not None:
            self.table.select_id(self._wanted)
            self._wanted = None
        if not count:
            self._view = None
            self._show_lines()

    def _load(self, order_id: int | None) -> None:
        if order_id is not None:
            read = partial(purchases.purchase, order_id)
            self._context.jobs.run(read, done=self._show, owner=self)

    def _show(self, view: PurchaseView) -> None:
        if self.table.current_id() == view.row.id:
            self._view = view
            self._show_lines()

    def _show_lines(self) -> None:
        lines = self._view.lines if self._view else ()
        self.lines.set_rows([line_cells(line) for line in lines], [line.id for line in lines])
        if lines and self.lines.current_key() is None:
            waited_for = next((line for line in lines if line.open), lines[0])
            self.lines.select_key(waited_for.id)
        self.title.setText(_title(self._view) if self._view else "")
        self.facts.setText(_facts(self._view) if self._view else "")
        self._dress()

    def _dress(self) -> None:
        """Which buttons are of use."""
        line = self.current_line()
        for key in ("expected", "receive", "cancel"):
            self.buttons[key].setEnabled(line is not None and bool(line.open))
        self.buttons["pegging"].setEnabled(line is not None)
        self.buttons["paper"].setEnabled(self._view is not None)
        self.buttons["all"].setEnabled(self._view is not None and self._view.row.open_lines > 0)

    def _with_line(self, act: Callable[[PurchaseView, PurchaseLineView], object]) -> None:
        line = self.current_line()
        if self._view is not None and line is not None and line.open:
            act(self._view, line)

    def _with_view(self, act: Callable[[PurchaseView], object]) -> None:
        if self._view is not None:
            act(self._view)

    def _show_pegging(self) -> None:
        line = self.current_line()
        if line is not None:
            self._context.navigate(words.pegging_link("purchase", line.id))


def _title(view: PurchaseView) -> str:
    supplier = view.row.supplier or _("Supplier not known yet")
    return f"{view.row.number} · {supplier}"


def _facts(view: PurchaseView) -> str:
    said = [
        words.state_pill(view.row.state, late=view.row.late).text,
        _("ordered on {day}", day=figures.day(view.row.ordered_on)),
        ngettext("{count} line", "{count} lines", view.row.lines),
        view.remark,
    ]
    return " · ".join(part for part in said if part)
