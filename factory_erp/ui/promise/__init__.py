"""When could it ship: the dialog that promises a date, keeps it, and says who would wait for it."""

from factory_erp.ui.promise.dialog import PromiseDialog
from factory_erp.ui.promise.work import Asked, AskedLine

__all__ = ["Asked", "AskedLine", "PromiseDialog"]
