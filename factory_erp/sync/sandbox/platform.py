"""What a platform's sandbox has to offer to the HTTP server in front of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Payload = dict[str, object]
"""A JSON object."""

Form = Mapping[str, str]
"""The text parameters of a call, decoded."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it goes on the wire. ``code`` is for the call log; "" takes the body's own."""

    status: int
    body: Payload
    code: str = ""

    def logged_code(self) -> str:
        """The platform's code of the answer: ``code``, or ``status.code``, or the HTTP status."""
        status = self.body.get("status")
        inner = status.get("code") if isinstance(status, Mapping) else None
        return self.code or str(self.body.get("code") or inner or self.status)


class SandboxPlatform(Protocol):
    """One platform behind the server. Every method may be called from any thread."""

    def api(self, path: str, form: Form) -> str:
        """The call's name in counts and fault profiles: "/alibaba/order/list", "dh.order.list.get"."""

    def is_sign_in(self, api: str) -> bool:
        """Whether it gives tokens; faults spare such calls unless a profile names them."""

    def acts(self, api: str) -> bool:
        """Whether the call changes anything on the platform but tokens."""

    def answer(self, path: str, form: Form, files: Mapping[str, bytes]) -> Reply:
        """Carry the call out."""

    def throttled(self, seconds: int) -> Reply:
        """The platform's own words for a ban of so many seconds."""

    def fault_inside(self, api: str) -> Reply:
        """HTTP 200 whose body says that the server failed."""

    def expire(self, form: Form) -> bool:
        """End the call's access token if it has served before; whether it did."""

    def kill_refresh(self) -> None:
        """Withdraw every refresh token."""

    def rows(self, api: str, body: Payload) -> list[Payload] | None:
        """The list itself, not a copy, inside a page's body; None if the answer is no page."""

    def page(self, form: Form) -> int | None:
        """The number of the page that the call asks for; None where the API has no pages."""

    def authorise(self, query: Form) -> str | None:
        """Where the page of the permission sends the browser, the code in it; None for a bad request."""

    def record(self, api: str, code: str, fault: str) -> None:
        """Note a call: its answer's code ("" if it was not carried out) and the fault put on it."""

    def snapshot(self) -> Payload:
        """Everything but secrets, for JSON."""
