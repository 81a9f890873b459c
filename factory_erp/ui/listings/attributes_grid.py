"""What a category asks of a listing: attribute and value, those that are required first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factory_erp.i18n import N_, _
from factory_erp.services.listings.platform_lists import Attribute
from factory_erp.ui.kit.choose import Choice, among
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.kit.grid_cells import GridColumn

Pairs = tuple[tuple[str, str], ...]


class AttributesGrid(EditGrid):
    """A line for each attribute that the category knows, and for any other that a person adds."""

    def __init__(self) -> None:
        self._asked: dict[str, Attribute] = {}
        self._kept: Pairs = ()
        super().__init__(
            (
                GridColumn("name", N_("Attribute"), 150, required=True),
                GridColumn("value", N_("Value"), 210, "lookup", search=self._values, read=_as_typed,
                           hint=N_("F4 shows what the category knows")),
                GridColumn("asked", N_("Asked for"), 210, read_only=True),
            ),
            new_row=dict,
            compute=self._compute,
        )  # fmt: skip
        self.set_name(_("Attributes"))
        self.set_empty_text(_("No attributes. Choose a category, or add lines of your own."))

    def show_pairs(self, pairs: Pairs, asked: Sequence[Attribute], *, saved: bool = True) -> None:
        """Show *pairs* among what the category asks for; with *saved* they are the state saved last."""
        self._asked = {one.name.casefold(): one for one in asked if not one.sales}
        ranked = sorted(self._asked.values(), key=lambda one: not one.required)
        given: dict[str, list[tuple[str, str]]] = {}
        for name, value in pairs:
            given.setdefault(name.casefold(), []).append((name, value))
        rows = []
        for one in ranked:
            rows += given.pop(one.name.casefold(), [(one.name, "")])
        rows += [pair for others in given.values() for pair in others]
        if saved:
            self._kept = tuple(pair for pair in rows if pair[1])
        self.set_rows([{"name": name, "value": value} for name, value in rows])

    def pairs(self) -> Pairs:
        """Attribute and value, where there is a value."""
        return tuple(
            (str(row["name"]), str(row["value"])) for row in self.rows() if row["name"] and row["value"]
        )

    def differs(self) -> bool:
        """Whether other pairs stand here than were saved."""
        return self.pairs() != self._kept

    def keep(self) -> None:
        """The pairs that stand here are saved."""
        self.mark_saved()
        self._kept = self.pairs()

    def kept(self) -> Pairs:
        """The pairs that were saved last."""
        return self._kept

    def _values(self, text: str) -> Sequence[Choice]:
        """What the category knows for the attribute of the current line."""
        place = self.view.currentIndex().row()
        if not 0 <= place < len(self.model.rows):
            return ()
        asked = self._asked.get(self.model.rows[place].cells[0].text.strip().casefold())
        return among([Choice(value, value) for value in asked.values])(text) if asked else ()

    def _compute(self, values: Mapping[str, object]) -> Mapping[str, object]:
        asked = self._asked.get(str(values.get("name") or "").strip().casefold())
        if asked is None:
            return {"asked": None}
        said = [_("required")] if asked.required else []
        said += [_("several possible")] if asked.several else []
        said += [_("from the list only")] if asked.values and not asked.custom else []
        return {"asked": ", ".join(said) or _("if known")}


def _as_typed(text: str) -> object:
    return text.strip()
