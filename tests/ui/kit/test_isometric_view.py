"""The picture of a loaded container: what is shown after which step."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp.documents.details.labels import BoxPlaced, ContainerLoaded
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.isometric_view import IsometricView


def container(position: int = 1) -> ContainerLoaded:
    """Two steps of two orders, each one row of cartons from wall to wall."""
    boxes = tuple(
        BoxPlaced(f"{step}", f"SO-{step}", (step - 1) * 1000, across * 500, 0, 1000, 500, 600, step)
        for step in (1, 2)
        for across in range(4)
    )
    return ContainerLoaded(position, "20GP", "", 5898, 2352, 2393, 28_200_000, 0, 0, boxes, ())


def shown(qtbot: QtBot, view: IsometricView) -> QImage:
    view.resize(420, 200)
    view.show()
    return view.grab().toImage()


def colours(image: QImage) -> set[str]:
    return {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}


def test_steps_are_shown_one_after_the_other(qtbot: QtBot) -> None:
    view = IsometricView()
    qtbot.addWidget(view)
    view.show_container(container())
    assert (view.last_step(), view.step(), len(view.boxes_shown())) == (2, 2, 8)
    whole = shown(qtbot, view)
    view.show_step(1)
    assert len(view.boxes_shown()) == 4
    assert "4 cartons loaded up to step 1" in view.accessibleName()
    first = shown(qtbot, view)
    assert first != whole
    view.show_step(0)
    assert view.boxes_shown() == []
    assert shown(qtbot, view) != first


def test_each_order_has_its_colour_in_every_container(qtbot: QtBot, qapp: QApplication) -> None:
    view = IsometricView()
    qtbot.addWidget(view)
    view.show_container(container(2), ["SO-0", "SO-1", "SO-2"])
    legend = dict(view.orders())
    assert list(legend) == ["SO-0", "SO-1", "SO-2"]
    assert len(set(legend.values())) == 3
    top = QColor(legend["SO-1"]).darker(100).name()
    assert top in colours(shown(qtbot, view))
    theme.apply(qapp, theme.DARK)
    assert dict(view.orders()) != legend
    theme.apply(qapp, theme.LIGHT)


def test_without_a_container_nothing_is_drawn(qtbot: QtBot) -> None:
    view = IsometricView()
    qtbot.addWidget(view)
    view.show_container(container())
    drawn = len(colours(shown(qtbot, view)))
    view.show_container(None)
    assert (view.last_step(), view.step(), view.orders(), view.boxes_shown()) == (0, 0, [], [])
    assert view.accessibleName() == "No loading plan"
    assert len(colours(shown(qtbot, view))) == 1 < drawn


def test_a_narrow_place_still_holds_the_picture(qtbot: QtBot) -> None:
    view = IsometricView()
    qtbot.addWidget(view)
    view.show_container(container())
    view.resize(240, 110)
    view.show()
    image = view.grab().toImage()
    edge = {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in (0, image.height() - 1)}
    assert len(edge) == 1, "nothing reaches over the edge"
