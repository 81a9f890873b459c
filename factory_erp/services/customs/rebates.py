"""Export tax rebate of a shipment: each line of its declaration, and the suppliers' invoices that must match.

Rates are those of the tariff code on the day of export, FOB values those of the declaration, in yuan by the
exchange rates of the price settings. The rules are those of ``domain.rebate`` (docs/algorithms/rebate.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.documents.customs_answers import DeclarationAnswers
from factory_erp.documents.details.customs import DeclarationDetails, DeclarationItem
from factory_erp.domain.customs_units import converted
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import format_figure
from factory_erp.domain.hs import HsCode
from factory_erp.domain.money import Money
from factory_erp.domain.rebate import Export, Rates, exchange_cost, trading_rebate
from factory_erp.i18n import _
from factory_erp.models.customs import SupplierInvoice
from factory_erp.models.shipping import Shipment
from factory_erp.services.base import query
from factory_erp.services.catalogue.tariff import rates_on
from factory_erp.services.clock import day_of, today
from factory_erp.services.customs.declarations import answers_of, typed_declarations
from factory_erp.services.customs.exchange_rates import converter, cross_rate
from factory_erp.services.customs.fob_values import fob_values
from factory_erp.services.customs.supplier_invoices import YUAN, of_shipment, plain_name, unit_code
from factory_erp.services.pricing.settings import read_margins
from factory_erp.services.shipping.facts import compose_facts, load, own_company, sorted_lines

TRADING, MANUFACTURER = "trading", "manufacturer"

NONE = Money.zero(YUAN)


@dataclass(frozen=True, slots=True)
class RebateLine:
    """One item of a declaration (*declaration* counts from 1). None: a rate or a value is not known.

    *fob* in the declaration's currency, *fob_yuan* at the day's rate. Manufacturer: *not_creditable* and
    *entitled*. Trading: *net* and *tax* of its invoices, what of it comes back and what is cost.
    """

    declaration: int
    item_no: int
    hs_code: str
    name: str
    quantity: Decimal
    unit: str
    fob: Money | None
    fob_yuan: Money | None
    rates: Rates | None
    not_creditable: Money | None = None
    entitled: Money | None = None
    net: Money = NONE
    tax: Money = NONE
    refund: Money | None = None
    cost: Money | None = None
    exchange_cost: Decimal | None = None
    """换汇成本: yuan for one unit of the foreign currency, without costs at home."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceMatch:
    """A line of a supplier's invoice beside the item that it was declared as; both 0 where there is none."""

    invoice_id: int
    number: str
    goods_name: str
    unit: str
    quantity: Decimal
    net: Money
    tax: Money
    sku: str
    declaration: int
    item_no: int
    declared_name: str
    declared_unit: str
    problems: tuple[str, ...]

    @property
    def matches(self) -> bool:
        """Whether name and unit are those that are declared."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class RebateSheet:
    """The rebate of a shipment. *exchange_rate*: yuan for one unit of *currency*, None where not known.

    *exchange_cost*: as of a line, with the costs at home; None where nothing was bought.

    *complete*: every line has its figures and every invoice matches; totals are of the lines that have.
    """

    shipment_id: int
    number: str
    regime: str
    export_on: date
    currency: str
    exchange_rate: Decimal | None
    lines: tuple[RebateLine, ...]
    invoices: tuple[InvoiceMatch, ...]
    fob: Money
    fob_yuan: Money
    not_creditable: Money = NONE
    entitled: Money = NONE
    refund: Money = NONE
    cost: Money = NONE
    exchange_cost: Decimal | None = None
    problems: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing is left to mend."""
        lines = all(not one.problems for one in self.lines)
        return lines and not self.problems and all(one.matches for one in self.invoices)


@query
def rebate_sheet(session: Session, shipment_id: int, home_costs: Decimal = Decimal(0)) -> RebateSheet:
    """The rebate of the shipment; *home_costs*: yuan spent in China besides the goods, for 换汇成本.

    Raises NotFound, NotAllowed where our company is not set up or an order's amounts do not add up.
    """
    return sheet_of(session, load(session, shipment_id), home_costs)


def sheet_of(session: Session, shipment: Shipment, home_costs: Decimal = Decimal(0)) -> RebateSheet:
    """The same inside a transaction."""
    return _Sheet(session, shipment).sheet(home_costs)


def export_day(shipment: Shipment) -> date:
    """The day of export: on board, else the planned departure, else the day it left, else today."""
    left = day_of(shipment.shipped_at) if shipment.shipped_at else None
    return shipment.on_board or shipment.etd or left or today()


