"""The platform's category tree, what its categories ask for, and the account's shipping templates.

All of it changes rarely and is asked for again and again while a person edits, so each answer is kept as long
as the connector lives.
"""

from __future__ import annotations

from dataclasses import replace

from factory_erp.sync.connectors.alibaba.apis import (
    CATEGORY_ATTRIBUTES,
    CATEGORY_GET,
    CATEGORY_PREDICT,
    SHIPPING_TEMPLATES,
)
from factory_erp.sync.connectors.alibaba.client import AlibabaClient
from factory_erp.sync.connectors.alibaba.products import found, inner, rows, text, yes
from factory_erp.sync.connectors.listings import CategoryAttribute, CategoryNode
from factory_erp.sync.connectors.payloads import Choice
from factory_erp.sync.http.client import Json
from factory_erp.sync.http.errors import Refused


class Categories:
    """Answers kept in memory."""

    def __init__(self, client: AlibabaClient) -> None:
        self._client = client
        self._children: dict[str, tuple[CategoryNode, ...]] = {}
        self._paths: dict[str, str] = {}
        self._attributes: dict[str, tuple[CategoryAttribute, ...]] = {}
        self._templates: tuple[Choice, ...] | None = None

    def predict(self, title: str, description: str) -> tuple[CategoryNode, ...]:
        """What the platform suggests, the best first; empty where it finds nothing fitting."""
        try:
            answer = self._client.read(CATEGORY_PREDICT, {"title": title, "description": description})
        except Refused as refusal:
            if refusal.code == "B_CATEGORY_PREDICT_FAIL":
                return ()
            raise
        nodes = [
            CategoryNode(
                text(row, "category_id"),
                text(row, "category_name"),
                path=text(row, "category_path"),
                leaf=True,
            )
            for row in rows(answer.get("data"))
        ]
        return tuple(node for node in nodes if node.category_id)

    def children(self, parent_id: str) -> tuple[CategoryNode, ...]:
        """The children of a category, of the root for ""; none below a leaf."""
        if parent_id not in self._children:
            self._children[parent_id] = self._asked(parent_id)
        return self._children[parent_id]

    def _asked(self, parent_id: str) -> tuple[CategoryNode, ...]:
        try:
            answer = self._client.read(CATEGORY_GET, {"parent_category_id": parent_id})
        except Refused as refusal:
            if refusal.code == "BUSINESS_CATEGORY_NOT_EXIST":
                return ()
            raise
        above = self._paths.get(parent_id, "")
        nodes = [self._node(row, parent_id, above) for row in rows(answer.get("data"))]
        return tuple(node for node in nodes if node.category_id)

    def _node(self, row: Json, parent_id: str, above: str) -> CategoryNode:
        name = text(row, "category_name")
        category_id = text(row, "category_id")
        self._paths[category_id] = f"{above} / {name}" if above else name
        leaf = yes(row.get("leaf_category"))
        return CategoryNode(category_id, name, parent_id, self._paths[category_id], leaf)

    def attributes(self, category_id: str) -> tuple[CategoryAttribute, ...]:
        """What the category asks for: first what describes the product, then what tells variants apart."""
        if category_id not in self._attributes:
            query = {"category_id": category_id}
            answer = self._client.read(CATEGORY_ATTRIBUTES, query)
            data = inner(answer, "data") or answer
            plain = [_attribute(row) for row in rows(data.get("category_attributes"))]
            sales = [replace(_attribute(row), sales=True) for row in rows(data.get("sale_attributes"))]
            self._attributes[category_id] = tuple(one for one in (*plain, *sales) if one.name)
        return self._attributes[category_id]

    def shipping_templates(self) -> tuple[Choice, ...]:
        """The account's shipping templates."""
        if self._templates is None:
            answer = self._client.read(SHIPPING_TEMPLATES, {})
            choices = [
                Choice(text(row, "template_id"), text(row, "template_name"))
                for row in rows(found(answer, "template_info_list"))
            ]
            self._templates = tuple(choice for choice in choices if choice.code)
        return self._templates


def _attribute(row: Json) -> CategoryAttribute:
    values = (text(each, "attribute_value_name") for each in rows(row.get("attribute_value_list")))
    return CategoryAttribute(
        name=text(row, "attribute_name"),
        required=yes(row.get("required")),
        values=tuple(value for value in values if value),
        custom=yes(row.get("support_custom_value")),
        several=yes(row.get("support_multi_value")),
    )
