"""The list of suggestions, as the table reads it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from factory_erp.i18n import N_
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import SuggestionFilter, SuggestionView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.material import words

COLUMNS = (
    Column("kind", N_("Kind"), 80, kind="pill"),
    Column("item", N_("Item"), 170, narrowest=122),
    Column("quantity", N_("Quantity"), 76, kind="number"),
    Column("unit", N_("Unit"), 48, sortable=False, narrowest=48),
    Column("start", N_("Begin by"), 94, kind="date", priority=4,
           tooltip=N_("When it has to be begun, or ordered")),
    Column("due", N_("Due"), 94, kind="date"),
    Column("available", N_("Can be there"), 98, kind="date", priority=6),
    Column("late", N_("Late"), 112, kind="pill", sortable=False, priority=1),
    Column("order", N_("For order"), 170, narrowest=134, priority=2,
           tooltip=N_("The first order that it is for, and how many more")),
    Column("supplier", N_("Supplier"), 130, narrowest=90, priority=7),
    Column("why", N_("Why"), 240, narrowest=150, sortable=False, priority=8),
)  # fmt: skip

EMPTY: Row = ("",) * len(COLUMNS)


class SuggestionSource:
    """Suggestions of a view whose item matches a search; see ``rows.RowSource``."""

    columns: Sequence[Column] = COLUMNS

    def __init__(self) -> None:
        self._versions: dict[int, int] = {}

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        """Ids in the order asked."""
        wanted = SuggestionFilter(view or "open", search, sort=sort or "start", descending=descending)
        self._versions = {}
        return suggestions.suggestion_ids(wanted)

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """The lines of *ids*; one that was accepted meanwhile is empty."""
        views = suggestions.suggestion_rows(ids)
        self._versions |= {view.id: view.version for view in views}
        found = {view.id: _cells(view) for view in views}
        return [found.get(wanted, EMPTY) for wanted in ids]

    def shown(self, ids: Sequence[int]) -> dict[int, int]:
        """The versions of those of *ids* that were seen since the list was read last."""
        return {one: self._versions[one] for one in ids if one in self._versions}


def _cells(view: SuggestionView) -> Row:
    return (
        words.kind_pill(view.kind),
        words.item(view.sku, view.name),
        figures.number(view.quantity),
        figures.unit(view.unit),
        figures.last_day(view.start) if view.start else "",
        figures.last_day(view.due),
        figures.last_day(view.available) if view.available else "",
        words.late_pill(view.late_days),
        words.served(view.served),
        view.supplier,
        view.why,
    )
