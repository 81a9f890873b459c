"""Pictures of a product: a strip in the order of the platforms, the current one large under it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.files import images
from factory_erp.services.files.images import ImageView
from factory_erp.sync.image_urls import add_images_from_urls
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, ElidedLabel, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field
from factory_erp.ui.kit.frames import GAP, framed
from factory_erp.ui.kit.image_strip import ImageStrip, Picture
from factory_erp.ui.products.address_dialog import Add, AddressDialog
from factory_erp.ui.products.picture_adding import PictureAdder
from factory_erp.ui.products.picture_view import PictureView

PREVIEW_EDGE = 1024
"""Pixels of the large picture: sharp on a large window, light enough to come at once."""


class ImagesTab(QWidget):
    """What is added, moved or removed is saved at once: there is never a draft."""

    dirty_changed = Signal(bool)

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__()
        self.context, self.record_id = context, record_id
        self._views: dict[Hashable, ImageView] = {}
        self.strip = ImageStrip(context.jobs, self._load)
        self.preview = PictureView()
        self.facts = ElidedLabel(muted=True)
        self.adder = PictureAdder(context, record_id, self)
        self.add_button = Button(_("Add pictures…"), icon="add", run=self.choose_files)
        self.add_from_urls: Add = partial(add_images_from_urls, record_id)
        self.address_button = Button(_("From web address…"), icon="import", run=self.ask_addresses)
        self.address_button.setToolTip(_("Add pictures from web addresses"))
        self.cover_button = Button(_("Make it the cover"), run=self.strip.make_cover)
        self.caption_button = Button(_("Caption…"), icon="edit", run=self.change_caption)
        self.remove_button = Button(_("Remove…"), run=self.remove_current)
        self._connect()
        self._lay_out()
        self._show_current(None)

    def _connect(self) -> None:
        self.strip.current_changed.connect(self._show_current)
        self.strip.reordered.connect(self._save_order)
        self.strip.remove_asked.connect(self.remove)
        self.strip.opened.connect(lambda _key: self.change_caption())
        self.strip.files_dropped.connect(self.add_files)
        self.strip.image_pasted.connect(self.adder.add_bytes)
        self.adder.finished.connect(self._note_added)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        hint = _("The first is the cover. Drag to reorder, drop files here, or paste with Ctrl+V.")
        head.addWidget(label(hint, muted=True, wrap=True), 1)
        for button in (self.remove_button, self.caption_button, self.cover_button, self.address_button,
                       self.add_button):  # fmt: skip
            head.addWidget(button)
        large = QWidget()
        below = QVBoxLayout(large)
        below.setContentsMargins(12, 12, 12, 10)
        below.setSpacing(8)
        below.addWidget(self.preview, 1)
        below.addWidget(self.facts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(framed(self.strip))
        column.addWidget(framed(large), 1)
        self.setFocusProxy(self.strip)

    # the tab's protocol

    def refresh(self) -> None:
        """Read which pictures there are."""
        self.context.jobs.run(partial(images.images, self.record_id), done=self._take, owner=self)

    def is_dirty(self) -> bool:
        """Never: every step saves what it does."""
        return False

    def save(self) -> bool:
        """There is nothing to save."""
        return True

    def discard(self) -> None:
        """There is nothing to throw away."""

    def _take(self, views: Sequence[ImageView]) -> None:
        before = list(self._views.values())
        self._views = {view.id: view for view in views}
        if before == list(views):
            return
        self.strip.set_pictures([Picture(view.id, view.caption) for view in views])
        if self.strip.current_key() is None and views:
            self.strip.select_key(views[0].id)
        self._show_current(self.strip.current_key())

    def _load(self, key: Hashable, edge: int) -> bytes:
        """A thumbnail; off the window's thread."""
        return images.thumbnail(self._views[key].sha256, max(edge, images.THUMBNAIL_EDGES[0]))

    # the current picture

    def current(self) -> ImageView | None:
        """The picture chosen in the strip."""
        key = self.strip.current_key()
        return self._views.get(key) if key is not None else None

    def _show_current(self, key: Hashable | None) -> None:
        view = self._views.get(key) if key is not None else None
        for button in (self.caption_button, self.remove_button):
            button.setEnabled(view is not None)
        self.cover_button.setEnabled(view is not None and key != next(iter(self.strip.keys()), None))
        self.facts.setText(facts(view) if view else "")
        if view is None:
            self.preview.show_words(_("No picture yet. Add one: buyers look at pictures first."))
            return
        self.context.jobs.run(
            partial(_large, view.sha256),
            done=partial(self._show_large, view),
            failed=partial(self._cannot_show, view),
            owner=self,
        )

    def _show_large(self, view: ImageView, image: QImage) -> None:
        if self._is_current(view):
            self.preview.show_image(image, view.caption or _("Picture"))

    def _cannot_show(self, view: ImageView, error: Exception) -> None:
        if self._is_current(view):
            self.preview.show_words(str(error))

    def _is_current(self, view: ImageView) -> bool:
        current = self.current()
        return current is not None and current.id == view.id

    # adding

    def choose_files(self) -> None:
        """Ask for files, and add them."""
        kinds = _("Pictures") + " (*.jpg *.jpeg *.png *.webp *.gif)"
        chosen, _kind = QFileDialog.getOpenFileNames(self, _("Add pictures"), "", kinds)
        if chosen:
            self.add_files([Path(name) for name in chosen])

    def add_files(self, paths: Sequence[Path]) -> None:
        """Add the files at *paths*."""
        self.adder.add_files(paths)

    def ask_addresses(self) -> AddressDialog:
        """The open dialog that takes web addresses of pictures."""
        dialog = AddressDialog(self.context.jobs, self.add_from_urls, self._note_added, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def _note_added(self, count: int) -> None:
        if count:
            self.context.say(ngettext("{count} picture is added.", "{count} pictures are added.", count))
        self.refresh()

    # changing

    def _save_order(self, keys: Sequence[int]) -> None:
        self.context.jobs.run(
            partial(images.reorder_images, self.record_id, keys),
            done=partial(self._say, _("The order of the pictures is saved.")),
            finally_=self.refresh, write=True, title=_("Save order"), owner=self,
        )  # fmt: skip

    def change_caption(self) -> FormDialog | None:
        """The open dialog for the words under the current picture; None where there is none."""
        view = self.current()
        if view is None:
            return None
        dialog = FormDialog(
            self.context.jobs,
            _("Caption"),
            [Field("caption", _("Caption"), hint=_("What the picture shows"))],
            {"caption": view.caption or None},
            partial(_captioning, view.id),
            _("Save caption"),
            parent=self,
        )
        dialog.resize(480, 190)
        dialog.done_with.connect(partial(self._say, _("The caption is saved.")))
        dialog.open()
        return dialog

    def remove_current(self) -> None:
        """Remove the current picture, after asking."""
        view = self.current()
        if view is not None:
            self.remove(view.id)

    def remove(self, key: object) -> None:
        """Remove the picture *key*, after asking."""
        view = self._views.get(key) if isinstance(key, int) else None
        if view is None:
            return
        title = _("Remove this picture?")
        text = _("It is taken out of this product; the file that it was added from stays where it is.")
        if confirm(self, title, text, _("Remove picture")):
            self.context.jobs.run(
                partial(images.remove_image, view.id),
                done=partial(self._say, _("The picture is removed.")), write=True, title=title, owner=self,
            )  # fmt: skip

    def _say(self, said: str, _value: object) -> None:
        self.context.say(said)
        self.refresh()


def facts(view: ImageView) -> str:
    """Caption, size in pixels, kind and weight of a picture: "Front · 1,600 × 1,200 px · JPEG · 412 KB"."""
    size = f"{figures.number(view.width)} × {figures.number(view.height)} px"
    kind = view.media_type.rpartition("/")[2].upper()
    kilobytes = f"{figures.number(max(view.byte_count // 1024, 1))} KB"
    parts = [view.caption, size, kind, kilobytes]
    if view.item_id is not None:
        parts.append(_("of one item only"))
    return " · ".join(part for part in parts if part)


def _large(sha256: str) -> QImage:
    return QImage.fromData(images.thumbnail(sha256, PREVIEW_EDGE))


def _captioning(image_id: int, values: Mapping[str, Any]) -> Callable[[], object]:
    return partial(images.set_caption, image_id, str(values["caption"] or ""))
