"""The look: colour tokens, the palette and style sheet made from them, and the fonts.

Every colour in the program is a token of ``Theme`` or one of its pill pairs; light and dark are two
values of the same type.  Colours are ``#rrggbb`` strings: ready for a style sheet, and ``QColor(token)``
for a painter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Template
from types import MappingProxyType

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from factory_erp.config import resources_dir

FAMILIES = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei UI",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "Segoe UI",
    "Helvetica Neue",
    "Noto Sans",
)
"""CJK families first: they hold Latin letters too, so a line of mixed text sits on one baseline."""

FONT_PIXELS = 14
"""Size of body text in device-independent pixels."""

CELL_PADDING = 8
"""Horizontal padding of a table cell and of its header, px: equal, so that columns line up."""


class Tone(StrEnum):
    """What a colour says; never said by the colour alone, there is always a word beside it."""

    NEUTRAL = "neutral"
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"
    ACCENT = "accent"
    TEAL = "teal"


@dataclass(frozen=True)
class Theme:
    """The colours of one look, ``#rrggbb`` each; ``pills`` maps a tone to (background, foreground)."""

    name: str
    window: str
    surface: str
    surface_alt: str
    border: str
    track: str
    text: str
    text_muted: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    success: str
    warning: str
    danger: str
    info: str
    pills: Mapping[Tone, tuple[str, str]]

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return self.name == "dark"

    def pill(self, tone: Tone | str) -> tuple[str, str]:
        """(background, foreground) of a pill in *tone*; contrast at least 4.5 (WCAG 2.2, 1.4.3)."""
        return self.pills[Tone(tone)]

    def solid(self, tone: Tone | str) -> str:
        """The strong colour of *tone*, for bars, dots and rules."""
        return {
            Tone.NEUTRAL: self.text_muted,
            Tone.INFO: self.info,
            Tone.SUCCESS: self.success,
            Tone.WARNING: self.warning,
            Tone.DANGER: self.danger,
            Tone.ACCENT: self.accent,
            Tone.TEAL: self.pills[Tone.TEAL][1],
        }[Tone(tone)]


LIGHT = Theme(
    name="light",
    window="#f4f6f8",
    surface="#ffffff",
    surface_alt="#f9fafb",
    border="#e1e5ea",
    track="#e3e6eb",
    text="#111827",
    text_muted="#5b6472",
    accent="#2360d8",
    accent_hover="#1b4fb8",
    accent_soft="#e3ecfd",
    on_accent="#ffffff",
    success="#15803d",
    warning="#b45309",
    danger="#c81e1e",
    info="#1d4ed8",
    pills=MappingProxyType(
        {
            Tone.NEUTRAL: ("#e9ecf0", "#465060"),
            Tone.INFO: ("#dfeafe", "#1d4ed8"),
            Tone.SUCCESS: ("#dcf5e3", "#146c34"),
            Tone.WARNING: ("#fdecd7", "#9a4708"),
            Tone.DANGER: ("#fde3e3", "#b01a1a"),
            Tone.ACCENT: ("#e3ecfd", "#2058c8"),
            Tone.TEAL: ("#d5f5ef", "#0b6a60"),
        }
    ),
)

DARK = Theme(
    name="dark",
    window="#14171c",
    surface="#1b1e25",
    surface_alt="#20242c",
    border="#2e333d",
    track="#30343d",
    text="#edf0f4",
    text_muted="#9ba4b2",
    accent="#6a9dff",
    accent_hover="#8ab2ff",
    accent_soft="#24344f",
    on_accent="#0e1116",
    success="#4ade80",
    warning="#fbab4b",
    danger="#f87171",
    info="#7fb0ff",
    pills=MappingProxyType(
        {
            Tone.NEUTRAL: ("#2c313a", "#b9c1cd"),
            Tone.INFO: ("#20345a", "#93bbff"),
            Tone.SUCCESS: ("#14351f", "#5bd98a"),
            Tone.WARNING: ("#43290c", "#fdb45c"),
            Tone.DANGER: ("#4a1a1d", "#ff9a9a"),
            Tone.ACCENT: ("#24344f", "#8fb6ff"),
            Tone.TEAL: ("#0f3a37", "#54d6c4"),
        }
    ),
)

THEMES: Mapping[str, Theme] = MappingProxyType({LIGHT.name: LIGHT, DARK.name: DARK})

_current = LIGHT


def current() -> Theme:
    """The theme that the window wears now; painters ask for it at each paint."""
    return _current


def apply(app: QApplication, theme: Theme) -> None:
    """Dress *app*: Fusion, palette, style sheet and font.  May be called again to switch live."""
    global _current
    _current = theme
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(palette(theme))
    app.setFont(app_font())
    app.setStyleSheet(style_sheet(theme))


def app_font() -> QFont:
    """Body text: CJK families first, figures of one width so that columns of numbers align."""
    _load_fonts_if_needed()
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(FONT_PIXELS)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def scaled_font(pixels: int, *, bold: bool = False) -> QFont:
    """The body font at another size, in px."""
    font = QFont(QApplication.font())
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font


def _load_fonts_if_needed() -> None:
    """Load the shipped Noto Sans SC only where the system has no Chinese font: 10 MB a face."""
    if QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
        return
    for path in sorted((resources_dir() / "fonts").glob("NotoSansSC*.ttf")):
        QFontDatabase.addApplicationFont(str(path))


