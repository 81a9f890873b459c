"""Parts that both the card beside the list and the order's own page are put together from."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from factory_erp.domain.money import Money
from factory_erp.i18n import _, ngettext
from factory_erp.models.production import ProductionState
from factory_erp.models.shipping import ShipmentState
from factory_erp.services.papers.kinds import PAPERS, name_of
from factory_erp.services.platform_orders.on_platform import OrderOnPlatform
from factory_erp.services.production import orders as production
from factory_erp.services.sales.views import Amounts, LinkedRecord, OrderDetail
from factory_erp.services.shipping import shipments as shipping
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import ElidedLabel
from factory_erp.ui.kit.theme import Theme
from factory_erp.ui.kit.widgets import JourneyLine, JourneyStep, StepState, label

LINES_SHOWN = 8
"""Goods lines that the narrow card holds; the order's own page has them all."""

_PAST = (StepState.DONE,)


class CompactJourney(JourneyLine):
    """The journey without captions, for a narrow card; the sentence under it says where the order is."""

    def minimumSizeHint(self) -> QSize:
        """Only the discs."""
        return QSize(max(1, len(self.steps())) * 28, 34)

    def _draw_caption(self, painter: QPainter, look: Theme, index: int) -> None:
        """Nothing: eight captions do not fit; each disc says its own in a tooltip."""


def journey_steps(detail: OrderDetail) -> list[JourneyStep]:
    """The stations of the order for a ``JourneyLine``."""
    return [JourneyStep(step.title, StepState(step.state.value), step.note) for step in detail.steps]


def where_it_stands(detail: OrderDetail) -> str:
    """A sentence about the first station that is not behind the order."""
    steps = journey_steps(detail)
    step = next((step for step in steps if step.state not in _PAST), None)
    if step is None:
        return _("Everything is done.")
    return step.reason or _("Next: {step}.", step=step.caption)


def facts(detail: OrderDetail, on_platform: OrderOnPlatform | None = None) -> list[tuple[str, str]]:
    """What was agreed, as key-value rows; with the platform's own word on its order."""
    rows = [
        (_("Channel"), detail.channel or _("Direct")),
        (_("Platform order"), detail.external_id),
        *_said_there(on_platform),
        (_("Buyer's PO"), detail.customer_po),
        (_("Ordered"), figures.local(detail.ordered_at)),
        (_("Trade term"), _("{term} (Incoterms 2020)", term=detail.trade_term)),
        (_("Payment"), detail.payment_terms),
        (_("Requested"), figures.day(detail.requested_ship) or figures.NONE),
        (_("Promised"), figures.day(detail.ship_by) or figures.NONE),
        (_("Destination"), destination(detail)),
    ]
    return [(key, value) for key, value in rows if value]


def _said_there(on_platform: OrderOnPlatform | None) -> list[tuple[str, str]]:
    if on_platform is None:
        return []
    refunded = figures.money(on_platform.refunded) if on_platform.refunded else ""
    return [(_("Platform status"), on_platform.status), (_("Refunded"), refunded)]


def destination(detail: OrderDetail) -> str:
    """Country, and the port of discharge where there is one."""
    country = figures.country(detail.destination_country)
    return f"{country} · {detail.port_of_discharge}" if detail.port_of_discharge else country


def links(detail: OrderDetail, most: int = 0) -> list[tuple[str, str, str]]:
    """(icon, text, target) of the records that came out of the order, for ``DetailCard.add_links``.

    Of the production orders at most *most* (0: all), those of the ordered goods before their parts'.
    """
    linked = detail.linked
    made = linked.production[:most] if most else linked.production
    return [
        *(("document", _document_text(record), f"document:{record.id}") for record in linked.documents),
        *(
            ("container", _shipment_text(record), f"erp://shipping/{record.id}")
            for record in linked.shipments
        ),
        *(("factory", _production_text(record), f"erp://production/{record.id}") for record in made),
    ]


def _shipment_text(record: LinkedRecord) -> str:
    return f"{record.number} · {_(shipping.STATE_NAMES[ShipmentState(record.state)])}"


def _production_text(record: LinkedRecord) -> str:
    return f"{record.number} · {_(production.STATE_NAMES[ProductionState(record.state)])}"


def _document_text(record: LinkedRecord) -> str:
    return f"{name_of(record.state)} {record.number}" if record.state in PAPERS else record.number


def document_number(detail: OrderDetail, document_id: int) -> str:
    """The number of a linked document; its id where the order no longer has it."""
    found = (record.number for record in detail.linked.documents if record.id == document_id)
    return next(found, str(document_id))


class AmountsGrid(QWidget):
    """What the total consists of, figures under one another; parts that are zero are left out."""

    def __init__(self, amounts: Amounts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(0, 1)
        parts = list(_parts(amounts))
        rows = parts if len(parts) > 1 else []
        for number, (caption, money) in enumerate(rows):
            _put(grid, number, caption, figures.amount(money), f"{caption}: {figures.money(money)}")
        caption, total = _("Total"), figures.money(amounts.total)
        _put(grid, len(rows), caption, total, f"{caption}: {total}", bold=True)


def _parts(amounts: Amounts) -> Iterable[tuple[str, Money]]:
    yield _("Goods value"), amounts.product
    for caption, money in (
        (_("Freight"), amounts.freight),
        (_("Insurance"), amounts.insurance),
        (_("Discount"), -amounts.discount),
        (_("Adjustment"), amounts.adjustment),
    ):
        if money:
            yield caption, money


def _put(grid: QGridLayout, row: int, caption: str, value: str, said: str, bold: bool = False) -> None:
    figure = label(value, bold=bold, selectable=True)
    figure.setAlignment(Qt.AlignmentFlag.AlignRight)
    figure.setAccessibleName(said)
    grid.addWidget(label(caption, muted=not bold, bold=bold), row, 0)
    grid.addWidget(figure, row, 1)


class LineList(QWidget):
    """The goods in two rows each: name and amount, then SKU, options, quantity and unit price."""

    def __init__(self, detail: OrderDetail, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        for place, line in enumerate(detail.lines[:LINES_SHOWN]):
            row = 3 * place
            if place:
                grid.setRowMinimumHeight(row - 1, 7)
            about = " · ".join(part for part in (line.sku, line.options) if part)
            times = f"{figures.quantity(line.quantity, line.unit)} × {figures.amount(line.unit_price)}"
            grid.addWidget(ElidedLabel(line.name), row, 0)
            grid.addWidget(_right(figures.amount(line.amount)), row, 1)
            grid.addWidget(ElidedLabel(about, muted=True), row + 1, 0)
            grid.addWidget(_right(times, muted=True), row + 1, 1)
        rest = len(detail.lines) - LINES_SHOWN
        if rest > 0:
            more = ngettext("and {count} more line", "and {count} more lines", rest)
            grid.addWidget(label(more, muted=True), 3 * LINES_SHOWN, 0, 1, 2)


def _right(text: str, muted: bool = False) -> QLabel:
    result = label(text, muted=muted)
    result.setAlignment(Qt.AlignmentFlag.AlignRight)
    return result
