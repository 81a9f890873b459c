"""Both platforms' sandboxes seen alike: orders put in, what reached the platform read out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from factory_erp.domain.listings import LeadTier, ListingContent, PriceTier
from factory_erp.services.platforms import account_health
from factory_erp.services.platforms import accounts as platforms
from factory_erp.sync import engine
from factory_erp.sync.engine import SecretName
from factory_erp.sync.sandbox import alibaba, dhgate
from factory_erp.sync.sandbox.dhgate.catalogue import TEMPLATES
from factory_erp.sync.sandbox.server import SandboxServer
from tests.sync.crash_worker import FileSecretsOfTests, Job

PICTURES = tuple(hashlib.sha256(name.encode()).hexdigest() for name in ("front", "side", "back"))
"""Hashes of three pictures, to be uploaded by ``picture``."""


@dataclass(frozen=True, slots=True)
class Line:
    """So many pieces of an item at a price in US dollars."""

    sku: str
    pieces: int
    price: Decimal


class Market(Protocol):
    """One platform's sandbox."""

    code: str
    server: SandboxServer
    options: Mapping[str, str]
    app_key: str
    secret: str

    def code_for_sign_in(self) -> str:
        """An authorisation code, as the page of the permission shows it."""

    def put(self, name: str, lines: Sequence[Line], started: datetime, changed: datetime) -> Decimal:
        """An order, new or changed; its total."""

    def ask(self, number: int) -> None:
        """A buyer begins a conversation, or posts a request for quotation."""

    def picture(self, name: str) -> tuple[str, str]:
        """A picture that is on the platform: its id and address."""

    def calls(self) -> int:
        """How many calls have come in."""

    def parcels(self) -> Counter[str]:
        """Tracking number to how often a parcel with it was reported."""

    def listings(self) -> Counter[str]:
        """Model number to how many listings have it."""

    def answers(self) -> Counter[str]:
        """Id of the conversation or request to how often it was answered."""

    def content(self, model_number: str) -> ListingContent:
        """A listing that the platform takes."""


def order_name(number: int) -> str:
    """The platform's number of an order."""
    return str(1_330_000_000 + number)


class AlibabaMarket:
    """Alibaba.com."""

    code = "alibaba"
    options: Mapping[str, str] = {"rfq_words": "cups"}

    def __init__(self, app_key: str) -> None:
        self.server = alibaba.SandboxServer(app_key=app_key)
        self.state = self.server.state
        self.app_key, self.secret = self.state.app_key, self.state.app_secret

    def code_for_sign_in(self) -> str:
        return self.state.new_code()

    def put(self, name: str, lines: Sequence[Line], started: datetime, changed: datetime) -> Decimal:
        rows = [alibaba.line_payload(line.sku, str(line.pieces), line.price) for line in lines]
        payload = alibaba.order_payload(name, created=started, modified=changed, lines=rows)
        self.state.add(payload)
        total = payload["total_amount"]
        assert isinstance(total, dict)
        return Decimal(str(total["amount"]))

    def ask(self, number: int) -> None:
        self.state.add_rfq(f"Steel cups {number}", 600)

    def picture(self, name: str) -> tuple[str, str]:
        number, url = self.state.shelf.add_image(name, name.encode())
        return str(number), url

    def calls(self) -> int:
        with self.state.lock:
            return sum(self.state.counts.values())

    def parcels(self) -> Counter[str]:
        return Counter(parcel.tracking_number for parcel in self.state.shipments)

    def listings(self) -> Counter[str]:
        basics = [listing["basic_info"] for listing in self.state.listings()]
        return Counter(str(basic["model_number"]) for basic in basics if isinstance(basic, dict))

    def answers(self) -> Counter[str]:
        return Counter(quotation.rfq_id for quotation in self.state.quotations())

    def content(self, model_number: str) -> ListingContent:
        usual = _content(model_number)
        return replace(usual, category_id="150302001", shipping_template="700001", listing_days=0)


