"""What speaks against printing a paper as it would be now: an answer still missing, a form with no effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from factory_erp.documents.customs_answers import Missing
from factory_erp.documents.details.origin import OriginDetails
from factory_erp.documents.origin_rules import warnings
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.i18n import _
from factory_erp.models.shipping import Shipment
from factory_erp.services.customs.declarations import MissingAnswer, missing_answers, typed_declarations
from factory_erp.services.customs.origins import missing_in

_DECLARED = ("customs_declaration", "declaration_elements")
_RULED = ("origin_form_e", "origin_rcep")
"""Forms whose own rules name the items that lack a criterion, an HS code or a value."""


def cautions(session: Session, shipment: Shipment, snapshot: DocumentSnapshot) -> tuple[str, ...]:
    """Sentences in the language of the interface; nothing for a paper that may be printed as it is."""
    if snapshot.kind in _DECLARED:
        missing = typed_declarations(session, shipment, snapshot.facts).missing
        return tuple(_sentences(missing_answers(session, shipment, missing)))
    if not isinstance(snapshot.details, OriginDetails):
        return ()
    told = () if snapshot.kind in _RULED else _sentences(missing_in(snapshot.kind, snapshot.details))
    return (*warnings(snapshot), *told)


def _sentences(missing: Sequence[Missing] | Sequence[MissingAnswer]) -> Iterator[str]:
    for one in missing:
        yield _("{record}, {field}: {remedy}", record=one.record, field=one.field, remedy=one.remedy)
