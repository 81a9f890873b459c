"""What a shipment is, in words and figures: the one set of facts behind every document.

Money is in minor units of one currency, weights in grams, lengths in millimetres, quantities are
``Decimal`` in a UN/ECE Rec 20 unit, countries ISO 3166-1 alpha-2.
Every class checks itself when made and raises ``InvalidValue`` with what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from factory_erp.domain.cartons import CartonRange, count, missing_and_double, parse
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.incoterms import TradeTerm
from factory_erp.domain.money import Money, UnitPrice, exponent
from factory_erp.i18n import N_, _

Texts = tuple[tuple[str, str], ...]
"""One text in several languages: ``(("en", "Bottle"), ("zh_CN", "瓶"))``, sorted by language."""


_CARTONS_NONE = N_("Cartons {cartons}: there must be at least one carton.")
_CARTONS_COUNT = N_("Cartons {cartons}: the carton numbers do not match the number of cartons.")
_CARTONS_QUANTITY = N_("Cartons {cartons}: pieces per carton × cartons must be the quantity.")
_CARTONS_NET = N_("Cartons {cartons}: net weight per carton × cartons must be the net weight.")
_CARTONS_GROSS = N_("Cartons {cartons}: gross weight per carton × cartons must be the gross weight.")
_CARTONS_VOLUME = N_("Cartons {cartons}: length × width × height × cartons must be the volume.")
_CARTONS_MIXED = N_("Cartons {cartons}: gross weight and volume of a mixed carton stand with its first item.")


def texts(by_language: Mapping[str, str]) -> Texts:
    """*by_language* as the frozen, sorted form; empty texts are left out."""
    return tuple(sorted((code, text) for code, text in by_language.items() if text))


@dataclass(frozen=True, slots=True)
class Party:
    """A firm or person as the document names it. ``country`` is its ISO 3166-1 alpha-2 code or empty."""

    name: str
    name_local: str = ""
    address_lines: tuple[str, ...] = ()
    country: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where the buyer pays to."""

    beneficiary: str
    bank_name: str
    bank_address: str
    account: str
    swift: str


@dataclass(frozen=True, slots=True)
class PortName:
    """A port: UN/LOCODE (or empty) and its name per language."""

    code: str
    names: Texts


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """One line of the invoice; ``amount_minor`` is quantity × unit price, rounded half up once."""

    line_no: int
    order_number: str
    customer_po: str
    item_number: str
    customer_item_number: str
    description: Texts
    hs_code: str
    origin_country: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount_minor: int
    brand: str = ""
    material: Texts = ()

    def __post_init__(self) -> None:
        if not self.quantity.is_finite() or self.quantity <= 0:
            message = _("Line {line}: the quantity must be above zero.", line=self.line_no)
            raise InvalidValue(message, field="quantity")

    def check(self, currency: str) -> None:
        """Raise ``InvalidValue`` unless the printed quantity × price gives the printed amount."""
        due = UnitPrice(self.unit_price, currency).times(self.quantity).minor
        if due != self.amount_minor:
            raise InvalidValue(
                _(
                    "Line {line}: quantity × price is {due}, but the amount is {amount}.",
                    line=self.line_no,
                    due=Money(due, currency).format(),
                    amount=Money(self.amount_minor, currency).format(),
                ),
                field="amount",
            )


@dataclass(frozen=True, slots=True)
class CartonLine:
    """One line of the packing list: one item in a range of equal cartons.

    A carton that holds several items has one line per item. All but the first are
    ``mixed_with_previous``: they repeat the range, and carry no gross weight and no volume of their own,
    so that a mixed carton is counted once.
    """

    carton_ranges: str
    cartons: int
    item_number: str
    description: Texts
    per_carton: Decimal
    quantity: Decimal
    unit: str
    net_g_per_carton: int
    gross_g_per_carton: int
    length_mm: int
    width_mm: int
    height_mm: int
    net_g: int
    gross_g: int
    volume_mm3: int
    mixed_with_previous: bool = False
    line_no: int = 0
    """The invoice line whose goods these are; 0 in documents of before this was kept."""

    def __post_init__(self) -> None:
        for wrong, message in self._faults():
            if wrong:
                raise InvalidValue(_(message, cartons=self.carton_ranges), field="cartons")

    @property
    def ranges(self) -> tuple[CartonRange, ...]:
        """The carton numbers of the line."""
        return parse(self.carton_ranges)

    def _faults(self) -> Iterable[tuple[bool, str]]:
        n = self.cartons
        yield n <= 0, _CARTONS_NONE
        yield count(self.ranges) != n, _CARTONS_COUNT
        yield self.per_carton * n != self.quantity, _CARTONS_QUANTITY
        yield self.net_g_per_carton * n != self.net_g or self.net_g < 0, _CARTONS_NET
        if self.mixed_with_previous:
            yield bool(self.gross_g or self.gross_g_per_carton or self.volume_mm3), _CARTONS_MIXED
            return
        yield self.gross_g_per_carton * n != self.gross_g, _CARTONS_GROSS
        yield self.length_mm * self.width_mm * self.height_mm * n != self.volume_mm3, _CARTONS_VOLUME


@dataclass(frozen=True, slots=True)
class Charge:
    """Freight, insurance, discount (negative): listed after the goods, part of the total."""

    label: Texts
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """One container of the shipment: number after ISO 6346, type ("40HQ"), grams, cubic millimetres."""

    number: str
    seal: str = ""
    type_code: str = ""
    tare_g: int = 0
    max_gross_g: int = 0
    packages: int = 0
    gross_g: int = 0
    volume_mm3: int = 0


