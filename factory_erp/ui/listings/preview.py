"""A listing as a buyer sees it: pictures, title, price breaks, variants, what is known of the product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.domain.listings import ListingContent, PriceTier
from factory_erp.domain.money import Money, exponent
from factory_erp.i18n import _, in_language, language
from factory_erp.services.listings.catalogue import plain_language
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.listings import words
from factory_erp.ui.listings.cells import Covers
from factory_erp.ui.listings.parts import Flow
from factory_erp.ui.products.picture_view import PictureView

LARGE = 560
"""Pixels of the large picture."""

THUMB = 40
"""Edge of a thumbnail, px."""

ATTRIBUTES_MOST = 14
"""Attributes that the preview shows; buyers see all."""


class PreviewPanel(QFrame):
    """Follows the draft; its words are in the language of the account."""

    def __init__(self, covers: Covers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setMinimumWidth(290)
        self._covers = covers
        self._content: ListingContent | None = None
        self._language = ""
        self._chosen = ""
        self.picture = PictureView()
        self.picture.setFixedHeight(210)
        covers.loaded.connect(self._show_pictures)
        self.caption = label(_("As buyers see it"), pixels=15, bold=True)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.viewport().setAutoFillBackground(False)
        self.thumbs: dict[str, Button] = {}
        self._thumb_box = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 8, 10)
        column.setSpacing(8)
        column.addWidget(self.caption)
        column.addWidget(self._area, 1)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(10)
        self._words = QWidget()
        self._column.addWidget(self.picture)
        self._column.addWidget(self._thumb_box)
        self._column.addWidget(self._words)
        self._column.addStretch(1)
        self._area.setWidget(inside)
        inside.setAutoFillBackground(False)

    def content(self) -> ListingContent | None:
        """What is shown."""
        return self._content

    def show_nothing(self) -> None:
        """No listing is open."""
        self._content = None
        self._replace_words(QWidget())

    def show_content(self, content: ListingContent, account_language: str) -> None:
        """Show *content* to a buyer who reads *account_language*."""
        if content == self._content and account_language == self._language:
            return
        pictures = self._content.images if self._content is not None else None
        self._content, self._language = content, plain_language(account_language)
        if self._chosen not in content.images:
            self._chosen = next(iter(content.images), "")
        with self._spoken():
            self._replace_words(_words(content))
        if pictures != content.images:
            self._make_thumbs(content.images)
        self._show_pictures()

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        with in_language(self._language):
            yield

    def _replace_words(self, made: QWidget) -> None:
        old, self._words = self._words, made
        self._column.replaceWidget(old, made)
        made.setAutoFillBackground(False)
        old.hide()
        old.deleteLater()

    def _make_thumbs(self, images: Sequence[str]) -> None:
        box = QWidget()
        row = Flow(box)
        self.thumbs = {}
        for number, sha256 in enumerate(images, start=1):
            button = Button(kind=Kind.CHIP, run=partial(self.choose, sha256))
            button.setFixedSize(THUMB, THUMB)
            button.setIconSize(QSize(THUMB - 8, THUMB - 8))
            button.setStyleSheet("padding: 0")
            button.setAccessibleName(_("Picture {number}", number=number))
            self.thumbs[sha256] = button
            row.addWidget(button)
        old, self._thumb_box = self._thumb_box, box
        self._column.replaceWidget(old, box)
        box.setVisible(len(images) > 1)
        old.hide()
        old.deleteLater()

    def choose(self, sha256: str) -> None:
        """Show another of the pictures large."""
        self._chosen = sha256
        self._show_pictures()

    def _show_pictures(self) -> None:
        if self._content is None:
            return
        if not self._chosen:
            with self._spoken():
                self.picture.show_words(_("No picture yet"))
        else:
            image = self._covers.image(self._chosen, LARGE)
            if image.isNull():
                self.picture.show_words("")
            else:
                self.picture.show_image(image, self._content.title)
        for sha256, button in self.thumbs.items():
            button.setChecked(sha256 == self._chosen)
            small = self._covers.image(sha256, THUMB * 2)
            if not small.isNull():
                button.setIcon(QIcon(QPixmap.fromImage(small)))


def _words(content: ListingContent) -> QWidget:
    """Everything under the pictures."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    title = label(content.title or _("No title yet"), pixels=16, bold=True, wrap=True, selectable=True)
    title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
    column.addWidget(title)  # a word that fits in no line is cut off, rather than everything beside it
    column.addWidget(_price_boxes(content))
    column.addLayout(_pairs(_facts(content)))
    for name, values in _variants(content).items():
        column.addWidget(label(name, muted=True))
        column.addWidget(_chips(values))
    if content.attributes:
        column.addWidget(label(_("Product details"), pixels=15, bold=True))
        column.addLayout(_pairs(content.attributes[:ATTRIBUTES_MOST]))
    return made


