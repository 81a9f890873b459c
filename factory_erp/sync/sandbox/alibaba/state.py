"""What the sandbox platform believes: orders, shipments, tokens, and the calls it has received."""

from __future__ import annotations

import copy
import secrets
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from threading import RLock

from factory_erp.sync.sandbox.alibaba.payloads import Payload, date_payload

SHIPPABLE = {"undeliver", "delivering", "wait_confirm_receipt"}
"""Order states in which the platform takes a shipment."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """A shipment that was reported. Reported twice, it is there twice, with two vouchers."""

    voucher_id: str
    trade_id: str
    service_provider: str
    logistics_type: str
    tracking_number: str
    goods: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call received: its API path, the answer's code ("0" is success) and the fault put on it."""

    api: str
    code: str
    fault: str


@dataclass
class _Tokens:
    access: dict[str, datetime] = field(default_factory=dict)
    refresh: dict[str, datetime] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)


class SandboxState:
    """The whole memory of a sandbox; every method may be called from any thread."""

    def __init__(
        self,
        orders: Iterable[Payload] = (),
        *,
        app_key: str = "sandbox-app",
        app_secret: str = "sandbox-secret",
        access_seconds: int = 864_000,
        refresh_seconds: int = 5_184_000,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.app_key, self.app_secret = app_key, app_secret
        self.access_seconds, self.refresh_seconds = access_seconds, refresh_seconds
        self.now = now
        self.lock = RLock()
        self.shipments: list[Shipment] = []
        self.counts: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.calls: deque[CallRecord] = deque(maxlen=10_000)
        self._orders: dict[str, Payload] = {}
        self._tokens = _Tokens()
        for order in orders:
            self.add(order)

    # Orders

    def add(self, order: Payload) -> None:
        """Put *order*, any payload with a ``trade_id``, on the platform, in place of one with the same id."""
        with self.lock:
            self._orders[str(order["trade_id"])] = copy.deepcopy(order)

    def order(self, trade_id: str) -> Payload | None:
        """A copy of the order's payload."""
        with self.lock:
            return copy.deepcopy(self._orders.get(trade_id))

    def orders(self) -> list[Payload]:
        """A copy of every payload."""
        with self.lock:
            return copy.deepcopy(list(self._orders.values()))

    def select(self, keep: Callable[[Payload], bool]) -> list[Payload]:
        """The payloads that *keep* accepts, without copies: for reading only."""
        with self.lock:
            return [order for order in self._orders.values() if keep(order)]

    def modify(self, trade_id: str, **fields: object) -> None:
        """Change *fields* of an order as the buyer would: its date and contract version move on."""
        with self.lock:
            order = self._orders[trade_id]
            version = int(str(order.get("contract_version") or "0")) + 1
            changed = {"contract_version": str(version), "modify_date": date_payload(self.now())}
            self._orders[trade_id] = {**order, **changed, **copy.deepcopy(fields)}

    def ship(self, shipment: Mapping[str, str], goods: tuple[Mapping[str, str], ...] = ()) -> str:
        """Record a reported shipment, also a repeated one; its new voucher id."""
        with self.lock:
            voucher = f"V{len(self.shipments) + 1:08d}"
            parcel = Shipment(
                voucher_id=voucher,
                trade_id=shipment["trade_id"],
                service_provider=shipment["service_provider"],
                logistics_type=shipment["logistics_type"],
                tracking_number=shipment["tracking_number"],
                goods=goods,
            )
            self.shipments.append(parcel)
            changed = {"trade_status": "delivering", "modify_date": date_payload(self.now())}
            self._orders[parcel.trade_id] = {**self._orders[parcel.trade_id], **changed}
            return voucher

    def shipments_of(self, trade_id: str) -> list[Shipment]:
        """The shipments reported for an order, in the order of their arrival."""
        with self.lock:
            return [shipment for shipment in self.shipments if shipment.trade_id == trade_id]

    # Tokens

    def new_code(self) -> str:
        """An authorisation code, good for one exchange."""
        code = secrets.token_hex(8)
        with self.lock:
            self._tokens.codes.add(code)
        return code

    def issue_token(self) -> Payload:
        """A new pair of tokens, as ``/auth/token/create`` answers it."""
        access, refresh, now = secrets.token_hex(16), secrets.token_hex(16), self.now()
        with self.lock:
            self._tokens.access[access] = now + timedelta(seconds=self.access_seconds)
            self._tokens.refresh[refresh] = now + timedelta(seconds=self.refresh_seconds)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": str(self.access_seconds),
            "refresh_expires_in": str(self.refresh_seconds),
            "account": "seller@sandbox.example",
            "account_platform": "seller_center",
        }

    def take_code(self, code: str) -> bool:
        """Use up an authorisation code; False if it is not good."""
        with self.lock:
            good = code in self._tokens.codes
            self._tokens.codes.discard(code)
            return good

    def rotate(self, refresh_token: str) -> Payload | None:
        """New tokens for a good refresh token, which dies with every access token; else None."""
        with self.lock:
            end = self._tokens.refresh.pop(refresh_token, None)
            if end is None or end <= self.now():
                return None
            self._tokens.access.clear()
            return self.issue_token()

    def accepts(self, access_token: str) -> bool:
        """Whether a call with this access token is let in."""
        with self.lock:
            end = self._tokens.access.get(access_token)
            good = end is not None and end > self.now()
            if good:
                self._tokens.used.add(access_token)
            return good

    def expire(self, access_token: str) -> bool:
        """End an access token, if it has served a call before: a token just given does not expire."""
        with self.lock:
            if access_token not in self._tokens.used:
                return False
            self._tokens.access.pop(access_token, None)
            return True

    def revoke(self) -> None:
        """Withdraw every permission: all access and refresh tokens die."""
        with self.lock:
            self._tokens.access.clear()
            self._tokens.refresh.clear()

    # Calls

    def record(self, api: str, code: str, fault: str) -> None:
        """Note one call received."""
        with self.lock:
            self.counts[api] += 1
            self.faults[fault] += 1
            self.calls.append(CallRecord(api, code, fault))

    def snapshot(self) -> Payload:
        """Everything but the secrets, for JSON: what a test in another process may ask."""
        with self.lock:
            return {
                "orders": copy.deepcopy(self._orders),
                "shipments": [asdict(shipment) for shipment in self.shipments],
                "counts": dict(self.counts),
                "faults": dict(self.faults),
                "calls": [asdict(call) for call in self.calls],
            }
