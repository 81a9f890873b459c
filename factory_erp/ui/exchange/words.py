"""What the page says of the kinds of records, of verdicts and of files.  No widgets."""

from __future__ import annotations

from collections.abc import Sequence

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.exchange.kind import Kind as RecordKind
from factory_erp.services.exchange.kind import Verdict
from factory_erp.services.exchange.registry import KINDS
from factory_erp.sheets.table import Sheet
from factory_erp.ui.kit import figures

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Calendars"), ("calendars", "calendar-days")),
    (N_("Partners"), ("partners",)),
    (
        N_("Products and items"),
        (
            "products", "product-texts", "option-values", "items", "item-texts", "packaging", "conversions",
            "item-numbers", "certificates",
        ),
    ),
    (N_("Customs"), ("tariff-codes", "tariff-rates", "declarations")),
    (N_("Prices"), ("price-lists", "prices")),
    (
        N_("Manufacturing"),
        ("work-centres", "machines", "changeovers", "bills", "resources", "routings"),
    ),
    (N_("Stock and orders"), ("stock", "sales-orders")),
    (N_("Platforms"), ("listings", "listing-days", "inquiries")),
)  # fmt: skip
"""The kinds in the order in which to import them, under the titles of the list."""

SENTENCES = {
    "partners": N_("Customers, suppliers, forwarders, with their address."),
    "products": N_("What you make and sell, before sizes and colours."),
    "product-texts": N_("Name, description, keywords: one row per language."),
    "option-values": N_("The colours, sizes and other options of a product."),
    "items": N_("Finished goods, parts and materials: all with a number."),
    "item-texts": N_("Name and customs name: one row per language."),
    "packaging": N_("Inner box, carton, pallet: how many, large and heavy."),
    "conversions": N_("Other units in which an item is bought or used."),
    "item-numbers": N_("How customers and suppliers number an item."),
    "certificates": N_("Certificates of a product and how long they hold."),
    "tariff-codes": N_("HS codes with their units and declaration elements."),
    "tariff-rates": N_("VAT and export rebate of an HS code, from a day on."),
    "declarations": N_("What the customs declaration says of an item."),
    "price-lists": N_("The lists: currency, term, for whom, valid when."),
    "prices": N_("Prices of items by quantity, in one list or another."),
    "work-centres": N_("Groups of machines with their rates and crews."),
    "calendars": N_("The shifts of each weekday."),
    "calendar-days": N_("Holidays, extra shifts and other days that differ."),
    "machines": N_("The machines of a work centre, with speed and calendar."),
    "changeovers": N_("Minutes lost from one family to the next."),
    "bills": N_("What goes into an item: one row per component."),
    "resources": N_("What steps need beside their machine, and how many there are."),
    "routings": N_("The steps in which an item is made: one row per step."),
    "stock": N_("Counted quantities; the difference is posted."),
    "sales-orders": N_("Orders of customers as drafts: one row per line."),
    "listings": N_("What is typed on a product's offer in a shop."),
    "listing-days": N_("Views, clicks and spend of an offer: one row per day."),
    "inquiries": N_("What buyers asked: one row per message."),
}

PLACES = {
    "products": "erp://products/",
    "product-texts": "erp://products/",
    "option-values": "erp://products/",
    "certificates": "erp://products/",
    "items": "erp://catalog/view/all",
    "item-texts": "erp://catalog/view/all",
    "packaging": "erp://catalog/view/all",
    "conversions": "erp://catalog/view/all",
    "item-numbers": "erp://catalog/view/all",
    "declarations": "erp://catalog/view/all",
    "bills": "erp://catalog/view/all",
    "routings": "erp://catalog/view/all",
    "stock": "erp://catalog/view/all",
    "price-lists": "erp://prices/",
    "prices": "erp://prices/",
    "work-centres": "erp://engineering/centres",
    "machines": "erp://engineering/centres",
    "calendars": "erp://engineering/calendars",
    "calendar-days": "erp://engineering/calendars",
    "changeovers": "erp://engineering/changeovers",
    "resources": "erp://engineering/resources",
    "sales-orders": "erp://sales/view/all",
}
"""Where the records of a kind are seen; partners and tariff codes have no page of their own."""

VERDICTS = {
    Verdict.CREATED: (N_("New"), "success"),
    Verdict.UPDATED: (N_("Changed"), "info"),
    Verdict.UNCHANGED: (N_("Unchanged"), "neutral"),
}
"""What became of a row: the word and its tone."""

DELIMITERS = {",": N_("Comma ,"), ";": N_("Semicolon ;"), "\t": N_("Tab"), "|": N_("Bar |")}

DATES = {
    "": N_("2026-11-23, or real dates"),
    "%m/%d/%Y": N_("11/23/2026, month first"),
    "%d/%m/%Y": N_("23/11/2026, day first"),
    "%d.%m.%Y": N_("23.11.2026"),
    "%Y%m%d": N_("20261123"),
}
"""How days may be written in a file: the format, as ``strptime`` has it, and an example."""


def title(name: str) -> str:
    """The title of the kind *name*, translated."""
    return _(KINDS[name].title)


def sentence(name: str) -> str:
    """What the kind *name* is, in a sentence; "" for one that this page does not know."""
    return _(SENTENCES[name]) if name in SENTENCES else ""


def needs(kind: RecordKind) -> str:
    """What to import before *kind*, in a sentence; "" if nothing."""
    if not kind.needs:
        return ""
    names = ", ".join(title(name) for name in kind.needs)
    return _("Rows name other records, which have to be there first: {names}.", names=names)


def following(name: str) -> str:
    """Name of the kind that comes after *name* in the order of importing, "" after the last."""
    names = list(KINDS)
    place = names.index(name) + 1
    return names[place] if place < len(names) else ""


def rows(count: int) -> str:
    """*count* rows, in words."""
    return ngettext("{number} row", "{number} rows", count, number=figures.number(count))


def columns(count: int) -> str:
    """*count* columns, in words."""
    return ngettext("{number} column", "{number} columns", count, number=figures.number(count))


def size_of(sheet: Sheet) -> str:
    """Name, rows and columns of a table: "items.xlsx · 1,234 rows · 12 columns"."""
    return " · ".join((sheet.source.name, rows(len(sheet.rows)), columns(len(sheet.headers))))


def listed(names: Sequence[str], most: int = 6) -> str:
    """The first *most* of *names* after one another, and how many more there are."""
    said = ", ".join(names[:most])
    return _("{names} and {count} more", names=said, count=len(names) - most) if len(names) > most else said
