"""Signatures of both protocols: IOP (HMAC-SHA256, path in front) and the older TOP (three kinds)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping


def sign(secret: str, api: str, params: Mapping[str, str]) -> str:
    """Signature of a call, upper-case hex, as Alibaba's own IOP SDK computes it.

    *params* are all text parameters before URL encoding; ``sign`` itself is left out. *api* counts only when
    it is a path ("/alibaba/order/list"): the dotted names of the other call style are not signed in front.
    """
    prefix = api if "/" in api else ""
    text = prefix.encode() + _joined(params)
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest().upper()


def sign_top(secret: str, params: Mapping[str, str], method: str = "md5") -> str:
    """Signature of a TOP call, upper-case hex; *method* is md5, hmac (HMAC-MD5) or hmac-sha256.

    Nothing stands in front of the parameters, and files are not signed. KeyError for another method.
    """
    return _TOP[method](secret.encode(), _joined(params)).upper()


def _joined(params: Mapping[str, str]) -> bytes:
    pairs = sorted((name.encode(), value.encode()) for name, value in params.items() if name != "sign")
    return b"".join(name + value for name, value in pairs)


def _wrapped_md5(secret: bytes, text: bytes) -> str:
    # The platform's own choice of 2008; hashlib is told that it guards nothing of ours.
    return hashlib.md5(secret + text + secret, usedforsecurity=False).hexdigest()


def _keyed(digest: str) -> Callable[[bytes, bytes], str]:
    return lambda secret, text: hmac.new(secret, text, digest).hexdigest()


_TOP: dict[str, Callable[[bytes, bytes], str]] = {
    "md5": _wrapped_md5,
    "hmac": _keyed("md5"),
    "hmac-sha256": _keyed("sha256"),
}

TOP_METHODS = tuple(_TOP)
"""What the TOP gateway takes as ``sign_method``."""
