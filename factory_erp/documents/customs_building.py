"""From the facts of a shipment and the answers to customs to its export declarations 报关单.

Invoice lines of one tariff code, name, unit, origin, source place and levy are one item 项. Totals follow
the invoice: charges are shared out over the items by value, so that the items add up to the invoice's
total, which the 成交方式 describes. Nothing here raises for an answer that is missing: it is listed, and the
draft shows the gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from factory_erp.documents.customs_answers import DeclarationAnswers, Declared, ItemAnswers, Missing
from factory_erp.documents.customs_loads import Load, loads
from factory_erp.documents.customs_split import split_items
from factory_erp.documents.details.customs import (
    Coded,
    CountedIn,
    DeclarationDetails,
    DeclarationItem,
    FeeStated,
)
from factory_erp.documents.facts import GoodsLine, ShipmentFacts
from factory_erp.domain import customs_codes as codes
from factory_erp.domain.checkdigits import is_uscc
from factory_erp.domain.customs_units import converted, customs_unit, is_weight, of_weight
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.hs import HsCode
from factory_erp.domain.money import Money
from factory_erp.i18n import _

PRICE_PLACES = 4
"""Decimals of a declared unit price; the total is what counts."""

LEAST_G = 1000
"""Weights below a kilogram are declared as one."""

_NOTHING = ItemAnswers()


def build_declarations(facts: ShipmentFacts, answers: DeclarationAnswers) -> Declared:
    """The declarations of the shipment, 50 items each at most, with everything that is still missing."""
    return _Builder(facts, answers).build()


@dataclass(frozen=True, slots=True)
class _Key:
    """What invoice lines must share to be one item."""

    hs_code: str
    name: str
    unit: Coded
    origin: str
    source_place: Coded
    levy: Coded


class _Builder:
    """One shipment being declared; collects what is missing on its way."""

    def __init__(self, facts: ShipmentFacts, answers: DeclarationAnswers) -> None:
        self.facts = facts
        self.answers = answers
        self.missing: list[Missing] = []
        self.whole = _("Export declaration")
        self.loads = loads(facts)
        self.terms = self._terms()

    def build(self) -> Declared:
        groups: dict[_Key, list[GoodsLine]] = {}
        for line in self.facts.lines:
            groups.setdefault(self._key(line), []).append(line)
        totals = self._totals(list(groups.values()))
        items = tuple(
            self._item(number, key, lines, total)
            for number, ((key, lines), total) in enumerate(zip(groups.items(), totals, strict=True), 1)
        )
        details = self._head(items)
        return Declared(split_items(details), tuple(dict.fromkeys(self.missing)))

    # -- items

    def _of(self, line: GoodsLine) -> ItemAnswers:
        return self.answers.items.get(line.item_number, _NOTHING)

    def _key(self, line: GoodsLine) -> _Key:
        answer = self._of(line)
        if not answer.name:
            self._lacks(
                line.item_number, _("Declared name"), _("Enter the Chinese name that the tariff uses.")
            )
        place = answer.source_place if answer.source_place.name else self.answers.source_place
        if not place.name:
            self._lacks(
                line.item_number, _("Source place"), _("Enter the district that the goods come from.")
            )
        return _Key(
            self._hs_code(line, answer),
            answer.name,
            self._unit(line.item_number, answer.unit or line.unit, _("Unit of sale")),
            line.origin_country,
            _named(codes.DISTRICTS, place),
            _named(codes.LEVY_MODES, answer.levy),
        )

    def _hs_code(self, line: GoodsLine, answer: ItemAnswers) -> str:
        try:
            digits = HsCode.parse(answer.hs_code or line.hs_code).digits
        except InvalidValue:
            digits = ""
        if len(digits) != 10:
            self._lacks(line.item_number, _("HS code"), _("Enter the ten digits of the national tariff."))
        return digits

    def _unit(self, record: str, code: str, field: str) -> Coded:
        try:
            found = customs_unit(code)
        except InvalidValue as error:
            self._lacks(record, field, error.remedy)
            return Coded()
        return Coded(found.code, found.name)

    def _totals(self, groups: Sequence[Sequence[GoodsLine]]) -> list[Decimal]:
        """The declared total of each group: its lines and its share of the charges, in main units."""
        currency = self.facts.currency
        goods = [sum(line.amount_minor for line in lines) for lines in groups]
        charges = Money(self.facts.total_minor - self.facts.goods_minor, currency)
        if not charges:
            return [Money(minor, currency).amount for minor in goods]
        if not any(goods):
            self._lacks(self.whole, _("Amount"), _("Give the goods a value: their charges follow it."))
            return [Money(0, currency).amount for _minor in goods]
        shares = charges.allocate(goods)
        return [
            Money(minor + share.minor, currency).amount for minor, share in zip(goods, shares, strict=True)
        ]

    def _item(self, number: int, key: _Key, lines: Sequence[GoodsLine], total: Decimal) -> DeclarationItem:
        first_line, answer = lines[0], self._of(lines[0])
        load = sum((self.loads.get(line.line_no, Load()) for line in lines), Load())
        quantity = sum((self._sold(line, key.unit) for line in lines), Decimal(0))
        if not load.net_g:
            self._lacks(first_line.item_number, _("Net weight"), _("Pack the goods into cartons first."))
        return DeclarationItem(
            item_no=number,
            hs_code=key.hs_code,
            name=key.name,
            elements=self._elements(lines),
            first=self._counted(lines, key, load, second=False) or CountedIn(Decimal(0), Coded()),
            transaction=CountedIn(quantity, key.unit),
            second=self._counted(lines, key, load, second=True),
            unit_price=_price(total, quantity),
            total=total,
            origin=self._country(first_line.item_number, key.origin, _("Country of origin")),
            destination=self._destination(),
            source_place=key.source_place,
            levy=key.levy,
            net_g=load.net_g,
            supplier_tax_name=answer.supplier_tax_name,
            gross_g=load.gross_g,
            packages=load.packages,
        )

    def _sold(self, line: GoodsLine, unit: Coded) -> Decimal:
        """The quantity of the line in the unit that it is declared in."""
        try:
            own = customs_unit(line.unit).code
        except InvalidValue:
            own = ""
        sold = converted(line.quantity, own, unit.code) if own else None
        if sold is None and own and unit.code:
            self._lacks(
                line.item_number,
                _("Unit of sale"),
                _("Declare the unit that the invoice counts the goods in."),
            )
        return line.quantity if sold is None else sold

    def _elements(self, lines: Sequence[GoodsLine]) -> tuple[tuple[str, str], ...]:
        """Each element with the answers of the lines' items, different ones side by side."""
        told: dict[str, list[str]] = {}
        for line in {line.item_number: line for line in lines}.values():
            elements = self._of(line).elements
            if not elements:
                self._lacks(
                    line.item_number,
                    _("Declaration elements"),
                    _("Enter what the tariff asks under this code."),
                )
            for name, answer in elements:
                told.setdefault(name, []).append(self._answer(line.item_number, name, answer))
        return tuple(
            (name, "/".join(dict.fromkeys(answer for answer in answers if answer)))
            for name, answers in told.items()
        )

    def _answer(self, record: str, name: str, answer: str) -> str:
        if not answer.strip():
            self._lacks(record, name, _("Answer this declaration element."))
        elif "|" in answer:
            self._lacks(record, name, _("Write the answer without |, which divides the elements."))
        return answer.strip().replace("|", "/")

    def _counted(
        self, lines: Sequence[GoodsLine], key: _Key, load: Load, *, second: bool
    ) -> CountedIn | None:
        """The first or second statutory quantity of the item; None where the tariff asks for none."""
        answer, record = self._of(lines[0]), lines[0].item_number
        code = answer.second_unit if second else answer.first_unit
        field = _("Second statutory quantity") if second else _("First statutory quantity")
        if not code:
            if not second:
                self._lacks(record, field, _("Enter the statutory unit of the tariff code."))
            return None
        unit = self._unit(record, code, field)
        if not unit.code:
            return None
        if is_weight(unit.code):
            return CountedIn(of_weight(load.net_g, unit.code), unit)
        counts = [self._in_unit(line, key.unit, unit, second=second) for line in lines]
        if None in counts:
            self._lacks(record, field, _("Say how many {unit} one unit of the item counts.", unit=unit.name))
        return CountedIn(sum((count for count in counts if count is not None), Decimal(0)), unit)

    def _in_unit(self, line: GoodsLine, sold: Coded, unit: Coded, *, second: bool) -> Decimal | None:
        answer = self._of(line)
        each = answer.second_each if second else answer.first_each
        quantity = self._sold(line, sold)
        return converted(quantity, sold.code, unit.code) if each is None else quantity * each

    # -- head

    def _head(self, items: tuple[DeclarationItem, ...]) -> DeclarationDetails:
        facts, told = self.facts, self.answers
        vessel, _slash, voyage = facts.vessel_voyage.partition("/")
        numbers = tuple(one.number for one in facts.containers) or facts.container_numbers
        details = DeclarationDetails(
            items=items,
            currency=facts.currency,
            consignor=self._told(told.consignor or facts.company.name_local, _("Domestic consignor")),
            consignor_uscc=self._uscc(told.consignor_uscc or facts.company.tax_id),
            consignor_customs_code=told.consignor_customs_code,
            overseas_consignee=told.overseas_consignee or facts.consignee.name,
            export_on=told.export_on or facts.on_board or facts.etd,
            declared_on=told.declared_on,
            transport_mode=_named(codes.TRANSPORT_MODES, told.transport_mode),
            transport_name=vessel.strip(),
            voyage=voyage.strip(),
            bill_number=facts.bill_number,
            supervision=_named(codes.SUPERVISION_MODES, told.supervision),
            levy_nature=_named(codes.LEVY_NATURES, told.levy_nature),
            contract_number=self._told(facts.contract_number, _("Contract number")),
            trade_country=self._country(
                self.whole,
                told.trade_country or (facts.buyer or facts.consignee).country,
                _("Country of trade"),
            ),
            destination_country=self._destination(),
            packages=facts.carton_count,
            gross_g=_at_least(facts.gross_g),
            net_g=_at_least(sum(item.net_g for item in items)),
            terms=self.terms,
            freight=self._fee(told.freight, _("Freight"), self.terms.code in codes.WITH_FREIGHT),
            insurance=self._fee(told.insurance, _("Insurance"), self.terms.code in codes.WITH_INSURANCE),
            other_costs=told.other_costs,
            marks=" ".join(" ".join(facts.marks).split()) or "N/M",
            container_numbers=numbers,
            container_specs=tuple(_spec(one.type_code) for one in facts.containers),
        )
        return self._answered(details)

    def _answered(self, details: DeclarationDetails) -> DeclarationDetails:
        """What stands on the declaration as it was answered."""
        told = self.answers
        office = _named(codes.OFFICES, told.exit_customs)
        return replace(
            details,
            producer=told.producer or details.consignor,
            producer_uscc=told.producer_uscc or ("" if told.producer else details.consignor_uscc),
            producer_customs_code=told.producer_customs_code
            or ("" if told.producer else details.consignor_customs_code),
            declarant=told.declarant,
            declarant_uscc=told.declarant_uscc,
            declarant_customs_code=told.declarant_customs_code,
            exit_customs=self._coded(office, _("Exit customs office")),
            declared_at=_named(codes.OFFICES, told.declared_at),
            exit_port=self._coded(_named(codes.EXIT_PORTS, told.exit_port), _("Exit port")),
            destination_port=self._port(),
            packaging=_named(codes.PACKINGS, told.packaging),
            record_number=told.record_number,
            licence=told.licence,
            attached=told.attached,
            notes=told.notes,
            goods_place=told.goods_place,
            special_relation=told.special_relation,
            price_affected=told.price_affected,
            royalties=told.royalties,
            formula_price=told.formula_price,
            provisional_price=told.provisional_price,
            self_declared=told.self_declared,
            person=told.person,
            person_number=told.person_number,
            person_phone=told.person_phone,
        )

    def _terms(self) -> Coded:
        if self.answers.terms.code:
            return _named(codes.TERMS, self.answers.terms)
        found = codes.terms_of(self.facts.trade_term_code)
        return Coded(found.code, found.name)

    def _fee(self, fee: FeeStated, field: str, wanted: bool) -> FeeStated:
        """*fee*, if the terms of trade have it in the price; nothing otherwise."""
        term = self.terms.name
        if not wanted:
            if fee.mark:
                self._lacks(self.whole, field, _("Leave it empty: {term} is without it.", term=term))
            return FeeStated()
        if fee.mark not in codes.FEE_MARKS or fee.amount <= 0:
            self._lacks(self.whole, field, _("Enter it: the price {term} contains it.", term=term))
            return FeeStated()
        if fee.mark != "1" and not fee.currency:
            self._lacks(self.whole, field, _("Enter its currency."))
        return fee

    def _destination(self) -> Coded:
        code = (
            self.answers.destination_country or self.facts.destination_country or self.facts.consignee.country
        )
        return self._country(self.whole, code, _("Country of destination"))

    def _port(self) -> Coded:
        if self.answers.destination_port.name:
            return self.answers.destination_port
        country = self._destination()
        return Coded(f"{country.code}000", country.name) if country.code else Coded()

    def _country(self, record: str, alpha2: str, field: str) -> Coded:
        try:
            found = codes.country_code(alpha2)
        except InvalidValue as error:
            self._lacks(record, field, error.remedy)
            return Coded()
        return Coded(found.code, found.name)

    def _coded(self, coded: Coded, field: str) -> Coded:
        if not coded.code or not coded.name:
            self._lacks(self.whole, field, _("Enter its code and its name."))
        return coded

    def _told(self, text: str, field: str) -> str:
        if not text:
            self._lacks(self.whole, field, _("Enter it."))
        return text

    def _uscc(self, text: str) -> str:
        if not is_uscc(text):
            remedy = _("Enter the 18 characters of the unified social credit code.")
            self._lacks(self.whole, _("Social credit code of the consignor"), remedy)
        return text

    def _lacks(self, record: str, field: str, remedy: str) -> None:
        self.missing.append(Missing(record, field, remedy))


def _named(table: codes.Table, coded: Coded) -> Coded:
    """*coded* with the name that the customs' table has for its code, where it came without one."""
    if coded.name or coded.code not in table:
        return coded
    return Coded(coded.code, table[coded.code].name)


def _spec(type_code: str) -> Coded:
    found = codes.container_spec(type_code)
    return Coded(found.code, found.name) if found else Coded()


def _price(total: Decimal, quantity: Decimal) -> Decimal:
    """Total ÷ quantity to 4 decimals, half up."""
    if not quantity:
        return Decimal(0)
    return (total / quantity).quantize(Decimal(1).scaleb(-PRICE_PLACES), ROUND_HALF_UP)


def _at_least(grams: int) -> int:
    return max(grams, LEAST_G) if grams else 0
