"""What a variant rule says stands in its slot, and the patterns within it.

An outcome is a JSON object; each kind of rule has its own fields (``read``). A *pattern* is a text
with places: ``{product}`` and the code of each axis, ``{{`` and ``}}`` for braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from string import Formatter
from typing import Any

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import exact_decimal
from factory_erp.i18n import _

PLACES = 6
"""Decimals of quantities, seconds and prices."""

LARGEST_COUNT = 2**31 - 1
"""Greatest whole number of minutes, or of an operation, that is stored."""

PRODUCT = "product"
"""The place for the product itself."""

Machines = tuple[tuple[str, int, int | None], ...]
"""Code of a machine, its speed in percent, its own set-up minutes (None: as the step says); by code."""

Tiers = tuple[tuple[Decimal, Decimal], ...]
"""Quantities from which a price holds, ascending, each with the price of one unit."""


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the bill: *quantity* of the item *sku* for one; consumed at *operation*, else the first."""

    sku: str
    quantity: Decimal = Decimal(1)
    scrap_ppm: int = 0
    operation: int | None = None
    phantom: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """An operation of the routing; its sequence is the slot.

    *subcontractor* is the code of a partner, *subcontract_price* per unit in the company's currency.
    """

    centre: str
    name_en: str
    name_zh: str = ""
    setup_minutes: int = 0
    run_seconds: Decimal = Decimal(0)
    batch_size: Decimal = Decimal(0)
    queue_minutes: int = 0
    family: str = ""
    instructions: str = ""
    transfer_lot: Decimal = Decimal(0)
    move_minutes: int = 0
    quality_point: str = ""
    subcontractor: str = ""
    subcontract_days: int = 0
    subcontract_price: Decimal = Decimal(0)
    machines: Machines = ()


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the net weight, in grams."""

    net_g: int


@dataclass(frozen=True, slots=True)
class Charge:
    """A part of the price on the list with code *list*; below zero it is a reduction."""

    list: str
    tiers: Tiers


@dataclass(frozen=True, slots=True)
class Words:
    """Names and description in one language; the slot is the language."""

    name: str
    declaration_name: str = ""
    description: str = ""


Outcome = Part | Step | Share | Charge | Words

PATTERNS: dict[type[Any], tuple[str, ...]] = {
    Part: ("sku",),
    Step: ("family",),
    Share: (),
    Charge: (),
    Words: ("name", "declaration_name", "description"),
}
"""Fields of each outcome that are patterns."""

WIDTHS = {
    "sku": 60, "family": 40, "centre": 20, "name_en": 80, "name_zh": 80, "list": 60, "name": 300,
    "declaration_name": 120, "quality_point": 200, "subcontractor": 40,
}  # fmt: skip
"""Characters that a field may have once its places are filled."""


def read(kind: str, given: Mapping[str, Any]) -> Outcome:
    """The outcome that *given* (as it stands in the rule) describes. Raises InvalidValue for anything else.

    component: sku, quantity, scrap_percent, operation, phantom; operation: the fields of Step; weight:
    net_g; price: list, tiers {quantity: price}; text: name, declaration_name, description.
    """
    try:
        reader = _READERS[kind]
    except KeyError:
        raise InvalidValue(
            _("'{kind}' is not a kind of rule.", kind=kind),
            field=_("Kind"),
            remedy=_("Choose one of: {kinds}.", kinds=", ".join(_READERS)),
        ) from None
    rest = _Fields(given)
    outcome = reader(rest)
    rest.done()
    for name in PATTERNS[type(outcome)]:
        places_of(getattr(outcome, name))
    return outcome


def places_of(pattern: str) -> tuple[str, ...]:
    """The places that *pattern* names, in order. Raises InvalidValue where its braces make no sense."""
    return tuple(name for _text, name in _parsed(pattern) if name is not None)


@lru_cache(maxsize=1024)
def _parsed(pattern: str) -> tuple[tuple[str, str | None], ...]:
    """Texts, each with the place that follows it."""
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError:
        parts = [("", "", "", "")]
    names = [name for _text, name, _spec, _how in parts if name is not None]
    if any(spec or how for _text, _name, spec, how in parts) or not all(map(_PLACE.fullmatch, names)):
        raise InvalidValue(
            _("'{pattern}' is not a pattern.", pattern=pattern),
            remedy=_("Write the places as {example}; write a brace itself twice.", example="{colour}"),
        )
    return tuple((text, name) for text, name, _spec, _how in parts)


def fill(pattern: str, values: Mapping[str, str]) -> str:
    """*pattern* with its places filled. Raises InvalidValue for a place that *values* does not have."""
    unknown = [name for name in places_of(pattern) if name not in values]
    if unknown:
        raise InvalidValue(
            _("There is no place {place} in a pattern of this product.", place="{" + unknown[0] + "}"),
            remedy=_("Use one of: {places}.", places=", ".join("{" + name + "}" for name in values)),
        )
    return "".join(text + (values[name] if name is not None else "") for text, name in _parsed(pattern))


def filled(outcome: Outcome, values: Mapping[str, str]) -> Outcome:
    """*outcome* for one item, whose *values* fill its patterns.

    Raises InvalidValue for an unknown place and for a text that becomes longer than its field.
    """
    patterns = PATTERNS[type(outcome)]
    said = {one.name: getattr(outcome, one.name) for one in fields(outcome)}
    said |= {name: fill(said[name], values).strip() for name in patterns}
    for name, value in said.items():
        if isinstance(value, str) and len(value) > WIDTHS.get(name, len(value)):
            raise InvalidValue(
                _(
                    "The field '{field}' would have more than {count} characters.",
                    field=name,
                    count=WIDTHS[name],
                ),
                field=name,
                remedy=_("Shorten the pattern."),
            )
    return type(outcome)(**said)


_PLACE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class _Fields:
    """The fields of an outcome as they are taken one by one."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._left = dict(given)

    def text(self, name: str, required: bool = False) -> str:
        """A text, empty where it is not given."""
        value = self._left.pop(name, "")
        if not isinstance(value, str) or (required and not value.strip()) or "\0" in value:
            raise _wrong(name, value, _("Enter a text."))
        return value.strip()

    def whole(self, name: str, default: int = 0) -> int:
        """A whole number from zero up."""
        value = self.figure(name, default)
        if value != int(value) or value > LARGEST_COUNT:
            raise _wrong(name, value, _("Enter a whole number."))
        return int(value)

    def figure(self, name: str, default: int | None = 0) -> Decimal:
        """An exact figure from zero up; no *default*: it must be given."""
        if name not in self._left and default is None:
            raise _wrong(name, "", _("Enter a figure."))
        value = exact(name, self._left.pop(name, default))
        if value < 0:
            raise _wrong(name, value, _("Enter a figure from zero up."))
        return value

    def switch(self, name: str) -> bool:
        """Yes or no; no where it is not given."""
        value = self._left.pop(name, False)
        if not isinstance(value, bool):
            raise _wrong(name, value, _("Enter true or false."))
        return value

    def raw(self, name: str) -> Any:
        """What was given, None where it was not."""
        return self._left.pop(name, None)

    def done(self) -> None:
        """Raise InvalidValue for a field that nobody took."""
        for name, value in self._left.items():
            raise _wrong(name, value, _("A rule of this kind has no such field."))


