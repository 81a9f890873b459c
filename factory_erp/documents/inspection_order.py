"""The inspection order 验货单 of a purchase: what is looked at, how many pieces, and what was found.

It goes to the supplier, or to the inspector at his gate; who inspects fills it in and both sign.
"""

from __future__ import annotations

from collections.abc import Sequence

from factory_erp.documents.facts import Party
from factory_erp.documents.inspection_facts import LIMIT, InspectedLine, InspectionOrder
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
    gap,
    set_figure,
    set_lines,
    shortened,
    side_by_side,
)
from factory_erp.documents.page import A4, MM, MUTED, STRONG, Align, Page, write_pdf
from factory_erp.documents.text import Wording, figure, places

GAP = 3 * MM
CHECK_HEIGHT, SIGNATURE_HEIGHT = 7.5 * MM, 18 * MM

LABELS: dict[str, tuple[str, str]] = {
    "inspection_order": ("INSPECTION ORDER", "验货单"),
    "number": ("Purchase order No.", "采购订单号"),
    "ordered": ("Ordered", "订购日期"),
    "printed": ("Printed", "打印日期"),
    "from": ("Ordered by", "采购方"),
    "supplier": ("Supplier", "供应商"),
    "no": ("No.", "序号"),
    "item": ("Item", "货号"),
    "description": ("Description", "名称"),
    "due": ("Delivery date", "交货日期"),
    "quantity": ("Quantity", "数量"),
    "sample": ("Sample", "抽样数"),
    "accept": ("Ac / Re", "接收 / 拒收"),
    "bad": ("Found bad", "不合格数"),
    "verdict": ("Verdict", "判定"),
    "checks": ("To be checked", "检验项目"),
    "result": ("Result", "结果"),
    "remark": ("Remarks", "备注"),
    "inspector": ("Inspected by, date", "检验员、日期"),
    "seen": ("Seen by the supplier, date", "供应商确认、日期"),
    "released": ("Released by, date", "批准、日期"),
}
"""Key → (English, Chinese), as inspectors say it."""

CHECKS: tuple[tuple[str, str], ...] = (
    ("Quantity and item numbers as ordered", "数量、货号与订单一致"),
    ("Packing and labels undamaged and complete", "包装、标签完好齐全"),
    (
        "Appearance: surface, colour, cleanliness against the approved sample",
        "外观：表面、颜色、清洁度与封样一致",
    ),
    ("Dimensions and fit against the drawing", "尺寸、配合符合图纸"),
    ("Material and test certificates of this delivery", "本批材质证明、检测报告"),
)
"""What is looked at of any goods that come, (English, Chinese)."""

COLUMNS: tuple[tuple[str, float, Align], ...] = (
    ("no", 10, "right"), ("item", 27, "left"), ("description", 41, "left"), ("due", 22, "left"),
    ("quantity", 22, "right"), ("sample", 15, "right"), ("accept", 18, "center"), ("bad", 14, "left"),
    ("verdict", 13, "left"),
)  # fmt: skip
"""Label key, width in mm and alignment of the columns."""

PLAN_NOTE = (
    "Samples after ISO 2859-1 (GB/T 2828.1), normal inspection, level II, AQL {limit}: "
    "accept up to Ac bad pieces, refuse from Re.",
    "抽样依据 GB/T 2828.1（ISO 2859-1），正常检验一次抽样，一般检验水平 II，AQL {limit}："
    "不合格数 ≤ Ac 接收，≥ Re 拒收。",
)  # fmt: skip


def render(order: InspectionOrder) -> bytes:
    """The inspection order as PDF bytes: the same facts give the same bytes."""
    return _Drawing(order).draw()


