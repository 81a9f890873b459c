"""The list of shipments as the table reads it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from factory_erp.i18n import N_
from factory_erp.services.workbench import views as shipping_views
from factory_erp.services.workbench.views import ShipmentRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.shipping import words

VIEW_NAMES = {
    "all": N_("All"),
    "to_pack": N_("To pack"),
    "to_document": N_("To document"),
    "to_ship": N_("To ship"),
    "shipped": N_("Shipped"),
}
"""Saved views of ``services.workbench.views`` and what their chips say."""

COLUMNS = (
    Column("number", N_("Shipment"), 128, narrowest=124),
    Column("consignee", N_("Consignee"), 210, narrowest=200),
    Column("country", N_("Country"), 120, priority=3, narrowest=104),
    Column("orders", N_("Orders"), 150, sortable=False, priority=7, narrowest=120),
    Column("cartons", N_("Cartons"), 76, kind="number", sortable=False, priority=4),
    Column("gross", N_("Gross kg"), 94, kind="number", sortable=False, priority=2),
    Column("cbm", N_("CBM"), 78, kind="number", sortable=False, priority=2),
    Column("etd", N_("ETD"), 96, kind="date", tooltip=N_("Estimated time of departure"), priority=1),
    Column("vessel", N_("Vessel / voyage"), 180, sortable=False, priority=5, narrowest=176),
    Column("carrier", N_("Carrier"), 84, sortable=False, priority=6, narrowest=76),
    Column("tracking", N_("Tracking no."), 130, sortable=False, priority=8, narrowest=124),
    Column("state", N_("State"), 146, kind="pill"),
)


class ShipmentList:
    """Shipments by saved view and search, for a ``RecordTable``."""

    columns: Sequence[Column] = COLUMNS

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        """Ids of the shipments of *view* that contain *search*."""
        return shipping_views.shipment_ids(view or "all", search, sort, descending)

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """The rows of *ids*, empty cells for a shipment that is not there any more."""
        found = {row.id: _cells(row) for row in shipping_views.shipment_rows(ids)}
        return [found.get(wanted, ("",) * len(COLUMNS)) for wanted in ids]


def _cells(row: ShipmentRow) -> Row:
    packed = row.cartons > 0
    return (
        row.number,
        row.consignee,
        figures.country(row.country),
        ", ".join(row.orders),
        figures.number(row.cartons) if packed else "",
        figures.kilograms(row.gross_g),
        figures.cbm(row.volume_mm3) if packed else "",
        figures.day(row.etd),
        row.vessel_voyage,
        row.carrier_code,
        row.tracking_number,
        words.state_pill(row.state),
    )


def id_of(key: str) -> int | None:
    """Id of the shipment that a deep link names by its id or its number; None where there is none."""
    if key.isdecimal():
        return int(key)
    found = shipping_views.shipment_ids("all", key)
    rows = shipping_views.shipment_rows(found)
    return next((row.id for row in rows if row.number == key), None)
