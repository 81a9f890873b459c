"""The check of the papers: what the checker found, with a jump to the place that it is about."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.models.shipping import ShipmentState
from factory_erp.services.paper_checks.checks import CheckView
from factory_erp.services.workbench.views import ShipmentDetail
from factory_erp.ui.checks.panel import FindingsPanel
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.shipping.steps import Checked


class CheckPanel(QWidget):
    """The findings of a shipment; it is checked again whenever it has changed.

    ``checked`` carries a ``Checked``, ``place_asked`` the ``PlaceView`` of what has to be corrected.
    """

    checked = Signal(object)
    place_asked = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.findings = FindingsPanel(context, jump=self.place_asked.emit)
        self.findings.checked.connect(self._tell)
        self.note = label(_("Pack the goods into cartons first."), muted=True, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(_("Check"), pixels=15, bold=True))
        column.addWidget(self.note)
        column.addWidget(self.findings, 1)

    def show_detail(self, detail: ShipmentDetail) -> None:
        """Check the papers of *detail*, once there are cartons that they could be about."""
        ready = bool(detail.cartons) and detail.state is not ShipmentState.CANCELLED
        self.note.setVisible(not ready)
        self.findings.check(detail.id if ready else None)

    def _tell(self, view: CheckView) -> None:
        self.checked.emit(Checked(view.count("E"), view.count("W"), done=True))
