"""The program's own icons: 20 × 20 stroke drawings, recoloured to fit the theme.

The files in ``resources/icons`` draw with ``currentColor``; the colour is put in before they are
rendered, once for each name, colour and scale.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from factory_erp.config import resources_dir
from factory_erp.ui.kit import theme

SIZE = 20
"""Edge of an icon in device-independent pixels."""

SCALES = (1, 2, 3)
"""Device pixel ratios that each icon carries a pixmap for."""


def names() -> list[str]:
    """Every icon there is, in alphabetical order."""
    return sorted(path.stem for path in (resources_dir() / "icons").glob("*.svg"))


def icon(name: str, colour: str | None = None) -> QIcon:
    """The icon *name* in *colour* (``#rrggbb``; the theme's text colour if None); empty for no name."""
    return _icon(name, colour or theme.current().text) if name else QIcon()


def pixmap(name: str, colour: str | None = None, size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """One picture of the icon, *size* device-independent pixels wide, for a painter or a label."""
    return _render(name, colour or theme.current().text, size, ratio)


@lru_cache(maxsize=512)
def _icon(name: str, colour: str) -> QIcon:
    result = QIcon()
    disabled = theme.current().text_muted
    for scale in SCALES:
        result.addPixmap(_render(name, colour, SIZE, scale))
        result.addPixmap(_render(name, disabled, SIZE, scale), QIcon.Mode.Disabled)
    return result


@lru_cache(maxsize=512)
def _render(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    source = (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
