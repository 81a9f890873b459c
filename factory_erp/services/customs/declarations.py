"""The export declarations of a shipment, answered from the catalogue, the tariff and suppliers' invoices.

What goods are declared as is kept with the item (code, Chinese name, elements) and its tariff code
(statutory units); the head is typed for the shipment. What is typed once counts as answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_erp.documents.customs_answers import DeclarationAnswers, Declared, ItemAnswers, Missing
from factory_erp.documents.customs_building import build_declarations
from factory_erp.documents.details.customs import Coded, DeclarationDetails
from factory_erp.documents.facts import ShipmentFacts
from factory_erp.domain import customs_codes as codes
from factory_erp.domain.countries import COUNTRIES
from factory_erp.domain.customs_units import QUANTITY_PLACES, converted, customs_unit
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import round_ratio, unscaled
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.customs import ItemDeclaration, SupplierInvoice, TariffCode
from factory_erp.models.shipping import Shipment
from factory_erp.services.bulk import chunks
from factory_erp.services.catalogue.customs import ELEMENT_CHOICES
from factory_erp.services.catalogue.tariff import ELEMENTS_OF_ALL
from factory_erp.services.customs.supplier_invoices import of_shipment, plain_name, unit_code
from factory_erp.services.names import CHINESE
from factory_erp.services.papers.inputs import PaperOf, typed_over
from factory_erp.services.shipping.facts import own_company, sorted_lines

KIND = "customs_declaration"

_BLANK = DeclarationDetails(items=(), currency="", consignor="")
_HEAD = frozenset(one.name for one in fields(DeclarationAnswers)) & frozenset(
    one.name for one in fields(DeclarationDetails)
) - {"items", "destination_country", "trade_country"}
"""Fields of the head that are answered under the same name as they are printed under."""


@dataclass(frozen=True, slots=True)
class MissingAnswer:
    """An answer that is missing or does not fit: of what, which, what to do, and the *link* to where."""

    record: str
    field: str
    remedy: str
    link: str


def declaration_facts(session: Session, shipment: Shipment, facts: ShipmentFacts) -> Declared:
    """The shipment's declarations, 50 items each, and what is missing, before anything is typed for them.

    Raises NotAllowed where our company is not set up.
    """
    answers = answers_of(session, shipment)
    declared = build_declarations(facts, answers)
    return replace(declared, missing=(*declared.missing, *_invoices_that_differ(session, shipment, answers)))


def typed_declarations(session: Session, shipment: Shipment, facts: ShipmentFacts) -> Declared:
    """The same as they are printed, with what was typed for each; what is typed is not missing any more."""
    answers = answers_of(session, shipment)
    usual = build_declarations(facts, answers).declarations
    whole = tuple(_typed(session, shipment, variants(len(usual)), usual))
    missing: list[Missing] = []
    for typed in _typed(session, shipment, variants(len(usual)), [_BLANK] * len(usual)):
        stated = replace(facts, contract_number=typed.contract_number or facts.contract_number)
        missing += _still(build_declarations(stated, _answered(answers, typed)).missing, typed)
    differ = _invoices_that_differ(session, shipment, answers)
    return Declared(whole, tuple(dict.fromkeys((*missing, *differ))))


def variants(count: int) -> tuple[str, ...]:
    """The variants of the paper when the shipment has *count* declarations: the second is "2"."""
    return ("", *(str(number) for number in range(2, count + 1)))


def _typed(
    session: Session, shipment: Shipment, names: Sequence[str], usual: Sequence[DeclarationDetails]
) -> Iterator[DeclarationDetails]:
    """Each declaration with what was typed for it."""
    for variant, details in zip(names, usual, strict=True):
        yield typed_over(session, PaperOf(KIND, shipment.id, variant=variant), details)


def _answered(answers: DeclarationAnswers, typed: DeclarationDetails) -> DeclarationAnswers:
    told = {name: getattr(typed, name) for name in _HEAD if getattr(typed, name) != getattr(_BLANK, name)}
    return replace(
        answers,
        **told,
        trade_country=_alpha2(typed.trade_country),
        destination_country=_alpha2(typed.destination_country),
    )


def _alpha2(country: Coded) -> str:
    return next((one.alpha2 for one in COUNTRIES.values() if one.alpha3 == country.code), "")


def _still(missing: Sequence[Missing], typed: DeclarationDetails) -> Sequence[Missing]:
    """What is missing of the whole, once the items were typed by hand."""
    whole = _("Export declaration")
    return [one for one in missing if one.record == whole] if typed.items else missing


def answers_of(session: Session, shipment: Shipment) -> DeclarationAnswers:
    """What catalogue, tariff, company and suppliers' invoices answer."""
    company = own_company(session)
    return DeclarationAnswers(
        items=_Items(session, shipment).answers(),
        consignor=company.name_zh,
        consignor_uscc=company.uscc,
        consignor_customs_code=company.customs_code,
        source_place=district(company.source_place),
    )


def district(text: str) -> Coded:
    """境内货源地 from "33029 宁波其他", its code or its name; a place that is not listed, as it stands."""
    code, _blank, name = text.strip().partition(" ")
    known = next((one for one in codes.DISTRICTS.values() if text.strip() in (one.code, one.name)), None)
    if known is not None:
        return Coded(known.code, known.name)
    return Coded(code, name.strip()) if code.isdecimal() else Coded("", text.strip())


