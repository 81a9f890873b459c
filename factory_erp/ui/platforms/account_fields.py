"""The fields of the account form, which depend on what its platform asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QLocale, QUrl

from factory_erp.i18n import LANGUAGES, _
from factory_erp.services.platforms.accounts import AccountForm
from factory_erp.sync.connectors.registry import PLATFORMS
from factory_erp.sync.connectors.spec import Capability, Option, PlatformSpec
from factory_erp.sync.opening import CALLS_PER_SECOND
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.platforms import words

OPTION = "option:"
"""Before the name of a field that only this platform has."""

MOST = {"name": 80, "gateway": 200, "app_key": 60}
"""Letters that the database keeps of a field."""


def account_fields(spec: PlatformSpec, *, is_new: bool, keeps: bool = True) -> list[Field]:
    """The form's fields; *keeps* is False where this PC forgets secrets when the program ends."""
    options = [_option(option) for option in spec.options]
    keys = _keys(is_new=is_new, keeps=keeps) if spec.needs_secret else []
    return [
        *_identity(spec, is_new=is_new),
        *(keys or options),
        *_rhythm(spec),
        *_pushes(spec),
        Field("ask_new_buyers", _("Ask about new buyers"), FieldKind.CHECK,
              hint=_("A person says for each new buyer which customer it is.")),
        # How calls are written is seldom changed: where keys connect, it comes last.
        *(options if keys else ()),
    ]  # fmt: skip


def _identity(spec: PlatformSpec, *, is_new: bool) -> list[Field]:
    fields = [
        Field("platform", _("Platform"), FieldKind.CHOICE, required=True, read_only=not is_new,
              choices=[(code, words.platform(code)) for code in PLATFORMS]),
        Field("name", _("Shop name"), required=True,
              hint=_("What you call this shop; it stands beside its orders.")),
    ]  # fmt: skip
    if spec.gateway:
        fields.append(
            Field("gateway", _("Gateway address"), check=_check_gateway,
                  hint=_("Leave it empty for the platform's own address."))
        )  # fmt: skip
    if len(spec.languages) > 1:
        fields.append(
            Field("language", _("Language of listings"), FieldKind.CHOICE, required=True,
                  choices=[(code, language_name(code)) for code in spec.languages])
        )  # fmt: skip
    return fields


def language_name(code: str) -> str:
    """A language under its own name."""
    locale = QLocale(code)
    own = "" if locale.language() == QLocale.Language.C else locale.nativeLanguageName()
    return LANGUAGES.get(code) or own or code


def _keys(*, is_new: bool, keeps: bool) -> list[Field]:
    keep = _("The secret of the app. It is kept in this PC's keyring, never in the database.")
    if not keeps:
        keep = _("The secret of the app. It is forgotten when the program ends.")
    if not is_new:
        keep = _("Leave it empty to keep the stored secret.")
    return [
        Field("app_key", _("App key"), required=True, hint=_("From the platform's developer console.")),
        Field("app_secret", _("App secret"), required=is_new, hint=keep),
    ]


def _option(option: Option) -> Field:
    name, hint = OPTION + option.name, _(option.hint) if option.hint else ""
    if option.choices:
        choices = [(value, _(text)) for value, text in option.choices]
        return Field(name, _(option.label), FieldKind.CHOICE, choices=choices, hint=hint)
    return Field(name, _(option.label), required=option.folder, hint=hint)


def _rhythm(spec: PlatformSpec) -> list[Field]:
    fields = [
        Field("every_minutes", _("Sync every … minutes"), FieldKind.INTEGER,
              hint=_("0: only by hand. The program has to be open, or run as a server.")),
        Field("history_days", _("First sync reaches back (days)"), FieldKind.INTEGER, required=True),
        Field("overlap_minutes", _("Overlap of two syncs (minutes)"), FieldKind.INTEGER, required=True,
              hint=_("What was changed shortly before the last sync is asked for again.")),
    ]  # fmt: skip
    if spec.needs_secret:
        fields += [
            Field("daily_quota", _("Calls allowed in a day"), FieldKind.INTEGER, hint=_("0: not known.")),
            Field(OPTION + CALLS_PER_SECOND, _("Calls per second"), FieldKind.DECIMAL, decimals=2,
                  hint=_("Only where the platform gave you another limit than the usual one.")),
        ]  # fmt: skip
    return fields


def _pushes(spec: PlatformSpec) -> list[Field]:
    fields = []
    if Capability.STOCK in spec.capabilities:
        fields += [
            Field("safety_stock", _("Safety stock"), FieldKind.DECIMAL, required=True,
                  hint=_("Kept back of every item before its stock is published.")),
            Field("push_stock", _("Publish stock when it changes"), FieldKind.CHECK),
        ]  # fmt: skip
    if Capability.LEAD_TIMES in spec.capabilities:
        title = _("Publish lead times when they change")
        fields.append(Field("push_lead_time", title, FieldKind.CHECK,
                            hint=_("From the real load of the factory.")))  # fmt: skip
    if Capability.PRICES in spec.capabilities:
        fields.append(Field("push_prices", _("Publish prices when they change"), FieldKind.CHECK))
    return fields


def _check_gateway(value: object) -> str:
    url = QUrl(str(value))
    if url.scheme() not in {"http", "https"} or not url.host():
        return _("Enter an address that begins with https://, or leave it empty.")
    if url.scheme() == "http" and url.host() not in {"127.0.0.1", "localhost"}:
        return _("Secrets travel to this address: it has to begin with https://.")
    return ""


def values_of(form: AccountForm, spec: PlatformSpec) -> dict[str, object]:
    """What stands in the fields for *form*; options that nobody has set have their defaults."""
    plain = ("platform", "name", "app_key", "every_minutes", "history_days", "overlap_minutes", "daily_quota",
             "ask_new_buyers", "push_stock", "push_lead_time", "push_prices", "safety_stock")  # fmt: skip
    values: dict[str, object] = {name: getattr(form, name) for name in plain}
    defaults = {option.name: option.default for option in spec.options}
    options = {**defaults, **form.options}
    language = form.language if form.language in spec.languages else _usual(spec)
    return {
        **values,
        "safety_stock": f"{form.safety_stock:f}",
        "language": language,
        "gateway": form.base_url,
        **{OPTION + name: text for name, text in options.items()},
    }


def form_of(values: Mapping[str, Any], before: AccountForm, spec: PlatformSpec) -> AccountForm:
    """*before* with what stands in the fields; what the form does not show stays as it was."""
    given = {name: value for name, value in values.items() if hasattr(before, name)}
    for name in ("every_minutes", "daily_quota"):
        if name in given:
            given[name] = given[name] or 0
    options = dict(before.options) if before.platform == spec.code else {}
    for name, value in values.items():
        if name.startswith(OPTION):
            options[name.removeprefix(OPTION)] = _text(value)
    if not options.get(CALLS_PER_SECOND):
        options.pop(CALLS_PER_SECOND, None)
    return replace(
        before,
        **{
            **given,
            "app_key": values.get("app_key") or "",
            "language": values.get("language") or _usual(spec),
        },
        base_url=str(values.get("gateway") or "").rstrip("/"),
        options=options,
    )


def _usual(spec: PlatformSpec) -> str:
    """The language of a platform that takes only one."""
    return spec.languages[0] if spec.languages else "en"


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
