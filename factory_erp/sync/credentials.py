"""Where an account's secret and token are kept: the system's keyring, never the database.

Where a PC has no keyring, an encrypted file in the workspace is used, its key derived from a
passphrase in ``$FACTORY_ERP_PASSPHRASE``.
"""

from __future__ import annotations

import base64
import json
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from factory_erp.config import APP_NAME
from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.sync.connectors.base import Token

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PASSPHRASE_VARIABLE = "FACTORY_ERP_PASSPHRASE"


class SecretStore(Protocol):
    """Named secrets of this PC's user."""

    def get(self, name: str) -> str | None:
        """The secret, or None."""

    def set(self, name: str, value: str) -> None:
        """Keep the secret; when this returns it is stored."""


class MemorySecrets:
    """Secrets that end with the program: for the demo's sandbox and for tests."""

    def __init__(self, **known: str) -> None:
        self._known = dict(known)

    def get(self, name: str) -> str | None:
        """The secret, or None."""
        return self._known.get(name)

    def set(self, name: str, value: str) -> None:
        """Keep it until the program ends."""
        self._known[name] = value


class KeyringSecrets:
    """The operating system's keyring (Windows Credential Manager, macOS Keychain, Secret Service)."""

    def get(self, name: str) -> str | None:
        """The secret, or None."""
        import keyring

        return keyring.get_password(APP_NAME, name)

    def set(self, name: str, value: str) -> None:
        """Put the secret into the keyring."""
        import keyring

        keyring.set_password(APP_NAME, name, value)


class FileSecrets:
    """An AES-GCM encrypted file; the key is scrypt(passphrase, salt of the file)."""

    def __init__(self, path: Path, passphrase: str) -> None:
        self._path = path
        self._passphrase = passphrase.encode()

    def get(self, name: str) -> str | None:
        """The secret, or None. Raises DomainError for a wrong passphrase."""
        return self._read().get(name)

    def set(self, name: str, value: str) -> None:
        """Write the file anew with the secret in it, all or nothing."""
        known = {**self._read(), name: value}
        salt, nonce = os.urandom(16), os.urandom(12)
        sealed = self._cipher(salt).encrypt(nonce, json.dumps(known).encode(), None)
        draft = self._path.with_suffix(".tmp")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
            handle.write(base64.b64encode(salt + nonce + sealed))
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(self._path)

    def _read(self) -> dict[str, str]:
        from cryptography.exceptions import InvalidTag

        if not self._path.exists():
            return {}
        try:
            raw = base64.b64decode(self._path.read_bytes())
            plain = self._cipher(raw[:16]).decrypt(raw[16:28], raw[28:], None)
        except InvalidTag as error:
            raise DomainError(
                _("The passphrase does not open the file of secrets."),
                field=PASSPHRASE_VARIABLE,
                remedy=_("Set the passphrase that the file was made with."),
            ) from error
        except ValueError as error:
            raise DomainError(
                _("The file of secrets {path} is damaged.", path=self._path),
                remedy=_("Delete it, then enter the app secrets again."),
            ) from error
        known: dict[str, str] = json.loads(plain)
        return known

    def _cipher(self, salt: bytes) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(self._passphrase))


def system_secrets(folder: Path) -> SecretStore:
    """The store of this PC. Raises DomainError where there is neither keyring nor passphrase."""
    passphrase = os.environ.get(PASSPHRASE_VARIABLE)
    if passphrase:
        return FileSecrets(folder / "secrets.enc", passphrase)
    import keyring

    if keyring.get_keyring().priority > 0:
        return KeyringSecrets()
    raise DomainError(
        _("This PC has no keyring to keep the platform's secrets in."),
        remedy=_("Install one, or set {variable} to a passphrase.", variable=PASSPHRASE_VARIABLE),
    )


class KeptToken:
    """One account's token in a secret store."""

    def __init__(self, store: SecretStore, name: str) -> None:
        self._store = store
        self._name = name

    def load(self) -> Token | None:
        """The newest token, or None before the first authorisation."""
        text = self._store.get(self._name)
        return _token(json.loads(text)) if text else None

    def save(self, token: Token) -> None:
        """Replace the token."""
        refresh = token.refresh_expires_at
        said = {
            "access_token": token.access_token,
            "refresh_token": token.refresh_token,
            "expires_at": token.expires_at.isoformat(),
            "refresh_expires_at": refresh.isoformat() if refresh else None,
            "account": token.account,
        }
        self._store.set(self._name, json.dumps(said))


def _token(read: dict[str, str | None]) -> Token:
    refresh = read["refresh_expires_at"]
    return Token(
        access_token=str(read["access_token"]),
        refresh_token=str(read["refresh_token"]),
        expires_at=datetime.fromisoformat(str(read["expires_at"])),
        refresh_expires_at=datetime.fromisoformat(refresh) if refresh else None,
        account=str(read["account"]),
    )