class _Sheet:
    """The rebate of one shipment being reckoned."""

    def __init__(self, session: Session, shipment: Shipment) -> None:
        self.session, self.shipment = session, shipment
        self.regime = own_company(session).rebate_regime
        facts = compose_facts(session, shipment)
        self.currency = facts.currency
        self.rate = cross_rate(read_margins(session), self.currency, YUAN)
        self.declarations = typed_declarations(session, shipment, facts).declarations
        self.day = self.declarations[0].export_on or export_day(shipment)
        self.invoices = of_shipment(session, shipment.id)
        self.places = _places(shipment, answers_of(session, shipment), self.declarations, self.invoices)
        self.known_rates: dict[str, Rates | None] = {}

    def sheet(self, home_costs: Decimal) -> RebateSheet:
        lines = tuple(self._lines())
        fob = sum((line.fob for line in lines if line.fob), Money.zero(self.currency))
        net, tax = (sum((getattr(line, name) for line in lines), NONE) for name in ("net", "tax"))
        refund = _total(lines, "refund")
        bought = self.regime == TRADING and bool(net)
        return RebateSheet(
            shipment_id=self.shipment.id,
            number=self.shipment.number,
            regime=self.regime,
            export_on=self.day,
            currency=self.currency,
            exchange_rate=self.rate,
            lines=lines,
            invoices=tuple(self._matches()),
            fob=fob,
            fob_yuan=_total(lines, "fob_yuan"),
            not_creditable=_total(lines, "not_creditable"),
            entitled=_total(lines, "entitled"),
            refund=refund,
            cost=_total(lines, "cost"),
            exchange_cost=exchange_cost((net + tax).amount, refund.amount, home_costs, fob.amount)
            if bought
            else None,
            problems=tuple(self._problems()),
        )

    def _problems(self) -> Iterator[str]:
        if self.rate is None:
            yield _("What one {currency} is worth in yuan is not known: enter it in the price settings.",
                    currency=self.currency)  # fmt: skip

    def _lines(self) -> Iterator[RebateLine]:
        convert = converter(self.session)
        for number, details in enumerate(self.declarations, 1):
            values = fob_values(details, convert)
            for place, item in enumerate(details.items):
                yield self._line(number, item, None if values is None else values[place])

    def _line(self, declaration: int, item: DeclarationItem, fob: Money | None) -> RebateLine:
        rates = self._rates(item.hs_code)
        yuan = None
        if fob is not None and self.rate is not None:
            yuan = Money.rounded(fob.amount * self.rate, YUAN)
        problems = list(_unknown(item, rates, fob))
        mine = [one for one in self.invoices if self.places.get(one.id) == (declaration, item.item_no)]
        if self.regime == TRADING:
            problems += _short(item, mine)
        line = RebateLine(
            declaration=declaration,
            item_no=item.item_no,
            hs_code=item.hs_code,
            name=item.name,
            quantity=item.transaction.quantity,
            unit=item.transaction.unit.name,
            fob=fob,
            fob_yuan=yuan,
            rates=rates,
            problems=tuple(problems),
        )
        return _traded(line, mine) if self.regime == TRADING else _made(line)

    def _rates(self, code: str) -> Rates | None:
        if code not in self.known_rates:
            found = rates_on(self.session, code, self.day)
            self.known_rates[code] = Rates(found.vat_percent, found.rebate_percent) if found else None
        return self.known_rates[code]

    def _matches(self) -> Iterator[InvoiceMatch]:
        items = {
            (number, item.item_no): item
            for number, details in enumerate(self.declarations, 1)
            for item in details.items
        }
        skus = {line.sales_line.item_id: line.sales_line.item.sku for line in sorted_lines(self.shipment)}
        for invoice in self.invoices:
            place = self.places.get(invoice.id, (0, 0))
            yield _match(invoice, place, items.get(place), skus.get(invoice.item_id or 0, ""))


def _total(lines: Sequence[RebateLine], name: str) -> Money:
    return sum((getattr(line, name) or NONE for line in lines), NONE)


def _unknown(item: DeclarationItem, rates: Rates | None, fob: Money | None) -> Iterator[str]:
    if rates is None:
        yield _("The rebate rate of {code} on that day is not known: enter it with the tariff code.",
                code=item.hs_code or "–")  # fmt: skip
    if fob is None:
        yield _("State freight and insurance on the export declaration: the price contains them.")


