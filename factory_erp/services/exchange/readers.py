"""How the text of a cell becomes a value, and back.

A reader raises InvalidValue with a sentence that says what would mend the cell. What a spreadsheet
spoils on its way (digits lost to 1.23457E+14, letters lost to ????, dates turned into 00:00.0) is
refused rather than guessed. Nothing is a float.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import decimals_used, parse_decimal
from factory_erp.i18n import _, in_language

if TYPE_CHECKING:
    from factory_erp.sheets.writing import Cell

PPM_PER_PERCENT = 10_000
LARGEST_WHOLE = 2**31 - 1
"""Greatest number of an INTEGER column of PostgreSQL."""
LARGEST_DECIMAL = Decimal(9_223_372_036_854)
"""Greatest whole figure of a column that keeps six decimals in 64 bits."""
DAY_MINUTES = 24 * 60

_LOST_DIGITS = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+[0-9]+")
_LOST_LETTERS = re.compile(r"[?\s]*\?[?\s]*\?[?\s]*")
_LOST_WORD = re.compile(r"\A\?\?|(?<![^\s(（,;/|-])\?{3}|\?{3}(?=[^\W_])")
"""Question marks where a word begins, or before letters: behind a word they are only emphatic."""
_LOST_TWICE = "锟斤拷"
"""What GB18030 shows of letters that had been lost in UTF-8."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T][0-9:.]+)?")
_BARE_POINT = re.compile(r"^([+-]?)\.(?=[0-9])")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00(?:\.0+)?)?")


class Reader(Protocol):
    """Text of a cell to value and back. ``show(read(text))`` reads as the same value."""

    def __call__(self, text: str) -> Any:
        """The value; raises InvalidValue. An empty cell does not come here."""

    def show(self, value: Any) -> Cell:
        """The cell that reads as *value*."""


def tidy(cell: str) -> str:
    """*cell* without blanks at its ends, its line breaks as one character each.

    Raises InvalidValue for characters that no text has, and where letters were lost to question marks.
    """
    said = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _CONTROLS.search(said):
        raise InvalidValue(
            _("The cell holds control characters."), remedy=_("Delete the cell and type its text again.")
        )
    if _letters_lost(said):
        raise InvalidValue(
            _("The letters of '{text}' were lost when the file was saved.", text=said[:40]),
            remedy=_("Save it again as .xlsx or as CSV UTF-8, or choose another encoding."),
        )
    return said


def _letters_lost(said: str) -> bool:
    if "\N{REPLACEMENT CHARACTER}" in said or _LOST_TWICE in said:
        return True
    return "?" in said and bool(_LOST_LETTERS.fullmatch(said) or _LOST_WORD.search(said))


@dataclass(frozen=True)
class Text:
    """Free text of at most *longest* characters."""

    longest: int

    def __call__(self, text: str) -> str:
        """The text, tidied."""
        said = tidy(text)
        if len(said) > self.longest:
            raise InvalidValue(
                _("The text has {count} characters.", count=len(said)),
                remedy=_("Shorten it to {longest}.", longest=self.longest),
            )
        return said

    def show(self, value: str) -> Cell:
        """The text itself."""
        return value


@dataclass(frozen=True)
class Code(Text):
    """A key on one line: SKU, partner code, number."""

    def __call__(self, text: str) -> str:
        """The code; one whose digits a spreadsheet rounded away is refused."""
        said = super().__call__(text)
        if _LOST_DIGITS.fullmatch(said):
            raise InvalidValue(
                _("'{text}' has lost digits in the spreadsheet.", text=said),
                remedy=_("Format the column as text and enter the full number."),
            )
        if "\n" in said or "\t" in said:
            raise InvalidValue(_("The code has a line break or tab."), remedy=_("Write it on one line."))
        return said


def text(longest: int = 32_767) -> Text:
    """Free text of at most *longest* characters."""
    return Text(longest)


def code(longest: int) -> Code:
    """A key of at most *longest* characters."""
    return Code(longest)


def figure(text: str) -> Decimal:
    """The plain figure in *text*; databases also write .5 for 0.5. Raises InvalidValue."""
    return parse_decimal(_BARE_POINT.sub(r"\g<1>0.", text.strip()))


