"""Interface texts in the user's language (gettext catalogues made with Babel).

The language is a context variable, so that a document can be composed in the buyer's language
while the window stays in the user's, and so that background jobs inherit it.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from factory_erp.config import translations_dir

LANGUAGES: dict[str, str] = {"en": "English", "zh_CN": "简体中文"}
"""Language code to its own name, the languages that the interface is complete in."""

DOMAIN = "factory_erp"

_language: ContextVar[str] = ContextVar("language", default="en")


def language() -> str:
    """Code of the active interface language, a key of LANGUAGES."""
    return _language.get()


def set_language(code: str) -> None:
    """Make *code* the language of this context; an unknown code means English."""
    _language.set(code if code in LANGUAGES else "en")


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Texts made inside the block are in *code*."""
    token = _language.set(code if code in LANGUAGES else "en")
    try:
        yield
    finally:
        _language.reset(token)


@cache
def _catalogue(code: str) -> _gettext.NullTranslations:
    return _gettext.translation(DOMAIN, str(translations_dir()), [code], fallback=True)


def _(message: str, **values: object) -> str:
    """*message* in the active language, its ``{name}`` places filled from *values*."""
    text = _catalogue(_language.get()).gettext(message)
    return text.format(**values) if values else text


def ngettext(singular: str, plural: str, count: int, **values: object) -> str:
    """The form of the message for *count*, its places (``{count}`` too) filled."""
    text = _catalogue(_language.get()).ngettext(singular, plural, count)
    return text.format(count=count, **values)


def pgettext(context: str, message: str, **values: object) -> str:
    """Like ``_`` for a word whose translation depends on *context*."""
    text = _catalogue(_language.get()).pgettext(context, message)
    return text.format(**values) if values else text


def N_(message: str) -> str:
    """Mark *message* for translation where it is declared; ``_`` translates it where it is shown."""
    return message
