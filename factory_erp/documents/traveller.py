"""The traveller 流转卡: one paper that goes with a production order, or with a whole matrix batch.

Of a batch it counts every cell of the matrix, lists the operations with a QR code to report each by, and adds
up the components. It is drawn from a frozen ``Traveller`` and says nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import ClassVar, TypeVar

from factory_erp.documents.layout import (
    BODY,
    LABEL,
    PAD,
    SMALL,
    Block,
    Column,
    Field,
    FieldRow,
    Flow,
    Line,
    Para,
    Row,
    Spill,
    Stack,
    Table,
    set_figure,
    set_lines,
    shortened,
    side_by_side,
)
from factory_erp.documents.page import A4, A4_LANDSCAPE, INK, MM, MUTED, STRONG, Align, Page, write_sheets
from factory_erp.documents.text import Wording, figure, places
from factory_erp.documents.traveller_facts import Head, Sheet, Traveller, TravellerPart, TravellerStep, added
from factory_erp.documents.typeset import text_width

Fact = TypeVar("Fact", TravellerStep, TravellerPart)

GAP = 3 * MM
CODE_SIDE = 15 * MM
"""Side of a QR code: half a millimetre for a module, which a phone reads from paper at arm's length."""

UPRIGHT_COLUMNS, MOST_COLUMNS = 9, 20
"""Columns of the matrix beyond which the page lies, and beyond which the matrix goes on below."""


LABELS: dict[str, tuple[str, str]] = {
    "traveller": ("PRODUCTION TRAVELLER", "生产流转卡"),
    "batch": ("Batch", "批号"),
    "order": ("Production order", "生产单号"),
    "serves": ("Sales order", "销售订单"),
    "product": ("Product", "产品"),
    "due": ("Due", "交期"),
    "quantity": ("Quantity", "数量"),
    "printed": ("Printed", "打印日期"),
    "total": ("Total", "合计"),
    "operations": ("Operations", "工序"),
    "operation": ("Operation", "工序"),
    "no": ("No.", "序号"),
    "centre": ("Work centre", "工作中心"),
    "minutes": ("Setup + run (min)", "准备 + 加工（分）"),
    "good": ("Good", "合格"),
    "scrap": ("Scrap", "报废"),
    "signed": ("Name, date", "签名、日期"),
    "scan": ("Report", "扫码报工"),
    "only": ("Only", "仅"),
    "check": ("Check", "检验"),
    "components": ("Components", "子件"),
    "component": ("Component", "子件"),
    "description": ("Description", "名称"),
    "at": ("At operation", "使用工序"),
    "issued": ("Issued", "已领"),
    "released_by": ("Released by", "下达"),
    "issued_by": ("Materials issued by", "发料"),
    "inspected_by": ("Inspected by", "检验"),
    "received_by": ("Received in stock by", "入库"),
}
"""Key → (English, Chinese), as the floor says it."""


def render_all(travellers: Sequence[Traveller]) -> bytes:
    """Several travellers, at least one, in one PDF, each with pages of its own."""
    drawings = [_Drawing(one) for one in travellers]
    sheets = [(page, one.flow.size) for one in drawings for page in one.drawn()]
    return write_sheets(sheets, title=drawings[0].title, author=drawings[0].author)


def render(traveller: Traveller) -> bytes:
    """The traveller as PDF bytes; the same facts give the same bytes."""
    return render_all([traveller])


def qr_modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """The square of dark (True) and light modules that says *text* (ISO/IEC 18004, correction level M)."""
    from reportlab.graphics.barcode import qrencoder

    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    return tuple(tuple(bool(module) for module in row) for row in code.modules)


class _Code(Line):
    """A QR code in place of a line of text."""

    side: ClassVar[float] = CODE_SIDE

    @property
    def height(self) -> float:
        """Its side, and as much air as a reader needs."""
        return self.side + 2 * MM

    def draw(self, page: Page, x: float, y: float, align: Align = "left") -> None:
        """Draw it with its top at y, dark modules of a row as one rectangle."""
        modules = qr_modules(self.text)
        left = x - self.side / 2 if align == "center" else x
        size = self.side / len(modules)
        for number, row in enumerate(modules):
            for start, length in _runs(row):
                page.fill(left + start * size, y + MM + number * size, length * size, size, INK)


