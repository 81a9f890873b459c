"""What people typed for single papers: only what differs from what the facts say, so the rest follows them.

A paper's details are worked out from the shipment, its orders and its letter of credit; a clerk may change
any of them. What he changed is kept by field and laid over what is worked out each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.documents.snapshot import Details
from factory_erp.documents.stored import differences, with_differences
from factory_erp.domain.errors import Conflict
from factory_erp.models.documents import DocumentInput
from factory_erp.services.master_data import changed_since
from factory_erp.services.papers.kinds import name_of

DetailsT = TypeVar("DetailsT", bound=Details)


@dataclass(frozen=True, slots=True)
class PaperOf:
    """One paper of a shipment or of a sales order (one of them is given); *variant* tells several apart."""

    kind: str
    shipment_id: int | None = None
    sales_order_id: int | None = None
    variant: str = ""


def find(session: Session, of: PaperOf) -> DocumentInput | None:
    """What was typed for the paper, None where nothing was."""
    return session.scalar(
        select(DocumentInput).filter_by(
            shipment_id=of.shipment_id, sales_order_id=of.sales_order_id, kind=of.kind, variant=of.variant
        )
    )


def variants(session: Session, of: PaperOf) -> list[str]:
    """The papers of that kind for which something was typed."""
    rows = select(DocumentInput.variant).filter_by(
        shipment_id=of.shipment_id, sales_order_id=of.sales_order_id, kind=of.kind
    )
    return sorted(session.scalars(rows))


def typed_over(session: Session, of: PaperOf, usual: DetailsT) -> DetailsT:
    """*usual* with what was typed laid over it. Raises InvalidValue where that cannot be read."""
    row = find(session, of)
    return usual if row is None else with_differences(usual, row.typed)


def write(session: Session, of: PaperOf, usual: DetailsT, wanted: DetailsT, version: int | None) -> None:
    """Keep how *wanted* differs from *usual*; nothing is kept where it does not. Raises Conflict."""
    row = find(session, of)
    _check_version(row, of, version)
    told = differences(usual, wanted)
    if row is not None and told == "{}" and not of.variant:
        session.delete(row)
    elif row is not None:
        row.typed = told
    elif told != "{}" or of.variant:
        session.add(
            DocumentInput(
                shipment_id=of.shipment_id,
                sales_order_id=of.sales_order_id,
                kind=of.kind,
                variant=of.variant,
                typed=told,
            )
        )


def _check_version(row: DocumentInput | None, of: PaperOf, version: int | None) -> None:
    there = 0 if row is None else row.version
    if version is not None and version != there:
        raise _changed(of)


def _changed(of: PaperOf) -> Conflict:
    return changed_since(name_of(of.kind))
