"""The connector of DHgate: the contract's ports over one client."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from factory_erp.sync.connectors.base import ConnectorSettings, TokenStore
from factory_erp.sync.connectors.common.client import AuthorisedClient
from factory_erp.sync.connectors.common.tokens import TokenKeeper
from factory_erp.sync.connectors.dhgate.dates import dates
from factory_erp.sync.connectors.dhgate.gateway import Gateway
from factory_erp.sync.connectors.dhgate.inquiries import Inquiries
from factory_erp.sync.connectors.dhgate.listings import Listings
from factory_erp.sync.connectors.dhgate.oauth import Grants
from factory_erp.sync.connectors.dhgate.orders import Orders
from factory_erp.sync.connectors.dhgate.shipping import Shipping


class DhgateConnector:
    """One seller account on DHgate; safe to use from several threads."""

    platform = "dhgate"

    def __init__(self, settings: ConnectorSettings, tokens: TokenStore) -> None:
        calendar = dates(settings.options)
        self._gateway = Gateway(settings)
        self._tokens = TokenKeeper(Grants(self._gateway), tokens)
        client = AuthorisedClient(self._gateway, self._tokens)
        self._orders = Orders(client, settings.page_size, calendar)
        self._shipping = Shipping(client)
        self._listings = Listings(client, calendar)
        self._inquiries = Inquiries(client, calendar, settings.now)

    @property
    def sign_in(self) -> TokenKeeper:
        """OAuth with a code that a person pastes."""
        return self._tokens

    @property
    def orders(self) -> Orders:
        """Orders by time of update."""
        return self._orders

    @property
    def shipments(self) -> Shipping:
        """Whole and partial shipments."""
        return self._shipping

    @property
    def listings(self) -> Listings:
        """Items, prices, stock, lead times."""
        return self._listings

    @property
    def inquiries(self) -> Inquiries:
        """Messages of buyers."""
        return self._inquiries

    def close(self) -> None:
        """Release the connections."""
        self._gateway.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
