"""The platforms that the program can talk to: one line per connector."""

from __future__ import annotations

from collections.abc import Callable

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sync.connectors.alibaba.connector import AlibabaConnector
from factory_erp.sync.connectors.base import Connector, ConnectorSettings, TokenStore

CONNECTORS: dict[str, Callable[[ConnectorSettings, TokenStore], Connector]] = {
    "alibaba": AlibabaConnector,
}
"""Platform code to the factory of its connector."""


def connect(platform: str, settings: ConnectorSettings, tokens: TokenStore) -> Connector:
    """The connector of *platform*; InvalidValue for a platform that has none."""
    factory = CONNECTORS.get(platform)
    if factory is None:
        raise InvalidValue(
            _("There is no connector for the platform '{platform}'.", platform=platform),
            field="platform",
            remedy=_("Choose one of: {platforms}.", platforms=", ".join(sorted(CONNECTORS))),
        )
    return factory(settings, tokens)
