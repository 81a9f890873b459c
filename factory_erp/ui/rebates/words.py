"""How the page of the tax rebate says columns, figures and what is missing.  No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from factory_erp.domain.money import Money
from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.customs.rebate_shipments import RebateShipment
from factory_erp.services.customs.rebates import TRADING, InvoiceMatch, RebateLine, RebateSheet
from factory_erp.services.customs.supplier_invoices import SupplierInvoiceRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.theme import Tone

SHIPMENT_COLUMNS = (
    Column("number", N_("Shipment"), 132, sortable=False, narrowest=126),
    Column("customer", N_("Customer"), 110, sortable=False, priority=2, narrowest=70),
    Column("export_on", N_("Exported"), 90, kind="date", sortable=False, priority=1),
)

_COMMON = (
    Column("place", N_("No."), 56, kind="number", sortable=False,
           tooltip=N_("Declaration and item in it, as 2/14; only the item where there is one declaration")),
    Column("code", N_("HS code"), 94, kind="date", sortable=False),
    Column("name", N_("Goods"), 130, sortable=False, narrowest=84),
    Column("quantity", N_("Quantity"), 88, kind="number", sortable=False, priority=3),
    Column("fob", N_("FOB"), 88, kind="number", sortable=False, priority=4,
           tooltip=N_("In the declaration's currency")),
    Column("fob_yuan", N_("FOB, CNY"), 92, kind="number", sortable=False),
    Column("rates", N_("VAT / rebate"), 94, kind="number", sortable=False,
           tooltip=N_("Rates of the tariff code on the day of export, per cent")),
)  # fmt: skip

MADE_COLUMNS = (
    *_COMMON,
    Column("not_creditable", N_("Not creditable"), 122, kind="number", sortable=False, priority=1,
           tooltip=N_("FOB × (VAT − rebate)")),
    Column("entitled", N_("Entitled"), 88, kind="number", sortable=False, tooltip=N_("FOB × rebate")),
    Column("state", N_("State"), 106, kind="pill", sortable=False),
)  # fmt: skip

TRADED_COLUMNS = (
    *_COMMON,
    Column("net", N_("Bought, net"), 90, kind="number", sortable=False, priority=5),
    Column("tax", N_("VAT paid"), 82, kind="number", sortable=False, priority=2),
    Column("refund", N_("Tax refund"), 98, kind="number", sortable=False),
    Column("cost", N_("Cost"), 76, kind="number", sortable=False, priority=6,
           tooltip=N_("VAT that does not come back")),
    Column("exchange_cost", N_("Exchange cost"), 118, kind="number", sortable=False, priority=1,
           tooltip=N_("Yuan spent for one unit of the foreign currency")),
    Column("state", N_("State"), 106, kind="pill", sortable=False),
)  # fmt: skip

MATCH_COLUMNS = (
    Column("number", N_("Invoice"), 194, sortable=False, narrowest=190),
    Column("item", N_("SKU"), 96, sortable=False, priority=2, narrowest=76),
    Column("said", N_("Invoice says"), 160, sortable=False, narrowest=110),
    Column("declared", N_("Declared is"), 130, sortable=False, narrowest=90),
    Column("quantity", N_("Quantity"), 84, kind="number", sortable=False, priority=1),
    Column("net", N_("Net, CNY"), 92, kind="number", sortable=False, priority=3),
    Column("tax", N_("VAT, CNY"), 88, kind="number", sortable=False, priority=4),
    Column("state", N_("State"), 132, kind="pill", sortable=False),
)

PROBLEM_COLUMNS = (
    Column("where", N_("Where"), 200, sortable=False, narrowest=190),
    Column("what", N_("What is missing or does not match"), 520, sortable=False, narrowest=260),
)

INVOICE_COLUMNS = (
    Column("number", N_("Invoice"), 200, sortable=False, narrowest=190),
    Column("line", N_("Line"), 44, kind="number", sortable=False, priority=5),
    Column("issued_on", N_("Date"), 90, kind="date", sortable=False, priority=3),
    Column("supplier", N_("Supplier"), 150, sortable=False, narrowest=90),
    Column("goods", N_("Goods"), 150, sortable=False, narrowest=90),
    Column("quantity", N_("Quantity"), 86, kind="number", sortable=False, priority=2),
    Column("net", N_("Net, CNY"), 96, kind="number", sortable=False),
    Column("tax", N_("VAT, CNY"), 90, kind="number", sortable=False),
    Column("item", N_("SKU"), 90, sortable=False, priority=1, narrowest=60),
    Column("shipment", N_("Shipment"), 124, kind="pill", sortable=False),
)

MONTH_COLUMNS = (
    Column("number", N_("Shipment"), 120, sortable=False, narrowest=104),
    Column("export_on", N_("Exported"), 92, kind="date", sortable=False),
    Column("fob_yuan", N_("FOB, CNY"), 104, kind="number", sortable=False),
    Column("not_creditable", N_("Not creditable"), 122, kind="number", sortable=False, priority=2),
    Column("entitled", N_("Entitled"), 100, kind="number", sortable=False, priority=1),
    Column("state", N_("State"), 104, kind="pill", sortable=False),
)

TRADED_MONTH_COLUMNS = (
    Column("number", N_("Shipment"), 120, sortable=False, narrowest=104),
    Column("export_on", N_("Exported"), 92, kind="date", sortable=False),
    Column("fob_yuan", N_("FOB, CNY"), 104, kind="number", sortable=False, priority=1),
    Column("refund", N_("Tax refund"), 100, kind="number", sortable=False),
    Column("cost", N_("Cost"), 90, kind="number", sortable=False, priority=2),
    Column("exchange_cost", N_("Exchange cost"), 118, kind="number", sortable=False),
    Column("state", N_("State"), 104, kind="pill", sortable=False),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend: where, what, and the deep link to the place where it is mended."""

    where: str
    what: str
    link: str


