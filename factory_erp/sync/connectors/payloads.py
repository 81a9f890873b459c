"""Values that every side of the connector contract uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of one of the platform's own lists: a carrier, a shipping template."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PayloadProblem:
    """A record that cannot be read, and why, in the user's language; ``external_id`` may be ""."""

    external_id: str
    reason: str
    raw: Mapping[str, object] = field(repr=False)
