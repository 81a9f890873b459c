"""The settings page: company, look, workspace, about."""

from factory_erp.ui.settings.page import SettingsPage

__all__ = ["SettingsPage"]
