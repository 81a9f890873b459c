"""The platforms page: accounts, what waits for a person, what goes out."""

from factory_erp.ui.platforms.page import PlatformsPage

__all__ = ["PlatformsPage"]
