"""Listings in and out: what is typed on them, and what their promotion cost and brought, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import unscaled
from factory_erp.domain.money import Money, exponent
from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Product
from factory_erp.models.listings import Listing, ListingDay
from factory_erp.models.platforms import PlatformAccount
from factory_erp.services.exchange.catalogue_common import PRODUCT_ALIASES
from factory_erp.services.exchange.fields import Field, code, currency, day, decimal, text, whole
from factory_erp.services.exchange.grouping import made_of, resolve, unknown, unrefused, without_refused
from factory_erp.services.exchange.kind import Intake, Kind, Record
from factory_erp.services.exchange.upsert import Row, upsert
from factory_erp.services.listings.book import offer_new_items, read_listings
from factory_erp.services.listings.values import as_json, texts_of

ACCOUNT = Field(
    "account", N_("Platform account"), text(110), required=True, key_part=True,
    aliases=("Shop", "Account", "店铺", "平台账号"), hint=N_("Platform and name: alibaba/Cup shop."),
)  # fmt: skip
MODEL = Field(
    "model_number", N_("Model number"), text(60), aliases=("Model", "型号"), example="CUP",
    hint=N_("Empty: the product's code."),
)  # fmt: skip
LISTING_FIELDS = (
    ACCOUNT,
    Field("product", N_("Product"), code(40), required=True, key_part=True, aliases=PRODUCT_ALIASES,
          example="CUP"),
    MODEL,
    Field("title", N_("Title"), text(300), aliases=("标题",)),
    Field("keywords", N_("Keywords"), text(300), aliases=("关键词",), example="cup, steel"),
    Field("description", N_("Detailed description"), text(80_000), aliases=("描述", "详情")),
    Field("category_id", N_("Category number"), text(40), aliases=("Category", "类目")),
    Field("category_path", N_("Category path"), text(300), aliases=("类目路径",)),
    Field("min_order", N_("Least order"), decimal(above=0), default=None, aliases=("MOQ", "起订量"),
          example="100"),
    Field("shipping_template", N_("Shipping template"), text(40), aliases=("运费模板",)),
    Field("listing_days", N_("Days on offer"), whole(0), default=0, aliases=("有效期",)),
    Field("lead_days", N_("Lead time (days)"), whole(1), default=None, aliases=("交货期",), example="15",
          hint=N_("Empty: from the load of the shop.")),
)  # fmt: skip
DAY_FIELDS = (
    ACCOUNT,
    Field("model_number", N_("Model number"), text(60), required=True, key_part=True,
          aliases=("Model", "型号"), example="CUP"),
    Field("day", N_("Day"), day(), required=True, key_part=True, aliases=("Date", "日期"),
          example="2026-11-02"),
    Field("views", N_("Views"), whole(0), default=0, aliases=("Impressions", "曝光量", "曝光"),
          example="1200"),
    Field("clicks", N_("Clicks"), whole(0), default=0, aliases=("点击量", "点击"), example="40"),
    Field("spend", N_("Spend"), decimal(minimum=0), default=Decimal(0), aliases=("Cost", "花费"),
          example="12.50"),
    Field("currency", N_("Currency"), currency(), default="USD", aliases=("币种",), example="USD"),
)  # fmt: skip
_TYPED = tuple(field.key for field in LISTING_FIELDS[3:] if field.key != "keywords")
_DAY = {"day": "day", "views": "views", "clicks": "clicks", "currency": "currency"}

Address = tuple[int, str]
"""Account and model number."""


def _accounts(session: Session) -> dict[str, int]:
    """Accounts by "platform/name"."""
    rows = session.execute(select(PlatformAccount.platform, PlatformAccount.name, PlatformAccount.id))
    return {f"{platform}/{name}": account_id for platform, name, account_id in rows}


def _resolve_accounts(session: Session, records: Sequence[Record], intake: Intake) -> dict[str, int]:
    accounts = _accounts(session)
    for record in records:
        if record["account"] not in accounts:
            intake.reject(record, "account", unknown(record["account"], _("Connect the shop first.")))
    return accounts


def take_listings(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the listings what the rows say; a new one offers every item of the product that is for sale."""
    accounts = _resolve_accounts(session, records, intake)
    products = resolve(session, Product.code, records, "product", intake, _("Import the products first."))
    rows: list[Row] = []
    for record in unrefused(records, intake):
        known = {"account_id": accounts[record["account"]], "product_id": products[record["product"]]}
        rows.append((record, {**known, **_typed(record)}))
    _refuse_models(session, rows, intake)
    kept = without_refused(rows, intake)
    ids = upsert(
        session, Listing, kept, ("account_id", "product_id"), intake,
        made_with=lambda record: {"model_number": record["product"]},
    )  # fmt: skip
    session.flush()
    offer_new_items(session, read_listings(session, ids.values()))


