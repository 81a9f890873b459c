"""What its platform says of an order, as banners: what the buyer changed, why no goods may leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout

from factory_erp.i18n import _, ngettext, pgettext
from factory_erp.models.platforms import ExceptionKind
from factory_erp.models.sales import PlatformBlock
from factory_erp.services.platform_orders.on_platform import OrderOnPlatform, Waiting
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Banner, Button, Kind

_SAID_BY_BLOCK = {
    PlatformBlock.CLOSED: ExceptionKind.CANCELLED,
    PlatformBlock.FROZEN: ExceptionKind.FROZEN,
    PlatformBlock.DISPUTED: ExceptionKind.DISPUTED,
    PlatformBlock.RISK: ExceptionKind.DISPUTED,
}
"""What holds the goods to the question that the same word of the platform puts: one banner is enough."""


_Said = tuple[str, Tone, str, Callable[[], object]]
"""What is said, how serious it is, the button and what it does."""


def _nothing(*_anything: object) -> None:
    """Where there is no order, there is nothing to do."""


@dataclass(frozen=True)
class PlatformWord:
    """``name`` is the platform's; ``review`` opens what waits, ``release`` lets a risky order go."""

    order: OrderOnPlatform | None = None
    name: str = ""
    review: Callable[[int], object] = _nothing
    release: Callable[[], object] = _nothing

    def banners(self, *, narrow: bool = False) -> list[Notice]:
        """A fresh banner for each thing that a person has to know; *narrow* for a card."""
        said = self._said(self.order) if self.order is not None else ()
        return [Notice(text, tone, button, run, narrow=narrow) for text, tone, button, run in said]

    def _said(self, order: OrderOnPlatform) -> Iterator[_Said]:
        told = _SAID_BY_BLOCK.get(order.block)
        if order.hold:
            yield self._held(order, next((one for one in order.waiting if one.kind is told), None))
        for waiting in order.waiting:
            if waiting.kind is not told:
                review = partial(self.review, waiting.exception_id)
                yield self._sentence(order, waiting), Tone.WARNING, _("Review…"), review

    def _held(self, order: OrderOnPlatform, waiting: Waiting | None) -> _Said:
        text = f"{order.hold} {order.remedy}"
        if order.block is PlatformBlock.RISK:
            return text, Tone.WARNING, pgettext("platform order", "Release…"), self.release
        if waiting is None:
            return text, Tone.DANGER, "", _nothing
        return text, Tone.DANGER, _("Review…"), partial(self.review, waiting.exception_id)

    def _sentence(self, order: OrderOnPlatform, waiting: Waiting) -> str:
        if waiting.kind is ExceptionKind.REFUNDED:
            amount = figures.money(order.refunded)
            return _("{platform} refunded {amount} to the buyer.", platform=self.name, amount=amount)
        if waiting.kind is ExceptionKind.CHANGED:
            return ngettext(
                "The buyer changed this order on {platform}: {count} difference.",
                "The buyer changed this order on {platform}: {count} differences.",
                waiting.differences,
                platform=self.name,
            )
        return _("{platform} changed the state of this order: {status}.", platform=self.name,
                 status=order.status)  # fmt: skip


NO_WORD = PlatformWord()


class Notice(Banner):
    """A banner whose words may need several lines; *narrow* puts the button under them."""

    def __init__(
        self, text: str, tone: Tone, button: str, run: Callable[[], object], *, narrow: bool
    ) -> None:
        super().__init__(text, tone, icon="warning")
        self.words.setWordWrap(True)
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        if narrow:
            row.setContentsMargins(10, 8, 10, 6)
        if button:
            link = Button(button, self, kind=Kind.LINK, run=run)
            row.removeWidget(self.words)
            downwards = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
            inside = QBoxLayout(downwards)
            inside.setSpacing(2)
            inside.addWidget(self.words, 1)
            inside.addWidget(link, 0, Qt.AlignmentFlag.AlignRight)
            row.addLayout(inside, 1)
