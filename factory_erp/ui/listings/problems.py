"""Everything that is wrong with a listing, at the top: what, where, and what mends it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from factory_erp.domain.listing_rules import ListingProblem, Severity, errors
from factory_erp.i18n import _, ngettext
from factory_erp.services.listings.texts import FIELD_TITLES
from factory_erp.ui.kit import figures, theme
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.icons import pixmap
from factory_erp.ui.kit.theme import Tone

LINE_HIGH = 24
"""Of one problem in one line, px."""

IN_SIGHT = 108
"""Height beyond which the list scrolls, px."""


class ProblemList(QFrame):
    """Folded to one line where a person wants the room. ``chosen`` carries the field of a problem."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._problems: tuple[ListingProblem, ...] = ()
        # The lines know their height once they are shown.
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._fit)
        self._icon = QLabel()
        self.words = label(bold=True)
        self.fold = Button(_("Hide"), kind=Kind.LINK, run=self._toggle)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._icon)
        head.addWidget(self.words, 1)
        head.addWidget(self.fold)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 6)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._area)
        self.hide()

    def problems(self) -> tuple[ListingProblem, ...]:
        """Those shown."""
        return self._problems

    def show_problems(self, problems: Sequence[ListingProblem]) -> None:
        """Show *problems*, errors first; nothing at all where there are none."""
        shown = tuple(sorted(problems, key=lambda one: one.severity is not Severity.ERROR))
        if shown == self._problems:
            return
        self._problems = shown
        self.setVisible(bool(shown))
        if shown:
            self._fill()

    def _fill(self) -> None:
        wrong = len(errors(self._problems))
        tone = Tone.DANGER if wrong else Tone.WARNING
        self._icon.setPixmap(pixmap("warning", theme.current().solid(tone), 17, self.devicePixelRatioF()))
        self.words.setText(summary(self._problems))
        self.setAccessibleName(self.words.text())
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for problem in self._problems:
            column.addLayout(self._line(problem))
        column.addStretch(1)
        self._area.setWidget(inside)
        inside.setAutoFillBackground(False)
        self._fit()
        self._settle.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sentences break at another place."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as the sentences need, up to IN_SIGHT."""
        inside = self._area.widget()
        lines = inside.layout() if inside is not None else None
        if lines is not None:
            lines.activate()
            high = lines.totalHeightForWidth(max(self.width() - 44, 200))
            self._area.setFixedHeight(min(max(high, LINE_HIGH) + 2, IN_SIGHT))

    def _line(self, problem: ListingProblem) -> QHBoxLayout:
        look = theme.current()
        serious = problem.severity is Severity.ERROR
        mark = QLabel()
        colour = look.danger if serious else look.warning
        mark.setPixmap(pixmap("close" if serious else "info", colour, 14, self.devicePixelRatioF()))
        mark.setAccessibleName(_("Error") if serious else _("Warning"))
        where = Button(_(FIELD_TITLES[problem.field]), kind=Kind.LINK)
        where.setStyleSheet("padding: 0 2px")
        where.clicked.connect(partial(self._choose, problem.field))
        where.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        where.setFixedHeight(LINE_HIGH)
        what = label(f"{problem.message} {problem.remedy}", wrap=True, selectable=True)
        what.setMinimumHeight(LINE_HIGH)
        line = QHBoxLayout()
        line.setSpacing(8)
        mark.setFixedHeight(LINE_HIGH)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(where, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(what, 1)
        return line

    def _choose(self, field: str, _checked: bool = False) -> None:
        self.chosen.emit(field)

    def _toggle(self) -> None:
        shown = not self._area.isVisibleTo(self)
        self._area.setVisible(shown)
        self.fold.setText(_("Hide") if shown else _("Show"))


def summary(problems: Sequence[ListingProblem]) -> str:
    """ "2 problems keep it from being published, 1 warning"."""
    wrong = len(errors(problems))
    said = []
    if wrong:
        said.append(
            ngettext("{number} problem keeps it from being published",
                     "{number} problems keep it from being published", wrong, number=figures.number(wrong))
        )  # fmt: skip
    if warned := len(problems) - wrong:
        said.append(ngettext("{number} warning", "{number} warnings", warned, number=figures.number(warned)))
    return ", ".join(said)
