"""The demo's accounts on both platforms: how they are set up, and their connectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from factory_erp.demo import prices
from factory_erp.demo.orders import ALIBABA, DHGATE
from factory_erp.demo.sandbox import ACCOUNTS, APP_KEY, Sandboxes, open_connector, token_until
from factory_erp.domain.listings import ListingRules
from factory_erp.models.platforms import RunTrigger
from factory_erp.services import clock
from factory_erp.services.platforms import account_health
from factory_erp.services.platforms import accounts as platforms
from factory_erp.sync import runs
from factory_erp.sync.connectors.base import Connector
from factory_erp.sync.connectors.registry import spec
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.sync.opening import CALLS_PER_SECOND
from factory_erp.sync.runs import ALL_PARTS, Part, RunReport

_SAFETY = Decimal(20)
_QUOTAS = {ALIBABA: 5000, DHGATE: 2000}
_OPTIONS = {
    ALIBABA: {"rfq_words": "tumbler, vacuum flask, desk lamp, coffee mug"},
    DHGATE: {"zone_certain": "yes"},
}
_EVERY_MINUTES = 60
_FAST = {CALLS_PER_SECOND: "500"}
"""The sandbox has no other customers."""


@dataclass(frozen=True, slots=True)
class Shops:
    """Both accounts with what it takes to talk to them."""

    sandboxes: Sandboxes
    secrets: MemorySecrets
    ids: Mapping[str, int]
    """Platform → account."""
    connectors: Mapping[str, Connector]

    def rules(self, platform: str) -> ListingRules:
        """What the platform takes of a listing."""
        return spec(platform).rules or ListingRules()

    def sync(
        self, platform: str, trigger: RunTrigger, moment: datetime, parts: Sequence[Part] = ALL_PARTS
    ) -> RunReport:
        """A run with the account, in the history with its calls."""
        with clock.at(moment):
            return runs.sync_account(self.ids[platform], self.secrets, trigger=trigger, parts=parts)


def connect_accounts(sandboxes: Sandboxes, secrets: MemorySecrets, *, new: bool) -> dict[str, int]:
    """Platform → its account, at the sandbox's address; a *new* one with its settings."""
    found = {}
    for platform, name in ACCOUNTS.items():
        account = platforms.add_account(platform, name, sandboxes.url(platform), APP_KEY).value
        found[platform] = account
        if new:
            _set_up(platform, account)
        until = token_until(secrets, platform)
        if until is not None:
            account_health.note_token(account, until)
    return found


def _set_up(platform: str, account: int) -> None:
    form, version = platforms.account_form(account)
    wanted = replace(
        form,
        options={**_OPTIONS[platform], **_FAST},
        every_minutes=_EVERY_MINUTES,
        daily_quota=_QUOTAS[platform],
        safety_stock=_SAFETY,
    )
    platforms.save_account(wanted, version)


def add_price_lists(ids: Mapping[str, int], begin: date) -> None:
    """What each shop asks."""
    prices.add_shop_list(ids[ALIBABA], begin)
    prices.add_wholesale_list(ids[DHGATE], begin)


@contextmanager
def opened(sandboxes: Sandboxes, secrets: MemorySecrets, ids: Mapping[str, int]) -> Iterator[Shops]:
    """The accounts with open connectors."""
    with ExitStack() as stack:
        connectors = {
            platform: stack.enter_context(open_connector(sandboxes, secrets, platform))
            for platform in ACCOUNTS
        }
        yield Shops(sandboxes, secrets, ids, connectors)
