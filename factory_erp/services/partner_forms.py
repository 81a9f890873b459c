"""One partner as a form shows and saves it: every rule checked, each under its field; addresses aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _, language
from factory_erp.models.engineering import Calendar
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.services.base import get, query, use_case
from factory_erp.services.engineering.revisions import raise_version
from factory_erp.services.exchange.code_readers import country, currency, language_code
from factory_erp.services.master_data import assign, differs, same_version, text_problems, under
from factory_erp.services.names import CHINESE

CLASSES = ("A", "B", "C")
"""How much a late order of a customer hurts, the most first."""

MOST = 2_000
"""Partners that the list shows at once."""


@dataclass(frozen=True, slots=True)
class PartnerForm:
    """The plain fields of a partner; country, language and currency as codes or names of them.

    ``calendar_id``: the days on which he delivers, None for every day. A new one has no *id*; its
    *client_key* lets a repeated save find it again.
    """

    code: str
    name: str = ""
    name_local: str = ""
    country: str = ""
    language: str = "en"
    currency: str = "USD"
    payment_terms: str = ""
    tax_id: str = ""
    email: str = ""
    phone: str = ""
    priority_class: str = "B"
    calendar_id: int | None = None
    roles: tuple[Role, ...] = (Role.CUSTOMER,)
    id: int | None = None
    version: int | None = None
    client_key: str | None = None

    def values(self) -> dict[str, Any]:
        """Attribute → value as it is stored; what cannot be read stays as it was typed."""
        values = {name: getattr(self, name) for name in _PLAIN}
        plain = {name: one.strip() if isinstance(one, str) else one for name, one in values.items()}
        return plain | {name: _read(reader, plain[name])[0] for name, reader in _READERS.items()}


_PLAIN = tuple(
    field.name for field in fields(PartnerForm) if field.name not in {"roles", "id", "version", "client_key"}
)
_READERS: dict[str, Callable[[str], str]] = {
    "country": country(), "language": language_code(), "currency": currency(),
}  # fmt: skip


def _read(reader: Callable[[str], str], text: str) -> tuple[str, InvalidValue | None]:
    """The code that *text* stands for, or the text itself and why it stands for none."""
    try:
        return reader(text), None
    except InvalidValue as error:
        return text, error


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner in the list; *name* is the local one where the reader speaks Chinese."""

    id: int
    code: str
    name: str
    roles: tuple[Role, ...]
    priority_class: str


@query
def partner_rows(session: Session, words: str = "") -> tuple[PartnerRow, ...]:
    """Partners whose code or a name contains *words*, by code; at most ``MOST``."""
    statement = select(Partner).options(selectinload(Partner.roles)).order_by(Partner.code)
    if wanted := words.strip():
        columns = (Partner.code, Partner.name, Partner.name_local)
        statement = statement.where(or_(*(column.icontains(wanted, autoescape=True) for column in columns)))
    local = language() == CHINESE
    return tuple(
        PartnerRow(one.id, one.code, (one.name_local if local else "") or one.name, _roles(one),
                   one.priority_class)
        for one in session.scalars(statement.limit(MOST))
    )  # fmt: skip


def _roles(partner: Partner) -> tuple[Role, ...]:
    held = {one.role for one in partner.roles}
    return tuple(role for role in Role if role in held)


@query
def partner_form(session: Session, partner_id: int) -> PartnerForm:
    """The partner as its form shows it. Raises NotFound."""
    one = get(session, Partner, partner_id)
    values = {name: getattr(one, name) for name in _PLAIN}
    return PartnerForm(**values, roles=_roles(one), id=one.id, version=one.version, client_key=one.client_key)


@use_case
def save_partner(session: Session, form: PartnerForm) -> int:
    """Make or change a partner; its id. The same form saved again changes nothing.

    Raises InvalidValue with the field's name, NotFound, and Conflict where somebody else changed the
    partner since the form read it.
    """
    partner = _found(session, form)
    for error in _problems(session, form, partner):
        raise error
    values = form.values()
    if partner is None:
        partner = Partner(**values, client_key=form.client_key)
        partner.roles = [PartnerRole(role=role) for role in form.roles]
        session.add(partner)
    elif set(form.roles) != set(_roles(partner)) or differs(partner, values):
        same_version(partner, form.version, partner.code)
        assign(partner, values)
        _put_roles(partner, form)
    session.flush()
    return partner.id


def _put_roles(partner: Partner, form: PartnerForm) -> None:
    held = {one.role: one for one in partner.roles}
    if set(held) != set(form.roles):
        partner.roles = [held.get(role) or PartnerRole(role=role) for role in form.roles]
        raise_version(partner, "code")


def _found(session: Session, form: PartnerForm) -> Partner | None:
    """The partner that the form is about; one that was made by it a moment ago is found again."""
    if form.id is not None:
        return get(session, Partner, form.id)
    if form.client_key is None:
        return None
    return session.scalar(select(Partner).filter_by(client_key=form.client_key))


def _problems(session: Session, form: PartnerForm, partner: Partner | None) -> Iterator[InvalidValue]:
    values = form.values()
    code = values["code"]
    for name, reader in _READERS.items():
        error = _read(reader, values[name])[1]
        yield from [under(error, name, code)] if error is not None else []
    yield from text_problems(Partner, values, code)
    yield from _code_problems(session, code, partner)
    if not values["name"]:
        yield _invalid(code, "name", _("A partner needs a name."), _("Enter the name of the firm."))
    if values["priority_class"] not in CLASSES:
        message = _("'{value}' is not known.", value=values["priority_class"])
        yield _invalid(code, "priority_class", message, _("Choose from the list."))
    calendar_id = values["calendar_id"]
    if calendar_id is not None and session.get(Calendar, calendar_id) is None:
        message = _("The calendar is not there any more.")
        yield _invalid(code, "calendar_id", message, _("Choose another calendar, or none."))


def _code_problems(session: Session, code: str, partner: Partner | None) -> Iterator[InvalidValue]:
    if not code or not code.isprintable():
        message = _("A partner needs a code that can be printed.")
        yield _invalid(code, "code", message, _("Enter the short name by which your factory knows it."))
        return
    other = session.scalar(select(Partner.id).filter_by(code=code))
    if other is not None and (partner is None or partner.id != other):
        message = _("There is a partner {code} already.", code=code)
        yield _invalid(code, "code", message, _("Choose another code."))


def _invalid(record: str, field: str, message: str, remedy: str) -> InvalidValue:
    return InvalidValue(message, record=record, field=field, remedy=remedy)
