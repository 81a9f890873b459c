"""The loading plan 装柜图: how each container is loaded, for the people who load it.

Per container a picture of the whole, the floor seen from above, weights and balance, and the steps in
their order with a small picture after each. Orders differ by colour, by hatching and by letter, so that
a black-and-white print says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from factory_erp.documents.details.labels import BoxPlaced, ContainerLoaded, LoadingDetails, LoadingStep
from factory_erp.documents.isometric import blocks
from factory_erp.documents.layout import (
    PAD,
    SMALL,
    Block,
    Column,
    Field,
    FieldRow,
    Para,
    Row,
    Table,
    set_figure,
    set_lines,
    stacked,
)
from factory_erp.documents.loading_pictures import (
    OrderStyles,
    draw_container,
    draw_floor,
    draw_legend,
    write_unmirrored,
)
from factory_erp.documents.marks import size_text
from factory_erp.documents.page import A4_LANDSCAPE, MM, MUTED, Align, Page
from factory_erp.documents.parts import Draft, cubic_metres, header, kilograms, party_field, title_field
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import figure

MOST_PICTURES = 24
"""Small pictures per container: beyond as many steps, not every step has one."""

_PER_ROW = 4
_SMALL_HEIGHT = 36 * MM
_COLUMNS: tuple[tuple[str, float, Align], ...] = (
    ("loading_step", 13, "center"),
    ("loading_put", 62, "left"),
    ("order_number", 38, "left"),
    ("cartons", 17, "right"),
    ("loading_rows", 34, "center"),
    ("loading_turned", 33, "center"),
    ("loading_place", 38, "center"),
    ("loading_note", 34, "left"),
)
"""Label, width in mm and alignment: 269 mm, an A4 page across."""

_ON_PALLETS = {
    "cartons": "number_of_packages",
    "loading_cartons": "number_of_packages",
    "loading_put": "pallets",
}
"""Labels that speak of cartons → those in their place where the cartons stand on pallets."""


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The loading plan as PDF bytes."""
    details = snapshot.details
    assert isinstance(details, LoadingDetails)  # DocumentSnapshot has checked it
    draft = Draft(snapshot, A4_LANDSCAPE, pictures)
    styles = OrderStyles([box.order for one in details.containers for box in one.boxes])
    _head(draft, details)
    for index, container in enumerate(details.containers):
        if index:
            draft.flow.new_page()
        _Plan(draft, container, len(details.containers), styles).draw()
    return draft.finish()


def _head(draft: Draft, details: LoadingDetails) -> None:
    """Title, whose it is, number and date; what was left out across the page."""
    words, facts = draft.words, draft.facts
    references = [
        draft.field("document_no", draft.number, bold=True),
        draft.field("date", words.day(draft.snapshot.issued_on), bold=True),
    ]
    orders = ", ".join(facts.order_numbers)
    middle = [references, [draft.field("order_no", orders)] if orders else []]
    columns = [[[party_field(draft, "exporter", facts.company)]], middle, [[title_field(draft)]]]
    left_out = [
        text
        for label, cartons in details.left_out
        for text in words.sentences("cartons_each", cartons=f"{cartons:,}", label=label)[:1]
    ]
    header(draft, columns, [[draft.field("loading_left_out", *left_out, bold=True)] if left_out else []])


