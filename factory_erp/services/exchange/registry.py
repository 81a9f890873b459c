"""Every kind of record that can be imported and exported, in the order in which to import them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from factory_erp.domain.errors import NotFound
from factory_erp.i18n import _
from factory_erp.services.exchange import (
    bill_kinds,
    calendar_kinds,
    catalogue_customs,
    catalogue_items,
    catalogue_parts,
    catalogue_products,
    inquiry_kinds,
    listing_kinds,
    order_kinds,
    partner_kinds,
    price_kinds,
    resource_kinds,
    routing_kinds,
    shop_kinds,
    stock_kinds,
)
from factory_erp.services.exchange.kind import Kind

_MODULES = (
    calendar_kinds,
    partner_kinds,
    catalogue_products,
    catalogue_items,
    catalogue_parts,
    catalogue_customs,
    price_kinds,
    shop_kinds,
    bill_kinds,
    resource_kinds,
    routing_kinds,
    stock_kinds,
    order_kinds,
    listing_kinds,
    inquiry_kinds,
)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for module in _MODULES for kind in module.KINDS}
)
"""Name to kind."""


def kind(name: str) -> Kind:
    """The kind with that name; raises NotFound naming the kinds there are."""
    try:
        return KINDS[name]
    except KeyError:
        raise NotFound(
            _("There is no kind of record called '{name}'.", name=name),
            field="KIND",
            remedy=_("There are: {names}.", names=", ".join(KINDS)),
        ) from None
