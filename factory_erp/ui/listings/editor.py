"""One listing over the whole page: its parts in tabs, what is wrong above, what buyers see beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.services.listings import book as listing_book
from factory_erp.services.listings import draft as listing_draft
from factory_erp.services.listings.book import ListingForm
from factory_erp.services.listings.compose import Composed
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.draft_bar import DraftBar
from factory_erp.ui.kit.frames import GAP, split
from factory_erp.ui.kit.tabs import Tabs
from factory_erp.ui.listings import work
from factory_erp.ui.listings.cells import Covers
from factory_erp.ui.listings.content_tab import ContentTab
from factory_erp.ui.listings.difference_tab import DifferenceTab
from factory_erp.ui.listings.draft import Draft
from factory_erp.ui.listings.head import ListingHead
from factory_erp.ui.listings.messages_tab import MessagesTab
from factory_erp.ui.listings.parts import Part
from factory_erp.ui.listings.performance_tab import PerformanceTab
from factory_erp.ui.listings.pictures_tab import PicturesTab
from factory_erp.ui.listings.preview import PreviewPanel
from factory_erp.ui.listings.problems import ProblemList
from factory_erp.ui.listings.variants_tab import OWN_FIELDS, VariantsTab
from factory_erp.ui.listings.work import Opened

TABS = {
    "content": N_("Content"),
    "variants": N_("Variants and stock"),
    "pictures": N_("Pictures"),
    "difference": N_("Difference"),
    "performance": N_("Performance"),
    "messages": N_("Messages"),
}
PREVIEWED = frozenset({"content", "pictures"})
"""Tabs beside which the listing is shown as buyers see it."""

COMPOSE_DELAY = 250
"""Milliseconds without a key before the draft is composed anew."""


class ListingEditor(QWidget):
    """Content, variants and pictures are one draft with one bar; the days of performance are their own.

    ``closed`` asks for the list, ``publish_asked`` carries the id of the listing to publish.
    """

    closed = Signal()
    publish_asked = Signal(object)

    def __init__(self, context: UiContext, covers: Covers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.listing_id: int | None = None
        self._opened: Opened | None = None
        self._wanted_tab = ""
        self._asked = 0
        self._asked_draft: ListingForm | None = None
        self._take_version = False
        self.tabs = Tabs()
        self.draft = Draft()
        self.performance: PerformanceTab | None = None
        self._readers: list[DifferenceTab | MessagesTab | PerformanceTab] = []
        self.head = ListingHead(self.closed.emit, self._publish)
        self.problems = ProblemList()
        self.preview = PreviewPanel(covers)
        self.bar = DraftBar(self.discard, self.save)
        self._left = QVBoxLayout()
        self._pause = QTimer(self, singleShot=True, interval=COMPOSE_DELAY)
        self._pause.timeout.connect(self._compose)
        self._lay_out()
        self.problems.chosen.connect(self.go_to)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.closed.emit)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(
                QKeySequence(key), self, self.save, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
            )

    def _lay_out(self) -> None:
        left = QWidget()
        left.setLayout(self._left)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.setSpacing(6)
        self._left.addWidget(self.tabs, 1)
        self._left.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.head)
        column.addWidget(self.problems)
        column.addWidget(split(left, self.preview, stretch=(1, 0), sizes=(720, 330)), 1)
        column.setSpacing(GAP - 4)

    def showEvent(self, event: QShowEvent) -> None:
        """A draft that went out of sight is composed now."""
        super().showEvent(event)
        if self.draft.is_dirty():
            self._pause.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is asked for a draft that nobody sees, or whose window closes."""
        super().hideEvent(event)
        self._pause.stop()

    # which listing

    def show_listing(self, listing_id: int, tab: str = "") -> None:
        """Show the listing, on *tab* (else the one that is on)."""
        self._wanted_tab = tab if tab in TABS else self.tabs.current()
        if listing_id != self.listing_id:
            self.forget()
            self.listing_id = listing_id
        elif self._wanted_tab:
            self.tabs.select(self._wanted_tab)
        self.refresh()

    def forget(self) -> None:
        """No listing is open."""
        self._pause.stop()
        self._asked += 1
        self.listing_id, self._opened, self.performance = None, None, None
        self.draft, self._readers = Draft(), []
        old, self.tabs = self.tabs, Tabs()
        self._left.replaceWidget(old, self.tabs)
        old.hide()
        old.deleteLater()
        self.head.show_listing(None)
        self.problems.show_problems(())
        self.preview.show_nothing()
        self.bar.hide()

    def _build(self, opened: Opened) -> None:
        """The tabs of the listing: what its fields are depends on its platform."""
        content, variants, pictures = (
            ContentTab(self.context, opened),
            VariantsTab(),
            PicturesTab(self.context),
        )
        difference, messages = DifferenceTab(), MessagesTab(self.context)
        self.performance = PerformanceTab(self.context, opened.detail.row.id)
        parts: dict[str, Part] = {"content": content, "variants": variants, "pictures": pictures}
        self.draft = Draft(parts)
        self._readers = [difference, messages, self.performance]
        pages: dict[str, QWidget] = {
            "content": content, "variants": variants, "pictures": pictures, "difference": difference,
            "performance": self.performance, "messages": messages,
        }  # fmt: skip
        for key, page in pages.items():
            self.tabs.add(key, _(TABS[key]), cast("Callable[[], QWidget]", partial(_same, page)))
        for key, part in parts.items():
            part.changed.connect(partial(self._note_edit, key))
            part.save_asked.connect(self.save)
        self.performance.dirty_changed.connect(partial(self.tabs.mark, "performance"))
        self.tabs.current_changed.connect(self._note_tab)
        if self._wanted_tab:
            self.tabs.select(self._wanted_tab)

    def _note_tab(self, key: str) -> None:
        """Buyers' view stands beside what it shows; tables have the whole width."""
        self.preview.setVisible(key in PREVIEWED)

    # reading

    def refresh(self) -> None:
        """Read the listing again; a draft is not read over."""
        if self.listing_id is not None:
            self._asked += 1
            self.context.jobs.run(
                partial(work.read_listing, self.listing_id), done=partial(self._take, self._asked),
                failed=self._gone, owner=self,
            )  # fmt: skip

    def _take(self, asked: int, opened: Opened) -> None:
        if asked != self._asked:
            return
        fresh = not self.draft.parts
        if fresh:
            self._build(opened)
        draft = not fresh and self.draft.is_dirty()
        if draft and self._opened is not None and not self._take_version:
            kept = self._opened.detail
            for reader in self._readers:
                reader.show_listing(opened)
            self._show_head(opened)
            self._opened = _over(opened, kept.version, kept.form)
            return
        self._take_version = False
        self._opened = opened
        if not draft:
            self.draft.show_listing(opened)
        for reader in self._readers:
            reader.show_listing(opened)
        if self.performance is not None:
            self.performance.refresh()
        self._show_head(opened)
        if not draft:
            self._show_composed(Composed(opened.detail.content, opened.detail.problems))
        self._look()

    def _show_head(self, opened: Opened) -> None:
        self.head.show_listing(opened.detail.row)
        self.tabs.set_count("variants", len(opened.detail.skus))
        self.tabs.set_count("difference", len(opened.detail.changes) or None)
        self.tabs.set_count("messages", len(opened.detail.messages) or None)

    def _gone(self, error: Exception) -> None:
        """The listing cannot be read: say why, and go back."""
        self.context.say(str(error))
        self.forget()
        self.closed.emit()

    # the draft

    def form(self) -> ListingForm:
        """The draft as it stands. Raises DomainError where a part is not sound."""
        assert self._opened is not None
        return self.draft.form(self._opened.detail.form)

    def is_dirty(self) -> bool:
        """Whether the draft, or a day of performance, is not saved."""
        return self.draft.is_dirty() or (self.performance is not None and self.performance.is_dirty())

    def _note_edit(self, _key: str) -> None:
        self._look()
        self._pause.start()

    def _look(self) -> None:
        """The bar, and a pen on each tab that holds something unsaved."""
        changed = self.draft.changed_keys()
        for key in self.draft.parts:
            self.tabs.mark(key, key in changed)
        self.bar.setVisible(bool(changed))

    def _compose(self) -> None:
        """What the draft comes to; one that is not sound yet leaves everything as it is."""
        if self._opened is None:
            return
        try:
            form = self.form()
        except DomainError:
            return
        self._asked_draft = form
        self.context.jobs.run(
            partial(listing_draft.compose_draft, form, work.RULES), done=partial(self._take_composed, form),
            owner=self,
        )  # fmt: skip

    def _take_composed(self, form: ListingForm, composed: Composed) -> None:
        if form is self._asked_draft and form.listing_id == self.listing_id:
            self._show_composed(composed)

    def _show_composed(self, composed: Composed) -> None:
        assert self._opened is not None
        self.draft.show_composed(composed)
        self.problems.show_problems(composed.problems)
        self.preview.show_content(composed.content, self._opened.account.language)

    def save(self) -> bool:
        """Start saving the draft, or the days where they are in view; False where something is not sound."""
        if self.performance is not None and self.performance.is_dirty():
            alone = not self.draft.is_dirty()
            if alone or self.tabs.current() == "performance":
                return self.performance.save()
        if self._opened is None or not self.draft.is_dirty():
            return True
        if unsound := self.draft.unsound():
            self.tabs.select(unsound)
            return False
        form, version = self.form(), self._opened.detail.version
        self.context.jobs.run(
            partial(listing_book.save_listing, form, version, work.RULES), done=self._saved,
            failed=self._refused, write=True, title=_("Save listing"), owner=self,
        )  # fmt: skip
        return True

    def _saved(self, _listing_id: object) -> None:
        self.draft.mark_saved()
        self._take_version = True
        self._look()
        self.context.say(_("The listing is saved. Publish it to tell the platform."))
        self.refresh()

    def _refused(self, error: Exception) -> None:
        """At its field where it names one, else in a dialog."""
        place = self.draft.refused(error) if isinstance(error, DomainError) else ""
        if place:
            self.tabs.select(place)
        else:
            show_problem(self, error)

    def discard(self) -> None:
        """Throw the draft away, and read again what stands in the database."""
        self.draft.discard()
        self._look()
        self.refresh()

    def can_leave(self) -> bool:
        """Ask where something is not saved, naming the tabs; it is thrown away if so told."""
        if not self.is_dirty():
            return True
        named = [_(TABS[key]) for key in self.draft.changed_keys()]
        if self.performance is not None and self.performance.is_dirty():
            named.append(_(TABS["performance"]))
        text = _("What you changed of {listing} is not saved: {tabs}.", listing=self.head.title.text(),
                 tabs=", ".join(named))  # fmt: skip
        if not confirm(self, _("Leave without saving?"), text, _("Discard changes")):
            return False
        self.discard()
        if self.performance is not None:
            self.performance.discard()
        return True

    # acts

    def go_to(self, field: str) -> None:
        """Go where *field* of the content is typed."""
        if field == "images":
            self.tabs.select("pictures")
        elif field in OWN_FIELDS:
            self.tabs.select("variants")
        else:
            self.tabs.select("content")
            content = self.draft.parts["content"]
            assert isinstance(content, ContentTab)
            content.go_to(field)

    def _publish(self) -> None:
        if self.draft.is_dirty():
            self.context.say(_("Save or discard your changes first."))
        elif self.listing_id is not None:
            self.publish_asked.emit(self.listing_id)


def _same(page: QWidget) -> QWidget:
    return page


def _over(opened: Opened, version: int, form: ListingForm) -> Opened:
    """What was read now, under the version and form that the draft began with: a save may conflict."""
    return replace(opened, detail=replace(opened.detail, version=version, form=form))
