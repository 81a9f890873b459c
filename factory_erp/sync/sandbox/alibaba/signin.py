"""Getting and renewing tokens."""

from __future__ import annotations

import json
from urllib.parse import urlencode, urlsplit

from factory_erp.sync.sandbox.alibaba.arguments import ApiError, Arguments
from factory_erp.sync.sandbox.alibaba.payloads import Payload, epoch_ms
from factory_erp.sync.sandbox.alibaba.state import SandboxState
from factory_erp.sync.sandbox.platform import Form


def create(state: SandboxState, call: Arguments) -> Payload:
    """Tokens for an authorisation code."""
    if not state.tokens.take_code(call.text("code")):
        raise ApiError("InvalidCode", "The specified code is invalid or expired")
    return state.tokens.issue()


def refresh(state: SandboxState, call: Arguments) -> Payload:
    """New tokens for a refresh token."""
    tokens = state.tokens.rotate(call.text("refresh_token"))
    if tokens is None:
        raise ApiError("IllegalRefreshToken", "The specified refresh token is invalid or expired")
    return tokens


def as_top(state: SandboxState, tokens: Payload) -> Payload:
    """The same tokens as the older protocol writes them: JSON text inside JSON, ends in epoch ms."""
    now = epoch_ms(state.now())
    result = {
        "access_token": tokens["access_token"],
        "refresh_token": tokens["refresh_token"],
        "expire_time": now + state.tokens.access_seconds * 1000,
        "refresh_token_valid_time": now + state.tokens.refresh_seconds * 1000,
        "user_id": "200042362",
        "user_nick": tokens["account"],
    }
    return {"token_result": json.dumps(result)}


def authorise(state: SandboxState, query: Form) -> str | None:
    """The address to which the page of the permission sends the browser; None for a bad request."""
    target = query.get("redirect_uri", "")
    if query.get("response_type") != "code" or query.get("client_id") != state.app_key or not target:
        return None
    given = {"code": state.new_code(), **({"state": query["state"]} if "state" in query else {})}
    return f"{target}{'&' if urlsplit(target).query else '?'}{urlencode(given)}"
