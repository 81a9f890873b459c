"""Calls as they may be kept: what was said, without anything that would let another speak for the account."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

REMOVED = "[removed]"
REQUEST_MOST = 16_384
RESPONSE_MOST = 65_536
"""Characters of a call that are kept."""

Files = Mapping[str, tuple[str, bytes, str]]
"""Field → (file name, content, media type)."""

_ENDINGS = ("token", "secret", "password", "passwd", "passphrase")
_NAMES = frozenset({"session", "sessionkey", "sessionid", "sign", "signature", "authorization", "cookie"})
_ASKED_ONLY = frozenset({"code"})
"""A secret where we send it (the code of the sign-in page); in answers it is the platform's error code."""

_MENTION = re.compile(
    r"(?:token|secret|passw(?:or)?d|passphrase|session(?:[_-]?(?:key|id))?|(?<![a-z])sign(?:ature)?|authorization|cookie)"
    r"[\\\"'\s]*[:=]",
    re.IGNORECASE,
)
"""A secret's name and what stands between it and its value, in text that is not JSON."""

_SHORTEST = 6
"""Shorter values are not searched for in other texts: "1" would be found everywhere."""

_DEEPEST = 30


def request_text(form: Mapping[str, str], files: Files | None = None) -> str:
    """The form as one JSON object, secrets removed, files as their size; at most 16 KiB."""
    said: dict[str, object] = {}
    for name, value in form.items():
        said[name] = REMOVED if _secret(name, asked=True) else _leaf(value, (), 0, asked=True)
    for name, (file, content, _media_type) in (files or {}).items():
        said[name] = f"{file} <{len(content)} bytes>"
    text = json.dumps(said, ensure_ascii=False)
    return _capped(hide(text, secrets_of(form)), REQUEST_MOST)


def response_text(content: bytes, sent: Mapping[str, str]) -> str:
    """The answer's text without secrets, its own or those that were *sent* with the call; at most 64 KiB.

    JSON without any secret is kept to the letter. What is not JSON ends where a secret's name stands.
    """
    text = content.decode("utf-8", errors="replace")
    known = secrets_of(sent)
    if _suspicious(text, known):
        text = hide(_leaf(text, known, 0, asked=False), known)
    return _capped(text, RESPONSE_MOST)


def without_echo(answer: Mapping[str, object], sent: Mapping[str, str]) -> Mapping[str, object]:
    """The answer without the secrets that were *sent*: a platform's message may repeat them to everybody.

    Only fields that are called a secret keep their value, also in JSON texts: a sign-in may give the same
    token again.
    """
    known = secrets_of(sent)
    return {name: _kept(name, value, known, 0) for name, value in answer.items()} if known else answer


def _kept(name: str, value: object, known: Sequence[str], depth: int) -> object:
    if isinstance(value, str):
        return value if _secret(name, asked=False) else _unechoed(value, known, depth)
    if depth >= _DEEPEST:
        return value if not isinstance(value, dict | list) else REMOVED
    if isinstance(value, dict):
        return {hide(key, known): _kept(key, inner, known, depth + 1) for key, inner in value.items()}
    return [_kept("", inner, known, depth + 1) for inner in value] if isinstance(value, list) else value


def _unechoed(text: str, known: Sequence[str], depth: int) -> str:
    hidden = hide(text, known)
    if hidden == text or not text.lstrip().startswith("{") or depth >= _DEEPEST:
        return hidden
    try:
        inner = json.loads(text, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return hidden
    return json.dumps(_kept("", inner, known, depth + 1), ensure_ascii=False)


def secrets_of(form: Mapping[str, str]) -> tuple[str, ...]:
    """The values of a form that are secrets, the longest first."""
    found = {value for name, value in form.items() if _secret(name, asked=True) and len(value) >= _SHORTEST}
    return tuple(sorted(found, key=len, reverse=True))


def hide(text: str, secrets: Sequence[str]) -> str:
    """*text* with each of *secrets* removed, as it is or as JSON writes it."""
    for secret in secrets:
        if len(secret) < _SHORTEST:
            continue
        for spelling in {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}:
            text = text.replace(spelling, REMOVED)
    return text


def _secret(name: str, *, asked: bool) -> bool:
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return plain.endswith(_ENDINGS) or plain in _NAMES or (asked and plain in _ASKED_ONLY)


def _suspicious(text: str, known: Sequence[str]) -> bool:
    # An escaped letter could hide a name from the search; such texts are looked at part by part.
    return bool(_MENTION.search(text)) or "\\u" in text or any(secret in text for secret in known)


def _leaf(text: str, known: Sequence[str], depth: int, *, asked: bool) -> str:
    """A text: as JSON where it is JSON, else cut off where a secret's name stands."""
    stripped = text.strip()
    if stripped[:1] in ("{", "[", '"'):
        try:
            inner = json.loads(stripped, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError):
            return _cut(hide(text, known))
        if depth >= _DEEPEST:
            return REMOVED
        return json.dumps(_clean(inner, known, depth + 1, asked=asked), ensure_ascii=False)
    return _cut(hide(text, known))


def _clean(value: object, known: Sequence[str], depth: int, *, asked: bool) -> object:
    if depth >= _DEEPEST:
        return REMOVED
    if isinstance(value, dict):
        return {
            hide(name, known): REMOVED
            if _secret(name, asked=asked)
            else _clean(inner, known, depth + 1, asked=asked)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_clean(inner, known, depth + 1, asked=asked) for inner in value]
    return _leaf(value, known, depth, asked=asked) if isinstance(value, str) else value


def _cut(text: str) -> str:
    found = _MENTION.search(text)
    return text[: found.end()] + REMOVED if found else text


def _capped(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    note = f"… ({len(text)} characters)"
    return text[: most - len(note)] + note
