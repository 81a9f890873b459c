"""The once-a-day tidying: files that nobody names, archived calls that are too old, offers that lapsed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.platforms import PlatformAccount
from factory_erp.services.base import Changes, Result, query
from factory_erp.services.catalogue import certificates
from factory_erp.services.files import images
from factory_erp.services.inquiries import quotation_outcomes
from factory_erp.services.platforms import sync_runs
from factory_erp.services.promise import holds as promise_holds


@dataclass(frozen=True, slots=True)
class Tidied:
    """How much went: ``files`` that no record names, archived ``calls``; and quotations that lapsed."""

    files: int
    calls: int
    lapsed: int


def tidy() -> Result[Tidied]:
    """Tidy up, each kind in a transaction of its own, so that nobody waits long. Safe to repeat."""
    swept = [images.remove_orphans(), certificates.remove_orphans()]
    forgotten = [sync_runs.tidy(account_id) for account_id in _accounts()]
    lapsed = quotation_outcomes.expire_quotations()
    promises = promise_holds.expire_due()
    found = Tidied(
        files=sum(one.value for one in swept),
        calls=sum(one.value for one in forgotten),
        lapsed=lapsed.value,
    )
    return Result(found, _merged(one.changes for one in (*swept, *forgotten, lapsed, promises)))


@query
def _accounts(session: Session) -> list[int]:
    return list(session.scalars(select(PlatformAccount.id).order_by(PlatformAccount.id)))


def _merged(changes: Iterable[Changes]) -> Changes:
    found: dict[str, frozenset[int]] = defaultdict(frozenset)
    for one in changes:
        for kind, ids in one.items():
            found[kind] |= ids
    return dict(found)
