"""DHgate behind the sandbox server: which address means what, and the platform's own words for faults."""

from __future__ import annotations

from collections.abc import Mapping

from factory_erp.sync.sandbox.dhgate import oauth
from factory_erp.sync.sandbox.dhgate.gateway import ACTING, ROWS, answer, flat_error
from factory_erp.sync.sandbox.dhgate.state import SandboxState
from factory_erp.sync.sandbox.platform import Form, Payload, Reply

ROUTER = "/dop/router"
TOKEN = "/dop/oauth2/access_token"
SIGN_IN = "oauth"
"""The name of the token address in counts and fault profiles."""

_PAGES = {"dh.order.list.get": "pageNo", "dh.item.list": "pages", "dh.message.list": "pageNo"}


class DhgatePlatform:
    """A ``SandboxPlatform`` over *state*."""

    def __init__(self, state: SandboxState) -> None:
        self.state = state

    def api(self, path: str, form: Form) -> str:
        """The method of a call of the router, ``oauth``, or the path of an address that there is not."""
        if path == ROUTER:
            return form.get("method", "")
        return SIGN_IN if path == TOKEN else path

    def is_sign_in(self, api: str) -> bool:
        """Whether it gives tokens."""
        return api == SIGN_IN

    def acts(self, api: str) -> bool:
        """Whether the method changes anything but tokens."""
        return api in ACTING

    def answer(self, path: str, form: Form, files: Mapping[str, bytes]) -> Reply:
        """Carry the call out; files are no part of this platform's calls."""
        if path == ROUTER:
            return answer(self.state, form)
        if path == TOKEN:
            return oauth.token(self.state, form)
        return Reply(404, {"code": "404", "message": "Not Found"})

    def throttled(self, seconds: int) -> Reply:
        """Too many calls. The platform's words do not say for how long."""
        return flat_error(self.state, "37", "应用调用服务的频率超限")

    def fault_inside(self, api: str) -> Reply:
        """The service behind the gateway did not answer in time: whether it acted is unknown."""
        text = f"调用{api}服务超时，该服务的超时限制为12秒，请和服务平台提供商联系。"
        reply = flat_error(self.state, "1", "服务不可用")
        sub = {
            "code": f"isp.{api.replace('.', '-')}-service-timeout",
            self.state.wire.text_key: text,
        }
        return Reply(200, {**reply.body, "subErrors": [sub]}, reply.code)

    def expire(self, form: Form) -> bool:
        """End the call's access token if it has served before."""
        return self.state.expire(form.get("access_token", ""))

    def kill_refresh(self) -> None:
        """Withdraw every refresh token."""
        self.state.kill_refresh()

    def rows(self, api: str, body: Payload) -> list[Payload] | None:
        """The list inside a page."""
        found = body.get(ROWS.get(api, ""))
        return found if isinstance(found, list) else None

    def page(self, form: Form) -> int | None:
        """The page that is asked for."""
        text = form.get(_PAGES.get(form.get("method", ""), ""), "")
        return int(text) if text.isascii() and text.isdigit() else None

    def authorise(self, query: Form) -> str | None:
        """Where the page of the permission leads."""
        return oauth.authorise(self.state, query)

    def record(self, api: str, code: str, fault: str) -> None:
        """Note a call."""
        self.state.record(api, code, fault)

    def snapshot(self) -> Payload:
        """Everything but secrets."""
        return self.state.snapshot()
