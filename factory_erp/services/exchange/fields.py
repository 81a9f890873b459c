"""A column of a kind of record: its names in both languages, how its cells are read and shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from factory_erp.i18n import LANGUAGES, _, in_language
from factory_erp.services.exchange.code_readers import (
    country,
    currency,
    gtin,
    hs_code,
    incoterm,
    language_code,
    unit_code,
)
from factory_erp.services.exchange.readers import (
    Reader,
    choice,
    clock_time,
    code,
    day,
    decimal,
    percent,
    percent_ppm,
    several,
    text,
    whole,
    yes_no,
)

__all__ = [
    "Field", "Reader", "choice", "clock_time", "code", "country", "currency", "day", "decimal", "gtin",
    "hs_code", "incoterm", "language_code", "percent", "percent_ppm", "plain_header", "several", "text",
    "unit_code", "whole", "yes_no",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One column: *title* is marked with ``N_``, *aliases* are other headers that mean it.

    *default* is the value of an empty cell, and of a column that is not in the file when a record
    is made. *required* columns must be there and filled, unless a record may be known without.
    """

    key: str
    title: str
    read: Reader
    required: bool = False
    key_part: bool = False
    default: Any = ""
    aliases: tuple[str, ...] = ()
    example: str = ""
    hint: str = ""

    def titles(self) -> Iterator[str]:
        """Its title in each language of the interface, English first."""
        for language in LANGUAGES:
            with in_language(language):
                yield _(self.title)

    def bilingual(self) -> str:
        """The header of a template: "SKU 货号"."""
        return " ".join(dict.fromkeys(self.titles()))

    def names(self) -> frozenset[str]:
        """Every header that means this field, as ``plain_header`` makes them."""
        titles = (*self.titles(), self.bilingual())
        return frozenset(plain_header(name) for name in (self.key, *titles, *self.aliases))


def plain_header(header: str) -> str:
    """*header* without what people write differently: case, spaces, punctuation, full width."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
