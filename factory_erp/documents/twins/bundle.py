"""All structured twins that a document has, ready to be attached, mailed or saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from factory_erp.documents.details.customs import DeclarationDetails
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.twins import cii, ubl, workbook
from factory_erp.documents.twins.declaration_leaves import check_lengths
from factory_erp.documents.twins.declaration_xml import declaration_xml
from factory_erp.documents.twins.pdfa import Attachment, archived
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_XML_TYPE = "application/xml"
_PDF = "application/pdf"

Writer = Callable[[DocumentSnapshot], bytes]


class TwinForm(StrEnum):
    """A form, beside the paper itself, in which a document can be saved; the value is what people type."""

    XLSX = "xlsx"
    PDFA = "pdfa"
    UBL = "ubl"
    CII = "cii"
    DESPATCH_ADVICE = "despatch-advice"
    DECMESSAGE = "decmessage"

    @property
    def ending(self) -> str:
        """How the name of such a file ends: "ubl.xml"; the part before the dot tells twins apart."""
        return _ENDINGS.get(self, f"{self}.xml")

    @property
    def mime_type(self) -> str:
        """What mail programs and browsers take such a file for."""
        return {TwinForm.XLSX: _XLSX, TwinForm.PDFA: _PDF}.get(self, _XML_TYPE)


_ENDINGS = {TwinForm.XLSX: "xlsx", TwinForm.PDFA: "pdfa.pdf"}


def _declared(snapshot: DocumentSnapshot) -> bytes:
    if not isinstance(snapshot.details, DeclarationDetails):
        raise InvalidValue(
            _("Only an export declaration can be declared to customs."), record=snapshot.number, field="kind"
        )
    return fitting(declaration_xml(snapshot.details), snapshot.number)


def fitting(message: bytes, number: str) -> bytes:
    """The finished ``DecMessage`` of declaration *number*, read once more as the single window will read it.

    Raises InvalidValue naming the first field that breaks its form; nothing is handed out then.
    """
    problem = next(iter(check_lengths(message)), None)
    if problem is None:
        return message
    raise InvalidValue(
        _("The single window would refuse {field}: {reason}", field=problem.where, reason=problem.message),
        record=number,
        field=problem.title,
        remedy=_("Correct it in the form of the export declaration, and issue that again."),
    )


_XML: dict[str, tuple[tuple[TwinForm, str, Writer], ...]] = {
    "commercial_invoice": (
        (TwinForm.CII, "Cross Industry Invoice (EN 16931)", cii.invoice),
        (TwinForm.UBL, "UBL 2.1 Invoice (EN 16931)", ubl.invoice),
    ),
    "packing_list": (
        (TwinForm.UBL, "UBL 2.1 Packing List", ubl.packing_list),
        (TwinForm.DESPATCH_ADVICE, "UBL 2.1 Despatch Advice", ubl.despatch_advice),
    ),
    "customs_declaration": ((TwinForm.DECMESSAGE, "DecMessage of the single window", _declared),),
}
"""Kind → its XML twins: form, what it is, what writes it."""


def forms_of(kind: str) -> tuple[TwinForm, ...]:
    """The forms that a document of *kind* has, in the order of ``TwinForm``: PDF/A is among them always."""
    found = {TwinForm.PDFA, *(form for form, _told, _write in _XML.get(kind, ()))}
    if kind in workbook.KINDS:
        found.add(TwinForm.XLSX)
    return tuple(form for form in TwinForm if form in found)


def twin(snapshot: DocumentSnapshot, form: TwinForm, pdf: bytes) -> bytes:
    """The issued document in *form*; *pdf* is its paper, which the form ``pdfa`` is made of.

    Raises InvalidValue for a form that its kind does not have, and as ``xml_twins``.
    """
    if form not in forms_of(snapshot.kind):
        raise InvalidValue(
            _("Document {number} has no form '{form}'.", number=snapshot.number, form=form),
            record=snapshot.number,
            field="form",
            remedy=_("Choose one of {choices}.", choices=", ".join(forms_of(snapshot.kind))),
        )
    if form == TwinForm.XLSX:
        return workbook.workbook(snapshot)
    if form == TwinForm.PDFA:
        return with_twins(snapshot, pdf)
    return next(write(snapshot) for one, _told, write in _XML[snapshot.kind] if one == form)


def xml_twins(snapshot: DocumentSnapshot) -> tuple[Attachment, ...]:
    """The XML twins of an issued document; none for kinds without one.

    Raises InvalidValue, with what is missing and where to enter it, where the standard demands more than
    the document states.
    """
    return tuple(
        Attachment(f"{file_stem(snapshot)}-{form}.xml", write(snapshot), told)
        for form, told, write in _XML.get(snapshot.kind, ())
    )


def with_twins(snapshot: DocumentSnapshot, pdf: bytes) -> bytes:
    """The document's *pdf* as PDF/A-3b with its XML twins in it; raises InvalidValue as ``xml_twins``."""
    return archived(pdf, xml_twins(snapshot), snapshot.issued_on)


def file_stem(snapshot: DocumentSnapshot) -> str:
    """The number as a file name without ending, with the revision from the second issue on."""
    name = re.sub(r"[^0-9A-Za-z_.-]+", "-", snapshot.number).strip("-.") or snapshot.kind
    return name if snapshot.revision == 1 else f"{name}_rev{snapshot.revision}"
