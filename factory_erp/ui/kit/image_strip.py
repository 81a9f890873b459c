"""Pictures side by side: a product's photographs, in the order in which the platforms show them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QWidget,
)

from factory_erp.i18n import _
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.image_tiles import CAPTION, EDGE, GAP, PICTURE, Picture, Thumbnails
from factory_erp.ui.kit.jobs import Jobs

_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")

__all__ = ["ImageStrip", "Loader", "Picture"]

Loader = Callable[[Hashable, int], bytes]
"""``loader(key, edge)``: an encoded picture at least *edge* px wide or high; runs off the UI thread."""


class ImageStrip(QListWidget):
    """Thumbnails that are loaded by *loader* through *jobs*; the first is the cover.

    ``reordered`` carries all keys in their new order (drag, or Alt+Left and Alt+Right), ``remove_asked`` a
    key (Delete), ``opened`` a key (Enter or double click), ``files_dropped`` paths (dropped or pasted),
    ``image_pasted`` the PNG of a picture on the clipboard.  The strip changes only its order by itself.
    """

    reordered = Signal(list)
    remove_asked = Signal(object)
    opened = Signal(object)
    current_changed = Signal(object)
    files_dropped = Signal(list)
    image_pasted = Signal(bytes)

    def __init__(self, jobs: Jobs, loader: Loader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._loader = jobs, loader
        self._images: dict[Hashable, QImage] = {}
        self._broken: set[Hashable] = set()
        self._asked: set[Hashable] = set()
        self._empty_text = _("Drop pictures here, or paste one.")
        self.read_only = False
        self.cover_marked = True
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(Thumbnails(self, self))
        self.setFixedHeight(EDGE + CAPTION + GAP + 14)
        self.setAccessibleName(_("Pictures"))
        self.itemActivated.connect(lambda item: self.opened.emit(_picture(item).key))
        self.currentItemChanged.connect(self._note_current)

    # pictures

    def set_pictures(self, pictures: Sequence[Picture]) -> None:
        """Show *pictures*, the first as the cover; those shown before are not loaded again."""
        current = self.current_key()
        self.clear()
        for picture in pictures:
            item = QListWidgetItem(self)
            item.setData(PICTURE, picture)
            self._load(picture.key)
        self._name_items()
        self.select_key(current)
        self.viewport().update()

    def reload(self, key: Hashable) -> None:
        """Load one picture again: it has become another."""
        self._images.pop(key, None)
        self._broken.discard(key)
        self._asked.discard(key)
        self._load(key)

    def keys(self) -> list[Hashable]:
        """Keys in the order shown."""
        return [_picture(self.item(row)).key for row in range(self.count())]

    def current_key(self) -> Hashable | None:
        """Key of the current picture, None if there is none."""
        item = self.currentItem()
        return _picture(item).key if item is not None else None

    def select_key(self, key: Hashable | None) -> bool:
        """Make the picture with *key* current; False where there is none."""
        keys = self.keys()
        if key in keys:
            self.setCurrentRow(keys.index(key))
        return key in keys

    def image(self, key: Hashable) -> QImage | None:
        """The thumbnail, None while it is loaded or where it cannot be."""
        return self._images.get(key)

    def is_broken(self, key: Hashable) -> bool:
        """Whether the picture could not be loaded."""
        return key in self._broken

    def set_read_only(self, on: bool) -> None:
        """Whether pictures are only looked at: no dropping, no moving, no removing."""
        self.read_only = on
        self._empty_text = "" if on else _("Drop pictures here, or paste one.")
        self.setDragDropMode(
            QAbstractItemView.DragDropMode.NoDragDrop if on else QAbstractItemView.DragDropMode.DragDrop
        )

    def set_cover_marked(self, on: bool) -> None:
        """Whether the first picture is marked as the cover."""
        self.cover_marked = on
        self._name_items()
        self.viewport().update()

    def set_empty_text(self, text: str) -> None:
        """What stands where there is no picture."""
        self._empty_text = text
        self.viewport().update()

    def _load(self, key: Hashable) -> None:
        if key in self._asked:
            return
        self._asked.add(key)
        ratio = self.devicePixelRatioF()
        self._jobs.run(
            partial(_thumbnail, self._loader, key, round(EDGE * ratio)),
            done=partial(self._loaded, key),
            failed=partial(self._failed, key),
            owner=self,
        )

    def _loaded(self, key: Hashable, image: QImage) -> None:
        if image.isNull():
            self._broken.add(key)
        else:
            self._images[key] = image
        self._name_items()
        self.viewport().update()

    def _failed(self, key: Hashable, _error: Exception) -> None:
        self._broken.add(key)
        self._name_items()
        self.viewport().update()

    def _name_items(self) -> None:
        """What a screen reader says of each picture."""
        for row in range(self.count()):
            item = self.item(row)
            picture = _picture(item)
            words = [picture.caption or _("Picture {number}", number=row + 1)]
            words += [_("Cover")] if row == 0 and self.cover_marked else []
            words += [_("Cannot be shown")] if picture.key in self._broken else []
            item.setData(int(Qt.ItemDataRole.AccessibleTextRole), ", ".join(words))
            item.setToolTip(picture.caption)

    # the order

    def move_current(self, step: int) -> None:
        """Move the current picture to the left (-1) or right (1)."""
        row = self.currentRow()
        if not self.read_only and row >= 0:
            self.move_to(row, row + step)

    def make_cover(self) -> None:
        """Put the current picture first."""
        if not self.read_only and self.currentRow() > 0:
            self.move_to(self.currentRow(), 0)

    def move_to(self, row: int, target: int) -> None:
        """Put the picture at *row* where that at *target* is."""
        if row == target or not 0 <= target < self.count():
            return
        item = self.takeItem(row)
        self.insertItem(target, item)
        self.setCurrentItem(item)
        self._name_items()
        self.reordered.emit(self.keys())

    # events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt and arrows move a picture, Delete asks to remove it, Ctrl+V brings one in."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif alt and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.move_current(-1 if event.key() == Qt.Key.Key_Left else 1)
        elif event.key() == Qt.Key.Key_Delete:
            self._ask_remove()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_key() is not None:
            self.opened.emit(self.current_key())
        else:
            super().keyPressEvent(event)

    def paste(self) -> None:
        """Take a picture, or files of pictures, from the clipboard."""
        if not self.read_only:
            self._take(QGuiApplication.clipboard().mimeData())

    def _take(self, data: QMimeData) -> bool:
        """True if there was something to take: files before pixels, for they are what was copied."""
        if paths := _paths(data):
            self.files_dropped.emit(paths)
            return True
        if data.hasImage():
            image = QImage(data.imageData())
            if not image.isNull():
                self.image_pasted.emit(_png(image))
                return True
        return False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Pictures of our own, or files of pictures."""
        if event.source() is self or _paths(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Anywhere in the strip."""
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """A picture of our own goes to its new place; anything else is asked to be added."""
        if self.read_only:
            event.ignore()
        elif event.source() is self:
            place = self.place_at(event.position().toPoint().x())
            event.setDropAction(Qt.DropAction.CopyAction)  # else the view deletes what was dragged
            event.accept()
            row = self.currentRow()
            self.move_to(row, place - 1 if place > row else place)
        elif self._take(event.mimeData()):
            event.acceptProposedAction()

    def place_at(self, x: int) -> int:
        """Before which picture something dropped at *x* (px in the viewport) goes."""
        for row in range(self.count()):
            if x < self.visualItemRect(self.item(row)).center().x():
                return row
        return self.count()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the current picture."""
        if self.read_only:
            return
        menu = QMenu(self)
        if self.currentItem() is not None:
            menu.addAction(_("Make it the cover"), self.make_cover)
            menu.addAction(_("Remove picture"), self._ask_remove).setShortcut(QKeySequence("Del"))
            menu.addSeparator()
        menu.addAction(_("Paste"), self.paste).setShortcut(QKeySequence("Ctrl+V"))
        for action in menu.actions():
            action.setShortcutVisibleInContextMenu(True)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def paintEvent(self, event: object) -> None:
        """The pictures, or the words that say how to add some."""
        super().paintEvent(event)  # type: ignore[arg-type]
        if self.count() or not self._empty_text:
            return
        look = theme.current()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.text_muted), 1, Qt.PenStyle.DashLine))
        room = self.viewport().rect().adjusted(4, 4, -5, -5)
        painter.drawRoundedRect(room, 7, 7)
        painter.setPen(QColor(look.text_muted))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), self._empty_text)
        painter.end()

    def _ask_remove(self) -> None:
        if not self.read_only and (key := self.current_key()) is not None:
            self.remove_asked.emit(key)

    def _note_current(self) -> None:
        self.current_changed.emit(self.current_key())


def _picture(item: QListWidgetItem) -> Picture:
    picture = item.data(PICTURE)
    assert isinstance(picture, Picture)
    return picture


def _thumbnail(loader: Loader, key: Hashable, edge: int) -> QImage:
    """The picture scaled to *edge* px; null where it cannot be decoded.  Runs off the UI thread."""
    image = QImage.fromData(loader(key, edge))
    if image.isNull():
        return image
    smooth = Qt.TransformationMode.SmoothTransformation
    return image.scaled(edge, edge, Qt.AspectRatioMode.KeepAspectRatio, smooth)


def _paths(data: QMimeData) -> list[Path]:
    """Files of pictures among what was dropped or copied."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in files if path.suffix.lower() in _SUFFIXES]


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
