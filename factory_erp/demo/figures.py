"""The demo's cups and lamps as drawings: each stands on (x, floor) and is *tall* pixels high."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from factory_erp.demo.drawing import (
    FLAT,
    METAL,
    ROUND,
    STEEL,
    Board,
    Colour,
    box,
    curve,
    lit,
    mixed,
    oval,
    rounded,
    stroke,
    taper,
    turned,
)

PAINTS: Mapping[str, Colour] = {
    "BK": (46, 48, 52),
    "WH": (240, 238, 232),
    "NV": (37, 56, 96),
    "GN": (140, 162, 139),
    "PK": (238, 180, 190),
    "YE": (246, 214, 92),
}
"""Colour code → what its powder looks like."""

SMOKE: Colour = (58, 61, 66)
GLASS: Colour = (176, 190, 200)
SILICONE: Colour = (226, 229, 232)
TOUCH: Colour = (86, 170, 226)
LIGHT: Colour = (255, 246, 214)

Figure = Callable[[Board, float, float, float, Colour], float]
"""Draws one on a board at x, floor, tall, in a colour; answers how wide it is."""


def _mark(board: Board, x: float, y: float, size: float, colour: Colour) -> None:
    """The laser mark of the factory, light on dark and dark on light."""
    light = sum(colour) > 400
    board.text(x, y, "LANBEI", max(round(size), 12), lit(colour, -0.45 if light else 0.55))


def tumbler(board: Board, x: float, floor: float, tall: float, colour: Colour) -> float:
    """A tapered vacuum tumbler with a steel rim and a slide lid."""
    wide, top = tall * 0.47, floor - tall
    board.shadow(x + tall * 0.03, floor, wide * 0.42, tall * 0.035)
    lid = tall * 0.075
    board.shape(taper(x, top, top + lid, wide * 0.88, wide * 0.98, lid * 0.5, 2), GLASS, ROUND, 0.92)
    board.shape(box(x - wide * 0.1, top - tall * 0.018, x + wide * 0.2, top + 3, tall * 0.01), SMOKE, ROUND)
    board.shape(taper(x, top + lid - 2, top + lid * 1.5, wide, wide * 0.99, 4, 0), STEEL, METAL)
    foot = floor - tall * 0.035
    board.shape(taper(x, foot - 3, floor, wide * 0.665, wide * 0.63, 0, tall * 0.02), STEEL, METAL)
    board.shape(taper(x, top + lid * 1.45, foot, wide * 0.985, wide * 0.68, 3, tall * 0.02), colour, ROUND)
    _mark(board, x, top + tall * 0.46, tall * 0.055, colour)
    return wide


def flask(board: Board, x: float, floor: float, tall: float, colour: Colour) -> float:
    """A vacuum flask: cylinder, round shoulder, steel neck, screw lid."""
    wide, top = tall * 0.3, floor - tall
    board.shadow(x + tall * 0.02, floor, wide * 0.6, tall * 0.03)
    lid, neck = tall * 0.16, tall * 0.025
    cap = box(x - wide * 0.36, top, x + wide * 0.36, top + lid, tall * 0.025)
    board.shape(cap, lit(colour, -0.12), ROUND)
    for groove in range(1, 4):
        y = top + lid * (0.28 + groove * 0.16)
        board.shape(box(x - wide * 0.36, y, x + wide * 0.36, y + 2), lit(colour, -0.4), (), 0.35)
    board.shape(box(x - wide * 0.33, top + lid - 1, x + wide * 0.33, top + lid + neck), STEEL, METAL)
    shoulder = top + lid + neck
    left, right = x - wide / 2, x + wide / 2
    down = tall * 0.11
    outline = [
        *curve((x + wide * 0.34, shoulder), (x + wide * 0.45, shoulder), (right, shoulder + down * 0.4),
               (right, shoulder + down)),
        *rounded([(right, floor - tall * 0.1), (right, floor), (left, floor), (left, floor - tall * 0.1)],
                 (0, tall * 0.03, tall * 0.03, 0)),
        *curve((left, shoulder + down), (left, shoulder + down * 0.4), (x - wide * 0.45, shoulder),
               (x - wide * 0.34, shoulder)),
    ]  # fmt: skip
    board.shape(outline, colour, ROUND)
    board.shape(box(left + 4, floor - tall * 0.045, right - 4, floor - tall * 0.035), STEEL, METAL)
    _mark(board, x, shoulder + tall * 0.34, tall * 0.042, colour)
    return wide


def bottle(board: Board, x: float, floor: float, tall: float, colour: Colour) -> float:
    """A kids' bottle with a straw lid and a loop to carry it by."""
    wide, top = tall * 0.42, floor - tall
    board.shadow(x + tall * 0.02, floor, wide * 0.55, tall * 0.035)
    loop = curve((x - wide * 0.3, top + tall * 0.17), (x - wide * 0.62, top + tall * 0.02),
                 (x - wide * 0.1, top - tall * 0.06), (x + wide * 0.02, top + tall * 0.07))  # fmt: skip
    board.shapes(stroke(loop, tall * 0.03), lit(colour, -0.22))
    straw = curve((x + wide * 0.08, top + tall * 0.12), (x + wide * 0.08, top + tall * 0.04),
                  (x + wide * 0.12, top + tall * 0.02), (x + wide * 0.3, top + tall * 0.01))  # fmt: skip
    board.shapes(stroke(straw, tall * 0.042), SILICONE)
    lid = top + tall * 0.2
    cap = taper(x, top + tall * 0.09, lid, wide * 0.62, wide * 0.84, tall * 0.04, 4)
    board.shape(cap, lit(colour, -0.18), ROUND)
    board.shape(box(x - wide * 0.42, lid - 1, x + wide * 0.42, lid + tall * 0.022), STEEL, METAL)
    body = taper(x, lid + tall * 0.02, floor, wide * 0.94, wide * 0.94, tall * 0.09, tall * 0.05)
    board.shape(body, colour, ROUND)
    eye = lit(colour, -0.5)
    face = lid + tall * 0.4
    for side in (-1, 1):
        board.shape(oval(x + side * wide * 0.15, face, wide * 0.035, wide * 0.042), eye)
    smile = curve((x - wide * 0.09, face + tall * 0.05), (x - wide * 0.04, face + tall * 0.085),
                  (x + wide * 0.04, face + tall * 0.085), (x + wide * 0.09, face + tall * 0.05))  # fmt: skip
    board.shapes(stroke(smile, tall * 0.012), eye)
    return wide