def _typed(record: Record) -> dict[str, Any]:
    values = made_of(record.values, {key: key for key in _TYPED})
    if record.get("model_number"):
        values["model_number"] = record["model_number"]
    if "keywords" in record.values:
        words = record["keywords"].replace("，", ",").split(",")
        values["keywords"] = as_json([word.strip() for word in words if word.strip()])
    return values


def _refuse_models(session: Session, rows: Sequence[Row], intake: Intake) -> None:
    """One model number, one listing of the account."""
    columns = select(Listing.account_id, Listing.model_number, Listing.product_id)
    owner: dict[Address, int] = {(row[0], row[1]): row[2] for row in session.execute(columns)}
    has = {(account, product): model for (account, model), product in owner.items()}
    for record, values in rows:
        account, product = values["account_id"], values["product_id"]
        model = values.get("model_number") or has.get((account, product)) or record["product"]
        if owner.setdefault((account, model), product) != product:
            said = _("Another listing of the account has the model number {model}.", model=model)
            intake.reject(record, "model_number", said)


def give_listings(session: Session) -> Iterator[Mapping[str, Any]]:
    """What is typed on every listing, by account and model number."""
    names = {account_id: name for name, account_id in _accounts(session).items()}
    rows = select(Listing, Product.code).join(Product, Product.id == Listing.product_id)
    for listing, product in session.execute(rows.order_by(Listing.account_id, Listing.model_number)):
        typed = {key: getattr(listing, key) for key in ("model_number", *_TYPED)}
        keywords = ", ".join(texts_of(listing.keywords))
        yield {"account": names[listing.account_id], "product": product, "keywords": keywords, **typed}


def take_days(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the days of the listings what the rows say."""
    accounts = _resolve_accounts(session, records, intake)
    found = select(Listing.account_id, Listing.model_number, Listing.id)
    listings: dict[Address, int] = {(row[0], row[1]): row[2] for row in session.execute(found)}
    rows: list[Row] = []
    for record in unrefused(records, intake):
        listing_id = listings.get((accounts[record["account"]], record["model_number"]))
        if listing_id is None:
            remedy = _("Add the listing first.")
            intake.reject(record, "model_number", unknown(record["model_number"], remedy))
            continue
        rows.append(
            (record, {"listing_id": listing_id, **made_of(record.values, _DAY), **_spent(record, intake)})
        )
    upsert(
        session, ListingDay, without_refused(rows, intake), ("listing_id", "day"), intake,
        made_with=lambda _record: {"currency": "USD"},
    )  # fmt: skip


def _spent(record: Record, intake: Intake) -> dict[str, int]:
    if "spend" not in record.values:
        return {}
    try:
        return {"spend_minor": Money.of(record["spend"], record.get("currency") or "USD").minor}
    except InvalidValue as error:
        intake.reject(record, "spend", str(error))
        return {}


def give_days(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every day that was written down, by account, model number and day."""
    names = {account_id: name for name, account_id in _accounts(session).items()}
    rows = (
        select(ListingDay, Listing.account_id, Listing.model_number)
        .join(Listing, Listing.id == ListingDay.listing_id)
        .order_by(Listing.account_id, Listing.model_number, ListingDay.day)
    )
    for row, account_id, model in session.execute(rows):
        plain = {key: getattr(row, key) for key in _DAY}
        spend = unscaled(row.spend_minor, exponent(row.currency))
        yield {"account": names[account_id], "model_number": model, "spend": spend, **plain}


KINDS = (
    Kind(
        "listings", N_("Listings"), LISTING_FIELDS, take_listings, give_listings, needs=("products", "items")
    ),
    Kind("listing-days", N_("Days of listings"), DAY_FIELDS, take_days, give_days, needs=("listings",)),
)
