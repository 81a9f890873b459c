"""Which of the product's pictures a listing shows, and in what order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, ngettext
from factory_erp.services.files.images import ImageView
from factory_erp.services.listings.book import ListingForm
from factory_erp.services.listings.compose import Composed
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, ElidedLabel, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import GAP, framed
from factory_erp.ui.kit.image_strip import ImageStrip, Picture
from factory_erp.ui.listings import work
from factory_erp.ui.listings.parts import heading, problem_text
from factory_erp.ui.listings.work import Opened

Order = tuple[str, ...]


class _Step(QUndoCommand):
    """From one choice of pictures to another."""

    def __init__(self, tab: PicturesTab, text: str, before: Order, after: Order) -> None:
        super().__init__(text)
        self._tab, self._before, self._after = tab, before, after

    def undo(self) -> None:
        self._tab.put(self._before)

    def redo(self) -> None:
        self._tab.put(self._after)


class PicturesTab(QWidget):
    """Above those that are shown, below the product's others; see ``parts.Part``.

    An empty choice follows the product: its own pictures in their order.
    """

    changed = Signal()
    save_asked = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._opened: Opened | None = None
        self._order: Order = ()
        self._composed: Order = ()
        self.undo_stack = QUndoStack(self)
        self.shown = ImageStrip(context.jobs, work.thumbnail)
        self.others = ImageStrip(context.jobs, work.thumbnail)
        self.others.set_read_only(True)
        self.others.set_cover_marked(False)
        self.others.set_empty_text(_("The listing shows every picture that the product has."))
        self.counts = ElidedLabel(bold=True)
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        self.cover_button = Button(_("Make it the cover"), run=self.shown.make_cover)
        self.out_button = Button(_("Leave out"), run=self.leave_out)
        self.in_button = Button(_("Show it too"), icon="add", run=self.take_in)
        self.follow_button = Button(_("As the product has them"), icon="undo", run=self.follow_product)
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        self.shown.reordered.connect(lambda keys: self._step(_("order of pictures"), tuple(map(str, keys))))
        self.undo_stack.cleanChanged.connect(lambda _clean: self.changed.emit())
        self.shown.remove_asked.connect(lambda _key: self.leave_out())
        self.shown.current_changed.connect(lambda _key: self._note_current())
        self.others.opened.connect(lambda _key: self.take_in())
        self.others.current_changed.connect(lambda _key: self._note_current())
        self.shown.setAccessibleName(_("Pictures of the listing"))
        self.others.setAccessibleName(_("Other pictures of the product"))
        for keys, act in (
            (QKeySequence(QKeySequence.StandardKey.Undo), self.undo_stack.undo),
            (QKeySequence(QKeySequence.StandardKey.Redo), self.undo_stack.redo),
        ):
            QShortcut(keys, self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(8)
        for button in (self.cover_button, self.out_button, self.follow_button):
            above.addWidget(button)
        above.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(heading(_("Not shown")), 1)
        below.addWidget(self.in_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP - 2)
        hint = _("The first is the cover. Drag to reorder, Delete leaves one out, Enter takes one in.")
        column.addWidget(self.counts)
        column.addWidget(label(hint, muted=True, wrap=True))
        column.addLayout(above)
        column.addWidget(self.problem)
        column.addWidget(framed(self.shown))
        column.addLayout(below)
        column.addWidget(framed(self.others))
        column.addStretch(1)
        self.setFocusProxy(self.shown)

    # the part's protocol

    def show_listing(self, opened: Opened) -> None:
        """Show what was read as the state that was saved last."""
        self._opened = opened
        self._order = opened.detail.form.images
        self._composed = opened.detail.content.images
        self.undo_stack.clear()
        self._show()

    def is_dirty(self) -> bool:
        """Whether the choice was changed."""
        return not self.undo_stack.isClean()

    def fill(self, form: ListingForm) -> ListingForm:
        """*form* with the pictures chosen."""
        return replace(form, images=self._order)

    def show_unsound(self) -> bool:
        """Never: any choice is sound."""
        return False

    def mark_saved(self) -> None:
        """The choice is saved."""
        self.undo_stack.setClean()

    def discard(self) -> None:
        """Back to the choice that was saved."""
        if self.undo_stack.cleanIndex() >= 0:
            self.undo_stack.setIndex(self.undo_stack.cleanIndex())
        elif self._opened is not None:
            self.show_listing(self._opened)
            self.changed.emit()

    def show_composed(self, composed: Composed) -> None:
        """The pictures that come of an empty choice, and what is wrong with them."""
        wrong = [one for one in composed.problems if one.field == "images"]
        self.problem.setText(problem_text(wrong))
        self.problem.setVisible(bool(wrong))
        if composed.content.images != self._composed:
            self._composed = composed.content.images
            self._show()

    def show_refusal(self, error: DomainError) -> bool:
        """Over the pictures, if it is about them."""
        if error.field == "images":
            self.problem.setText(str(error))
            self.problem.show()
        return error.field == "images"

    # steps

    def put(self, order: Order) -> None:
        """Show this choice, without a step of undo."""
        self._order = order
        if order:
            self._composed = order
        self._show()
        self.changed.emit()

    def _step(self, text: str, after: Order) -> None:
        if after != self._order:
            self.undo_stack.push(_Step(self, text, self._order, after))

    def order(self) -> Order:
        """The pictures that are shown, the cover first."""
        return self._order or self._composed

    def leave_out(self) -> None:
        """Leave the current picture out; the last one stays."""
        key, order = self.shown.current_key(), self.order()
        if key in order and len(order) > 1:
            self._step(_("leave picture out"), tuple(one for one in order if one != key))

    def take_in(self) -> None:
        """Show one more of the product's pictures, at the end."""
        key = self.others.current_key()
        if key is not None:
            self._step(_("show picture"), (*self.order(), str(key)))

    def follow_product(self) -> None:
        """Show what the product shows, also when that changes."""
        self._step(_("pictures of the product"), ())

    def _show(self) -> None:
        if self._opened is None:
            return
        order, captions = self.order(), _captions(self._opened.pictures)
        self.shown.set_pictures([Picture(key, captions.get(key, "")) for key in order])
        rest = [key for key in captions if key not in order]
        self.others.set_pictures([Picture(key, captions[key]) for key in rest])
        most = self._opened.rules.images_most
        number = figures.number(len(order))
        said = ngettext("{number} picture", "{number} pictures", len(order), number=number)
        if most:
            said = _("{pictures}, the platform takes {most}", pictures=said, most=figures.number(most))
        if not self._order:
            said = _("{pictures}. They follow the product.", pictures=said)
        self.counts.setText(said)
        self._note_current()

    def _note_current(self) -> None:
        current, order = self.shown.current_key(), self.order()
        self.out_button.setEnabled(current is not None and len(order) > 1)
        self.cover_button.setEnabled(current is not None and current != next(iter(order), None))
        self.in_button.setEnabled(self.others.current_key() is not None)
        self.follow_button.setEnabled(bool(self._order))


def _captions(pictures: Sequence[ImageView]) -> dict[str, str]:
    return {picture.sha256: picture.caption for picture in pictures}
