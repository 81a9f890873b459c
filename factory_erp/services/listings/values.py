"""The JSON columns of a listing as values, and writing what the platform says without a form's conflict."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from factory_erp.domain.listings import ListingContent, content_changes
from factory_erp.models.listings import Listing, ListingSku
from factory_erp.services.base import touched

Pairs = tuple[tuple[str, str], ...]


def texts_of(column: str) -> tuple[str, ...]:
    """A JSON list of texts."""
    return tuple(str(text) for text in json.loads(column or "[]"))


def pairs_of(column: str) -> Pairs:
    """A JSON list of [name, value]."""
    return tuple((str(name), str(value)) for name, value in json.loads(column or "[]"))


def as_json(value: Sequence[object]) -> str:
    """How lists stand in their columns; equal lists give equal texts."""
    return json.dumps(value, ensure_ascii=False)


def content_of(column: str) -> ListingContent | None:
    """The content in ``wanted`` or ``pushed``; None where there is none yet."""
    return ListingContent.from_json(column) if column else None


def differs(wanted: ListingContent | None, pushed: ListingContent | None) -> bool:
    """Whether what is wanted is not what was published last; nothing to want differs from nothing."""
    return wanted is not None and bool(content_changes(wanted, pushed))


def write_facts(session: Session, listing_id: int, values: Mapping[str, Any]) -> None:
    """Set columns that follow from the catalogue or from the platform.

    The version of the record stays: a form that a person has open is about other columns.
    """
    session.execute(update(Listing).where(Listing.id == listing_id).values(**values))
    touched(session, Listing, [listing_id])


def write_sku_facts(session: Session, listing_id: int, sku_id: int, values: Mapping[str, Any]) -> None:
    """The same for one of the listing's items."""
    session.execute(update(ListingSku).where(ListingSku.id == sku_id).values(**values))
    touched(session, Listing, [listing_id])
