"""Carton labels: GS1 logistic labels with an SSCC, and plain ones, one to eight on a sheet.

After the GS1 General Specifications, section 6.6: bars upright with their interpretation in figures below
them, the SSCC lowest, 32 mm high and texts of 7 mm where the label has the room of an A6. Everything is
black: label printers know no grey. Marks and figures shrink to their place and are never cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from factory_erp.documents.barcodes import (
    LEAST_MODULE,
    gs1_128,
    module_width,
    placed,
    symbol_width,
)
from factory_erp.documents.details.labels import CartonLabel, LabelDetails, LabelSheet
from factory_erp.documents.marks import quantity_text, size_text
from factory_erp.documents.page import MM, Page, write_pdf
from factory_erp.documents.parts import kilograms, weight_places
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.stamps import Stamp
from factory_erp.documents.text import Wording
from factory_erp.documents.typeset import break_lines, fitting_size, one_line, text_width
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.gs1 import Element, arranged, conflicts, content, human_readable, sscc
from factory_erp.i18n import _

BLACK = (0.0, 0.0, 0.0)
FULL_HEIGHT = 140 * MM
"""A label at least so high has the room of an A6: full bars and texts of 7 mm."""

LONGEST_SYMBOL = 165 * MM
"""A GS1-128 symbol with its quiet zones is never longer."""

_MARKS_SHARE = 0.6
_CAPTION, _VALUE = 0.29, 0.47
"""Sizes of the two texts of a row as parts of its height: what hangs below a letter stays clear."""
_LARGE = 7 * MM
_LINE = 1.18


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The labels as PDF bytes, filling each sheet row by row. Raises InvalidValue as ``agreed``."""
    details = snapshot.details
    assert isinstance(details, LabelDetails)  # DocumentSnapshot has checked it
    words = Wording(snapshot.language)
    mark = "" if snapshot.number else words.label("draft_mark")
    pages = list(_pages(details, words, mark))
    size = (float(details.sheet.page_width_mm) * MM, float(details.sheet.page_height_mm) * MM)
    title = f"{words.label('carton_labels')} {snapshot.number}".strip()
    return write_pdf(pages, size, title=title, author=snapshot.facts.company.name)


def _pages(details: LabelDetails, words: Wording, watermark: str) -> Iterator[Page]:
    cells = list(_cells(details.sheet))
    kinds = _Kinds(words, details.barcodes)
    for start in range(0, len(details.labels), len(cells)):
        page = Page(watermark=watermark)
        for label, (x, y, width, height) in zip(details.labels[start:], cells, strict=False):
            kinds.of(label, width, height).draw(page, label, x, y)
        yield page


def _cells(sheet: LabelSheet) -> Iterator[tuple[float, float, float, float]]:
    """Left, top, width and height of each label on the sheet, in points."""
    left, top, gap_x, gap_y, width, height = (
        float(length) * MM
        for length in (
            sheet.margin_left_mm,
            sheet.margin_top_mm,
            sheet.gap_x_mm,
            sheet.gap_y_mm,
            sheet.label_width_mm,
            sheet.label_height_mm,
        )
    )
    for row in range(sheet.rows):
        for column in range(sheet.columns):
            yield left + column * (width + gap_x), top + row * (height + gap_y), width, height


def agreed(number: int, elements: Iterable[Element]) -> None:
    """Raise InvalidValue where the bars of carton *number* say what may not stand on one label."""
    told = conflicts(elements)
    if told:
        raise InvalidValue(
            _("The bars of carton {number} contradict each other: {reasons}", number=number,
              reasons=" ".join(told)),
            record=str(number),
            field=_("Carton label"),
            remedy=_("Correct the contents of the carton, or print its label without bars."),
        )  # fmt: skip


def symbols(label: CartonLabel) -> list[tuple[Element, ...]]:
    """What the bars of *label* say, one tuple per symbol, the SSCC last; none without an SSCC."""
    if not label.sscc:
        return []
    own = (sscc(label.sscc),)
    count = label.quantity
    if not label.gtin or label.mixed or count != int(count):
        return [own]
    inside = content(label.gtin, int(count))
    return [arranged([*inside, Element("10", label.lot)] if label.lot else inside), own]


