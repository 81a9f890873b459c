"""Revisions of bills and routings: what a form may save over, and the days on which each is valid.

Of one item only one revision is valid on a day. A new revision ends the one before it the day before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from factory_erp.domain.errors import InvalidValue, NotAllowed, NotFound
from factory_erp.i18n import _
from factory_erp.models.base import Versioned
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Bill, Routing

Revised = TypeVar("Revised", Bill, Routing)

ONE_DAY = timedelta(days=1)


def raise_version(record: Versioned, column: str) -> None:
    """Let the version rise though only rows below the record changed: a form shows them as one."""
    flag_modified(record, column)


def title(sku: str, revision: str) -> str:
    """How a revision is called: "CUP-500 B"."""
    return f"{sku} {revision}"


def siblings(session: Session, kind: type[Revised], item_id: int) -> list[Revised]:
    """All revisions of the item, the oldest first."""
    found = select(kind).filter_by(item_id=item_id)
    return list(session.scalars(found.order_by(kind.valid_from, kind.revision)))


def found(
    kind: type[Revised], record_id: int | None, name: str, others: Sequence[Revised], gone: str
) -> Revised | None:
    """The revision with that id or, without an id, with that *name*; None for a new one.

    Raises NotFound, saying *gone*, for an id that is not among the item's, InvalidValue for a name that is
    another's.
    """
    wanted = (one for one in others if (one.id == record_id if record_id else one.revision == name))
    record = next(wanted, None)
    if record is None and record_id:
        raise NotFound(gone, record=name, remedy=_("Reload the page: somebody may have removed it."))
    if any(one.revision == name and one is not record for one in others):
        raise taken(name)
    return record


def taken(name: str) -> InvalidValue:
    """The error for a revision's name that the item has already."""
    return InvalidValue(
        _("There is a revision {revision} already.", revision=name),
        record=name,
        field=_("Revision"),
        remedy=_("Choose another name."),
    )


def check_head(item: Item, revision: str, valid_from: date, valid_to: date | None) -> str:
    """The revision's name without spaces around it. Raises InvalidValue for a name or days that cannot be."""
    name = revision.strip()
    if not 0 < len(name) <= 12:
        raise InvalidValue(
            _("A revision needs a name of up to 12 characters."),
            record=item.sku,
            field=_("Revision"),
            remedy=_("Enter a letter or a number, for example B."),
        )
    if valid_to is not None and valid_to < valid_from:
        raise InvalidValue(
            _("Revision {revision} would end before it begins.", revision=name),
            record=title(item.sku, name),
            field=_("Valid to"),
            remedy=_("Correct the days."),
        )
    return name


def check_apart(
    item: Item, others: Sequence[Bill] | Sequence[Routing], valid_from: date, valid_to: date | None
) -> None:
    """Raise NotAllowed where one of the *others* is valid on a day of these too."""
    for other in others:
        ends_before = other.valid_to is not None and other.valid_to < valid_from
        begins_after = valid_to is not None and other.valid_from > valid_to
        if not (ends_before or begins_after):
            raise NotAllowed(
                _("Revision {revision} of {sku} is valid on the same days.",
                  revision=other.revision, sku=item.sku),
                record=item.sku,
                field=_("Valid from"),
                remedy=_("Let one revision end the day before the other begins."),
            )  # fmt: skip


def forget(session: Session, record: Revised, sku: str) -> None:
    """Remove a revision; the one that it ended gets its days back. Raises NotAllowed for a derived one."""
    check_by_hand(record, sku)
    for one in siblings(session, type(record), record.item_id):
        if one.valid_from < record.valid_from and one.valid_to == record.valid_from - ONE_DAY:
            one.valid_to = record.valid_to
    session.delete(record)
    session.flush()


def check_by_hand(record: Bill | Routing, sku: str) -> None:
    """Raise NotAllowed for what the variant rules have written: they would write over it."""
    if record.derived:
        name = title(sku, record.revision)
        raise NotAllowed(
            _("{name} is derived by the variant rules of its product.", name=name),
            record=name,
            field=_("Revision"),
            remedy=_("Change the rules, or copy it to a new revision and change that."),
        )


def succeed(
    session: Session,
    old: Revised,
    item: Item,
    revision: str,
    valid_from: date,
    copy: Callable[[Revised, str, date | None], Revised],
) -> Revised:
    """A copy of *old* as a new revision from *valid_from* on; what was valid then ends the day before.

    Once per revision: asked for again, the one that is there. Raises InvalidValue for another day.
    """
    name = check_head(item, revision, valid_from, None)
    others = siblings(session, type(old), old.item_id)
    there = next((one for one in others if one.revision == name), None)
    if there is not None and there.valid_from == valid_from:
        return there
    if there is not None or any(one.valid_from == valid_from for one in others):
        raise InvalidValue(
            _("{sku} has such a revision already.", sku=item.sku),
            record=title(item.sku, name),
            field=_("Revision"),
            remedy=_("Choose another name, and a day on which no other revision begins."),
        )
    for one in others:
        if one.valid_from < valid_from and (one.valid_to is None or one.valid_to >= valid_from):
            one.valid_to = valid_from - ONE_DAY
    later = [one.valid_from for one in others if one.valid_from > valid_from]
    made = copy(old, name, min(later) - ONE_DAY if later else None)
    made.valid_from = valid_from
    session.add(made)
    session.flush()
    return made