def exact(name: str, value: Any) -> Decimal:
    """*value*, a text, whole number or Decimal with up to PLACES decimals. Raises InvalidValue."""
    try:
        return exact_decimal(value, PLACES)
    except InvalidValue as error:
        raise _wrong(name, value, error.message) from None


def _wrong(name: str, value: Any, remedy: str) -> InvalidValue:
    message = _("'{value}' cannot stand in the field '{field}'.", value=value, field=name)
    return InvalidValue(message, field=name, remedy=remedy)


def _part(given: _Fields) -> Part:
    quantity, percent = given.figure("quantity", 1), given.figure("scrap_percent")
    operation = given.whole("operation")
    if not quantity:
        raise _wrong("quantity", quantity, _("Enter a quantity above zero."))
    if percent >= 100 or percent * 10_000 != int(percent * 10_000):
        raise _wrong("scrap_percent", percent, _("Enter 0 to less than 100, with up to 4 decimals."))
    return Part(
        given.text("sku", required=True), quantity, int(percent * 10_000), operation or None,
        given.switch("phantom"),
    )  # fmt: skip


def _step(given: _Fields) -> Step:
    english = given.text("name_en", required=True)
    step = Step(
        given.text("centre", required=True), english, given.text("name_zh") or english,
        given.whole("setup_minutes"), given.figure("run_seconds"), given.figure("batch_size"),
        given.whole("queue_minutes"), given.text("family"), given.text("instructions"),
        given.figure("transfer_lot"), given.whole("move_minutes"), given.text("quality_point"),
        given.text("subcontractor"), given.whole("subcontract_days"), given.figure("subcontract_price"),
        read_machines(given.raw("machines")),
    )  # fmt: skip
    if bool(step.subcontractor) != bool(step.subcontract_days):
        raise InvalidValue(
            _("a subcontractor and the days that he takes go together."), field="subcontract_days"
        )
    return step


