"""What the outbox has to know of a kind of message: how to send it, and how to look it up."""

from __future__ import annotations

from typing import Protocol, TypeVar

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.services import outbox
from factory_erp.services.outbox import Claimed
from factory_erp.sync.connectors.base import Connector
from factory_erp.sync.http.errors import OutcomeUnknown

T = TypeVar("T")


class Delivery(Protocol):
    """Delivers one kind of message. Both calls raise the errors of ``http.errors`` and InvalidValue.

    ``repeatable``: doing it twice leaves the platform as doing it once (absolute stock, a price), so that a
    message whose answer was lost is simply sent again instead of looked up.
    """

    repeatable: bool

    def send(self, connector: Connector, message: Claimed) -> str:
        """Send it once; the platform's name for it (a voucher, a listing id), "" where it has none."""

    def find(self, connector: Connector, message: Claimed) -> str | None:
        """Its name on the platform where it has arrived already, None where it has not.

        Raises OutcomeUnknown where the platform gives no way to know.
        """


def port(found: T | None, connector: Connector) -> T:
    """What the platform can do; NotAllowed where it cannot."""
    if found is None:
        raise NotAllowed(_("The platform '{platform}' cannot do this.", platform=connector.platform))
    return found


def require_ours(message: Claimed) -> None:
    """Begin the lease of the message anew after what may have taken minutes, before anything acts.

    Raises OutcomeUnknown where another program has taken it over meanwhile.
    """
    if not outbox.renew(message).value:
        raise OutcomeUnknown(_("another program has taken it over"), record=message.title)
