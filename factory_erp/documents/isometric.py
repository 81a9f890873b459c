"""A loaded container in three dimensions on paper: which faces are seen, where, and in what order.

The view is axonometric, from above, from the door, over the left side wall (the one at y = 0): the length
runs to the right, its door in front. Faces come in the order in which they are painted (far ones first), so
that whoever draws them one over the other, on paper or in a window, needs to know nothing more.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from factory_erp.documents.details.labels import BoxPlaced, ContainerLoaded

Point = tuple[float, float]
Corner = tuple[int, int, int]

FaceKind = Literal["floor", "wall", "door", "side", "top", "edge"]
"""Inside of the container (floor, wall), faces of a box (towards the door, the left side, the roof), and
edges of the container in front of the boxes (two points)."""

AZIMUTH, ELEVATION = math.radians(-65), math.radians(23)
"""Where the viewer stands: so far round from the length, and so high, that a 40-foot box fills a page."""

_RIGHT = (-math.sin(AZIMUTH), math.cos(AZIMUTH), 0.0)
_DOWN = (
    math.sin(ELEVATION) * math.cos(AZIMUTH),
    math.sin(ELEVATION) * math.sin(AZIMUTH),
    -math.cos(ELEVATION),
)


@dataclass(frozen=True, slots=True)
class Face:
    """One polygon: its corners on paper (mm at full size, y downwards, from the picture's top left corner).

    ``step``, ``order`` and ``label`` are those of the box; 0 and empty for the container itself. ``box`` is
    the row of the box in what was handed over, -1 for the container.
    """

    points: tuple[Point, ...]
    kind: FaceKind
    label: str = ""
    order: str = ""
    step: int = 0
    box: int = -1


def faces(container: ContainerLoaded, boxes: Sequence[BoxPlaced]) -> list[Face]:
    """What is seen of *boxes* in *container*, far to near: inside walls, boxes, front edges.

    Faces that another box covers as a whole are left out. Boxes must not overlap.
    """
    shift = _origin(container)
    seen = _visible(boxes)
    rows = _far_to_near([boxes[row] for row in seen])
    drawn = [_face(points, kind, shift) for kind, points in _inside(container)]
    for row in (list(seen)[index] for index in rows):
        box = boxes[row]
        drawn.extend(
            Face(_projected(_side(box, kind), shift), kind, box.label, box.order, box.step, row)
            for kind in seen[row]
        )
    return [*drawn, *(_face(points, "edge", shift) for points in _front(container))]


def size(container: ContainerLoaded) -> tuple[float, float]:
    """Width and height of the whole picture, mm at full size."""
    points = [_project(corner, (0, 0)) for corner in _corners(container)]
    return (
        max(x for x, _y in points) - min(x for x, _y in points),
        max(y for _x, y in points) - min(y for _x, y in points),
    )


def centre(face: Face) -> Point:
    """The middle of a face's corners."""
    count = len(face.points)
    return sum(x for x, _y in face.points) / count, sum(y for _x, y in face.points) / count


# projection


def _project(corner: Corner | tuple[float, ...], shift: Point) -> Point:
    x = sum(a * b for a, b in zip(corner, _RIGHT, strict=True))
    y = sum(a * b for a, b in zip(corner, _DOWN, strict=True))
    return x + shift[0], y + shift[1]


def _projected(corners: Iterable[Corner], shift: Point) -> tuple[Point, ...]:
    return tuple(_project(corner, shift) for corner in corners)


def _origin(container: ContainerLoaded) -> Point:
    """What moves the picture so that its top left corner is (0, 0)."""
    points = [_project(corner, (0, 0)) for corner in _corners(container)]
    return -min(x for x, _y in points), -min(y for _x, y in points)


def _face(corners: Sequence[Corner], kind: FaceKind, shift: Point) -> Face:
    return Face(_projected(corners, shift), kind)


def _corners(container: ContainerLoaded) -> list[Corner]:
    sides = (container.length_mm, container.width_mm, container.height_mm)
    return [(x, y, z) for x in (0, sides[0]) for y in (0, sides[1]) for z in (0, sides[2])]


def _inside(container: ContainerLoaded) -> list[tuple[FaceKind, tuple[Corner, ...]]]:
    """Floor, front wall and right side wall: what is seen behind the boxes."""
    length, width, height = container.length_mm, container.width_mm, container.height_mm
    return [
        ("floor", ((0, 0, 0), (length, 0, 0), (length, width, 0), (0, width, 0))),
        ("wall", ((0, 0, 0), (0, width, 0), (0, width, height), (0, 0, height))),
        ("wall", ((0, width, 0), (length, width, 0), (length, width, height), (0, width, height))),
    ]


def _front(container: ContainerLoaded) -> list[tuple[Corner, Corner]]:
    """Edges of the container between the viewer and the boxes."""
    length, width, height = container.length_mm, container.width_mm, container.height_mm
    return [
        ((0, 0, 0), (length, 0, 0)),
        ((length, 0, 0), (length, width, 0)),
        ((length, 0, 0), (length, 0, height)),
        ((0, 0, height), (length, 0, height)),
        ((length, 0, height), (length, width, height)),
        ((0, 0, 0), (0, 0, height)),
        ((length, width, 0), (length, width, height)),
        ((0, width, height), (length, width, height)),
        ((0, 0, height), (0, width, height)),
    ]


# boxes


def _end(box: BoxPlaced) -> Corner:
    return box.x_mm + box.length_mm, box.y_mm + box.width_mm, box.z_mm + box.height_mm


def _side(box: BoxPlaced, kind: FaceKind) -> tuple[Corner, ...]:
    """The corners of one of the three sides that can be seen."""
    x, y, z = box.x_mm, box.y_mm, box.z_mm
    far_x, far_y, far_z = _end(box)
    if kind == "door":
        return (far_x, y, z), (far_x, far_y, z), (far_x, far_y, far_z), (far_x, y, far_z)
    if kind == "side":
        return (x, y, z), (far_x, y, z), (far_x, y, far_z), (x, y, far_z)
    return (x, y, far_z), (far_x, y, far_z), (far_x, far_y, far_z), (x, far_y, far_z)


_Rectangle = tuple[int, int, int, int]


def _planes(box: BoxPlaced) -> dict[FaceKind, tuple[int, int, _Rectangle]]:
    """Per side that can be seen: its plane, the plane that a box covering it begins in, its rectangle.

    The two planes are the same number; a box that covers a side has its opposite side there.
    """
    x, y, z = box.x_mm, box.y_mm, box.z_mm
    far_x, far_y, far_z = _end(box)
    return {
        "side": (y, far_y, (x, far_x, z, far_z)),
        "top": (far_z, z, (x, far_x, y, far_y)),
        "door": (far_x, x, (y, far_y, z, far_z)),
    }


def _visible(boxes: Sequence[BoxPlaced]) -> dict[int, list[FaceKind]]:
    """Row of each box of which something is seen → its sides that no single other box covers."""
    against: defaultdict[tuple[FaceKind, int], list[_Rectangle]] = defaultdict(list)
    planes = [_planes(box) for box in boxes]
    for sides in planes:
        for kind, (_own, opposite, rectangle) in sides.items():
            against[kind, opposite].append(rectangle)
    seen: dict[int, list[FaceKind]] = {}
    for row, sides in enumerate(planes):
        open_sides = [
            kind
            for kind, (own, _opposite, rectangle) in sides.items()
            if not any(_covers(other, rectangle) for other in against.get((kind, own), ()))
        ]
        if open_sides:
            seen[row] = open_sides
    return seen


def _covers(one: _Rectangle, other: _Rectangle) -> bool:
    return one[0] <= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] >= other[3]


