"""The days of open letters of credit that must not be missed, for the page of the day.

Latest shipment (44C, or the end of 44D), presentation and expiry are counted after UCP 600: article 14c for
presentation, article 29 for banking days (a latest shipment is never moved by them: 29c), article 3 for
words. A calendar with the code BANK tells when the bank is closed; without one it is closed on weekends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from factory_erp.checking.dates import BankingDays, presentation_deadline, shipment_window
from factory_erp.i18n import _
from factory_erp.models.credits import CreditState, LetterOfCredit
from factory_erp.models.engineering import Calendar, CalendarException
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services.credits.shipments import under_credit

BANK = "BANK"
"""Code of the calendar that says when the bank is closed."""

AHEAD_DAYS = 30
"""Days ahead that are shown."""

LIMIT = 50
"""Most rows that the page of the day shows."""

SHIP_DAYS = 14
"""Goods that are not in a shipment so many days before the latest shipment are at risk."""

PAPER_DAYS = 5
"""So many days before papers must be at the bank they should be issued, before goods leave be packed."""

_SATURDAY = 5

Due = Literal["shipment", "presentation", "expiry"]


@dataclass(frozen=True, slots=True)
class CreditDate:
    """A day of a credit: what is due, in how many *days* (negative: past), the sentence, and its *link*.

    *shipment_id* None: the credit as a whole. *at_risk*: as things stand it will be missed, or was.
    """

    credit_id: int
    number: str
    customer: str
    shipment_id: int | None
    shipment: str
    due: Due
    day: date
    days: int
    reason: str
    at_risk: bool
    link: str


def due_dates(session: Session, day: date, limit: int = LIMIT) -> list[CreditDate]:
    """What is due of open credits until AHEAD_DAYS after *day*, at most *limit*, the most urgent first."""
    open_ones = list(
        session.scalars(
            select(LetterOfCredit)
            .where(LetterOfCredit.state != CreditState.CLOSED)
            .options(joinedload(LetterOfCredit.customer))
            .order_by(LetterOfCredit.expires_on, LetterOfCredit.id)
        )
    )
    shipments: dict[int | None, list[Shipment]] = defaultdict(list)
    for shipment in under_credit(session, [row.id for row in open_ones], amounts=False):
        shipments[shipment.credit_id].append(shipment)
    banking = banking_days(session, day)
    found = [
        one
        for row in open_ones
        for one in _Dates(row, shipments[row.id], day, banking).all()
        if one.days <= AHEAD_DAYS
    ]
    return sorted(found, key=lambda one: (one.day, not one.at_risk, one.number))[:limit]


def banking_days(session: Session, day: date) -> BankingDays:
    """When the bank works from half a year before *day* to a year after it."""
    calendar_id = session.scalar(select(Calendar.id).filter_by(code=BANK))
    if calendar_id is None:
        return BankingDays()
    spans = select(CalendarException.day, CalendarException.start_minute, CalendarException.end_minute).where(
        CalendarException.calendar_id == calendar_id,
        CalendarException.day.between(day - timedelta(days=183), day + timedelta(days=366)),
    )
    rows = session.execute(spans).all()
    worked = {row.day for row in rows if row.end_minute > row.start_minute}
    return BankingDays(
        holidays=frozenset(row.day for row in rows) - worked,
        worked=frozenset(one for one in worked if one.weekday() >= _SATURDAY),
    )


class _Dates:
    """The days of one credit with its shipments, as seen on a day."""

    def __init__(
        self, credit: LetterOfCredit, shipments: Sequence[Shipment], day: date, banking: BankingDays
    ) -> None:
        self.credit, self.shipments = credit, shipments
        self.today, self.banking = day, banking
        self.latest = credit.latest_shipment or shipment_window(credit.shipment_period).last

    def all(self) -> Iterator[CreditDate]:
        """What is due: of each shipment under way, or of the credit while it has none."""
        waiting = [one for one in self.shipments if one.presented_on is None]
        for shipment in waiting:
            if self._left(shipment) is None and self.latest is not None:
                yield self._ship(shipment, self.latest)
            else:
                yield from self._present(shipment)
        unused = not self.shipments and self.credit.state != CreditState.USED
        if unused and self.latest is not None:
            yield self._not_begun(self.latest)
        if self.credit.expires_on is not None and (waiting or unused):
            yield self._expiry(self.banking.next_open(self.credit.expires_on), waiting)

    def _left(self, shipment: Shipment) -> date | None:
        """The day that the goods were on board; what was planned, once they have left."""
        if shipment.on_board is not None or shipment.state != ShipmentState.SHIPPED:
            return shipment.on_board
        return shipment.etd

    def _ship(self, shipment: Shipment, latest: date) -> CreditDate:
        etd = shipment.etd
        if etd is None:
            reason = _("Shipment {number} has no day of departure yet.", number=shipment.number)
            late = (latest - self.today).days <= SHIP_DAYS
        elif etd > latest:
            reason = _("Shipment {number} leaves on {date}: too late.", number=shipment.number, date=str(etd))
            late = True
        else:
            reason = _("Shipment {number} leaves on {date}.", number=shipment.number, date=str(etd))
            late = shipment.state == ShipmentState.DRAFT and (etd - self.today).days <= PAPER_DAYS
        return self._row("shipment", latest, reason, shipment, late=late)

    def _present(self, shipment: Shipment) -> Iterator[CreditDate]:
        days = self.credit.presentation_days
        last = presentation_deadline(self._left(shipment), days, self.credit.expires_on, self.banking)
        if last is None or self._left(shipment) is None:
            return
        ready = shipment.state in (ShipmentState.DOCUMENTED, ShipmentState.SHIPPED)
        reason = (
            _("Take the papers of {number} to the bank.", number=shipment.number)
            if ready
            else _("The papers of {number} are not issued yet.", number=shipment.number)
        )
        near = (last - self.today).days <= PAPER_DAYS
        yield self._row("presentation", last, reason, shipment, late=near and not ready)

    def _not_begun(self, latest: date) -> CreditDate:
        near = (latest - self.today).days <= SHIP_DAYS
        return self._row("shipment", latest, _("No shipment is under this credit yet."), None, late=near)

    def _expiry(self, last: date, waiting: Sequence[Shipment]) -> CreditDate:
        numbers = ", ".join(one.number for one in waiting)
        reason = (
            _("The papers of {numbers} are not at the bank yet.", numbers=numbers)
            if waiting
            else _("Nothing was shipped under this credit yet.")
        )
        near = (last - self.today).days <= PAPER_DAYS
        return self._row("expiry", last, reason, None, late=near)

    def _row(self, due: Due, day: date, reason: str, shipment: Shipment | None, *, late: bool) -> CreditDate:
        credit = self.credit
        return CreditDate(
            credit_id=credit.id,
            number=credit.number,
            customer=credit.customer.name if credit.customer else credit.applicant.partition("\n")[0],
            shipment_id=shipment.id if shipment else None,
            shipment=shipment.number if shipment else "",
            due=due,
            day=day,
            days=(day - self.today).days,
            reason=reason,
            at_risk=late or day < self.today,
            link=f"erp://shipping/{shipment.id}" if shipment else f"erp://credits/{credit.id}",
        )
