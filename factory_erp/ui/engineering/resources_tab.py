"""Moulds, jigs and crews: what steps hold beside their machine, how many there are, and who uses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.engineering import resources
from factory_erp.services.engineering.resources import ResourceInput, ResourceUse, ResourceView
from factory_erp.ui.engineering.words import headed
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.frames import split
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.production.words import either

CONCERNS = frozenset({"resource", "routing_resource", "routing", "routing_operation", "item"})
"""Kinds of record that show here."""

COLUMNS = (
    Column("code", N_("Code"), 130),
    Column("name", N_("Name"), 320),
    Column("capacity", N_("How many"), 110, kind="number",
           tooltip=N_("So many steps can hold it at a time")),
    Column("steps", N_("Steps"), 110, kind="number", tooltip=N_("Steps of routings that hold it")),
)  # fmt: skip
USE_COLUMNS = (
    Column("sku", N_("Item"), 180),
    Column("revision", N_("Revision"), 100),
    Column("sequence", N_("Step"), 80, kind="number"),
    Column("name", N_("What is done"), 320),
)


class ResourcesTab(QWidget):
    """A table of all there are, beneath it the steps that hold the chosen one."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self._known: tuple[ResourceView, ...] = ()
        self._uses: tuple[ResourceUse, ...] = ()
        self._wanted: int | str = ""
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Moulds and crews"))
        self.table.set_empty_text(
            _("No mould or crew yet. Add what steps need beside their machine, then tick it in the routings.")
        )
        self.uses = SimpleTable(USE_COLUMNS)
        self.uses.set_name(_("Where it is used"))
        self.use_heading = label(_("Where it is used"), pixels=15, bold=True)
        self.add_button = Button(_("Add mould or crew…"), icon="add", run=self.add)
        self.change_button = Button(_("Change…"), icon="edit", run=self.change)
        self.remove_button = Button(_("Remove…"), run=self.remove)
        self.open_button = Button(_("Open item"), icon="box", run=self.open_item)
        self.table.activated.connect(lambda _key: self.change())
        self.table.current_changed.connect(lambda _key: self._show_current())
        self.uses.activated.connect(lambda _key: self.open_item())
        self.uses.current_changed.connect(lambda _key: self._show_actions())
        self._lay_out()
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        heading = label(_("Moulds and crews"), pixels=15, bold=True)
        over = headed(heading, (self.remove_button, self.change_button, self.add_button), self.table)
        below = headed(self.use_heading, (self.open_button,), self.uses)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split(over, below, across=False, stretch=(3, 2), sizes=(360, 240)))

    # what the page asks

    def refresh(self) -> None:
        """Read again."""
        self.context.jobs.run(resources.resources, done=self._take, owner=self)

    def on_changes(self, changes: Mapping[str, object]) -> None:
        """Read again where resources or routings changed."""
        if not CONCERNS.isdisjoint(changes):
            self.refresh()

    def is_dirty(self) -> bool:
        """Never: what is edited here is saved by its dialog."""
        return False

    def discard(self) -> None:
        """There is no draft."""

    def save(self) -> bool:
        """There is nothing to save."""
        return True

    def show_one(self, code: str) -> None:
        """Choose the resource with that code."""
        self._wanted = code
        self._choose_wanted()

    # showing

    def _take(self, known: Sequence[ResourceView]) -> None:
        self._known = tuple(known)
        self.table.set_rows([resource_row(one) for one in known], [one.id for one in known])
        self._choose_wanted()
        if self.current() is None and known:
            self.table.select_key(known[0].id)
        self._show_current()

    def _choose_wanted(self) -> None:
        found = next((one.id for one in self._known if self._wanted in (one.id, one.code)), None)
        if found is not None:
            self.table.select_key(found)
            self._wanted = ""

    def current(self) -> ResourceView | None:
        """The resource that is chosen."""
        key = self.table.current_key()
        return next((one for one in self._known if one.id == key), None)

    def _show_current(self) -> None:
        one = self.current()
        self.use_heading.setText(
            _("Where {code} is used", code=one.code) if one is not None else _("Where it is used")
        )
        self._take_uses(one.id if one else 0, ())
        if one is not None:
            read = partial(resources.uses, one.id)
            self.context.jobs.run(read, done=partial(self._take_uses, one.id), owner=self)

    def _take_uses(self, resource_id: int, found: Sequence[ResourceUse]) -> None:
        one = self.current()
        if resource_id != (one.id if one else 0):
            return  # another has been chosen meanwhile
        self._uses = tuple(found)
        self.uses.set_rows([use_row(use) for use in found])
        self.uses.set_empty_text(
            _("No routing needs {code} yet: tick it at a step of a routing.", code=one.code)
            if one is not None
            else _("Choose a mould or crew.")
        )
        self._show_actions()

    def _show_actions(self) -> None:
        chosen = self.current() is not None
        for button in (self.change_button, self.remove_button):
            button.setEnabled(chosen)
            button.setToolTip("" if chosen else _("Choose a mould or crew first."))
        self.open_button.setEnabled(self._use() is not None)

    def _use(self) -> ResourceUse | None:
        key = self.uses.current_key()
        return self._uses[key] if isinstance(key, int) and key < len(self._uses) else None

    # acting

    def add(self) -> FormDialog:
        """The open dialog for a new resource."""
        return self._open(None)

    def change(self) -> FormDialog | None:
        """The open dialog for the chosen resource."""
        known = self.current()
        return self._open(known) if known is not None else None

    def _open(self, known: ResourceView | None) -> FormDialog:
        dialog = resource_dialog(self.context, known, self)
        dialog.done_with.connect(self._saved)
        dialog.open()
        return dialog

    def _saved(self, resource_id: int) -> None:
        self.context.say(_("The mould or crew is saved."))
        self._wanted = resource_id
        self.refresh()

    def remove(self) -> None:
        """Remove the chosen resource, after asking."""
        known = self.current()
        if known is None:
            return
        title = _("Remove {code}?", code=known.code)
        text = _("It can only be removed while no routing and no production order needs it.")
        if confirm(self, title, text, _("Remove")):
            self.context.jobs.run(
                partial(resources.remove_resource, known.id), done=lambda _none: self.refresh(),
                failed=partial(show_problem, self), write=True, title=title, owner=self,
            )  # fmt: skip

    def open_item(self) -> None:
        """Go to the item whose routing is chosen."""
        use = self._use()
        if use is not None:
            self.context.navigate(f"erp://catalog/{use.item_id}")


