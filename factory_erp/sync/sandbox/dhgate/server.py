"""The sandbox of DHgate on loopback: the HTTP server of every sandbox in front of its own memory."""

from __future__ import annotations

from collections.abc import Iterable

from factory_erp.sync.sandbox import server
from factory_erp.sync.sandbox.dhgate.payloads import Payload
from factory_erp.sync.sandbox.dhgate.platform import DhgatePlatform
from factory_erp.sync.sandbox.dhgate.state import SandboxState
from factory_erp.sync.sandbox.faults import FaultProfile


class SandboxServer(server.SandboxServer):
    """DHgate at ``url``; start and stop it, or use it as a context manager.

    ``latency`` is seconds before each answer, ``calls_per_second`` the rate above which it throttles (0: no
    limit), ``port`` 0 a free one. ``state`` may be read and changed while it runs.
    """

    def __init__(
        self,
        orders: Iterable[Payload] = (),
        *,
        app_key: str = "sandbox-app",
        app_secret: str = "sandbox-secret",
        latency: float = 0.0,
        calls_per_second: int = 0,
        faults: FaultProfile | None = None,
        port: int = 0,
        state: SandboxState | None = None,
    ) -> None:
        self.state = state or SandboxState(orders, app_key=app_key, app_secret=app_secret)
        super().__init__(
            DhgatePlatform(self.state),
            latency=latency,
            calls_per_second=calls_per_second,
            faults=faults,
            port=port,
        )
