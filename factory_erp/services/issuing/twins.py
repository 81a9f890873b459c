"""Other forms of an issued document: Excel, the XML that programs and customs read, PDF/A with it inside.

A twin is made of the frozen snapshot, so it states what the paper states, however long ago that was issued.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.documents.twins.bundle import TwinForm, forms_of
from factory_erp.domain.errors import InvalidValue, NotFound
from factory_erp.i18n import N_, _
from factory_erp.models.documents import Document, DocumentState
from factory_erp.services.base import get, query
from factory_erp.services.files import documents as document_files
from factory_erp.services.issuing.sets import SetFile, twin_of

__all__ = ["FORM_NAMES", "TwinForm", "document_numbered", "form_named", "offered", "twin"]

FORM_NAMES: Mapping[TwinForm, str] = MappingProxyType(
    {
        TwinForm.XLSX: N_("Excel with formulas"),
        TwinForm.PDFA: N_("PDF/A-3 for the archive"),
        TwinForm.UBL: N_("UBL 2.1 XML"),
        TwinForm.CII: N_("Cross Industry Invoice XML"),
        TwinForm.DESPATCH_ADVICE: N_("UBL 2.1 despatch advice XML"),
        TwinForm.DECMESSAGE: N_("Single window DecMessage XML"),
    }
)
"""Form → what it is called, to be translated where it is shown."""


@query
def offered(session: Session, document_id: int) -> tuple[TwinForm, ...]:
    """The forms that the issued document can be saved in. Raises NotFound."""
    return forms_of(get(session, Document, document_id).kind)


@query
def twin(session: Session, document_id: int, form: TwinForm) -> SetFile:
    """The issued document in *form*, whether it is still in force or not.

    Raises NotFound; InvalidValue for a form that it does not have, and with what is missing and where to
    enter it where the standard demands more than the document states, or the finished message for customs
    breaks the form of a field; DomainError where the paper's own file is missing or altered.
    """
    document = get(session, Document, document_id)
    return twin_of(document, form, document_files.read(document))


def form_named(text: str) -> TwinForm:
    """The form that people call *text*. Raises InvalidValue with those that there are."""
    try:
        return TwinForm(text.strip().lower())
    except ValueError:
        raise InvalidValue(
            _("There is no form '{form}' of a document.", form=text),
            field="form",
            remedy=_("Choose one of {choices}.", choices=", ".join(TwinForm)),
        ) from None


@query
def document_numbered(session: Session, number: str, kind: str = "") -> int:
    """The document with that *number*: the one in force, else its latest revision.

    Raises NotFound; InvalidValue where papers of several kinds have the number and *kind* does not say which.
    """
    statement = select(Document).filter_by(number=number.strip()).order_by(Document.id)
    found = [one for one in session.scalars(statement) if not kind or one.kind == kind]
    if not found:
        raise NotFound(
            _("There is no document {number}.", number=number.strip()),
            record=number,
            field="number",
            remedy=_("Look it up in the register of documents."),
        )
    kinds = sorted({one.kind for one in found})
    if len(kinds) > 1:
        raise InvalidValue(
            _("Several documents have the number {number}.", number=number.strip()),
            record=number,
            field="kind",
            remedy=_("Say which of them: {choices}.", choices=", ".join(kinds)),
        )
    return max(found, key=lambda one: (one.state == DocumentState.ISSUED, one.id)).id