class _Plan:
    """One container being drawn."""

    def __init__(self, draft: Draft, container: ContainerLoaded, of: int, styles: OrderStyles) -> None:
        self.draft, self.flow, self.words = draft, draft.flow, draft.words
        self.container, self.of, self.styles = container, of, styles

    def draw(self) -> None:
        """Figures, picture, floor, legend; then the steps."""
        flow = self.flow
        flow.place(stacked(self.draft.stack([self._figures()], flow.width), flow.left))
        legend = draw_legend(self.styles, self.container.boxes, self.words, flow.width)
        floor = self._floor_height()
        rest = flow.room - floor - legend.height - MM
        flow.place(self._whole(max(rest, 60 * MM)))
        flow.place(self._floor(floor))
        flow.place(legend.at(flow.left))
        self._steps()

    # the figures

    def _figures(self) -> FieldRow:
        one = self.container
        inside = one.length_mm * one.width_mm * one.height_mm
        share = Decimal(one.volume_mm3 * 100) / inside if inside else Decimal(0)
        load = Decimal(one.cargo_g * 100) / one.payload_g if one.payload_g else Decimal(0)
        name = "  ".join(text for text in (f"{one.position} / {self.of}", one.type_code, one.number) if text)
        cargo = f"{kilograms(one.cargo_g, 0)} / {kilograms(one.payload_g, 0)} kg  ({figure(load, 1)} %)"
        volume = f"{cubic_metres(one.volume_mm3)} / {cubic_metres(inside)} m³  ({figure(share, 1)} %)"
        field = self.draft.field
        row = [
            field("loading_container", name, bold=True, share=1.2),
            field("loading_seal", one.seal) if one.seal else None,
            field(_counted(self.draft, "loading_cartons"), f"{len(one.boxes):,}", bold=True, share=0.6),
            field("loading_cargo", cargo),
            field("loading_volume", volume),
            self._balance(),
            field("loading_checked", " ", share=0.9),
        ]
        return [shown for shown in row if shown]

    def _balance(self) -> Field | None:
        """Where the centre of gravity lies, if weights are known."""
        one = self.container
        grams = sum(box.gross_g for box in one.boxes)
        if not grams:
            return None
        along = sum(box.gross_g * (2 * box.x_mm + box.length_mm) for box in one.boxes)
        across = sum(box.gross_g * (2 * box.y_mm + box.width_mm) for box in one.boxes)
        told = self.words.sentences(
            "centre_of_gravity",
            along=_cm(along, 2 * grams),
            middle=_cm(one.length_mm, 2),
            across=_cm(across, 2 * grams),
        )
        return self.draft.field("loading_balance", *told, share=1.75)

    # the pictures

    def _whole(self, height: float) -> Block:
        flow, container = self.flow, self.container
        caption = self.words.label("loading_overview")

        def draw(page: Page, y: float) -> None:
            page.text(flow.left, y + 4 * MM, caption, SMALL, colour=MUTED)
            draw_container(
                page, container, container.boxes, (flow.left, y + 5 * MM, flow.width, height - 6 * MM),
                self.styles, self.words,
            )  # fmt: skip

        return Block(height, draw)

    def _floor_height(self) -> float:
        one = self.container
        return min(46 * MM, (self.flow.width - 24 * MM) * one.width_mm / max(1, one.length_mm) + 8 * MM)

    def _floor(self, height: float) -> Block:
        flow, container = self.flow, self.container
        caption = self.words.label("loading_plan_view")

        def draw(page: Page, y: float) -> None:
            page.text(flow.left, y + 3 * MM, caption, SMALL, colour=MUTED)
            place = (flow.left, y + 5 * MM, flow.width, height - 6 * MM)
            draw_floor(page, container, place, self.styles, self.words)

        return Block(height, draw)

    # the steps

    def _steps(self) -> None:
        steps = self.container.steps
        if not steps:
            return
        flow = self.flow
        flow.new_page()
        table = Table(
            [
                Column(tuple(self.words.both(_counted(self.draft, key))), width, align)
                for key, width, align in _COLUMNS
            ]
        )
        notes = ["", *(step.note for step in steps)]
        rows = [
            self._row(table, step, "" if step.note == before else step.note)
            for step, before in zip(steps, notes, strict=False)
        ]
        table.flow(flow, rows, 0)
        flow.y += 4 * MM
        shown = _shown_steps(steps)
        for start in range(0, len(shown), _PER_ROW):
            before = shown[start - 1].step if start else 0
            flow.place(self._strip(shown[start : start + _PER_ROW], before))

    def _row(self, table: Table, step: LoadingStep, note: str) -> Row:
        """The step; a *note* that all say in a row stands at the first of them."""
        inner = [column.inner for column in table.columns]
        boxes = [box for box in self.container.boxes if box.step == step.step]
        order = boxes[0].order if boxes else ""
        first = min(boxes, key=lambda box: (box.x_mm, box.y_mm, box.z_mm), default=None)
        texts = [
            (f"{step.cartons:,}", 3),
            (f"{step.deep} × {step.across} × {step.high}", 4),
            (size_text(first.length_mm, first.width_mm, first.height_mm) if first else "", 5),
            (_corner(boxes), 6),
        ]
        figures = [set_figure(text, inner[column]) for text, column in texts]
        return [
            set_figure(str(step.step), inner[0], bold=True),
            set_lines([Para(step.label, bold=True)], inner[1]),
            set_lines([Para(self.styles.named(order))], inner[2]),
            *figures,
            set_lines([Para(note)], inner[7]),
        ]

    def _strip(self, steps: Sequence[LoadingStep], before: int) -> Block:
        """Small pictures beside each other: what stands after each of *steps*, in colour what was added.

        *before* is the step of the picture before these.
        """
        flow = self.flow
        wide = flow.width / _PER_ROW

        def draw(page: Page, y: float) -> None:
            seen = [before, *(step.step for step in steps)]
            for index, step in enumerate(steps):
                x = flow.left + index * wide
                name = "  ".join(self.words.sentences("after_step", step=step.step))
                write_unmirrored(page, x + PAD, y + 3.4 * MM, name, SMALL)
                place = (x + PAD, y + 4.5 * MM, wide - 2 * PAD, _SMALL_HEIGHT - 6 * MM)
                boxes = self._until(step.step)
                draw_container(page, self.container, boxes, place, self.styles, None, since=seen[index])

        return Block(_SMALL_HEIGHT, draw)

    def _until(self, step: int) -> list[BoxPlaced]:
        return blocks([box for box in self.container.boxes if box.step <= step])


def _counted(draft: Draft, key: str) -> str:
    """The label *key*, or one that does not say cartons where these stand on pallets."""
    return _ON_PALLETS.get(key, key) if draft.facts.pallets else key


def _shown_steps(steps: Sequence[LoadingStep]) -> list[LoadingStep]:
    """Every step, or of many every second, third … and the last."""
    every = -(-len(steps) // MOST_PICTURES)
    return [step for index, step in enumerate(steps, 1) if index % every == 0 or index == len(steps)]


def _corner(boxes: Sequence[BoxPlaced]) -> str:
    """Where the step begins: distances from front wall, left wall and floor in centimetres."""
    if not boxes:
        return ""
    corner = (min(b.x_mm for b in boxes), min(b.y_mm for b in boxes), min(b.z_mm for b in boxes))
    return " / ".join(_cm(side, 1) for side in corner)


def _cm(numerator_mm: int, denominator: int) -> str:
    """Whole centimetres, rounded half up."""
    return f"{(2 * numerator_mm + 10 * denominator) // (20 * denominator):,}"
