"""What a grid is made of, without its view: columns that read and show cells, cells, and rows.

Cells and rows never change; an edit makes new ones.  So a step of undo is two lists of rows, and nothing
else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.money import parse_decimal
from factory_erp.i18n import LANGUAGES, _, in_language
from factory_erp.ui.kit.choose import Choice, Search, among
from factory_erp.ui.kit.edits import parse_date
from factory_erp.ui.kit.rows import Column

if TYPE_CHECKING:
    from factory_erp.services.exchange.fields import Field

GridKind = Literal["text", "number", "choice", "check", "date", "lookup"]

Compute = Callable[[Mapping[str, object]], Mapping[str, object]]
"""Values of a row (None where a cell is empty or unsound) → values of its derived columns."""

YES = frozenset({"1", "true", "yes", "y", "是", "√", "✓"})
NO = frozenset({"0", "false", "no", "n", "否", "×"})


@dataclass(frozen=True)
class GridColumn:
    """One column of a grid.

    ``title`` and ``hint`` are message ids (``N_``), ``width`` the wished width in px, ``priority`` and
    ``narrowest`` as of a table's column.  ``read`` makes a value of what was typed or pasted (never of an
    empty cell, which has the value ``empty``) and raises DomainError; ``show`` makes text of a value.  Left
    out, both follow from ``kind``.  ``choices`` are the (value, text) pairs of a choice, ``search`` finds
    the records of a lookup.
    ``aliases`` are other headers, of any language, that mean the column in a pasted block.

    The value of a lookup is the key of its record; rows may hold the whole ``Choice`` to show its text.
    Without ``read``, ``search`` is asked for every cell that is typed or pasted, on the UI thread: give
    ``read`` where many are pasted at once.
    """

    key: str
    title: str
    width: int = 120
    kind: GridKind = "text"
    read: Callable[[str], object] | None = None
    show: Callable[[Any], str] | None = None
    choices: Sequence[tuple[object, str]] = ()
    read_only: bool = False
    required: bool = False
    priority: int = 0
    hint: str = ""
    empty: object = None
    aliases: tuple[str, ...] = ()
    search: Search | None = None
    narrowest: int = 0

    @classmethod
    def of(cls, field: Field, width: int = 120, **more: Any) -> GridColumn:
        """The column of an import's *field*: the same reader, the same headers; *more* as above."""
        own: dict[str, Any] = {
            "read": field.read,
            "show": lambda value: shown(field.read.show(value)),
            "required": field.required,
            "hint": field.hint,
            "empty": field.default,
            "aliases": field.aliases,
        }
        return cls(field.key, field.title, width, **(own | more))

    def text_of(self, value: object) -> str:
        """*value* as it stands in its cell."""
        if value is None or value == "":
            return ""
        if self.show is not None:
            return self.show(value)
        if self.kind == "choice":
            return next((text for one, text in self.choices if one == value), shown(value))
        return shown(value)

    def value_of(self, text: str) -> object:
        """The value of what was typed. Raises DomainError."""
        if not text.strip():
            if self.required:
                raise InvalidValue(_("{field} is needed.", field=_(self.title)), field=self.key)
            return self.empty
        return self.read(text) if self.read is not None else self._read(text.strip())

    def _read(self, text: str) -> object:
        """As the kind of the column has it."""
        match self.kind:
            case "number":
                return parse_decimal(text)
            case "date":
                return parse_date(text)
            case "check":
                return read_yes_no(text)
            case "choice":
                return self._chosen(text)
            case "lookup" if self.search is not None:
                return self._found(text, self.search)
            case _:
                return text

    def _found(self, text: str, search: Search) -> Choice:
        """The record whose text or key was typed out in full."""
        sought = text.casefold()
        fitting = [one for one in search(text) if sought in (one.text.casefold(), str(one.key).casefold())]
        if len(fitting) == 1:
            return fitting[0]
        raise InvalidValue(
            _("There is no '{text}' to choose here.", text=text), remedy=_("Choose from the list (F4).")
        )

    def _chosen(self, text: str) -> object:
        sought = text.casefold()
        for value, title in self.choices:
            if sought in (title.casefold(), str(value).casefold()):
                return value
        known = ", ".join(title for _value, title in self.choices)
        raise InvalidValue(_("'{text}' is not among the choices: {choices}.", text=text, choices=known))

    def finder(self) -> Search | None:
        """The search behind the cells, for columns that one chooses in."""
        if self.kind == "choice":
            return among([Choice(value, title) for value, title in self.choices])
        return self.search if self.kind == "lookup" else None

    def headers(self) -> list[str]:
        """Every header that means this column: its title in each language, its key, its aliases."""
        titles = []
        for code in LANGUAGES:
            with in_language(code):
                titles.append(_(self.title))
        return [*titles, " ".join(titles), self.key, *self.aliases]

    def as_column(self) -> Column:
        """How a table shows it, in the language of now; a star says that a value is needed."""
        kind = self.kind if self.kind in ("number", "date") else "text"
        star = " *" if self.required else ""
        return Column(
            self.key,
            _(self.title) + star,
            self.width,
            align="centre" if self.kind == "check" else None,
            kind=kind,
            sortable=False,
            priority=self.priority,
            tooltip=_(self.hint) if self.hint else "",
            narrowest=self.narrowest or (self.width if self.kind == "check" else 0),
        )


