"""A document as PDF/A-3b (ISO 19005-3) with its structured twins attached: one file for people and programs.

What is written is validated before it is handed over. The same PDF, twins and day give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

if TYPE_CHECKING:
    from pikepdf import Pdf

FLAVOUR = "3b"
_WRITTEN_AT = re.compile(rb"(<xmp:MetadataDate>|xmp:MetadataDate=\")[^<\"]*")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file within the PDF: its name, its bytes, what it is in a few words."""

    name: str
    data: bytes
    description: str = ""
    mime_type: str = "text/xml"


def archived(pdf: bytes, attachments: Sequence[Attachment], day: date) -> bytes:
    """*pdf* as PDF/A-3b with *attachments*, dated *day*.

    Raises InvalidValue where *pdf* has what PDF/A forbids: fonts that are not embedded, say.
    """
    import pikepdf
    from pikepdf import pdfa

    with pikepdf.open(BytesIO(pdf)) as document:
        for page in document.pages:
            if "/Trans" in page.obj:  # ReportLab writes an empty transition, which is for screens only
                del page.obj["/Trans"]
        for attachment in attachments:
            _attach(document, attachment, day)
        pdfa.prepare(document, FLAVOUR)
        _date_metadata(document, day)
        out = BytesIO()
        settings = pdfa.resolve_save_kwargs(FLAVOUR, deterministic_id=True)
        document.save(out, **settings)
    out.seek(0)
    report = pdfa.validate_written(out, FLAVOUR)
    if not report.passed:
        found = "; ".join(sorted({str(finding) for finding in report.findings}))
        raise InvalidValue(_("The document cannot be stored as PDF/A: {reason}", reason=found[:500]))
    return out.getvalue()


def _attach(document: Pdf, attachment: Attachment, day: date) -> None:
    from pikepdf import AttachedFileSpec, Name

    spec = AttachedFileSpec(
        document,
        attachment.data,
        filename=attachment.name,
        description=attachment.description,
        mime_type=attachment.mime_type,
        creation_date=f"D:{day:%Y%m%d}000000Z",
        mod_date=f"D:{day:%Y%m%d}000000Z",
    )
    spec.relationship = Name("/Data")
    document.attachments[attachment.name] = spec


def _date_metadata(document: Pdf, day: date) -> None:
    """When the metadata were written is the day of the document, not the moment of drawing."""
    metadata = document.Root.Metadata
    written = bytes(metadata.read_bytes())
    dated = _WRITTEN_AT.sub(lambda found: found[1] + f"{day.isoformat()}T00:00:00+00:00".encode(), written)
    metadata.write(dated)
