"""A token store in memory, and a connector that talks to a sandbox without ever really waiting."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from factory_erp.sync.connectors.alibaba.connector import AlibabaConnector
from factory_erp.sync.connectors.alibaba.oauth import read_token
from factory_erp.sync.connectors.base import ConnectorSettings, Token, utc_now
from factory_erp.sync.http.client import CallFacts, Retry, Timeouts
from factory_erp.sync.sandbox.alibaba import SandboxServer, line_payload, order_payload

WINDOW = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
CREATED = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@dataclass
class MemoryStore:
    token: Token | None = None
    saved: list[Token] = field(default_factory=list)

    def load(self) -> Token | None:
        return self.token

    def save(self, token: Token) -> None:
        self.token = token
        self.saved.append(token)


@dataclass
class Sleeper:
    pauses: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)


@dataclass
class Desk:
    """A connector with everything a test wants to look at."""

    connector: AlibabaConnector
    store: MemoryStore
    sleeper: Sleeper


def desk(
    server: SandboxServer,
    *,
    secret: str = "",
    page_size: int = 100,
    read_timeout: float = 2.0,
    now: Callable[[], datetime] = utc_now,
    options: Mapping[str, str] | None = None,
    retry: Retry | None = None,
    watch: Callable[[CallFacts], None] | None = None,
) -> Desk:
    sleeper = Sleeper()
    store = MemoryStore(read_token(server.state.issue_token(), now()))
    settings = ConnectorSettings(
        app_key=server.state.app_key,
        app_secret=secret or server.state.app_secret,
        gateway=server.url,
        page_size=page_size,
        calls_per_second=100_000,
        burst=100_000,
        timeouts=Timeouts(connect=2.0, read=read_timeout),
        retry=retry or Retry(),
        now=now,
        sleep=sleeper,
        options=options or {},
        watch=watch,
    )
    return Desk(AlibabaConnector(settings, store), store, sleeper)


def some_orders(count: int) -> list[dict[str, object]]:
    return [
        order_payload(
            str(290_000_000 + number),
            created=CREATED,
            lines=[
                line_payload(
                    f"SKU-{number % 7}", "12", "3.5", model_number="M-1", attributes={"Color": "Red"}
                )
            ],
        )
        for number in range(count)
    ]