class _Drawing:
    """One inspection order being drawn."""

    def __init__(self, order: InspectionOrder) -> None:
        self.order = order
        self.words = Wording(order.language)
        self.spill = Spill()
        self.flow = Flow(A4, self._running_head)
        self.places = places(line.quantity for line in order.lines)
        self.table = Table([Column(self.both(key), width, align, key) for key, width, align in COLUMNS])

    def draw(self) -> bytes:
        """Head, lines, checks, signatures."""
        self._head()
        self.flow.y += GAP
        self.table.flow(self.flow, [self._row(line) for line in self.order.lines], 0)
        self.flow.place_together([gap(1.5 * MM), *(self._note(line) for line in self._notes()), gap(GAP)])
        checks = [self._check_row(pair) for pair in CHECKS]
        self.flow.place_together([*checks, self._signatures()])
        return self._finish()

    def both(self, key: str) -> tuple[str, ...]:
        """The label in the languages shown."""
        return self._shown(LABELS[key])

    def label(self, key: str) -> str:
        """The label on one line."""
        return "  ".join(self.both(key))

    def _shown(self, pair: tuple[str, str]) -> tuple[str, ...]:
        return tuple(pair[code == "zh_CN"] for code in self.words.codes)

    # the head

    def _head(self) -> None:
        order, flow = self.order, self.flow
        first, *second = self.both("inspection_order")
        title = [
            Para(first, 16, bold=True, colour=STRONG),
            *(Para(text, 11, True, STRONG) for text in second),
        ]
        half = flow.width / 2
        left: list[FieldRow] = [[Field("", tuple(title))], [self._party("from", order.company)]]
        right: list[FieldRow] = [
            [self._field("number", order.number, 11)],
            [self._field("ordered", self.words.day(order.ordered_on)),
             self._field("printed", self.words.day(order.printed_on))],
            [self._party("supplier", order.supplier)],
        ]  # fmt: skip
        flow.place(side_by_side([Stack(left, half, self.spill), Stack(right, half, self.spill)], flow.left))

    def _field(self, key: str, text: str, size: float = BODY) -> Field:
        return Field(self.label(key), (Para(text, size, bold=True),))

    def _party(self, key: str, party: Party) -> Field:
        said = (party.name_local if self.order.language == "zh_CN" else "") or party.name
        other = party.name_local if self.order.language == "bilingual" else ""
        lines = [Para(text, SMALL) for text in (other, *party.address_lines) if text]
        return Field(self.label(key), (Para(said, 8.6, bold=True), *lines))

    # lines and checks

    def _row(self, line: InspectedLine) -> Row:
        inner = [column.inner for column in self.table.columns]
        quantity = f"{figure(line.quantity, self.places)} {self.words.unit(line.unit)}"
        plan = line.plan
        return [
            set_figure(str(line.line_no), inner[0]),
            set_lines([Para(line.sku, bold=True)], inner[1]),
            set_lines([Para(text) for text in self.words.pick(line.names)], inner[2]),
            set_lines([Para(self.words.day(line.due))] if line.due else [], inner[3]),
            set_figure(quantity, inner[4], bold=True),
            set_figure(f"{plan.sample:,}", inner[5], bold=True) if plan else [],
            set_lines([Para(f"{plan.accept} / {plan.refuse}")], inner[6]) if plan else [],
            [],
            [],
        ]

    def _notes(self) -> list[Line]:
        """How samples are taken, where any are; then the remark."""
        sampled = any(line.plan for line in self.order.lines)
        said = [Para(text.format(limit=LIMIT), SMALL, colour=MUTED) for text in self._shown(PLAN_NOTE)]
        remark = f"{self.label('remark')}: {self.order.remark}" if self.order.remark else ""
        return set_lines(
            [*(said if sampled else ()), *([Para(remark, SMALL)] if remark else ())], self.flow.width
        )

    def _note(self, line: Line) -> Block:
        return Block(line.height, lambda page, y: line.draw(page, self.flow.left, y))

    def _check_row(self, pair: tuple[str, str]) -> Block:
        """What is looked at, and room for what was found."""
        flow, wide = self.flow, self.flow.width * 0.62
        lines = set_lines([Para(text, SMALL) for text in self._shown(pair)], wide - 2 * PAD)
        height = max(CHECK_HEIGHT, sum(line.height for line in lines) + 2 * PAD)

        def draw(page: Page, y: float) -> None:
            page.box(flow.left, y, wide, height)
            page.box(flow.left + wide, y, flow.width - wide, height)
            top = y + (height - sum(line.height for line in lines)) / 2
            for line in lines:
                line.draw(page, flow.left + PAD, top)
                top += line.height
            page.text(flow.left + wide + PAD, y + 3 * MM, self.label("result"), LABEL, colour=MUTED)

        return Block(height, draw)

    # the foot

    def _signatures(self) -> Block:
        keys: Sequence[str] = ("inspector", "seen", "released")
        flow, wide = self.flow, self.flow.width / 3

        def draw(page: Page, y: float) -> None:
            for index, key in enumerate(keys):
                page.box(flow.left + index * wide, y, wide, SIGNATURE_HEIGHT)
                page.text(flow.left + index * wide + PAD, y + 3.4 * MM, self.label(key), LABEL, colour=MUTED)

        return Block(SIGNATURE_HEIGHT, draw)

    def _running_head(self, page: Page, y: float) -> float:
        flow = self.flow
        said = shortened(
            f"{self.label('inspection_order')}  {self.order.number}", BODY, flow.width, bold=True
        )
        page.text(flow.left, y + 3 * MM, said, BODY, bold=True, colour=STRONG)
        page.rule(flow.left, y + 5 * MM, flow.right, y + 5 * MM, 0.6, STRONG)
        return 8 * MM

    def _finish(self) -> bytes:
        """Print what was too long for its box, number the pages, and write the PDF."""
        for label, lines in self.spill.parts:
            self.flow.place_lines(label, lines)
        pages = self.flow.pages
        for index, page in enumerate(pages, 1):
            numbering = "  ".join(self.words.sentences("page", page=index, pages=len(pages)))
            y = self.flow.bottom + 7 * MM
            page.rule(self.flow.left, y - 4 * MM, self.flow.right, y - 4 * MM)
            page.text(self.flow.left, y, self.order.number, SMALL, colour=MUTED)
            page.text(self.flow.right, y, numbering, SMALL, colour=MUTED, align="right")
        title = f"{self.both('inspection_order')[0]} {self.order.number}"
        return write_pdf(
            pages, self.flow.size, title=title, author=shortened(self.order.company.name, BODY, 120 * MM)
        )
