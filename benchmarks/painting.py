"""Painting a widget as the screen would see it, without a screen."""

from __future__ import annotations

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

_images: dict[tuple[int, int], QImage] = {}


def frame(widget: QWidget) -> None:
    """One whole frame of the widget into memory."""
    size = (widget.width(), widget.height())
    image = _images.setdefault(size, QImage(*size, QImage.Format.Format_RGB32))
    widget.render(image)
