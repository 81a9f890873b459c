"""A listing's draft: its parts as one."""

from __future__ import annotations

from collections.abc import Mapping

from factory_erp.domain.errors import DomainError
from factory_erp.services.listings.book import ListingForm
from factory_erp.services.listings.compose import Composed
from factory_erp.ui.listings.parts import Part
from factory_erp.ui.listings.work import Opened


class Draft:
    """Each part stands under the key of its tab; none before a listing is read."""

    def __init__(self, parts: Mapping[str, Part] | None = None) -> None:
        self.parts = dict(parts or {})

    def is_dirty(self) -> bool:
        """Whether a part was changed."""
        return any(part.is_dirty() for part in self.parts.values())

    def changed_keys(self) -> list[str]:
        """Keys of the parts that were changed."""
        return [key for key, part in self.parts.items() if part.is_dirty()]

    def show_listing(self, opened: Opened) -> None:
        """Show what was read as the state that was saved last."""
        for part in self.parts.values():
            part.show_listing(opened)

    def form(self, kept: ListingForm) -> ListingForm:
        """*kept* with what stands in every part. Raises DomainError where one is not sound."""
        form = kept
        for part in self.parts.values():
            form = part.fill(form)
        return form

    def show_composed(self, composed: Composed) -> None:
        """Show in every part what the draft comes to."""
        for part in self.parts.values():
            part.show_composed(composed)

    def mark_saved(self) -> None:
        """What stands in the parts is what is saved."""
        for part in self.parts.values():
            part.mark_saved()

    def discard(self) -> None:
        """Throw the edits of every part away."""
        for part in self.parts.values():
            part.discard()

    def unsound(self) -> str:
        """Key of the first part that is not sound, which shows why; "" where all are."""
        return next((key for key, part in self.parts.items() if part.show_unsound()), "")

    def refused(self, error: DomainError) -> str:
        """Key of the part that shows the refusal; "" where none does."""
        return next((key for key, part in self.parts.items() if part.show_refusal(error)), "")
