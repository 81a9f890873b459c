"""A listing's attributes in the platform's form: those of the category by their ids, the rest as our own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listings import ListingContent
from factory_erp.i18n import _
from factory_erp.sync.connectors.dhgate.catalogue import AttributeInfo

MODEL = "Model Number"
"""The attribute of our own that carries the model number."""

MOST_OWN = 10
"""Attributes of the seller's own that a listing may have."""

_OWN, _FREE = 11, 0


def attribute_rows(content: ListingContent, known: Sequence[AttributeInfo]) -> list[dict[str, object]]:
    """The rows of ``itemAttrList``.

    Raises InvalidValue for a value that the category does not offer, and for too many of our own.
    """
    by_name = {info.name.casefold(): info for info in known if not info.sales}
    brand = next((info for info in known if info.brand), None)
    numbers = count(1)
    rows, own = [], 0
    for name, values in _wanted(content).items():
        info = brand if brand and name == "Brand" else by_name.get(name.casefold())
        if info is brand and info and any(info.value_id(value) is None for value in values):
            # A brand that the category does not list has to be registered with the platform first.
            info = None
        if info is None:
            own += 1
        rows.append(_own(name, values, next(numbers)) if info is None else _row(info, values))
    if own > MOST_OWN:
        raise InvalidValue(
            _("{count} attributes are not known to the category; the platform takes {most} of them.",
              count=own, most=MOST_OWN),
            field="attributes",
            remedy=_("Remove some, or choose a category that knows them."),
        )  # fmt: skip
    return rows


def _wanted(content: ListingContent) -> dict[str, list[str]]:
    """Attribute to its values; the brand and the model number among them."""
    found: dict[str, list[str]] = {}
    if content.brand:
        found["Brand"] = [content.brand]
    for name, value in content.attributes:
        found.setdefault(name, []).append(value)
    found[MODEL] = [content.model_number]
    return found


def _row(info: AttributeInfo, values: Sequence[str]) -> dict[str, object]:
    return {
        "attrId": info.attr_id,
        "attrName": info.name,
        "attrNameCn": "",
        "isbrand": int(info.brand),
        "isPriceAttr": 0,
        "itemAttrValList": [_value(info, value) for value in values],
    }


def _value(info: AttributeInfo, text: str) -> dict[str, object]:
    found = info.value_id(text)
    if found is None and not info.typed:
        offered = ", ".join(name for _id, name in info.values[:12])
        raise InvalidValue(
            _("'{value}' is not a value that the category offers for '{name}'.", value=text, name=info.name),
            field="attributes",
            remedy=_("Choose one of: {values}.", values=offered),
        )
    return _value_row(info.attr_id, info.name, _FREE if found is None else found, text)


def _own(name: str, values: Sequence[str], number: int) -> dict[str, object]:
    return {
        "attrId": _OWN,
        "attrName": name,
        "attrNameCn": name,
        "isbrand": 0,
        "isPriceAttr": 0,
        "itemAttrValList": [_value_row(_OWN, name, number, value) for value in values],
    }


def _value_row(attr_id: int, name: str, value_id: int, text: str) -> dict[str, object]:
    return {
        "attrId": attr_id,
        "attrName": name,
        "attrValId": value_id,
        "brandId": "",
        "lineAttrvalName": text,
        "lineAttrvalNameCn": text,
        "picUrl": "",
    }
