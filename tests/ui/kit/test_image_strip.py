from __future__ import annotations

import threading
from collections.abc import Hashable
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import NotFound
from factory_erp.ui.kit.image_strip import ImageStrip, Picture
from factory_erp.ui.kit.jobs import Jobs

ALT = Qt.KeyboardModifier.AltModifier


def png(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


class Store:
    def __init__(self) -> None:
        self.asked: list[Hashable] = []
        self.threads: set[int] = set()
        self.wide, self.bad = png(400, 100), b"no picture"

    def load(self, key: Hashable, edge: int) -> bytes:
        self.asked.append(key)
        self.threads.add(threading.get_ident())
        if key == "gone":
            raise NotFound("The file is not there.")
        return self.bad if key == "bad" else self.wide


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def strip(qtbot: QtBot, jobs: Jobs, store: Store) -> ImageStrip:
    strip = ImageStrip(jobs, store.load)
    qtbot.addWidget(strip)
    strip.resize(700, 160)
    strip.set_pictures([Picture("a", "front.jpg"), Picture("b"), Picture("c", "back.jpg")])
    with qtbot.waitActive(strip):
        strip.show()
        strip.activateWindow()
    strip.setFocus()
    qtbot.waitUntil(lambda: all(strip.image(key) is not None for key in "abc"))
    return strip


def test_thumbnails_are_made_off_the_ui_thread(strip: ImageStrip, store: Store) -> None:
    image = strip.image("a")
    assert image is not None
    assert image.width() == 4 * image.height()
    assert threading.get_ident() not in store.threads


def test_pictures_shown_before_are_not_loaded_again(qtbot: QtBot, strip: ImageStrip, store: Store) -> None:
    strip.setCurrentRow(2)
    strip.set_pictures([Picture("c"), Picture("d")])
    qtbot.waitUntil(lambda: strip.image("d") is not None)
    assert sorted(map(str, store.asked)) == ["a", "b", "c", "d"]
    assert strip.current_key() == "c"
    strip.reload("c")
    qtbot.waitUntil(lambda: store.asked.count("c") == 2)


def test_a_picture_that_cannot_be_shown_says_so(qtbot: QtBot, strip: ImageStrip) -> None:
    strip.set_pictures([Picture("bad", "bad.png"), Picture("gone", "gone.png")])
    qtbot.waitUntil(lambda: strip.is_broken("bad") and strip.is_broken("gone"))
    said = strip.item(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "gone.png, Cannot be shown"
    strip.grab()


def test_every_picture_has_a_name_and_the_first_is_the_cover(strip: ImageStrip) -> None:
    names = [strip.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert names == ["front.jpg, Cover", "Picture 2", "back.jpg"]


def test_alt_and_arrows_move_a_picture(qtbot: QtBot, strip: ImageStrip) -> None:
    strip.setCurrentRow(2)
    with qtbot.waitSignal(strip.reordered) as told:
        qtbot.keyClick(strip, Qt.Key.Key_Left, ALT)
    assert told.args == [["a", "c", "b"]]
    strip.make_cover()
    assert strip.keys() == ["c", "a", "b"]
    assert strip.current_key() == "c"
    with qtbot.assertNotEmitted(strip.reordered):
        qtbot.keyClick(strip, Qt.Key.Key_Left, ALT)


def test_a_dropped_picture_goes_before_the_one_under_the_pointer(strip: ImageStrip) -> None:
    assert strip.place_at(5) == 0
    assert strip.place_at(strip.visualItemRect(strip.item(1)).right()) == 2
    assert strip.place_at(650) == 3


def test_delete_asks_and_removes_nothing_itself(qtbot: QtBot, strip: ImageStrip) -> None:
    strip.setCurrentRow(1)
    with qtbot.waitSignal(strip.remove_asked) as told:
        qtbot.keyClick(strip, Qt.Key.Key_Delete)
    assert told.args == ["b"]
    assert strip.keys() == ["a", "b", "c"]
    strip.set_read_only(True)
    with qtbot.assertNotEmitted(strip.remove_asked):
        qtbot.keyClick(strip, Qt.Key.Key_Delete)


def drop(strip: ImageStrip, data: QMimeData) -> None:
    event = QDropEvent(
        QPointF(QPoint(20, 20)),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    strip.dropEvent(event)


def test_dropped_files_are_handed_on(qtbot: QtBot, strip: ImageStrip, tmp_path: Path) -> None:
    data = QMimeData()
    names = ("one.PNG", "list.xlsx", "two.jpg")
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
    with qtbot.waitSignal(strip.files_dropped) as told:
        drop(strip, data)
    assert told.args == [[tmp_path / "one.PNG", tmp_path / "two.jpg"]]


def test_a_picture_on_the_clipboard_is_pasted_as_png(qtbot: QtBot, strip: ImageStrip) -> None:
    QGuiApplication.clipboard().setImage(QImage.fromData(png(30, 20)))
    with qtbot.waitSignal(strip.image_pasted) as told:
        qtbot.keyClick(strip, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert told.args is not None
    assert bytes(told.args[0]).startswith(b"\x89PNG")
    assert QImage.fromData(told.args[0]).width() == 30


def test_enter_opens_the_picture(qtbot: QtBot, strip: ImageStrip) -> None:
    strip.setCurrentRow(0)
    with qtbot.waitSignal(strip.opened) as told:
        qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert told.args == ["a"]


def test_pictures_beside_the_chosen_ones_have_no_cover(strip: ImageStrip) -> None:
    def first() -> str:
        return str(strip.item(0).data(int(Qt.ItemDataRole.AccessibleTextRole)))

    with_mark = strip.grab().toImage()
    assert first() == "front.jpg, Cover"
    strip.set_cover_marked(False)
    assert first() == "front.jpg"
    assert strip.grab().toImage() != with_mark
