"""Carton labels of a shipment: one a carton, each with a serial shipping container code of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.documents.details.labels import CartonLabel, LabelDetails
from factory_erp.documents.facts import CartonLine, ShipmentFacts, carton_groups
from factory_erp.documents.marks import marked
from factory_erp.domain.checkdigits import make_sscc
from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.shipping import CartonGroup, Shipment
from factory_erp.services.numbering import next_counts
from factory_erp.services.shipping.facts import own_company

SERIES = "SSCC"
EXTENSION = 0
"""First digit of our serial shipping container codes; the others are free for other packers."""


def label_details(session: Session, shipment: Shipment, facts: ShipmentFacts) -> LabelDetails:
    """The labels; with SSCC where the firm has a GS1 prefix and the cartons were given serial numbers."""
    prefix = own_company(session).gs1_prefix
    labels = tuple(_labels(shipment, facts, prefix))
    return LabelDetails(labels, barcodes=bool(prefix) and all(label.sscc for label in labels))


def _labels(shipment: Shipment, facts: ShipmentFacts, prefix: str) -> Iterator[CartonLabel]:
    groups = sorted(shipment.cartons, key=lambda group: group.first)
    for group, lines in zip(groups, carton_groups(facts.cartons), strict=True):
        label = _label(facts, group, lines)
        for number in range(group.first, group.last + 1):
            yield replace(
                label,
                number=number,
                lines=marked(facts.marks, f"{group.prefix}{number}/{facts.carton_count}"),
                sscc=_sscc(group, number, prefix),
            )


def _sscc(group: CartonGroup, number: int, prefix: str) -> str:
    if not prefix or group.sscc_first is None:
        return ""
    return make_sscc(EXTENSION, prefix, group.sscc_first + number - group.first)


def _label(facts: ShipmentFacts, group: CartonGroup, lines: list[CartonLine]) -> CartonLabel:
    """What all cartons of a group say."""
    first = lines[0]
    goods = {line.line_no: line for line in facts.lines}.get(first.line_no)
    return CartonLabel(
        number=group.first,
        of=facts.carton_count,
        lines=(),
        item_number=first.item_number,
        description=first.description,
        quantity=sum((line.per_carton for line in lines), Decimal(0)),
        unit=first.unit,
        net_g=group.net_g,
        gross_g=group.gross_g,
        length_mm=group.length_mm,
        width_mm=group.width_mm,
        height_mm=group.height_mm,
        origin_country=goods.origin_country if goods else facts.origin_country,
        customer_po=goods.customer_po if goods else "",
        customer_item_number=goods.customer_item_number if goods else "",
        mixed=len(lines) > 1,
    )


def give_serials(session: Session, shipment: Shipment) -> None:
    """Give serial numbers to cartons that have none: each number once in the firm's life, never again.

    Raises NotAllowed where the firm has no GS1 company prefix.
    """
    if not own_company(session).gs1_prefix:
        raise NotAllowed(
            _("Barcodes on cartons need the GS1 prefix of your company."),
            field=_("GS1 prefix"),
            remedy=_("Enter it under Settings → Company, or print labels without barcodes."),
        )
    for group in sorted(shipment.cartons, key=lambda one: one.first):
        if group.sscc_first is None:
            group.sscc_first = next_counts(session, SERIES, group.last - group.first + 1)
