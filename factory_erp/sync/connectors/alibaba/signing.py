"""The IOP signature: HMAC-SHA256 over the API path and the sorted parameters."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping


def sign(secret: str, api: str, params: Mapping[str, str]) -> str:
    """Signature of a call, upper-case hex, as Alibaba's own IOP SDK computes it.

    *params* are all text parameters before URL encoding; ``sign`` itself is left out. *api* counts only when
    it is a path ("/alibaba/order/list"): the dotted names of the other call style are not signed in front.
    """
    prefix = api if "/" in api else ""
    pairs = sorted((name.encode(), value.encode()) for name, value in params.items() if name != "sign")
    text = prefix.encode() + b"".join(name + value for name, value in pairs)
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest().upper()
