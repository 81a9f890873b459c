"""Qt's own texts (OK, Cancel, the file dialog) in the interface language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

_installed: list[QTranslator] = []


def install_qt_language(code: str) -> bool:
    """Make Qt speak *code*; True if its catalogue was found (English needs none)."""
    for old in _installed:
        QCoreApplication.removeTranslator(old)
    _installed.clear()
    QLocale.setDefault(QLocale(code))
    if code == "en":
        return True
    translator = QTranslator(QCoreApplication.instance())
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if not translator.load(f"qtbase_{code}", folder):
        return False
    QCoreApplication.installTranslator(translator)
    _installed.append(translator)
    return True
