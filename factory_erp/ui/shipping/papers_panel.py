"""The papers of a shipment as a checklist: for whom, asked for by what, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from factory_erp.i18n import _
from factory_erp.services.workbench.views import DocumentRow, PaperRow, ShipmentDetail
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.paper_words import kind_name
from factory_erp.ui.shipping import steps, words
from factory_erp.ui.shipping.emphasis import emphasize
from factory_erp.ui.shipping.paper_form_panel import PaperFormPanel
from factory_erp.ui.shipping.steps import Wanted

NAME, NUMBER, STATE = range(3)
ROW_HEIGHT = 27
"""Of a line of the list, px."""

WANTED = int(Qt.ItemDataRole.UserRole)


class PapersPanel(QWidget):
    """The checklist above, the fields of the paper that is chosen below.

    ``issue_asked``: the ticked papers are to be issued. ``chosen`` carries (kind, variant), ``open_asked`` a
    ``DocumentRow``; ``save_asked``: what there is to save is to be offered at ``save_button``.
    """

    issue_asked = Signal()
    chosen = Signal(str, str)
    open_asked = Signal(object)
    save_asked = Signal()

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._detail: ShipmentDetail | None = None
        self._language = ""
        self._by_hand: dict[Wanted, bool] = {}
        self.items: dict[Wanted, QTreeWidgetItem] = {}
        self.note = label(wrap=True, muted=True)
        self.bank_note = label(wrap=True, muted=True)
        self.fields = PaperFormPanel(jobs)
        self.tree = _tree()
        self.tree.currentItemChanged.connect(lambda _now, _before: self._choose())
        self.tree.itemChanged.connect(self._tick)
        self.tree.itemActivated.connect(lambda _item, _column: self.fields.setFocus())
        self.save_button = Button(_("Save as…"), icon="save", run=self.save_asked.emit)
        self.open_button = Button(_("Open file"), icon="document", run=self._open)
        self.issue_button = Button(kind=Kind.PRIMARY, icon="document", run=self.issue_asked.emit)
        self._lay_out()

    def show_detail(self, detail: ShipmentDetail) -> None:
        """Show where the papers of *detail* stand; ticks set by hand stay until they are issued."""
        if self._detail is None or self._detail.id != detail.id:
            self._by_hand = {}
        self._detail = detail
        self._fill(detail)
        self._show_issuing()
        self.bank_note.setVisible(steps.can_issue(detail).now and detail.without_bank)
        self.bank_note.setText(
            _("No bank account in {currency}: Settings → Company", currency=detail.currency)
        )
        self.fields.show_detail(detail)

    def set_language(self, language: str) -> None:
        """The papers would now be issued in *language* ("": as the customer wants them)."""
        self._language = language
        if self._detail is not None:
            self._fill(self._detail)
            self._show_issuing()

    def ticked(self) -> list[Wanted]:
        """The papers to issue, in the order of the list."""
        on = Qt.CheckState.Checked
        return [wanted for wanted, item in self.items.items() if item.checkState(NAME) is on]

    def tick(self, kind: str, on: bool = True, variant: str = "") -> None:
        """Tick a paper as a person would."""
        state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        self.items[kind, variant].setCheckState(NAME, state)

    def forget_ticks(self) -> None:
        """What was ticked is issued."""
        self._by_hand = {}

    def current(self) -> Wanted | None:
        """The paper that is chosen."""
        item = self.tree.currentItem()
        found = item.data(NAME, WANTED) if item is not None else None
        return found if isinstance(found, tuple) else None

    def select(self, kind: str, variant: str = "") -> None:
        """Choose a paper."""
        item = self.items.get((kind, variant))
        if item is not None:
            self.tree.setCurrentItem(item)

    def document(self) -> DocumentRow | None:
        """The newest issue of the paper that is chosen."""
        wanted = self.current()
        return None if wanted is None or self._detail is None else newest(self._detail, wanted)

    # showing

    def _fill(self, detail: ShipmentDetail) -> None:
        wanted, scroll = self.current(), self.tree.verticalScrollBar().value()
        ticks = set(steps.still_to_issue(detail, self._language)) if steps.can_issue(detail).now else set()
        self.tree.blockSignals(True)
        self.tree.clear()
        self.items = {}
        for reader, rows in groupby(_rows(detail), key=lambda row: row.reader):
            group = QTreeWidgetItem(self.tree, [words.reader_name(reader), "", ""])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            group.setSizeHint(NAME, QSize(0, ROW_HEIGHT))
            group.setFont(NAME, theme.scaled_font(13, bold=True))
            for row in rows:
                one = (row.kind, row.variant)
                self.items[one] = self._item(group, detail, row, self._by_hand.get(one, one in ticks))
        self.tree.expandAll()
        if wanted in self.items:
            self.tree.setCurrentItem(self.items[wanted])
        self.tree.blockSignals(False)
        self.tree.verticalScrollBar().setValue(scroll)
        self._show_document()

    def _item(
        self, group: QTreeWidgetItem, detail: ShipmentDetail, row: PaperRow, ticked: bool
    ) -> QTreeWidgetItem:
        document = newest(detail, (row.kind, row.variant))
        item = QTreeWidgetItem(group, [kind_name(row.kind, row.variant)])
        item.setData(NAME, WANTED, (row.kind, row.variant))
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
        )
        item.setSizeHint(NAME, QSize(0, ROW_HEIGHT))
        item.setCheckState(NAME, Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        if document is not None:
            revision = f" · {document.revision}" if document.revision > 1 else ""
            item.setText(NUMBER, f"{document.number}{revision}")
            pill = words.document_pill(document.state, current=document.current)
            item.setText(STATE, pill.text)
            item.setForeground(STATE, QBrush(QColor(theme.current().solid(pill.tone))))
        elif row.demand:
            item.setText(STATE, _("Asked for by the credit"))
        item.setToolTip(NAME, row.demand or kind_name(row.kind, row.variant))
        return item

    def _show_issuing(self) -> None:
        detail = self._detail
        if detail is None:
            return
        wanted = self.ticked()
        done = steps.is_documented(detail) and not wanted
        again = any(steps.in_force(detail, *one) is not None for one in wanted) or done
        text = _("Issue again…") if again else _("Issue documents…")
        emphasize(self.issue_button, text, "document", primary=not done)
        can = steps.can_issue(detail, wanted, self._language)
        self.issue_button.setEnabled(can.now)
        self.issue_button.setToolTip(can.reason or "Ctrl+I")
        self.note.setText(_note(detail, can))

    def _tick(self, item: QTreeWidgetItem, column: int) -> None:
        wanted = item.data(NAME, WANTED)
        if column == NAME and isinstance(wanted, tuple):
            self._by_hand[wanted[0], wanted[1]] = item.checkState(NAME) is Qt.CheckState.Checked
            self._show_issuing()

    def _choose(self) -> None:
        wanted = self.current()
        self._show_document()
        if wanted is not None:
            self.fields.show_paper(*wanted)
            self.chosen.emit(*wanted)

    def _show_document(self) -> None:
        issued = self.document() is not None
        self.open_button.setEnabled(issued)
        in_force = self._detail is not None and steps.can_send(self._detail).now
        self.save_button.setEnabled(issued or in_force)
        self.save_button.setToolTip(_("Save all documents, or the chosen one in another form"))

    def _open(self) -> None:
        document = self.document()
        if document is not None:
            self.open_asked.emit(document)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.save_button)
        buttons.addStretch(1)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.issue_button)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(8)
        parts.addWidget(self.tree)
        parts.addWidget(self.fields)
        parts.setSizes([300, 240])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(_("Documents"), pixels=15, bold=True))
        column.addWidget(self.note)
        column.addWidget(self.bank_note)
        column.addWidget(parts, 1)
        column.addLayout(buttons)


def newest(detail: ShipmentDetail, wanted: Wanted) -> DocumentRow | None:
    """The document of that kind with the highest revision."""
    rows = [row for row in detail.documents if (row.kind, row.variant) == wanted]
    return max(rows, key=lambda row: (row.revision, row.id), default=None)


def _rows(detail: ShipmentDetail) -> Iterator[PaperRow]:
    """The papers by reader, in the order of the first of each."""
    order = list(dict.fromkeys(row.reader for row in detail.papers))
    yield from sorted(detail.papers, key=lambda row: order.index(row.reader))


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setColumnCount(3)
    tree.setHeaderLabels([_("Document"), _("Number"), _("State")])
    tree.setRootIsDecorated(False)
    tree.setIndentation(14)
    tree.setUniformRowHeights(True)
    tree.setAccessibleName(_("Documents of the shipment"))
    tree.setFrameShape(QTreeWidget.Shape.NoFrame)
    header = tree.header()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setStretchLastSection(False)
    header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(NUMBER, QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(STATE, QHeaderView.ResizeMode.ResizeToContents)
    return tree


def _note(detail: ShipmentDetail, can: steps.Can) -> str:
    if can.reason:
        return can.reason
    if any(row.state is steps.ISSUED and not row.current for row in detail.documents):
        return _("The shipment has changed since its documents were issued. Issue them again.")
    if detail.documents_current:
        return _("Invoice and packing list are in force and say what leaves.")
    return _("Invoice and packing list are issued together and say the same.")
