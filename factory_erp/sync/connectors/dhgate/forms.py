"""Values as DHgate's forms take them: nested objects as JSON texts, figures as JSON numbers."""

from __future__ import annotations

import json
import re
from decimal import Decimal

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

SITE = "EN"
"""The English site, the only one that is published to."""

_MARK = "\ue000"
_MARKED = re.compile(f'"{_MARK}(-?[0-9]+(?:\\.[0-9]+)?){_MARK}"')


def to_json(value: object) -> str:
    """*value* as JSON; a Decimal becomes a number with all its digits and never passes through a float."""
    text = json.dumps(value, default=_marked, ensure_ascii=False, separators=(",", ":"))
    return _MARKED.sub(r"\1", text)


def _marked(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{_MARK}{value:f}{_MARK}"
    raise TypeError(f"{type(value).__name__} cannot be sent")


def whole(value: Decimal, field: str) -> int:
    """*value* as a whole number; InvalidValue where it is not one: the platform counts whole pieces."""
    if value != value.to_integral_value():
        raise InvalidValue(_("{figure} is not a whole number.", figure=f"{value:f}"), field=field)
    return int(value)
