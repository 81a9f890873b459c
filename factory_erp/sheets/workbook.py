"""The parts of a workbook around its sheets: which sheets there are, shared strings, number formats.

ECMA-376 part 1, SpreadsheetML; the strict variant differs only in namespaces, which are not looked at.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from factory_erp.i18n import _
from factory_erp.sheets.archive import Archive
from factory_erp.sheets.markup import Budget, Handler, parse
from factory_erp.sheets.refusals import bomb, damaged, other_format
from factory_erp.sheets.table import Limits
from factory_erp.sheets.values import Shape
from factory_erp.sheets.xstring import from_xml_text

_WORKBOOK = "xl/workbook.xml"
_MAX_SHEETS = 1000
_MAX_STYLES = 100_000  # Excel's own limit is 65,490

_DATES = {*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58}
_TIMES = {*range(18, 22), *range(32, 36), 45, 47, 55, 56}
_BUILT_IN = {
    **dict.fromkeys(_DATES, Shape.DATE),
    **dict.fromkeys(_TIMES, Shape.TIME),
    46: Shape.DURATION,
    9: Shape.PERCENT,
    10: Shape.PERCENT,
}
"""Number formats that files name without describing (18.8.30), with those of Chinese Excel (27–36, 50–58)."""

_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]")
_BRACKETS = re.compile(r"\[[^\]]*\]?")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet as the workbook names it, and the part that holds it."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Workbook:
    """What a sheet needs to know of its workbook. ``shapes`` are by cell style."""

    sheets: tuple[SheetPart, ...]
    from_1904: bool
    strings: tuple[str, ...]
    shapes: tuple[Shape, ...]


def open_workbook(archive: Archive, budget: Budget, limits: Limits) -> Workbook:
    """Read everything but the sheets; raises SheetRefused for a zip that is no workbook."""
    root = _main_part(archive, budget)
    links = _links(archive, root, budget)
    book = _BookHandler()
    parse(archive.stream(root), book, budget)
    sheets = [
        SheetPart(from_xml_text(name), links[link][1], visible)
        for name, link, visible in book.sheets
        if link in links and links[link][0] == "worksheet"
    ]
    strings = _StringsHandler(budget, limits)
    styles = _StylesHandler()
    for kind, part in links.values():
        if kind == "sharedStrings" and part in archive:
            parse(archive.stream(part), strings, budget)
        elif kind == "styles" and part in archive:
            parse(archive.stream(part), styles, budget)
    return Workbook(tuple(sheets), book.from_1904, tuple(strings.strings), tuple(styles.shapes()))


def shape_of(format_code: str) -> Shape:
    """What a number format shows: "yyyy/m/d" a DATE, "h:mm" a TIME, "[h]:mm" a DURATION, "0.0%" a PERCENT."""
    code = _LITERAL.sub("", format_code).partition(";")[0].lower()
    if _ELAPSED.search(code):
        return Shape.DURATION
    code = _BRACKETS.sub("", code)
    if code == "general":
        return Shape.NUMBER
    if "y" in code or "d" in code or ("m" in code and not set("hs") & set(code)):
        return Shape.DATE
    if set("hs") & set(code):
        return Shape.TIME
    return Shape.PERCENT if "%" in code else Shape.NUMBER


def _main_part(archive: Archive, budget: Budget) -> str:
    for kind, part in _links(archive, "", budget).values():
        if kind == "officeDocument" and part in archive:
            if part.casefold().endswith(".xml"):
                return part
            raise other_format(_("a binary workbook (.xlsb)"))
    if _WORKBOOK in archive:
        return _WORKBOOK
    if "content.xml" in archive:
        raise other_format(_("an OpenDocument file"))
    if "[Content_Types].xml" in archive:
        raise damaged()
    raise other_format(_("a zip archive, not a workbook"))


def _links(archive: Archive, source: str, budget: Budget) -> dict[str, tuple[str, str]]:
    """Relationship id to (kind, part) of the part *source*; "" is the package itself."""
    folder, name = posixpath.split(source)
    part = posixpath.join(folder, "_rels", f"{name}.rels")
    handler = _LinksHandler(folder)
    if part in archive:
        parse(archive.stream(part), handler, budget)
    return handler.links


class _LinksHandler(Handler):
    def __init__(self, folder: str) -> None:
        self.links: dict[str, tuple[str, str]] = {}
        self._folder = folder

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.opened += 1
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes["Target"].replace("\\", "/")
            part = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")
            self.links[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], part)


class _BookHandler(Handler):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.opened += 1
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            visible = attributes.get("state", "visible") == "visible"
            self.sheets.append((attributes["name"], link, visible))
            if len(self.sheets) > _MAX_SHEETS:
                raise bomb()
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "") in ("1", "true")


class _StringsHandler(Handler):
    """Shared strings; the pieces of a rich text are joined, phonetic readings (rPh) left out."""

    def __init__(self, budget: Budget, limits: Limits) -> None:
        self.strings: list[str] = []
        self._budget = budget
        self._most = limits.cells
        self._longest = limits.cell
        self._parts: list[str] = []
        self._room = 0
        self._taking = False
        self._phonetic = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.opened += 1
        if name == "t":
            self._taking = not self._phonetic
        elif name == "si":
            self._parts, self._room = [], 8 * self._longest
        elif name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        self.closed += 1
        if name == "t":
            self._taking = False
        elif name == "si":
            self.strings.append(self._budget.keep(from_xml_text("".join(self._parts))))
            if len(self.strings) > self._most:
                raise bomb()
        elif name == "rPh":
            self._phonetic = False

    def text(self, data: str) -> None:
        if self._taking and self._room > 0:
            self._room -= len(data)
            self._parts.append(data)


class _StylesHandler(Handler):
    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._formats: list[int] = []
        self._in_cells = False

    def shapes(self) -> list[Shape]:
        """The shape of every cell style."""
        known = _BUILT_IN | {number: shape_of(code) for number, code in self._codes.items()}
        return [known.get(number, Shape.NUMBER) for number in self._formats]

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.opened += 1
        if name == "numFmt" and not self._in_cells:
            self._codes.setdefault(int(attributes["numFmtId"]), attributes.get("formatCode", "")[:255])
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self._formats.append(int(attributes.get("numFmtId", "0")))
        if len(self._codes) > _MAX_STYLES or len(self._formats) > _MAX_STYLES:
            raise bomb()

    def end(self, name: str) -> None:
        self.closed += 1
        if name == "cellXfs":
            self._in_cells = False
