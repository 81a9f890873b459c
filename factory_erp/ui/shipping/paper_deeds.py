"""What a person does beside packing, issuing and shipping: save transport and containers, number cartons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, ngettext
from factory_erp.services.issuing import loading
from factory_erp.services.issuing.loading import ContainerInput, LoadingView
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.shipping.shipments import TransportInput
from factory_erp.services.workbench.views import DocumentRow, ShipmentDetail
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.shipping.containers_panel import ContainersPanel
from factory_erp.ui.shipping.transport_panel import TransportPanel

Run = Callable[[Callable[[], object], str, Callable[..., object]], None]
"""``run(use case, title, done)`` in the writer's lane; the shipment is read again afterwards."""


class PaperDeeds(QObject):
    """Acts on the shipment of a workbench; *run* is the workbench's way into the writer's lane."""

    def __init__(
        self, context: UiContext, detail: Callable[[], ShipmentDetail | None], run: Run, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._detail = detail
        self._run = run
        self._window = parent

    def save_containers(self, panel: ContainersPanel, rows: Sequence[ContainerInput]) -> None:
        """Write down the containers that were typed."""
        detail = self._detail()
        if detail is not None:
            act = partial(loading.set_containers, detail.id, tuple(rows), detail.version)
            self._run(act, _("Saving the containers"), partial(self._containers_saved, panel, len(rows)))

    def apply_plan(self, panel: ContainersPanel, view: LoadingView) -> None:
        """Make the plan's containers those of the shipment."""
        detail = self._detail()
        if detail is not None:
            act = partial(loading.apply_plan, detail.id, view, detail.version)
            self._run(
                act, _("Saving the loading plan"), partial(self._plan_saved, panel, len(view.containers))
            )

    def save_transport(self, panel: TransportPanel, transport: TransportInput) -> None:
        """Save what was typed under Transport; a refusal is said at its field."""
        detail = self._detail()
        if detail is None:
            return
        self._context.jobs.run(
            partial(shipping.set_transport, detail.id, transport, detail.version),
            write=True,
            title=_("Saving the transport"),
            done=partial(self._transport_saved, panel, panel.form.draft()),
            failed=partial(self._transport_refused, panel),
            owner=self,
        )

    def number_cartons(self) -> None:
        """Give each carton its serial shipping container code."""
        detail = self._detail()
        if detail is not None:
            act = partial(shipping.number_cartons, detail.id, detail.version)
            said = _("Every carton has its SSCC.")
            self._run(act, _("Numbering the cartons"), lambda _nothing: self._context.say(said))

    def open_file(self, document: DocumentRow) -> None:
        """Open the issued PDF in the program that the PC has for it."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(document.path)))

    def _transport_saved(self, panel: TransportPanel, saved: dict[str, str], _nothing: object) -> None:
        """What was typed while it was being saved is still to be saved."""
        if panel.form.draft() == saved:
            panel.form.mark_saved()
        self._context.say(_("Transport saved."))

    def _transport_refused(self, panel: TransportPanel, error: Exception) -> None:
        if not (isinstance(error, DomainError) and panel.form.show_error(error)):
            show_problem(self._window, error)

    def _containers_saved(self, panel: ContainersPanel, count: int, _nothing: object) -> None:
        panel.mark_saved()
        self._context.say(ngettext("{count} container saved.", "{count} containers saved.", count))

    def _plan_saved(self, panel: ContainersPanel, count: int, _nothing: object) -> None:
        panel.forget_proposal()
        self._context.say(
            ngettext(
                "The cartons go into {count} container.", "The cartons go into {count} containers.", count
            )
        )
