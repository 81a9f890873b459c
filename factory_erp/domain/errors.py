"""Errors that a person can act on.

A domain error says what is wrong, which record and field it concerns and what would mend it,
in the language that is active when it is raised.
"""


class DomainError(Exception):
    """Something the user asked for cannot be done, and why.

    ``record`` names the record as the user knows it ("SO-2026-00042"), ``field`` the field on
    its form, ``remedy`` the next thing to do. All are already in the user's language.
    """

    def __init__(self, message: str, *, record: str = "", field: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.record = record
        self.field = field
        self.remedy = remedy

    def __str__(self) -> str:
        return " ".join(part for part in (self.message, self.remedy) if part)


class InvalidValue(DomainError, ValueError):
    """A value breaks the rules of its kind (a check digit, a unit, a currency)."""


class NotFound(DomainError):
    """The record asked for does not exist (any more)."""


class NotAllowed(DomainError):
    """The state of the record does not permit the step."""


class Conflict(DomainError):
    """Somebody else changed the record since it was read."""