def _far_to_near(boxes: Sequence[BoxPlaced]) -> list[int]:
    """Rows of *boxes* so that whatever can hide another comes after it.

    A box can hide another only if it reaches beyond it towards the viewer in all three directions.
    """
    order = sorted(
        range(len(boxes)), key=lambda row: (boxes[row].x_mm, -_end(boxes[row])[1], boxes[row].z_mm)
    )
    hides: list[list[int]] = [[] for _box in boxes]
    waits = [0] * len(boxes)
    for first in order:
        for second in order:
            if first != second and _can_hide(boxes[first], boxes[second]):
                hides[second].append(first)
                waits[first] += 1
    return _sorted_by_need(order, hides, waits)


def _can_hide(near: BoxPlaced, far: BoxPlaced) -> bool:
    return (
        near.x_mm + near.length_mm > far.x_mm
        and near.y_mm < far.y_mm + far.width_mm
        and near.z_mm + near.height_mm > far.z_mm
    )


def _sorted_by_need(order: Sequence[int], hides: Sequence[Sequence[int]], waits: list[int]) -> list[int]:
    """Topological order (Kahn); what three beams locked into each other leave over comes last, by *order*."""
    ready = [row for row in reversed(order) if not waits[row]]
    done: list[int] = []
    while ready:
        row = ready.pop()
        done.append(row)
        for nearer in hides[row]:
            waits[nearer] -= 1
            if not waits[nearer]:
                ready.append(nearer)
    placed = set(done)
    return [*done, *(row for row in order if row not in placed)]


