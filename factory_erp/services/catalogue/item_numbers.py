"""What partners and platforms call our items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, ItemNumber
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import PlatformAccount, SkuMapping
from factory_erp.services.base import get, query, use_case
from factory_erp.services.catalogue.index import index_item
from factory_erp.services.master_data import assign, check_texts, differs
from factory_erp.services.names import ItemNames


@dataclass(frozen=True, slots=True)
class NumberView:
    """The number and name that a partner has for an item of ours."""

    id: int
    partner_id: int
    partner_code: str
    partner: str
    item_id: int
    sku: str
    name: str
    code: str
    partner_name: str
    """What the partner calls the item, empty where he has no name of his own."""


@dataclass(frozen=True, slots=True)
class PlatformNumber:
    """The SKU of an item in a shop on a platform."""

    account_id: int
    platform: str
    account: str
    external_sku: str


@dataclass(frozen=True, slots=True)
class ItemNumbers:
    """All that others call an item."""

    partners: tuple[NumberView, ...]
    platforms: tuple[PlatformNumber, ...]


@query
def numbers_of_item(session: Session, item_id: int) -> ItemNumbers:
    """What partners call the item, and the platforms' own SKUs beside it. Raises NotFound."""
    get(session, Item, item_id)
    partners = _views(session, _rows().where(ItemNumber.item_id == item_id))
    mapped = (
        select(PlatformAccount.id, PlatformAccount.platform, PlatformAccount.name, SkuMapping.external_sku)
        .join(PlatformAccount, PlatformAccount.id == SkuMapping.account_id)
        .where(SkuMapping.item_id == item_id)
        .order_by(PlatformAccount.name, PlatformAccount.id, SkuMapping.external_sku)
    )
    return ItemNumbers(tuple(partners), tuple(PlatformNumber(*row) for row in session.execute(mapped)))


@query
def numbers_of_partner(session: Session, partner_id: int, words: str = "") -> list[NumberView]:
    """The partner's numbers for our items, those whose number, name or SKU contains *words*."""
    get(session, Partner, partner_id)
    rows = _rows().where(ItemNumber.partner_id == partner_id)
    wanted = words.strip()
    if wanted:
        columns = (ItemNumber.code, ItemNumber.name, Item.sku)
        rows = rows.where(or_(*(column.icontains(wanted, autoescape=True) for column in columns)))
    return list(_views(session, rows))


def _rows() -> Select[ItemNumber, str, str, str]:
    return (
        select(ItemNumber, Partner.code, Partner.name, Item.sku)
        .join(Partner, Partner.id == ItemNumber.partner_id)
        .join(Item, Item.id == ItemNumber.item_id)
        .order_by(Partner.code, ItemNumber.code)
    )


def _views(session: Session, statement: Select[ItemNumber, str, str, str]) -> Iterable[NumberView]:
    rows = session.execute(statement).all()
    names = ItemNames(session, [number.item_id for number, *_rest in rows])
    return [
        NumberView(
            id=number.id,
            partner_id=number.partner_id,
            partner_code=partner_code,
            partner=partner,
            item_id=number.item_id,
            sku=sku,
            name=names.of(number.item_id),
            code=number.code,
            partner_name=number.name,
        )
        for number, partner_code, partner, sku in rows
    ]


@query
def item_numbered(session: Session, partner_id: int, code: str) -> int | None:
    """Id of the item that the partner calls *code*; None where he calls nothing so."""
    return session.scalar(select(ItemNumber.item_id).filter_by(partner_id=partner_id, code=code.strip()))


@use_case
def save_number(session: Session, partner_id: int, item_id: int, code: str, name: str = "") -> int:
    """Write what a partner calls an item, in place of what he called it before; the row's id.

    Raises InvalidValue where the number is empty, too long, or the partner's number for another item.
    """
    partner, item = get(session, Partner, partner_id), get(session, Item, item_id, lock=True)
    values = {"code": code.strip(), "name": name.strip()}
    _check(session, partner, item, values)
    row = session.scalar(select(ItemNumber).filter_by(partner_id=partner_id, item_id=item_id))
    if row is None:
        row = ItemNumber(partner_id=partner_id, item_id=item_id, **values)
        session.add(row)
    elif differs(row, values):
        assign(row, values)
    index_item(session, item)
    return row.id


def _check(session: Session, partner: Partner, item: Item, values: dict[str, str]) -> None:
    code = values["code"]
    check_texts(ItemNumber, values, item.sku)
    if not code:
        message = _("The number is empty.")
        raise InvalidValue(message, record=item.sku, field="code", remedy=_("Enter it, or remove the row."))
    taken = select(Item.sku).join(ItemNumber, ItemNumber.item_id == Item.id)
    other = session.scalar(
        taken.where(ItemNumber.partner_id == partner.id, ItemNumber.code == code, Item.id != item.id)
    )
    if other is not None:
        raise InvalidValue(
            _("{partner} calls item {sku} {code} already.", partner=partner.name, sku=other, code=code),
            record=item.sku,
            field="code",
            remedy=_("Correct the number, or remove it from {sku} first.", sku=other),
        )


@use_case
def remove_number(session: Session, partner_id: int, item_id: int) -> None:
    """Forget what a partner calls an item. A number that is gone is no problem."""
    row = session.scalar(select(ItemNumber).filter_by(partner_id=partner_id, item_id=item_id))
    if row is not None:
        session.delete(row)
        index_item(session, get(session, Item, item_id))
