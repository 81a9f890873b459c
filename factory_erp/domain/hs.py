"""Commodity codes of the Harmonized System and of the national tariffs built on it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

_DIGITS = re.compile(r"[0-9]{6,10}")
_SEPARATORS = re.compile(r"[ .\-]")
_RESERVED_CHAPTERS = ("00", "77")


@dataclass(frozen=True, slots=True, order=True)
class HsCode:
    """A code of 6 to 10 digits: 6 are the same worldwide (WCO), the rest is the country's own."""

    digits: str

    def __post_init__(self) -> None:
        if not _DIGITS.fullmatch(self.digits) or self.digits[:2] in _RESERVED_CHAPTERS:
            raise InvalidValue(
                _("'{code}' is not an HS code.", code=self.digits),
                field=_("HS code"),
                remedy=_("Write 6 to 10 digits, for example 7323.93.0000."),
            )

    @classmethod
    def parse(cls, text: str) -> HsCode:
        """The code written in *text* with or without dots, hyphens and spaces; raises InvalidValue."""
        return cls(_SEPARATORS.sub("", text))

    @property
    def six(self) -> str:
        """The international subheading: the first six digits."""
        return self.digits[:6]

    @property
    def chapter(self) -> str:
        """The chapter: the first two digits."""
        return self.digits[:2]

    def format(self) -> str:
        """The code as tariffs print it: "7323.93", "7323.93.00", "7323.93.0000"."""
        parts = (self.digits[:4], self.digits[4:6], self.digits[6:])
        return ".".join(part for part in parts if part)

    def __str__(self) -> str:
        return self.format()
