"""The clock that calls are dated by: this computer's, put right by the account where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _
from factory_erp.sync.connectors.spec import Option

_NAME = "clock_offset"

CLOCK_OPTION = Option(
    _NAME,
    N_("Clock offset (s)"),
    N_("Seconds added to this computer's clock, if the platform refuses its time."),
    default="0",
)
"""For platforms that refuse calls whose time is off."""


def clock_offset(options: Mapping[str, str]) -> timedelta:
    """What an account's options add to this computer's clock; InvalidValue for what is no whole seconds."""
    text = options.get(_NAME, "")
    try:
        return timedelta(seconds=int(text or 0))
    except (ValueError, OverflowError) as fault:
        raise InvalidValue(
            _("'{text}' is not a number of seconds.", text=text),
            field=_NAME,
            remedy=_("Enter whole seconds, for example 5 or -30."),
        ) from fault
