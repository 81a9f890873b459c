"""Our own company, and the buyers that platforms bring."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.partners import AddressUse, Company, Partner, PartnerAddress, PartnerRole, Role
from factory_erp.models.platforms import Binding, PlatformAccount
from factory_erp.services.base import query, use_case
from factory_erp.services.incoming import IncomingOrder

BUYERS = "buyer"


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
    row = session.scalar(select(Company)) or Company(code="main")
    for field in fields(CompanyView):
        setattr(row, field.name, getattr(view, field.name))
    session.add(row)


def platform_buyer(session: Session, account: PlatformAccount, order: IncomingOrder) -> Partner:
    """The customer behind a platform's buyer, made at the first order; bound by the platform's id."""
    external_id = order.buyer_id or f"{order.buyer_name}|{order.country}"
    bound = select(Binding).filter_by(account_id=account.id, kind=BUYERS, external_id=external_id)
    binding = session.scalar(bound)
    if binding is not None:
        found = session.get(Partner, binding.record_id)
        assert found is not None
        return found
    made = _new_buyer(account, order, external_id)
    session.add(made)
    session.flush()
    session.add(Binding(account_id=account.id, kind=BUYERS, external_id=external_id, record_id=made.id))
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
        roles=[PartnerRole(role=Role.CUSTOMER)],
        addresses=[address],
    )


def _code(full: str) -> str:
    """At most 40 characters; a longer one ends in its hash, so that two long names stay two codes."""
    if len(full) <= 40:
        return full
    return f"{full[:31]}-{hashlib.sha256(full.encode()).hexdigest()[:8]}"