def palette(theme: Theme) -> QPalette:
    """The Qt palette of *theme*, the disabled group included."""
    result = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.Base: theme.surface,
        QPalette.ColorRole.AlternateBase: theme.surface_alt,
        QPalette.ColorRole.Button: theme.surface,
        QPalette.ColorRole.ToolTipBase: theme.surface,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.text_muted,
        QPalette.ColorRole.Highlight: theme.accent_soft,
        QPalette.ColorRole.HighlightedText: theme.text,
        QPalette.ColorRole.Accent: theme.accent,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.LinkVisited: theme.accent,
        QPalette.ColorRole.Light: theme.surface,
        QPalette.ColorRole.Midlight: theme.surface_alt,
        QPalette.ColorRole.Mid: theme.border,
        QPalette.ColorRole.Dark: theme.border,
        QPalette.ColorRole.Shadow: theme.track,
        QPalette.ColorRole.BrightText: theme.danger,
    }
    for role, colour in roles.items():
        result.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.text_muted))
    return result


_QSS = Template("""
QToolTip { color: $text; background: $surface; border: 1px solid $border; padding: 4px 6px; }
QMainWindow::separator { width: 0; height: 0; }
QMenuBar { background: $surface; border-bottom: 1px solid $border; padding: 2px 6px; }
QMenuBar::item { padding: 4px 10px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: $accent_soft; }
QMenu { background: $surface; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 5px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $text_muted; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }
QStatusBar { background: $surface; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QFrame[card="true"] { background: $surface; border: 1px solid $border; border-radius: 7px; }
QLabel[muted="true"] { color: $text_muted; }
QLabel[problem="true"] { color: $danger; }
QPushButton { background: $surface; border: 1px solid $border; border-radius: 6px; padding: 6px 14px;
    min-height: 19px; }
QPushButton:hover { background: $surface_alt; border-color: $text_muted; }
QPushButton:focus { border-color: $accent; }
QPushButton:pressed { background: $accent_soft; }
QPushButton:disabled { color: $text_muted; background: $window; }
QPushButton[primary="true"] { background: $accent; color: $on_accent; border-color: $accent;
    font-weight: bold; }
QPushButton[primary="true"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[primary="true"]:focus { border-color: $text; }
QPushButton[primary="true"]:disabled { background: $track; color: $text_muted; border-color: $track; }
QPushButton[chip="true"] { border-radius: 14px; padding: 3px 12px; min-height: 20px; }
QPushButton[chip="true"]:checked { background: $accent_soft; color: $accent; border-color: $accent; }
QPushButton[nav="true"] { background: transparent; border: 1px solid transparent; padding: 7px 10px;
    text-align: left; }
QPushButton[nav="true"]:hover { background: $surface_alt; }
QPushButton[nav="true"]:focus { border-color: $accent; }
QPushButton[nav="true"]:checked { background: $accent_soft; color: $accent; font-weight: bold; }
QPushButton[link="true"] { background: transparent; border: 1px solid transparent; padding: 5px 6px;
    text-align: left; }
QPushButton[link="true"]:hover { background: $accent_soft; }
QPushButton[link="true"]:focus { border-color: $accent; }
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox { background: $surface; color: $text;
    border: 1px solid $border; border-radius: 6px; padding: 5px 8px; selection-background-color: $accent;
    selection-color: $on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus,
    QComboBox:focus { border-color: $accent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QAbstractSpinBox:disabled,
    QComboBox:disabled { background: $window; color: $text_muted; }
QLineEdit[problem="true"], QComboBox[problem="true"], QAbstractSpinBox[problem="true"],
    QPlainTextEdit[problem="true"] { border-color: $danger; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$arrow"); width: 13px; height: 13px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $border; outline: none; padding: 4px; }
QCheckBox::indicator, QTreeView::indicator, QRadioButton::indicator { width: 14px; height: 14px;
    background: $surface; border: 1px solid $text_muted; border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover,
    QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked, QTreeView::indicator:checked { background: $accent;
    border-color: $accent; image: url("$tick"); }
QRadioButton::indicator:checked { width: 6px; height: 6px; background: $on_accent;
    border: 5px solid $accent; }
QCheckBox::indicator:disabled, QTreeView::indicator:disabled, QRadioButton::indicator:disabled {
    background: $window; border-color: $border; }
QCheckBox::indicator:checked:disabled, QTreeView::indicator:checked:disabled {
    background: $text_muted; border-color: $text_muted; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $text_muted; border: none;
    border-bottom: 1px solid $border; padding: 8px ${cell}px; }
QTableCornerButton::section { background: $surface; border: none; }
QAbstractItemView { outline: none; }
QSplitter::handle { background: transparent; }
QScrollArea { background: transparent; border: none; }
QTabBar::tab { padding: 7px 14px; color: $text_muted; border-bottom: 2px solid transparent;
    background: transparent; }
QTabBar::tab:selected { color: $accent; border-bottom-color: $accent; }
QTabWidget::pane { border: none; }
QProgressBar { background: $track; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $track; border-radius: 5px; min-width: 32px; min-height: 32px; }
QScrollBar::handle:hover { background: $text_muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


def style_sheet(theme: Theme) -> str:
    """The style sheet of *theme*: only what a palette cannot say."""
    tokens = {name: value for name, value in vars(theme).items() if isinstance(value, str)}
    # A style sheet takes a picture only from a file: the arrow's grey serves both themes, a tick would not.
    icons = resources_dir() / "icons"
    arrow, tick = icons / "combo-arrow.svg", icons / f"checkbox-tick-{theme.name}.svg"
    return _QSS.substitute(tokens, cell=CELL_PADDING, arrow=arrow.as_posix(), tick=tick.as_posix())


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
