"""What many rules do with papers: find them, name them, say where a value stands, compare a value on all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from factory_erp.checking.credit import Credit
from factory_erp.checking.findings import CREDIT, Place
from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Paper, PaperKind, PaperSet
from factory_erp.domain.figures import format_figure
from factory_erp.domain.quantity import UNITS
from factory_erp.i18n import N_, _

KIND_NAMES: dict[PaperKind, str] = {
    "commercial_invoice": N_("commercial invoice"),
    "packing_list": N_("packing list"),
    "bill_of_lading": N_("bill of lading"),
    "certificate_of_origin": N_("certificate of origin"),
    "insurance": N_("insurance document"),
    "draft": N_("draft"),
    "beneficiary_certificate": N_("beneficiary's certificate"),
    "certificate": N_("certificate"),
    "booking_note": N_("booking note"),
    "customs_declaration": N_("export declaration"),
    "vgm_declaration": N_("VGM declaration"),
    "carton_label": N_("carton label"),
    "shipping_advice": N_("shipping advice"),
    "proforma_invoice": N_("proforma invoice"),
    "sales_contract": N_("sales contract"),
    "other": N_("other document"),
}
"""Kind of paper to its name within a sentence; show with ``_``."""

_SHOWN = 2000
"""Characters of a value that a finding shows."""

Value = str | int | Decimal | date | Firm | None


def kind_name(kind: PaperKind) -> str:
    """What a message calls a paper of *kind*: "commercial invoice"."""
    return _(KIND_NAMES[kind])


def of_kind(papers: PaperSet, *kinds: PaperKind) -> tuple[Paper, ...]:
    """The papers of *kinds*, in the order of the set."""
    return tuple(paper for paper in papers.papers if paper.kind in kinds)


def invoices(papers: PaperSet) -> tuple[Paper, ...]:
    """The commercial invoices."""
    return of_kind(papers, "commercial_invoice")


def shown(value: Value) -> str:
    """*value* as a finding shows it; long texts are cut."""
    if isinstance(value, Decimal):
        return format_figure(value)
    if isinstance(value, Firm):
        value = str(value) or value.name_local
    text = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def money(amount: Decimal | None, currency: str) -> str:
    """*amount* with the currency before it, "USD 10,300", where that is known."""
    return f"{shown(currency.strip())} {shown(amount)}".strip()


def measured(quantity: Decimal | None, unit: str) -> str:
    """*quantity* with its unit behind it, "480 PCS", where that is known."""
    return f"{shown(quantity)} {unit_shown(unit)}".strip()


def unit_shown(unit: str) -> str:
    """*unit* as people write it: "PCS" for the code H87; any other text as it is."""
    plain = unit.strip()
    known = UNITS.get(plain.upper())
    return known.abbr_en if known else shown(plain)


def currency_of(papers: Iterable[Paper]) -> str:
    """The currency that *papers* are in; empty where they state none or several."""
    stated = {paper.currency.strip().upper() for paper in papers} - {""}
    return stated.pop() if len(stated) == 1 else ""


def at(paper: Paper, field: str, value: Value) -> Place:
    """The place where *paper* says *value*."""
    return Place(paper.name, field, shown(value))


def at_line(paper: Paper, index: int, field: str, value: Value, group: str = "goods") -> Place:
    """The place in line *index* (from 0) of the paper's goods, cartons or containers."""
    return Place(paper.name, f"{group}[{index}].{field}", shown(value))


def in_credit(field: str, value: Value) -> Place:
    """The place where the letter of credit says *value*; *field* is the name in ``Credit``."""
    return Place(CREDIT, field, shown(value))


def credit_of(papers: PaperSet) -> Iterator[Credit]:
    """The credit, if there is one: ``for credit in credit_of(papers)`` keeps a rule silent without one."""
    if papers.credit is not None:
        yield papers.credit


def total_of(values: Iterable[Decimal | None]) -> Decimal | None:
    """Σ of *values*; None where one is missing or there are none."""
    listed = list(values)
    if not listed or any(value is None for value in listed):
        return None
    return sum((value for value in listed if value is not None), Decimal(0))