@dataclass(frozen=True, slots=True)
class _Symbol:
    """One barcode of a label: what it says, the width that it may take, the height of its bars."""

    elements: tuple[Element, ...]
    room: float
    height: float


@dataclass(frozen=True, slots=True)
class _Column:
    """Texts below each other and the captions above them: their sizes, and how far apart they stand."""

    captions: Sequence[str]
    texts: Sequence[str]
    size: float
    caption: float
    above: float
    step: float


class _Kinds:
    """The labels of equal cartons are of one kind: all but their numbers is drawn once."""

    def __init__(self, words: Wording, barcodes: bool) -> None:
        self._words, self._barcodes = words, barcodes
        self._known: dict[CartonLabel, _Kind] = {}

    def of(self, label: CartonLabel, width: float, height: float) -> _Kind:
        """The kind of *label*."""
        alike = replace(label, number=0, lines=(), sscc="1" if label.sscc else "")
        if alike not in self._known:
            name = f"label{len(self._known)}"
            self._known[alike] = _Kind(name, label, self._words, self._barcodes, width, height)
        return self._known[alike]


class _Kind:
    """How the labels of equal cartons are laid out on *width* × *height* points; *label* is one of them."""

    def __init__(
        self, name: str, label: CartonLabel, words: Wording, barcodes: bool, width: float, height: float
    ) -> None:
        self.name = name
        self.label = label
        self.words = words
        self.width, self.height = width, height
        self.full = height >= FULL_HEIGHT
        self.margin = (4 if self.full else 3) * MM
        self.inner = width - 2 * self.margin
        self.scale = min(1.0, max(0.62, height / FULL_HEIGHT))
        self.symbols = self._symbols() if barcodes else []
        agreed(label.number, [one for symbol in self.symbols for one in symbol.elements])
        self.rows = self._rows()
        self.head = self._head_height()
        self._stamps: dict[tuple[tuple[str, ...], float], tuple[str, Page]] = {}

    def draw(self, page: Page, label: CartonLabel, x: float, y: float) -> None:
        """Draw *label*: a stamp of what its kind says, and what says which carton it is."""
        numbered = {index for index, line in enumerate(label.lines) if str(label.number) in line}
        marks = self._set([("", line) for line in label.lines], self.head - MM, self._marks_width)
        alike = tuple("" if index in numbered else line for index, line in enumerate(label.lines))
        name, stamped = self._stamp(alike, marks)
        page.shapes.append(Stamp(name, stamped, x, y, self.width, self.height))
        left, top = x + self.margin, y + self.margin
        self._draw_lines(page, marks, left, top, numbered)
        self._draw_right(page, "label_carton", f"{label.number} / {label.of}", left, top)
        if self.symbols:
            own = replace(self.symbols[-1], elements=(sscc(label.sscc),))
            self._draw_symbol(page, own, x, y + self.height - self.margin)

    def _stamp(self, alike: tuple[str, ...], marks: _Column | None) -> tuple[str, Page]:
        """The stamp with those lines of the marks that bear no number, and its name."""
        key = alike, marks.size if marks else 0.0
        if key not in self._stamps:
            stamped = Page()
            shown = {index for index, line in enumerate(alike) if line}
            self._draw_lines(stamped, marks, self.margin, self.margin, shown)
            self._draw_alike(stamped)
            self._stamps[key] = (f"{self.name}.{len(self._stamps)}", stamped)
        return self._stamps[key]

    def _draw_alike(self, page: Page) -> None:
        """What all equal cartons say, on a page of its own: contents, weights, size, quantity."""
        left, top = self.margin, self.margin
        self._draw_right(page, "label_quantity", self._quantity(), left, top + self.head / 2)
        edge = left + self.inner * _MARKS_SHARE
        page.rule(edge, top, edge, top + self.head - MM, 0.5, BLACK)
        at = top + self.head
        page.rule(left, at, left + self.inner, at, 0.5, BLACK)
        at = self._draw_contents(page, left, at)
        for row in self.rows:
            self._draw_row(page, row, left, at)
            at += self._row_height
        bottom = self.height - self.margin
        for symbol in self.symbols[-1:]:
            bottom -= self._symbol_height(symbol)
        for symbol in reversed(self.symbols[:-1]):
            self._draw_symbol(page, symbol, 0, bottom)
            bottom -= self._symbol_height(symbol)

    def _head_height(self) -> float:
        """What is left for the marks above the facts and the bars."""
        bars = sum(self._symbol_height(symbol) for symbol in self.symbols)
        facts = len(self.rows) * self._row_height + self._contents_height
        return self.height - 2 * self.margin - bars - facts

    def _draw_right(self, page: Page, key: str, text: str, left: float, top: float) -> None:
        """One large text right of the marks, under its caption."""
        edge = self.inner * _MARKS_SHARE
        lines = self._set([(key, text)], self.head / 2 - MM, self.inner - edge - 2 * MM)
        self._draw_lines(page, lines, left + edge + 2 * MM, top, {0})

    # bars

    def _symbols(self) -> list[_Symbol]:
        """The symbols that have room, the SSCC last."""
        *others, own = symbols(self.label) or [()]
        if not own:
            return []
        room = min(self.width - 2 * MM, LONGEST_SYMBOL)
        chosen = [*((elements, 25, 0.15) for elements in self._shorter(others, room)), (own, 32, 0.24)]
        return [
            _Symbol(elements, room, tall * MM if self.full else self.height * share)
            for elements, tall, share in chosen
        ]

    def _shorter(self, others: Sequence[tuple[Element, ...]], room: float) -> Iterator[tuple[Element, ...]]:
        """The symbols above the SSCC: without the lot where they would be too dense; none on a low label."""
        if self.height < 90 * MM:
            return
        for elements in others:
            for shown in (elements, tuple(one for one in elements if one.ai != "10")):
                if module_width(gs1_128(shown), room) >= LEAST_MODULE:
                    yield shown
                    break

    def _symbol_height(self, symbol: _Symbol) -> float:
        """Bars, the figures below them and the space above."""
        return symbol.height + (9.5 * 1.15 + 2.2 * MM) * self.scale

    def _draw_symbol(self, page: Page, symbol: _Symbol, x: float, bottom: float) -> None:
        size, characters = 9.5 * self.scale, gs1_128(symbol.elements)
        module = module_width(characters, symbol.room)
        page.text(x + self.width / 2, bottom - 1, human_readable(symbol.elements), size, align="center")
        left = x + (self.width - symbol_width(characters, module)) / 2
        top = bottom - size * 1.15 - symbol.height
        page.shapes.append(placed(characters, left, top, symbol.height, module))

    # texts

    @property
    def _row_height(self) -> float:
        return (6.2 if self.symbols else 8.5) * MM * max(self.scale, 0.85)

    @property
    def _contents_height(self) -> float:
        return (9 if self.symbols else 13) * MM * max(self.scale, 0.85)

    def _quantity(self) -> str:
        if self.label.mixed:
            return self.words.both("label_mixed")[0]
        return quantity_text(self.label.quantity, self.label.unit, self.words.language)

    @property
    def _largest(self) -> float:
        """The largest text: 7 mm where GS1 wants it, more where no bars need the room."""
        if not self.symbols:
            return _LARGE * 2 * self.scale
        return _LARGE if self.full else _LARGE * 0.9

    @property
    def _marks_width(self) -> float:
        return self.inner * _MARKS_SHARE - 2 * MM

    def _set(self, lines: Sequence[tuple[str, str]], height: float, width: float) -> _Column | None:
        """Captions (or "") and texts below each other, all of one size and as large as they fit."""
        if not lines:
            return None
        each = height / len(lines)
        caption = 6 * max(self.scale, 0.85)
        above = caption * 1.25 if lines[0][0] else 0
        texts = [one_line(text, bold=True) for _key, text in lines]
        size = min(self._largest, (each - above) / _LINE)
        size = min(fitting_size(text, size, width, bold=True) for text in texts)
        captions = [_caption(self.words, key, caption, width) if key else "" for key, _text in lines]
        return _Column(captions, texts, size, caption, above, min(each, size * 1.45 + above))

    def _draw_lines(self, page: Page, column: _Column | None, x: float, y: float, shown: set[int]) -> None:
        """Draw those lines of *column* whose rows are *shown*."""
        if column is None:
            return
        for index in sorted(shown):
            top = y + index * column.step
            if column.captions[index]:
                page.text(x, top + column.caption, column.captions[index], column.caption, colour=BLACK)
            base = top + column.above + column.size * 0.98
            page.text(x, base, column.texts[index], column.size, bold=True, colour=BLACK)

    def _rows(self) -> list[list[tuple[str, str]]]:
        """Captions and values, three in a row."""
        label = self.label
        decimals = weight_places([label.net_g, label.gross_g])
        size = size_text(label.length_mm, label.width_mm, label.height_mm)
        cells = [
            ("label_item", label.item_number),
            ("label_buyers_item", label.customer_item_number),
            ("label_po", label.customer_po),
            ("label_net", f"{kilograms(label.net_g, decimals)} kg" if label.net_g else ""),
            ("label_gross", f"{kilograms(label.gross_g, decimals)} kg" if label.gross_g else ""),
            ("label_size", f"{size} cm" if size else ""),
            ("label_origin", self.words.country(label.origin_country)),
            ("label_lot", label.lot),
            ("label_sscc", "" if self.symbols else label.sscc),
        ]
        shown = [cell for cell in cells if cell[1]]
        return [shown[start : start + 3] for start in range(0, len(shown), 3)]

    def _draw_row(self, page: Page, row: Sequence[tuple[str, str]], x: float, y: float) -> None:
        high = self._row_height
        caption, left = high * _CAPTION, x
        for (key, text), wide in zip(row, self._widths([text for _key, text in row]), strict=True):
            shown = _caption(self.words, key, caption, wide - MM)
            size = fitting_size(shown, caption, wide - MM)
            page.text(left, y + high * 0.31, shown, size, colour=BLACK)
            self._value(page, text, left, y + high * 0.8, wide - 1.5 * MM, high * _VALUE)
            left += wide
        page.rule(x, y + high, x + self.inner, y + high, 0.2, BLACK)

    def _widths(self, texts: Sequence[str]) -> list[float]:
        """A third of the label for each text; more for one that is long where another is short."""
        third, size = self.inner / 3, self._row_height * _VALUE
        natural = [text_width(one_line(text, bold=True), size, bold=True) + 2 * MM for text in texts]
        if max(natural) <= third or len(texts) < 3:
            return [third if max(natural) <= third else self.inner / len(texts)] * len(texts)
        wanted = [min(max(wide, third * 0.75), third * 1.5) for wide in natural]
        return [wide * self.inner / sum(wanted) for wide in wanted]

    def _draw_contents(self, page: Page, x: float, y: float) -> float:
        """The description, over as many lines as it needs; the y below it."""
        high = self._contents_height
        size, lines = _fitted("  ".join(self.words.pick(self.label.description)), self.inner, high - 1.5 * MM)
        at = y + 0.8 * MM
        for line in lines:
            page.text(x, at + size, line, size, colour=BLACK)
            at += size * _LINE
        page.rule(x, y + high, x + self.inner, y + high, 0.2, BLACK)
        return y + high

    def _value(self, page: Page, text: str, x: float, y: float, width: float, size: float) -> None:
        drawn = one_line(text, bold=True)
        page.text(x, y, drawn, fitting_size(drawn, size, width, bold=True), bold=True, colour=BLACK)


@lru_cache(maxsize=512)
def _caption(words: Wording, key: str, size: float, width: float) -> str:
    both = one_line(words.label(key))
    return both if fitting_size(both, size, width) == size else one_line(words.both(key)[0])


_SIZES = (11.0, 10.0, 9.0, 8.0, 7.2, 6.4, 5.6, 5.0, 4.4)
_READABLE = 7.2


@lru_cache(maxsize=2048)
def _fitted(text: str, width: float, height: float) -> tuple[float, tuple[str, ...]]:
    """The size and lines at which *text* fits into the place: on one line if it can be read so.

    Beyond the smallest size it ends in "…".
    """
    broken = [(size, break_lines(text, size, width)) for size in _SIZES]
    for size, lines in broken:
        if len(lines) <= 1 and size >= _READABLE:
            return size, lines
    for size, lines in broken:
        if len(lines) * size * _LINE <= height:
            return size, lines
    size, lines = broken[-1]
    kept = lines[: max(1, int(height / size / _LINE))]
    return size, (*kept[:-1], kept[-1][:-1] + "…")
