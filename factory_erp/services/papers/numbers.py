"""The numbers of a shipment's papers: each from its series, invoice and packing list with one count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from factory_erp.models.documents import Document
from factory_erp.services.papers.patterns import count_in, formatted, patterns, take_count
from factory_erp.services.shipping.documents import INVOICE, PACKING_LIST

_BESIDE = {INVOICE: PACKING_LIST, PACKING_LIST: INVOICE}


class Numbers:
    """Numbers for papers issued together on *day*; *earlier* are those that the shipment has."""

    def __init__(self, session: Session, day: date, earlier: Sequence[Document]) -> None:
        self._session = session
        self._day = day
        self._earlier = {document.kind: document for document in reversed(earlier)}
        self._patterns = patterns(session)
        self._shared: int | None = None

    def of(self, kind: str) -> str:
        """The number of a paper of *kind*: its own, that beside the other of the pair, or a new one."""
        if kind not in _BESIDE:
            return formatted(self._patterns[kind], take_count(self._session, kind, self._day), self._day)
        there = self._earlier.get(kind)
        if there is not None:
            return there.number
        beside = self._earlier.get(_BESIDE[kind])
        return self._together(kind) if beside is None else self._like(beside, kind)

    def _together(self, kind: str) -> str:
        """The count that invoice and packing list share, taken once."""
        if self._shared is None:
            self._shared = take_count(self._session, kind, self._day)
        return formatted(self._patterns[kind], self._shared, self._day)

    def _like(self, beside: Document, kind: str) -> str:
        """The count of the paper *beside*; its whole number where the pattern was changed since."""
        count = count_in(self._patterns[beside.kind], beside.number)
        return beside.number if count is None else formatted(self._patterns[kind], count, beside.issued_on)


def first_number(session: Session, kind: str, day: date) -> str:
    """The next number of a kind that counts for itself."""
    return formatted(patterns(session)[kind], take_count(session, kind, day), day)
