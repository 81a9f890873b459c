"""The days of Online Retail (UCI, a British shop of gifts) as orders of a platform, and what became of them.

What the files do not say is this module's own assumption:

* A row of negative quantity that belongs to no C-invoice (its price is always 0) writes stock off: no order.
* Postage (POST, DOT, C2) is the freight of its order; of an order that has nothing else it is the goods.
* A customer without a number is a different one in each order.
* A cancellation (C-invoice) takes back what its customer ordered last of the same article at the same
  price, then what he ordered before it. What no order of the days can have been, because the order is older,
  because nobody says whose it was or because it is a fee or a rebate, cannot be a change of an order: it is
  ``loose``.
* The platform books a day's cancellations in the evening, after the day's orders.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from hashlib import md5
from typing import Protocol

from factory_erp.sync.sandbox import alibaba, dhgate
from factory_erp.sync.sandbox.alibaba.payloads import address_payload
from factory_erp.sync.sandbox.platform import Payload
from tests.shared import shared_path

FREIGHT = frozenset({"POST", "DOT", "C2"})
"""Stock codes of postage and carriage."""

COUNTRIES = {
    "Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Brazil": "BR", "Canada": "CA",
    "Channel Islands": "JE", "Cyprus": "CY", "Czech Republic": "CZ", "Denmark": "DK", "EIRE": "IE",
    "European Community": "BE", "Finland": "FI", "France": "FR", "Germany": "DE", "Greece": "GR",
    "Hong Kong": "HK", "Iceland": "IS", "Israel": "IL", "Italy": "IT", "Japan": "JP", "Lebanon": "LB",
    "Lithuania": "LT", "Malta": "MT", "Netherlands": "NL", "Norway": "NO", "Poland": "PL", "Portugal": "PT",
    "RSA": "ZA", "Saudi Arabia": "SA", "Singapore": "SG", "Spain": "ES", "Sweden": "SE", "Switzerland": "CH",
    "USA": "US", "United Arab Emirates": "AE", "United Kingdom": "GB", "Unspecified": "GB",
}  # fmt: skip
"""Every country of the data set to ISO 3166-1: the Channel Islands are Jersey, the European Community has its
seat in Belgium, and where no country is given the goods stay in the shop's own."""

_SPELT = {
    "Channel Islands": "Jersey",
    "EIRE": "Ireland",
    "European Community": "Belgium",
    "RSA": "South Africa",
    "USA": "United States",
    "Unspecified": "United Kingdom",
}
"""Names of the files that are no country's name, as a platform that writes names would have them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of an invoice; ``quantity`` in pieces, ``price`` of one."""

    code: str
    name: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Sale:
    """An order with what is left of it."""

    invoice: str
    at: datetime
    customer: str
    country: str
    rows: tuple[Row, ...]

    @property
    def goods(self) -> tuple[Row, ...]:
        """The product lines: all but the postage, or the postage where there is nothing else."""
        return tuple(row for row in self.rows if row.code not in FREIGHT) or self.rows

    @property
    def freight(self) -> Decimal:
        """Postage beside the goods."""
        return worth(self.rows) - worth(self.goods)


@dataclass(frozen=True, slots=True)
class Day:
    """What a day brought: new orders, and the orders as they are after the day's cancellations."""

    day: date
    sales: tuple[Sale, ...]
    changed: tuple[Sale, ...]
    loose: tuple[Row, ...]
    """What was cancelled and stands in no order of the days; quantities above 0."""


def worth(rows: Iterable[Row]) -> Decimal:
    """Quantity times price, all together."""
    return sum((row.quantity * row.price for row in rows), Decimal(0))


def names() -> tuple[str, ...]:
    """The days that there are, "2010-12-01" first; skips the test where the reference material is absent."""
    return tuple(sorted(file.stem for file in shared_path("data/online_retail").glob("????-??-??.csv")))


