"""The look-up of partners under its former name, until the routing page asks ``directory`` for it."""

from factory_erp.services.directory import partner_choices

__all__ = ["partner_choices"]
