"""The listings of the sandbox's seller, and the pictures in its album."""

from __future__ import annotations

import copy
import hashlib
from collections import defaultdict
from datetime import timedelta
from itertools import count

from factory_erp.sync.sandbox.dhgate.clock import Memory
from factory_erp.sync.sandbox.dhgate.payloads import Payload, date_text, hex_id

ON_SHELF, REVIEW, REJECTED, OFF_SHELF = "100100", "100200", "100300", "100400"
STATES = ("100000", ON_SHELF, REVIEW, REJECTED, OFF_SHELF, "100500", "100600")
"""States of a listing: on the shelf, in review, rejected, off the shelf; others are not made here."""

SUPPLIER_ID = hex_id("supplier", "sandbox")

_READ = ("catePubId", "itemBase", "itemImgList", "itemAttrList", "itemSpecSelfDefList")
"""What a review looks at."""

_FIRST_CODE = 202_411_996
_FIRST_SKU = 1_165_661_007


class ItemMemory(Memory):
    """Listings by item code. ``approve_after``: calls until a review ends by itself (0: never)."""

    approve_after: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.images: dict[str, Payload] = {}
        self._items: dict[str, Payload] = {}
        self._reviews: dict[str, int] = {}
        self._sku_ids = count(_FIRST_SKU)

    def items(self) -> list[Payload]:
        """A copy of every listing, the oldest first."""
        with self.lock:
            return copy.deepcopy(list(self._items.values()))

    def item(self, item_code: str) -> Payload | None:
        """A copy of one listing."""
        with self.lock:
            return copy.deepcopy(self._items.get(item_code))

    def duplicates(self) -> dict[str, list[str]]:
        """Variant code to the item codes of the listings that offer it, where these are several."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for item in self.items():
            for code in {str(sku.get("skuCode") or "") for sku in skus_of(item)} - {""}:
                found[code].append(str(item["itemCode"]))
        return {code: codes for code, codes in found.items() if len(codes) > 1}

    def dump_items(self) -> Payload:
        """Listings and pictures as JSON, so that they outlive the sandbox."""
        with self.lock:
            return copy.deepcopy({"items": self._items, "reviews": self._reviews, "images": self.images})

    def load_items(self, dumped: Payload) -> None:
        """Have what ``dump_items`` wrote, in place of what is there."""
        kept = copy.deepcopy({name: _mapping(dumped.get(name)) for name in ("items", "reviews", "images")})
        with self.lock:
            self._items = {code: _mapping(item) for code, item in kept["items"].items()}
            self._reviews = {code: int(str(left)) for code, left in kept["reviews"].items()}
            self.images = {digest: _mapping(image) for digest, image in kept["images"].items()}
            known = [int(str(sku["skuId"])) for item in self._items.values() for sku in skus_of(item)]
            self._sku_ids = count(max(known, default=_FIRST_SKU - 1) + 1)

    def add_item(self, content: Payload) -> Payload:
        """A new listing in review, also when one like it is there; its ids."""
        with self.lock:
            code = str(_FIRST_CODE + len(self._reviews))
            return self._store(code, content, {}, REVIEW)

    def replace_item(self, item_code: str, content: Payload) -> Payload:
        """Everything a listing says anew; it is reviewed again where buyers read something new.

        That a change of stock or price alone needs no review is an assumption: the sources do not say.
        """
        with self.lock:
            before = self._items[item_code]
            return self._store(item_code, content, before, _after_update(before, content))

    def _store(self, code: str, content: Payload, before: Payload, state: str) -> Payload:
        item: Payload = {
            "siteId": "EN",
            **copy.deepcopy(content),
            "itemCode": code,
            "itemId": hex_id("item", code),
            "supplierId": SUPPLIER_ID,
            "operateDate": self.date(),
            "upDate": before.get("upDate"),
            "expireDate": self._expiry(content),
            "state": state,
            "unpassCause": None,
            "withDrawalType": before.get("withDrawalType"),
            "downDate": before.get("downDate"),
        }
        item["itemSkuList"] = self._numbered(code, skus_of(item), skus_of(before))
        self._items[code] = item
        self._reviews[code] = self.approve_after
        return {"itemCode": code, "itemId": item["itemId"]}

    def _numbered(self, code: str, skus: list[Payload], before: list[Payload]) -> list[Payload]:
        """The variants with ids: the one they name, the one of the same options before, or a new one."""
        known = {str(sku["skuId"]) for sku in before}
        named = {str(sku.get("skuId")) for sku in skus} & known
        free = {str(sku["skuMD5"]): sku["skuId"] for sku in before if str(sku["skuId"]) not in named}
        rows = []
        for sku in skus:
            mark = _mark(code, sku)
            own = sku["skuId"] if str(sku.get("skuId")) in named else free.get(mark) or next(self._sku_ids)
            rows.append(_stored_sku(sku, int(str(own)), mark))
        return rows

    def _expiry(self, content: Payload) -> str | None:
        return date_text(self.now() + timedelta(days=int(str(content["vaildDay"]))), self.zone)

    def change_item(self, item_code: str, **fields: object) -> None:
        """Change *fields* of a listing; its date of change moves on."""
        with self.lock:
            changed = {"operateDate": self.date(), **copy.deepcopy(fields)}
            self._items[item_code] = {**self._items[item_code], **changed}

    def delete_item(self, item_code: str) -> None:
        """Take a listing away for ever; its code is not given again."""
        with self.lock:
            del self._items[item_code]

    def approve(self, item_code: str) -> None:
        """The review ends well: the listing is on the shelf."""
        self.change_item(item_code, state=ON_SHELF, upDate=self.date(), unpassCause=None)

    def approve_all(self) -> None:
        """Every review ends well."""
        for item in self.items():
            if item["state"] == REVIEW:
                self.approve(str(item["itemCode"]))

    def reject(self, item_code: str, reason: str = "The pictures show a brand of somebody else") -> None:
        """The review ends badly."""
        self.change_item(item_code, state=REJECTED, unpassCause=reason)

    def count_call(self) -> None:
        """One more call has come; reviews may end by it."""
        if not self.approve_after:
            return
        with self.lock:
            for code in [code for code, item in self._items.items() if item["state"] == REVIEW]:
                self._reviews[code] -= 1
                if self._reviews[code] <= 0:
                    self.approve(code)

    def upload(self, name: str, content: bytes, suffix: str) -> Payload:
        """A picture into the album; twice the same gives the same address and says so."""
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        with self.lock:
            known = digest in self.images
            address = f"f2/albu/g1/M00/{digest[:2]}/{digest[2:4]}/{digest}.{suffix}"
            self.images[digest] = {"imgMd5": digest, "imgUrl": address}
        size = str(len(content))
        return {**self.images[digest], "imgName": name, "imgSize": size, "result": "2" if known else "1"}


def _after_update(item: Payload, content: Payload) -> str:
    if item["state"] == ON_SHELF and all(item.get(name) == content.get(name) for name in _READ):
        return ON_SHELF
    return OFF_SHELF if item["state"] == OFF_SHELF else REVIEW


def _mapping(value: object) -> Payload:
    return value if isinstance(value, dict) else {}


def skus_of(item: Payload) -> list[Payload]:
    """The variants of a listing."""
    rows = item.get("itemSkuList")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _options(sku: Payload) -> list[Payload]:
    rows = sku.get("itemSkuAttrValueList") or sku.get("itemSkuAttrvalList")
    return rows if isinstance(rows, list) else []


def _mark(code: str, sku: Payload) -> str:
    """What tells the variant of a listing from the others: a hash of its options."""
    options = sorted(f"{row['attrId']}_{row['attrValId']}" for row in _options(sku))
    return hex_id("sku", f"{code}:{','.join(options)}")


def _stored_sku(sku: Payload, sku_id: int, mark: str) -> Payload:
    """A variant as the platform keeps it."""
    kept = {name: value for name, value in sku.items() if name != "itemSkuAttrvalList"}
    ids = {"skuId": sku_id, "skuMD5": mark, "itemSkuAttrValueList": _options(sku)}
    return {"inventory": 0, "skuCode": "", **kept, **ids}