@dataclass(frozen=True)
class Figure:
    """An exact decimal with at most *places* decimals, within bounds (*above* excludes its bound)."""

    places: int = 6
    minimum: Decimal | None = None
    above: Decimal | None = None
    maximum: Decimal = LARGEST_DECIMAL

    def __call__(self, text: str) -> Decimal:
        """The figure; raises InvalidValue for grouping, exponents and anything out of bounds."""
        number = figure(text)
        if not self.places and decimals_used(number):
            raise InvalidValue(
                _("{figure} is not a whole number.", figure=text.strip()),
                remedy=_("Write it without decimals, in the unit of the column."),
            )
        if decimals_used(number) > self.places:
            raise InvalidValue(
                _("{figure} has more than {places} decimals.", figure=text.strip(), places=self.places),
                remedy=_("Round it to {places} decimals.", places=self.places),
            )
        self._bounded(number)
        # Without trailing zeros and minus zero, as the database gives figures back.
        return Decimal(int(number)) if number == int(number) else number.normalize()

    def _bounded(self, number: Decimal) -> None:
        if self.minimum is not None and number < self.minimum:
            raise InvalidValue(_("{figure} is below {least}.", figure=number, least=self.minimum))
        if self.above is not None and number <= self.above:
            raise InvalidValue(_("{figure} is not above {bound}.", figure=number, bound=self.above))
        if number > self.maximum or number < -LARGEST_DECIMAL:
            raise InvalidValue(_("{figure} is too large: up to {most}.", figure=number, most=self.maximum))

    def show(self, value: Decimal) -> Cell:
        """The figure itself."""
        return value


@dataclass(frozen=True)
class Whole(Figure):
    """A whole number."""

    def __call__(self, text: str) -> int:  # type: ignore[override]
        """The number; "12.0" is one too."""
        return int(super().__call__(text))

    def show(self, value: int) -> Cell:  # type: ignore[override]
        """The number itself."""
        return value


