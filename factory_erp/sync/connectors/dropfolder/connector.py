"""The connector of a drop folder: the contract's ports over one directory."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from factory_erp.sync.connectors.base import ConnectorSettings, TokenStore
from factory_erp.sync.connectors.dropfolder.folder import Folder
from factory_erp.sync.connectors.dropfolder.inquiries import Inquiries
from factory_erp.sync.connectors.dropfolder.listings import Listings
from factory_erp.sync.connectors.dropfolder.orders import Orders
from factory_erp.sync.connectors.dropfolder.shipments import Shipments


class DropFolderConnector:
    """One folder. Nothing is opened before a port is used, so that there is nothing to close."""

    platform = "dropfolder"
    sign_in = None

    def __init__(self, settings: ConnectorSettings, tokens: TokenStore) -> None:
        folder = Folder(settings)
        self._orders = Orders(folder, settings.page_size)
        self._shipments = Shipments(folder)
        self._listings = Listings(folder)
        self._inquiries = Inquiries(folder, settings.page_size)

    @property
    def orders(self) -> Orders:
        """Tables of orders in ``in``."""
        return self._orders

    @property
    def shipments(self) -> Shipments:
        """A table for each parcel in ``out/shipments``."""
        return self._shipments

    @property
    def listings(self) -> Listings:
        """A table for each listing in ``out/listings``."""
        return self._listings

    @property
    def inquiries(self) -> Inquiries:
        """Tables of inquiries in ``in/inquiries``, answers in ``out``."""
        return self._inquiries

    def close(self) -> None:
        """Nothing is kept open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
