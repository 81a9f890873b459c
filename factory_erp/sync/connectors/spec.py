"""What a connector declares of its platform, before any call is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from factory_erp.domain.listings import ListingRules
from factory_erp.sync.connectors.base import Connector, ConnectorSettings, TokenStore


class Capability(StrEnum):
    """What a connector can do; pages show only that."""

    SIGN_IN = "sign_in"
    ORDERS = "orders"
    SHIPMENTS = "shipments"
    PARTIAL_SHIPMENTS = "partial_shipments"
    CARRIERS = "carriers"
    LISTINGS = "listings"
    PRICES = "prices"
    STOCK = "stock"
    LEAD_TIMES = "lead_times"
    IMAGES = "images"
    CATEGORIES = "categories"
    SHIPPING_TEMPLATES = "shipping_templates"
    MESSAGES = "messages"
    RFQS = "rfqs"


@dataclass(frozen=True, slots=True)
class Option:
    """A field of the account form that only this platform has. ``label``, ``hint`` and the words are msgids.

    ``choices`` are (value, words); empty for free text. ``folder`` asks for a folder of this PC.
    """

    name: str
    label: str
    hint: str = ""
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    folder: bool = False


@dataclass(frozen=True, slots=True)
class PlatformSpec:
    """A platform: its name for people, how to connect, what it can do, what it takes."""

    code: str
    title: str
    connect: Callable[[ConnectorSettings, TokenStore], Connector]
    capabilities: frozenset[Capability]
    gateway: str = ""
    """The address of the platform's own gateway; "" where there is none."""
    rules: ListingRules | None = None
    options: tuple[Option, ...] = ()
    needs_secret: bool = True
    languages: tuple[str, ...] = ("en",)
    """In which titles and descriptions can be published."""
    calls_per_second: float = 10
    notes: tuple[str, ...] = field(default=())
    """What the owner of an account has to know before connecting it (msgids)."""
