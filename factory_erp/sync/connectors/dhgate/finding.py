"""Looking through the account's items: all of them, or the one with a model number."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence

from factory_erp.i18n import _
from factory_erp.sync.connectors.common.client import AuthorisedClient
from factory_erp.sync.connectors.common.paging import Batch, steady
from factory_erp.sync.connectors.common.reader import Malformed, Reader, rows_of
from factory_erp.sync.connectors.dhgate.dates import Dates
from factory_erp.sync.connectors.dhgate.forms import SITE
from factory_erp.sync.connectors.dhgate.remote import STATES, listed, model_of
from factory_erp.sync.connectors.listings import RemoteListing, RemoteListingPage
from factory_erp.sync.http.errors import PlatformUnavailable

log = logging.getLogger(__name__)

LARGEST_PAGE = 60
"""Most items that the platform puts on one page."""

_EVER = "2004-01-01 00:00:00"
"""The list wants a date of change to begin from; the platform is younger than this one."""

_ROUNDS = 2


class Finder:
    """The list of items, which the platform gives for one state at a time."""

    def __init__(self, client: AuthorisedClient, dates: Dates) -> None:
        self._client = client
        self._dates = dates
        self._models: dict[tuple[str, str], str] = {}

    def pages(self) -> Iterator[RemoteListingPage]:
        """Every item, each state once; ``total`` is that of the page's state."""
        number, last_state = 0, list(STATES)[-1]
        for state in STATES:
            for batch in self._batches(state):
                last = batch.last and state == last_state
                yield RemoteListingPage(self._listed(batch.rows), number, batch.total, last)
                number += 1

    def find(self, model_number: str) -> str | None:
        """The code of the item with the model number.

        An item that changes its state meanwhile can slip from a list not yet read into one that was; nothing
        is therefore believed to be missing before a second round.
        """
        wanted = model_number.strip()
        for _round in range(_ROUNDS):
            for page in self.pages():
                for item in page.listings:
                    if (item.model_number or self._model(item)) == wanted:
                        return item.external_id
        return None

    def cause(self, item_code: str, state: str) -> str:
        """Why the platform rejected an item; only the list says it."""
        for row in self._rows(state, 1, {"itemCodes": f"[{item_code}]"})[0]:
            if isinstance(row, Mapping) and str(row.get("itemCode")) == item_code:
                return Reader(row, item_code).text("unpassCause")
        return ""

    def _listed(self, rows: Sequence[object]) -> tuple[RemoteListing, ...]:
        """The rows that name an item; another one is of no use to anybody and only noted in the log."""
        found = []
        for row in rows:
            try:
                found.append(listed(row if isinstance(row, Mapping) else {}, self._dates))
            except Malformed as fault:
                log.warning("a row of the list of items was left out: %s", fault.message)
        return tuple(found)

    def _model(self, item: RemoteListing) -> str:
        """The model number of an item whose row has no mark, asked for once per change of the item."""
        key = (item.external_id, str(item.modified_at))
        if key not in self._models:
            params = {"itemCode": item.external_id, "siteId": SITE}
            self._models[key] = model_of(self._client.read("dh.item.get", params))
        return self._models[key]

    def _batches(self, state: str) -> Iterator[Batch]:
        return steady(lambda page: self._rows(state, page), _row_key, first=1)

    def _rows(self, state: str, page: int, more: Mapping[str, str] | None = None) -> tuple[list[object], int]:
        params = {
            "state": state,
            "operateDateStart": _EVER,
            "pages": str(page),
            "pageSize": str(LARGEST_PAGE),
            "siteId": SITE,
            **(more or {}),
        }
        answer = self._client.read("dh.item.list", params)
        rows = rows_of(answer, "itemList")
        total = str(answer.get("total") or len(rows or []))
        if rows is None or not (total.isascii() and total.isdigit() and len(total) <= 10):
            raise PlatformUnavailable(_("the answer is not readable"))
        return rows, int(total)


def _row_key(row: object) -> str:
    code = row.get("itemCode") if isinstance(row, Mapping) else None
    return str(code) if code else repr(row)
