"""The banner that tells that production does not follow an order yet, with the way to the differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from factory_erp.i18n import _, ngettext
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.sales.platform_word import Notice


def _nothing() -> None:
    """Where everything fits, there is nothing to show."""


@dataclass(frozen=True)
class FloorWord:
    """How many differences wait for a decision; ``review`` shows them."""

    count: int = 0
    review: Callable[[], object] = _nothing

    def banners(self, *, narrow: bool = False) -> list[Notice]:
        """A fresh banner where something does not fit; *narrow* for a card."""
        if not self.count:
            return []
        text = ngettext(
            "The factory does not follow this order yet: {count} difference.",
            "The factory does not follow this order yet: {count} differences.",
            self.count,
        )
        return [Notice(text, Tone.WARNING, _("Show differences…"), self.review, narrow=narrow)]


FITS = FloorWord()
