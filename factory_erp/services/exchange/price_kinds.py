"""Price lists and prices in and out, of sales and of purchases.

A break that is there and not in the file stays; after the import the prices of an item on a list
fall strictly from break to break, or the row is refused with both breaks named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import PlatformAccount
from factory_erp.models.pricing import PriceKind, PriceLine, PriceList
from factory_erp.services.base import touched
from factory_erp.services.bulk import chunks
from factory_erp.services.clock import today
from factory_erp.services.exchange.fields import (
    Field,
    choice,
    code,
    currency,
    day,
    decimal,
    incoterm,
    text,
    whole,
)
from factory_erp.services.exchange.grouping import made_of, resolve, unknown, unrefused, without_refused
from factory_erp.services.exchange.kind import Intake, Kind, Record, Verdict
from factory_erp.services.exchange.price_lists import FACTS, PriceLists
from factory_erp.services.exchange.upsert import upsert

PRICE_KINDS: Mapping[Any, tuple[str, Iterable[str]]] = {
    PriceKind.SALES.value: (N_("Sales"), ("selling", "销售", "售价")),
    PriceKind.PURCHASE.value: (N_("Purchase"), ("buying", "vendor", "采购", "进价")),
}

KIND = Field(
    "list_kind",
    N_("Kind of prices"),
    choice(PRICE_KINDS),
    default=PriceKind.SALES.value,
    aliases=("价格类型",),
)
CURRENCY = Field("currency", N_("Currency"), currency(), aliases=("币种", "币别"), example="USD")
INCOTERM = Field(
    "incoterm",
    N_("Trade term"),
    incoterm(),
    default="FOB",
    aliases=("Incoterm", "Incoterms", "贸易术语", "成交方式"),
    example="FOB",
)
PLACE = Field(
    "place", N_("Place"), text(80), aliases=("Named place", "Port", "地点", "港口"), example="Ningbo"
)
PARTNER = Field(
    "partner",
    N_("Partner"),
    code(40),
    aliases=("Customer", "Supplier", "Vendor", "客户", "供应商", "往来单位"),
)
VALID_FROM = Field("valid_from", N_("Valid from"), day(), default=None, aliases=("Start date", "生效日期"))
VALID_TO = Field("valid_to", N_("Valid to"), day(), default=None, aliases=("End date", "失效日期"))

LIST_FIELDS = (
    Field(
        "list",
        N_("Price list"),
        code(60),
        required=True,
        key_part=True,
        aliases=("Code", "List", "价格表", "价格表编码"),
        example="USD FOB Ningbo",
    ),
    Field("name", N_("Name"), text(120), aliases=("名称",)),
    KIND,
    Field("currency", N_("Currency"), currency(), required=True, aliases=("币种", "币别"), example="USD"),
    INCOTERM,
    PLACE,
    PARTNER,
    Field(
        "account",
        N_("Platform account"),
        text(120),
        aliases=("Shop", "店铺", "平台账号"),
        hint=N_("Platform and name of the shop, with / between them."),
    ),
    VALID_FROM,
    VALID_TO,
)
PRICE_FIELDS = (
    Field(
        "list",
        N_("Price list"),
        code(60),
        aliases=("List", "价格表", "价格表编码"),
        example="USD FOB Ningbo",
        hint=N_("Empty: found, or made, by currency, trade term, place, partner and first day."),
    ),
    Field(
        "sku",
        N_("SKU"),
        code(60),
        required=True,
        aliases=("Item", "Product code", "货号", "物料编码"),
        example="CUP-500-BLK",
    ),
    Field(
        "from_quantity",
        N_("From quantity"),
        decimal(above=0),
        default=Decimal(1),
        aliases=("MOQ", "Min quantity", "Quantity from", "起订量", "数量起"),
        example="500",
    ),
    Field(
        "price",
        N_("Unit price"),
        decimal(minimum=0),
        required=True,
        aliases=("Price", "单价", "价格"),
        example="3.25",
    ),
    Field(
        "lead_days",
        N_("Lead time (days)"),
        whole(0),
        default=0,
        aliases=("Lead time", "Delivery days", "交期", "供货周期"),
    ),
    replace(KIND, default=""),
    CURRENCY,
    replace(INCOTERM, default=""),
    PLACE,
    PARTNER,
    VALID_FROM,
    VALID_TO,
)

PLAIN = ("name", "currency", "incoterm", "place", "valid_to")


def take_lists(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the price lists what the rows say."""
    partners = resolve(session, Partner.code, records, "partner", intake, _("Import the partners first."))
    accounts = _accounts(session)
    there = dict(session.execute(select(PriceList.code, PriceList.valid_from)).all())
    owners = dict(session.execute(select(PriceList.code, PriceList.partner_id)).all())
    rows = []
    for record in unrefused(records, intake):
        values = _list_values(record, partners, accounts, intake)
        began = values.get("valid_from") or there.get(record["list"]) or today()
        ends = values.get("valid_to")
        if ends and ends < began:
            intake.reject(record, "valid_to", _("The prices would end before they begin."))
        owner = values.get("partner_id", owners.get(record["list"]))
        if values.get("kind") == PriceKind.PURCHASE and owner is None:
            intake.reject(record, "partner", _("Purchase prices need the supplier who asks them."))
        rows.append((record, values))
    kept = without_refused(rows, intake)
    upsert(session, PriceList, kept, ("code",), intake, made_with=lambda _record: {"valid_from": today()})


