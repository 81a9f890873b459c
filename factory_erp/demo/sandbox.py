"""The demo's platforms: sandboxes on this PC with the factory's orders, and connectors to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from factory_erp.demo.dhgate_orders import dhgate_orders
from factory_erp.demo.orders import ALIBABA, DHGATE, SEED, demo_orders
from factory_erp.sync.connectors.alibaba import oauth as alibaba_oauth
from factory_erp.sync.connectors.base import Connector, ConnectorSettings, utc_now
from factory_erp.sync.connectors.dhgate import oauth as dhgate_oauth
from factory_erp.sync.connectors.registry import connect
from factory_erp.sync.credentials import KeptToken, MemorySecrets, SecretStore
from factory_erp.sync.opening import SecretName
from factory_erp.sync.sandbox import dhgate
from factory_erp.sync.sandbox.alibaba import SandboxServer

ACCOUNTS: Mapping[str, str] = {ALIBABA: "Lanbei · Alibaba.com", DHGATE: "Lanbei · DHgate"}
"""Platform → what the demo calls its account there."""
APP_KEY, APP_SECRET = "lanbei-demo", "lanbei-demo-secret"
MEMORY = "platforms.json"
"""File of a demo workspace: what the sandboxes have on their shelves."""

_REACH = timedelta(days=300)
"""The wholesale platform lists a year of messages: its clock stays near the demo's present."""
_ANY_CLOCK = 10**9


@dataclass(frozen=True, slots=True)
class Sandboxes:
    """Both platforms, running. *memory* is where their shelves are kept."""

    alibaba: SandboxServer
    dhgate: dhgate.SandboxServer
    memory: Path | None = None

    def url(self, platform: str) -> str:
        """The gateway of the platform."""
        return {ALIBABA: self.alibaba.url, DHGATE: self.dhgate.url}[platform]

    def keep(self) -> None:
        """Write down what is on the shelves, all or nothing."""
        if self.memory is None:
            return
        known = {ALIBABA: self.alibaba.state.shelf.dump(), DHGATE: self.dhgate.state.dump_items()}
        draft = self.memory.with_suffix(".tmp")
        draft.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
        draft.replace(self.memory)

    def remember(self) -> None:
        """Have on the shelves what was kept, if anything was."""
        if self.memory is not None and self.memory.exists():
            known = json.loads(self.memory.read_text(encoding="utf-8"))
            self.alibaba.state.shelf.load(known[ALIBABA])
            self.dhgate.state.load_items(known[DHGATE])

    def stop(self) -> None:
        """Keep the shelves and end both; safe to call twice."""
        self.keep()
        self.alibaba.stop()
        self.dhgate.stop()


def start_sandboxes(
    moment: datetime, seed: int = SEED, *, before_changes: bool = False, memory: Path | None = None
) -> Sandboxes:
    """Running sandboxes with the orders of the demo made at *moment*, and the shelves kept in *memory*."""
    first = SandboxServer(
        demo_orders(moment, seed, before_changes=before_changes), app_key=APP_KEY, app_secret=APP_SECRET
    )
    state = dhgate.SandboxState(
        dhgate_orders(moment, seed, before_changes=before_changes),
        app_key=APP_KEY,
        app_secret=APP_SECRET,
        skew_seconds=_ANY_CLOCK,
        now=lambda: min(datetime.now(UTC), moment + _REACH),
    )
    made = Sandboxes(first, dhgate.SandboxServer(state=state), memory)
    made.remember()
    made.alibaba.start()
    made.dhgate.start()
    return made


def secrets_for(sandboxes: Sandboxes) -> MemorySecrets:
    """The apps' secrets and tokens that the sandboxes accept, as the keyring would hold them."""
    names = {SecretName.APP_SECRET.of(_key(platform)): APP_SECRET for platform in ACCOUNTS}
    secrets, now = MemorySecrets(**names), utc_now()
    tokens = {
        ALIBABA: alibaba_oauth.read_token(sandboxes.alibaba.state.issue_token(), now),
        DHGATE: dhgate_oauth.read_token(sandboxes.dhgate.state.issue_token(), now),
    }
    for platform, token in tokens.items():
        KeptToken(secrets, SecretName.TOKEN.of(_key(platform))).save(token)
    return secrets


def token_until(secrets: SecretStore, platform: str) -> datetime | None:
    """Until when the sign-in can be renewed."""
    token = KeptToken(secrets, SecretName.TOKEN.of(_key(platform))).load()
    return (token.refresh_expires_at or token.expires_at) if token else None


def _key(platform: str) -> str:
    return f"{platform}/{APP_KEY}"


def open_connector(sandboxes: Sandboxes, secrets: SecretStore, platform: str = ALIBABA) -> Connector:
    """A connector that asks as fast as it can: the sandbox has no other customers."""
    settings = ConnectorSettings(
        APP_KEY, APP_SECRET, sandboxes.url(platform), calls_per_second=1000, burst=1000
    )
    return connect(platform, settings, KeptToken(secrets, SecretName.TOKEN.of(_key(platform))))
