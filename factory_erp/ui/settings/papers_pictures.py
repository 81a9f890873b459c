"""The company's logo, signature and chop: looked at, chosen from a file, taken away."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.services.base import Result
from factory_erp.services.papers import company_pictures
from factory_erp.services.papers.company_pictures import NAMES, CompanyPictures, PictureView
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem

HINTS = {
    "logo": N_("Above the head of every paper, at the left."),
    "signature": N_("On the line of the signature, where a paper is set to be signed."),
    "chop": N_("Across the end of the signature line, in its own colours."),
}
PICTURE_HEIGHT = 170
"""Of the ground that a picture lies on, px."""


class _Picture(QLabel):
    """A picture as large as there is room, on white: paper is white in the dark theme too."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = QPixmap()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedHeight(PICTURE_HEIGHT)
        self.setMinimumWidth(160)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setStyleSheet("background: white; color: #5f6b7a; border-radius: 5px")

    def show_bytes(self, content: bytes) -> None:
        """Show the picture in *content*, nothing if it holds none."""
        self._whole = QPixmap()
        self._whole.loadFromData(content)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another size."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._whole.isNull():
            return
        room = self.size() - QSize(20, 20)
        ratio = self.devicePixelRatioF()
        kept, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        fitted = self._whole.scaled((room * ratio).boundedTo(self._whole.size()), kept, smooth)
        fitted.setDevicePixelRatio(ratio)
        self.setPixmap(fitted)


def _two_lines(text: str) -> QLabel:
    """*text* with room for two lines, so that the cards beside one another are level."""
    made = label(text, muted=True, wrap=True)
    made.setAlignment(Qt.AlignmentFlag.AlignTop)
    made.setMinimumHeight(2 * made.fontMetrics().lineSpacing() + 4)
    return made


class PictureCard(QFrame):
    """One of the pictures with what can be done about it."""

    def __init__(self, name: str, choose: partial[None], remove: partial[None]) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.title = _(NAMES[name])
        self.picture = _Picture()
        self.picture.setAccessibleName(self.title)
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.choose_button = Button(_("Choose file…"), icon="import", run=choose)
        self.choose_button.setAccessibleName(_("Choose file: {picture}", picture=self.title))
        self.remove_button = Button(_("Remove…"), run=remove)
        self.remove_button.setAccessibleName(_("Remove: {picture}", picture=self.title))
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.choose_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(8)
        column.addWidget(label(self.title, pixels=15, bold=True))
        column.addWidget(_two_lines(_(HINTS[name])))
        column.addWidget(self.picture)
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addLayout(buttons)
        self.show_picture(None)

    def show_picture(self, view: PictureView | None) -> None:
        """Show the picture, or that there is none."""
        self.picture.clear()
        self.picture.setText(_("None yet") if view is None else "")
        if view is not None:
            self.picture.show_bytes(view.content)
        self.problem.setText(view.problem if view else "")
        self.problem.setVisible(bool(view and view.problem))
        self.remove_button.setEnabled(view is not None)


class PicturesTab(QWidget):
    """The three pictures side by side; each is saved as it is chosen."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._version = 0
        self.cards = {
            name: PictureCard(name, partial(self.choose, name), partial(self.remove, name)) for name in NAMES
        }
        said = _(
            "PNG or JPEG. A chop or signature looks best as a PNG with a transparent ground. "
            "Documents that were issued keep the pictures they were issued with."
        )
        row = QHBoxLayout()
        row.setSpacing(12)
        for card in self.cards.values():
            row.addWidget(card, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(label(said, muted=True, wrap=True))
        column.addLayout(row)
        column.addStretch(1)
        self.setFocusProxy(self.cards["logo"].choose_button)

    def refresh(self) -> None:
        """Read the pictures again."""
        self._context.jobs.run(company_pictures.company_pictures, done=self._take, owner=self)

    def _take(self, found: CompanyPictures) -> None:
        self._version = found.version
        for name, card in self.cards.items():
            card.show_picture(found.pictures.get(name))

    def choose(self, name: str) -> None:
        """Ask for a file and take it."""
        kinds = _("Pictures") + " (*.png *.jpg *.jpeg)"
        chosen, _kind = QFileDialog.getOpenFileName(self, self.cards[name].title, "", kinds)
        if chosen:
            self.take_file(name, Path(chosen))

    def take_file(self, name: str, path: Path) -> None:
        """Let the picture in *path* be the one of that name."""
        self._run(partial(_set_from, name, path, self._version), _("Save picture"))

    def remove(self, name: str) -> None:
        """Take the picture away, after asking."""
        text = _("Documents that are issued from now on do not show it.")
        if confirm(self, _("Remove: {picture}", picture=self.cards[name].title), text, _("Remove")):
            self._run(partial(company_pictures.remove_picture, name, self._version), _("Remove picture"))

    def _run(self, act: partial[Result[str]] | partial[Result[None]], title: str) -> None:
        self._context.jobs.run(
            act, done=self._saved, failed=partial(show_problem, self), write=True, title=title, owner=self
        )

    def _saved(self, _value: object) -> None:
        self._context.say(_("The company's pictures are saved."))
        self.refresh()


def _set_from(name: str, path: Path, version: int) -> Result[str]:
    try:
        data = path.read_bytes()
    except OSError as error:
        message = _("The file {name} could not be read: {reason}", name=path.name, reason=error.strerror)
        raise DomainError(message, record=path.name, remedy=_("Choose another file.")) from error
    return company_pictures.set_picture(name, data, version)