def mug(board: Board, x: float, floor: float, tall: float, colour: Colour) -> float:
    """A coffee mug with a handle and a press-in lid."""
    wide, top = tall * 0.82, floor - tall
    x -= wide * 0.14
    board.shadow(x + tall * 0.05, floor, wide * 0.5, tall * 0.05)
    right = x + wide * 0.46
    handle = curve((right - 8, top + tall * 0.3), (right + tall * 0.36, top + tall * 0.24),
                   (right + tall * 0.3, top + tall * 0.86), (right - 16, top + tall * 0.8), 40)  # fmt: skip
    board.shapes(stroke(handle, tall * 0.085), lit(colour, -0.14))
    board.shapes(stroke(handle, tall * 0.035), lit(colour, 0.12))
    board.shape(taper(x, top, top + tall * 0.09, wide * 0.9, wide * 0.98, tall * 0.04, 2), SMOKE, ROUND)
    board.shape(box(x - wide * 0.12, top - tall * 0.02, x + wide * 0.14, top + 4, tall * 0.012), SMOKE, ROUND)
    board.shape(taper(x, top + tall * 0.08, top + tall * 0.13, wide, wide, 3, 0), STEEL, METAL)
    board.shape(taper(x, top + tall * 0.125, floor, wide * 0.985, wide * 0.84, 2, tall * 0.09), colour, ROUND)
    _mark(board, x, top + tall * 0.56, tall * 0.085, colour)
    return wide * 1.3


def jar(board: Board, x: float, floor: float, tall: float, colour: Colour) -> float:
    """A food jar: wide, with a wide lid and a folding spoon in it."""
    wide, top = tall * 0.66, floor - tall
    board.shadow(x + tall * 0.03, floor, wide * 0.52, tall * 0.045)
    lid = top + tall * 0.24
    board.shape(box(x - wide * 0.4, top, x + wide * 0.4, lid, tall * 0.05), SMOKE, ROUND)
    board.shape(box(x - wide * 0.26, top + tall * 0.07, x + wide * 0.26, top + tall * 0.1, tall * 0.012),
                STEEL, METAL)  # fmt: skip
    board.shape(box(x - wide * 0.43, lid - 1, x + wide * 0.43, lid + tall * 0.03), STEEL, METAL)
    body = taper(x, lid + tall * 0.025, floor, wide, wide * 0.94, tall * 0.08, tall * 0.06)
    board.shape(body, colour, ROUND)
    _mark(board, x, lid + tall * 0.4, tall * 0.06, colour)
    return wide


def desk_lamp(board: Board, x: float, floor: float, tall: float, colour: Colour) -> float:
    """A touch lamp: round foot, bent arm, long head."""
    wide, top = tall * 0.72, floor - tall
    pole, head = x - wide * 0.32, (x + wide * 0.4, top + tall * 0.09)
    _beam(board, (x - wide * 0.02, head[0] + wide * 0.06), head[1] + tall * 0.03, floor)
    board.shadow(pole + tall * 0.06, floor, wide * 0.34, tall * 0.03)
    board.shape(oval(pole + tall * 0.04, floor - tall * 0.02, wide * 0.32, tall * 0.03), lit(colour, -0.3))
    board.shape(oval(pole + tall * 0.04, floor - tall * 0.035, wide * 0.32, tall * 0.03), colour, FLAT)
    board.shape(oval(pole + wide * 0.22, floor - tall * 0.036, wide * 0.035, tall * 0.008), TOUCH)
    bend = curve((pole, top + tall * 0.3), (pole, top + tall * 0.06), (pole + wide * 0.08, top + tall * 0.06),
                 (x, head[1] - tall * 0.015))  # fmt: skip
    arm = [(pole, floor - tall * 0.04), *bend]
    board.shapes(stroke(arm, tall * 0.032), mixed(colour, STEEL, 0.25))
    board.shapes(stroke([(pole - 3, floor - tall * 0.05), (pole - 3, top + tall * 0.3)], tall * 0.008),
                 lit(colour, 0.35))  # fmt: skip
    end, y = head
    bar = box(x - wide * 0.06, y - tall * 0.035, end + wide * 0.1, y + tall * 0.025, tall * 0.03)
    board.shape(bar, colour, FLAT)
    board.shape(box(x, y + tall * 0.02, end + wide * 0.07, y + tall * 0.034, 5), LIGHT)
    return wide


