"""Languages that texts are written in, each under its own name."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QLocale

from factory_erp.i18n import LANGUAGES

OFFERED = (
    "de", "fr", "es", "pt", "it", "nl", "pl", "cs", "sv", "ru", "uk", "tr", "ar", "he", "fa", "ja", "ko",
    "vi", "th", "id", "zh_TW",
)  # fmt: skip
"""Languages that buyers' texts are usually asked for in, beside English and Chinese."""


def language_title(code: str) -> str:
    """The language's own name and its code: "Deutsch (de)"; the code alone where nobody knows it."""
    name = LANGUAGES.get(code) or _own_name(code)
    return f"{name} ({code})" if name else code


def _own_name(code: str) -> str:
    locale = QLocale(code)
    return "" if locale.language() == QLocale.Language.C else locale.nativeLanguageName()


def more_languages(used: Collection[str]) -> list[str]:
    """The languages that may still be added to those *used*."""
    return [code for code in OFFERED if code not in used]
