"""Orders from tables: one row for each line, what concerns the whole order in its first row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from factory_erp.domain.money import CURRENCY_EXPONENTS
from factory_erp.i18n import _
from factory_erp.sheets.table import SheetRefused
from factory_erp.sync.connectors.base import (
    OrderLife,
    OrderPage,
    PlatformAddress,
    PlatformOrder,
    PlatformOrderLine,
)
from factory_erp.sync.connectors.dropfolder.folder import Folder
from factory_erp.sync.connectors.dropfolder.inbox import Inbox, Taken
from factory_erp.sync.connectors.dropfolder.rows import Columns, Row, collect, raw, read_rows, same_head
from factory_erp.sync.http.errors import Refused

COLUMNS = Columns(
    key="order_number",
    needed=("order_number", "ordered_on", "buyer", "currency", "sku", "quantity", "unit_price"),
    known={
        "order_number": ("order_number", "order no.", "订单号", "订单编号"),
        "ordered_on": ("ordered_on", "order date", "下单日期", "下单时间"),
        "status": ("status", "状态"),
        "buyer": ("buyer", "buyer name", "买家", "客户"),
        "buyer_id": ("buyer_id", "买家编号"),
        "buyer_email": ("buyer_email", "e-mail", "邮箱"),
        "company": ("company", "公司"),
        "contact": ("contact", "联系人"),
        "phone": ("phone", "电话"),
        "country": ("country", "国家"),
        "province": ("province", "state", "省"),
        "city": ("city", "城市"),
        "street": ("street", "address", "地址"),
        "postal_code": ("postal_code", "zip", "邮编"),
        "currency": ("currency", "币种"),
        "trade_term": ("trade_term", "incoterm", "贸易术语"),
        "ship_by": ("ship_by", "发货期", "交货日期"),
        "freight": ("freight", "运费"),
        "discount": ("discount", "折扣"),
        "total": ("total", "总金额"),
        "remark": ("remark", "备注"),
        "sku": ("sku", "货号"),
        "model_number": ("model_number", "model", "型号"),
        "name": ("name", "product name", "品名"),
        "quantity": ("quantity", "qty", "数量"),
        "unit": ("unit", "单位"),
        "unit_price": ("unit_price", "price", "单价"),
    },
)

_LINE = ("sku", "model_number", "name", "quantity", "unit", "unit_price")
_HEAD = tuple(name for name in COLUMNS.known if name not in _LINE)

_LIVES = {
    **dict.fromkeys(("", "open", "new", "confirmed", "paid", "已付款", "待发货"), OrderLife.OPEN),
    **dict.fromkeys(("hold", "on hold", "frozen", "暂停", "冻结"), OrderLife.FROZEN),
    **dict.fromkeys(("cancelled", "canceled", "closed", "取消", "已取消", "关闭"), OrderLife.CLOSED),
}


class Orders:
    """Reads ``in/*.csv`` and ``in/*.xlsx``."""

    def __init__(self, folder: Folder, page_size: int) -> None:
        self._folder = folder
        self._inbox = Inbox(folder)
        self._size = page_size

    def pages(self, modified_from: datetime, modified_to: datetime) -> Iterator[OrderPage]:
        """Every order of the files that wait, whatever the window.

        The files are put away when the caller comes back after the last page: it has kept them all then.
        """
        found = collect(self._folder, self._inbox, modified_to, COLUMNS, read_order)
        total = len(found.records) + len(found.problems)
        for number, (orders, problems, last) in enumerate(found.pages(self._size)):
            yield OrderPage(orders, problems, number, total, last)
        self._inbox.put_away(list(found.files))

    def order(self, external_id: str) -> PlatformOrder:
        """The order as the latest file has it that is still there; Refused where none has it."""
        for file in self._inbox.earlier():
            lines = [row for row in self._rows(file) if row.text(COLUMNS.key) == external_id]
            if lines:
                return read_order(lines, file)
        raise Refused(
            "missing",
            _("no file holds this order"),
            record=external_id,
            remedy=_("Put a file with the order into the folder."),
        )

    def _rows(self, file: Taken) -> list[Row]:
        try:
            return read_rows(self._folder, file, COLUMNS) or []
        except SheetRefused:
            return []


def read_order(rows: Sequence[Row], file: Taken) -> PlatformOrder:
    """The order that stands in *rows*; raises InvalidValue naming file, row and column."""
    head = same_head(rows, _HEAD)
    currency = _currency(head)
    return PlatformOrder(
        external_id=head.required("order_number"),
        status=head.text("status") or "open",
        pay_step="",
        contract_version="",
        created_at=head.needed_moment("ordered_on"),
        modified_at=file.seen_at,
        buyer_name=head.required("buyer"),
        buyer_id=head.text("buyer_id", "buyer_email", "buyer"),
        buyer_country=head.country("country"),
        address=_address(head),
        lines=tuple(_lines(rows, currency)),
        product_total=None,
        shipment_fee=head.optional("freight", 3),
        discount=head.optional("discount", 3),
        adjustment=None,
        total=head.optional("total", 3),
        advance=None,
        balance=None,
        currency=currency,
        trade_term=head.text("trade_term").upper(),
        shipment_method="",
        agreed_ship_date=head.moment("ship_by"),
        remark=head.text("remark"),
        raw=raw(rows),
        life=_life(head),
        buyer_email=head.text("buyer_email"),
    )


def _currency(head: Row) -> str:
    code = head.required("currency").upper()
    if code not in CURRENCY_EXPONENTS:
        raise head.fail("currency", _("'{code}' is not an ISO 4217 code such as USD.", code=code))
    return code


def _life(head: Row) -> OrderLife:
    """A word that is not known is refused: "cancel it" must not be taken for an order to be made."""
    found = _LIVES.get(head.text("status").casefold())
    if found is None:
        raise head.fail("status", _("it is none of: open, hold, cancelled."))
    return found


def _address(head: Row) -> PlatformAddress | None:
    names = ("contact", "phone", "province", "city", "street", "postal_code", "company")
    said = {name: head.text(name) for name in names}
    country = head.country("country")
    return PlatformAddress(country_code=country, **said) if country or any(said.values()) else None


def _lines(rows: Sequence[Row], currency: str) -> Iterator[PlatformOrderLine]:
    seen: Counter[str] = Counter()
    for row in rows:
        sku = row.text("sku", "model_number")
        if not sku:
            raise row.fail("sku", _("it is missing."))
        seen[sku] += 1
        yield PlatformOrderLine(
            external_line_id=f"/{quoted(sku)}/{seen[sku]}",
            product_id="",
            sku_id=sku,
            sku_code=row.text("sku"),
            model_number=row.text("model_number"),
            name=row.text("name"),
            quantity=_quantity(row),
            unit=row.text("unit"),
            unit_price=row.number("unit_price"),
            currency=currency,
            unit_code=row.unit("unit"),
        )


def _quantity(row: Row) -> Decimal:
    found = row.number("quantity")
    if not found:
        raise row.fail("quantity", _("it is nothing."))
    return found


def quoted(sku: str) -> str:
    """The SKU as a part of a line's id, whose parts slashes divide."""
    return sku.replace("%", "%25").replace("/", "%2F")


def unquoted(part: str) -> str:
    """The SKU that ``quoted`` was given."""
    return part.replace("%2F", "/").replace("%25", "%")