def folding_lamp(board: Board, x: float, floor: float, tall: float, colour: Colour) -> float:
    """A study lamp whose head folds down onto its foot."""
    wide, top = tall * 0.7, floor - tall
    foot = box(x - wide * 0.48, floor - tall * 0.055, x + wide * 0.22, floor, tall * 0.025)
    joint = (x - wide * 0.36, floor - tall * 0.06)
    elbow = (x - wide * 0.2, top + tall * 0.1)
    _beam(board, (x - wide * 0.08, x + wide * 0.46), top + tall * 0.14, floor)
    board.shadow(x - wide * 0.1, floor, wide * 0.42, tall * 0.028)
    board.shape(foot, colour, FLAT)
    board.shape(box(x - wide * 0.05, floor - tall * 0.05, x + wide * 0.16, floor - tall * 0.042, 3), TOUCH)
    board.shapes(stroke([joint, elbow], tall * 0.06), lit(colour, -0.08))
    board.shapes(stroke([(joint[0] - 5, joint[1]), (elbow[0] - 5, elbow[1])], tall * 0.012), lit(colour, 0.3))
    left, y = elbow
    head = box(left - wide * 0.04, y - tall * 0.03, x + wide * 0.5, y + tall * 0.02, tall * 0.022)
    board.shape(turned(head, elbow, 5), colour, FLAT)
    light = box(left + wide * 0.08, y + tall * 0.016, x + wide * 0.47, y + tall * 0.03, 4)
    board.shape(turned(light, elbow, 5), LIGHT)
    for joint_at in (joint, elbow):
        board.shape(oval(*joint_at, tall * 0.034, tall * 0.034), STEEL, METAL)
    return wide


def clip_lamp(board: Board, x: float, floor: float, tall: float, colour: Colour) -> float:
    """A reading lamp on a bent neck that clips to a shelf."""
    wide, top = tall * 0.66, floor - tall
    shelf = floor - tall * 0.14
    neck = curve((x - wide * 0.3, shelf - tall * 0.06), (x - wide * 0.52, top + tall * 0.2),
                 (x - wide * 0.1, top - tall * 0.02), (x + wide * 0.14, top + tall * 0.12), 40)  # fmt: skip
    _beam(board, (x + wide * 0.04, x + wide * 0.36), top + tall * 0.27, shelf)
    board.shape(box(x - wide * 0.62, shelf, x + wide * 0.66, shelf + tall * 0.045, 6), (206, 176, 140), FLAT)
    board.shapes(stroke(neck, tall * 0.026), mixed(SMOKE, STEEL, 0.3))
    left, right = x - wide * 0.4, x - wide * 0.16
    clip = [(left, shelf - tall * 0.08), (right, shelf - tall * 0.08), (right, shelf + tall * 0.12),
            (left + wide * 0.06, shelf + tall * 0.12)]  # fmt: skip
    board.shape(rounded(clip, (12, 12, 16, 16)), colour, FLAT)
    board.shape(box(x - wide * 0.36, shelf + tall * 0.005, x - wide * 0.2, shelf + tall * 0.04, 5),
                lit(colour, -0.35))  # fmt: skip
    around = (x + wide * 0.16, top + tall * 0.13)
    head = taper(around[0], top + tall * 0.08, top + tall * 0.26, wide * 0.2, wide * 0.42, 16, 10)
    board.shape(turned(head, around, -18), colour, ROUND)
    lens = box(around[0] - wide * 0.19, top + tall * 0.25, around[0] + wide * 0.19, top + tall * 0.272, 6)
    board.shape(turned(lens, around, -18), LIGHT)
    return wide


def _beam(board: Board, ends: tuple[float, float], top: float, floor: float) -> None:
    """The light below a lamp's head, from one end of it to the other."""
    left, right = ends
    spread = (floor - top) * 0.22
    cone = [(left, top), (right, top), (right + spread, floor), (left - spread, floor)]
    board.glow(cone, (255, 238, 176), 0.75)


FIGURES: Mapping[str, tuple[Figure, float]] = {
    "TB": (tumbler, 0.47),
    "VF": (flask, 0.3),
    "KB": (bottle, 0.42),
    "CM": (mug, 1.07),
    "FJ": (jar, 0.66),
    "DLA": (desk_lamp, 0.95),
    "DLB": (folding_lamp, 0.86),
    "DLC": (clip_lamp, 0.9),
}
"""Product → its figure, and how wide that is for its height."""
