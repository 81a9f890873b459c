"""A form of one line: as high as its fields, with the sentences under them, and no higher."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QScrollArea, QWidget

from factory_erp.ui.kit.forms import Form


class _Keeper(QObject):
    """Follows the height of the fields: a problem under one of them makes the form higher."""

    def __init__(self, form: Form, fields: QWidget) -> None:
        super().__init__(form)
        self._form, self._fields = form, fields
        fields.installEventFilter(self)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The fields ask for another height."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize, QEvent.Type.Show):
            self.fit()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Give the form the height that its fields need at their width."""
        fields, layout = self._fields, self._fields.layout()
        assert layout is not None
        wide = fields.hasHeightForWidth() and fields.width() > 0
        needed = layout.totalHeightForWidth(fields.width()) if wide else layout.totalSizeHint().height()
        if needed > 0 and self._form.height() != needed:
            self._form.setFixedHeight(needed)


def keep_as_high_as_it_is(form: Form) -> None:
    """Make *form*, whose own bar is hidden, as high as its fields from now on."""
    area = form.findChild(QScrollArea)
    assert area is not None
    fields = area.widget()
    assert fields is not None
    _Keeper(form, fields)
