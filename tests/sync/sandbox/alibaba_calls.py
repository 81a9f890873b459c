"""Signed calls in every style, written without any code of the connector's."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from factory_erp.sync.sandbox.alibaba import SandboxServer


def upper_hmac(secret: str, text: str, algorithm: str = "sha256") -> str:
    return hmac.new(secret.encode(), text.encode(), algorithm).hexdigest().upper()


def joined(form: Mapping[str, str]) -> str:
    return "".join(name + form[name] for name in sorted(form))


def sign_top(secret: str, form: Mapping[str, str], method: str) -> str:
    text = joined(form)
    if method == "md5":
        return hashlib.md5(f"{secret}{text}{secret}".encode(), usedforsecurity=False).hexdigest().upper()
    return upper_hmac(secret, text, {"hmac": "md5", "hmac-sha256": "sha256"}[method])


@dataclass
class Caller:
    """Calls a sandbox as a client would that has read the documentation."""

    server: SandboxServer
    session: requests.Session
    token: str = ""
    secret: str = ""

    def __post_init__(self) -> None:
        self.secret = self.secret or self.server.state.app_secret
        self.token = self.token or str(self.server.state.issue_token()["access_token"])

    def path(self, api: str, *, files: Mapping[str, bytes] | None = None, **params: object) -> Any:
        return self.post(api, self.form(api, **params), files).json()

    def form(self, api: str, **params: object) -> dict[str, str]:
        form = {**self._iop(), **{name: text(value) for name, value in params.items()}}
        return {**form, "sign": upper_hmac(self.secret, api + joined(form))}

    def sdk(self, api: str, **params: str) -> Any:
        extra = {"method": api, "partner_id": "iop", "simplify": "false", "format": "json", "debug": "false"}
        form = {**self._iop(), **extra, **params}
        form["sign"] = upper_hmac(self.secret, api + joined(form))
        return self.post("", form).json()

    def sync(self, name: str, **params: str) -> Any:
        form = {**self._iop(), "method": name, **params}
        form["sign"] = upper_hmac(self.secret, joined(form))
        return self.post("/sync", form).json()

    def top(self, name: str, method: str = "md5", **params: str) -> Any:
        form = {
            "app_key": self.server.state.app_key,
            "session": self.token,
            "timestamp": (datetime.now(UTC) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S"),
            "method": name,
            "format": "json",
            "v": "2.0",
            "sign_method": method,
            **params,
        }
        form["sign"] = params.get("sign") or sign_top(self.secret, form, method)
        return self.post("/router/rest", form).json()

    def post(
        self, path: str, form: Mapping[str, str], files: Mapping[str, bytes] | None = None
    ) -> requests.Response:
        parts = {name: (name, content, "image/png") for name, content in (files or {}).items()}
        return self.session.post(self.server.url + path, data=dict(form), files=parts or None, timeout=5)

    def _iop(self) -> dict[str, str]:
        return {
            "app_key": self.server.state.app_key,
            "timestamp": str(int(time.time() * 1000)),
            "sign_method": "sha256",
            "access_token": self.token,
        }


def text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
