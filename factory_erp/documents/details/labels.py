"""Carton labels, purchase orders and the plan for the loading team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from factory_erp.documents.facts import Party, Texts
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import round_ratio
from factory_erp.domain.money import UnitPrice, exponent
from factory_erp.i18n import _


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """The paper: page size and how many labels stand on it. Millimetres."""

    name: str
    page_width_mm: Decimal
    page_height_mm: Decimal
    columns: int
    rows: int
    margin_left_mm: Decimal = Decimal(0)
    margin_top_mm: Decimal = Decimal(0)
    gap_x_mm: Decimal = Decimal(0)
    gap_y_mm: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if min(self.columns, self.rows) < 1 or self.label_width_mm < 70 or self.label_height_mm < 60:
            raise InvalidValue(
                _("The labels of sheet {sheet} are too small.", sheet=self.name),
                field="sheet",
                remedy=_("A carton label needs at least 70 × 60 mm."),
            )

    @property
    def label_width_mm(self) -> Decimal:
        """Width of one label."""
        across = 2 * self.margin_left_mm + (self.columns - 1) * self.gap_x_mm
        return (self.page_width_mm - across) / self.columns

    @property
    def label_height_mm(self) -> Decimal:
        """Height of one label."""
        down = 2 * self.margin_top_mm + (self.rows - 1) * self.gap_y_mm
        return (self.page_height_mm - down) / self.rows


LABEL_PRINTER = LabelSheet("105x148", Decimal(105), Decimal(148), 1, 1)
"""One label of A6 size a page, for a label printer."""

LABEL_SHEETS: tuple[LabelSheet, ...] = (
    LABEL_PRINTER,
    LabelSheet("100x100", Decimal(100), Decimal(100), 1, 1),
    LabelSheet("A4-2", Decimal(210), Decimal(297), 1, 2),
    LabelSheet("A4-4", Decimal(210), Decimal(297), 2, 2),
    LabelSheet("A4-8", Decimal(210), Decimal(297), 2, 4),
)
"""The sheets that the program knows."""


@dataclass(frozen=True, slots=True)
class CartonLabel:
    """What one carton says on its outside. ``sscc``: 18 digits, or empty for a plain label."""

    number: int
    of: int
    lines: tuple[str, ...]
    """Shipping marks, as they stand on the documents, with this carton's number."""
    item_number: str
    description: Texts
    quantity: Decimal
    unit: str
    net_g: int
    gross_g: int
    length_mm: int
    width_mm: int
    height_mm: int
    origin_country: str
    customer_po: str = ""
    customer_item_number: str = ""
    sscc: str = ""
    gtin: str = ""
    lot: str = ""
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class LabelDetails:
    """The labels of a shipment and the sheet that they are printed on."""

    labels: tuple[CartonLabel, ...]
    sheet: LabelSheet = LABEL_PRINTER
    barcodes: bool = True

    def __post_init__(self) -> None:
        if not self.labels:
            raise InvalidValue(_("There are no labels to print."), field="labels")


@dataclass(frozen=True, slots=True)
class PurchasedGoods:
    """One line of a purchase order."""

    line_no: int
    item_number: str
    supplier_item_number: str
    description: Texts
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount_minor: int
    due_on: date | None
    tax_percent: Decimal = Decimal(0)
    inspection: Texts = ()
    """What incoming inspection looks at."""


@dataclass(frozen=True, slots=True)
class PurchaseDetails:
    """An order to a supplier, with what will be inspected when the goods come."""

    supplier: Party
    lines: tuple[PurchasedGoods, ...]
    currency: str
    total_minor: int
    deliver_to: Party | None = None
    payment_terms: Texts = ()
    remarks: Texts = ()
    prices_include_tax: bool = True
    """Whether prices and amounts contain the tax, as Chinese suppliers quote; else it is added to them."""

    def __post_init__(self) -> None:
        exponent(self.currency)
        for line in self.lines:
            due = UnitPrice(line.unit_price, self.currency).times(line.quantity).minor
            if due != line.amount_minor:
                raise InvalidValue(
                    _("Line {line}: quantity × price is not the amount.", line=line.line_no), field="amount"
                )
        if self.goods_minor + (0 if self.prices_include_tax else self.tax_minor) != self.total_minor:
            raise InvalidValue(_("Lines and tax do not come to the total."), field="total")

    @property
    def goods_minor(self) -> int:
        """Σ of the lines as they stand."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def tax_minor(self) -> int:
        """The tax in, or on, the lines: rounded half up once for each rate."""
        by_rate: dict[Decimal, int] = {}
        for line in self.lines:
            by_rate[line.tax_percent] = by_rate.get(line.tax_percent, 0) + line.amount_minor
        return sum(self._tax(rate, minor) for rate, minor in by_rate.items())

    def _tax(self, rate: Decimal, minor: int) -> int:
        per_10_000 = int(rate * 100)
        return round_ratio(minor * per_10_000, 10_000 + (per_10_000 if self.prices_include_tax else 0))


@dataclass(frozen=True, slots=True)
class BoxPlaced:
    """A carton in its container: the corner nearest to its origin (front wall, left wall, floor), sides, mm.

    x runs along the length to the door, y to the right wall, z up. ``step`` counts from 1. ``gross_g`` 0:
    not known.
    """

    label: str
    order: str
    x_mm: int
    y_mm: int
    z_mm: int
    length_mm: int
    width_mm: int
    height_mm: int
    step: int
    gross_g: int = 0


@dataclass(frozen=True, slots=True)
class LoadingStep:
    """What the team does next: so many cartons of one kind, and where."""

    step: int
    label: str
    cartons: int
    across: int
    high: int
    deep: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class ContainerLoaded:
    """One container as it is to be loaded. Inner sizes in millimetres, weights in grams."""

    position: int
    type_code: str
    number: str
    length_mm: int
    width_mm: int
    height_mm: int
    payload_g: int
    cargo_g: int
    volume_mm3: int
    boxes: tuple[BoxPlaced, ...]
    steps: tuple[LoadingStep, ...]
    seal: str = ""


@dataclass(frozen=True, slots=True)
class LoadingDetails:
    """The loading plan of a shipment."""

    containers: tuple[ContainerLoaded, ...]
    left_out: tuple[tuple[str, int], ...] = ()
    """What found no place: label and cartons."""