def _bound(value: int | str | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def whole(minimum: int | None = None, maximum: int = LARGEST_WHOLE) -> Whole:
    """A whole number from *minimum* to *maximum*."""
    least = Decimal(-LARGEST_WHOLE if minimum is None else minimum)
    return Whole(places=0, minimum=least, maximum=Decimal(maximum))


def decimal(
    places: int = 6,
    minimum: int | str | Decimal | None = None,
    above: int | str | Decimal | None = None,
    maximum: int | str | Decimal = LARGEST_DECIMAL,
) -> Figure:
    """An exact decimal, at least *minimum* or greater than *above*."""
    return Figure(places, _bound(minimum), _bound(above), Decimal(maximum))


@dataclass(frozen=True)
class PercentFigure(Figure):
    """A percentage kept as the figure that is written: "13" and "13%" are 13."""

    def __call__(self, text: str) -> Decimal:
        """The percentage."""
        return super().__call__(_without_sign(text))


def percent(maximum: int = 100) -> PercentFigure:
    """A percentage from 0 to *maximum*."""
    return PercentFigure(6, Decimal(0), None, Decimal(maximum))


def _without_sign(text: str) -> str:
    return text.strip().removesuffix("%").removesuffix("％").strip()


@dataclass(frozen=True)
class Percent:
    """A share of 0 up to 100 %, kept as parts per million; "5" and "5%" are the same."""

    below: int = 100
    share: Figure = Figure(4, Decimal(0))

    def __call__(self, text: str) -> int:
        """The parts per million."""
        number = self.share(_without_sign(text))
        if number >= self.below:
            raise InvalidValue(_("{figure} % is too much: below {most} %.", figure=number, most=self.below))
        return int(number * PPM_PER_PERCENT)

    def show(self, value: int) -> Cell:
        """The percentage as a plain figure."""
        return Decimal(value) / PPM_PER_PERCENT


def percent_ppm(below: int = 100) -> Percent:
    """A percentage below *below*, as parts per million."""
    return Percent(below)


@dataclass(frozen=True)
class Day:
    """A calendar day, year first."""

    def __call__(self, text: str) -> date:
        """The day; a time of day behind it is left out."""
        found = _DAY.fullmatch(text.strip())
        try:
            if found:
                return date(*(int(part) for part in found.groups()))
        except ValueError:
            pass
        raise InvalidValue(
            _("'{text}' is not a day.", text=text.strip()[:40]),
            remedy=_("Write it as 2026-11-23, or name the format of the file's dates in the mapping."),
        )

    def show(self, value: date) -> Cell:
        """The day itself."""
        return value


def day() -> Day:
    """A calendar day."""
    return Day()


@dataclass(frozen=True)
class Clock:
    """A time of day as minutes since midnight; 24:00 is the end of the day."""

    def __call__(self, text: str) -> int:
        """The minutes, 0 to 1440."""
        found = _CLOCK.fullmatch(text.strip())
        minutes = int(found[1]) * 60 + int(found[2]) if found and int(found[2]) < 60 else DAY_MINUTES + 1
        if minutes > DAY_MINUTES:
            raise InvalidValue(
                _("'{text}' is not a time of day.", text=text.strip()[:40]),
                remedy=_("Write it as 08:00 or 17:30."),
            )
        return minutes

    def show(self, value: int) -> Cell:
        """Hours and minutes: "08:00"."""
        return f"{value // 60:02}:{value % 60:02}"


def clock_time() -> Clock:
    """A time of day in minutes."""
    return Clock()


def folded(word: str) -> str:
    """*word* for comparison: case, spaces, hyphens and underscores aside."""
    return re.sub(r"[\s_\-]+", "", word).casefold()


@dataclass(frozen=True, eq=False)
class Choice:
    """One of a few values, known by its title in any language, by itself or by an alias."""

    options: Mapping[Any, tuple[str, tuple[str, ...]]]

    @cached_property
    def _words(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for value, (title, aliases) in self.options.items():
            with in_language("zh_CN"):
                chinese = _(title)
            for word in (str(value), title, chinese, *aliases):
                found.setdefault(folded(word), value)
        return found

    def __call__(self, text: str) -> Any:
        """The value that the word stands for."""
        found = self._words.get(folded(text))
        if found is None:
            raise InvalidValue(
                _("'{text}' is not known here.", text=text.strip()[:40]),
                remedy=_(
                    "Write one of: {words}.", words=", ".join(_(t) for t, _aliases in self.options.values())
                ),
            )
        return found

    def show(self, value: Any) -> Cell:
        """The value's title in the active language."""
        return _(self.options[value][0]) if value in self.options else str(value)


def choice(options: Mapping[Any, tuple[str, Iterable[str]]]) -> Choice:
    """One of *options*: value → (title marked with ``N_``, other words that mean it)."""
    return Choice({value: (title, tuple(words)) for value, (title, words) in options.items()})


@dataclass(frozen=True, eq=False)
class Several:
    """Some of a few values, with | or , or ; between them; a tuple in the order of the options."""

    one: Choice

    def __call__(self, text: str) -> tuple[Any, ...]:
        """The values that are named."""
        named = {self.one(word) for word in re.split(r"[|,;、，；]", text) if word.strip()}
        return tuple(value for value in self.one.options if value in named)

    def show(self, value: Iterable[Any]) -> Cell:
        """Their titles with | between them."""
        given = set(value)
        return "|".join(str(self.one.show(each)) for each in self.one.options if each in given)


def several(options: Mapping[Any, tuple[str, Iterable[str]]]) -> Several:
    """Any number of *options*; see ``choice``."""
    return Several(choice(options))


_YES = frozenset(["true", "yes", "y", "1", "on", "x", "是", "有", "√", "✓", "对", "启用"])
_NO = frozenset(["false", "no", "n", "0", "off", "否", "无", "×", "不", "停用"])


@dataclass(frozen=True)
class YesNo:
    """Yes or no, in words of both languages, as TRUE/FALSE or 1/0."""

    def __call__(self, text: str) -> bool:
        """Whether the cell says yes."""
        word = text.strip().casefold()
        if word in _YES or word in _NO:
            return word in _YES
        raise InvalidValue(
            _("'{text}' is neither yes nor no.", text=text.strip()[:40]), remedy=_("Write yes or no.")
        )

    def show(self, value: bool) -> Cell:
        """TRUE or FALSE of a spreadsheet."""
        return value


def yes_no() -> YesNo:
    """Yes or no."""
    return YesNo()
