"""The sandbox's listings, pictures and categories."""

from __future__ import annotations

import copy
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from threading import RLock

from factory_erp.sync.sandbox.alibaba.arguments import child, figure, rows
from factory_erp.sync.sandbox.alibaba.payloads import Payload, epoch_ms

_DATES = ("created_at", "modified_at")
_FIRST_PRODUCT, _FIRST_SKU = 1_601_000_000_001, 105_000_000_001

CATEGORIES = (
    (15, "Home & Garden", 0),
    (1503, "Kitchen & Tabletop", 15),
    (150301, "Drinkware", 1503),
    (100003291, "Vacuum Flasks & Thermoses", 150301),
    (150302001, "Mugs", 150301),
    (150303, "Kettles", 1503),
    (1504, "Home Decor", 15),
    (150401, "Vases", 1504),
    (150402, "Candle Holders", 1504),
    (39, "Lights & Lighting", 0),
    (390501, "Desk Lamps", 39),
    (390502, "LED Strips", 39),
    (13, "Home Improvement", 0),
    (1301, "Hardware", 13),
    (130101, "Hinges", 1301),
    (130102, "Brackets", 1301),
    (26, "Toys & Hobbies", 0),
    (2601, "Wooden Toys", 26),
    (15000, "Consumer Electronics", 0),
    (150001, "Chargers", 15000),
)
"""(id, name, parent or 0) of every category."""

TEMPLATES = (("700001", "Standard export carton"), ("700002", "Sea freight, FOB Ningbo"))
"""Id and name of the account's shipping templates."""


@dataclass
class Listing:
    """One product. ``content`` has the sections of ``product/get/v2``; ``looks`` counts reads in review."""

    product_id: int
    content: Payload
    created_at: datetime
    modified_at: datetime
    status: str = "offline"
    audit: str = "pending"
    reason: str = ""
    looks: int = 0

    def shown(self) -> Payload:
        """The product as ``get`` and ``search`` show it."""
        content = copy.deepcopy(self.content)
        basic: Payload = {
            **child(content, "basic_info"),
            "product_id": self.product_id,
            "status": self.status,
            "audit_status": self.audit,
            "create_timestamp": epoch_ms(self.created_at),
            "last_modified_timestamp": epoch_ms(self.modified_at),
        }
        basic["product_images"] = basic.pop("product_image", [])
        category = child(content, "category_info")
        attributes = category.pop("attributes", [])
        return {**content, "basic_info": basic, "category_info": category, "attributes": attributes}

    @property
    def publishing(self) -> str:
        """The word of ``status/get``: online, pending, failed, or draft for what is not on offer."""
        return {"pending": "pending", "rejected": "failed"}.get(self.audit) or (
            "online" if self.status == "online" else "draft"
        )


