"""Certificates that lapse, as the page of the day lists them."""

from __future__ import annotations

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.catalogue.certificates import LapsingRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.delegates import ROW_HEIGHT
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.table_header import HEADER_HEIGHT
from factory_erp.ui.kit.theme import Tone

COLUMNS = (
    Column("valid_to", N_("Valid until"), 104, kind="date", sortable=False),
    Column("days", N_("Lapses"), 118, kind="pill", sortable=False),
    Column("product", N_("Product"), 160, kind="date", sortable=False),
    Column("kind", N_("Certificate"), 300, sortable=False, narrowest=120),
    Column("number", N_("Number"), 220, sortable=False, priority=1),
)

SHOWN = 2
"""Certificates in sight at once; the list scrolls for more."""


def height(count: int) -> int:
    """Of the table, px, for so many certificates."""
    return HEADER_HEIGHT + ROW_HEIGHT * min(count, SHOWN) + 4


def key(row: LapsingRow) -> tuple[str, int]:
    """Where the line leads, and which certificate it is."""
    return (f"erp://products/{row.product}", row.id)


def cells(row: LapsingRow) -> Row:
    """The line of a certificate."""
    return (figures.day(row.valid_to), _pill(row.days), row.product, row.kind, row.number)


def _pill(days: int) -> PillCell:
    if days < 0:
        return PillCell(_("Lapsed"), Tone.DANGER)
    if not days:
        return PillCell(_("Today"), Tone.WARNING)
    return PillCell(ngettext("in {count} day", "in {count} days", days), Tone.WARNING)
