"""The forms of certificates of origin: which boxes each has, in which order, and from which number on."""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.documents.details.origin import Tick
from factory_erp.documents.page import Align


@dataclass(frozen=True, slots=True)
class Form:
    """One form: labels of its parties, its columns from box *first* on, its ticks."""

    parties: tuple[str, ...]
    columns: tuple[tuple[str, float, Align], ...]
    first: int
    declaration: int
    ticks: tuple[Tick, ...] = ()
    remarks: int = 0
    """Number of the box for remarks; 0: the form has none."""
    route: bool = False
    """Transport as one sentence, FROM … TO …; otherwise departure, vessel and port of discharge."""


FORMS: dict[str, Form] = {
    "origin_general": Form(
        ("co_exporter", "co_consignee"),
        (
            ("co_marks", 34, "left"),
            ("co_goods", 76, "left"),
            ("co_hs", 22, "left"),
            ("co_quantity", 25, "right"),
            ("co_invoice", 25, "left"),
        ),
        first=6,
        declaration=11,
        route=True,
    ),
    "origin_form_e": Form(
        ("co_from", "co_to"),
        (
            ("co_item", 12, "center"),
            ("co_marks", 29, "left"),
            ("co_goods", 66, "left"),
            ("co_criterion", 18, "center"),
            ("co_weight_value", 32, "right"),
            ("co_invoice", 25, "left"),
        ),
        first=5,
        declaration=11,
        ticks=("issued_retroactively", "movement_certificate", "exhibition", "third_party_invoicing"),
    ),
    "origin_rcep": Form(
        ("co_from", "co_to", "co_producer"),
        (
            ("co_item", 12, "center"),
            ("co_marks", 25, "left"),
            ("co_goods", 47, "left"),
            ("co_hs", 18, "left"),
            ("co_criterion", 17, "center"),
            ("co_origin", 17, "center"),
            ("co_quantity_value", 24, "right"),
            ("co_invoice", 22, "left"),
        ),
        first=6,
        declaration=15,
        ticks=("back_to_back", "third_party_invoicing", "issued_retroactively"),
        remarks=14,
    ),
    "origin_form_a": Form(
        ("co_from", "co_to"),
        (
            ("co_item", 12, "center"),
            ("co_marks", 31, "left"),
            ("co_goods", 70, "left"),
            ("co_criterion", 18, "center"),
            ("co_weight", 26, "right"),
            ("co_invoice", 25, "left"),
        ),
        first=5,
        declaration=11,
        route=True,
    ),
}
"""Kind of document → its form; widths of the columns in mm, 182 in all: an A4 page upright."""