def _list_values(
    record: Record, partners: Mapping[str, int], accounts: Mapping[str, int], intake: Intake
) -> dict[str, Any]:
    values = {"code": record["list"], **made_of(record.values, {name: name for name in PLAIN})}
    if "list_kind" in record.values:
        values["kind"] = record["list_kind"]
    if "partner" in record.values:
        values["partner_id"] = partners.get(record["partner"])
    if "account" in record.values:
        values["account_id"] = accounts.get(record["account"])
        if record["account"] and values["account_id"] is None:
            intake.reject(record, "account", unknown(record["account"], _("Connect the shop first.")))
    if record.get("valid_from"):  # empty: as it is, and today for a new list
        values["valid_from"] = record["valid_from"]
    return values


def _accounts(session: Session) -> dict[str, int]:
    """Accounts by "platform/name"."""
    rows = session.execute(select(PlatformAccount.platform, PlatformAccount.name, PlatformAccount.id))
    return {f"{platform}/{name}": account_id for platform, name, account_id in rows}


def give_lists(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every price list, by code."""
    accounts = {account_id: name for name, account_id in _accounts(session).items()}
    rows = select(PriceList, Partner.code).outerjoin(Partner, Partner.id == PriceList.partner_id)
    for one, partner in session.execute(rows.order_by(PriceList.code)):
        yield {
            "list": one.code,
            "name": one.name,
            **{key: getattr(one, name) for key, name in FACTS.items()},
            "partner": partner or "",
            "account": accounts.get(one.account_id or 0, ""),
        }


def take_prices(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Put the prices on their lists; lists that are not there are made."""
    items = resolve(session, Item.sku, records, "sku", intake, _("Import the items first."))
    partners = resolve(session, Partner.code, records, "partner", intake, _("Import the partners first."))
    lists = PriceLists(session, partners, intake)
    rows: list[tuple[Record, dict[str, Any]]] = []
    for record in unrefused(records, intake):
        list_id = lists.of(record)
        if list_id is not None:
            rows.append((record, _price_values(record, list_id, items[record["sku"]])))
    _refuse_double(rows, intake)
    _refuse_rising(session, rows, intake)
    upsert(session, PriceLine, without_refused(rows, intake), ("list_id", "item_id", "min_quantity"), intake)
    changed = [values for record, values in rows if intake.verdict(record) is not Verdict.UNCHANGED]
    touched(session, PriceList, {values["list_id"] for values in changed})


def _price_values(record: Record, list_id: int, item_id: int) -> dict[str, Any]:
    quantity = record.get("from_quantity", Decimal(1))
    values = {"list_id": list_id, "item_id": item_id, "min_quantity": quantity, "price": record["price"]}
    return values | made_of(record.values, {"lead_days": "lead_days"})


def _refuse_double(rows: Sequence[tuple[Record, Mapping[str, Any]]], intake: Intake) -> None:
    seen: dict[tuple[Any, ...], Record] = {}
    for record, values in rows:
        key = (values["list_id"], values["item_id"], values["min_quantity"])
        first = seen.setdefault(key, record)
        if first is not record:
            intake.reject(record, "from_quantity", _("Row {row} gives this price already.", row=first.row))


def _refuse_rising(
    session: Session, rows: Sequence[tuple[Record, Mapping[str, Any]]], intake: Intake
) -> None:
    """Refuse rows after which a larger quantity would not be cheaper."""
    breaks: dict[tuple[int, int], dict[Decimal, tuple[Decimal, Record | None]]] = {}
    for record, values in rows:
        at = breaks.setdefault((values["list_id"], values["item_id"]), {})
        at[values["min_quantity"]] = (values["price"], record)
    _add_stored(session, breaks)
    for steps in breaks.values():
        for (low, (dear, one)), (high, (cheap, other)) in pairwise(
            sorted(steps.items(), key=lambda at: at[0])
        ):
            given = other or one
            if cheap >= dear and given is not None:
                reason = _(
                    "{sku} would cost {cheap} from {high}, which is not less than {dear} from {low}.",
                    sku=given["sku"], cheap=cheap, high=high, dear=dear, low=low,
                )  # fmt: skip
                intake.reject(given, "price", reason)


def _add_stored(
    session: Session, breaks: dict[tuple[int, int], dict[Decimal, tuple[Decimal, Record | None]]]
) -> None:
    columns = select(PriceLine.list_id, PriceLine.item_id, PriceLine.min_quantity, PriceLine.price)
    for part in chunks(list_id for list_id, _item_id in breaks):
        for list_id, item_id, quantity, price in session.execute(columns.where(PriceLine.list_id.in_(part))):
            if (steps := breaks.get((list_id, item_id))) is not None:
                steps.setdefault(quantity, (price, None))


def give_prices(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every price, by list, SKU and quantity."""
    facts = [getattr(PriceList, name).label(key) for key, name in FACTS.items()]
    rows = (
        select(
            PriceList.code.label("list"),
            Item.sku,
            PriceLine.min_quantity.label("from_quantity"),
            PriceLine.price,
            PriceLine.lead_days,
            Partner.code.label("partner"),
            *facts,
        )
        .join(PriceLine, PriceLine.list_id == PriceList.id)
        .join(Item, Item.id == PriceLine.item_id)
        .outerjoin(Partner, Partner.id == PriceList.partner_id)
        .order_by(PriceList.code, Item.sku, PriceLine.min_quantity)
    )
    for row in session.execute(rows):
        yield {**row._mapping, "partner": row.partner or ""}


KINDS = (
    Kind("price-lists", N_("Price lists"), LIST_FIELDS, take_lists, give_lists, needs=("partners",)),
    Kind("prices", N_("Prices"), PRICE_FIELDS, take_prices, give_prices, needs=("items", "partners")),
)
