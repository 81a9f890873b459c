"""Shipments as files: one for each parcel, written once."""

from __future__ import annotations

from decimal import Decimal

from factory_erp.sync.connectors.base import ShipmentNotice
from factory_erp.sync.connectors.dropfolder.folder import Folder, file_name
from factory_erp.sync.connectors.dropfolder.orders import unquoted
from factory_erp.sync.connectors.payloads import Choice

HEADERS = (
    "order_number",
    "carrier",
    "service",
    "tracking_number",
    "complete",
    "sku",
    "quantity",
    "key",
)
KIND = "shipments"


class Shipments:
    """Writes ``out/shipments``."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def push(self, notice: ShipmentNotice) -> str:
        """Write the parcel's file; its name. Written before, it stays as it is."""
        parcel = (
            notice.external_order_id,
            notice.carrier_code,
            notice.logistics_type,
            notice.tracking_number,
            "no" if notice.partial else "yes",
        )
        lines: list[tuple[str, Decimal | None]] = [(unquoted(sku), count) for sku, count in notice.lines]
        rows = [(*parcel, sku, count, notice.our_key) for sku, count in lines or [("", None)]]
        return self._folder.hand_out(KIND, _name(notice), HEADERS, rows, notice.external_order_id)

    def find(self, notice: ShipmentNotice) -> str | None:
        """The name of the parcel's file where it was written already."""
        name = _name(notice)
        return name if self._folder.handed_out(KIND, name) else None

    def carriers(self) -> tuple[Choice, ...]:
        """None: any carrier's code goes."""
        return ()


def _name(notice: ShipmentNotice) -> str:
    """The key alone would not do: a folder may outlive the database that numbered the parcels."""
    return file_name(notice.external_order_id, notice.our_key, notice.tracking_number)
