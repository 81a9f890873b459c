"""The demo's platform: a sandbox on this PC with the factory's orders, and a connector to it."""

from __future__ import annotations

from datetime import datetime

from factory_erp.demo.orders import SEED, demo_orders
from factory_erp.sync.connectors.alibaba.oauth import read_token
from factory_erp.sync.connectors.base import Connector, ConnectorSettings, utc_now
from factory_erp.sync.connectors.registry import connect
from factory_erp.sync.credentials import KeptToken, MemorySecrets, SecretStore
from factory_erp.sync.engine import SecretName
from factory_erp.sync.sandbox.alibaba import SandboxServer

PLATFORM, ACCOUNT = "alibaba", "Lanbei · Alibaba.com"
APP_KEY, APP_SECRET = "lanbei-demo", "lanbei-demo-secret"
_KEY = f"{PLATFORM}/{APP_KEY}"


def start_sandbox(moment: datetime, seed: int = SEED, *, before_changes: bool = False) -> SandboxServer:
    """A running sandbox with the orders of the demo made at *moment*. Its memory ends with it."""
    payloads = demo_orders(moment, seed, before_changes=before_changes)
    return SandboxServer(payloads, app_key=APP_KEY, app_secret=APP_SECRET).start()


def secrets_for(sandbox: SandboxServer) -> MemorySecrets:
    """The app's secret and a token that *sandbox* accepts, as the keyring would hold them."""
    secrets = MemorySecrets(**{SecretName.APP_SECRET.of(_KEY): APP_SECRET})
    token = read_token(sandbox.state.issue_token(), utc_now())
    KeptToken(secrets, SecretName.TOKEN.of(_KEY)).save(token)
    return secrets


def open_connector(sandbox: SandboxServer, secrets: SecretStore) -> Connector:
    """A connector that asks as fast as it can: the sandbox has no other customers."""
    settings = ConnectorSettings(APP_KEY, APP_SECRET, sandbox.url, calls_per_second=1000, burst=1000)
    return connect(PLATFORM, settings, KeptToken(secrets, SecretName.TOKEN.of(_KEY)))
