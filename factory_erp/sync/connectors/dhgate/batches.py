"""Answers of calls on several items: which were done, and why others were not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factory_erp.i18n import _
from factory_erp.sync.connectors.common.reader import Reader, rows_of
from factory_erp.sync.connectors.listings import ShelfOutcome
from factory_erp.sync.http.client import Json
from factory_erp.sync.http.errors import OutcomeUnknown, Refused


def outcome(answer: Json, ids: Sequence[str]) -> ShelfOutcome:
    """What became of each of *ids*; the platform lists only those that failed.

    Raises OutcomeUnknown where the answer does not say.
    """
    if "isSuccess" not in answer:
        raise OutcomeUnknown(_("the answer does not say whether it was done"), record=",".join(ids))
    failed = _failed(answer)
    if not Reader(answer, "").flag("isSuccess") and not failed:
        failed = dict.fromkeys(ids, _("The platform gives no reason."))
    return ShelfOutcome(
        done=tuple(each for each in ids if each not in failed),
        refused=tuple((each, failed[each]) for each in ids if each in failed),
    )


def require_success(answer: Json, item_code: str) -> None:
    """Refused if the item was refused, with the platform's reason."""
    refused = outcome(answer, (item_code,)).refused
    if refused:
        raise Refused("isSuccess", refused[0][1], record=item_code)


def _failed(answer: Json) -> dict[str, str]:
    readers = [Reader(row, "") for row in rows_of(answer, "resultList") or [] if isinstance(row, Mapping)]
    return {
        reader.text("itemCode"): reader.text("failReason") or _("The platform gives no reason.")
        for reader in readers
        if not reader.flag("isSuccess")
    }
