"""One finding in full: what is wrong, by which article, and the places that disagree side by side."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from factory_erp.checking.texts import Comparison, compare
from factory_erp.i18n import _
from factory_erp.services.paper_checks.checks import FindingView, PlaceView
from factory_erp.ui.checks import words
from factory_erp.ui.checks.field_words import field_name
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind, label
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone

WORDED = frozenset({5, 6, 7, 28, 36})
"""Rules about wording: the words that differ are picked out."""

PLACE_LEAST = 200
"""The narrowest card of a place, px."""

Jump = Callable[[PlaceView], object]


class FindingCard(QFrame):
    """Shows one finding; *jump* is called with the place whose link was pressed."""

    def __init__(self, jump: Jump, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._jump = jump
        self._finding: FindingView | None = None
        self.links: list[Button] = []
        self.values: list[QLabel] = []
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 11, 8, 11)
        outer.addWidget(self._area)

    def changeEvent(self, event: QEvent) -> None:
        """The words that differ are coloured anew with the theme."""
        super().changeEvent(event)
        finding = getattr(self, "_finding", None)
        if event.type() == QEvent.Type.PaletteChange and finding is not None:
            for value, text in zip(self.values, texts(finding), strict=False):
                value.setText(text)

    def show_finding(self, finding: FindingView | None) -> None:
        """Show it; None: nothing is chosen."""
        self._finding, self.links, self.values = finding, [], []
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        if finding is not None:
            self._fill(column, finding)
        column.addStretch(1)
        # The card may be exchanged from a click on one of its own links: not at once, as setWidget would.
        if (old := self._area.takeWidget()) is not None:
            old.deleteLater()
        self._area.setWidget(content)
        content.setAutoFillBackground(False)
        self._area.viewport().setAutoFillBackground(False)

    def _fill(self, column: QVBoxLayout, finding: FindingView) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        pill = words.severity_pill(finding.severity)
        head.addWidget(label(finding.title, pixels=15, bold=True, wrap=True), 1)
        head.addWidget(Pill(pill.text, pill.tone), 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(label(finding.message, wrap=True, selectable=True))
        column.addWidget(label(words.source(finding), muted=True, wrap=True, selectable=True))
        shown = texts(finding)
        for start in range(0, len(finding.places), 2):
            pair = QHBoxLayout()
            pair.setSpacing(10)
            for place, text in list(zip(finding.places, shown, strict=True))[start : start + 2]:
                pair.addWidget(self._place(place, text, wrong=not start and place is finding.places[0]), 1)
            column.addLayout(pair)

    def _place(self, place: PlaceView, text: str, *, wrong: bool) -> QWidget:
        card = QFrame()
        card.setProperty("card", True)
        card.setMinimumWidth(PLACE_LEAST)
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 9, 12, 9)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(ElidedLabel(place.document, bold=True), 1)
        head.addWidget(Pill(_("Here"), Tone.DANGER) if wrong else Pill(_("Compared with"), Tone.NEUTRAL))
        column.addLayout(head)
        column.addWidget(ElidedLabel(field_name(place.field), muted=True))
        value = label(wrap=True, selectable=True)
        value.setTextFormat(Qt.TextFormat.RichText)
        value.setText(text)
        value.setAccessibleName(place.value or _("nothing"))
        column.addWidget(value)
        column.addStretch(1)
        link = Button(_("Go there"), kind=Kind.LINK, icon="link", run=partial(self._jump, place))
        link.setAccessibleName(_("Go to {document}", document=place.document))
        column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        self.links.append(link)
        self.values.append(value)
        return card


def texts(finding: FindingView) -> list[str]:
    """The value of each place as rich text; of rules about wording with the words picked out that differ."""
    values = [place.value for place in finding.places]
    if finding.rule in WORDED and len(values) == 2 and all(values):
        wrong, measure = values
        found = compare(measure, wrong)
        if found.parts:
            return [_marked(found, "extra"), _marked(found, "missing")]
    return [_plain(value) for value in values]


def _plain(text: str) -> str:
    if not text.strip():
        return f"<i>{escape(_('nothing'))}</i>"
    return escape(text).replace("\n", "<br>")


def _marked(found: Comparison, kind: str) -> str:
    """One of the two texts: what both have, and with its tone what only this one has."""
    tone = Tone.DANGER if kind == "missing" else Tone.WARNING
    ground, ink = theme.current().pill(tone)
    # Colour never alone: the words are underlined as well.
    style = f"background-color:{ground};color:{ink};text-decoration:underline;font-weight:bold"
    return " ".join(
        f'<span style="{style}">{escape(part.text)}</span>' if part.kind == kind else escape(part.text)
        for part in found.parts
        if part.kind in ("same", kind)
    )
