"""Cells that list several codes, some with a figure each: "SKU2=1.5; SKU3=2", "M1=80/15", "MOULD-1; CREW"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.services.exchange.fields import decimal, whole
from factory_erp.services.exchange.readers import tidy

if TYPE_CHECKING:
    from factory_erp.sheets.writing import Cell

Alternates = tuple[tuple[str, Decimal | None], ...]
"""SKU and quantity; None: as much as of the component itself."""
MachineChoices = tuple[tuple[str, int, int | None], ...]
"""Machine code, speed in percent, setup minutes of its own."""

_PAIR = re.compile(
    r"""\s*(?:"((?:[^"]|"")*)"|([^";；=＝]*[^";；=＝\s]))\s*(?:[=＝]\s*([^;；]*?)\s*)?(?:[;；]|$)"""
)
"""A code, in quotation marks where it has signs that divide, and what it equals."""


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    said, at = tidy(text), 0
    while at < len(said):
        found = _PAIR.match(said, at)
        if found is None:
            raise InvalidValue(
                _("'{text}' cannot be understood.", text=said[at : at + 40]),
                remedy=_("Write codes with their figures, like A1=1.5; B2=2."),
            )
        quoted, plain, figure = found.groups()
        yield (quoted.replace('""', '"') if quoted is not None else plain), figure or ""
        at = found.end()


def _once(codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise InvalidValue(_("{code} stands there twice.", code=code), remedy=_("Name it once."))
        seen.add(code)


def _quoted(code: str) -> str:
    plain = code == code.strip() and not set('";；=＝') & set(code)
    return code if plain else '"' + code.replace('"', '""') + '"'


@dataclass(frozen=True)
class AlternatesReader:
    """What may be used instead, the first choice first: "SKU2=1.5; SKU3"."""

    figure = decimal(above=0)

    def __call__(self, text: str) -> Alternates:
        """SKUs with their quantities."""
        found = tuple((code, self.figure(said) if said else None) for code, said in _pairs(text))
        _once(code for code, _quantity in found)
        return found

    def show(self, value: Alternates) -> Cell:
        """The cell that reads as *value*."""
        return "; ".join(
            _quoted(code) if quantity is None else f"{_quoted(code)}={quantity:f}" for code, quantity in value
        )


@dataclass(frozen=True)
class MachinesReader:
    """Machines that may do a step, with speed and setup minutes of their own: "M1=100; M2=80/15"."""

    speed = whole(1)
    minutes = whole(0)

    def __call__(self, text: str) -> MachineChoices:
        """Codes with speeds in percent and setup minutes."""
        found = tuple((code, *self._figures(said)) for code, said in _pairs(text))
        _once(code for code, _speed, _setup in found)
        return found

    def _figures(self, said: str) -> tuple[int, int | None]:
        speed, _slash, setup = said.replace("%", "").partition("/")
        return (self.speed(speed) if speed.strip() else 100), (self.minutes(setup) if setup.strip() else None)

    def show(self, value: MachineChoices) -> Cell:
        """The cell that reads as *value*."""
        return "; ".join(
            f"{_quoted(code)}={speed}" + ("" if setup is None else f"/{setup}")
            for code, speed, setup in value
        )


@dataclass(frozen=True)
class CodesReader:
    """Codes without figures: "MOULD-1; CREW"."""

    def __call__(self, text: str) -> tuple[str, ...]:
        """The codes, each once."""
        found = list(_pairs(text))
        figures = [code for code, figure in found if figure]
        if figures:
            raise InvalidValue(
                _("{code} takes no figure here.", code=figures[0]),
                remedy=_("Write the codes alone, with ; between them."),
            )
        _once(code for code, _none in found)
        return tuple(code for code, _none in found)

    def show(self, value: tuple[str, ...]) -> Cell:
        """The cell that reads as *value*."""
        return "; ".join(map(_quoted, value))
