"""The card of a product beside the list, and the pictures on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.services.catalogue import certificates, products
from factory_erp.services.catalogue.certificates import CertificateView, Validity
from factory_erp.services.catalogue.products import ProductSheet
from factory_erp.services.files import images
from factory_erp.ui.catalog.languages import language_title
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.detail_card import DetailCard

COVER_EDGE = 220
"""Room for the cover on the card, px."""

STATES = {Validity.LAPSING: N_("lapses soon"), Validity.LAPSED: N_("lapsed")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A product as the card and the head of its sheet show it; *cover* is a PNG, empty without one."""

    sheet: ProductSheet
    certificates: Sequence[CertificateView]
    cover: bytes


def read_product(product_id: int, edge: int = COVER_EDGE) -> Shown:
    """The product with its certificates and its cover. Raises NotFound."""
    sheet = products.product_sheet(product_id)
    return Shown(sheet, certificates.certificates(product_id), _cover(sheet.cover, edge))


def _cover(sha256: str, edge: int) -> bytes:
    """A picture that cannot be read must not hide the product."""
    try:
        return images.thumbnail(sha256, edge) if sha256 else b""
    except DomainError:
        return b""


def picture(png: bytes, name: str) -> QLabel:
    """A label with the picture, which *name* says to a screen reader."""
    pixmap = QPixmap()
    pixmap.loadFromData(png)
    shown = QLabel()
    shown.setPixmap(pixmap)
    shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
    shown.setAccessibleName(name)
    return shown


class ProductCard(DetailCard):
    """What there is to know about a product, at a glance."""

    def show_nothing(self) -> None:
        """No product is chosen."""
        self.clear()
        self.add_widget(label(_("Choose a product to see it here."), muted=True, wrap=True))

    def show_product(self, shown: Shown, *, facts: bool = True) -> None:
        """Facts (unless they stand in a form beside), cover, completeness by language, certificates."""
        sheet = shown.sheet
        self.fill(sheet.code, sheet.name, [*(_facts(sheet) if facts else ()), _items(sheet)])
        if shown.cover:
            self.add_widget(picture(shown.cover, _("Cover of {product}", product=sheet.code)))
        if sheet.completeness:
            self.add_section(_("Texts"))
            self.add_progress((language_title(one.language), one.percent) for one in sheet.completeness)
        if shown.certificates:
            self.add_section(_("Certificates"))
            self.add_rows(_certificate_row(one) for one in shown.certificates)


def _facts(sheet: ProductSheet) -> list[tuple[str, str]]:
    rows = [
        (_("Category"), sheet.category),
        (_("Brand"), sheet.brand),
        (_("Made of"), sheet.material),
        (_("SKU pattern"), sheet.sku_pattern),
    ]
    return [(key, value) for key, value in rows if value]


def _items(sheet: ProductSheet) -> tuple[str, str]:
    return _("Items"), figures.number(sheet.items)


def _certificate_row(one: CertificateView) -> tuple[str, str]:
    """(Kind, until when)."""
    if one.valid_to is None:
        return one.kind, _("without an end")
    said = _("until {day}", day=figures.day(one.valid_to))
    return one.kind, f"{said} · {_(STATES[one.state])}" if one.state in STATES else said
