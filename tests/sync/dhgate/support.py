"""A DHgate connector that talks to a sandbox without ever really waiting."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from factory_erp.domain.listings import LeadTier, ListingContent, PriceTier
from factory_erp.sync.connectors.base import ConnectorSettings, utc_now
from factory_erp.sync.connectors.dhgate import DhgateConnector
from factory_erp.sync.connectors.dhgate.oauth import read_token
from factory_erp.sync.connectors.listings import ImageFile, UploadedImage
from factory_erp.sync.http.client import CallFacts, Timeouts
from factory_erp.sync.sandbox.dhgate import SandboxServer, line_payload, order_payload
from factory_erp.sync.sandbox.dhgate.catalogue import TEMPLATES
from tests.sync.connectors.support import MemoryStore, Sleeper

WINDOW = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
STARTED = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
CERTAIN = {"zone": "Asia/Shanghai", "zone_certain": "yes"}
SHAS = ("a" * 64, "b" * 64, "c" * 64)


@dataclass
class Desk:
    connector: DhgateConnector
    store: MemoryStore
    sleeper: Sleeper


def desk(
    server: SandboxServer,
    *,
    options: Mapping[str, str] = CERTAIN,
    page_size: int = 50,
    read_timeout: float = 2.0,
    now: Callable[[], datetime] = utc_now,
    watch: Callable[[CallFacts], None] | None = None,
) -> Desk:
    store, sleeper = MemoryStore(read_token(server.state.issue_token(), now())), Sleeper()
    settings = ConnectorSettings(
        app_key=server.state.app_key,
        app_secret=server.state.app_secret,
        gateway=server.url,
        page_size=page_size,
        calls_per_second=100_000,
        burst=100_000,
        timeouts=Timeouts(connect=2.0, read=read_timeout),
        now=now,
        sleep=sleeper,
        options=options,
        watch=watch,
    )
    return Desk(DhgateConnector(settings, store), store, sleeper)


def some_orders(count: int) -> list[dict[str, object]]:
    return [
        order_payload(
            str(1_330_312_162 + number),
            started=STARTED,
            lines=[line_payload(f"SKU-{number % 7}", 12, "3.50")],
        )
        for number in range(count)
    ]


def content(**changes: object) -> ListingContent:
    values: dict[str, object] = {
        "model_number": "VB-500",
        "title": "Vacuum bottle 500 ml",
        "language": "en",
        "currency": "USD",
        "unit": "H87",
        "min_order": Decimal(10),
        "keywords": ("vacuum bottle",),
        "description": "<p>Keeps tea warm.</p>",
        "category_id": "014001001",
        "attributes": (("Material", "Stainless Steel"),),
        "images": SHAS,
        "prices": (PriceTier(Decimal(10), Decimal("8.00")), PriceTier(Decimal(100), Decimal("7.60"))),
        "lead": (LeadTier(Decimal(1), 7), LeadTier(Decimal(500), 20)),
        "weight_g": 450,
        "size_mm": (250, 80, 85),
        "listing_days": 90,
        "shipping_template": next(iter(TEMPLATES)),
    }
    return ListingContent(**{**values, **changes})  # type: ignore[arg-type]


def uploaded(connector: DhgateConnector) -> dict[str, UploadedImage]:
    """The pictures of ``content`` on the platform."""
    return {
        sha: connector.listings.upload_image(
            ImageFile(sha, f"{place}.jpg", "image/jpeg", b"\xff\xd8\xff" + bytes([place]))
        )
        for place, sha in enumerate(SHAS)
    }
