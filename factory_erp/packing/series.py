"""Series of carton numbers: letters for colours or customers, and so many cartons of some ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, product
from string import ascii_uppercase

from factory_erp.domain.cartons import RESERVED, CartonRange, normalised

MOST_LETTERS = 8
"""A series has at most so many letters."""


def prefixes(names: Iterable[str]) -> dict[str, str]:
    """Letters for each distinct name (a colour, a customer), in the order of their first mention.

    A name of Latin letters gives its own ("Red" → RED) where they are free; any other the next of A, B, … Z,
    AA … that is. The empty name has no letters.
    """
    own = {name: _letters(name) for name in dict.fromkeys(names)}
    free = (word for word in _alphabet() if word not in own.values())
    found: dict[str, str] = {}
    for name, letters in own.items():
        found[name] = letters if not name or letters not in ("", *found.values()) else next(free)
    return found


def _letters(name: str) -> str:
    letters = name.strip().upper()
    plain = letters.isascii() and letters.isalpha() and letters not in RESERVED
    return letters[:MOST_LETTERS] if plain else ""


def _alphabet() -> Iterator[str]:
    """A … Z, AA …, but no word of the notation."""
    for length in count(1):
        yield from (word for letters in product(ascii_uppercase, repeat=length)
                    if (word := "".join(letters)) not in RESERVED)  # fmt: skip


def taken(
    numbers: Sequence[CartonRange], cartons: int
) -> tuple[tuple[CartonRange, ...], tuple[CartonRange, ...]]:
    """The first so many *cartons* of *numbers*, sorted and merged, and the others in their order."""
    first: list[CartonRange] = []
    others: list[CartonRange] = []
    for row in numbers:
        here = max(0, min(cartons, len(row)))
        cartons -= here
        if here:
            first.append(CartonRange(row.first, row.first + here - 1, row.prefix))
        if here < len(row):
            others.append(CartonRange(row.first + here, row.last, row.prefix))
    return normalised(first), tuple(others)
