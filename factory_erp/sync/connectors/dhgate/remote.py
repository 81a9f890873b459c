"""DHgate's items as the contract shows listings: states, messages, variants, and the model number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _
from factory_erp.sync.connectors.common.reader import Reader
from factory_erp.sync.connectors.dhgate.attributes import MODEL
from factory_erp.sync.connectors.dhgate.dates import Dates
from factory_erp.sync.connectors.dhgate.forms import to_json
from factory_erp.sync.connectors.dhgate.items import Existing
from factory_erp.sync.connectors.listings import RemoteListing, RemoteSku, RemoteState
from factory_erp.sync.http.client import Json

STATES: dict[str, RemoteState] = {
    "100200": RemoteState.REVIEW,
    "100300": RemoteState.REJECTED,
    "100100": RemoteState.ONLINE,
    "100000": RemoteState.ONLINE,
    "100400": RemoteState.OFFLINE,
    "100500": RemoteState.REJECTED,
    "100600": RemoteState.REJECTED,
}
"""State of an item to what it means, in the order in which items pass through them."""

_TEXTS = {
    "100500": N_("The owner of a brand complained about the listing."),
    "100600": N_("The platform suspects that the listing infringes somebody's rights."),
}
_WITHDRAWN = {
    "2": N_("The listing period has ended."),
    "3": N_("The platform has taken the listing off the shelf."),
    "5": N_("The stock is sold out."),
}

_ROUND_TRIP = (
    "itemAttrList",
    "itemBase",
    "itemImgList",
    "itemPackage",
    "itemSaleSetting",
    "itemSkuList",
    "itemSpecSelfDefList",
    "itemWholesaleRangeList",
    "itemInventory",
)
_PLAIN = ("catePubId", "shippingModelId", "siteId", "vaildDay", "expireDate")
KEPT = ("afterSaleTemplateId", "issample", "itemGroupId", "sizeTemplateId", "supplierId")
"""Marks that the account gave a listing on the platform, and that no update may lose."""

_FIGURES = {"grossWeight", "length", "width", "height", "retailPrice", "discount", "stepWeight"}


def state_of(code: str) -> RemoteState:
    """What the platform's state *code* means; one that is not known counts as under review."""
    return STATES.get(code, RemoteState.REVIEW)


def listed(row: Json, dates: Dates) -> RemoteListing:
    """A row of the list of items. Its variants are not in it. Raises Malformed for one without a code."""
    reader = Reader(row, str(row.get("itemCode") or ""))
    code = reader.text("state")
    return RemoteListing(
        external_id=reader.required("itemCode"),
        model_number=marked_model(reader.text("shortDes", "shortDesc")),
        title=reader.text("itemName"),
        state=state_of(code),
        message=message(code, reader.text("unpassCause"), reader.text("withDrawalType")),
        modified_at=_moment(reader, dates),
        raw=row,
    )


def detailed(detail: Json, dates: Dates, code: str, words: str) -> RemoteListing:
    """The item in *detail*, which is in the state *code*; *words* are what the platform says of that."""
    reader = Reader(detail, str(detail.get("itemCode") or ""))
    base = reader.child("itemBase") or Reader({}, reader.record)
    return RemoteListing(
        external_id=reader.required("itemCode"),
        model_number=model_of(detail),
        title=base.text("itemName"),
        state=state_of(code),
        message=words,
        skus=tuple(_sku(row) for row in reader.items("itemSkuList")),
        modified_at=_moment(reader, dates),
        raw=detail,
    )


def message(state: str, cause: str, withdrawn: str) -> str:
    """Why an item is not on the shelf, in the user's language or the platform's words; "" if it is."""
    meaning = state_of(state)
    if meaning is RemoteState.REJECTED:
        return cause or (_(_TEXTS[state]) if state in _TEXTS else "")
    if meaning is RemoteState.OFFLINE and withdrawn in _WITHDRAWN:
        return _(_WITHDRAWN[withdrawn])
    return ""


def marked_model(short_description: str) -> str:
    """The model number at the head of a short description, "" if there is none."""
    head, _colon, rest = short_description.partition(": ")
    return rest.partition("; ")[0].strip() if head == "Model" else ""


def model_of(detail: Json) -> str:
    """The model number of an item: its attribute, its mark, or the code of its only variant."""
    reader = Reader(detail, str(detail.get("itemCode") or ""))
    for row in reader.items("itemAttrList"):
        values = [value.text("lineAttrvalName") for value in row.items("itemAttrValList")]
        if row.text("attrName") == MODEL and values:
            return values[0]
    base = reader.child("itemBase")
    skus = reader.items("itemSkuList")
    only = skus[0].text("skuCode") if len(skus) == 1 else ""
    return (marked_model(base.text("shortDesc")) if base else "") or only


def existing(detail: Json) -> Existing:
    """What an update has to carry over from the item in *detail*."""
    reader = Reader(detail, str(detail.get("itemCode") or ""))
    setting, inventory = reader.child("itemSaleSetting"), reader.child("itemInventory")
    days = setting.optional("leadingTime", 0) if setting else None
    return Existing(
        skus={row.text("skuCode"): row.data for row in reader.items("itemSkuList")},
        inventory=inventory.data if inventory else None,
        lead_days=int(days or 0),
        kept=_kept(reader),
    )


def again(detail: Json, changes: Mapping[str, object]) -> dict[str, str]:
    """The parameters of an update that leaves everything as *detail* has it, but for *changes*."""
    reader = Reader(detail, str(detail.get("itemCode") or ""))
    values = {name: changes.get(name, detail.get(name)) for name in _ROUND_TRIP}
    nested = {name: to_json(_figures(value)) for name, value in values.items() if value is not None}
    return {
        "itemCode": reader.required("itemCode"),
        **{name: text for name in _PLAIN if (text := reader.text(name))},
        **nested,
        **_kept(reader),
    }


def _kept(reader: Reader) -> dict[str, str]:
    found = {name: text for name in KEPT if (text := reader.text(name))}
    groups = reader.data.get("itemAttrGroupList")
    # Read under one name, written under another, which differs in a single letter.
    return found | ({"itemAttrgroupList": to_json(_figures(groups))} if groups else {})


def _figures(value: object, name: str = "") -> object:
    """*value* with the figures that were read as texts, so as not to become floats, as Decimals again."""
    if isinstance(value, Mapping):
        return {key: _figures(each, str(key)) for key, each in value.items()}
    if isinstance(value, list):
        return [_figures(each) for each in value]
    return Decimal(value) if name in _FIGURES and isinstance(value, str) and value else value


def _sku(row: Reader) -> RemoteSku:
    selling = row.text("saleStatus") != "0"
    stock = row.optional("inventory", 0)
    return RemoteSku(row.text("skuCode"), row.text("skuId"), stock if selling else Decimal(0))


def _moment(reader: Reader, dates: Dates) -> datetime | None:
    """When the item was changed; None for a date that cannot be read, which must not hide the item."""
    try:
        return dates.read(reader.text("operateDate"))
    except InvalidValue:
        return None
