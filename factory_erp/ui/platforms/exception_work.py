"""What the exceptions part reads and does in the background."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from factory_erp.domain.errors import DomainError
from factory_erp.models.partners import Role
from factory_erp.models.platforms import ExceptionKind
from factory_erp.services import directory
from factory_erp.services.base import Changes, Result
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.platform_orders import exception_remedies, intake
from factory_erp.services.platform_orders.exception_remedies import (
    BuyerSuggestion,
    ExceptionDetail,
    Remedy,
    RemedyKind,
    SkuSuggestion,
)
from factory_erp.services.platform_orders.intake import Applied
from factory_erp.services.platforms.accounts import ExceptionView
from factory_erp.sync.engine import merged
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.jobs import Progress
from factory_erp.ui.platforms import words

FOUND = 50
"""Records that a search shows; who has more types another letter."""

SURE = 0.9
"""A suggestion at least so good is filled in; a person still looks at it before it is accepted."""


NONE: Changes = {}
"""What nobody has changed yet."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the card of an exception shows, read together."""

    detail: ExceptionDetail
    remedies: tuple[Remedy, ...]
    items: tuple[SkuSuggestion, ...]
    buyers: tuple[BuyerSuggestion, ...]

    def offers(self, kind: RemedyKind) -> bool:
        """Whether that can be done about it."""
        return any(one.kind is kind for one in self.remedies)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A SKU that a platform's orders wait for: how many, what it is called there, what it may be."""

    account_id: int
    account: str
    sku: str
    name: str
    orders: int
    suggestions: tuple[SkuSuggestion, ...]


@dataclass(frozen=True, slots=True)
class Bulk:
    """What became of many exceptions; ``left`` could not be dealt with this way."""

    applied: Applied
    dealt: int
    left: int


def facts(exception_id: int) -> Facts:
    """The exception in full. Raises NotFound."""
    return Facts(
        exception_remedies.exception_detail(exception_id),
        exception_remedies.remedies(exception_id),
        exception_remedies.sku_suggestions(exception_id),
        exception_remedies.buyer_suggestions(exception_id),
    )


def sure(suggestions: Sequence[SkuSuggestion]) -> SkuSuggestion | None:
    """The suggestion that is as good as certain; none where several are equally likely, colours say."""
    best = max(suggestions, key=lambda one: one.score, default=None)
    if best is None or best.score < SURE:
        return None
    return best if sum(one.score == best.score for one in suggestions) == 1 else None


def items(text: str) -> Sequence[Choice]:
    """Items for sale that contain *text*, an exact SKU first; only where there are none, any others."""
    exact = catalog.find_item(text.strip()) if text.strip() else None
    found = list(catalog.item_ids("sellable", text)[:FOUND]) or list(catalog.item_ids("all", text)[:FOUND])
    ids = dict.fromkeys([exact, *found] if exact is not None else found)
    rows = catalog.item_rows(list(ids))
    return [
        Choice(row.id, row.sku, " · ".join(part for part in (row.name, row.options) if part)) for row in rows
    ]


def customers(text: str) -> Sequence[Choice]:
    """Customers whose code or name contains *text*."""
    found = directory.partner_choices(text, Role.CUSTOMER, FOUND)
    return [Choice(one.id, one.code, one.name) for one in found]


def unknown_skus(views: Iterable[ExceptionView], progress: Progress) -> list[Unknown]:
    """Each unknown SKU once, with what it may be; the one that most orders wait for comes first."""
    waiting: dict[tuple[int, str], list[ExceptionView]] = defaultdict(list)
    for view in views:
        if view.kind is ExceptionKind.UNKNOWN_SKU:
            waiting[view.account_id, view.subject].append(view)
    ordered = sorted(waiting.values(), key=lambda group: (-len(group), group[0].subject))
    made = []
    for number, group in enumerate(ordered):
        progress.report(number, len(ordered))
        made.append(_unknown(group))
    return made


def _unknown(group: Sequence[ExceptionView]) -> Unknown:
    first = group[0]
    detail = exception_remedies.exception_detail(first.id)
    names = [line.name for line in detail.lines if first.subject in line.external_skus]
    return Unknown(
        first.account_id,
        first.account,
        first.subject,
        names[0] if names else "",
        len(group),
        exception_remedies.sku_suggestions(first.id),
    )


def map_many(chosen: Mapping[int, Mapping[str, int]]) -> Result[Applied]:
    """Map SKUs (account id → SKU → item id); those of one account all or none. Raises NotFound."""
    applied, changes = Applied(), NONE
    for account_id, skus in chosen.items():
        done = intake.map_skus(account_id, skus)
        applied, changes = applied + done.value, merged(changes, done.changes)
    return Result(applied, changes)


def retry_many(views: Sequence[ExceptionView], progress: Progress) -> Result[Bulk]:
    """Take many orders in again, one transaction each; a change of an order of ours is left to a person."""
    applied, dealt, changes = Applied(), 0, NONE
    for number, view in enumerate(views):
        progress.report(number, len(views))
        try:
            done = intake.retry_exception(view.id)
        except DomainError:
            continue
        changes = merged(changes, done.changes)
        applied += done.value
        dealt += bool(done.value.created or done.value.updated)
    return Result(Bulk(applied, dealt, len(views) - dealt), changes)


def dismiss_many(views: Sequence[ExceptionView]) -> Result[Bulk]:
    """Dismiss what is not about an order of ours; on those a person decides one by one."""
    changes = NONE
    mine = [view for view in views if view.kind not in words.ABOUT_OUR_ORDER]
    for view in mine:
        changes = merged(changes, intake.dismiss_exception(view.id).changes)
    return Result(Bulk(Applied(), len(mine), len(views) - len(mine)), changes)
