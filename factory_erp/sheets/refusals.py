"""Why a file as a whole is not read, and what to do about it."""

from __future__ import annotations

from factory_erp.i18n import _
from factory_erp.sheets.table import MIB, Limits, SheetRefused


def damaged() -> SheetRefused:
    """The refusal of a workbook that is cut off or changed."""
    return SheetRefused(
        _("The file is damaged or incomplete."),
        remedy=_("Get it again, or open it in Excel and save it as a new .xlsx file."),
    )


def bomb() -> SheetRefused:
    """The refusal of a zip that unpacks to far more than a table holds."""
    return SheetRefused(
        _("The file unpacks to more than a table of its size can hold and was not opened."),
        remedy=_("Copy the table alone into a new workbook and save that."),
    )


def locked() -> SheetRefused:
    """The refusal of an encrypted workbook."""
    return SheetRefused(
        _("The file is protected with a password."),
        remedy=_("Open it in Excel and save it without password."),
    )


def dangerous() -> SheetRefused:
    """The refusal of XML with a document type, which no spreadsheet program writes."""
    return SheetRefused(
        _("The file contains instructions (a document type) that no workbook needs, and was not opened."),
        remedy=_("Ask whoever sent it for a workbook saved by Excel or WPS."),
    )


def too_large(size: int, limits: Limits) -> SheetRefused:
    """The refusal of a file of *size* bytes."""
    return SheetRefused(
        _(
            "The file has {size} MB; at most {limit} MB are read.",
            size=-(-size // MIB),
            limit=limits.bytes // MIB,
        ),
        remedy=_("Divide it into several files, or delete pictures and sheets that are not needed."),
    )


def other_format(what: str) -> SheetRefused:
    """The refusal of a file that is *what* ("a PDF document")."""
    return SheetRefused(
        _("The file is {what}.", what=what), remedy=_("Open it in Excel or WPS and save it as .xlsx or .csv.")
    )


def stopped() -> SheetRefused:
    """What reading ends with when the person asked to stop."""
    return SheetRefused(_("Reading the file was stopped."))


def beyond_limits(cell: str, limits: Limits) -> SheetRefused:
    """The refusal of a table that reaches as far as *cell* ("XFD1048576")."""
    return SheetRefused(
        _(
            "Cell {cell} lies outside what is read: {rows} rows and {columns} columns.",
            cell=cell,
            rows=f"{limits.rows:,}",
            columns=limits.columns,
        ),
        remedy=_(
            "Delete the rows and columns that do not belong to the table, or divide it into several files."
        ),
    )


def nul(row: int) -> SheetRefused:
    """The refusal of text with a NUL in *row*."""
    return SheetRefused(
        _("Row {row} holds a NUL character, which no text has.", row=row),
        remedy=_("Choose another encoding, or save the table again as CSV UTF-8 or as .xlsx."),
    )


def too_many_cells(limits: Limits) -> SheetRefused:
    """The refusal of a table with more cells than are held in memory."""
    return SheetRefused(
        _("The table has more than {cells} cells.", cells=f"{limits.cells:,}"),
        remedy=_("Divide it into several files."),
    )


def too_much_text(limits: Limits) -> SheetRefused:
    """The refusal of a table whose cells hold more text together than a file may unpack to."""
    return SheetRefused(
        _("The cells hold more than {most} million characters together.", most=limits.unpacked // MIB),
        remedy=_("Divide it into several files."),
    )