@dataclass(frozen=True, slots=True)
class GridCell:
    """What stands in a cell, the value it stands for, and why it stands for none."""

    text: str = ""
    value: object = None
    problem: str = ""


EMPTY = GridCell()


@dataclass(frozen=True, eq=False)
class GridRow:
    """The cells of a row by column, and what the page put beside them (ids, versions).

    ``fresh``: the row was added and nobody has written in it; it does not count yet.
    """

    cells: tuple[GridCell, ...]
    rest: Mapping[str, object] = field(default_factory=dict)
    fresh: bool = False

    @cached_property
    def is_sound(self) -> bool:
        """Whether every cell has a value."""
        return self.fresh or not any(cell.problem for cell in self.cells)


class RowMaker:
    """Makes rows for *columns*; *compute* fills the derived ones (they should be read-only)."""

    def __init__(self, columns: Sequence[GridColumn], compute: Compute | None = None) -> None:
        self.columns = tuple(columns)
        self._places = {column.key: place for place, column in enumerate(self.columns)}
        self._compute = compute

    def row(self, values: Mapping[str, object], *, fresh: bool = False) -> GridRow:
        """The row that shows *values*; keys that are no column's are kept for ``values``."""
        cells = tuple(self.shown(place, values.get(column.key)) for place, column in enumerate(self.columns))
        rest = {key: value for key, value in values.items() if key not in self._places}
        return self._derived(GridRow(cells, rest, fresh))

    def changed(self, row: GridRow, cells: Mapping[int, GridCell]) -> GridRow:
        """*row* with *cells* at their columns, derived columns computed anew."""
        merged = tuple(cells.get(place, cell) for place, cell in enumerate(row.cells))
        return self._derived(GridRow(merged, row.rest))

    def shown(self, place: int, value: object) -> GridCell:
        """The cell that shows *value*; empty where one is needed is a problem from the beginning."""
        column = self.columns[place]
        if value is None or value == "":
            return self.read(place, "")
        if isinstance(value, Choice):
            return GridCell(value.text, value.key)
        return GridCell(column.text_of(value), value)

    def read(self, place: int, text: str) -> GridCell:
        """The cell that was given *text*; an unsound one keeps its text and says why."""
        column = self.columns[place]
        try:
            value = column.value_of(text)
        except DomainError as error:
            return GridCell(text, None, str(error))
        return self.shown(place, value) if text.strip() else GridCell("", value)

    def values(self, row: GridRow) -> dict[str, object]:
        """Value by key, what the page put beside the cells included."""
        cells = zip(self.columns, row.cells, strict=True)
        return {**row.rest, **{column.key: cell.value for column, cell in cells}}

    def _derived(self, row: GridRow) -> GridRow:
        if self._compute is None:
            return row
        found = self._compute(self.values(row))
        cells = list(row.cells)
        for key, value in found.items():
            place = self._places[key]
            cells[place] = EMPTY if value is None else self.shown(place, value)
        return GridRow(tuple(cells), row.rest, row.fresh)


def shown(value: object) -> str:
    """*value* as a person would type it: no exponent, no zeros at the end, dates as ISO 8601 has them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def read_yes_no(text: str) -> bool:
    """True or False for the words people write. Raises InvalidValue."""
    word = text.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise InvalidValue(_("'{text}' is neither yes nor no.", text=text))
