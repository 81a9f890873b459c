"""The picture of a loaded container: whatever is nearer is painted later, and nothing seen is left out."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.documents.details.labels import BoxPlaced, ContainerLoaded
from factory_erp.documents.isometric import blocks, centre, faces, size, step_places
from tests.documents.samples_cartons import container


def room(boxes: tuple[BoxPlaced, ...] = (), length: int = 1000) -> ContainerLoaded:
    return ContainerLoaded(1, "20GP", "", length, 600, 600, 1_000_000, 0, 0, boxes, ())


def box(x: int, y: int, z: int, step: int = 1, side: int = 100) -> BoxPlaced:
    return BoxPlaced(f"{x},{y},{z}", "A", x, y, z, side, side, side, step)


def stacked(seed: int, count: int) -> tuple[BoxPlaced, ...]:
    """Boxes cut from a cuboid by random planes: they fill it without overlap, in any order."""
    rng = random.Random(seed)
    pieces = [(0, 0, 0, 1000, 600, 600)]
    while len(pieces) < count:
        x, y, z, long, wide, high = pieces.pop(rng.randrange(len(pieces)))
        axis = rng.randrange(3)
        cut = (long, wide, high)[axis] * rng.randint(2, 8) // 10
        if not cut:
            pieces.append((x, y, z, long, wide, high))
            break
        first, second = [x, y, z, long, wide, high], [x, y, z, long, wide, high]
        first[3 + axis] = cut
        second[axis] += cut
        second[3 + axis] -= cut
        pieces += [tuple(first), tuple(second)]  # type: ignore[list-item]
    rng.shuffle(pieces)
    return tuple(BoxPlaced(str(i), "A", *piece, i + 1) for i, piece in enumerate(pieces))


@given(st.integers(0, 10_000), st.integers(2, 40))
@settings(max_examples=60, deadline=None)
def test_a_box_that_hides_another_is_painted_after_it(seed: int, count: int):
    boxes = stacked(seed, count)
    painted = [face.box for face in faces(room(boxes), boxes) if face.box >= 0]
    place = {row: index for index, row in enumerate(dict.fromkeys(painted))}
    for near, first in place.items():
        for far, second in place.items():
            a, b = boxes[near], boxes[far]
            if near != far and (
                a.x_mm >= b.x_mm + b.length_mm and a.y_mm + a.width_mm > b.y_mm >= a.y_mm
                and a.z_mm <= b.z_mm < a.z_mm + a.height_mm
            ):  # fmt: skip
                assert first > second


def test_three_faces_of_a_lone_box_are_seen_between_the_walls_and_the_front_edges():
    boxes = (box(200, 200, 0),)
    drawn = faces(room(boxes), boxes)
    assert [face.kind for face in drawn[:3]] == ["floor", "wall", "wall"]
    assert sorted(face.kind for face in drawn if face.box == 0) == ["door", "side", "top"]
    assert {face.kind for face in drawn[-9:]} == {"edge"}


def test_faces_that_touch_another_box_are_left_out_and_boxes_inside_are_not_drawn():
    boxes = tuple(box(x, y, z) for x in (0, 100, 200) for y in (0, 100, 200) for z in (0, 100, 200))
    drawn = [face for face in faces(room(boxes), boxes) if face.box >= 0]
    assert len(drawn) == 3 * 9
    assert 13 not in {face.box for face in drawn}


def test_the_picture_lies_within_its_size_and_the_door_is_at_the_right_in_front():
    loaded = container()
    wide, high = size(loaded)
    drawn = faces(loaded, loaded.boxes)
    for face in drawn:
        for x, y in face.points:
            assert -0.01 <= x <= wide + 0.01
            assert -0.01 <= y <= high + 0.01
    front_left, door_left, *_others = drawn[0].points
    assert door_left[0] > front_left[0]
    assert door_left[1] > front_left[1]


def test_the_number_of_a_step_stands_where_its_cartons_are_seen():
    loaded = container()
    places = step_places(faces(loaded, loaded.boxes))
    assert sorted(places) == [step.step for step in loaded.steps]
    assert all(one[0] < other[0] for one, other in pairwise(places[step] for step in sorted(places)))


def test_a_step_that_is_hidden_has_no_number():
    boxes = (box(0, 300, 0, 1), box(100, 300, 0, 2), box(0, 200, 0, 3), box(0, 300, 100, 4))
    drawn = faces(room(boxes), boxes)
    assert 1 not in step_places(drawn)
    assert {2, 3, 4} <= set(step_places(drawn))


def test_the_cartons_of_a_step_become_one_block_where_they_fill_a_cuboid():
    full = tuple(box(x, y, 0, 1) for x in (0, 100) for y in (0, 100))
    (block,) = blocks(full)
    assert (block.length_mm, block.width_mm, block.height_mm) == (200, 200, 100)
    assert blocks(full[:3]) == list(full[:3])


@pytest.mark.parametrize("boxes", [(), (box(0, 0, 0),)])
def test_the_middle_of_a_face_is_the_mean_of_its_corners(boxes: tuple[BoxPlaced, ...]):
    floor = faces(room(boxes), boxes)[0]
    x, y = centre(floor)
    assert min(px for px, _py in floor.points) < x < max(px for px, _py in floor.points)
    assert min(py for _px, py in floor.points) < y < max(py for _px, py in floor.points)
