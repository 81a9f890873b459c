"""The pictures of a loading plan: the container in three dimensions, its floor, the legend of orders."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from factory_erp.documents.details.labels import BoxPlaced, ContainerLoaded
from factory_erp.documents.isometric import Face, blocks, faces, size, step_places
from factory_erp.documents.layout import BODY, SMALL, Block, shortened
from factory_erp.documents.page import INK, MM, MUTED, STRONG, Align, Colour, Page
from factory_erp.documents.shapes import Disc, Point, Polygon, Segments
from factory_erp.documents.text import Wording
from factory_erp.documents.typeset import fitting_size, text_width

Place = tuple[float, float, float, float]
"""Left, top, width and height of a picture, points."""

WHITE: Colour = (1.0, 1.0, 1.0)
LOADED: Colour = (0.93, 0.935, 0.94)
"""Of cartons that stood before the step that a small picture shows."""

_FLOOR: Colour = (0.90, 0.88, 0.84)
_WALL: Colour = (0.965, 0.97, 0.975)
_PALETTE: tuple[Colour, ...] = (
    (0.60, 0.78, 0.91),
    (0.98, 0.80, 0.52),
    (0.67, 0.85, 0.64),
    (0.93, 0.66, 0.68),
    (0.80, 0.73, 0.90),
    (0.87, 0.83, 0.60),
    (0.62, 0.84, 0.82),
)
_SHADES = {"top": 1.0, "side": 0.9, "door": 0.8}
_RADIUS = 5.8

Hatch = tuple[bool, bool, bool, bool]
"""Lines along the length, lines upright, falling and rising diagonals."""

_HATCHES: tuple[Hatch, ...] = (
    (False, False, False, False),
    (True, False, False, False),
    (False, False, True, False),
    (False, True, False, False),
    (False, False, True, True),
    (True, True, False, False),
    (False, False, False, True),
)


@dataclass(frozen=True, slots=True)
class OrderStyle:
    """How the cartons of one order look."""

    letter: str
    colour: Colour
    hatch: Hatch


class OrderStyles:
    """A letter, a colour and a hatching for each order, in order of first appearance."""

    def __init__(self, orders: Iterable[str]) -> None:
        self._styles = {
            order: OrderStyle(
                _letter(index), _PALETTE[index % len(_PALETTE)], _HATCHES[index % len(_HATCHES)]
            )
            for index, order in enumerate(dict.fromkeys(orders))
        }

    def __getitem__(self, order: str) -> OrderStyle:
        return self._styles[order]

    @property
    def several(self) -> bool:
        """Whether letters are needed."""
        return len(self._styles) > 1

    def named(self, order: str) -> str:
        """The order's number after its letter."""
        return f"{self[order].letter}  {order}" if order in self._styles and self.several else order


def write_unmirrored(
    page: Page, x: float, y: float, text: str, size: float, *, bold: bool = True, colour: Colour = STRONG,
    align: Align = "left",
) -> None:  # fmt: skip
    """Draw *text* beside a picture: pictures stand as they are on pages read from right to left too."""
    if page.mirror:
        opposite: dict[Align, Align] = {"left": "right", "right": "left", "center": "center"}
        x, align = page.mirror - x, opposite[align]
    page.text(x, y, text, size, bold=bold, colour=colour, align=align)


def draw_container(
    page: Page, container: ContainerLoaded, boxes: Sequence[BoxPlaced], place: Place, styles: OrderStyles,
    words: Wording | None, *, since: int = 0,
) -> None:  # fmt: skip
    """The container with *boxes*, as large as fits into *place*.

    With *words* its ends are named and its steps numbered; only steps after *since* are in colour.
    """
    left, top, width, height = place
    wide, high = size(container)
    scale = min(width / wide, height / high)
    x, y = left + (width - wide * scale) / 2, top + (height - high * scale) / 2
    drawn = faces(container, boxes)
    for face in drawn:
        points = [(x + px * scale, y + py * scale) for px, py in face.points]
        _draw_face(page, face, points, styles, since)
    if words:
        _number_steps(page, drawn, (x, y, scale), styles)
        _name_ends(page, container, (x, y, scale), words)