def read_machines(given: Any) -> Machines:
    """The machines of {"M1": "100", "M2": "80/15"}: speeds, and after the stroke minutes of set-up.

    Raises InvalidValue.
    """
    if given is None:
        return ()
    if not isinstance(given, Mapping):
        raise _wrong("machines", given, _how_machines_stand())
    return tuple(sorted(_machine(code, said) for code, said in given.items()))


def _machine(code: str, said: Any) -> tuple[str, int, int | None]:
    found = _SPEED.fullmatch(str(said).replace(" ", ""))
    speed, setup = found.groups() if found else ("0", None)
    if not code.strip() or not 0 < int(speed) <= LARGEST_COUNT or int(setup or 0) > LARGEST_COUNT:
        raise _wrong("machines", f"{code}: {said}", _how_machines_stand())
    return code.strip(), int(speed), int(setup) if setup else None


def _how_machines_stand() -> str:
    return _("Enter machines with their speed in percent, such as {example}.", example='{"M1": "80/15"}')


_SPEED = re.compile(r"([0-9]{1,10})%?(?:/([0-9]{1,10}))?")
"""Percent, and minutes of set-up behind a stroke."""


def _share(given: _Fields) -> Share:
    return Share(int(_grams(given)))


def _grams(given: _Fields) -> Decimal:
    value = given.figure("net_g", None)
    if value != int(value) or value > 10**9:
        raise _wrong("net_g", value, _("Enter whole grams."))
    return value


def _charge(given: _Fields) -> Charge:
    tiers = given.raw("tiers")
    if not isinstance(tiers, Mapping) or not tiers:
        raise _wrong(
            "tiers", tiers, _("Enter quantities with prices, such as {example}.", example='{"1": "3.20"}')
        )
    pairs = [(exact("tiers", quantity), exact("tiers", price)) for quantity, price in tiers.items()]
    pairs.sort()
    twice = any(one[0] == two[0] for one, two in pairwise(pairs))
    if pairs[0][0] <= 0 or twice:
        raise _wrong("tiers", tiers, _("Enter quantities above zero, each once."))
    return Charge(given.text("list", required=True), tuple(pairs))


def _words(given: _Fields) -> Words:
    return Words(given.text("name", required=True), given.text("declaration_name"), given.text("description"))


_READERS: dict[str, Callable[[_Fields], Outcome]] = {
    "component": _part,
    "operation": _step,
    "weight": _share,
    "price": _charge,
    "text": _words,
}


def add_prices(charges: Iterable[Charge]) -> dict[str, Tiers]:
    """The sum of the charges, by list: it changes wherever one of them does.

    It begins at the quantity from which each of them has a price: no item is sold without one of its parts.
    """
    by_list: dict[str, list[Tiers]] = {}
    for charge in charges:
        by_list.setdefault(charge.list, []).append(charge.tiers)
    return {code: _added(parts) for code, parts in by_list.items()}


def _added(parts: Sequence[Tiers]) -> Tiers:
    least = max(tiers[0][0] for tiers in parts)
    breaks = sorted({quantity for tiers in parts for quantity, _price in tiers if quantity >= least})
    return tuple(
        (quantity, sum((price_at(tiers, quantity) for tiers in parts), Decimal(0))) for quantity in breaks
    )


def price_at(tiers: Tiers, quantity: Decimal) -> Decimal:
    """The price that holds for *quantity*, which is not below the first break."""
    return [price for least, price in tiers if least <= quantity][-1]
