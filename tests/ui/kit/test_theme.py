from __future__ import annotations

import pytest
from PySide6.QtGui import QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.theme import DARK, LIGHT, Theme, Tone, contrast

both = pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda value: value.name)


def test_contrast_of_black_on_white_is_the_greatest() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@both
@pytest.mark.parametrize("tone", list(Tone))
def test_every_pill_can_be_read(look: Theme, tone: Tone) -> None:
    background, foreground = look.pill(tone)
    assert contrast(background, foreground) >= 4.5


@both
@pytest.mark.parametrize("ground", ["window", "surface", "surface_alt", "accent_soft"])
@pytest.mark.parametrize("ink", ["text", "text_muted"])
def test_text_can_be_read_on_every_ground(look: Theme, ground: str, ink: str) -> None:
    assert contrast(getattr(look, ground), getattr(look, ink)) >= 4.5


@both
def test_accent_can_carry_text_and_be_text(look: Theme) -> None:
    assert contrast(look.accent, look.on_accent) >= 4.5
    assert contrast(look.accent_hover, look.on_accent) >= 4.5
    assert contrast(look.accent, look.accent_soft) >= 4.5
    assert contrast(look.danger, look.surface) >= 4.5


def test_switching_changes_palette_and_sheet(qapp: QApplication) -> None:
    theme.apply(qapp, DARK)
    try:
        assert theme.current() is DARK
        assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
        assert DARK.surface in qapp.styleSheet()
        assert "$" not in qapp.styleSheet()
    finally:
        theme.apply(qapp, LIGHT)


@both
def test_a_checked_box_has_a_tick_in_the_colour_that_stands_out(qapp: QApplication, look: Theme) -> None:
    theme.apply(qapp, look)
    try:
        box = QCheckBox()
        shots = []
        for checked in (False, True):
            box.setChecked(checked)
            image = box.grab().toImage()
            shots.append({image.pixelColor(x, y).name() for x in range(3, 13) for y in range(image.height())})
        assert shots[1] >= {look.accent, look.on_accent}
        assert look.accent not in shots[0]
    finally:
        theme.apply(qapp, LIGHT)


def test_a_chinese_font_is_at_hand(qapp: QApplication) -> None:
    assert QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    assert qapp.font().families()[0] == "Noto Sans SC"