def shipment_row(one: RebateShipment) -> Row:
    """A shipment in the list at the left."""
    return one.number, one.customer, figures.day(one.export_on)


def amount(value: Money | None) -> str:
    """An amount without its currency; a dash where it is not known."""
    return figures.NONE if value is None else figures.amount(value)


def per_unit(value: Decimal | None) -> str:
    """换汇成本 with four decimals; a dash where nothing was earned or bought."""
    return figures.NONE if value is None else f"{value:.4f}"


def state_pill(problems: int) -> PillCell:
    """Whether a line has all that it needs."""
    if not problems:
        return PillCell(_("Complete"), Tone.SUCCESS)
    text = ngettext("{count} problem", "{count} problems", problems)
    return PillCell(text, Tone.WARNING)


def columns(sheet: RebateSheet) -> tuple[Column, ...]:
    """The columns of the lines, by the company's regime."""
    return TRADED_COLUMNS if sheet.regime == TRADING else MADE_COLUMNS


def line_row(sheet: RebateSheet, line: RebateLine) -> Row:
    """One line of the declaration, in the columns of its regime."""
    common = (
        place(sheet, line.declaration, line.item_no),
        line.hs_code or figures.NONE,
        line.name,
        f"{figures.number(line.quantity)} {line.unit}",
        amount(line.fob),
        amount(line.fob_yuan),
        _rates(line),
    )
    state = state_pill(len(line.problems))
    if sheet.regime == TRADING:
        bought = (amount(line.net), amount(line.tax), amount(line.refund), amount(line.cost))
        return *common, *bought, per_unit(line.exchange_cost), state
    return *common, amount(line.not_creditable), amount(line.entitled), state


def place(sheet: RebateSheet, declaration: int, item_no: int) -> str:
    """The item of a declaration; with the declaration where there are several."""
    several = any(line.declaration > 1 for line in sheet.lines)
    return f"{declaration}/{item_no}" if several else str(item_no)


def _rates(line: RebateLine) -> str:
    if line.rates is None:
        return figures.NONE
    return f"{figures.number(line.rates.vat)} / {figures.number(line.rates.rebate)} %"


def match_row(one: InvoiceMatch) -> Row:
    """A line of an invoice beside what it was declared as."""
    declared = f"{one.declared_name} · {one.declared_unit}" if one.item_no else figures.NONE
    state = (_("Matches"), Tone.SUCCESS) if one.matches else (_("Does not match"), Tone.DANGER)
    return (
        one.number,
        one.sku or figures.NONE,
        f"{one.goods_name} · {one.unit}",
        declared,
        figures.number(one.quantity),
        figures.amount(one.net),
        figures.amount(one.tax),
        PillCell(*state),
    )


def problems(sheet: RebateSheet, skus: Mapping[str, str]) -> list[Problem]:
    """Everything to mend, with the way there; *skus*: HS code → an item declared under it."""
    found = [Problem(sheet.number, text, "erp://prices") for text in sheet.problems]
    for line in sheet.lines:
        where = f"{place(sheet, line.declaration, line.item_no)} · {line.name}"
        for text, link in zip(line.problems, _links(sheet, line, skus), strict=True):
            found.append(Problem(where, text, link))
    for one in sheet.invoices:
        link = f"erp://rebates/invoices/{one.invoice_id}"
        found += [Problem(one.number, text, link) for text in one.problems]
    return found


def _links(sheet: RebateSheet, line: RebateLine, skus: Mapping[str, str]) -> list[str]:
    """Where each problem of the line is mended, in the order in which the service tells them."""
    shipment = f"erp://shipping/{sheet.number}"
    sku = skus.get(line.hs_code)
    links = [f"erp://catalog/{sku}/customs" if sku else shipment] if line.rates is None else []
    links += [shipment] if line.fob is None else []
    return links + ["erp://rebates/invoices"] * (len(line.problems) - len(links))


def invoice_row(one: SupplierInvoiceRow) -> Row:
    """A line of a supplier's invoice in the list."""
    shipment = PillCell(one.shipment, Tone.INFO) if one.shipment else PillCell(_("None yet"), Tone.WARNING)
    return (
        one.number,
        str(one.line_no),
        figures.day(one.issued_on),
        one.supplier,
        one.goods_name,
        f"{figures.number(one.quantity)} {one.unit}",
        figures.amount(one.net),
        figures.amount(one.tax),
        one.sku,
        shipment,
    )
