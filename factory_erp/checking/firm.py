"""A firm as a paper or a letter of credit writes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Firm:
    """Name and address as written; ``country`` is ISO 3166-1 alpha-2, or empty where it is not stated."""

    name: str = ""
    address: tuple[str, ...] = ()
    country: str = ""
    name_local: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines as they stand one below the other, empty ones left out."""
        return tuple(line for line in (self.name, *self.address) if line.strip())

    def __str__(self) -> str:
        return ", ".join(self.lines)

    def __bool__(self) -> bool:
        return bool(self.lines or self.name_local)
