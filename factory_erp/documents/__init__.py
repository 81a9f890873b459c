"""Export documents: a frozen snapshot in, PDF bytes out. Nothing here knows the database or the window."""

from __future__ import annotations

from dataclasses import replace

from factory_erp.documents.snapshot import DocumentSnapshot


def render(snapshot: DocumentSnapshot, *, draft: bool = False) -> bytes:
    """The document as PDF bytes: the same snapshot gives the same bytes.

    A *draft* has no number, says so in its place, and carries the word across every page. So does any
    snapshot without a number: nothing that was not issued can pass for a document.
    """
    from factory_erp.documents import commercial_invoice, packing_list, quotation

    renderers = {
        "commercial_invoice": commercial_invoice.render,
        "packing_list": packing_list.render,
        "quotation": quotation.render,
    }
    return renderers[snapshot.kind](replace(snapshot, number="") if draft else snapshot)
