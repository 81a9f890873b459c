"""What the traveller of a matrix batch, or of one production order, says, frozen before it is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from factory_erp.documents.facts import Texts
from factory_erp.documents.snapshot import Language


@dataclass(frozen=True, slots=True)
class Head:
    """A row or column of the matrix: its code, and its names in every language."""

    code: str
    names: Texts


@dataclass(frozen=True, slots=True)
class Sheet:
    """Counts by row and column, None where nothing is made; *title* where there are further axes."""

    title: Texts
    counts: tuple[tuple[Decimal | None, ...], ...]


@dataclass(frozen=True, slots=True)
class TravellerStep:
    """An operation of the batch. *only* names the cells that it is for, empty: all of them.

    *setup_minutes* are for one cell, *run_minutes* for the whole *quantity*; *code* is what its QR code says.
    """

    sequence: int
    names: Texts
    centres: Texts
    quantity: Decimal
    setup_minutes: int
    run_minutes: int
    code: str
    only: tuple[str, ...] = ()
    quality_point: str = ""


@dataclass(frozen=True, slots=True)
class TravellerPart:
    """A component, added up over the batch; consumed at *operation*, else at the first."""

    sku: str
    names: Texts
    quantity: Decimal
    unit: str
    operation: int | None = None


@dataclass(frozen=True, slots=True)
class Traveller:
    """Everything that the paper says, frozen when it was composed.

    Of a single production order there is no matrix: ``batch`` is the order's number, ``made`` its quantity.
    ``serves`` names what it is made for: the sales order.
    """

    batch: str
    language: Language
    company: Texts
    product_code: str
    product_names: Texts
    due: date
    printed_on: date
    unit: str
    row_axis: Texts
    column_axis: Texts
    rows: tuple[Head, ...]
    columns: tuple[Head, ...]
    sheets: tuple[Sheet, ...]
    steps: tuple[TravellerStep, ...]
    parts: tuple[TravellerPart, ...]
    made: Decimal = Decimal(0)
    serves: str = ""

    @property
    def total(self) -> Decimal:
        """Pieces of the whole batch, or of the order."""
        return self.made + sum((added(row) for sheet in self.sheets for row in sheet.counts), Decimal(0))


def added(counts: Iterable[Decimal | None]) -> Decimal:
    """Sum of the counts that there are."""
    return sum((count for count in counts if count is not None), Decimal(0))
