"""Reading the forms of calls, and the errors that a bad one meets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from factory_erp.sync.sandbox.dhgate.payloads import Payload
from factory_erp.sync.sandbox.dhgate.state import SandboxState

Form = Mapping[str, str]
Handler = Callable[[SandboxState, Form], Payload]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the gateway: its version, the parameters it must and may have, and who answers it."""

    version: str
    handler: Handler
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


def method(version: str, handler: Handler, required: str = "", optional: str = "") -> Method:
    """A method; its parameters are words of a text."""
    return Method(version, handler, frozenset(required.split()), frozenset(optional.split()))


class GatewayError(Exception):
    """The gateway turns a call away: a flat answer with a code and a text."""

    def __init__(self, code: str, text: str, detail: str = "") -> None:
        super().__init__(text)
        self.code, self.text, self.detail = code, text, detail


class ServiceError(Exception):
    """The service behind the gateway refuses: status 44 with one sub error."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


class EmptyAnswer(Exception):
    """A success that found nothing; *payload* goes along."""

    def __init__(self, payload: Payload) -> None:
        super().__init__("nothing found")
        self.payload = payload


def illegal(name: str) -> GatewayError:
    """The error of a parameter whose value means nothing."""
    return GatewayError("33", "非法的参数", f"isv.invalid-parameter:{name}")


def whole(form: Form, name: str, least: int, most: int) -> int:
    """A whole number within limits."""
    text = form.get(name, "")
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise illegal(name)
    return int(text)


def moment(form: Form, name: str) -> str:
    """A date text, checked: "yyyy-MM-dd HH:mm:ss". Such texts of one zone compare like the dates."""
    text = form.get(name, "")
    try:
        read = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the zone is the platform's own
    except ValueError as error:
        raise illegal(name) from error
    if f"{read:%Y-%m-%d %H:%M:%S}" != text:
        raise illegal(name)
    return text


def one_of(form: Form, name: str, *values: str) -> str:
    """A value out of a list."""
    if form.get(name) not in values:
        raise illegal(name)
    return form[name]


def words(form: Form, name: str) -> list[str]:
    """The parts of a comma list; empty where it is not there."""
    return [part for part in form.get(name, "").split(",") if part]


def json_object(form: Form, name: str) -> Payload:
    """A parameter that is a JSON object."""
    value = _json(form, name, "{}")
    if not isinstance(value, dict):
        raise illegal(name)
    return value


def json_rows(form: Form, name: str) -> list[Payload]:
    """A parameter that is a JSON list of objects; [] where it is not there."""
    value = _json(form, name, "[]")
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise illegal(name)
    return value


def _json(form: Form, name: str, missing: str) -> object:
    try:
        # Numbers with a point stay text, so that no digit of a price is lost before it is checked.
        return json.loads(form.get(name) or missing, parse_float=str)
    except ValueError as error:
        raise illegal(name) from error


def number(value: object) -> Decimal | None:
    """The exact value of a JSON number or of a text with one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    try:
        read = Decimal(value)
    except InvalidOperation:
        return None
    return read if read.is_finite() else None


def places(value: Decimal) -> int:
    """How many decimals a number needs."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
