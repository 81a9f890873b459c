"""The fields of a partner's form, and the words for his roles and class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from factory_erp.i18n import N_, _, language
from factory_erp.models.partners import Role
from factory_erp.services.engineering import calendars
from factory_erp.services.names import CHINESE
from factory_erp.services.partner_forms import PartnerForm
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.rows import Runner

ROLES = {
    Role.CUSTOMER: N_("Customer"),
    Role.SUPPLIER: N_("Supplier"),
    Role.SUBCONTRACTOR: N_("Subcontractor"),
    Role.FORWARDER: N_("Forwarder"),
    Role.BROKER: N_("Customs broker"),
    Role.AGENCY: N_("Agency"),
}
CLASSES = {
    "A": N_("A: a late order hurts most"),
    "B": N_("B: usual"),
    "C": N_("C: a late order hurts least"),
}
COLUMNS = 3
TEXTS = (
    "code", "name", "name_local", "country", "language", "currency", "payment_terms", "tax_id", "email",
    "phone",
)  # fmt: skip


def roles(held: Sequence[Role]) -> str:
    """The roles with commas between them."""
    return ", ".join(_(ROLES[role]) for role in held)


def partner_fields(jobs: Runner) -> list[Field]:
    """The form, row by row of ``COLUMNS``."""
    return [
        Field("code", _("Code"), required=True, hint=_("The short name by which your factory knows it")),
        Field("name", _("Name"), required=True),
        Field("name_local", _("Local name"), hint=_("As it is written in its own language")),
        Field("country", _("Country"), required=True, hint=_("Its code or name: DE, Germany, 德国")),
        Field("language", _("Language"), required=True, hint=_("In which it is written to: en, de, zh_CN")),
        Field("currency", _("Currency"), required=True, hint=_("Its code: USD, EUR, CNY")),
        Field("payment_terms", _("Payment terms")),
        Field("tax_id", _("Tax number")),
        Field("phone", _("Phone")),
        Field("email", _("E-mail")),
        Field("priority_class", _("Customer class"), FieldKind.CHOICE, required=True,
              choices=[(one, _(title)) for one, title in CLASSES.items()],
              hint=_("How much a late order of this customer hurts: the plan serves A before B before C")),
        Field("calendar_id", _("Delivery calendar"), FieldKind.LOOKUP, search=find_calendars, jobs=jobs,
              hint=_("The days on which this supplier delivers; empty: every day")),
        *(Field(str(role), _(title), FieldKind.CHECK) for role, title in ROLES.items()),
    ]  # fmt: skip


def find_calendars(text: str) -> Sequence[Choice]:
    """Calendars whose code or name contains what was typed."""
    wanted = text.strip().casefold()
    found = (_choice(one) for one in calendars.calendars())
    return [one for one in found if wanted in f"{one.text} {one.detail}".casefold()]


def calendar_choice(calendar_id: int | None) -> Choice | None:
    """The calendar as its edit shows it; None for every day."""
    found = calendars.calendars() if calendar_id is not None else []
    return next((_choice(one) for one in found if one.id == calendar_id), None)


def _choice(one: calendars.CalendarView) -> Choice:
    return Choice(one.id, one.code, one.name_zh if language() == CHINESE else one.name_en)


def shown(form: PartnerForm, calendar: Choice | None) -> dict[str, object]:
    """Values for the fields."""
    values: dict[str, object] = {name: getattr(form, name) for name in (*TEXTS, "priority_class")}
    return values | {"calendar_id": calendar} | {str(role): role in form.roles for role in ROLES}


def taken(values: Mapping[str, Any], form: PartnerForm) -> PartnerForm:
    """*form* with what stands in the fields."""
    given: dict[str, Any] = {name: values[name] or "" for name in TEXTS}
    given |= {name: values[name] for name in ("priority_class", "calendar_id")}
    return replace(form, **given, roles=tuple(role for role in ROLES if values[str(role)]))
