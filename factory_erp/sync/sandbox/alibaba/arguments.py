"""Reading a call's parameters, and the errors that answer wrong ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from factory_erp.sync.sandbox.alibaba.payloads import PACIFIC, Payload, epoch_ms
from factory_erp.sync.sandbox.platform import Form


class ApiError(Exception):
    """An answer with an error envelope of the gateway."""

    def __init__(self, code: str, message: str, kind: str = "ISV") -> None:
        super().__init__(message)
        self.code, self.message, self.kind = code, message, kind


class Failed(Exception):
    """An answer that the gateway lets through as a success and that says that nothing was done."""

    def __init__(self, body: Payload) -> None:
        super().__init__(str(body))
        self.body = body


@dataclass(frozen=True, slots=True)
class Arguments:
    """The parameters of one API call, whatever the style in which they came."""

    params: Form
    files: Mapping[str, bytes] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a parameter, "" if it was not sent."""
        return self.params.get(name, "")

    def required(self, name: str) -> str:
        """The text of a parameter that must be there."""
        value = self.text(name).strip()
        if not value:
            raise invalid(name)
        return value

    def whole(self, name: str, default: int) -> int:
        """A whole number from 0."""
        text = self.params.get(name, str(default))
        if not (text.isascii() and text.isdigit()):
            raise invalid(name)
        return int(text)

    def value(self, name: str) -> object:
        """The JSON value of a parameter, None if it was not sent; figures with a point are Decimals."""
        text = self.text(name)
        if not text:
            return None
        try:
            parsed: object = json.loads(text, parse_float=Decimal)
        except ValueError as error:
            raise invalid(name) from error
        return parsed

    def mapping(self, name: str) -> Payload:
        """The JSON object of a parameter that must be there."""
        value = self.value(name)
        if not isinstance(value, dict):
            raise invalid(name)
        return value

    def moment(self, name: str) -> int | None:
        """Epoch ms of a window's end, whose Pacific text and timestamp must mean the same moment."""
        if name not in self.params:
            return None
        try:
            value = json.loads(self.params[name])
            stamp = int(value["date_timestamp"])
            local = datetime.strptime(value["date_str"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=PACIFIC)
        except (ValueError, TypeError, KeyError) as error:
            raise invalid(f"null#{name}") from error
        if stamp not in {epoch_ms(local.replace(fold=fold).astimezone(UTC)) for fold in (0, 1)}:
            raise ApiError("InvalidParameter", f"The specified parameter '{name}' contradicts itself")
        return stamp


def invalid(name: str) -> ApiError:
    """The error for a parameter that is missing or cannot be read."""
    return ApiError("InvalidParameter", f"The specified parameter '{name}' is not valid")


def child(value: object, *names: str) -> Payload:
    """The object at the end of a path of names; empty where the path breaks off."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Payload]:
    """The objects in a list; empty for anything else."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def figure(value: object) -> Decimal | None:
    """The exact number in a JSON value, None if it is none."""
    text = str(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else ""
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