# numbers on the picture


def step_places(drawn: Sequence[Face]) -> dict[int, Point]:
    """Step → where its number stands: on a face of it that nothing nearer covers, near the middle of them.

    Steps that cannot be seen are left out. *drawn*: what ``faces`` answered.
    """
    solid = [face for face in drawn if face.kind != "edge"]
    bounds = [_bounds(face.points) for face in solid]
    own: defaultdict[int, list[int]] = defaultdict(list)
    for index, face in enumerate(solid):
        if face.step:
            own[face.step].append(index)
    return {
        step: place
        for step, indices in own.items()
        if (place := _open_place(solid, bounds, indices)) is not None
    }


_CANDIDATES = 16


_Bounds = tuple[float, float, float, float]


def _bounds(points: Sequence[Point]) -> _Bounds:
    return (
        min(x for x, _y in points),
        max(x for x, _y in points),
        min(y for _x, y in points),
        max(y for _x, y in points),
    )


def _open_place(solid: Sequence[Face], bounds: Sequence[_Bounds], indices: Sequence[int]) -> Point | None:
    """The open face nearest to the middle of its kind: a left side if there is one, else a top."""
    for kind in ("side", "top", "door"):
        centres = {index: centre(solid[index]) for index in indices if solid[index].kind == kind}
        for index in _nearest_middle(centres)[:_CANDIDATES]:
            x, y = centres[index]
            if not any(
                left < x < right and top < y < bottom and _inside_of(solid[later].points, (x, y))
                for later, (left, right, top, bottom) in enumerate(bounds[index + 1 :], index + 1)
            ):
                return x, y
    return None


def _nearest_middle(centres: dict[int, Point]) -> list[int]:
    if not centres:
        return []
    middle = (
        sum(x for x, _y in centres.values()) / len(centres),
        sum(y for _x, y in centres.values()) / len(centres),
    )
    return sorted(centres, key=lambda index: math.dist(centres[index], middle))


def _inside_of(points: Sequence[Point], place: Point) -> bool:
    """Whether *place* lies in the convex polygon *points*."""
    turns = [
        (x2 - x1) * (place[1] - y1) - (y2 - y1) * (place[0] - x1)
        for (x1, y1), (x2, y2) in zip(points, (*points[1:], points[0]), strict=True)
    ]
    return all(turn > 0 for turn in turns) or all(turn < 0 for turn in turns)


def blocks(boxes: Sequence[BoxPlaced]) -> list[BoxPlaced]:
    """The boxes of each step as one, where they fill a cuboid; otherwise as they are. For small pictures."""
    by_step: defaultdict[int, list[BoxPlaced]] = defaultdict(list)
    for box in boxes:
        by_step[box.step].append(box)
    return [block for step in sorted(by_step) for block in _block(by_step[step])]


def _block(boxes: Sequence[BoxPlaced]) -> Sequence[BoxPlaced]:
    low = (min(b.x_mm for b in boxes), min(b.y_mm for b in boxes), min(b.z_mm for b in boxes))
    length, width, height = (max(_end(box)[axis] for box in boxes) - low[axis] for axis in range(3))
    if sum(box.length_mm * box.width_mm * box.height_mm for box in boxes) != length * width * height:
        return boxes
    grams = sum(box.gross_g for box in boxes)
    x, y, z = low
    return [
        replace(
            boxes[0],
            x_mm=x,
            y_mm=y,
            z_mm=z,
            length_mm=length,
            width_mm=width,
            height_mm=height,
            gross_g=grams,
        )
    ]
