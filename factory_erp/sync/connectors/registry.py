"""The platforms that the program can talk to: one line per connector."""

from __future__ import annotations

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sync.connectors import alibaba, dhgate, dropfolder
from factory_erp.sync.connectors.base import Connector, ConnectorSettings, TokenStore
from factory_erp.sync.connectors.spec import PlatformSpec

PLATFORMS: dict[str, PlatformSpec] = {
    found.code: found for found in (alibaba.SPEC, dhgate.SPEC, dropfolder.SPEC)
}
"""Platform code to what the program knows of the platform."""


def spec(platform: str) -> PlatformSpec:
    """The platform's spec; InvalidValue for one that has no connector."""
    found = PLATFORMS.get(platform)
    if found is None:
        raise InvalidValue(
            _("There is no connector for the platform '{platform}'.", platform=platform),
            field="platform",
            remedy=_("Choose one of: {platforms}.", platforms=", ".join(sorted(PLATFORMS))),
        )
    return found


def connect(platform: str, settings: ConnectorSettings, tokens: TokenStore) -> Connector:
    """The connector of *platform*; InvalidValue for a platform that has none."""
    return spec(platform).connect(settings, tokens)
