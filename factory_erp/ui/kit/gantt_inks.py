"""Colours of the Gantt chart: the inks of bars, and which bar wears which.

Every hue has a strong shade that contrasts 3 and more with the ground of its theme (WCAG 2.2, 1.4.11):
thin bars are drawn in it, wide ones bear a stripe of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from PySide6.QtGui import QColor

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt_data import Bar
from factory_erp.ui.kit.theme import Theme, Tone

HUES = (217, 262, 32, 192, 148, 330, 84, 12, 290, 50, 170, 235)
"""Hues of bars in degrees; neighbours in the list differ well."""

GREY = -3
"""Colour of what is no longer, or not, to be thought about."""

TONES: Mapping[Tone, int] = {
    Tone.NEUTRAL: GREY,
    Tone.INFO: 0,
    Tone.ACCENT: 11,
    Tone.WARNING: 2,
    Tone.SUCCESS: 4,
    Tone.DANGER: 7,
    Tone.TEAL: 10,
}
"""Colour of a key that means something: late is never green."""

LEAST_CONTRAST = 3.5
"""With the surface; closed times are a little darker than that."""


@dataclass(frozen=True, eq=False)
class Ink:
    """Colours of one hue: ground, set-up (darker), words, and the strong shade."""

    ground: QColor
    setup: QColor
    text: QColor
    strong: QColor


@lru_cache(maxsize=4)
def inks(name: str) -> tuple[Ink, ...]:
    """Colours of bars by index in the theme called *name*; words contrast 4.5 and more on their ground."""
    look = theme.THEMES[name]
    if look.is_dark:
        return tuple(_ink(look, hue, (0.42, 0.25), (0.40, 0.17), (0.85, 0.88)) for hue in HUES)
    return tuple(_ink(look, hue, (0.78, 0.90), (0.62, 0.80), (0.80, 0.22)) for hue in HUES)


Shade = tuple[float, float]
"""Saturation and lightness, 0 to 1."""


def _ink(look: Theme, hue: int, *shades: Shade) -> Ink:
    ground, setup, text = (QColor.fromHslF(hue / 360, *shade) for shade in shades)
    return Ink(ground, setup, text, _strong(look, hue))


def _strong(look: Theme, hue: int) -> QColor:
    """The shade of *hue* next to the ground that still stands out from it."""
    steps = range(30, 80) if look.is_dark else range(62, 20, -1)
    shades = (QColor.fromHslF(hue / 360, 0.55, step / 100) for step in steps)
    return next(shade for shade in shades if theme.contrast(shade.name(), look.surface) >= LEAST_CONTRAST)


@lru_cache(maxsize=4)
def grey_ink(name: str) -> Ink:
    """Work that is done is grey: it is no longer to be thought about."""
    look = theme.THEMES[name]
    ground, text = (QColor(colour) for colour in look.pill(Tone.NEUTRAL))
    return Ink(
        ground,
        mixed(ground.name(), look.text_muted, 0.25),
        text,
        mixed(look.surface, look.text_muted, 0.8),
    )


def ink_of(colour: int, look: Theme) -> Ink:
    """The ink of a colour index in *look*."""
    return grey_ink(look.name) if colour == GREY else inks(look.name)[colour % len(HUES)]


def mixed(first: str, second: str, part: float) -> QColor:
    """*first* with *part* (0 to 1) of *second* in it, opaque: alpha would cost three times as much."""
    one, two = QColor(first), QColor(second)
    pairs = ((one.red(), two.red()), (one.green(), two.green()), (one.blue(), two.blue()))
    return QColor(*(round(a + (b - a) * part) for a, b in pairs))


@dataclass(frozen=True, slots=True)
class ColourKey:
    """What a colour stands for: a customer, a family, "late".  A ``tone`` fixes the colour."""

    key: Hashable
    label: str
    tone: Tone | None = None


class Palette:
    """Gives keys their colours, the same ones for as long as it lives and, if it can, in every run.

    A key prefers the colour of its checksum; where another has it, the one that is least used.
    """

    def __init__(self) -> None:
        self._given: dict[Hashable, int] = {}
        self._uses = [0] * len(HUES)

    def index(self, key: ColourKey) -> int:
        """The colour index of *key*."""
        if key.tone is not None:
            return TONES[key.tone]
        if key.key not in self._given:
            free = self._free(crc32(repr(key.key).encode()) % len(HUES))
            self._given[key.key] = free
            self._uses[free] += 1
        return self._given[key.key]

    def _free(self, wish: int) -> int:
        return min(((wish + step) % len(HUES) for step in range(len(HUES))), key=self._uses.__getitem__)


class Colouring:
    """Which bar wears which colour, and what the colours stand for.

    Without keys a bar wears its ``colour_index``.  Two colourings are the same only if they are one object,
    so that comparing them costs nothing.
    """

    def __init__(
        self, keys: Mapping[Hashable, ColourKey] | None = None, palette: Palette | None = None
    ) -> None:
        self.keys = keys or {}
        palette = palette or Palette()
        colours = {
            key: palette.index(key) for key in sorted(set(self.keys.values()), key=lambda key: key.label)
        }
        self.indices = colours
        self._by_bar = {bar: colours[key] for bar, key in self.keys.items()}

    def of(self, bar: Bar) -> int:
        """Colour index of *bar*: grey once it is done."""
        if bar.done:
            return GREY
        return self._by_bar.get(bar.id, GREY) if self._by_bar else bar.colour_index % len(HUES)