@dataclass(frozen=True, slots=True)
class PalletLine:
    """Equal pallets: their numbers "P1-P4", the cartons on them, the empty pallet's weight, outer size."""

    pallets: int
    pallet_ranges: str
    carton_ranges: str
    cartons_each: int
    tare_g: int
    length_mm: int
    width_mm: int
    height_mm: int


@dataclass(frozen=True, slots=True)
class ShipmentFacts:
    """The one set of facts that every document of a shipment is drawn from."""

    company: Party
    consignee: Party
    currency: str
    trade_term_code: str
    trade_term_place: str
    lines: tuple[GoodsLine, ...]
    total_minor: int
    buyer: Party | None = None
    notify: Party | None = None
    bank: BankAccount | None = None
    charges: tuple[Charge, ...] = ()
    cartons: tuple[CartonLine, ...] = ()
    port_of_loading: PortName | None = None
    port_of_discharge: PortName | None = None
    vessel_voyage: str = ""
    etd: date | None = None
    container_numbers: tuple[str, ...] = ()
    forwarder: str = ""
    payment_terms: Texts = ()
    marks: tuple[str, ...] = ()
    contract_number: str = ""
    contract_date: date | None = None
    order_numbers: tuple[str, ...] = ()
    lc_number: str = ""
    lc_date: date | None = None
    origin_country: str = ""
    destination_country: str = ""
    remarks: Texts = ()
    containers: tuple[ContainerFacts, ...] = ()
    pallets: tuple[PalletLine, ...] = ()
    bill_number: str = ""
    """Of the bill of lading or waybill."""
    booking_number: str = ""
    on_board: date | None = None
    eta: date | None = None
    place_of_receipt: str = ""
    final_destination: str = ""
    lc_issuing_bank: str = ""
    importer_tax_id: str = ""
    """VAT, EORI or tax number of the importer."""
    export_reason: str = ""

    def __post_init__(self) -> None:
        exponent(self.currency)
        TradeTerm(self.trade_term_code, self.trade_term_place)
        for line in self.lines:
            line.check(self.currency)
        self._check_total()
        self._check_cartons()

    @property
    def trade_term(self) -> TradeTerm:
        """Incoterm and named place."""
        return TradeTerm(self.trade_term_code, self.trade_term_place)

    @property
    def goods_minor(self) -> int:
        """Σ of the lines, before charges."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def carton_count(self) -> int:
        """Cartons of the shipment, a mixed carton counted once."""
        return sum(line.cartons for line in self.cartons if not line.mixed_with_previous)

    @property
    def net_g(self) -> int:
        """Net weight of the shipment, grams."""
        return sum(line.net_g for line in self.cartons)

    @property
    def gross_g(self) -> int:
        """Gross weight of the shipment, grams."""
        return sum(line.gross_g for line in self.cartons)

    @property
    def volume_mm3(self) -> int:
        """Volume of the shipment, cubic millimetres."""
        return sum(line.volume_mm3 for line in self.cartons)

    def _check_total(self) -> None:
        due = self.goods_minor + sum(charge.amount_minor for charge in self.charges)
        if due != self.total_minor:
            raise InvalidValue(
                _(
                    "Lines and charges come to {due}, but the total is {total}.",
                    due=Money(due, self.currency).format(),
                    total=Money(self.total_minor, self.currency).format(),
                ),
                field="total",
            )

    def _check_cartons(self) -> None:
        if self.cartons and self.cartons[0].mixed_with_previous:
            raise InvalidValue(
                _("The first carton line cannot be mixed with a line before it."), field="cartons"
            )
        for group in carton_groups(self.cartons):
            _check_group(group)
        _check_numbering([r for group in carton_groups(self.cartons) for r in group[0].ranges])


def carton_groups(lines: Iterable[CartonLine]) -> list[list[CartonLine]]:
    """The lines, gathered so that each group is one set of cartons: a first line and those mixed with it."""
    groups: list[list[CartonLine]] = []
    for line in lines:
        if line.mixed_with_previous and groups:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _check_group(group: list[CartonLine]) -> None:
    first = group[0]
    if any(line.ranges != first.ranges for line in group):
        message = _(
            "Cartons {cartons}: items mixed in one carton must state the same carton numbers.",
            cartons=first.carton_ranges,
        )
        raise InvalidValue(message, field="cartons")
    if sum(line.net_g for line in group) > first.gross_g:
        message = _(
            "Cartons {cartons}: the net weight is above the gross weight.", cartons=first.carton_ranges
        )
        raise InvalidValue(message, field="net_weight")


def _check_numbering(ranges: list[CartonRange]) -> None:
    """Carton numbers run 1..N without gap or repeat: through all prefixes (A1-A20, B21-B40) or in each."""
    if not any(map(any, missing_and_double(ranges, count(ranges)))):
        return
    for prefix, run in groupby(sorted(ranges, key=lambda r: (r.prefix, r.first)), key=lambda r: r.prefix):
        same = tuple(run)
        missing, double = missing_and_double(same, max(r.last for r in same))
        if missing or double:
            raise InvalidValue(
                _(
                    "Carton numbers must run from 1 without gap: missing {missing}, double {double}.",
                    missing=_numbers(prefix, missing),
                    double=_numbers(prefix, double),
                ),
                field="cartons",
            )


def _numbers(prefix: str, numbers: list[int]) -> str:
    shown = ", ".join(f"{prefix}{n}" for n in numbers[:5])
    return f"{shown}…" if len(numbers) > 5 else shown or "–"