@dataclass
class Shelf:
    """Listings and pictures of the account; every method may be called from any thread.

    A listing waits for its review until it was looked at ``approve_after`` times (0: until ``approve_all``).
    """

    now: Callable[[], datetime]
    approve_after: int = 2
    images: dict[int, tuple[str, int]] = field(default_factory=dict)
    _listings: dict[int, Listing] = field(default_factory=dict)
    _obfuscated: dict[str, int] = field(default_factory=dict)
    _skus: int = 0
    _lock: RLock = field(default_factory=RLock)

    # For tests and the demo

    def listings(self) -> list[Payload]:
        """Every listing that is not deleted, as ``get`` shows it."""
        with self._lock:
            return [each.shown() for each in self._listings.values() if each.status != "deleted"]

    def duplicates(self) -> dict[str, list[int]]:
        """Model numbers that more than one listing has, and the ids of those listings."""
        found: dict[str, list[int]] = {}
        with self._lock:
            for each in self._listings.values():
                model = str(child(each.content, "basic_info").get("model_number") or "")
                if model and each.status != "deleted":
                    found.setdefault(model, []).append(each.product_id)
        return {model: ids for model, ids in found.items() if len(ids) > 1}

    def approve_all(self) -> list[int]:
        """End every review well; the ids of the listings that are online now because of it."""
        with self._lock:
            waiting = [each for each in self._listings.values() if each.audit == "pending"]
            for each in waiting:
                self._approve(each)
            return [each.product_id for each in waiting]

    def reject(self, product_id: int, reason: str) -> None:
        """End a review badly."""
        with self._lock:
            listing = self._listings[product_id]
            listing.audit, listing.status, listing.reason = "rejected", "offline", reason
            listing.modified_at = self.now()

    def dump(self) -> Payload:
        """Listings and pictures as JSON, so that they outlive the sandbox."""
        with self._lock:
            return {
                "skus": self._skus,
                "images": [[number, name, size] for number, (name, size) in self.images.items()],
                "listings": [_dumped(each) for each in self._listings.values()],
            }

    def load(self, dumped: Payload) -> None:
        """Have what ``dump`` wrote, in place of what is there."""
        listings = [_loaded(row) for row in rows(dumped.get("listings"))]
        images = dumped.get("images")
        with self._lock:
            self._skus = int(str(dumped.get("skus") or 0))
            self._listings = {each.product_id: each for each in listings}
            kept = images if isinstance(images, list) else []
            self.images = {int(number): (str(name), int(size)) for number, name, size in kept}

    # For the APIs

    def create(self, content: Payload) -> int:
        """A new listing in review; model numbers may repeat."""
        with self._lock:
            product_id = _FIRST_PRODUCT + len(self._listings)
            listing = Listing(product_id, {}, self.now(), self.now())
            self._listings[product_id] = listing
            self._merge(listing, content)
            return product_id

    def update(self, product_id: int, content: Payload) -> bool:
        """Change the sections and fields that *content* has; False for an unknown listing."""
        with self._lock:
            listing = self._known(product_id)
            if listing is not None:
                self._merge(listing, content)
            return listing is not None

    def find(self, *, product_id: int | None = None, sku_id: int | None = None) -> Payload | None:
        """The listing with an id, or the one that has a variant with an id."""
        with self._lock:
            for each in self._listings.values():
                ids = {figure(sku.get("sku_id")) for sku in _skus(each)}
                if each.status != "deleted" and (each.product_id == product_id or (sku_id and sku_id in ids)):
                    return each.shown()
        return None

    def search(self, model_number: str, sku_code: str) -> list[Payload]:
        """The listings with a model number and a variant's code ("" for any), in order of their making."""
        with self._lock:
            return [
                each.shown()
                for each in self._listings.values()
                if each.status != "deleted"
                and model_number in ("", child(each.content, "basic_info").get("model_number"))
                and (not sku_code or sku_code in [sku.get("sku_code") for sku in _skus(each)])
            ]

    def look(self, product_id: int) -> tuple[str, str] | None:
        """(status, description) of a listing; looking often enough ends its review. None if unknown."""
        with self._lock:
            listing = self._known(product_id)
            if listing is None:
                return None
            listing.looks += 1
            if listing.audit == "pending" and 0 < self.approve_after <= listing.looks:
                self._approve(listing)
            return listing.publishing, listing.reason

    def put(self, product_id: int, status: str) -> str:
        """Make a listing online, offline or deleted; the code of the platform's refusal or ""."""
        with self._lock:
            listing = self._known(product_id)
            if listing is None:
                return "B_PRODUCT_NOT_FOUND"
            if status == "online" and listing.audit != "approved":
                return "B_PRODUCT_STATUS_INVALID"
            listing.status, listing.modified_at = status, self.now()
            return ""

    def add_image(self, name: str, content: bytes) -> tuple[int, str]:
        """Keep a picture; (id, address). The same picture twice is there twice."""
        with self._lock:
            number = 11_000_000_001 + len(self.images)
            self.images[number] = (name, len(content))
            return (
                number,
                f"https://sc04.alicdn.com/kf/{hashlib.sha256(content).hexdigest()[:32]}-{number}.jpg",
            )

    def obfuscate(self, product_id: int) -> str:
        """The id under which a product appears where plain ids are hidden; ``reveal`` knows it afterwards."""
        digest = hashlib.sha256(f"sandbox {product_id}".encode()).digest()
        secret = "AAH" + urlsafe_b64encode(digest).decode()[:25]
        with self._lock:
            self._obfuscated[secret] = product_id
        return secret

    def reveal(self, secret: str) -> int | None:
        """The plain id behind an obfuscated one."""
        with self._lock:
            return self._obfuscated.get(secret)

    def set_stock(self, product_id: int, skus: dict[str, Decimal], whole: Decimal | None) -> str:
        """Set what is in stock, of variants or of the product; the code of a refusal or ""."""
        fields: dict[str, Payload] = {sku: {"inventory": _number(quantity)} for sku, quantity in skus.items()}
        return self._set(product_id, fields, {} if whole is None else {"inventory": _number(whole)})

    def set_price(self, product_id: int, skus: dict[str, Payload], price: Payload) -> str:
        """Set the price of variants or the product's tiers; the code of a refusal or ""."""
        fields: dict[str, Payload] = {sku: {"sku_price": value} for sku, value in skus.items()}
        return self._set(product_id, fields, {"price": price} if price else {})

    def _set(self, product_id: int, skus: dict[str, Payload], trade: Payload) -> str:
        with self._lock:
            listing = self._known(product_id)
            if listing is None:
                return "B_PRODUCT_NOT_FOUND"
            known = {str(sku["sku_id"]): sku for sku in _skus(listing)}
            if set(skus) - set(known):
                return "B_PRODUCT_PARAM_INVALID"
            for sku, values in skus.items():
                known[sku].update(values)
            child(listing.content, "trade_info").update(trade)
            listing.modified_at = self.now()
            return ""

    def _known(self, product_id: int) -> Listing | None:
        found = self._listings.get(product_id)
        return found if found and found.status != "deleted" else None

    def _approve(self, listing: Listing) -> None:
        listing.audit, listing.status, listing.reason = "approved", "online", ""
        listing.modified_at = self.now()

    def _merge(self, listing: Listing, content: Payload) -> None:
        """Lay new fields over the old ones; a variant keeps its id as long as its code stays."""
        known = {str(sku["sku_code"]): sku for sku in _skus(listing)}
        for section in ("basic_info", "category_info", "trade_info", "logistics_info"):
            merged = {**child(listing.content, section), **copy.deepcopy(child(content, section))}
            listing.content[section] = merged
        for sku in _skus(listing):
            old = known.get(str(sku.setdefault("sku_code", "")), {})
            sku.update({**old, **sku})
            if "sku_id" not in sku:
                sku["sku_id"] = _FIRST_SKU + self._skus
                self._skus += 1
        listing.modified_at = self.now()


def _dumped(listing: Listing) -> Payload:
    dates = {name: getattr(listing, name).isoformat() for name in _DATES}
    return {**asdict(listing), **dates}


def _loaded(row: Payload) -> Listing:
    dates = {name: datetime.fromisoformat(str(row[name])) for name in _DATES}
    return Listing(**{**row, **dates})  # type: ignore[arg-type]


def _skus(listing: Listing) -> list[Payload]:
    return rows(child(listing.content, "trade_info").get("sku_info"))


def _number(quantity: Decimal) -> int | str:
    return int(quantity) if quantity == int(quantity) else str(quantity)
