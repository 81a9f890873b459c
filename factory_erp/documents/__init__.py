"""Export documents: a frozen snapshot in, PDF bytes out. Nothing here knows the database or the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot

if TYPE_CHECKING:
    from factory_erp.documents.missing import MissingText

Renderer = Callable[[DocumentSnapshot, Pictures], bytes]

MODULES: dict[str, str] = {
    "quotation": "quotation",
    "proforma_invoice": "contract",
    "sales_contract": "contract",
    "commercial_invoice": "commercial_invoice",
    "packing_list": "packing_list",
    "shipping_marks": "marks",
    "carton_labels": "carton_labels",
    "loading_plan": "loading_plan",
    "booking_note": "booking_note",
    "shippers_instruction": "shippers_instruction",
    "vgm_declaration": "vgm",
    "origin_general": "origin",
    "origin_form_e": "origin",
    "origin_rcep": "origin",
    "origin_form_a": "origin",
    "beneficiary_certificate": "certificates",
    "inspection_certificate": "certificates",
    "weight_certificate": "certificates",
    "bill_of_exchange": "bill_of_exchange",
    "shipping_advice": "shipping_advice",
    "customs_declaration": "customs_declaration",
    "declaration_elements": "declaration_elements",
    "purchase_order": "purchase_order",
}
"""Kind → the module of this package that draws it, by ``render(snapshot, pictures)``."""


def render(snapshot: DocumentSnapshot, *, draft: bool = False, pictures: Pictures | None = None) -> bytes:
    """The document as PDF bytes: the same snapshot and pictures give the same bytes.

    *pictures*: SHA-256 → PNG or JPEG bytes of the logo, signature and chop that the options name; one that
    is not there, or cannot be read, is left out. A *draft* has no number, says so in its place, and carries
    the word across every page. So does any snapshot without a number: nothing that was not issued can pass
    for a document.
    """
    drawn = replace(snapshot, number="") if draft else snapshot
    return _renderer(snapshot.kind)(drawn, NO_PICTURES if pictures is None else pictures)


def _renderer(kind: str) -> Renderer:
    """The function that draws *kind*; its module is read when the first such document is drawn."""
    draw: Renderer = import_module(f"{__name__}.{MODULES[kind]}").render
    return draw


def missing_texts(snapshot: DocumentSnapshot) -> tuple[MissingText, ...]:
    """Texts that the document lacks in its language, to be said before it is printed."""
    from factory_erp.documents import missing

    return missing.missing_texts(snapshot)
