"""Adding pictures: read off the window's thread, made smaller where that is agreed, refusals told in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, ngettext
from factory_erp.services.files import images
from factory_erp.services.files.pictures import MAX_BYTES
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem, tell
from factory_erp.ui.products.files import content_of


@dataclass(frozen=True, slots=True)
class Incoming:
    """A picture to be added: its *name* for the user, how many bytes, and where they come from."""

    name: str
    size: int
    load: Callable[[], bytes]

    @property
    def too_large(self) -> bool:
        """Whether platforms would not take it as it is."""
        return self.size > MAX_BYTES


class PictureAdder(QObject):
    """Adds pictures to the product *product_id*, one after the other; ``finished`` once all are through."""

    finished = Signal(int)
    """How many are there now that were asked for; one that was given twice counts once."""

    def __init__(self, context: UiContext, product_id: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._product_id, self._window = context, product_id, parent
        self._waiting = 0
        self._added: set[object] = set()
        self._refused: list[tuple[str, Exception]] = []

    def add_files(self, paths: Sequence[Path]) -> None:
        """Add the files at *paths*; asks first where some are too large for the platforms."""
        look = partial(_look_at, paths)
        self._context.jobs.run(look, done=self._ask, title=_("Read pictures"), owner=self)

    def add_bytes(self, data: bytes) -> None:
        """Add one picture that was pasted."""
        self._ask([Incoming(_("the pasted picture"), len(data), lambda: data)])

    def _ask(self, incoming: Sequence[Incoming]) -> None:
        large = [one for one in incoming if one.too_large]
        if large and not self._may_shrink(large):
            incoming = [one for one in incoming if not one.too_large]
        self._waiting += len(incoming)
        for one in incoming:
            self._context.jobs.run(
                partial(_add, self._product_id, one),
                done=self._note_added,
                failed=partial(self._note_refused, one.name),
                write=True,
                title=_("Add picture"),
                owner=self,
            )

    def _may_shrink(self, large: Sequence[Incoming]) -> bool:
        names = ", ".join(one.name for one in large[:5]) + (" …" if len(large) > 5 else "")
        text = ngettext(
            "{names} has more than 5 MB, which platforms do not take. It can be added as a JPEG of at most "
            "2000 pixels; your file stays as it is.",
            "{names} have more than 5 MB each, which platforms do not take. They can be added as JPEGs of at "
            "most 2000 pixels; your files stay as they are.",
            len(large),
            names=names,
        )
        title = ngettext("Make the picture smaller?", "Make {count} pictures smaller?", len(large))
        return confirm(self._window, title, text, _("Make smaller and add"))

    def _note_added(self, image_id: object) -> None:
        self._added.add(image_id)
        self._one_less()

    def _note_refused(self, name: str, error: Exception) -> None:
        self._refused.append((name, error))
        self._one_less()

    def _one_less(self) -> None:
        self._waiting -= 1
        if self._waiting == 0:
            added, self._added = self._added, set()
            refused, self._refused = self._refused, []
            self.finished.emit(len(added))
            self._tell(refused)

    def _tell(self, refused: Sequence[tuple[str, Exception]]) -> None:
        """All refusals at once; a mistake of ours is shown as one."""
        ours = [error for _name, error in refused if not isinstance(error, DomainError)]
        if ours:
            show_problem(self._window, ours[0])
        elif refused:
            title = ngettext("{count} picture was not added", "{count} pictures were not added", len(refused))
            tell(self._window, title, title, "\n".join(f"{name}: {error}" for name, error in refused))


def _look_at(paths: Sequence[Path]) -> list[Incoming]:
    """The files with their sizes; one that is gone is refused later, by its name."""
    return [Incoming(path.name, _size(path), partial(content_of, path)) for path in paths]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _add(product_id: int, one: Incoming) -> object:
    """What the use case answers, with its changes. Runs off the window's thread."""
    return images.add_image(product_id, None, one.load(), shrink=one.too_large)
