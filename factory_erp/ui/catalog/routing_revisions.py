"""The head of the routing tab: which revision, on which days it is valid, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services import clock
from factory_erp.services.catalogue import item_forms
from factory_erp.services.engineering import resources, routings, work_centres
from factory_erp.services.engineering.resources import ResourceView
from factory_erp.services.engineering.routings import RoutingRevisionView, RoutingSheet
from factory_erp.services.engineering.work_centres import CentreView
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.draft_tab import without_bar
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import ChoiceEdit, Field, FieldKind, Form
from factory_erp.ui.kit.frames import GAP
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone

FIRST = "A"
"""Name of an item's first revision."""


@dataclass(frozen=True, slots=True)
class RoutingRead:
    """What the routing tab shows; *sheet* is None where the item has no routing yet."""

    revisions: tuple[RoutingRevisionView, ...]
    sheet: RoutingSheet | None
    centres: tuple[CentreView, ...]
    resources: tuple[ResourceView, ...]
    unit: str

    def shown(self) -> RoutingRevisionView | None:
        """The revision whose sheet it is."""
        return next((one for one in self.revisions if self.sheet and one.id == self.sheet.id), None)


def read_routing(item_id: int, wanted: int | None) -> RoutingRead:
    """The routing *wanted*; without it, or where it is gone, the one valid today, else the newest."""
    revisions = tuple(routings.routing_revisions(item_id))
    ids = [one.id for one in revisions]
    current = next((one.id for one in revisions if one.current), ids[0] if ids else None)
    shown = wanted if wanted in ids else current
    sheet = routings.routing_sheet(shown) if shown is not None else None
    unit = item_forms.item_form(item_id).unit
    known = tuple(resources.resources())
    return RoutingRead(revisions, sheet, tuple(work_centres.centres()), known, unit)


class RevisionBar(QWidget):
    """``chosen`` carries the id of another revision that was asked for."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.chooser = ChoiceEdit(())
        self.chooser.setAccessibleName(_("Revision"))
        self.chooser.setMinimumWidth(236)
        self.chooser.edited.connect(self._choose)
        self.days = without_bar(Form(day_fields(), columns=2))
        self.days.setFixedSize(330, 66)
        self.pill = Pill("", Tone.NEUTRAL)
        self.new_button = Button(_("New revision…"), icon="copy")
        self.remove_button = Button(_("Remove revision…"))
        self._shown: int | None = None
        self._lay_out()

    def _lay_out(self) -> None:
        caption = label(_("Revision"), muted=True)
        caption.setBuddy(self.chooser)
        chooser = QVBoxLayout()
        chooser.setSpacing(4)
        for part in (caption, self.chooser):
            chooser.addWidget(part)
        chooser.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addLayout(chooser)
        row.addWidget(self.days)
        row.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        for button in (self.remove_button, self.new_button):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_read(self, read: RoutingRead) -> None:
        """Show the revisions, and the days of the one in view."""
        sheet, shown = read.sheet, read.shown()
        self._shown = sheet.id if sheet else None
        self.chooser.set_choices([(one.id, title_of(one)) for one in read.revisions] or [(None, FIRST)])
        self.chooser.show_value(self._shown)
        first, last = (sheet.valid_from, sheet.valid_to) if sheet else (clock.today(), None)
        self.days.set_values({"valid_from": first, "valid_to": last})
        derived = shown is not None and shown.derived
        self.days.setEnabled(not derived)
        text, tone = state_of(shown)
        self.pill.set(text, tone)
        self.pill.setVisible(bool(text))
        self.new_button.setEnabled(shown is not None)
        self.remove_button.setEnabled(shown is not None and not derived)
        note = _("The variant rules of its product write it. A new revision can be changed by hand.")
        for part in (self.pill, self.remove_button):
            part.setToolTip(note if derived else "")

    def _choose(self) -> None:
        wanted = self.chooser.value()
        self.chooser.show_value(self._shown)  # until it has been read, and the draft has been asked about
        if isinstance(wanted, int) and wanted != self._shown:
            self.chosen.emit(wanted)


def day_fields() -> list[Field]:
    """The days on which a revision is valid."""
    return [
        Field("valid_from", _("Valid from"), FieldKind.DATE, required=True),
        Field("valid_to", _("Valid to"), FieldKind.DATE, hint=_("Empty: until another follows")),
    ]


def state_of(shown: RoutingRevisionView | None) -> tuple[str, Tone]:
    """What a pill says of a revision; nothing where there is none."""
    if shown is None:
        return "", Tone.NEUTRAL
    if shown.derived:
        return _("from the variant rules"), Tone.TEAL
    if shown.current:
        return _("valid today"), Tone.SUCCESS
    if shown.valid_from > clock.today():
        return _("not valid yet"), Tone.INFO
    return _("no longer valid"), Tone.NEUTRAL


def title_of(one: RoutingRevisionView) -> str:
    """A revision as it stands in a choice: "B · from 2026-12-01"."""
    if one.valid_to is None:
        return _("{revision} · from {first}", revision=one.revision, first=one.valid_from.isoformat())
    return _(
        "{revision} · {first} to {last}",
        revision=one.revision,
        first=one.valid_from.isoformat(),
        last=one.valid_to.isoformat(),
    )


def revision_dialog(
    context: UiContext, sheet: RoutingSheet, taken: Sequence[str], parent: QWidget
) -> FormDialog:
    """The dialog that copies *sheet* to a new revision; ``done_with`` carries the id of the copy."""
    fields = [
        Field("revision", _("Revision"), required=True, check=partial(_check_name, taken)),
        Field("valid_from", _("Valid from"), FieldKind.DATE, required=True),
    ]
    values = {"revision": next_name(taken), "valid_from": clock.today()}
    note = _("A copy of revision {revision}, which ends the day before.", revision=sheet.revision)
    title = _("New revision of {sku}", sku=sheet.sku)
    save = partial(_copying, sheet.id)
    dialog = FormDialog(
        context.jobs, title, fields, values, save, _("Make revision"), note=note, parent=parent
    )
    dialog.resize(420, 260)
    return dialog


def _copying(routing_id: int, values: Mapping[str, Any]) -> Any:
    day = values["valid_from"]
    assert isinstance(day, date)
    return partial(routings.new_routing_revision, routing_id, str(values["revision"]), day)


def _check_name(taken: Sequence[str], value: object) -> str:
    known = str(value).strip() in taken
    return _("There is a revision {revision} already.", revision=value) if known else ""


def next_name(taken: Sequence[str]) -> str:
    """The letter after the last one that is taken; empty where that cannot be said."""
    letters = [name for name in taken if len(name) == 1 and "A" <= name < "Z"]
    return chr(ord(max(letters)) + 1) if letters else ""
