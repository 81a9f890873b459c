"""What the dialog asks of those who open it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from factory_erp.documents.snapshot import Language
from factory_erp.services.issuing.drafts import Draft
from factory_erp.services.issuing.order_terms import TermsInput
from factory_erp.services.issuing.register import RegisterRow


@dataclass(frozen=True, slots=True)
class PaperSource:
    """Where the dialog's papers come from: *kinds* to choose from, all of the record *number*.

    ``draft(kind, language, terms)`` draws what would be issued now, with the terms as they are typed;
    ``issue(kind, language, client_key, reason)`` issues; ``issued()`` are all that ever were, of every kind.
    """

    number: str
    kinds: Sequence[str]
    draft: Callable[[str, Language | None, TermsInput | None], Draft]
    issue: Callable[[str, Language | None, str, str], object]
    issued: Callable[[], Sequence[RegisterRow]]


class Terms(Protocol):
    """What the dialog asks of a form beside the paper."""

    saved: SignalInstance
    edited: SignalInstance
    dirty_changed: SignalInstance

    def show_kind(self, kind: str) -> None:
        """Show the terms of that kind."""

    def typed(self) -> TermsInput | None:
        """What stands in the form and is not saved yet; None where nothing is, or a field is not sound."""

    def is_dirty(self) -> bool:
        """Whether something is typed that is not saved."""

    def discard(self) -> None:
        """Throw that away."""

    def widget(self) -> QWidget:
        """The form."""
