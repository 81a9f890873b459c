"""What is wrong with a letter of credit itself, and the papers of its shipments checked against it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.checks import FindingsPanel
from factory_erp.ui.checks.words import severity_pill
from factory_erp.ui.credits.work import Opened
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable

COLUMNS = (
    Column("severity", N_("Severity"), 130, kind="pill", sortable=False),
    Column("what", N_("About the credit itself"), 700, sortable=False, narrowest=400),
)
ROW_HEIGHT, HEAD_HEIGHT, MOST_ROWS = 34, 42, 4
"""Room for findings about the credit, px; further ones scroll."""


class CheckTab(QWidget):
    """The credit, and one shipment at a time; no papers are checked before the tab is looked at.

    ``field_asked`` names the field of the credit that a finding is about.
    """

    field_asked = Signal(str)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.own = SimpleTable(COLUMNS)
        self.own.set_name(_("About the credit itself"))
        self.own.activated.connect(self._ask_field)
        self._fields: list[str] = []
        self._own_card = framed(self.own)
        self.choice = ChoiceEdit([])
        self.choice.setAccessibleName(_("Shipment"))
        self.choice.setMinimumWidth(190)
        self.choice.edited.connect(self._check)
        self.caption = label(_("Papers of shipment"), muted=True)
        self.caption.setBuddy(self.choice)
        self.panel = FindingsPanel(context)
        self.none = label(
            _("Put a shipment under this credit first: its papers are checked here."), muted=True
        )
        bar = QHBoxLayout()
        bar.setSpacing(10)
        bar.addWidget(self.caption)
        bar.addWidget(self.choice)
        bar.addWidget(self.none)
        bar.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._own_card)
        column.addLayout(bar)
        column.addWidget(self.panel, 1)
        column.addStretch(0)
        self.setFocusProxy(self.panel)
        self.show_credit(None)

    def show_credit(self, opened: Opened | None) -> None:
        """Say what is wrong with it, offer its shipments; what is in view is checked again."""
        self._show_own(opened)
        shipments = opened.detail.shipments if opened else ()
        before = self.choice.value()
        self.choice.set_choices([(one.id, one.number) for one in shipments])
        if any(one.id == before for one in shipments):
            self.choice.show_value(before)
        for widget in (self.caption, self.choice, self.panel):
            widget.setVisible(bool(shipments))
        self.none.setVisible(not shipments)
        if not shipments:
            self.panel.check(None)
        elif self.isVisible():
            self._check()

    def _show_own(self, opened: Opened | None) -> None:
        found = opened.findings if opened else ()
        self._fields = [one.field for one in found]
        self.own.set_rows([(severity_pill(one.severity), one.message) for one in found])
        self.own.setFixedHeight(HEAD_HEIGHT + ROW_HEIGHT * min(len(found), MOST_ROWS))
        self._own_card.setVisible(bool(found))

    def _ask_field(self, key: object) -> None:
        if isinstance(key, int):
            self.field_asked.emit(self._fields[key])

    def choose(self, shipment_id: int) -> None:
        """Check that shipment's papers."""
        self.choice.show_value(shipment_id)
        self._check()

    def showEvent(self, event: QShowEvent) -> None:
        """Check as the tab comes into view."""
        super().showEvent(event)
        self._check()

    def _check(self) -> None:
        value = self.choice.value()
        self.panel.check(value if isinstance(value, int) else None)
