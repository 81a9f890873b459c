"""Days of a real shop as orders of each platform: what is stored is what the files say, to the last digit.

Every figure that is compared is worked out here a second time, straight from the CSV files.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zlib import crc32

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from factory_erp.domain.money import Money
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import ExceptionKind
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services import clock
from factory_erp.services.base import query, use_case
from factory_erp.services.platform_orders import exception_remedies, intake
from factory_erp.services.platform_orders.intake import Applied
from factory_erp.services.platforms import accounts as platforms
from factory_erp.sync import engine
from factory_erp.sync.connectors.base import Connector
from factory_erp.sync.sandbox import alibaba, dhgate
from tests import online_retail
from tests.online_retail import COUNTRIES, FREIGHT, AlibabaShop, DhgateShop, Row, Sale
from tests.shared import shared_path
from tests.sync.connectors import support as alibaba_support
from tests.sync.dhgate import support as dhgate_support

DAYS = ("2010-12-22", "2011-01-11", "2011-01-26")
"""Ten countries, cancellations in part and of an order; ``benchmarks.sync --orders 0`` takes all days."""

AFTER_SALES, AFTER_CANCELLATIONS = time(21, 0, tzinfo=UTC), time(22, 0, tzinfo=UTC)
BOOKED = time(21, 30, tzinfo=UTC)
NOTHING = Decimal(0)


class Factory:
    """A factory that sells through the shop: an account there, and a connector to it."""

    def __init__(self, db: Database, stack: ExitStack, platform: str) -> None:
        self.db, self._stack = db, stack
        self.present = datetime(2010, 12, 1, tzinfo=UTC)
        self.shop, self.url, self.connector = self._opened(platform)
        self.account = platforms.add_account(platform, "Shop", self.url, "sandbox-app").value

    def _opened(self, platform: str) -> tuple[AlibabaShop | DhgateShop, str, Connector]:
        connector: Connector
        if platform == "alibaba":
            a_state = alibaba.SandboxState(now=lambda: self.present)
            a_server = self._stack.enter_context(alibaba.SandboxServer(state=a_state))
            connector = alibaba_support.desk(a_server, now=lambda: self.present).connector
            return AlibabaShop(a_state), a_server.url, self._stack.enter_context(connector)
        d_state = dhgate.SandboxState(now=lambda: self.present)
        d_server = self._stack.enter_context(dhgate.SandboxServer(state=d_state))
        connector = dhgate_support.desk(d_server, now=lambda: self.present).connector
        return DhgateShop(d_state), d_server.url, self._stack.enter_context(connector)

    def at(self, day: date, hour: time) -> None:
        """It is that hour, for the platform and for us."""
        self.present = datetime.combine(day, hour)
        self._stack.enter_context(clock.at(self.present))

    def pull(self) -> Applied:
        pulled = engine.pull(self.account, self.connector)
        assert pulled.complete
        return pulled.applied

    def orders(self) -> list[SalesOrder]:
        """Every order with its lines and items, cancelled ones too."""
        return sold()

    def money(self, minor: int) -> Decimal:
        return Money(minor, self.shop.currency).amount


@query
def sold(session: Session) -> list[SalesOrder]:
    lines = selectinload(SalesOrder.lines).joinedload(SalesLine.item)
    wanted = select(SalesOrder).options(joinedload(SalesOrder.customer), lines).order_by(SalesOrder.id)
    return list(session.scalars(wanted))


@use_case
def add_items(session: Session, skus: Mapping[str, str]) -> None:
    """Articles under our own numbers, by the platform's."""
    session.add_all(Item(sku=ours, kind="finished", procurement="make") for ours in skus.values())


@query
def item_ids(session: Session) -> dict[str, int]:
    return {item.sku: item.id for item in session.scalars(select(Item))}


@pytest.fixture(params=["alibaba", "dhgate"])
def factory(request: pytest.FixtureRequest, db: Database) -> Iterator[Factory]:
    with ExitStack() as stack:
        yield Factory(db, stack, request.param)


# The files by other code