class DhgateMarket:
    """DHgate."""

    code = "dhgate"
    options: Mapping[str, str] = {"zone_certain": "yes"}

    def __init__(self, app_key: str) -> None:
        self.server = dhgate.SandboxServer(app_key=app_key)
        self.state = self.server.state
        self.app_key, self.secret = self.state.app_key, self.state.app_secret

    def code_for_sign_in(self) -> str:
        return self.state.new_code()

    def put(self, name: str, lines: Sequence[Line], started: datetime, changed: datetime) -> Decimal:
        rows = [dhgate.line_payload(line.sku, line.pieces, line.price) for line in lines]
        payload = dhgate.order_payload(name, started=started, updated=changed, lines=rows)
        self.state.add(payload)
        return Decimal(str(payload["orderTotalPrice"]))

    def ask(self, number: int) -> None:
        self.state.add_message(f"buyer-{number}", f"What do cups cost? {number}", title=f"Cups {number}")

    def picture(self, name: str) -> tuple[str, str]:
        made = self.state.upload(f"{name}.jpg", name.encode(), "jpg")
        return str(made["imgMd5"]), str(made["imgUrl"])

    def calls(self) -> int:
        with self.state.lock:
            return sum(self.state.counts.values())

    def parcels(self) -> Counter[str]:
        return Counter(delivery.delivery_no for delivery in self.state.deliveries)

    def listings(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for item in self.state.items():
            skus = item["itemSkuList"]
            assert isinstance(skus, list)
            found.update({str(sku["skuCode"]) for sku in skus})
        return found

    def answers(self) -> Counter[str]:
        return Counter(str(reply.msg_id) for reply in self.state.replies())

    def content(self, model_number: str) -> ListingContent:
        return _content(model_number)


def _content(model_number: str) -> ListingContent:
    return ListingContent(
        model_number=model_number,
        title=f"Vacuum bottle {model_number}",
        language="en",
        currency="USD",
        unit="H87",
        min_order=Decimal(10),
        keywords=("vacuum bottle",),
        description="<p>Keeps tea warm.</p>",
        category_id="014001001",
        attributes=(("Material", "Stainless Steel"),),
        images=PICTURES,
        prices=(PriceTier(Decimal(10), Decimal("8.00")), PriceTier(Decimal(100), Decimal("7.60"))),
        lead=(LeadTier(Decimal(10), 7),),
        weight_g=450,
        size_mm=(250, 80, 85),
        shipping_template=next(iter(TEMPLATES)),
        listing_days=90,
    )


MARKETS: dict[str, type[AlibabaMarket] | type[DhgateMarket]] = {
    "alibaba": AlibabaMarket,
    "dhgate": DhgateMarket,
}
"""Platform code to its market; made with an app key of its own, as call limits are kept by app key."""


def open_account(market: Market, folder: Path, **options: str) -> tuple[int, FileSecretsOfTests]:
    """An account on the running *market* that this PC has signed in to; its id, and where its secrets are."""
    server = market.server
    account = platforms.add_account(market.code, f"Shop on {market.code}", server.url, market.app_key).value
    form, version = platforms.account_form(account)
    quick = {"calls_per_second": "100000", **market.options, **options}
    platforms.save_account(replace(form, options=quick), version)
    secrets = FileSecretsOfTests(folder / "secrets.json")
    secrets.set(SecretName.APP_SECRET.of(engine.account_key(platforms.account(account))), market.secret)
    sign_in(market, account, secrets)
    return account, secrets


def sign_in(market: Market, account: int, secrets: FileSecretsOfTests) -> None:
    """What a person does: permit the program to act for the account."""
    with engine.open_connector(platforms.account(account), secrets) as connector:
        assert connector.sign_in is not None
        connector.sign_in.exchange_code(market.code_for_sign_in())
    account_health.note_well(account)


def job(market: Market, database_url: str, account: int, folder: Path, lease: float = 1.0) -> Job:
    """What a worker has to know."""
    return Job(database_url, account, market.server.url, secrets=str(folder / "secrets.json"), lease=lease)
