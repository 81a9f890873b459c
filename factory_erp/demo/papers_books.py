"""What the demo's accountant and its mail server know of the papers: VAT invoices, rebate, messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from factory_erp.demo import lookup
from factory_erp.demo.papers_orders import SIGHT
from factory_erp.services import clock
from factory_erp.services.customs import supplier_invoices
from factory_erp.services.customs.rebate_months import MonthTaxes, save_month_taxes
from factory_erp.services.customs.supplier_invoices import SupplierInvoiceInput
from factory_erp.services.mail import sending as mail
from factory_erp.services.mail import settings as mail_settings
from factory_erp.services.mail.drafts import compose_mail
from factory_erp.services.mail.groups import Group
from factory_erp.services.mail.sending import MailInput
from factory_erp.services.mail.settings import MailSettings

SERVER = MailSettings("smtp.lanbei.example", user="export@lanbei.example", sender="export@lanbei.example",
                      sender_name="Lanbei Export Desk")  # fmt: skip
"""No such server can be reached: names under .example belong to nobody (RFC 2606)."""

_VAT = Decimal("0.13")
_LAMPS = "*电光源*LED台灯"
_BOUGHT = (("S-LED", "26332000000118842061", 1, "DLA-WH-UK", 4200, "39.20"),
           ("S-LED", "26332000000118842061", 2, "DLA-BK-UK", 2400, "39.20"))  # fmt: skip
"""Supplier, number of his invoice, its line, what was bought, pieces, price in yuan without tax."""
_STRAY = SupplierInvoiceInput(
    "26332000000120377415", 0, "*纸制品*瓦楞纸箱", "个", Decimal(700), Decimal("4830"), Decimal("627.90")
)
"""An invoice that belongs to no shipment yet."""

_SENT = "250 2.0.0 Ok: queued as 7C41E20A9F"
_REFUSED = "550 5.1.1 <{address}>: Recipient address rejected: User unknown"
_WRONG_ADDRESS = "bookings@fanyu-forwarding.example"


def write_invoices(shipment: int, today: date) -> None:
    """The lamps were bought ready-made; cartons come with an invoice that nobody has put anywhere."""
    items = lookup.items()
    for code, number, line, sku, pieces, price in _BOUGHT:
        net = pieces * Decimal(price)
        given = SupplierInvoiceInput(
            number, lookup.partner(code), _LAMPS, "个", Decimal(pieces), net, _tax(net), line, shipment,
            items[sku], today - timedelta(days=12),
        )  # fmt: skip
        supplier_invoices.save_supplier_invoice(given, f"demo:{number}:{line}")
    stray = replace(_STRAY, supplier_id=lookup.partner("S-BOX"), issued_on=today - timedelta(days=5))
    supplier_invoices.save_supplier_invoice(stray, f"demo:{stray.number}")


def _tax(net: Decimal) -> Decimal:
    return (net * _VAT).quantize(Decimal("0.01"), ROUND_HALF_UP)


def type_taxes(today: date) -> None:
    """What the accountant types for the month's return."""
    taxes = MonthTaxes(Decimal("86420.15"), Decimal("21788.40"), Decimal("5310.00"))
    save_month_taxes(today.year, today.month, taxes)


def set_up_mail() -> None:
    """The mail server as it is entered."""
    mail_settings.save_mail_settings(SERVER)


def send(shipment: int, moment: datetime) -> None:
    """The buyer got his set; the forwarder's address was misspelt, and his mail server refused it."""
    _mail(shipment, moment - timedelta(minutes=35), "buyer", SIGHT.email, _SENT, sent=True)
    answer = _REFUSED.format(address=_WRONG_ADDRESS)
    _mail(shipment, moment - timedelta(minutes=20), "carrier", _WRONG_ADDRESS, answer, sent=False)


def _mail(shipment: int, then: datetime, group: Group, to: str, answer: str, *, sent: bool) -> None:
    with clock.at(then):
        draft = compose_mail(shipment, group=group)
        written = mail.write_mail(
            shipment, MailInput((to,), draft.subject, draft.body, form="zip", group=group),
            f"demo:{group}:{shipment}",
        ).value  # fmt: skip
        if not any(one.id == written and one.tries for one in mail.mails(shipment)):
            mail.start_mail(written)
            mail.settle_mail(written, answer, sent=sent)
