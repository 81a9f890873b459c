"""A whole catalogue as values: what an importer hands over, whatever file it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from factory_erp.models.catalog import ItemKind, PackKind, Procurement


@dataclass(frozen=True, slots=True)
class TextInput:
    """Names of an item in one language."""

    language: str
    name: str
    declaration_name: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class PackInput:
    """A packaging level; sizes in mm, weights in g, for the full package.

    *may_lie*: on any of its sides, else upright. *bears_g*: what may stand on one, None for any weight.
    """

    kind: PackKind
    quantity: int
    length_mm: int
    width_mm: int
    height_mm: int
    net_g: int
    gross_g: int
    may_lie: bool = False
    bears_g: int | None = None


@dataclass(frozen=True, slots=True)
class PriceInput:
    """Unit price from *min_quantity* upwards."""

    currency: str
    min_quantity: Decimal
    price: Decimal
    incoterm: str = "FOB"
    place: str = ""


@dataclass(frozen=True, slots=True)
class ItemInput:
    """An item, known by its SKU."""

    sku: str
    kind: ItemKind
    procurement: Procurement
    texts: Sequence[TextInput]
    unit: str = "H87"
    step: Decimal = Decimal(1)
    hs_code: str = ""
    origin: str = "CN"
    options: str = ""
    net_g: int = 0
    lead_days: int = 0
    standard_cost: Decimal = Decimal(0)
    sellable: bool = False
    packaging: Sequence[PackInput] = ()
    prices: Sequence[PriceInput] = ()


@dataclass(frozen=True, slots=True)
class ComponentInput:
    """A component of a bill, by its SKU."""

    sku: str
    quantity: Decimal
    scrap_ppm: int = 0
    operation: int | None = None


@dataclass(frozen=True, slots=True)
class BillInput:
    """What *output* units of an item consist of, in a revision and while it is valid.

    *valid_from* left out means the catalogue's own.
    """

    sku: str
    components: Sequence[ComponentInput]
    output: Decimal = Decimal(1)
    revision: str = "A"
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class OperationInput:
    """A step of a routing; *run_seconds* per unit."""

    sequence: int
    centre: str
    name_en: str
    name_zh: str
    setup_minutes: int = 0
    run_seconds: Decimal = Decimal(0)
    family: str = ""


@dataclass(frozen=True, slots=True)
class RoutingInput:
    """How an item is made."""

    sku: str
    operations: Sequence[OperationInput]
    revision: str = "A"


@dataclass(frozen=True, slots=True)
class CentreInput:
    """A work centre with its machines (code, English name, Chinese name)."""

    code: str
    name_en: str
    name_zh: str
    machines: Sequence[tuple[str, str, str]]
    changeover_minutes: int = 0


@dataclass(frozen=True, slots=True)
class CatalogueInput:
    """Everything at once. *stock* is what was counted of each SKU: the difference to the books is posted.

    *valid_from* is the first day of routings, and of bills that give none. Prices go to the general
    sales list of their terms that is valid today; a new list begins today. New machines work in the
    factory's first calendar.
    """

    items: Sequence[ItemInput]
    bills: Sequence[BillInput] = ()
    routings: Sequence[RoutingInput] = ()
    centres: Sequence[CentreInput] = ()
    stock: Sequence[tuple[str, Decimal]] = ()
    valid_from: date = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one record of the input cannot be taken: which record, which field, what is wrong."""

    record: str
    field: str
    reason: str
