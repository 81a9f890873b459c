"""Which customer a platform's new buyer is: suggestions, and the remedies that heal all his orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.models.platforms import ExceptionKind, ExceptionState, PlatformAccount, SyncException
from factory_erp.services.base import get, query, use_case
from factory_erp.services.catalogue.views import likeness
from factory_erp.services.incoming import IncomingOrder
from factory_erp.services.partners import add_buyer, bind_buyer, same_email
from factory_erp.services.platform_orders.intake import Applied, heal, waiting_for

MOST = 8
_LEAST = 0.4
"""Less likeness of names than this is chance."""
_LOOKED_AT = 2000
"""So many customers of the buyer's country are compared by name."""


@dataclass(frozen=True, slots=True)
class BuyerSuggestion:
    """A customer who may be the platform's buyer; ``score`` 0 to 1, ``why`` as shown."""

    partner_id: int
    code: str
    name: str
    country: str
    score: float
    why: str


@query
def buyer_suggestions(session: Session, exception_id: int) -> tuple[BuyerSuggestion, ...]:
    """At most eight customers who may be the new buyer, the likeliest first; none for another kind."""
    record = get(session, SyncException, exception_id)
    if record.kind != ExceptionKind.UNKNOWN_BUYER or not record.payload:
        return ()
    best: dict[int, BuyerSuggestion] = {}
    for partner, score, why in _likely(session, IncomingOrder.from_json(record.payload)):
        known = best.get(partner.id)
        if known is None or known.score < score:
            best[partner.id] = BuyerSuggestion(
                partner.id, partner.code, partner.name, partner.country, score, why
            )
    return tuple(sorted(best.values(), key=lambda one: (-one.score, one.code))[:MOST])


def _likely(session: Session, order: IncomingOrder) -> Iterator[tuple[Partner, float, str]]:
    for partner in same_email(session, order.buyer_email):
        yield partner, 1.0, _("The same e-mail address.")
    customers = select(Partner).join(PartnerRole).where(PartnerRole.role == Role.CUSTOMER)
    same = customers.where(func.lower(Partner.name) == order.buyer_name.strip().lower())
    for partner in session.scalars(same.limit(MOST)):
        yield partner, 0.95, _("The same name.")
    there = customers.where(Partner.country == order.country).order_by(Partner.id.desc())
    for partner in session.scalars(there.limit(_LOOKED_AT)):
        alike = likeness(order.buyer_name, partner.name)
        if alike == 1.0:
            yield partner, 0.94, _("The same name.")
        elif alike >= _LEAST:
            yield partner, 0.9 * alike, _("The same country and a name that is alike.")


@use_case
def use_customer(session: Session, exception_id: int, partner_id: int) -> Applied:
    """The new buyer is that customer: all his orders that waited come in. Raises NotAllowed, InvalidValue."""
    record, account, order = _waiting(session, exception_id)
    partner = get(session, Partner, partner_id)
    if all(row.role != Role.CUSTOMER for row in partner.roles):
        raise InvalidValue(
            _("{partner} is not a customer.", partner=partner.name),
            record=partner.code,
            field="partner_id",
            remedy=_("Choose a customer, or give the partner that role."),
        )
    bind_buyer(session, account, order, partner)
    return _heal(session, account, record)


@use_case
def create_customer(session: Session, exception_id: int) -> Applied:
    """Make a customer of the new buyer: all his orders that waited come in. Raises NotAllowed."""
    record, account, order = _waiting(session, exception_id)
    if record.state == ExceptionState.OPEN:
        add_buyer(session, account, order)
    return _heal(session, account, record)


def _waiting(session: Session, exception_id: int) -> tuple[SyncException, PlatformAccount, IncomingOrder]:
    record = get(session, SyncException, exception_id, lock=True)
    if record.kind != ExceptionKind.UNKNOWN_BUYER or not record.payload:
        raise NotAllowed(
            _("Order {order} does not wait for its buyer.", order=record.external_id),
            record=record.external_id,
            remedy=_("Look at what it waits for, and mend that."),
        )
    account = get(session, PlatformAccount, record.account_id, lock=True)
    return record, account, IncomingOrder.from_json(record.payload)


def _heal(session: Session, account: PlatformAccount, record: SyncException) -> Applied:
    session.flush()
    same = waiting_for(session, account.id, ExceptionKind.UNKNOWN_BUYER, record.subject)
    return heal(session, account, same)
