"""Papers as they would be issued now: drawn as drafts, with what they lack in their language said."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from factory_erp.documents import render
from factory_erp.documents.snapshot import DocumentSnapshot, Language
from factory_erp.models.planning import PurchaseOrder
from factory_erp.models.sales import SalesOrder
from factory_erp.services.base import get, query
from factory_erp.services.clock import today
from factory_erp.services.issuing.cautions import cautions
from factory_erp.services.issuing.compose import compose, purchase_paper
from factory_erp.services.issuing.order_terms import TermsInput, check_kind, terms_of
from factory_erp.services.papers.inputs import PaperOf
from factory_erp.services.papers.lacking import Lacking, lacking
from factory_erp.services.shipping.facts import load
from factory_erp.services.shipping.pictures import pictures_of


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper without a number, marked across the page as a draft: PDF bytes, and what it lacks.

    *cautions* are sentences about what speaks against printing it as it is.
    """

    content: bytes
    language: str
    lacking: tuple[Lacking, ...] = ()
    cautions: tuple[str, ...] = ()


@query
def shipment_draft(
    session: Session, shipment_id: int, kind: str, language: Language | None = None, variant: str = ""
) -> Draft:
    """A paper of a shipment. Raises NotFound, NotAllowed or InvalidValue where it cannot be made yet."""
    of = PaperOf(kind, shipment_id=shipment_id, variant=variant)
    snapshot = compose(session, of, today(), language)
    said = cautions(session, load(session, shipment_id), snapshot)
    return replace(drawn(snapshot), cautions=said)


@query
def order_draft(
    session: Session,
    order_id: int,
    kind: str,
    language: Language | None = None,
    typed: TermsInput | None = None,
) -> Draft:
    """Proforma invoice or contract of a sales order, with the terms *typed* as if they were saved.

    Raises NotFound, NotAllowed for another kind, InvalidValue under the field of the terms.
    """
    order = get(session, SalesOrder, order_id)
    check_kind(order, kind)
    snapshot = compose(session, PaperOf(kind, sales_order_id=order_id), today(), language)
    if typed is not None:
        snapshot = replace(snapshot, details=terms_of(order, typed))
    return drawn(snapshot)


@query
def purchase_draft(session: Session, purchase_id: int, language: Language | None = None) -> Draft:
    """The order to a supplier. Raises NotFound, NotAllowed where it lacks a supplier or a price."""
    return drawn(purchase_paper(session, get(session, PurchaseOrder, purchase_id), today(), language))


def drawn(snapshot: DocumentSnapshot, *, draft: bool = True) -> Draft:
    """*snapshot* as PDF, and what it lacks."""
    content = render(snapshot, draft=draft, pictures=pictures_of(snapshot.options))
    return Draft(content, snapshot.language, lacking(snapshot))