class _Items:
    """What is declared of the items of a shipment, read in a few statements."""

    def __init__(self, session: Session, shipment: Shipment) -> None:
        self.units = {line.sales_line.item_id: line.sales_line.unit for line in sorted_lines(shipment)}
        self.items: list[Item] = []
        self.told: dict[int, dict[str, str]] = {}
        for part in chunks(self.units):
            options = selectinload(Item.texts), selectinload(Item.conversions)
            self.items += session.scalars(select(Item).where(Item.id.in_(part)).options(*options))
            for row in session.scalars(select(ItemDeclaration).where(ItemDeclaration.item_id.in_(part))):
                self.told.setdefault(row.item_id, {})[row.element] = row.value
        wanted = {item.hs_code for item in self.items if item.hs_code}
        rows = session.scalars(select(TariffCode).where(TariffCode.code.in_(wanted)))
        self.tariff: Mapping[str, TariffCode] = {row.code: row for row in rows}
        self.invoiced = _by_item(of_shipment(session, shipment.id))

    def answers(self) -> dict[str, ItemAnswers]:
        """SKU → what is declared of it."""
        return {item.sku: self._answer(item) for item in self.items}

    def _answer(self, item: Item) -> ItemAnswers:
        tariff = self.tariff.get(item.hs_code)
        first, second = (tariff.unit_1, tariff.unit_2) if tariff else ("", "")
        invoices = self.invoiced.get(item.id, [])
        return ItemAnswers(
            name=declared_name(item),
            hs_code=item.hs_code,
            elements=self._elements(item, tariff),
            first_unit=first,
            second_unit=second,
            unit=self._unit(item, invoices),
            first_each=self._each(item, first),
            second_each=self._each(item, second),
            supplier_tax_name=plain_name(invoices[0].goods_name) if invoices else "",
        )

    def _unit(self, item: Item, invoices: Sequence[SupplierInvoice]) -> str:
        """The unit that the supplier's invoice counts in, where the unit of sale can be told in it."""
        try:
            sold = customs_unit(self.units[item.id]).code
        except InvalidValue:
            return ""
        wanted = unit_code(invoices[0].unit) if invoices else ""
        return wanted if wanted and converted(Decimal(1), sold, wanted) is not None else sold

    def _elements(self, item: Item, tariff: TariffCode | None) -> tuple[tuple[str, str], ...]:
        asked = (tariff.elements.split("\n") if tariff and tariff.elements else ()) or ELEMENTS_OF_ALL
        told = self.told.get(item.id, {})
        return tuple((element, _coded(element, told.get(element, ""))) for element in asked)

    def _each(self, item: Item, statutory: str) -> Decimal | None:
        """So many *statutory* units are one unit of sale, where the item's conversions say it."""
        factors = {one.unit: Fraction(one.factor) for one in item.conversions} | {item.unit: Fraction(1)}
        sold = self.units[item.id]
        if not statutory or sold == statutory or sold not in factors or statutory not in factors:
            return None
        each = factors[sold] / factors[statutory] * 10**QUANTITY_PLACES
        return unscaled(round_ratio(each.numerator, each.denominator), QUANTITY_PLACES)


def declared_name(item: Item) -> str:
    """商品名称: the item's Chinese declaration name, else its Chinese name; empty where it has none."""
    text = next((text for text in item.texts if text.language == CHINESE), None)
    return (text.declaration_name or text.name) if text else ""


def _coded(element: str, answer: str) -> str:
    """An answer from a list is declared by its place there: 境内自主品牌 is 1."""
    choices = ELEMENT_CHOICES.get(element, ())
    return str(choices.index(answer)) if answer in choices else answer


def _by_item(invoices: Sequence[SupplierInvoice]) -> dict[int | None, list[SupplierInvoice]]:
    found: dict[int | None, list[SupplierInvoice]] = {}
    for invoice in invoices:
        found.setdefault(invoice.item_id, []).append(invoice)
    return found


def _invoices_that_differ(
    session: Session, shipment: Shipment, answers: DeclarationAnswers
) -> Iterator[Missing]:
    """Suppliers' invoices of the shipment that name or count an item otherwise than it is declared."""
    skus = {line.sales_line.item_id: line.sales_line.item.sku for line in sorted_lines(shipment)}
    for invoice in of_shipment(session, shipment.id):
        sku = skus.get(invoice.item_id) if invoice.item_id else None
        if sku is None:
            continue
        answer, name = answers.items[sku], plain_name(invoice.goods_name)
        facts = {"number": invoice.number, "name": name, "unit": invoice.unit}
        if name != plain_name(answer.name):
            remedy = _(
                "The supplier's invoice {number} says {name}: declare it so, or have it corrected.", **facts
            )
            yield Missing(sku, _("Declared name"), remedy)
        if unit_code(invoice.unit) != answer.unit:
            remedy = _("The supplier's invoice {number} counts in {unit}: declare that unit.", **facts)
            yield Missing(sku, _("Unit of sale"), remedy)


def missing_answers(
    session: Session, shipment: Shipment, missing: Sequence[Missing]
) -> tuple[MissingAnswer, ...]:
    """What is *missing* with the link to where it is answered: the item, or the shipment."""
    lines = sorted_lines(shipment)
    links = {line.sales_line.item.sku: f"erp://catalog/{line.sales_line.item_id}" for line in lines}
    whole = f"erp://shipping/{shipment.id}"
    return tuple(
        MissingAnswer(one.record, one.field, one.remedy, links.get(one.record, whole)) for one in missing
    )
