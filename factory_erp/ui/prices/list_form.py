"""The form of a price list: a new one, another one like it, or a change of what stands on its head."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from factory_erp.domain.incoterms import INCOTERMS
from factory_erp.domain.money import CURRENCY_EXPONENTS
from factory_erp.i18n import _, language, pgettext
from factory_erp.models.pricing import PriceKind
from factory_erp.services.clock import today
from factory_erp.services.names import CHINESE
from factory_erp.services.pricing import changes as pricing_changes
from factory_erp.services.pricing import sheets as price_sheets
from factory_erp.services.pricing.changes import PriceListInput
from factory_erp.services.pricing.prices import PriceListView
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.form_dialog import FormDialog, UseCase
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.prices import work

USUAL_TERM = "FOB"


def list_fields(kind: PriceKind, jobs: Jobs) -> list[Field]:
    """The form's fields, named as in ``PriceListInput``."""
    sales = kind is PriceKind.SALES
    partner = Field(
        "partner_id", pgettext("price list", "Customer") if sales else _("Supplier"), FieldKind.LOOKUP,
        required=not sales, search=work.customers if sales else work.suppliers, jobs=jobs,
        hint=_("Empty: for everybody") if sales else "",
    )  # fmt: skip
    shop = Field(
        "account_id", _("Platform account"), FieldKind.LOOKUP, search=work.shops, jobs=jobs,
        hint=_("Empty: not for one shop alone"),
    )  # fmt: skip
    return [
        Field("code", _("Code"), required=True, hint=_("For example USD FOB Ningbo")),
        Field("name", _("Name")),
        Field("currency", _("Currency"), required=True, check=_check_currency,
              hint=_("Three letters, for example USD")),
        Field("incoterm", _("Trade term"), FieldKind.CHOICE, choices=term_choices()),
        Field("place", _("Place"), hint=_("Port or town of the trade term; empty fits every place")),
        partner,
        *([shop] if sales else []),
        Field("valid_from", _("Valid from"), FieldKind.DATE, required=True),
        Field("valid_to", _("Valid to"), FieldKind.DATE, hint=_("The last day; empty: without an end")),
    ]  # fmt: skip


def term_choices() -> list[tuple[object, str]]:
    """The Incoterms 2020 rules with their names in the window's language."""
    chinese = language() == CHINESE
    return [(code, f"{code} · {rule.zh if chinese else rule.en}") for code, rule in INCOTERMS.items()]


def _check_currency(value: object) -> str:
    known = str(value).strip().upper() in CURRENCY_EXPONENTS
    return "" if known else _("A currency has three letters, for example USD.")


def as_input(
    kind: PriceKind, values: Mapping[str, Any], known: PriceListView | None = None
) -> PriceListInput:
    """What the form says, over the version of the list that it was read from."""
    return PriceListInput(
        code=values["code"],
        name=values["name"] or "",
        kind=kind,
        currency=str(values["currency"]).strip().upper(),
        incoterm=values["incoterm"],
        place=values["place"] or "",
        partner_id=values["partner_id"],
        account_id=values.get("account_id"),
        valid_from=values["valid_from"],
        valid_to=values["valid_to"],
        id=known.id if known is not None else None,
        version=known.version if known is not None else None,
    )


def shown_values(one: PriceListView) -> dict[str, object]:
    """A list as its form shows it."""
    return {
        "code": one.code,
        "name": one.name,
        "currency": one.currency,
        "incoterm": one.incoterm,
        "place": one.place,
        "partner_id": Choice(one.partner_id, one.partner) if one.partner_id is not None else None,
        "account_id": Choice(one.account_id, one.account) if one.account_id is not None else None,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
    }


def ask_new(jobs: Jobs, kind: PriceKind, parent: QWidget) -> FormDialog:
    """The open dialog for a list without prices."""
    values = {
        "incoterm": USUAL_TERM,
        "currency": "USD" if kind is PriceKind.SALES else "CNY",
        "valid_from": today(),
    }
    note = _("Prices are entered in the list once it is there: by hand, pasted from Excel, or imported.")
    title = _("New sales list") if kind is PriceKind.SALES else _("New purchase list")
    return _ask(jobs, title, kind, values, partial(_saving, kind, None), _("Make list"), note, parent)


def ask_change(jobs: Jobs, known: PriceListView, parent: QWidget) -> FormDialog:
    """The open dialog for the head of a list."""
    save = partial(_saving, known.kind, known)
    values = shown_values(known)
    return _ask(jobs, _("Price list"), known.kind, values, save, _("Save list"), "", parent)


def ask_copy(jobs: Jobs, known: PriceListView, parent: QWidget) -> FormDialog:
    """The open dialog for another list with the same prices."""
    values = shown_values(known) | {"code": "", "valid_from": today(), "valid_to": None}
    note = _(
        "The new list begins with all prices of {code}. Give it its own code, customer or days.",
        code=known.code,
    )
    save = partial(_copying, known)
    return _ask(jobs, _("Copy price list"), known.kind, values, save, _("Copy list"), note, parent)


def _ask(
    jobs: Jobs,
    title: str,
    kind: PriceKind,
    values: Mapping[str, object],
    save: UseCase,
    act: str,
    note: str,
    parent: QWidget,
) -> FormDialog:
    dialog = FormDialog(jobs, title, list_fields(kind, jobs), values, save, act,
                        note=note, columns=3, parent=parent)  # fmt: skip
    dialog.resize(760, 360)
    dialog.open()
    return dialog


def _saving(kind: PriceKind, known: PriceListView | None, values: Mapping[str, Any]) -> Callable[[], object]:
    return partial(pricing_changes.save_price_list, as_input(kind, values, known))


def _copying(known: PriceListView, values: Mapping[str, Any]) -> Callable[[], object]:
    return partial(price_sheets.copy_price_list, known.id, as_input(known.kind, values))