def _draw_face(page: Page, face: Face, points: list[Point], styles: OrderStyles, since: int) -> None:
    if face.kind == "edge":
        (x1, y1), (x2, y2) = points
        page.shapes.append(Segments([(x1, y1, x2, y2)], STRONG, 0.5))
    elif face.kind in ("floor", "wall"):
        page.shapes.append(Polygon(points, _FLOOR if face.kind == "floor" else _WALL, MUTED, 0.4))
    else:
        style = styles[face.order]
        base = LOADED if face.step <= since else style.colour
        page.shapes.append(Polygon(points, _shaded(base, _SHADES[face.kind]), INK, 0.25))
        if base is not LOADED and face.kind != "top" and (lines := _hatched(points, style.hatch)):
            page.shapes.append(Segments(lines, INK, 0.18))


def _shaded(colour: Colour, by: float) -> Colour:
    red, green, blue = (round(part * by, 3) for part in colour)
    return red, green, blue


def _hatched(points: Sequence[Point], hatch: Hatch) -> list[tuple[float, float, float, float]]:
    """Hatching of a parallelogram, along its own sides: middles and diagonals."""
    a, b, c, d = points
    along, upright, falling, rising = hatch
    lines = []
    if along:
        lines += [(*_between(a, d, 0.5), *_between(b, c, 0.5))]
    if upright:
        lines += [(*_between(a, b, 0.5), *_between(d, c, 0.5))]
    if falling:
        lines += [(*a, *c)]
    if rising:
        lines += [(*b, *d)]
    return lines


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _number_steps(
    page: Page, drawn: Sequence[Face], at: tuple[float, float, float], styles: OrderStyles
) -> None:
    x, y, scale = at
    orders = {face.step: face.order for face in drawn if face.step}
    numbers = _Numbers(page)
    for step, (px, py) in sorted(step_places(drawn).items()):
        numbers.place(_step_name(step, orders[step], styles), x + px * scale, y + py * scale)


def _step_name(step: int, order: str, styles: OrderStyles) -> str:
    return f"{step}{styles[order].letter}" if styles.several else str(step)


class _Numbers:
    """The numbers of the steps on a picture: none over another, where there are too many for all."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._taken: list[Point] = []

    def place(self, text: str, x: float, y: float) -> None:
        """Write *text* on a disc at (x, y), unless another is in the way."""
        if any(math.dist((x, y), other) < 2 * _RADIUS for other in self._taken):
            return
        self._taken.append((x, y))
        self._page.shapes.append(Disc(x, y, _RADIUS, WHITE, INK))
        points = fitting_size(text, 7, 2 * _RADIUS - 2, bold=True)
        write_unmirrored(self._page, x, y + points * 0.36, text, points, colour=INK, align="center")


def _name_ends(
    page: Page, container: ContainerLoaded, at: tuple[float, float, float], words: Wording
) -> None:
    """FRONT beside the far end, DOOR below the near one."""
    x, y, scale = at
    drawn = faces(container, ())
    floor = drawn[0].points
    (front_x, front_y), (door_x, door_y) = floor[0], floor[1]
    left, below = x + front_x * scale - 2 * MM, y + front_y * scale + MM
    write_unmirrored(page, left, below, words.label("loading_front"), BODY, align="right")
    right, below = x + door_x * scale + 3 * MM, y + door_y * scale + MM
    write_unmirrored(page, right, below, words.label("loading_door"), BODY)


def draw_floor(
    page: Page, container: ContainerLoaded, place: Place, styles: OrderStyles, words: Wording
) -> None:
    """The floor seen from above: what each step takes of it, the highest on top, front left, door right."""
    left, top, width, height = place
    names = [words.label(key) for key in ("loading_front", "loading_door")]
    margin = max(text_width(name, BODY, bold=True) for name in names) + 3 * MM
    scale = min((width - 2 * margin) / container.length_mm, height / container.width_mm)
    wide, high = container.length_mm * scale, container.width_mm * scale
    x, y = left + (width - wide) / 2, top
    page.shapes.append(Polygon(_rectangle(x, y, wide, high), _FLOOR, STRONG, 0.6))
    ends: tuple[tuple[str, float, Align], ...] = (
        (names[0], x - 2 * MM, "right"),
        (names[1], x + wide + 2 * MM, "left"),
    )
    for name, end, align in ends:
        write_unmirrored(page, end, y + high / 2 + 2.5, name, BODY, align=align)
    floor = sorted(blocks(container.boxes), key=lambda box: box.z_mm + box.height_mm)
    _draw_blocks(page, floor, (x, y + high, scale), styles)


def _draw_blocks(
    page: Page, floor: Sequence[BoxPlaced], at: tuple[float, float, float], styles: OrderStyles
) -> None:
    """The blocks, low ones first, then their steps' numbers; y runs up the page to the right wall."""
    x, y, scale = at
    placed = [
        _rectangle(
            x + box.x_mm * scale,
            y - (box.y_mm + box.width_mm) * scale,
            box.length_mm * scale,
            box.width_mm * scale,
        )
        for box in floor
    ]
    for box, corners in zip(floor, placed, strict=True):
        style = styles[box.order]
        page.shapes.append(Polygon(corners, style.colour, INK, 0.4))
        if lines := _hatched(corners, style.hatch):
            page.shapes.append(Segments(lines, INK, 0.2))
    numbers = _Numbers(page)
    for index, (box, ((x1, y1), _b, (x2, y2), _d)) in enumerate(zip(floor, placed, strict=True)):
        hidden = any(_over(higher, box) for higher in floor[index + 1 :])
        if not hidden and min(x2 - x1, y2 - y1) > 2 * _RADIUS:
            numbers.place(_step_name(box.step, box.order, styles), (x1 + x2) / 2, (y1 + y2) / 2)


