"""A platform's own lists as they were last read: categories with what they ask for, shipping templates.

They are asked for over the network (``sync``), and kept here so that forms need not ask again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import chain

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from factory_erp.domain.listings import ListingRules
from factory_erp.models.listings import PlatformCategory, PlatformChoice
from factory_erp.models.platforms import PlatformAccount
from factory_erp.services.base import get, query, use_case
from factory_erp.services.clock import now
from factory_erp.services.master_data import assign, differs

FOUND_MOST = 40
"""Categories that a search answers: more than anybody reads."""


class ListKind(StrEnum):
    """Which of a platform's lists an entry is of."""

    SHIPPING_TEMPLATE = "shipping_template"


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the platform; ``path`` names its parents as the platform writes them."""

    external_id: str
    name: str
    parent_id: str = ""
    path: str = ""
    leaf: bool = False

    @property
    def title(self) -> str:
        """The whole path, else the name."""
        return self.path or self.name


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a category asks for. ``values`` empty: any text; ``sales`` ones tell variants apart."""

    name: str
    required: bool = False
    values: tuple[str, ...] = ()
    custom: bool = True
    several: bool = False
    sales: bool = False


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An entry of a list: its code on the platform, and its name."""

    code: str
    name: str


@use_case
def keep_categories(session: Session, account_id: int, found: Sequence[Category]) -> int:
    """Write down categories of the account's platform; how many were new or had changed.

    What is known of their attributes stays. A suggestion that does not say its parent keeps the known one.
    """
    get(session, PlatformAccount, account_id)
    there = _there(session, account_id, [one.external_id for one in found])
    changed = 0
    for one in found:
        changed += _keep(session, account_id, there.get(one.external_id), one)
    return changed


def _there(session: Session, account_id: int, ids: Iterable[str]) -> dict[str, PlatformCategory]:
    rows = select(PlatformCategory).filter_by(account_id=account_id)
    found = session.scalars(rows.where(PlatformCategory.external_id.in_(list(ids))))
    return {row.external_id: row for row in found}


def _keep(session: Session, account_id: int, row: PlatformCategory | None, one: Category) -> bool:
    values = {
        "parent_id": one.parent_id or (row.parent_id if row else ""),
        "name": one.name[:200],
        "path": (one.path or (row.path if row else ""))[:300],
        "leaf": one.leaf,
    }
    if row is None:
        new = PlatformCategory(account_id=account_id, external_id=one.external_id, read_at=now(), **values)
        session.add(new)
        return True
    if not differs(row, values):
        return False
    assign(row, values)
    row.read_at = now()
    return True


@use_case
def keep_attributes(
    session: Session, account_id: int, category_id: str, attributes: Sequence[Attribute], path: str = ""
) -> None:
    """Write down what a category asks for; one that was never read is written down by its *path*."""
    row = _there(session, account_id, [category_id]).get(category_id)
    if row is None:
        name = path.rpartition(">")[2].strip() or category_id
        row = PlatformCategory(
            account_id=account_id, external_id=category_id, name=name, path=path, leaf=True
        )
        session.add(row)
    said = json.dumps([asdict(one) for one in attributes], ensure_ascii=False)
    if row.attributes != said:
        row.attributes, row.read_at = said, now()


@use_case
def keep_list(session: Session, account_id: int, kind: ListKind, entries: Sequence[ListEntry]) -> None:
    """Write down one of the account's lists as it is now: what is not on it any more goes."""
    get(session, PlatformAccount, account_id)
    there = {row.code: row for row in session.scalars(_choices(account_id, kind))}
    for entry in entries:
        row = there.pop(entry.code, None)
        if row is None:
            session.add(
                PlatformChoice(
                    account_id=account_id, kind=kind, code=entry.code, name=entry.name[:200], read_at=now()
                )
            )
        elif row.name != entry.name[:200]:
            row.name, row.read_at = entry.name[:200], now()
    for gone in there.values():
        session.delete(gone)


def _choices(account_id: int, kind: ListKind) -> Select[PlatformChoice]:
    rows = select(PlatformChoice).filter_by(account_id=account_id, kind=kind.value)
    return rows.order_by(PlatformChoice.name, PlatformChoice.id)


@query
def entries(session: Session, account_id: int, kind: ListKind) -> tuple[ListEntry, ...]:
    """The list as it was last read, by name; empty where it was never read."""
    return tuple(ListEntry(row.code, row.name) for row in session.scalars(_choices(account_id, kind)))


@query
def children(session: Session, account_id: int, parent_id: str = "") -> tuple[Category, ...]:
    """The known children of a category, of the root for "", by name."""
    rows = select(PlatformCategory).filter_by(account_id=account_id, parent_id=parent_id)
    return tuple(_category(row) for row in session.scalars(rows.order_by(PlatformCategory.name)))


@query
def find_categories(session: Session, account_id: int, text: str) -> tuple[Category, ...]:
    """Known categories without children of their own whose path holds every word of *text*."""
    rows = select(PlatformCategory).filter_by(account_id=account_id, leaf=True)
    for word in text.split():
        named = PlatformCategory.name.icontains(word, autoescape=True)
        rows = rows.where(named | PlatformCategory.path.icontains(word, autoescape=True))
    ordered = rows.order_by(PlatformCategory.path, PlatformCategory.name).limit(FOUND_MOST)
    return tuple(_category(row) for row in session.scalars(ordered))


def _category(row: PlatformCategory) -> Category:
    return Category(row.external_id, row.name, row.parent_id, row.path, row.leaf)


@query
def attributes(session: Session, account_id: int, category_id: str) -> tuple[Attribute, ...] | None:
    """What the category asks for; None where that was never read."""
    row = _there(session, account_id, [category_id]).get(category_id) if category_id else None
    return _asked(row) if row is not None else None


def _asked(row: PlatformCategory) -> tuple[Attribute, ...] | None:
    if not row.attributes:
        return None
    return tuple(Attribute(**{**one, "values": tuple(one["values"])}) for one in json.loads(row.attributes))


def required_attributes(
    session: Session, account_id: int, category_ids: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Category → names of what it asks for of every listing, as was last read; options of variants aside."""
    found = _there(session, account_id, {number for number in category_ids if number})
    return {
        number: tuple(one.name for one in _asked(row) or () if one.required and not one.sales)
        for number, row in found.items()
    }


def with_required(rules: ListingRules, names: Iterable[str]) -> ListingRules:
    """*rules* that ask for the attributes *names* too."""
    wanted = dict.fromkeys(chain(rules.required_attributes, names))
    return replace(rules, required_attributes=tuple(wanted))