def _runs(row: Sequence[bool]) -> Iterable[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    start = 0
    while start < len(row):
        length = 0
        while start + length < len(row) and row[start + length]:
            length += 1
        if length:
            yield start, length
        start += length + 1


class _Drawing:
    """One traveller being drawn."""

    def __init__(self, facts: Traveller) -> None:
        self.facts = facts
        self.words = Wording(facts.language)
        self.spill = Spill()
        lying = len(facts.columns) > UPRIGHT_COLUMNS
        self.flow = Flow(A4_LANDSCAPE if lying else A4, self._running_head)
        counts = [count for sheet in facts.sheets for row in sheet.counts for count in row]
        self.places = places([facts.made, *(count or Decimal(0) for count in counts)])

    def drawn(self) -> list[Page]:
        """Head, matrix, operations, components, signatures; the pages are numbered."""
        self._head()
        for sheet in self.facts.sheets:
            self._sheet(sheet)
        self._table("operations", self._step_columns(), self._step_row, self.facts.steps)
        self._table("components", self._part_columns(), self._part_row, self.facts.parts)
        self.flow.y += GAP
        self.flow.place(self._signatures())
        return self._finished()

    @property
    def title(self) -> str:
        """What the file says that it is."""
        return f"{self.both('traveller')[0]} {self.facts.batch}"

    @property
    def author(self) -> str:
        """Whose file it is."""
        return shortened(self.words.inline(self.facts.company), BODY, 120 * MM)

    def both(self, key: str) -> tuple[str, ...]:
        """The label in the languages shown."""
        return tuple(LABELS[key][code == "zh_CN"] for code in self.words.codes)

    def label(self, key: str) -> str:
        """The label on one line."""
        return "  ".join(self.both(key))

    def _count(self, value: Decimal) -> str:
        return figure(value, self.places)

    # the head of the first page

    def _head(self) -> None:
        facts, flow = self.facts, self.flow
        first, *second = self.both("traveller")
        title = [
            Para(first, 16, bold=True, colour=STRONG),
            *(Para(text, 11, True, STRONG) for text in second),
        ]
        company = [Para(text, SMALL, colour=MUTED) for text in self.words.pick(facts.company)]
        left: list[FieldRow] = [[Field("", (*title, *company))]]
        total = f"{self._count(facts.total)} {self.words.unit(facts.unit)}"
        right: list[FieldRow] = [
            [self._field("batch" if facts.sheets else "order", facts.batch, 11),
             self._field("due", self.words.day(facts.due), 9.5)],
            [self._field("quantity", total, 9.5), self._field("printed", self.words.day(facts.printed_on))],
            *([[self._field("serves", facts.serves, 9.5)]] if facts.serves else []),
        ]  # fmt: skip
        names = (Para(text) for text in self.words.pick(facts.product_names))
        across: FieldRow = [Field(self.label("product"), (Para(facts.product_code, 9.5, bold=True), *names))]
        half = flow.width / 2
        flow.place(side_by_side([Stack(left, half, self.spill), Stack(right, half, self.spill)], flow.left))
        flow.place(side_by_side([Stack([across], flow.width, self.spill)], flow.left))

    def _field(self, key: str, text: str, size: float = BODY) -> Field:
        return Field(self.label(key), (Para(text, size, bold=True),))

    # the matrix

    def _sheet(self, sheet: Sheet) -> None:
        """The matrix, in bands of columns where it is too wide for the page."""
        starts = range(0, len(self.facts.columns), MOST_COLUMNS)
        for start in starts:
            self.flow.y += GAP
            if sheet.title and start == 0:
                self._heading(self.words.inline(sheet.title))
            self._band(sheet, start, is_last=start == starts[-1])

    def _band(self, sheet: Sheet, start: int, *, is_last: bool) -> None:
        heads = self.facts.columns[start : start + MOST_COLUMNS]
        table = Table(self._matrix_columns(heads, is_last))
        rows = [
            self._matrix_row(
                table, self._row_head(head), [*counts[start : start + MOST_COLUMNS]], added(counts)
            )
            for head, counts in zip(self.facts.rows, sheet.counts, strict=True)
        ]
        sums = [added(column) for column in zip(*sheet.counts, strict=True)]
        total = [Para(self.label("total"), BODY, bold=True, colour=STRONG)]
        last = self._matrix_row(table, total, [*sums[start : start + MOST_COLUMNS]], sum(sums), bold=True)
        table.flow(self.flow, [*rows, last], 0)
        self._legend(heads, table)

    def _matrix_columns(self, heads: Sequence[Head], with_total: bool) -> list[Column]:
        """A column for the row heads, one per head as wide as there is room, and one for the sums."""
        corner, total = 30, 20
        room = self.flow.width / MM - corner - total
        width = min(27.0, room / len(heads))
        inner = width * MM - 2 * PAD
        columns = [Column(self._corner(), corner)]
        columns += [Column(self._column_head(head, inner), width, "right") for head in heads]
        return [*columns, Column(self.both("total"), total, "right")] if with_total else columns

    def _corner(self) -> tuple[str, ...]:
        axes = (self.words.pick(self.facts.row_axis), self.words.pick(self.facts.column_axis))
        return (" \N{RIGHTWARDS ARROW} ".join(" ".join(names) for names in axes if names),)

    def _column_head(self, head: Head, inner: float) -> tuple[str, ...]:
        names = self._names(head)
        return (head.code, *names) if self._fits(names, inner) else (head.code,)

    def _names(self, head: Head) -> list[str]:
        return [name for name in self.words.pick(head.names) if name != head.code]

    def _fits(self, names: Sequence[str], inner: float) -> bool:
        """Whether no word has to be broken."""
        words = (word for name in names for word in name.split())
        return all(text_width(word, SMALL, bold=True) <= inner for word in words)

    def _row_head(self, head: Head) -> list[Para]:
        names = [Para(name, SMALL, colour=MUTED) for name in self._names(head)]
        return [Para(head.code, BODY, bold=True), *names] if head.code else [*names, Para(" ")]

    def _matrix_row(
        self, table: Table, head: Sequence[Para], counts: Sequence[Decimal | None], total: Decimal | int,
        *, bold: bool = False,
    ) -> Row:  # fmt: skip
        texts = ["" if count is None else self._count(count) for count in counts]
        columns = table.columns
        cells = [set_lines(head, columns[0].inner)]
        cells += [
            set_figure(text, one.inner, bold=bold) for text, one in zip(texts, columns[1:], strict=False)
        ]
        if len(columns) > len(cells):
            cells.append(set_figure(self._count(Decimal(total)), columns[-1].inner, bold=True))
        return cells

    def _legend(self, heads: Sequence[Head], table: Table) -> None:
        """What the codes of narrow columns mean."""
        inner = table.columns[1].inner
        said = [
            f"{head.code} {' '.join(self._names(head))}"
            for head in heads
            if not self._fits(self._names(head), inner)
        ]
        if said:
            lines = set_lines([Para("   ".join(said), SMALL, colour=MUTED)], self.flow.width)
            self.flow.y += 1 * MM
            for line in lines:
                self.flow.place(_line_block(line, self.flow.left))

    # operations and components

    def _heading(self, text: str) -> None:
        for line in set_lines([Para(text, 8.6, bold=True, colour=STRONG)], self.flow.width):
            self.flow.place(_line_block(line, self.flow.left))
        self.flow.y += 0.8 * MM

    def _table(
        self, key: str, columns: Sequence[Column], row: Callable[[Table, Fact], Row], facts: Sequence[Fact]
    ) -> None:
        if not facts:
            return
        table = Table(columns)
        self.flow.y += GAP
        if self.flow.room < 35 * MM:
            self.flow.new_page()
        self._heading(self.label(key))
        table.flow(self.flow, [row(table, one) for one in facts], 0)

    def _columns(self, *widths: tuple[str, float, Align]) -> list[Column]:
        """Columns with these labels and widths in mm for 182 mm; on a lying page all are wider."""
        scale = self.flow.width / MM / sum(width for _key, width, _align in widths)
        return [Column(self.both(key), width * scale, align) for key, width, align in widths]

    def _step_columns(self) -> list[Column]:
        return self._columns(
            ("no", 10, "left"), ("operation", 39, "left"), ("centre", 27, "left"), ("quantity", 19, "right"),
            ("minutes", 20, "right"), ("good", 15, "left"), ("scrap", 13, "left"), ("signed", 20, "left"),
            ("scan", 19, "center"),
        )  # fmt: skip

    def _step_row(self, table: Table, step: TravellerStep) -> Row:
        inner = [column.inner for column in table.columns]
        said = [Para(text, bold=index == 0) for index, text in enumerate(self.words.pick(step.names))]
        if step.only:
            said.append(Para(f"{self.label('only')}: {', '.join(step.only)}", SMALL, colour=MUTED))
        if step.quality_point:
            said.append(Para(f"{self.label('check')}: {step.quality_point}", SMALL))
        return [
            set_figure(str(step.sequence), inner[0], bold=True),
            set_lines(said, inner[1]),
            set_lines([Para(text) for text in self.words.pick(step.centres)], inner[2]),
            set_figure(self._count(step.quantity), inner[3], bold=True),
            set_figure(f"{step.setup_minutes:,} + {step.run_minutes:,}", inner[4]),
            [],
            [],
            [],
            [_Code(step.code, LABEL, False, INK)],
        ]

    def _part_columns(self) -> list[Column]:
        return self._columns(
            ("component", 40, "left"), ("description", 66, "left"), ("at", 22, "left"),
            ("quantity", 32, "right"), ("issued", 22, "left"),
        )  # fmt: skip

    def _part_row(self, table: Table, part: TravellerPart) -> Row:
        inner = [column.inner for column in table.columns]
        quantity = f"{figure(part.quantity, places([part.quantity]))} {self.words.unit(part.unit)}"
        return [
            set_lines([Para(part.sku, bold=True)], inner[0]),
            set_lines([Para(text) for text in self.words.pick(part.names)], inner[1]),
            set_figure("" if part.operation is None else str(part.operation), inner[2]),
            set_figure(quantity, inner[3]),
            [],
        ]

    # the foot

    def _signatures(self) -> Block:
        keys = ("released_by", "issued_by", "inspected_by", "received_by")
        flow, height = self.flow, 16 * MM
        wide = flow.width / len(keys)

        def draw(page: Page, y: float) -> None:
            for index, key in enumerate(keys):
                page.box(flow.left + index * wide, y, wide, height)
                page.text(flow.left + index * wide + PAD, y + 3.2 * MM, self.label(key), LABEL, colour=MUTED)

        return Block(height, draw)

    def _running_head(self, page: Page, y: float) -> float:
        flow, half = self.flow, self.flow.width / 2 - PAD
        left = shortened(f"{self.label('traveller')}  {self.facts.batch}", BODY, half, bold=True)
        page.text(flow.left, y + 3 * MM, left, BODY, bold=True, colour=STRONG)
        right = shortened(self.facts.product_code, SMALL, half)
        page.text(flow.right, y + 3 * MM, right, SMALL, colour=MUTED, align="right")
        page.rule(flow.left, y + 5 * MM, flow.right, y + 5 * MM, 0.6, STRONG)
        return 8 * MM

    def _finished(self) -> list[Page]:
        """Print what was too long for its box, and number the pages."""
        for label, lines in self.spill.parts:
            self.flow.place_lines(label, lines)
        pages = self.flow.pages
        for index, page in enumerate(pages, 1):
            numbering = "  ".join(self.words.sentences("page", page=index, pages=len(pages)))
            y = self.flow.bottom + 7 * MM
            page.rule(self.flow.left, y - 4 * MM, self.flow.right, y - 4 * MM)
            page.text(self.flow.left, y, self.facts.batch, SMALL, colour=MUTED)
            page.text(self.flow.right, y, numbering, SMALL, colour=MUTED, align="right")
        return pages


def _line_block(line: Line, left: float) -> Block:
    return Block(line.height, lambda page, y: line.draw(page, left, y))
