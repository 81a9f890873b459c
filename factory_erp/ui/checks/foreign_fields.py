"""The forms of papers that others write: which fields each has, and how they become a ``Paper``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from factory_erp.checking.firm import Firm
from factory_erp.checking.mt700_values import read_firm, swift_firm
from factory_erp.checking.papers import Certificate, Container, Goods, Insurance, Paper
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import parse_decimal
from factory_erp.i18n import N_, _
from factory_erp.ui.checks.rows_edit import Line, RowsEdit
from factory_erp.ui.kit.edits import Edit
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.sectioned_form import Section

Shape = Literal[
    "text", "note", "firm", "lines", "date", "count", "figure", "yes", "allowed", "freight", "form",
    "goods", "containers",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stated:
    """One thing that a paper states: its path in ``Paper``, its name, and what it holds."""

    path: str
    name: str
    shape: Shape = "text"


GOODS = (
    Column("description", N_("Description"), 260, sortable=False, narrowest=150),
    Column("quantity", N_("Quantity"), 84, kind="number", sortable=False),
    Column("unit", N_("Unit"), 60, sortable=False, narrowest=52),
    Column("hs_code", N_("HS code"), 96, sortable=False, narrowest=80),
    Column("criterion", N_("Criterion"), 78, sortable=False, narrowest=72),
    Column("gross_kg", N_("Gross kg"), 84, kind="number", sortable=False),
)
CONTAINERS = (
    Column("number", N_("Container"), 130, sortable=False, narrowest=110),
    Column("seal", N_("Seal"), 110, sortable=False, narrowest=80),
    Column("type_code", N_("Type"), 70, sortable=False, narrowest=60),
    Column("packages", N_("Packages"), 80, kind="number", sortable=False),
    Column("gross_kg", N_("Gross kg"), 90, kind="number", sortable=False),
    Column("volume_m3", N_("Volume m³"), 90, kind="number", sortable=False),
)

_HEAD = (
    Stated("title", N_("Title")), Stated("number", N_("Number")), Stated("date", N_("Date"), "date"),
    Stated("originals", N_("Originals"), "count"), Stated("copies", N_("Copies"), "count"),
    Stated("signed", N_("Signed"), "yes"),
)  # fmt: skip
_REFERENCES = (
    Stated("invoice_number", N_("Invoice number")), Stated("lc_number", N_("Letter of credit")),
    Stated("lc_date", N_("Date of the credit"), "date"),
)  # fmt: skip
_WAY = (
    Stated("vessel", N_("Vessel")), Stated("voyage", N_("Voyage")),
    Stated("port_of_loading", N_("Port of loading")), Stated("port_of_discharge", N_("Port of discharge")),
    Stated("place_of_receipt", N_("Place of receipt")), Stated("place_of_delivery", N_("Place of delivery")),
)  # fmt: skip
_CARGO = (
    Stated("packages", N_("Packages"), "count"), Stated("package_words", N_("Packages in words")),
    Stated("gross_kg", N_("Gross weight, kg"), "figure"), Stated("net_kg", N_("Net weight, kg"), "figure"),
    Stated("volume_m3", N_("Volume, m³"), "figure"), Stated("marks", N_("Shipping marks"), "lines"),
)  # fmt: skip
_GOODS = Stated("goods", N_("Goods"), "goods")
_TEXT = Stated("text", N_("Everything else that it says"), "note")


def _firms(*found: tuple[str, str]) -> tuple[Stated, ...]:
    return tuple(Stated(path, name, "firm") for path, name in found)


_CARD = tuple[str, tuple[Stated, ...]]
LAYOUTS: dict[str, tuple[_CARD, ...]] = {
    "bill_of_lading": (
        (N_("The document"), (*_HEAD, Stated("on_board", N_("Shipped on board"), "date"),
                              Stated("freight", N_("Freight"), "freight"),
                              Stated("transshipment", N_("Shows a transshipment"), "allowed"))),
        (N_("Parties"), _firms(("issuer", N_("Carrier")), ("shipper", N_("Shipper")),
                               ("consignee", N_("Consignee")), ("notify", N_("Notify party")))),
        (N_("The way"), _WAY),
        (N_("Cargo"), _CARGO),
        (N_("Containers"), (Stated("containers", N_("Containers"), "containers"),)),
        (N_("Goods"), (_GOODS,)),
        (N_("References and clauses"), (*_REFERENCES, _TEXT)),
    ),
    "insurance": (
        (N_("The document"), (*_HEAD, Stated("insurance.effective_on", N_("Covers from the day"), "date"))),
        (N_("Cover"), (
            Stated("insurance.currency", N_("Currency")),
            Stated("insurance.insured", N_("Amount insured"), "figure"),
            Stated("insurance.covers_from", N_("Covers from")),
            Stated("insurance.covers_to", N_("Covers to")),
            Stated("insurance.claims_payable_at", N_("Claims payable at")),
            Stated("insurance.endorsed", N_("Endorsed in blank"), "yes"),
            Stated("insurance.risks", N_("Risks, one a line"), "lines"),
        )),
        (N_("Parties"), _firms(("issuer", N_("Insurer")), ("addressee", N_("Insured")))),
        (N_("The way"), _WAY[:4]),
        (N_("Cargo"), _CARGO),
        (N_("Goods"), (_GOODS,)),
        (N_("References and clauses"), (*_REFERENCES, _TEXT)),
    ),
    "certificate_of_origin": (
        (N_("The document"), (Stated("certificate.form", N_("Form"), "form"), *_HEAD)),
        (N_("Parties"), _firms(("issuer", N_("Exporter")), ("consignee", N_("Consignee")))),
        (N_("Origin"), (
            Stated("origin_country", N_("Country of origin")),
            Stated("destination_country", N_("Country of destination")),
            Stated("certificate.producer", N_("Producer")),
            Stated("certificate.certifier", N_("Certified by")),
            Stated("certificate.third_party", N_("Invoiced by a third party")),
            Stated("certificate.importing_country", N_("Importing country")),
        )),
        (N_("The way"), _WAY[:4]),
        (N_("Cargo"), _CARGO),
        (N_("Goods"), (_GOODS,)),
        (N_("References and clauses"), (*_REFERENCES, _TEXT)),
    ),
    "certificate": (
        (N_("The document"), (*_HEAD, Stated("certificate.inspected_on", N_("Done on"), "date"),
                              Stated("certificate.certifier", N_("Certified by")))),
        (N_("Parties"), _firms(("issuer", N_("Issued by")), ("addressee", N_("Made out to")))),
        (N_("Cargo"), _CARGO),
        (N_("Goods"), (_GOODS,)),
        (N_("References and clauses"), (*_REFERENCES, _TEXT)),
    ),
    "other": (
        (N_("The document"), _HEAD),
        (N_("Parties"), _firms(("issuer", N_("Issued by")), ("addressee", N_("Made out to")))),
        (N_("References and clauses"), (*_REFERENCES, _TEXT)),
    ),
}  # fmt: skip
"""Kind of paper → its cards (title, what stands on them), in the order of Tab."""

_WIDE_SHAPES = ("goods", "containers", "note")
_PARTS: dict[str, Callable[[], Any]] = {"insurance": Insurance, "certificate": Certificate}
_KINDS = {
    "note": FieldKind.NOTE, "firm": FieldKind.NOTE, "lines": FieldKind.NOTE, "date": FieldKind.DATE,
    "count": FieldKind.INTEGER, "figure": FieldKind.DECIMAL,
}  # fmt: skip


def stated(kind: str) -> tuple[Stated, ...]:
    """All that the form of a *kind* asks for."""
    return tuple(one for _title, found in LAYOUTS[kind] for one in found)


def sections(kind: str) -> tuple[list[list[Section]], list[Section]]:
    """The cards of the form: two stacks side by side, and those as wide as the form."""
    stacks: list[list[Section]] = [[], []]
    below: list[Section] = []
    for title, found in LAYOUTS[kind]:
        wide = frozenset(one.path for one in found if one.shape in _WIDE_SHAPES)
        card = Section(_(title), [_field(one) for one in found], 3 if wide and len(found) > 1 else 2, wide)
        if wide:
            below.append(replace(card, title="" if len(found) == 1 else card.title))
        else:
            min(stacks, key=lambda stack: sum(len(one.fields) for one in stack)).append(card)
    return stacks, below


def _field(one: Stated) -> Field:
    choices = _choices(one.shape)
    if choices:
        return Field(one.path, _(one.name), FieldKind.CHOICE, choices=choices)
    if one.shape in ("goods", "containers"):
        return Field(one.path, _(one.name), FieldKind.OWN, make=lambda: _rows_edit(one))
    return Field(one.path, _(one.name), _KINDS.get(one.shape, FieldKind.TEXT))


def _rows_edit(one: Stated) -> Edit:
    return RowsEdit(GOODS if one.shape == "goods" else CONTAINERS, _(one.name))


def _choices(shape: Shape) -> Sequence[tuple[object, str]]:
    unsaid = _("Not stated")
    known: dict[str, list[tuple[object, str]]] = {
        "yes": [(None, unsaid), (True, _("Yes")), (False, _("No"))],
        "allowed": [("", unsaid), ("allowed", _("Yes")), ("not allowed", _("No"))],
        "freight": [("", unsaid), ("prepaid", _("Prepaid")), ("collect", _("Collect"))],
        "form": [
            ("general", _("General")),
            ("form_a", "Form A"),
            ("form_e", "Form E"),
            ("rcep", "RCEP"),
        ],
    }
    return known.get(shape, [])


# The paper as values of the form, and back


def shown(kind: str, paper: Paper) -> dict[str, object]:
    """Values for the fields of the form."""
    return {one.path: _show(one, _read(paper, one.path)) for one in stated(kind)}


def _read(paper: Paper, path: str) -> object:
    part, _dot, name = path.rpartition(".")
    holder = getattr(paper, part) or _PARTS[part]() if part else paper
    return getattr(holder, name)


def _show(one: Stated, value: Any) -> object:
    match one.shape:
        case "firm":
            return (swift_firm(value) or None) if value else None
        case "lines":
            return "\n".join(value) or None
        case "goods":
            return tuple(_line(found, GOODS) for found in value) or None
        case "containers":
            return tuple(_line(found, CONTAINERS) for found in value) or None
        case "figure":
            return None if value is None else f"{value:f}"
        case "yes" | "allowed" | "freight" | "form" | "date" | "count":
            return value
        case _:
            return value or None


def _line(record: object, columns: Sequence[Column]) -> Line:
    values = (getattr(record, one.key) for one in columns)
    return tuple("" if value is None else str(value) for value in values)


def taken(kind: str, values: Mapping[str, Any], paper: Paper) -> Paper:
    """*paper* with what stands in the fields. Raises InvalidValue under the field of a wrong figure."""
    parts: dict[str, dict[str, Any]] = {}
    for one in stated(kind):
        part, _dot, name = one.path.rpartition(".")
        parts.setdefault(part, {})[name] = _take(one, values[one.path], _read(paper, one.path))
    whole = parts.pop("", {})
    for part, found in parts.items():
        whole[part] = replace(getattr(paper, part) or _PARTS[part](), **found)
    return replace(paper, **whole)


def _take(one: Stated, value: Any, before: Any) -> object:
    match one.shape:
        case "firm":
            # A firm that was not touched keeps its country and its local name.
            same = isinstance(before, Firm) and value == swift_firm(before)
            return before if same else read_firm(value) if value else None
        case "lines":
            return tuple(line for line in (value or "").splitlines() if line.strip())
        case "goods":
            return tuple(_goods(line, place, before) for place, line in enumerate(value or ()))
        case "containers":
            return tuple(_container(line, place, before) for place, line in enumerate(value or ()))
        case "date" | "count" | "figure" | "yes":
            assert value is None or isinstance(value, date | int | Decimal | bool)
            return value
        case _:
            return value or ""


def _goods(line: Line, place: int, before: Sequence[Goods]) -> Goods:
    known = before[place] if place < len(before) else Goods()
    description, quantity, unit, hs_code, criterion, gross = (cell.strip() for cell in line)
    return replace(
        known, description=description, quantity=_figure(quantity, "goods"), unit=unit, hs_code=hs_code,
        criterion=criterion, gross_kg=_figure(gross, "goods"),
    )  # fmt: skip


def _container(line: Line, place: int, before: Sequence[Container]) -> Container:
    known = before[place] if place < len(before) else Container()
    number, seal, type_code, packages, gross, volume = (cell.strip() for cell in line)
    count = _figure(packages, "containers")
    return replace(
        known, number=number, seal=seal, type_code=type_code, packages=None if count is None else int(count),
        gross_kg=_figure(gross, "containers"), volume_m3=_figure(volume, "containers"),
    )  # fmt: skip


def _figure(text: str, field: str) -> Decimal | None:
    if not text:
        return None
    try:
        return parse_decimal(text)
    except InvalidValue as error:
        error.field = field
        raise