def resource_dialog(context: UiContext, known: ResourceView | None, parent: QWidget) -> FormDialog:
    """The dialog for a mould or crew, a new one where *known* is None."""
    names = ("code", "name_en", "name_zh", "capacity")
    values = {name: getattr(known, name) for name in names} if known else {"capacity": 1}
    fields = [
        Field("code", _("Code"), required=True, hint=_("As it stands on the mould, for example MOULD-7")),
        Field("name_en", _("English name"), hint=_("One of the names is enough")),
        Field("name_zh", _("Chinese name")),
        Field("capacity", _("How many"), FieldKind.INTEGER, required=True, check=_at_least_one,
              hint=_("So many steps can hold it at a time")),
    ]  # fmt: skip
    dialog = FormDialog(
        context.jobs,
        _("Mould or crew {code}", code=known.code) if known else _("New mould or crew"),
        fields,
        values,
        partial(_saving, known),
        _("Save mould or crew") if known else _("Add mould or crew"),
        note=_("A step that needs it waits until one is free, though its machine may be."),
        parent=parent,
    )
    dialog.resize(460, 400)
    return dialog


def _at_least_one(value: object) -> str:
    return "" if isinstance(value, int) and value > 0 else _("There must be at least one.")


def _saving(known: ResourceView | None, values: Mapping[str, Any]) -> Callable[[], object]:
    given = ResourceInput(
        str(values["code"]), str(values["name_en"] or ""), str(values["name_zh"] or ""), values["capacity"],
        known.id if known else None, known.version if known else None,
    )  # fmt: skip
    return partial(resources.save_resource, given)


def resource_row(one: ResourceView) -> Row:
    """A resource as the table shows it."""
    return one.code, either(one.name_en, one.name_zh), figures.number(one.capacity), figures.number(one.steps)


def use_row(use: ResourceUse) -> Row:
    """A step that holds the resource."""
    return use.sku, use.revision, figures.number(use.sequence), either(use.name_en, use.name_zh)
