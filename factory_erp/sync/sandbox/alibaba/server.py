"""Alibaba.com's sandbox as an HTTP server on loopback."""

from __future__ import annotations

from collections.abc import Iterable

from factory_erp.sync.sandbox import server
from factory_erp.sync.sandbox.alibaba.payloads import Payload
from factory_erp.sync.sandbox.alibaba.platform import AlibabaPlatform
from factory_erp.sync.sandbox.alibaba.state import SandboxState
from factory_erp.sync.sandbox.faults import FaultProfile


class SandboxServer(server.SandboxServer):
    """The sandbox with *orders*, or with a ``state`` made before; it may be changed while it runs."""

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
            AlibabaPlatform(self.state),
            latency=latency,
            calls_per_second=calls_per_second,
            faults=faults,
            port=port,
        )
