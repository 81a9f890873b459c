"""What the sandbox platform believes: orders, shipments, listings, requests, and the calls it received."""

from __future__ import annotations

import copy
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from threading import RLock

from factory_erp.sync.sandbox.alibaba.arguments import figure, rows
from factory_erp.sync.sandbox.alibaba.board import Quotation, RequestBoard
from factory_erp.sync.sandbox.alibaba.money import Refund, amount_of, totalled
from factory_erp.sync.sandbox.alibaba.payloads import Payload, date_payload
from factory_erp.sync.sandbox.alibaba.shelf import Shelf
from factory_erp.sync.sandbox.alibaba.tokens import Tokens

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
    reported_at: datetime = field(default=datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call received: its API path, the answer's code ("0" is success) and the fault put on it."""

    api: str
    code: str
    fault: str


class SandboxState:
    """The whole memory of a sandbox; every method may be called from any thread.

    ``shelf`` holds the listings and pictures, ``board`` the buyers' requests for quotation.
    """

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
        self.now = now
        self.lock = RLock()
        self.tokens = Tokens(access_seconds, refresh_seconds, now)
        self.shelf = Shelf(now)
        self.board = RequestBoard(now)
        self.shipments: list[Shipment] = []
        self.counts: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.calls: deque[CallRecord] = deque(maxlen=10_000)
        self._orders: dict[str, Payload] = {}
        self._before_freeze: dict[str, str] = {}
        self._refunds: dict[str, list[Refund]] = {}
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
            version = int(str(self._orders[trade_id].get("contract_version") or "0")) + 1
            self._move_on(trade_id, {"contract_version": str(version), **copy.deepcopy(fields)})

    def edit(self, trade_id: str, lines: Sequence[Payload] = (), **fields: object) -> None:
        """A change of contract that buyer and seller agreed on: new lines or terms, and the sums follow."""
        with self.lock:
            changed = {**fields, **({"order_products": list(lines)} if lines else {})}
            self.modify(trade_id, **changed, **totalled({**self._orders[trade_id], **changed}))

    def set_status(self, trade_id: str, status: str) -> None:
        """Put the order into another state of the platform's; its date moves on, its contract does not."""
        with self.lock:
            self._move_on(trade_id, {"trade_status": status})

    def cancel(self, trade_id: str) -> None:
        """The order is closed before anything was sent."""
        self.set_status(trade_id, "trade_close")

    def charge_back(self, trade_id: str) -> None:
        """The buyer's bank took the money back."""
        self.set_status(trade_id, "charge_back")

    def freeze(self, trade_id: str) -> None:
        """The buyer asks for money back: nothing may be sent until that is settled."""
        with self.lock:
            self._before_freeze.setdefault(trade_id, str(self._orders[trade_id]["trade_status"]))
            self.set_status(trade_id, "frozen")

    def unfreeze(self, trade_id: str) -> None:
        """The order is what it was before it was frozen."""
        with self.lock:
            self.set_status(trade_id, self._before_freeze.pop(trade_id, "undeliver"))

    def refund(self, trade_id: str, amount: Decimal | str) -> None:
        """Pay *amount* back; an order wholly paid back is closed, a frozen one goes on as before."""
        with self.lock:
            order, made = self._orders[trade_id], self._refunds.setdefault(trade_id, [])
            made.append(Refund(Decimal(amount), self.now()))
            if sum(each.amount for each in made) >= amount_of(order, "total_amount"):
                self.cancel(trade_id)
            elif order.get("trade_status") == "frozen":
                self.unfreeze(trade_id)
            else:
                self._move_on(trade_id, {})

    def refunds_of(self, trade_id: str) -> list[Refund]:
        """What was paid back of an order."""
        with self.lock:
            return list(self._refunds.get(trade_id, ()))

    def _move_on(self, trade_id: str, fields: Payload) -> None:
        changed = {"modify_date": date_payload(self.now()), **fields}
        self._orders[trade_id] = {**self._orders[trade_id], **changed}

    # Shipments

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
                reported_at=self.now(),
            )
            self.shipments.append(parcel)
            whole = self.logistic_status(parcel.trade_id) == "DELIVERING"
            self._move_on(parcel.trade_id, {"trade_status": "delivering"} if whole else {})
            return voucher

    def shipments_of(self, trade_id: str) -> list[Shipment]:
        """The shipments reported for an order, in the order of their arrival."""
        with self.lock:
            return [shipment for shipment in self.shipments if shipment.trade_id == trade_id]

    def logistic_status(self, trade_id: str) -> str:
        """UNDELIVERED, PART_DELIVERING while pieces are missing, DELIVERING when all are on the way."""
        with self.lock:
            sent = self.shipments_of(trade_id)
            left = _ordered(self._orders[trade_id])
        if not sent:
            return "UNDELIVERED"
        for parcel in sent:
            if not parcel.goods:
                return "DELIVERING"
            for row in parcel.goods:
                left[row["product_id"]] -= figure(row["quantity"]) or Decimal(0)
        return "PART_DELIVERING" if any(quantity > 0 for quantity in left.values()) else "DELIVERING"

    # Tokens

    def new_code(self) -> str:
        """An authorisation code, good for one exchange."""
        return self.tokens.new_code()

    def issue_token(self) -> Payload:
        """A new pair of tokens, as ``/auth/token/create`` answers it."""
        return self.tokens.issue()

    def accepts(self, access_token: str) -> bool:
        """Whether a call with this access token is let in."""
        return self.tokens.accepts(access_token)

    def expire(self, access_token: str) -> bool:
        """End an access token, if it has served a call before: a token just given does not expire."""
        return self.tokens.expire(access_token)

    def revoke(self) -> None:
        """Withdraw every permission: all access and refresh tokens die."""
        self.tokens.revoke()

    # Listings and requests

    def listings(self) -> list[Payload]:
        """Every listing that is not deleted, as ``product/get/v2`` shows it."""
        return self.shelf.listings()

    def duplicates(self) -> dict[str, list[int]]:
        """Model numbers that more than one listing has, and the ids of those listings."""
        return self.shelf.duplicates()

    def approve_all(self) -> list[int]:
        """Let every listing that waits for its review go online; their ids."""
        return self.shelf.approve_all()

    def add_rfq(self, subject: str, quantity: int = 100, **fields: object) -> str:
        """A buyer's request for quotation; its id. *fields* as in ``RequestBoard.add``."""
        return self.board.add(subject, quantity, **fields)

    def quotations(self, rfq_id: str = "") -> list[Quotation]:
        """The quotations posted (for one request), also repeated ones."""
        return self.board.quotations(rfq_id)

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
                "shipments": [_plain(shipment) for shipment in self.shipments],
                "listings": self.listings(),
                "rfqs": self.board.requests(),
                "quotations": [asdict(each) for each in self.quotations()],
                "counts": dict(self.counts),
                "faults": dict(self.faults),
                "calls": [asdict(call) for call in self.calls],
            }


def _plain(shipment: Shipment) -> Payload:
    return {**asdict(shipment), "reported_at": shipment.reported_at.isoformat()}


def _ordered(order: Payload) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in rows(order.get("order_products")):
        sku = str(line.get("sku_id"))
        found[sku] = found.get(sku, Decimal(0)) + (figure(line.get("quantity")) or Decimal(0))
    return found
