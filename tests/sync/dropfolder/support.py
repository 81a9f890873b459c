"""A drop folder whose other side is the test."""

import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from factory_erp.sheets.reading import read_file
from factory_erp.sync.connectors.base import ConnectorSettings, OrderPage, ShipmentNotice
from factory_erp.sync.connectors.dropfolder import DropFolderConnector
from factory_erp.sync.http.client import CallFacts
from tests.sync.connectors.support import MemoryStore

START = datetime(2026, 3, 1, tzinfo=UTC)
END = datetime(2026, 4, 1, tzinfo=UTC)
HEAD = "order_number,ordered_on,buyer,country,currency,sku,quantity,unit,unit_price,total,status"
LATER = "order_number,ordered_on,buyer,currency,sku,quantity,unit_price"


def orders_csv(*lines: str, head: str = HEAD) -> str:
    return "\n".join((head, *lines)) + "\n"


SIMPLE = orders_csv("MIC-1,2026-03-10,Acme Ltd,US,USD,SKU-1,12,pcs,3.50,42.00,")


@dataclass
class Drop:
    root: Path
    page_size: int = 50
    facts: list[CallFacts] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root.mkdir(exist_ok=True)
        self.connector = self.connect()

    def connect(self, folder: str | None = None) -> DropFolderConnector:
        options = {"folder": str(self.root) if folder is None else folder}
        settings = ConnectorSettings(
            "", "", page_size=self.page_size, options=options, watch=self.facts.append
        )
        return DropFolderConnector(settings, MemoryStore())

    def put(self, name: str, content: str | bytes, *, below: str = "", age: float = 60) -> Path:
        path = self.root / "in" / below / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (time.time() - age,) * 2)
        return path

    def pull(self, end: datetime = END) -> list[OrderPage]:
        """A whole pull: everything that was given out was applied."""
        return list(self.connector.orders.pages(START, end))

    def names(self, *below: str) -> list[str]:
        folder = self.root.joinpath(*below)
        return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.exists() else []

    def table(self, *below: str) -> list[dict[str, str]]:
        sheet = read_file(self.root.joinpath(*below))
        return [dict(zip(sheet.headers, row.cells, strict=True)) for row in sheet.rows]


def notice(order: str = "MIC-1", key: str = "ship:1:1", **changes: object) -> ShipmentNotice:
    values: dict[str, object] = {
        "external_order_id": order,
        "carrier_code": "DHL",
        "logistics_type": "EXPRESS",
        "tracking_number": "JD0001",
        "our_key": key,
    }
    return ShipmentNotice(**{**values, **changes})  # type: ignore[arg-type]
