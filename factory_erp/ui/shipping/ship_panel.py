"""The last look before the goods leave, and what was booked when they did."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _
from factory_erp.models.shipping import ShipmentState
from factory_erp.services.workbench.views import ShipmentDetail
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.shipping import steps, words


class ShipPanel(DetailCard):
    """The shipment in a few lines; links lead to its orders.  Asking tells what shipping does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", False)
        self._outer.setContentsMargins(0, 0, 0, 0)

    def show_detail(self, detail: ShipmentDetail) -> None:
        """Show what leaves and where to, and what hinders it."""
        self.clear()
        pill = words.state_pill(detail.state)
        self.set_title(_("What leaves"), pill=(pill.text, pill.tone))  # type: ignore[arg-type]
        hindrance = steps.can_ship(detail).reason
        if hindrance and detail.state is not ShipmentState.SHIPPED:
            self.add_widget(label(hindrance, wrap=True, muted=True))
        self.add_links(("order", number, f"erp://sales/{order_id}") for order_id, number in detail.orders)
        self.add_rows(summary_rows(detail))


def summary_rows(detail: ShipmentDetail) -> list[tuple[str, str]]:
    """The shipment in key-value rows; what is not known yet is left out."""
    totals = detail.totals
    rows = [
        (_("Consignee"), detail.consignee),
        (_("Ship to"), detail.ship_to),
        (_("Destination"), figures.country(detail.destination_country)),
        (_("Terms"), f"{detail.incoterm} {detail.place}".strip()),
        (_("Invoice total"), figures.money(totals.total)),
        (_("Cartons"), figures.number(totals.cartons) if totals.cartons else ""),
        (_("Pieces"), figures.number(totals.pieces) if totals.cartons else ""),
        (_("Net weight"), _kg(totals.net_g)),
        (_("Gross weight"), _kg(totals.gross_g)),
        (_("Volume"), f"{figures.cbm(totals.volume_mm3)} m³" if totals.cartons else ""),
        (_("Vessel"), detail.vessel_voyage),
        (_("Containers"), ", ".join(detail.container_numbers)),
        (_("Carrier"), " ".join(part for part in (detail.carrier_code, detail.tracking_number) if part)),
        (_("ETD"), figures.day(detail.etd)),
        (_("Shipped"), figures.local(detail.shipped_at)),
        (_("Marks"), detail.marks),
    ]
    return [(key, value) for key, value in rows if value]


def consequences(detail: ShipmentDetail) -> list[str]:
    """What shipping does, sentence by sentence."""
    pieces = figures.number(sum(line.quantity for line in detail.lines))
    said = [
        _("{pieces} pieces leave the warehouse for {consignee}.", pieces=pieces, consignee=detail.consignee),
        _("Orders of which everything has left become 'Shipped'."),
    ]
    if detail.from_platform:
        said.append(
            _(
                "The platform is told that {carrier} carries the goods, tracking number {tracking}.",
                carrier=detail.carrier_code or "–",
                tracking=detail.tracking_number or "–",
            )
        )
    return [*said, _("This cannot be taken back.")]


def _kg(grams: int) -> str:
    return _("{weight} kg", weight=figures.kilograms(grams)) if grams else ""
