"""The plain fields of an item: as its data tab shows them, and as few as a new one needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from factory_erp.domain.quantity import UNITS
from factory_erp.i18n import _, language
from factory_erp.models.partners import Role
from factory_erp.services import directory
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue.item_forms import ItemForm
from factory_erp.services.catalogue.texts import TextValues
from factory_erp.services.names import CHINESE, ENGLISH
from factory_erp.ui.catalog import words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.rows import Runner

MOST = 30
"""Products that one search offers."""

GROUPS: tuple[tuple[str, ...], ...] = (
    ("sku", "product_id", "options", "kind", "gtin", "active"),
    ("unit", "step", "min_order", "order_multiple", "net_g", "sellable"),
    ("lot_rule", "lot_size", "lot_minimum", "lot_multiple", "period_days", "safety_stock"),
    ("procurement", "supplier_id", "lead_days", "scrap_percent", "standard_cost"),
)
"""Columns of the data tab: what it is, in what quantities it is sold, in what lots it is planned, how it is
got and what it costs. None is longer than the one before: the form is filled row by row."""

FIGURES = (
    "step", "min_order", "order_multiple", "lot_size", "lot_minimum", "lot_multiple", "safety_stock",
    "scrap_percent", "standard_cost",
)  # fmt: skip
COUNTS = ("net_g", "lead_days", "period_days")
TEXTS = ("sku", "options", "gtin")


def data_fields(jobs: Runner, currency: str) -> list[Field]:
    """The fields of ``GROUPS``, row by row: the form has as many columns as there are groups."""
    parts = (_identity(jobs), _quantities(), _planning(), _supply(jobs, currency))
    made = {field.name: field for part in parts for field in part}
    rows = max(len(group) for group in GROUPS)
    places = [(row, column) for row in range(rows) for column in range(len(GROUPS))]
    return [made[GROUPS[column][row]] for row, column in places if row < len(GROUPS[column])]


def new_fields(jobs: Runner) -> list[Field]:
    """What one enters of a new item; the rest follows on its page."""
    made = {field.name: field for field in (*_identity(jobs), *_quantities(), *_supply(jobs, ""))}
    names = [Field("name_en", _("English name")), Field("name_zh", _("Chinese name"))]
    rest = [made[name] for name in ("kind", "procurement", "unit", "product_id", "sellable")]
    return [made["sku"], *names, *rest]


def _identity(jobs: Runner) -> list[Field]:
    return [
        sku_field(),
        Field("product_id", _("Product"), FieldKind.LOOKUP, search=find_products, jobs=jobs,
              hint=_("The family of items that it belongs to; none for parts and materials")),
        Field("options", _("Options"), hint=_('As platforms show them, for example "500 ml / Matte black"')),
        Field("kind", _("Kind"), FieldKind.CHOICE, required=True, choices=words.kind_choices()),
        Field("gtin", _("Barcode (GTIN)"), hint=_("8, 12, 13 or 14 digits, as they stand under the barcode")),
        Field("active", _("In use"), FieldKind.CHECK, hint=_("Only items in use are listed and offered")),
    ]  # fmt: skip


def sku_field(hint: str = "") -> Field:
    """The number of an item."""
    return Field("sku", _("SKU"), required=True, hint=hint or _("The number that your factory knows it by"))


def _quantities() -> list[Field]:
    return [
        Field("unit", _("Unit"), FieldKind.CHOICE, required=True, choices=unit_choices(),
              hint=_("In which it is stocked; other units are entered under Packing")),
        Field("step", _("Smallest quantity"), FieldKind.DECIMAL, required=True,
              hint=_("1 for pieces, 0.001 for kilograms weighed to the gram")),
        Field("min_order", _("Minimum order"), FieldKind.DECIMAL,
              hint=_("The least that a buyer may order; empty: any quantity")),
        Field("order_multiple", _("Ordered in multiples of"), FieldKind.DECIMAL,
              hint=_("Empty: any quantity")),
        Field("net_g", _("Net weight of one (g)"), FieldKind.INTEGER),
        Field("sellable", _("For sale"), FieldKind.CHECK,
              hint=_("It can stand on sales orders and be listed on platforms")),
    ]  # fmt: skip


def _planning() -> list[Field]:
    return [
        Field("lot_rule", _("Lot rule"), FieldKind.CHOICE, required=True, choices=words.lot_rule_choices(),
              hint=_("How much is made or bought at once")),
        Field("lot_size", _("Usual lot"), FieldKind.DECIMAL,
              hint=_("What its standard cost is worked out for, and the size of a fixed lot; empty: one")),
        Field("lot_minimum", _("Least lot"), FieldKind.DECIMAL,
              hint=_("The least that is made or bought at once; empty: any quantity")),
        Field("lot_multiple", _("Lots in multiples of"), FieldKind.DECIMAL,
              hint=_("A box, a coil, a full tray; empty: any quantity")),
        Field("period_days", _("Period (days)"), FieldKind.INTEGER,
              hint=_("With lots for a period: what so many days need is made or bought together")),
        Field("safety_stock", _("Safety stock"), FieldKind.DECIMAL,
              hint=_("What should always be left; it is made or bought after what orders need")),
    ]  # fmt: skip


def _supply(jobs: Runner, currency: str) -> list[Field]:
    return [
        Field("procurement", _("Make or buy"), FieldKind.CHOICE, required=True,
              choices=words.procurement_choices()),
        Field("supplier_id", _("Usual supplier"), FieldKind.LOOKUP, search=find_suppliers, jobs=jobs,
              hint=_("It is suggested to be bought there, for a day on which that supplier delivers")),
        Field("lead_days", _("Lead time (days)"), FieldKind.INTEGER,
              hint=_("From the order to the goods; of what is made, once its parts are there")),
        Field("scrap_percent", _("Scrap %"), FieldKind.DECIMAL, decimals=4,
              hint=_("Of what is made so much is lost: the plan begins more")),
        Field("standard_cost", _("Standard cost of one"), FieldKind.DECIMAL, currency=currency,
              hint=_("What stock is valued at; of what is bought, what the cost of others is made of")),
    ]  # fmt: skip


def unit_choices() -> list[tuple[object, str]]:
    """Units with the name behind the sign: "PCS  piece"."""
    chinese = language() == CHINESE
    return [(one.code, one.zh if chinese else f"{one.abbr_en}  {one.en}") for one in UNITS.values()]


def find_products(text: str) -> Sequence[Choice]:
    """Products that fit what was typed, by code."""
    ids = products.product_ids("all", text)[:MOST]
    return [Choice(row.id, row.code, row.name) for row in products.product_rows(ids)]


def product_choice(product_id: int | None) -> Choice | None:
    """The product as its edit shows it; None for none."""
    rows = products.product_rows([product_id]) if product_id is not None else []
    return Choice(rows[0].id, rows[0].code, rows[0].name) if rows else None


def find_suppliers(text: str) -> Sequence[Choice]:
    """Suppliers whose code or name fits what was typed."""
    found = directory.partner_choices(text, Role.SUPPLIER, MOST)
    return [Choice(one.id, one.code, one.name) for one in found]


def supplier_choice(partner_id: int | None) -> Choice | None:
    """The supplier as its edit shows it; None for none."""
    one = directory.partner(partner_id) if partner_id is not None else None
    return Choice(one.id, one.code, one.name) if one is not None else None


def shown(form: ItemForm, product: Choice | None, supplier: Choice | None) -> dict[str, object]:
    """Values for the fields; a figure of zero is an empty field."""
    values: dict[str, object] = {name: getattr(form, name) for group in GROUPS for name in group}
    values |= {name: typed(getattr(form, name)) for name in FIGURES}
    values |= {name: getattr(form, name) or None for name in COUNTS}
    return values | {"product_id": product, "supplier_id": supplier}


def typed(value: Decimal) -> str | None:
    """A figure as one types it, without zeros at its end; None for zero."""
    return (f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}") if value else None


def taken(values: Mapping[str, Any], form: ItemForm) -> ItemForm:
    """*form* with what stands in the fields; an empty field is a figure of zero."""
    given = dict(values)
    given |= {name: given[name] or "" for name in TEXTS if name in given}
    given |= {name: given[name] or Decimal(0) for name in FIGURES if name in given}
    given |= {name: given[name] or 0 for name in COUNTS if name in given}
    return replace(form, **given)


def taken_new(values: Mapping[str, Any], client_key: str) -> tuple[ItemForm, list[TextValues]]:
    """A new item of the fields of ``new_fields``, with its names.

    Its smallest quantity follows from the unit: goods that are weighed or measured come in fractions.
    """
    plain = {name: value for name, value in values.items() if not name.startswith("name_")}
    step = Decimal(1).scaleb(-UNITS[plain["unit"]].decimals)
    form = taken(plain, ItemForm("", step=step, client_key=client_key))
    names = {ENGLISH: values["name_en"], CHINESE: values["name_zh"]}
    return form, [TextValues(code, name) for code, name in names.items() if name]


def titles(unit: object) -> tuple[str, ...]:
    """Headings of ``GROUPS``; quantities are in *unit*, None before it is known."""
    if not isinstance(unit, str):
        return _("Item"), _("Quantities"), _("Planning"), _("Supply and cost")
    name = figures.unit(unit)
    quantities, planning = _("Quantities, in {unit}", unit=name), _("Planning, in {unit}", unit=name)
    return _("Item"), quantities, planning, _("Supply and cost")