@cache
def table(day: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a day's file as they stand there."""
    with shared_path(f"data/online_retail/{day}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def history(days: Sequence[str]) -> tuple[Day, ...]:
    """The days in their order, each cancellation found in the orders before it."""
    book = _Book()
    return tuple(book.day(day) for day in days)


class _Book:
    """The orders seen so far, and what is left of each."""

    def __init__(self) -> None:
        self._sales: dict[str, Sale] = {}

    def day(self, day: str) -> Day:
        invoices: dict[str, list[Mapping[str, str]]] = defaultdict(list)
        for said in table(day):
            invoices[said["InvoiceNo"]].append(said)
        new, touched, loose = list[str](), dict[str, None](), list[Row]()
        placed: dict[str, Sale] = {}
        for invoice, rows in invoices.items():
            if invoice.startswith("C"):
                for said in rows:
                    hit, rest = self._cancel(said)
                    touched |= dict.fromkeys(hit)
                    loose += rest
            elif ordered := [said for said in rows if int(said["Quantity"]) > 0]:
                new.append(invoice)
                placed[invoice] = self._sales[invoice] = _sale(invoice, ordered)
        changed = tuple(self._sales[invoice] for invoice in touched)
        return Day(date.fromisoformat(day), tuple(placed.values()), changed, tuple(loose))

    def _cancel(self, said: Mapping[str, str]) -> tuple[list[str], list[Row]]:
        """The invoices that a cancelled row takes something from, and what is left of it."""
        row, hit = _row(said), list[str]()
        wanted = -row.quantity
        for sale in reversed(self._sales.values()) if said["CustomerID"] else ():
            if wanted and (sale.customer, sale.country) == (_customer(said), said["Country"]):
                left, wanted_still = _taken(sale.rows, row, wanted)
                if wanted_still < wanted:
                    self._sales[sale.invoice] = replace(sale, rows=left)
                    hit.append(sale.invoice)
                wanted = wanted_still
        return hit, [replace(row, quantity=wanted)] if wanted else []


def _taken(rows: Sequence[Row], cancelled: Row, wanted: int) -> tuple[tuple[Row, ...], int]:
    """The rows without as much of the article as they have of what is *wanted*, and what is wanted still."""
    left: list[Row] = []
    for row in rows:
        same = (row.code, row.price) == (cancelled.code, cancelled.price)
        taken = min(row.quantity, wanted) if same else 0
        wanted -= taken
        if row.quantity > taken:
            left.append(replace(row, quantity=row.quantity - taken))
    return tuple(left), wanted


def _sale(invoice: str, rows: Sequence[Mapping[str, str]]) -> Sale:
    first = rows[0]
    at = datetime.fromisoformat(min(said["InvoiceDate"] for said in rows)).replace(tzinfo=UTC)
    customer = _customer(first) or f"guest-{invoice}"
    return Sale(invoice, at, customer, first["Country"], tuple(_row(said) for said in rows))


def _customer(said: Mapping[str, str]) -> str:
    return said["CustomerID"].partition(".")[0]


def _row(said: Mapping[str, str]) -> Row:
    return Row(said["StockCode"], said["Description"], int(said["Quantity"]), Decimal(said["UnitPrice"]))


class Shop(Protocol):
    """A platform on which the orders are placed and changed."""

    currency: str

    def place(self, sale: Sale) -> None:
        """The buyer orders."""

    def change(self, sale: Sale) -> None:
        """*sale* is what is left of the order; without rows it is cancelled."""


class AlibabaShop:
    """Alibaba.com: pounds, and a partial cancellation is a contract with fewer goods."""

    currency = "GBP"

    def __init__(self, state: alibaba.SandboxState) -> None:
        self.state = state

    def place(self, sale: Sale) -> None:
        """A paid order, shipped to the buyer's country."""
        self.state.add(self.payload(sale))

    def payload(self, sale: Sale) -> Payload:
        """The order as ``/alibaba/order/get`` has it."""
        return alibaba.order_payload(
            sale.invoice,
            created=sale.at,
            lines=self._lines(sale),
            currency=self.currency,
            pay_step="FULL",
            advance_percent=0,
            buyer=_buyer(sale),
            buyer_id=sale.customer,
            address=address_payload(COUNTRIES[sale.country], city=_SPELT.get(sale.country, sale.country)),
            shipment_fee=sale.freight,
        )

    def change(self, sale: Sale) -> None:
        """Fewer goods, or none."""
        if sale.rows:
            fee = {"amount": f"{sale.freight:.2f}", "currency": self.currency}
            self.state.edit(sale.invoice, self._lines(sale), shipment_fee=fee)
        else:
            self.state.cancel(sale.invoice)

    def _lines(self, sale: Sale) -> list[Payload]:
        return [
            alibaba.line_payload(
                row.code,
                Decimal(row.quantity),
                row.price,
                name=row.name,
                product_id=f"16{_number(row.code):011d}",
                sku_id=f"10{_number(row.code):011d}",
                currency=self.currency,
            )
            for row in sale.goods
        ]


class DhgateShop:
    """DHgate: the same figures in dollars, and a partial cancellation is money paid back."""

    currency = "USD"

    def __init__(self, state: dhgate.SandboxState) -> None:
        self.state = state
        self._totals: dict[str, Decimal] = {}

    def place(self, sale: Sale) -> None:
        """A paid order, shipped to the buyer's country."""
        self._totals[sale.invoice] = worth(sale.rows)
        self.state.add(self.payload(sale))

    def payload(self, sale: Sale) -> Payload:
        """The order as the three order calls have it."""
        lines = [
            dhgate.line_payload(
                row.code,
                row.quantity,
                row.price,
                name=row.name,
                item_code=f"18{_number(row.code):011d}",
                sku_id=f"{_number(row.code):021d}",
            )
            for row in sale.goods
        ]
        country = _SPELT.get(sale.country, sale.country)
        contact = dhgate.contact_payload(
            country, buyer_id=sale.customer, nick_name=_buyer(sale), city=country, email=""
        )
        return dhgate.order_payload(
            sale.invoice, started=sale.at, lines=lines, contact=contact, shipping_cost=sale.freight
        )

    def change(self, sale: Sale) -> None:
        """All that was cancelled so far is paid back, or the order is cancelled."""
        if sale.rows:
            kept = worth(sale.rows)
            refunded = self._totals[sale.invoice] - kept
            money = {"refundMoney": f"{refunded:.2f}", "actualPrice": f"{kept:.2f}"}
            self.state.modify(sale.invoice, orderStatus="105003", **money)
        else:
            self.state.cancel(sale.invoice)


def _buyer(sale: Sale) -> str:
    return f"Customer {sale.customer}"


def _number(code: str) -> int:
    """An id of at most eleven digits that is the article's own."""
    return int(md5(code.encode(), usedforsecurity=False).hexdigest()[:9], 16)
