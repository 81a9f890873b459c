"""Any file that people call an Excel file into a ``Sheet``: by what is in it, whatever it is called."""

from __future__ import annotations

import re
from pathlib import Path

from factory_erp.i18n import N_, _
from factory_erp.sheets import delimited, xlsx
from factory_erp.sheets.refusals import locked, other_format, too_large
from factory_erp.sheets.table import LIMITS, Limits, Sheet, SheetRefused, Watch

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FOREIGN = (
    (b"%PDF", N_("a PDF document")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"GIF8", N_("a picture")),
    (b"Rar!", N_("a packed archive")),
    (b"7z\xbc\xaf", N_("a packed archive")),
    (b"\x1f\x8b", N_("a packed archive")),
    (b"{\\rtf", N_("a text document (RTF)")),
)
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|\?xml|html|head|table|meta|\w+:workbook)\b", re.IGNORECASE
)


def read_file(
    path: Path,
    *,
    sheet: str = "",
    encoding: str = "",
    delimiter: str = "",
    limits: Limits = LIMITS,
    watch: Watch | None = None,
) -> Sheet:
    """``read_bytes`` of the file at *path*; raises SheetRefused also where it cannot be opened."""
    try:
        with path.open("rb") as handle:
            data = handle.read(limits.bytes + 1)
            size = max(len(data), path.stat().st_size)
    except OSError as error:
        raise _unopened(path, error) from error
    if size > limits.bytes:
        raise _about(too_large(size, limits), path.name)
    return read_bytes(
        data, path.name, sheet=sheet, encoding=encoding, delimiter=delimiter, limits=limits, watch=watch
    )


def read_bytes(
    data: bytes,
    name: str,
    *,
    sheet: str = "",
    encoding: str = "",
    delimiter: str = "",
    limits: Limits = LIMITS,
    watch: Watch | None = None,
) -> Sheet:
    """The table in *data*, the content of a file called *name*.

    *sheet* chooses a worksheet by name (else the first visible one with content); *encoding* (a key of
    ``encodings.ENCODINGS``) and *delimiter* overrule what is found in a text file. Cells that cannot be
    trusted are problems of the answer; raises SheetRefused for a file that cannot be read as a whole.
    """
    try:
        if len(data) > limits.bytes:
            raise too_large(len(data), limits)
        if data.startswith(_ZIP):
            return xlsx.read(data, name, sheet=sheet, limits=limits, watch=watch)
        _refuse_foreign(data)
        return delimited.read(data, name, encoding=encoding, delimiter=delimiter, limits=limits, watch=watch)
    except SheetRefused as refusal:
        raise _about(refusal, name) from refusal.__cause__


def _refuse_foreign(data: bytes) -> None:
    if not data.strip(b"\0 \t\r\n"):
        raise SheetRefused(_("The file is empty."), remedy=_("Choose a file with content."))
    if data.startswith(_OLE):
        raise locked() if _ENCRYPTED in data else other_format(_("an old Excel workbook (.xls)"))
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            raise other_format(_(what))
    if _PAGE.match(data):
        raise other_format(_("a web page or XML document, whatever its name says"))


def _about(refusal: SheetRefused, name: str) -> SheetRefused:
    """The *refusal* with the file's name as its record."""
    refusal.record = refusal.record or name
    return refusal


def _unopened(path: Path, error: OSError) -> SheetRefused:
    reason = error.strerror or str(error)
    if isinstance(error, FileNotFoundError):
        message, remedy = _("There is no file {path}.", path=path), _("Check its name and folder.")
    else:
        message = _("{path} cannot be opened: {reason}.", path=path, reason=reason)
        remedy = _("Close it in other programs and check that it may be read.")
    return SheetRefused(message, record=path.name, remedy=remedy)
