"""Export documents: a frozen snapshot in, PDF bytes out. Nothing here knows the database or the window."""

from __future__ import annotations

from factory_erp.documents.snapshot import DocumentSnapshot


def render(snapshot: DocumentSnapshot) -> bytes:
    """The document as PDF bytes: the same snapshot gives the same bytes."""
    from factory_erp.documents import commercial_invoice, packing_list

    renderers = {"commercial_invoice": commercial_invoice.render, "packing_list": packing_list.render}
    return renderers[snapshot.kind](snapshot)
