"""The message that documents go out with: one text a language, filled from the shipment.

A text holds places such as ``{number}``. A line of which every place is empty is left out, so that a
message says nothing of a vessel that is not known yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.documents import MailTemplate
from factory_erp.services.base import query, use_case
from factory_erp.services.mail.texts import MAIL_TEXTS, MailText
from factory_erp.services.master_data import changed_since, check_texts, too_long

PLACES = ("company", "buyer", "number", "orders", "documents", "vessel", "etd", "eta", "bill")
"""What a text may hold in braces."""

LANGUAGES = tuple(MAIL_TEXTS)
"""Languages that a message can be written in, "bilingual" (English and Chinese) the last."""

LONGEST_BODY = 20_000

_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class TemplateView:
    """The message in one language; *version* 0: as the program has it."""

    language: str
    subject: str
    body: str
    is_default: bool
    version: int


@query
def template_list(session: Session) -> tuple[TemplateView, ...]:
    """The message in every language."""
    rows = {row.language: row for row in session.scalars(select(MailTemplate))}
    return tuple(_view(language, rows.get(language)) for language in LANGUAGES)


def _view(language: str, row: MailTemplate | None) -> TemplateView:
    if row is None:
        return TemplateView(language, *MAIL_TEXTS[language], is_default=True, version=0)
    return TemplateView(language, row.subject, row.body, is_default=False, version=row.version)


@use_case
def set_template(
    session: Session, language: str, subject: str, body: str, version: int | None = None
) -> None:
    """Write the message of *language* over *version* (None: over any); both empty: as at first.

    Raises InvalidValue for an unknown language or place, a text that is missing or too long; Conflict.
    """
    _check_language(language)
    given = MailText(" ".join(subject.split()), body.replace("\r\n", "\n").strip())
    row = session.scalar(select(MailTemplate).filter_by(language=language))
    if given == _shown(language, row):
        return
    if version is not None and version != (row.version if row else 0):
        raise changed_since(_("The message"))
    if given in (MailText("", ""), MAIL_TEXTS[language]):
        if row is not None:
            session.delete(row)
        return
    _check(given)
    if row is None:
        session.add(MailTemplate(language=language, subject=given.subject, body=given.body))
    else:
        row.subject, row.body = given


def _shown(language: str, row: MailTemplate | None) -> MailText:
    return MailText(row.subject, row.body) if row else MAIL_TEXTS[language]


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise InvalidValue(
            _("Documents cannot be written in '{language}'.", language=language),
            field="language",
            remedy=_("Choose one of {languages}.", languages=", ".join(LANGUAGES)),
        )


def _check(given: MailText) -> None:
    check_texts(MailTemplate, given._asdict())
    if len(given.body) > LONGEST_BODY:
        raise too_long("", "body", LONGEST_BODY, len(given.body))
    for field, text in given._asdict().items():
        if not text:
            raise InvalidValue(
                _("The message has no text here."), field=field, remedy=_("Enter it, or leave both empty.")
            )
        check_places(text, field)


def check_places(text: str, field: str) -> None:
    """Raise InvalidValue where *text* has a place that nothing is known for, or a brace that is no place."""
    for name in _PLACE.findall(text):
        if name not in PLACES:
            raise _unknown(f"{{{name}}}", field)
    rest = re.search(r"[{}]", _PLACE.sub("", text))
    if rest:
        raise _unknown(rest[0], field)


def _unknown(said: str, field: str) -> InvalidValue:
    return InvalidValue(
        _("Nothing can be put in the place of {place}.", place=said),
        record=said,
        field=field,
        remedy=_("Use one of {places}.", places=" ".join(f"{{{name}}}" for name in PLACES)),
    )


def template_of(session: Session, language: str) -> MailText:
    """The message in *language*, as the factory wrote it or as the program has it."""
    return _shown(language, session.scalar(select(MailTemplate).filter_by(language=language)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """*text* with its places filled; lines whose places are all empty left out, one empty line between parts.

    What a value holds is never taken for a place.
    """
    lines = [_line(line, values) for line in text.splitlines() if _says(line, values)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _says(line: str, values: Mapping[str, str]) -> bool:
    names = _PLACE.findall(line)
    return not names or any(values[name] for name in names)


def _line(line: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: values[found[1]], line).rstrip()
