"""The day at a glance."""

from factory_erp.ui.today.page import TodayPage

__all__ = ["TodayPage"]
