"""Which price list a row of prices belongs to: named, or found by its facts, or made with a readable code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.pricing import PriceKind, PriceList
from factory_erp.services.bulk import insert_rows
from factory_erp.services.clock import today
from factory_erp.services.exchange.grouping import unknown
from factory_erp.services.exchange.kind import Intake, Record

LONGEST_CODE = 60
FACTS = {
    "list_kind": "kind",
    "currency": "currency",
    "incoterm": "incoterm",
    "place": "place",
    "valid_from": "valid_from",
    "valid_to": "valid_to",
}
"""Field key → attribute of a list, where the value is the same."""


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What a price list says besides its prices; *id* 0: not made yet."""

    id: int
    code: str
    kind: str
    currency: str
    incoterm: str
    place: str
    partner_id: int | None
    account_id: int | None
    valid_from: date
    valid_to: date | None

    @property
    def term(self) -> tuple[object, ...]:
        """By what it is found, besides its days."""
        return self.kind, self.currency, self.incoterm, self.place, self.partner_id, self.account_id


class PriceLists:
    """The lists that are there, and those that a file brings; *partners* are ids by code."""

    def __init__(self, session: Session, partners: Mapping[str, int], intake: Intake) -> None:
        self._session = session
        self._partners = partners
        self._intake = intake
        self._day = today()
        self._by_code: dict[str, ListFacts] = {}
        self._by_term: dict[tuple[object, ...], list[ListFacts]] = {}
        columns = (getattr(PriceList, name) for name in ListFacts.__slots__)
        for row in session.execute(select(*columns).order_by(PriceList.id)):
            self._add(ListFacts(*row))

    def _add(self, facts: ListFacts) -> None:
        self._by_code[facts.code] = facts
        self._by_term.setdefault(facts.term, []).append(facts)

    def of(self, record: Record) -> int | None:
        """Id of the record's list, made if need be; None when the row was refused."""
        name = record.get("list") or ""
        known = self._by_code.get(name)
        if known is not None:
            return known.id if self._agrees(record, known) else None
        wanted = self._wanted(record, name)
        if wanted is None:
            return None
        found = None if name else self._found(record, wanted)
        return (found or self._made(record, wanted)).id

    def _agrees(self, record: Record, known: ListFacts) -> bool:
        """Whether what the row says of the list is what the list says; empty cells say nothing."""
        facts = {key: getattr(known, name) for key, name in FACTS.items()}
        differing = [key for key, has in facts.items() if record.get(key) and record[key] != has]
        partner = record.get("partner")
        if partner and self._partners[partner] != known.partner_id:
            differing.append("partner")
        for key in differing:
            self._differs(record, key, known, facts.get(key, _("another partner")))
        return not differing

    def _differs(self, record: Record, key: str, known: ListFacts, has: object) -> None:
        reason = _("Price list {code} says {value}.", code=known.code, value=has or "—")
        remedy = _("Change the list first, or name another one.")
        self._intake.reject(record, key, f"{reason} {remedy}")

    def _wanted(self, record: Record, name: str) -> ListFacts | None:
        currency = record.get("currency")
        if not currency:
            key = "list" if name else "currency"
            remedy = _("Import the price lists first, or give the currency.")
            said = unknown(name, remedy) if name else _("Name the price list, or give the currency.")
            self._intake.reject(record, key, said)
            return None
        facts = ListFacts(
            0, name, record.get("list_kind") or PriceKind.SALES.value, currency,
            record.get("incoterm") or "FOB", record.get("place") or "",
            self._partners.get(record.get("partner") or ""), None,
            record.get("valid_from") or self._day, record.get("valid_to"),
        )  # fmt: skip
        return facts if self._sound(record, facts) else None

    def _sound(self, record: Record, facts: ListFacts) -> bool:
        if facts.kind == PriceKind.PURCHASE and facts.partner_id is None:
            self._intake.reject(record, "partner", _("Purchase prices need the supplier who asks them."))
        elif facts.valid_to and facts.valid_to < facts.valid_from:
            self._intake.reject(record, "valid_to", _("The prices would end before they begin."))
        else:
            return True
        return False

    def _found(self, record: Record, wanted: ListFacts) -> ListFacts | None:
        """The list of the same facts; a row without a first day finds the newest that is valid now."""
        same = self._by_term.get(wanted.term, [])
        ends = record.get("valid_to")
        if record.get("valid_from"):
            same = [one for one in same if one.valid_from == wanted.valid_from]
        elif not ends:
            same = [one for one in same if self._valid_now(one)]
        fitting = [one for one in same if not ends or one.valid_to == ends]
        return max(fitting, key=lambda one: (one.valid_from, one.id), default=None)

    def _valid_now(self, one: ListFacts) -> bool:
        return one.valid_from <= self._day and (one.valid_to is None or self._day <= one.valid_to)

    def _made(self, record: Record, wanted: ListFacts) -> ListFacts:
        names = _codes(wanted, record.get("partner") or "")
        code = wanted.code or next(name for name in names if name not in self._by_code)
        values = {name: getattr(wanted, name) for name in ListFacts.__slots__ if name != "id"}
        (list_id,) = insert_rows(self._session, PriceList, [{**values, "code": code}])
        made = ListFacts(list_id, **{**values, "code": code})
        self._add(made)
        return made


def _codes(facts: ListFacts, partner: str) -> Iterator[str]:
    """Readable codes, the shortest first: "USD FOB Ningbo", "1492 USD", with the first day, with a number."""
    sales = (facts.currency, facts.incoterm, facts.place, partner)
    words = (partner, facts.currency) if facts.kind == PriceKind.PURCHASE else sales
    plain = " ".join(word for word in words if word)
    dated = f" {facts.valid_from}"
    yield plain[:LONGEST_CODE]
    yield plain[: LONGEST_CODE - len(dated)] + dated
    for number in count(2):
        yield plain[: LONGEST_CODE - 4] + f" {number}"