def rows_of(day: str) -> list[dict[str, str]]:
    with shared_path(f"data/online_retail/{day}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ordered(day: str) -> list[dict[str, str]]:
    """The lines that somebody ordered."""
    return [row for row in rows_of(day) if row["InvoiceNo"][0] != "C" and int(row["Quantity"]) > 0]


def amount(row: Mapping[str, str]) -> Decimal:
    return int(row["Quantity"]) * Decimal(row["UnitPrice"])


def summed(rows: list[dict[str, str]], column: str) -> dict[str, Decimal]:
    """The amounts by what stands in a column."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row[column]] += amount(row)
    return dict(sums)


def articles(rows: list[dict[str, str]]) -> dict[str, set[str]]:
    """The stock codes of each invoice's product lines."""
    codes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        codes[row["InvoiceNo"]].add(row["StockCode"])
    return {invoice: found - FREIGHT or found for invoice, found in codes.items()}


class Balance:
    """What every customer has bought and not sent back, by article and price; nothing falls below zero."""

    def __init__(self) -> None:
        self.pieces: dict[tuple[str, str, str, Decimal], int] = defaultdict(int)
        self.cancelled = self.loose = NOTHING

    def take(self, day: str) -> None:
        for row in rows_of(day):
            quantity, price = int(row["Quantity"]), Decimal(row["UnitPrice"])
            key = (row["CustomerID"], row["Country"], row["StockCode"], price)
            if row["InvoiceNo"][0] != "C":
                self.pieces[key] += max(quantity, 0)
                continue
            had = self.pieces[key] if row["CustomerID"] else 0
            back = min(had, -quantity)
            if back:
                self.pieces[key] -= back
            self.cancelled -= quantity * price
            self.loose += (-quantity - back) * price

    def by_country(self) -> dict[str, Decimal]:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for (_customer, country, _code, price), pieces in self.pieces.items():
            sums[COUNTRIES[country]] += pieces * price
        return {country: total for country, total in sums.items() if total}

    def by_article(self) -> Counter[str]:
        """Pieces of each article but the postage."""
        found: Counter[str] = Counter()
        for (_customer, _country, code, _price), pieces in self.pieces.items():
            found[code] += pieces
        return +Counter({code: pieces for code, pieces in found.items() if code not in FREIGHT})

    @property
    def total(self) -> Decimal:
        return sum((pieces * key[3] for key, pieces in self.pieces.items()), NOTHING)


# The stored orders in the same terms


def standing(orders: list[SalesOrder]) -> list[SalesOrder]:
    return [order for order in orders if order.state != OrderState.CANCELLED]


def kept(factory: Factory, order: SalesOrder) -> Decimal:
    """What the buyer pays for in the end."""
    return factory.money(order.total_minor - order.refunded_minor)


def stored_by(factory: Factory, key: Callable[[SalesOrder], str]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for order in standing(factory.orders()):
        sums[key(order)] += kept(factory, order)
    return {name: total for name, total in sums.items() if total}


def stored_pieces(factory: Factory, codes: Mapping[str, str]) -> Counter[str]:
    """Pieces by the platform's article, of our article numbers *codes*."""
    found: Counter[str] = Counter()
    for order in standing(factory.orders()):
        for line in order.lines:
            found[codes[line.item.sku]] += int(line.quantity)
    return Counter({code: pieces for code, pieces in found.items() if code not in FREIGHT})


# The scenarios


def test_what_is_stored_is_what_the_files_say(factory: Factory) -> None:
    """Three days: orders with unknown articles wait, are healed, and are then changed by cancellations."""
    own = own_numbers()
    add_items(own)
    codes, placed = {ours: theirs for theirs, ours in own.items()}, dict[str, Decimal]()
    mapped: set[str] = set()
    balance, whole = Balance(), set[str]()
    for day in online_retail.history(DAYS):
        said = ordered(str(day.day))
        waiting = {order for order, found in articles(said).items() if unknown(found, own) - mapped}
        for sale in day.sales:
            factory.shop.place(sale)
        factory.at(day.day, AFTER_SALES)
        check_arrival(factory, said, waiting)
        mapped |= heal_all(factory, own, waiting)
        placed |= summed(said, "InvoiceNo")
        balance.take(str(day.day))

        check_orders(factory, said)
        factory.at(day.day, BOOKED)
        for sale in day.changed:
            factory.shop.change(sale)
        factory.at(day.day, AFTER_CANCELLATIONS)
        whole |= {sale.invoice for sale in day.changed if not sale.rows}
        assert len(factory.pull().updated) == len(day.changed)
        check_balance(factory, balance, codes)

    orders = factory.orders()
    assert {order.external_id for order in orders} == placed.keys()
    assert len(orders) == len(placed) == 137
    assert {order.external_id for order in orders if order.state == OrderState.CANCELLED} == whole
    assert len(whole) == 1
    loose = sum((online_retail.worth(day.loose) for day in online_retail.history(DAYS)), NOTHING)
    assert loose == balance.loose > NOTHING
    assert balance.total == sum(placed.values()) - (balance.cancelled - loose)
    assert len({order.destination_country for order in orders}) == 10
    assert platforms.open_exceptions() == []
    assert factory.pull().created == ()


def own_numbers() -> dict[str, str]:
    """The catalogue: nine articles in ten have the shop's number, the others one of our own."""
    codes = {row["StockCode"] for day in DAYS for row in rows_of(day)}
    return {code: code if crc32(code.encode()) % 10 else f"F-{code}" for code in sorted(codes)}


def unknown(codes: set[str], own: Mapping[str, str]) -> set[str]:
    return {code for code in codes if own[code] != code}


def check_arrival(factory: Factory, said: list[dict[str, str]], waiting: set[str]) -> None:
    """Orders of known articles come in, the others wait for a person, each once."""
    before = {order.external_id for order in factory.orders()}
    applied = factory.pull()
    every = {row["InvoiceNo"] for row in said}
    assert (len(applied.created), applied.exceptions) == (len(every) - len(waiting), len(waiting))
    assert {order.external_id for order in factory.orders()} - before == every - waiting
    exceptions = platforms.open_exceptions()
    assert {one.external_id for one in exceptions} == waiting != set()
    assert {one.kind for one in exceptions} == {ExceptionKind.UNKNOWN_SKU}
    assert len(exceptions) == len(waiting)


def heal_all(factory: Factory, own: Mapping[str, str], waiting: set[str]) -> set[str]:
    """Say of one article what it is, then of all that the waiting orders name; what was mapped."""
    ids = item_ids()
    first = platforms.open_exceptions()[0].subject
    came = intake.map_sku(factory.account, first, ids[own[first]]).value
    wanted = {
        line.external_skus[0]: ids[own[line.external_skus[0]]]
        for one in platforms.open_exceptions()
        for line in exception_remedies.exception_detail(one.id).lines
        if line.item_id is None
    }
    came += intake.map_skus(factory.account, wanted).value
    assert len(set(came.created)) == len(waiting)
    assert platforms.open_exceptions() == []
    return {first, *wanted}


def check_orders(factory: Factory, said: list[dict[str, str]]) -> None:
    """Each order of the day: total, freight, number of lines, pieces and country."""
    totals, codes = summed(said, "InvoiceNo"), articles(said)
    by_id = {order.external_id: order for order in factory.orders()}
    for invoice, total in totals.items():
        order, rows = by_id[invoice], [row for row in said if row["InvoiceNo"] == invoice]
        goods = [row for row in rows if row["StockCode"] in codes[invoice]]
        assert factory.money(order.total_minor) == total
        assert factory.money(order.freight_minor) == total - sum(map(amount, goods))
        assert (order.adjustment_minor, order.discount_minor, order.currency) == (0, 0, factory.shop.currency)
        assert len(order.lines) == len(goods)
        assert sum(line.quantity for line in order.lines) == sum(int(row["Quantity"]) for row in goods)
        assert Counter(line.unit_price for line in order.lines) == Counter(
            Decimal(row["UnitPrice"]) for row in goods
        )
        assert order.destination_country == COUNTRIES[rows[0]["Country"]]
        assert order.customer.country == order.destination_country


def check_balance(factory: Factory, balance: Balance, codes: Mapping[str, str]) -> None:
    """All orders after the cancellations: amounts by country, and pieces where those are taken back."""
    assert sum(stored_by(factory, lambda order: "").values()) == balance.total
    assert stored_by(factory, lambda order: order.destination_country) == balance.by_country()
    if isinstance(factory.shop, AlibabaShop):
        assert stored_pieces(factory, codes) == balance.by_article()


def test_every_country_of_the_shop_is_understood(factory: Factory) -> None:
    """All 38 names of the whole data set, of which the days at hand have 28."""
    add_items({"22423": "22423"})
    factory.at(date(2010, 12, 1), AFTER_SALES)
    row = Row("22423", "REGENCY CAKESTAND 3 TIER", 2, Decimal("12.75"))
    sale = Sale("", datetime(2010, 12, 1, 9, tzinfo=UTC), "", "", (row,))
    for number, country in enumerate(COUNTRIES):
        name = f"6000{number:02d}"
        factory.shop.place(replace(sale, invoice=name, customer=name, country=country))
    assert len(factory.pull().created) == len(COUNTRIES) == 38
    stored = {order.external_id: order.destination_country for order in factory.orders()}
    assert list(stored.values()).count("GB") == list(stored.values()).count("BE") == 2
    assert [stored[f"6000{number:02d}"] for number in range(38)] == list(COUNTRIES.values())


def test_every_country_of_the_files_has_a_code() -> None:
    found = {row["Country"] for day in online_retail.names() for row in online_retail.table(day)}
    assert len(found) == 28
    assert found <= COUNTRIES.keys()
