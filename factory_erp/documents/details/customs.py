"""The China export declaration 出口货物报关单 and its declaration elements 申报要素.

Codes are those of the customs' own tables (GACC); texts are what the printed form shows beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with its name, as the form prints both; either may be empty."""

    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class FeeStated:
    """Freight, insurance or other costs: mark 1 = percent, 2 = per unit weight, 3 = total; empty: none."""

    mark: str = ""
    amount: Decimal = Decimal(0)
    currency: str = ""
    """ISO 4217; none for a percentage."""


UNCODED = Coded()
UNSTATED = FeeStated()


@dataclass(frozen=True, slots=True)
class CountedIn:
    """A quantity in a customs unit (code and Chinese name)."""

    quantity: Decimal
    unit: Coded


@dataclass(frozen=True, slots=True)
class DeclarationItem:
    """One 项 of the declaration. Prices in the declaration's currency, as decimals that are printed."""

    item_no: int
    hs_code: str
    """10 digits."""
    name: str
    elements: tuple[tuple[str, str], ...]
    """Declaration element → answer, in the tariff's order."""
    first: CountedIn
    transaction: CountedIn
    second: CountedIn | None
    unit_price: Decimal
    total: Decimal
    origin: Coded
    destination: Coded
    source_place: Coded
    """境内货源地: district code and name."""
    levy: Coded = Coded("1", "照章征税")
    net_g: int = 0
    supplier_tax_name: str = ""
    """The name on the supplier's VAT invoice, which must be the declared one; empty for own make."""
    gross_g: int = 0
    packages: int = 0
    """Cartons that begin with this item: a mixed carton is counted once."""

    @property
    def elements_line(self) -> str:
        """规格型号: the answers to the declaration elements in the tariff's order, divided by "|"."""
        return "|".join(answer for _element, answer in self.elements)


@dataclass(frozen=True, slots=True)
class DeclarationDetails:
    """The head of the declaration and its items."""

    items: tuple[DeclarationItem, ...]
    currency: str
    consignor: str
    """境内发货人."""
    consignor_uscc: str = ""
    consignor_customs_code: str = ""
    producer: str = ""
    """生产销售单位."""
    producer_uscc: str = ""
    producer_customs_code: str = ""
    declarant: str = ""
    declarant_uscc: str = ""
    declarant_customs_code: str = ""
    overseas_consignee: str = ""
    exit_customs: Coded = Coded()
    """出境关别."""
    export_on: date | None = None
    declared_on: date | None = None
    record_number: str = ""
    """备案号."""
    transport_mode: Coded = Coded("2", "水路运输")
    transport_name: str = ""
    voyage: str = ""
    bill_number: str = ""
    supervision: Coded = Coded("0110", "一般贸易")
    """监管方式."""
    levy_nature: Coded = Coded("101", "一般征税")
    """征免性质."""
    licence: str = ""
    contract_number: str = ""
    trade_country: Coded = Coded()
    """贸易国: where the payer is."""
    destination_country: Coded = Coded()
    destination_port: Coded = Coded()
    """指运港."""
    exit_port: Coded = Coded()
    """离境口岸."""
    packaging: Coded = Coded("22", "纸制或纤维板制盒/箱")
    packages: int = 0
    gross_g: int = 0
    net_g: int = 0
    terms: Coded = Coded("3", "FOB")
    """成交方式."""
    freight: FeeStated = FeeStated()
    insurance: FeeStated = FeeStated()
    other_costs: FeeStated = FeeStated()
    attached: tuple[str, ...] = ()
    marks: str = "N/M"
    notes: str = ""
    container_numbers: tuple[str, ...] = ()
    container_specs: tuple[Coded, ...] = ()
    """集装箱规格 of each container number, in their order; empty where it is not known."""
    special_relation: bool = False
    price_affected: bool = False
    royalties: bool = False
    formula_price: bool = False
    provisional_price: bool = False
    self_declared: bool = True
    """自报自缴."""
    declared_at: Coded = Coded()
    """申报地海关; empty: the exit office."""
    goods_place: str = ""
    """货物存放地点."""
    person: str = ""
    """报关人员, with number and telephone."""
    person_number: str = ""
    person_phone: str = ""
