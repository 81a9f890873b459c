"""The shipments page: the list, and the workbench of the shipment that is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.shipping.ready import ReadyOrder
from factory_erp.services.workbench import views as shipping_views
from factory_erp.services.workbench.views import ShipmentDetail
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.shipping import records, words
from factory_erp.ui.shipping.new_shipment import NewShipmentDialog
from factory_erp.ui.shipping.workbench import STEPS, Workbench

CONCERNS = frozenset(
    {
        "shipment",
        "shipment_line",
        "carton_group",
        "carton_content",
        "document",
        "document_input",
        "document_mail",
        "document_option",
        "foreign_paper",
        "letter_of_credit",
        "pallet_group",
        "shipment_container",
        "sales_order",
        "company",
        "bank_account",
        "partner",
    }
)
"""Kinds of records whose changes this page shows."""


class ShippingPage(Page):
    """Shipments by state; Enter or a double click puts one on the workbench."""

    noun = "shipping"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.header.set_title(_("Shipments"))
        self.header.enable_search(_("Search shipments, orders, containers…"))
        self.header.searched.connect(self._search)
        self.back_button = self.header.add_button(
            _("All shipments"), self.close_shipment, icon="chevron-left"
        )
        self.new_button = self.header.add_button(
            _("New shipment…"), self.new_shipment, icon="add", primary=True
        )
        source = records.ShipmentList()
        self.table = RecordTable(source, context.jobs, self)
        self.views = ViewBar(
            context, self.noun, records.VIEW_NAMES, source,
            chips=self.chips, table=self.table, search=self.header.search,
        )  # fmt: skip
        self.table.set_name(_("Shipments"))
        self.table.set_empty_text(_("No shipment here. 'New shipment…' takes orders that are ready to ship."))
        self.table.activated.connect(self.open_shipment)
        self.table.refused.connect(context.say)
        self.workbench = Workbench(context)
        self.workbench.loaded.connect(self._show_title)
        self.stack = QStackedWidget()
        self.stack.addWidget(framed(self.table))
        self.stack.addWidget(self.workbench)
        self.set_body(self.stack)
        self._counts: dict[str, int] = {}
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self.workbench, self.close_shipment)
        self.table.restore_state({"sort": "number", "descending": True})
        self.views.recall()
        self._show_list()

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember chip and columns for the next start."""
        super().hideEvent(event)
        self.views.remember()

    # what the shell asks

    def refresh(self) -> None:
        """Read list, counts and the open shipment again."""
        self.views.refresh()
        self.context.jobs.run(shipping_views.shipment_counts, done=self._take_counts, owner=self)
        self.workbench.reload()

    def on_changes(self, changes: object) -> None:
        """Read again if shipments, or what they are made of, have changed."""
        if self.isVisible() and isinstance(changes, Mapping) and not CONCERNS.isdisjoint(changes):
            self.refresh()

    def commands(self) -> list[Command]:
        """New, back, and the steps of the open shipment; saved views."""
        bench = self.workbench
        opened = self._is_open
        return [
            _command("new", N_("New shipment…"), self.new_shipment, "Ctrl+N", "add"),
            _command(
                "list", N_("All shipments"), self.close_shipment, "Ctrl+Backspace", "chevron-left", opened
            ),
            _command("pack", N_("Pack the shipment"), bench.pack, "F6", "box", opened),
            _command("issue", N_("Issue documents…"), bench.issue, "Ctrl+I", "document", opened),
            _command("ship", N_("Ship…"), bench.ship, "F8", "ship", opened),
            *(
                _command(
                    f"step{place}", name, partial(bench.go_to_step, place - 1), f"Alt+{place}", "", opened
                )
                for place, name in enumerate(STEPS, 1)
            ),
            *self.views.commands(),
        ]

    def open_record(self, key: str) -> None:
        """A shipment by number or id on the workbench; or a saved view of the list (``view/to_pack``)."""
        folder, _slash, view = key.partition("/")
        if folder == "view" and view in records.VIEW_NAMES:
            self.close_shipment()
            self.chips.select(view)
            return
        self.context.jobs.run(partial(records.id_of, key), done=partial(self._open_found, key), owner=self)

    def go_home(self) -> None:
        """From the workbench back to the list; asks when something is unsaved."""
        if self._is_open():
            self.close_shipment()

    def can_leave(self) -> bool:
        """Ask when a form of the workbench holds something unsaved."""
        if not self.workbench.is_dirty():
            return True
        text = _("What you typed for this shipment is not saved.")
        if not confirm(self, _("Leave without saving?"), text, _("Discard changes")):
            return False
        self.workbench.discard()
        return True

    def state(self) -> dict[str, object]:
        """View and columns of the list, and the open shipment."""
        return self.views.state() | {"record": self.workbench.record() if self._is_open() else ""}

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""
        self.views.restore_state(state)
        if state.get("record"):
            self.open_record(str(state["record"]))

    # list and workbench

    def open_shipment(self, shipment_id: int) -> None:
        """Put a shipment on the workbench."""
        if not self.can_leave():
            return
        self.chips.hide()
        self.header.search.hide()
        self.new_button.hide()
        self.back_button.show()
        self.stack.setCurrentWidget(self.workbench)
        self.workbench.open_shipment(shipment_id)

    def close_shipment(self) -> None:
        """Back to the list, which shows the shipment that was open."""
        if not self.can_leave():
            return
        detail = self.workbench.detail()
        self.workbench.close_shipment()
        self._show_list()
        if detail is not None:
            self.table.select_id(detail.id)
        self.table.setFocus()

    def new_shipment(self) -> None:
        """Ask which ready orders leave together."""
        self.context.jobs.run(shipping_views.ready_orders, done=self._ask_orders, owner=self)

    def _ask_orders(self, orders: list[ReadyOrder]) -> NewShipmentDialog:
        dialog = NewShipmentDialog(self.context, orders, self)
        dialog.created.connect(self.open_shipment)
        dialog.open()
        return dialog

    def _is_open(self) -> bool:
        return self.stack.currentWidget() is self.workbench

    def _open_found(self, key: str, found: int | None) -> None:
        if found is None:
            self.context.say(_("There is no shipment {number}.", number=key))
        else:
            self.open_shipment(found)

    def _show_list(self) -> None:
        self.chips.show()
        self.header.search.show()
        self.new_button.show()
        self.back_button.hide()
        self.stack.setCurrentIndex(0)
        self.header.set_title(_("Shipments"))
        self._show_counts()

    def _show_title(self, detail: ShipmentDetail) -> None:
        if not self._is_open():
            return
        terms = f"{detail.incoterm} {detail.place}".strip()
        parts = (
            words.state_pill(detail.state).text,
            detail.consignee,
            figures.country(detail.destination_country),
            terms,
        )
        self.header.set_title(detail.number, " · ".join(part for part in parts if part))

    def _search(self, text: str) -> None:
        self.table.set_search(text)

    # counts

    def _take_counts(self, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)
        self.views.set_counts(counts)
        if not self._is_open():
            self._show_counts()

    def _show_counts(self) -> None:
        if not self._counts:
            return
        count = self._counts["all"]
        parts = [
            ngettext("{count} shipment", "{count} shipments", count),
            _("{count} to pack", count=self._counts["to_pack"]),
            _("{count} ready to leave", count=self._counts["to_ship"]),
        ]
        self.header.set_counts(" · ".join(parts))


def _command(
    name: str,
    title: str,
    run: Callable[[], object],
    key: str,
    icon: str = "",
    when: Callable[[], bool] | None = None,
) -> Command:
    return Command(f"shipping.{name}", title, run, key, when, icon, "record")
