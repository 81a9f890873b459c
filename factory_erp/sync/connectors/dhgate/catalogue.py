"""What the platform offers to choose from: categories, their attributes, selling units, shipping templates.

These lists hardly change; each is asked for once per connector.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import RLock
from typing import TypeVar

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sync.connectors.common.client import AuthorisedClient
from factory_erp.sync.connectors.common.reader import Reader, rows_of
from factory_erp.sync.connectors.dhgate.units import WORDS
from factory_erp.sync.connectors.listings import CategoryAttribute, CategoryNode
from factory_erp.sync.connectors.payloads import Choice
from factory_erp.sync.http.client import Json

T = TypeVar("T")

_SEVERAL = "1"
_CHOSEN, _TYPED = {"1", "2"}, {"4", "5"}


@dataclass(frozen=True, slots=True)
class AttributeInfo:
    """An attribute of a category with the ids by which the platform knows it and its values."""

    attr_id: int
    name: str
    brand: bool
    required: bool
    typed: bool
    """Whether a value of one's own is taken."""
    several: bool
    sales: bool
    values: tuple[tuple[int, str], ...]

    def value_id(self, text: str) -> int | None:
        """The id of the value called *text*, whatever its capitals."""
        wanted = text.strip().casefold()
        return next((each for each, name in self.values if name.casefold() == wanted), None)


class Catalogue:
    """The lists of one account."""

    def __init__(self, client: AuthorisedClient) -> None:
        self._client = client
        self._kept: dict[tuple[str, str], object] = {}
        self._paths: dict[str, str] = {}
        self._lock = RLock()

    def categories(self, parent_id: str = "") -> tuple[CategoryNode, ...]:
        """The children of a category; the roots for ""."""
        return self._once("categories", parent_id, lambda: self._children(parent_id))

    def attributes(self, category_id: str) -> tuple[AttributeInfo, ...]:
        """The attributes of a leaf category."""
        return self._once("attributes", category_id, lambda: self._asked_attributes(category_id))

    def templates(self) -> tuple[Choice, ...]:
        """The account's shipping templates; snapshots of old ones are left out."""
        return self._once("templates", "", self._asked_templates)

    def measure_id(self, unit: str) -> str:
        """The platform's id of the selling unit with the Rec 20 code *unit*; InvalidValue if it has none."""
        found = self._once("measures", "", self._asked_measures)
        for word in WORDS.get(unit, ()):
            if word in found:
                return found[word]
        raise InvalidValue(
            _("The platform has no word for the unit {unit}.", unit=unit),
            field="unit",
            remedy=_("Sell the product in pieces, sets or another unit that the platform knows."),
        )

    def _once(self, kind: str, key: str, ask: Callable[[], T]) -> T:
        with self._lock:
            if (kind, key) not in self._kept:
                self._kept[kind, key] = ask()
            found: T = self._kept[kind, key]  # type: ignore[assignment]
            return found

    def _children(self, parent_id: str) -> tuple[CategoryNode, ...]:
        answer = self._client.read("dh.category.list", {"parentId": parent_id} if parent_id else {})
        nodes = tuple(self._node(reader, parent_id) for reader in _readers(answer))
        self._paths |= {node.category_id: node.path for node in nodes}
        return nodes

    def _node(self, reader: Reader, parent_id: str) -> CategoryNode:
        name, above = reader.required("pubName", "pubNameCn"), self._paths.get(parent_id, "")
        return CategoryNode(
            category_id=reader.required("catePubId"),
            name=name,
            parent_id=reader.text("pareCatePubId") or parent_id,
            path=f"{above} > {name}" if above else name,
            leaf=reader.flag("leaf"),
        )

    def _asked_attributes(self, category_id: str) -> tuple[AttributeInfo, ...]:
        answer = self._client.read("dh.category.get", {"catePubId": category_id})
        rows = _readers(answer, "categoryPubAttrList")
        return tuple(self._attribute(reader, category_id) for reader in rows)

    def _attribute(self, reader: Reader, category_id: str) -> AttributeInfo:
        kind = reader.text("type")
        values = _values(reader)
        if kind in _CHOSEN and not values and reader.text("childAttrId") not in {"", "0"}:
            values = self._child_values(category_id, reader.text("childAttrId"))
        return AttributeInfo(
            attr_id=int(reader.number("attrId", 0)),
            name=reader.required("lineAttrName", "lineAttrNameCn"),
            brand=reader.flag("isBrand"),
            required=reader.flag("required"),
            typed=kind in _TYPED or reader.flag("defined"),
            several=kind == _SEVERAL,
            sales=reader.flag("saleAttr") or reader.flag("buyAttr"),
            values=values,
        )

    def _child_values(self, category_id: str, child_id: str) -> tuple[tuple[int, str], ...]:
        """Values of a dependent attribute, which stand in a list of their own."""
        params = {"catePubId": category_id, "childAtrrId": child_id, "catePubAttrValId": "0"}
        return _values(Reader(self._client.read("dh.category.attrval.list", params), ""))

    def _asked_templates(self) -> tuple[Choice, ...]:
        answer = self._client.read("dh.shipping.template.list", {})
        return tuple(
            Choice(reader.required("shippingTempId"), reader.text("modelName", "shippingTempId"))
            for reader in _readers(answer, "shippingModelList")
            if reader.text("modelType") != "00"
        )

    def _asked_measures(self) -> dict[str, str]:
        """Every name of a selling unit, in lower case, to its id."""
        found: dict[str, str] = {}
        for reader in _readers(self._client.read("dh.base.measures.get", {})):
            for field in ("shortname", "cname", "plural", "name"):
                if reader.text(field):
                    found[reader.text(field).casefold()] = reader.required("measureid")
        return found


def contract_attribute(info: AttributeInfo) -> CategoryAttribute:
    """The attribute as a listing's form shows it."""
    return CategoryAttribute(
        name=info.name,
        required=info.required,
        values=tuple(name for _id, name in info.values),
        custom=info.typed,
        several=info.several,
        sales=info.sales,
    )


def _values(reader: Reader) -> tuple[tuple[int, str], ...]:
    rows = reader.items("categoryPubAttrValList") or reader.items("valueList")
    return tuple(
        (int(row.number("attrValId", 0)), row.text("lineAttrvalName", "lineAttrvalNameCn")) for row in rows
    )


def _readers(answer: Json, *names: str) -> list[Reader]:
    return [Reader(row, "") for row in rows_of(answer, *names) or [] if isinstance(row, Mapping)]
