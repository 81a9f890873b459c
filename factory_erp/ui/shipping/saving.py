"""Saving papers where a person wants them: the set as one file, or one paper in a form for other programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.issuing import sets, twins
from factory_erp.services.issuing.sets import SetFile
from factory_erp.services.issuing.twins import FORM_NAMES, TwinForm
from factory_erp.services.workbench.views import DocumentRow, ShipmentDetail
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.shipping import steps


class Saving(QObject):
    """What there is to save of the shipment of a workbench, as a menu; files are made in the background."""

    def __init__(
        self, context: UiContext, detail: Callable[[], ShipmentDetail | None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._detail = detail
        self._window = parent

    def offer(self, document: DocumentRow | None, button: QWidget) -> None:
        """Open the menu under *button*: the set, and the forms that *document* has."""
        if document is None:
            self.open_menu(button, None, ())
        else:
            read = partial(twins.offered, document.id)
            self._context.jobs.run(read, done=partial(self.open_menu, button, document), owner=self)

    def open_menu(self, button: QWidget, document: DocumentRow | None, forms: Sequence[TwinForm]) -> QMenu:
        """The open menu; gone with the choice."""
        menu = QMenu(self._window)
        detail = self._detail()
        if detail is not None and steps.can_send(detail).now:
            pdf, archive = partial(sets.set_pdf, detail.id), partial(sets.set_zip, detail.id)
            excel = partial(archive, twins=(TwinForm.XLSX,))
            menu.addAction(_("All documents as one PDF…"), partial(self.save, pdf))
            menu.addAction(_("All documents as a zip…"), partial(self.save, archive))
            menu.addAction(_("All documents as a zip, with Excel forms…"), partial(self.save, excel))
        if document is not None and forms:
            menu.addSeparator()
            for form in forms:
                title = _("{number} as {form}…", number=document.number, form=_(FORM_NAMES[form]))
                menu.addAction(title, partial(self.save, partial(twins.twin, document.id, form)))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])
        return menu

    def save(self, make: Callable[[], SetFile]) -> None:
        """Make the file in the background, then ask where it goes: what cannot be made is said before."""
        self._context.jobs.run(make, title=_("Preparing the file"), done=self._ask, owner=self)

    def _ask(self, made: SetFile) -> None:
        ending = made.name.rpartition(".")[2]
        target, _chosen = QFileDialog.getSaveFileName(
            self._window, _("Save as"), made.name, f"{ending.upper()} (*.{ending})"
        )
        if target:
            self.write(made, Path(target))

    def write(self, made: SetFile, target: Path) -> None:
        """Write the file to *target* in the background; without an ending it gets its own."""
        if not target.suffix:
            target = target.with_name(f"{target.name}.{made.name.rpartition('.')[2]}")
        self._context.jobs.run(
            partial(_write, made.content, target),
            title=_("Saving {file}", file=target.name),
            done=lambda _nothing: self._context.say(_("Saved {file}.", file=target.name)),
            owner=self,
        )


def _write(content: bytes, target: Path) -> None:
    """Write *content*. Raises DomainError where the disk refuses it."""
    try:
        target.write_bytes(content)
    except OSError as error:
        raise DomainError(
            _("{file} could not be saved.", file=target.name),
            record=target.name,
            remedy=_("Choose another folder, or close the program that has the file open."),
        ) from error