def _over(higher: BoxPlaced, box: BoxPlaced) -> bool:
    """Whether *higher* hides the middle of *box* from above."""
    x, y = 2 * box.x_mm + box.length_mm, 2 * box.y_mm + box.width_mm
    return 2 * higher.x_mm < x < 2 * (higher.x_mm + higher.length_mm) and 2 * higher.y_mm < y < 2 * (
        higher.y_mm + higher.width_mm
    )


def _rectangle(x: float, y: float, width: float, height: float) -> list[Point]:
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


@dataclass(frozen=True, slots=True)
class Legend:
    """Orders with their letter, look and cartons, in rows that are *width* wide."""

    entries: tuple[tuple[str, OrderStyle], ...]
    per_row: int
    width: float

    @property
    def height(self) -> float:
        """In points; 0 without entries."""
        return -(-len(self.entries) // self.per_row) * 6 * MM

    def at(self, x: float) -> Block:
        """The legend as a block with its left edge at *x*."""

        def draw(page: Page, y: float) -> None:
            wide = self.width / self.per_row
            for index, (text, style) in enumerate(self.entries):
                left, top = x + index % self.per_row * wide, y + index // self.per_row * 6 * MM
                corners = _rectangle(left, top + MM, 9 * MM, 4 * MM)
                page.shapes.append(Polygon(corners, style.colour, INK, 0.4))
                if lines := _hatched(corners, style.hatch):
                    page.shapes.append(Segments(lines, INK, 0.25))
                shown = shortened(text, SMALL, wide - 13 * MM)
                at = left + 11 * MM
                write_unmirrored(page, at, top + 4 * MM, shown, SMALL, bold=False, colour=INK)

        return Block(self.height, draw)


def draw_legend(styles: OrderStyles, boxes: Sequence[BoxPlaced], words: Wording, width: float) -> Legend:
    """The legend of the orders in *boxes*; empty where there is only one order in all."""
    if not styles.several:
        return Legend((), 1, width)
    counts = Counter(box.order for box in boxes)
    entries = tuple(
        (words.sentences("cartons_each", cartons=f"{count:,}", label=styles.named(order))[0], styles[order])
        for order, count in counts.items()
    )
    return Legend(entries, 4, width)


def _letter(index: int) -> str:
    """A … Z, AA, AB …"""
    letter = chr(ord("A") + index % 26)
    return (_letter(index // 26 - 1) if index >= 26 else "") + letter
