"""The addresses of sign-in: the page of the permission, and the one that gives tokens."""

from __future__ import annotations

import hmac
from urllib.parse import urlencode, urlsplit

from factory_erp.sync.sandbox.dhgate.forms import Form
from factory_erp.sync.sandbox.dhgate.state import SandboxState
from factory_erp.sync.sandbox.platform import Payload, Reply

LONGEST_STATE = 20


def authorise(state: SandboxState, query: Form) -> str | None:
    """Where the browser goes with a new code; None for a request that the page would not show."""
    address, word = query.get("redirect_uri", ""), query.get("state", "")
    fine = (
        query.get("response_type") == "code"
        and query.get("client_id") == state.app_key
        and query.get("scope", "basic") == "basic"
        and len(word) <= LONGEST_STATE
        and bool(urlsplit(address).scheme)
    )
    if not fine:
        return None
    answer = {"code": state.new_code(address), **({"state": word} if word else {})}
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(answer)}"


def token(state: SandboxState, form: Form) -> Reply:
    """Tokens for a code or a refresh token; else HTTP 400 with an error."""
    if not _is_application(state, form):
        return _error("invalid_client", "Client authentication failed")
    if form.get("scope", "basic") != "basic":
        return _error("invalid_scope", "The scope is not valid")
    kind = form.get("grant_type")
    if kind not in ("authorization_code", "refresh_token"):
        return _error("unsupported_grant_type", "The grant type is not supported")
    tokens = _by_code(state, form) if kind == "authorization_code" else _by_refresh(state, form)
    if tokens is None:
        return _error("invalid_grant", "The code or refresh token is invalid or expired")
    return Reply(200, tokens, "0")


def _is_application(state: SandboxState, form: Form) -> bool:
    named = form.get("client_id") == state.app_key
    secret = form.get("client_secret", "").encode()
    return hmac.compare_digest(secret, state.app_secret.encode()) and named


def _by_code(state: SandboxState, form: Form) -> Payload | None:
    good = state.take_code(form.get("code", ""), form.get("redirect_uri", ""))
    return state.issue_token() if good else None


def _by_refresh(state: SandboxState, form: Form) -> Payload | None:
    return state.rotate(form.get("refresh_token", ""))


def _error(code: str, text: str) -> Reply:
    return Reply(400, {"error": code, "errorDescription": text}, code)
