"""Theme and language, changed at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from factory_erp.i18n import LANGUAGES, N_, _, language
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.widgets import label
from factory_erp.ui.shell.window import MainWindow

THEME_NAMES = {"light": N_("Light"), "dark": N_("Dark")}


class AppearanceSection(QWidget):
    """Everything here takes effect in the window at once and is remembered for this PC's user."""

    def __init__(self) -> None:
        super().__init__()
        self.themes = {key: QRadioButton(_(THEME_NAMES[key])) for key in theme.THEMES}
        group = QButtonGroup(self)
        for key, button in self.themes.items():
            group.addButton(button)
            button.setChecked(key == theme.current().name)
            button.clicked.connect(self._choose(key))
        self.languages = QComboBox()
        self.languages.setAccessibleName(_("Language"))
        self.languages.setMaximumWidth(260)
        for code, name in LANGUAGES.items():
            self.languages.addItem(name, code)
        self.languages.setCurrentIndex(self.languages.findData(language()))
        self.languages.activated.connect(lambda _index: self._change_language())
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(_("Theme"), pixels=15, bold=True))
        row = QHBoxLayout()
        row.setSpacing(22)
        for button in self.themes.values():
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(14)
        column.addWidget(label(_("Language"), pixels=15, bold=True))
        column.addWidget(self.languages, 0, Qt.AlignmentFlag.AlignLeft)
        note = _("Documents have a language of their own: it is chosen where they are issued.")
        column.addWidget(label(note, muted=True, wrap=True))
        column.addStretch(1)

    def refresh(self) -> None:
        """The theme may have been switched by its key, the language by the menu."""
        self.themes[theme.current().name].setChecked(True)
        self.languages.setCurrentIndex(self.languages.findData(language()))

    def _choose(self, key: str) -> Callable[[], None]:
        def choose() -> None:
            window = self.window()
            if isinstance(window, MainWindow):
                window.set_theme(theme.THEMES[key])

        return choose

    def _change_language(self) -> None:
        window = self.window()
        if isinstance(window, MainWindow):
            window.change_language(str(self.languages.currentData()))
            # A page with unsaved changes may have kept the window in its language.
            self.refresh()
