"""A loaded container in three dimensions, as far as it is loaded after some step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from factory_erp.documents.details.labels import BoxPlaced, ContainerLoaded
from factory_erp.documents.isometric import Face, Point, blocks, faces, size, step_places
from factory_erp.i18n import _, ngettext
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.theme import Theme

MARGIN = 6
"""Around the picture, px."""

APART = 19
"""Between the centres of two numbers, along both axes together, px."""

_SHADES = {"top": 100, "side": 112, "door": 126}
"""Kind of side → how much darker than the order's colour, percent (``QColor.darker``)."""

_LIGHT = ("#99c7e8", "#fac985", "#abd9a3", "#eda8ad", "#ccbae6", "#ded199", "#9ed6d1")
_DARK = ("#3f7ea8", "#a8742a", "#4f8a45", "#a05159", "#7562a0", "#8a7b3a", "#3f8a84")
"""Colours of the orders, one after the other, on a light and on a dark ground."""


class IsometricView(QWidget):
    """A container with the cartons that stand in it after a step; those of the step itself are told apart.

    Each order has its colour; the steps in sight have their numbers, as far as these find room.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._container: ContainerLoaded | None = None
        self._orders: tuple[str, ...] = ()
        self._step = 0
        self._faces: Sequence[Face] = ()
        self._places: dict[int, Point] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 110)
        self._name()

    def show_container(self, container: ContainerLoaded | None, orders: Iterable[str] = ()) -> None:
        """Show another container, wholly loaded; *orders*, those of all containers, have the same colours."""
        self._container = container
        named = [*orders, *(box.order for box in container.boxes)] if container else []
        self._orders = tuple(dict.fromkeys(named))
        self.show_step(self.last_step())

    def show_step(self, step: int) -> None:
        """Show what stands in the container after *step* (from 1; 0: nothing)."""
        self._step = step
        container = self._container
        if container is None:
            self._faces, self._places = (), {}
        else:
            # Cartons of a step that fill a cuboid are drawn as one: hundreds of them make one picture.
            shown = blocks([box for box in container.boxes if box.step <= step])
            self._faces = faces(container, shown)
            self._places = step_places(self._faces)
        self._name()
        self.update()

    def container(self) -> ContainerLoaded | None:
        """The container that is shown."""
        return self._container

    def step(self) -> int:
        """The step up to which it is shown."""
        return self._step

    def last_step(self) -> int:
        """Number of the last step, 0 where there is none."""
        return max((box.step for box in self._container.boxes), default=0) if self._container else 0

    def orders(self) -> list[tuple[str, str]]:
        """Each order with its colour, for a legend."""
        return [(order, self._colour(theme.current(), order).name()) for order in self._orders]

    def boxes_shown(self) -> list[BoxPlaced]:
        """The cartons that stand in the container after the step."""
        return [box for box in self._container.boxes if box.step <= self._step] if self._container else []

    def sizeHint(self) -> QSize:
        """A 40-foot container with room around it."""
        return QSize(420, 190)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the faces from far to near, then the numbers of the steps."""
        if self._container is None:
            return
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._placing(self._container)
        for face in self._faces:
            self._paint(painter, look, face, place)
        for step, centre in self._numbers(place):
            self._paint_number(painter, look, step, centre)

    def _numbers(self, place: QTransform) -> list[tuple[int, QPointF]]:
        """The steps whose numbers find room, with the centres of these: the step shown, then earlier ones."""
        found: list[tuple[int, QPointF]] = []
        for step in sorted(self._places, key=lambda step: (step != self._step, step)):
            centre = place.map(QPointF(*self._places[step]))
            if all((centre - there).manhattanLength() >= APART for _step, there in found):
                found.append((step, centre))
        return found

    def _placing(self, container: ContainerLoaded) -> QTransform:
        """Millimetres of the picture → px: as large as there is room, in the middle."""
        width, height = size(container)
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        scale = max(min(room.width() / width, room.height() / height), 0.001)
        left = room.left() + (room.width() - width * scale) / 2
        top = room.top() + (room.height() - height * scale) / 2
        return QTransform.fromTranslate(left, top).scale(scale, scale)

    def _paint(self, painter: QPainter, look: Theme, face: Face, place: QTransform) -> None:
        points = QPolygonF([place.map(QPointF(*point)) for point in face.points])
        if face.kind == "edge":
            painter.setPen(QPen(QColor(look.text_muted), 1))
            painter.drawPolyline(points)
            return
        if face.kind in ("floor", "wall"):
            painter.setPen(QPen(QColor(look.border), 1))
            painter.setBrush(QColor(look.track if face.kind == "floor" else look.surface_alt))
        else:
            painter.setPen(QPen(QColor(look.text), 1.6 if face.step == self._step else 0.6))
            painter.setBrush(self._colour(look, face.order).darker(_SHADES[face.kind]))
        painter.drawPolygon(points)

    def _colour(self, look: Theme, order: str) -> QColor:
        colours = _DARK if look.is_dark else _LIGHT
        place = self._orders.index(order) if order in self._orders else 0
        return QColor(colours[place % len(colours)])

    def _paint_number(self, painter: QPainter, look: Theme, step: int, centre: QPointF) -> None:
        current = step == self._step
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.accent if current else look.surface))
        painter.drawEllipse(centre, 8, 8)
        painter.setPen(QColor(look.on_accent if current else look.text))
        painter.setFont(theme.scaled_font(11, bold=current))
        box = QRectF(centre.x() - 10, centre.y() - 10, 20, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(step))

    def _name(self) -> None:
        """What a screen reader says of the picture."""
        if self._container is None:
            self.setAccessibleName(_("No loading plan"))
            return
        count = len(self.boxes_shown())
        self.setAccessibleName(
            ngettext(
                "Container {number}, {kind}: {count} carton loaded up to step {step}",
                "Container {number}, {kind}: {count} cartons loaded up to step {step}",
                count,
                number=self._container.position,
                kind=self._container.type_code,
                step=self._step,
            )
        )
