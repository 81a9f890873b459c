"""Our own company, and the buyers that platforms bring."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.partners import AddressUse, Company, Partner, PartnerAddress, PartnerRole, Role
from factory_erp.models.platforms import Binding, ExceptionKind, PlatformAccount
from factory_erp.services import exception_texts
from factory_erp.services.base import get, query, use_case
from factory_erp.services.incoming import IncomingOrder, PersonNeededError

BUYERS = "buyer"

REBATE_REGIMES = ("manufacturer", "trading")
"""免抵退 of who makes the goods, 免退税 of who buys and sells them."""


@dataclass(frozen=True, slots=True)
class CompanyView:
    """The factory as its settings page and its documents show it."""

    name_en: str
    name_zh: str = ""
    address_en: str = ""
    address_zh: str = ""
    uscc: str = ""
    customs_code: str = ""
    phone: str = ""
    email: str = ""
    currency: str = "CNY"
    port_of_loading: str = "CNNBO"
    source_place: str = ""
    time_zone: str = "Asia/Shanghai"
    rebate_regime: str = "manufacturer"
    """By which rules VAT comes back for exports: one of ``REBATE_REGIMES``."""
    gs1_prefix: str = ""
    authorised_person: str = ""


@query
def company(session: Session) -> CompanyView | None:
    """The factory's own data, or None before anybody entered them."""
    row = session.scalar(select(Company))
    return row and CompanyView(**{field.name: getattr(row, field.name) for field in fields(CompanyView)})


@use_case
def save_company(session: Session, view: CompanyView) -> None:
    """Enter or change the factory's own data. The name is needed on every document."""
    if not view.name_en.strip():
        raise InvalidValue(_("The company needs its English name."), field=_("English name"))
    if view.rebate_regime not in REBATE_REGIMES:
        raise InvalidValue(
            _("There is no tax rebate of the kind '{kind}'.", kind=view.rebate_regime),
            field="rebate_regime",
            remedy=_("Choose one of {kinds}.", kinds=", ".join(REBATE_REGIMES)),
        )
    row = session.scalar(select(Company)) or Company(code="main")
    for field in fields(CompanyView):
        setattr(row, field.name, getattr(view, field.name))
    session.add(row)


def buyer_key(order: IncomingOrder) -> str:
    """By what the platform's buyer is known: the platform's id, else name and country."""
    return order.buyer_id or f"{order.buyer_name}|{order.country}"


def platform_buyer(session: Session, account: PlatformAccount, order: IncomingOrder) -> Partner:
    """The customer behind a platform's buyer, bound by the platform's id at the first order.

    A new buyer is the one customer with the same e-mail, else a new customer. Raises PersonNeededError
    for a new buyer of an account on which a person says who it is.
    """
    external_id = buyer_key(order)
    bound = select(Binding).filter_by(account_id=account.id, kind=BUYERS, external_id=external_id)
    binding = session.scalar(bound)
    if binding is not None:
        return get(session, Partner, binding.record_id)
    if account.ask_new_buyers:
        detail = exception_texts.unknown_buyer(order)
        raise PersonNeededError(ExceptionKind.UNKNOWN_BUYER, external_id[:200], detail)
    alike = same_email(session, order.buyer_email)
    if len(alike) == 1:
        bind_buyer(session, account, order, alike[0])
        return alike[0]
    return add_buyer(session, account, order)


def same_email(session: Session, email: str) -> Sequence[Partner]:
    """The customers with that e-mail address, at most a few; none without an address."""
    wanted = email.strip().casefold()
    if not wanted:
        return ()
    statement = select(Partner).join(PartnerRole).where(PartnerRole.role == Role.CUSTOMER)
    return session.scalars(statement.where(func.lower(Partner.email) == wanted).limit(8)).all()


def bind_buyer(session: Session, account: PlatformAccount, order: IncomingOrder, partner: Partner) -> None:
    """From now on the platform's buyer is that customer."""
    key = {"account_id": account.id, "kind": BUYERS, "external_id": buyer_key(order)}
    binding = session.scalar(select(Binding).filter_by(**key))
    if binding is None:
        session.add(Binding(**key, record_id=partner.id))
    else:
        binding.record_id = partner.id


def add_buyer(session: Session, account: PlatformAccount, order: IncomingOrder) -> Partner:
    """A new customer out of what the order says, bound to the platform's buyer."""
    made = _new_buyer(account, order, buyer_key(order))
    session.add(made)
    session.flush()
    bind_buyer(session, account, order, made)
    return made


def _new_buyer(account: PlatformAccount, order: IncomingOrder, external_id: str) -> Partner:
    address = PartnerAddress(
        use=AddressUse.SHIPPING,
        contact=order.contact,
        phone=order.phone,
        street=order.street,
        city=order.city,
        province=order.province,
        postal_code=order.postal_code,
        country=order.country,
    )
    return Partner(
        code=_code(f"{account.platform}-{account.id}-{external_id}"),
        name=order.buyer_name,
        country=order.country,
        currency=order.currency,
        phone=order.phone,
        email=order.buyer_email,
        roles=[PartnerRole(role=Role.CUSTOMER)],
        addresses=[address],
    )


def _code(full: str) -> str:
    """At most 40 characters; a longer one ends in its hash, so that two long names stay two codes."""
    if len(full) <= 40:
        return full
    return f"{full[:31]}-{hashlib.sha256(full.encode()).hexdigest()[:8]}"
