"""Whom the documents of a shipment are e-mailed to, and which of them each should have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.partners import Partner
from factory_erp.models.shipping import Shipment
from factory_erp.services.papers.kinds import OF_SHIPMENT, PAPERS, Reader

Group = Literal["buyer", "bank", "carrier"]
"""The customer, the bank that the papers are presented to, the forwarder (who also clears customs)."""

_READ: dict[Group, tuple[Reader, ...]] = {
    "buyer": ("buyer", "bank"),
    "bank": ("buyer", "bank"),
    "carrier": ("carrier", "customs"),
}

_NOT_FOR_BUYERS = "bill_of_exchange"
"""A draft goes to the bank: who holds it can ask for the money."""

_TO_CLEAR = ("commercial_invoice", "packing_list")
"""What customs clearance needs beside the papers made for it."""


def _kinds(group: Group) -> tuple[str, ...]:
    return tuple(
        kind
        for kind in OF_SHIPMENT
        if (PAPERS[kind].reader in _READ[group] or (group == "carrier" and kind in _TO_CLEAR))
        and not (group == "buyer" and kind == _NOT_FOR_BUYERS)
    )


GROUP_KINDS: Mapping[Group, tuple[str, ...]] = MappingProxyType(
    {group: _kinds(group) for group in get_args(Group)}
)
"""Group → the kinds of documents that it gets, unless a person chooses others."""


def check_group(group: str) -> None:
    """Raise InvalidValue for a group that nothing is sent to."""
    if group not in GROUP_KINDS:
        raise InvalidValue(
            _("There is no such group of recipients."), field="group", remedy=", ".join(GROUP_KINDS)
        )


def partner_of(shipment: Shipment, group: Group) -> Partner | None:
    """The firm that the group is, where it is among the partners: banks are not."""
    return {"buyer": shipment.consignee, "bank": None, "carrier": shipment.forwarder}[group]