def _short(item: DeclarationItem, invoices: Sequence[SupplierInvoice]) -> Iterator[str]:
    """Whether the supplier's invoices cover what is declared."""
    if not invoices:
        yield _("No supplier's invoice was entered for it.")
        return
    unit = item.transaction.unit.code
    counts = [converted(one.quantity, unit_code(one.unit), unit) for one in invoices]
    invoiced = sum((count for count in counts if count is not None), Decimal(0))
    if None not in counts and invoiced != item.transaction.quantity:
        yield _(
            "The invoices are for {invoiced} {unit}, declared are {declared}.",
            invoiced=format_figure(invoiced),
            declared=format_figure(item.transaction.quantity),
            unit=item.transaction.unit.name,
        )


def _made(line: RebateLine) -> RebateLine:
    """The line of a manufacturer."""
    if line.rates is None or line.fob_yuan is None:
        return line
    export = Export(line.fob_yuan.amount, line.rates)
    return replace(
        line,
        not_creditable=Money.of(export.not_creditable, YUAN),
        entitled=Money.of(export.entitled, YUAN),
    )


def _traded(line: RebateLine, invoices: Sequence[SupplierInvoice]) -> RebateLine:
    """The line of a trading company, with the purchases that it was declared from."""
    net = Money(sum(one.net_minor for one in invoices), YUAN)
    tax = Money(sum(one.tax_minor for one in invoices), YUAN)
    if line.rates is None:
        return replace(line, net=net, tax=tax)
    parts = [
        trading_rebate(
            Money(one.net_minor, YUAN).amount, Money(one.tax_minor, YUAN).amount, line.rates.rebate
        )
        for one in invoices
    ]
    refund = Money.of(sum((part.refund for part in parts), Decimal(0)), YUAN)
    cost = Money.of(sum((part.cost for part in parts), Decimal(0)), YUAN)
    fob = line.fob.amount if line.fob else Decimal(0)
    spent = exchange_cost((net + tax).amount, refund.amount, Decimal(0), fob) if invoices else None
    return replace(line, net=net, tax=tax, refund=refund, cost=cost, exchange_cost=spent)


def _places(
    shipment: Shipment,
    answers: DeclarationAnswers,
    declarations: Sequence[DeclarationDetails],
    invoices: Sequence[SupplierInvoice],
) -> Mapping[int, tuple[int, int]]:
    """Invoice → (declaration, item no.) that its item is declared as: by code and name, then by unit."""
    skus = {line.sales_line.item_id: line.sales_line.item.sku for line in sorted_lines(shipment)}
    found: dict[int, tuple[int, int]] = {}
    for invoice in invoices:
        answer = answers.items.get(skus.get(invoice.item_id or 0, ""))
        if answer is None:
            continue
        fitting = [
            ((number, item.item_no), item.transaction.unit.code)
            for number, details in enumerate(declarations, 1)
            for item in details.items
            if (item.hs_code, item.name) == (_digits(answer.hs_code), answer.name)
        ]
        wanted = unit_code(invoice.unit)
        fitting.sort(key=lambda place: place[1] != wanted)
        if fitting:
            found[invoice.id] = fitting[0][0]
    return found


def _digits(code: str) -> str:
    try:
        return HsCode.parse(code).digits
    except InvalidValue:
        return ""


def _match(
    invoice: SupplierInvoice, place: tuple[int, int], item: DeclarationItem | None, sku: str
) -> InvoiceMatch:
    return InvoiceMatch(
        invoice_id=invoice.id,
        number=invoice.number,
        goods_name=invoice.goods_name,
        unit=invoice.unit,
        quantity=invoice.quantity,
        net=Money(invoice.net_minor, YUAN),
        tax=Money(invoice.tax_minor, YUAN),
        sku=sku,
        declaration=place[0],
        item_no=place[1],
        declared_name=item.name if item else "",
        declared_unit=item.transaction.unit.name if item else "",
        problems=tuple(_differences(invoice, item)),
    )


def _differences(invoice: SupplierInvoice, item: DeclarationItem | None) -> Iterator[str]:
    if item is None:
        yield _("No item of the declaration belongs to it: choose its item.")
        return
    name = plain_name(invoice.goods_name)
    if name != plain_name(item.name):
        yield _("It says {invoiced}, declared is {declared}.", invoiced=name, declared=item.name)
    unit = unit_code(invoice.unit)
    if unit != item.transaction.unit.code:
        yield _(
            "It counts in {invoiced}, declared is {declared}.",
            invoiced=invoice.unit,
            declared=item.transaction.unit.name,
        )
