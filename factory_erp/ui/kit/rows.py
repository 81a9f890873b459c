"""What a table is made of, without Qt: columns, cells, and the source that a long list reads from."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

T = TypeVar("T")

Align = Literal["left", "right", "centre"]
Kind = Literal["text", "number", "pill", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table or tree.

    ``title`` and ``tooltip`` are message ids (``N_``), translated when shown.  ``width`` is the wished
    width in px.  ``priority`` 0 is never hidden for want of room; of the others the largest number is
    hidden first.  ``align`` left empty follows from ``kind``: numbers right, the rest left.
    ``narrowest`` is the width in px that a column needs to be of use, where its kind does not tell.
    """

    key: str
    title: str
    width: int = 120
    align: Align | None = None
    kind: Kind = "text"
    sortable: bool = True
    priority: int = 0
    tooltip: str = ""
    narrowest: int = 0

    @property
    def side(self) -> Align:
        """Where the text stands: as told, else by the kind of the column."""
        return self.align or ("right" if self.kind == "number" else "left")

    @property
    def least(self) -> int:
        """The narrowest width that is still readable, px; numbers and pills are not cut at all."""
        if self.narrowest:
            return self.narrowest
        return max(44, self.width * 3 // 5) if self.kind == "text" else self.width


class Toned(Protocol):
    """A text drawn as a pill; any object with these two attributes will do."""

    @property
    def text(self) -> str:
        """The word in the pill."""
        ...

    @property
    def tone(self) -> str:
        """A ``theme.Tone`` value: neutral, info, success, warning, danger, accent or teal."""
        ...


@dataclass(frozen=True, slots=True)
class PillCell:
    """A status word and its tone (a value of ``theme.Tone``)."""

    text: str
    tone: str = "neutral"


Cell = str | Toned
Row = tuple[Cell, ...]


class RowSource(Protocol):
    """A list that may be a million rows long; thread-safe, it sorts and filters by SQL.

    ``ids`` is slow (0.3–1 s) and called off the UI thread; ``rows`` is fast (by primary key, about a
    millisecond for 128) and called while painting.
    """

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, in the order of the cells of a row."""
        ...

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        """Ids (``array('q')``) of the saved view *view* that match *search*, ordered by column *sort*."""
        ...

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """The display rows of *ids*, in the order asked; a vanished record is a row of empty cells."""
        ...


class Runner(Protocol):
    """The part of ``kit.jobs`` that a table needs: run off the UI thread, hand the result back on it."""

    def run(
        self,
        function: Callable[[], T],
        *,
        done: Callable[[T], object] | None = None,
        finally_: Callable[[], object] | None = None,
    ) -> object:
        """Call *function* in the background; on the UI thread *done* with its result, then *finally_*."""
        ...


def text_of(cell: Cell) -> str:
    """The words of a cell, whichever kind it is."""
    return cell if isinstance(cell, str) else cell.text


def fit_widths(
    columns: Sequence[Column],
    available: int,
    *,
    fixed: Mapping[str, int] | None = None,
    kept: frozenset[str] = frozenset(),
) -> dict[str, int]:
    """Widths in px of the columns that find room in *available* px; a missing key is hidden.

    *fixed* are widths the user chose, kept as they are; *kept* are keys that he asked to see.  Columns are
    hidden by ``priority`` until the narrowest widths fit; what is left over goes to the text columns.
    Where those that may not be hidden still do not fit, texts shrink to two fifths of their narrowest width.
    The widths add up to *available* unless even the columns that may not be hidden are wider.
    """
    fixed = fixed or {}
    shown = list(columns)
    while sum(_least(column, fixed) for column in shown) > available:
        victim = max(
            (column for column in shown if column.priority and column.key not in kept),
            key=lambda column: column.priority,
            default=None,
        )
        if victim is None:
            break
        shown.remove(victim)
    least = {column.key: _least(column, fixed) for column in shown}
    wished = {column.key: fixed.get(column.key, max(column.width, column.least)) for column in shown}
    if sum(least.values()) > available:
        # Nothing more can be hidden: words are cut shorter than one likes, rather than a column lost.
        wished = least
        least = {column.key: _floor(column, fixed) for column in shown}
    spare = available - sum(wished.values())
    if spare >= 0:
        return _stretch(shown, wished, spare, fixed)
    return _squeeze(wished, least, available)


def _least(column: Column, fixed: Mapping[str, int]) -> int:
    return fixed.get(column.key, column.least)


def _floor(column: Column, fixed: Mapping[str, int]) -> int:
    return fixed.get(column.key, column.least * 2 // 5 if column.kind == "text" else column.least)


def _stretch(
    shown: Sequence[Column], widths: dict[str, int], spare: int, fixed: Mapping[str, int]
) -> dict[str, int]:
    """Share *spare* px among the free text columns by width; else the last column takes it."""
    free = [column.key for column in shown if column.kind == "text" and column.key not in fixed]
    takers = free or [column.key for column in shown[-1:]]
    total = sum(widths[key] for key in takers)
    given = {key: spare * widths[key] // total for key in takers}
    result = {key: width + given.get(key, 0) for key, width in widths.items()}
    if takers:
        result[takers[-1]] += spare - sum(given.values())
    return result


def _squeeze(wished: Mapping[str, int], least: Mapping[str, int], available: int) -> dict[str, int]:
    """Take the missing px from what each column has above its narrowest width, in proportion."""
    slack = {key: wished[key] - least[key] for key in wished}
    total = sum(slack.values())
    missing = min(sum(wished.values()) - available, total)
    result = {key: wished[key] - (missing * slack[key] // total if total else 0) for key in wished}
    rest = sum(result.values()) - max(available, sum(least.values()))
    for key in result:
        cut = min(rest, result[key] - least[key])
        result[key] -= cut
        rest -= cut
    return result
