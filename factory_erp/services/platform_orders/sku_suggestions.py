"""Which of our items a platform's unknown SKU may be, the likeliest first, and why.

Sure signs come first: the platform's own ids of a listing, GTIN, numbers of customers and of other
accounts, our SKU written otherwise. Then likeness of SKU and name among what the search index finds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Function, Select, func, select
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.catalog import Item, ItemNumber
from factory_erp.models.listings import Listing, ListingSku
from factory_erp.models.platforms import ExceptionKind, SkuMapping, SyncException
from factory_erp.services import search
from factory_erp.services.base import get, query
from factory_erp.services.catalogue.index import ITEMS
from factory_erp.services.catalogue.views import likeness
from factory_erp.services.incoming import IncomingLine, IncomingOrder
from factory_erp.services.names import ItemNames

MOST = 8
_SEPARATORS = " -_./"
_TOKENS, _HITS = 6, 100
"""So many words of the line are looked up, and so many items of each are looked at."""
_RUN = re.compile(r"[^\W\d_]+|\d+")
_LEAST = 0.25
"""Less likeness than this is chance."""
_GTIN_DIGITS = (8, 12, 13, 14)

Signs = Iterator[tuple[int, float, str]]
"""Item id, score 0 to 1, why."""


@dataclass(frozen=True, slots=True)
class SkuSuggestion:
    """An item that the platform's SKU may be; ``score`` 0 to 1, ``why`` as shown."""

    item_id: int
    sku: str
    name: str
    score: float
    why: str


@query
def sku_suggestions(session: Session, exception_id: int) -> tuple[SkuSuggestion, ...]:
    """At most eight items that the unknown SKU of the exception may be; none for another kind."""
    record = get(session, SyncException, exception_id)
    if record.kind != ExceptionKind.UNKNOWN_SKU or not record.payload:
        return ()
    order = IncomingOrder.from_json(record.payload)
    line = next((one for one in order.lines if record.subject in (sku[:120] for sku in one.skus)), None)
    return suggest_items(session, record.account_id, line) if line else ()


def suggest_items(session: Session, account_id: int, line: IncomingLine) -> tuple[SkuSuggestion, ...]:
    """At most eight active items that the line may mean, the likeliest first."""
    best: dict[int, tuple[float, str]] = {}
    for item_id, score, why in (*_sure(session, account_id, line), *_alike(session, line)):
        if score > best.get(item_id, (0.0, ""))[0]:
            best[item_id] = (score, why)
    skus = _skus(session, best)
    ranked = sorted(
        # The variants of one listing all belong to it: then the SKU that looks like theirs goes first.
        (-best[item_id][0], -_likeness(line, sku), sku, item_id)
        for item_id, sku in skus.items()
    )[:MOST]
    names = ItemNames(session, [item_id for *_order, item_id in ranked])
    return tuple(
        SkuSuggestion(item_id, sku, names.of(item_id), -score, best[item_id][1])
        for score, _alike, sku, item_id in ranked
    )


def _likeness(line: IncomingLine, sku: str) -> float:
    return max((likeness(theirs, sku) for theirs in line.skus), default=0.0)


def _skus(session: Session, item_ids: Iterable[int]) -> dict[int, str]:
    rows = select(Item.id, Item.sku).where(Item.id.in_(list(item_ids)), Item.active)
    return dict(session.execute(rows).all())


def _sure(session: Session, account_id: int, line: IncomingLine) -> Signs:
    for statement, score, why in _lookups(account_id, line.skus):
        for item_id in session.scalars(statement.limit(MOST)):
            yield item_id, score, why


def _lookups(account_id: int, skus: Sequence[str]) -> Iterator[tuple[Select[int], float, str]]:
    listed = select(ListingSku.item_id).join(Listing).where(Listing.account_id == account_id)
    yield listed.where(ListingSku.external_sku_id.in_(skus)), 1.0, _("It is offered under this id there.")
    plain = [_plain(sku) for sku in skus]
    yield select(Item.id).where(_plain_column().in_(plain)), 0.98, _("The same SKU, written otherwise.")
    codes = [code for sku in skus for code in _gtins(sku)]
    yield select(Item.id).where(Item.gtin.in_(codes)), 0.97, _("Its GTIN.")
    others = select(SkuMapping.item_id).where(SkuMapping.external_sku.in_(skus))
    yield others, 0.95, _("Another account calls it so.")
    numbers = select(ItemNumber.item_id).where(ItemNumber.code.in_(skus))
    yield numbers, 0.93, _("A customer calls it so.")
    models = Listing.model_number.in_(skus) | Listing.external_id.in_(skus)
    yield listed.where(models), 0.9, _("It belongs to the listing with this number.")


def _plain(sku: str) -> str:
    return "".join(letter for letter in sku.lower() if letter not in _SEPARATORS)


def _plain_column() -> Function[str]:
    """Our SKU without case and separators, figured by the database."""
    column = func.lower(Item.sku)
    for separator in _SEPARATORS:
        column = func.replace(column, separator, "")
    return column


def _gtins(sku: str) -> Iterator[str]:
    """The digits of a GTIN as they may be stored: as given, and filled up to 13 and 14."""
    digits = _plain(sku)
    if digits.isdecimal() and len(digits) in _GTIN_DIGITS:
        yield from {digits, digits.lstrip("0"), digits.zfill(13), digits.zfill(14)}


def _alike(session: Session, line: IncomingLine) -> Signs:
    """Items that share words with the line, by likeness of SKU and of name."""
    likely = _likely(session, line)
    names, skus = ItemNames(session, likely), _skus(session, likely)
    for item_id, sku in skus.items():
        by_sku = _likeness(line, sku)
        by_name = max((likeness(line.name, name) for name in names.words(item_id)), default=0.0)
        score = 0.9 * max(by_sku, by_name)
        if score >= _LEAST:
            why = _("Its SKU is alike.") if by_sku >= by_name else _("Its name is alike.")
            yield item_id, score, why


def _likely(session: Session, line: IncomingLine) -> list[int]:
    """Items that share words with the line; a word that few items have counts most."""
    weights: dict[int, float] = defaultdict(float)
    for word in _words(line):
        hits = session.scalars(search.matching(ITEMS, word).limit(_HITS)).all()
        for item_id in hits:
            weights[item_id] += 1 / len(hits)
    return sorted(weights, key=lambda item_id: (-weights[item_id], item_id))[:_HITS]


def _words(line: IncomingLine) -> list[str]:
    """The longest runs of letters and of digits in the SKUs and the name."""
    words = _RUN.findall(" ".join((*line.skus[:2], line.name)))
    long = {word.casefold(): word for word in words if len(word) >= search.TRIGRAM}
    return sorted(long.values(), key=lambda word: (-len(word), word))[:_TOKENS]