def tier_texts(tiers: Sequence[PriceTier], unit: str, currency: str) -> list[tuple[str, str]]:
    """("50–199 PCS", "US$3.20") of each price break."""
    found = []
    for place, tier in enumerate(tiers):
        first = figures.number(tier.quantity)
        following = tiers[place + 1].quantity if place + 1 < len(tiers) else None
        span = f"≥ {first}" if following is None else f"{first}–{figures.number(following - 1)}"
        if following is not None and following - 1 <= tier.quantity:
            span = first
        found.append((f"{span} {figures.unit(unit)}" if unit else span, _symbol_price(tier, currency)))
    return found


def _symbol_price(tier: PriceTier, currency: str) -> str:
    """ "US$3.20"; finer prices than the minor unit with the code: "USD 0.1275"."""
    try:
        places = exponent(currency)
        if tier.price == round(tier.price, places):
            return Money.of(tier.price, currency).format(language(), symbol=True)
    except DomainError:
        pass
    return f"{currency} {words.price(tier.price, currency)}"


def _price_boxes(content: ListingContent) -> QWidget:
    box = QWidget()
    if not content.prices:
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label(_("No price yet"), muted=True))
        return box
    row = Flow(box, gap=8)
    for span, price in tier_texts(content.prices, content.unit, content.currency):
        row.addWidget(_price_box(span, price))
    return box


def _price_box(span: str, price: str) -> QFrame:
    frame = QFrame()
    frame.setProperty("card", True)
    column = QVBoxLayout(frame)
    column.setContentsMargins(10, 6, 10, 6)
    column.setSpacing(1)
    column.addWidget(label(span, muted=True))
    column.addWidget(label(price, pixels=16, bold=True))
    frame.setAccessibleName(f"{span}: {price}")
    return frame


def _facts(content: ListingContent) -> list[tuple[str, str]]:
    least = figures.quantity(content.min_order, content.unit) if content.unit else ""
    rows = [
        (_("Least order"), least),
        (_("Lead time"), _lead(content)),
        (_("Brand"), content.brand),
    ]
    return [(name, value) for name, value in rows if value]


def _lead(content: ListingContent) -> str:
    return words.lead(content.lead)


def _variants(content: ListingContent) -> dict[str, list[str]]:
    """Option → its values, in the order in which the items have them."""
    found: dict[str, dict[str, None]] = {}
    for sku in content.skus:
        for name, value in sku.options:
            found.setdefault(name, {})[value] = None
    return {name: list(values) for name, values in found.items()}


def _chips(values: Sequence[str]) -> QWidget:
    box = QWidget()
    row = Flow(box)
    for value in values:
        row.addWidget(Pill(value, Tone.NEUTRAL))
    return box


def _pairs(rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(1, 1)
    for number, (name, value) in enumerate(rows):
        key: QLabel = label(name, muted=True, wrap=len(name) > 22)
        key.setAlignment(Qt.AlignmentFlag.AlignTop)
        grid.addWidget(key, number, 0)
        grid.addWidget(label(value, wrap=True), number, 1)
    return grid
