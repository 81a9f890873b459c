"""Secrets: in the keyring or in an encrypted file, whole or not at all."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from factory_erp.domain.errors import DomainError
from factory_erp.sync.connectors.base import Token
from factory_erp.sync.credentials import (
    PASSPHRASE_VARIABLE,
    FileSecrets,
    KeptToken,
    KeyringSecrets,
    MemorySecrets,
    system_secrets,
)

PASSPHRASE = "correct horse battery staple"
TOKEN = Token(
    access_token="canary-access",
    refresh_token="canary-refresh",
    expires_at=datetime(2026, 12, 1, tzinfo=UTC),
    refresh_expires_at=datetime(2027, 2, 1, tzinfo=UTC),
    account="seller@example.com",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secrets.enc"


class OwnKeyring(KeyringBackend):
    """A keyring in memory, in place of the one of the person who runs the tests."""

    priority = 9

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def test_secrets_come_back_from_the_file(file: Path) -> None:
    FileSecrets(file, PASSPHRASE).set("alibaba/key/app_secret", "canary-密码")
    FileSecrets(file, PASSPHRASE).set("other", "canary-2")
    read = FileSecrets(file, PASSPHRASE)
    assert (read.get("alibaba/key/app_secret"), read.get("other"), read.get("none")) == (
        "canary-密码",
        "canary-2",
        None,
    )


def test_before_the_first_secret_there_is_nothing(file: Path) -> None:
    assert FileSecrets(file, PASSPHRASE).get("any") is None
    assert not file.exists()


def test_the_file_shows_neither_secret_nor_name_and_is_the_users_own(file: Path) -> None:
    secrets = FileSecrets(file, PASSPHRASE)
    secrets.set("the-name", "canary-secret")
    first = file.read_bytes()
    for part in (b"canary", b"the-name", PASSPHRASE.encode()):
        assert part not in first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    secrets.set("the-name", "canary-secret")
    assert file.read_bytes() != first, "a fresh salt and nonce each time"


def test_a_wrong_passphrase_is_said_and_changes_nothing(file: Path) -> None:
    FileSecrets(file, PASSPHRASE).set("name", "canary")
    before = file.read_bytes()
    wrong = FileSecrets(file, "wrong")
    with pytest.raises(DomainError, match="does not open the file of secrets") as refusal:
        wrong.get("name")
    assert refusal.value.field == PASSPHRASE_VARIABLE
    assert "canary" not in str(refusal.value)
    with pytest.raises(DomainError):
        wrong.set("name", "overwritten")
    assert file.read_bytes() == before


@pytest.mark.parametrize("position", [0, 20, 30, -1])
def test_a_file_that_was_altered_is_not_believed(file: Path, position: int) -> None:
    import base64

    FileSecrets(file, PASSPHRASE).set("name", "canary")
    raw = bytearray(base64.b64decode(file.read_bytes()))
    raw[position] ^= 1
    file.write_bytes(base64.b64encode(raw))
    with pytest.raises(DomainError):
        FileSecrets(file, PASSPHRASE).get("name")


@pytest.mark.parametrize("content", [b"", b"AAAA", b"not base64 at all !", b"\xff\xfe"])
def test_a_file_that_is_damaged_is_said_to_be(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(DomainError, match="secrets") as refusal:
        FileSecrets(file, PASSPHRASE).get("name")
    assert refusal.value.remedy


def test_a_writer_that_dies_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = FileSecrets(file, PASSPHRASE)
    secrets.set("name", "old")

    def dies(_handle: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", dies)
        with pytest.raises(KeyboardInterrupt):
            secrets.set("name", "new")
    assert secrets.get("name") == "old"
    secrets.set("name", "new")
    assert secrets.get("name") == "new"


def test_the_systems_keyring_is_used_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = OwnKeyring()
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(own)
    try:
        secrets = system_secrets(tmp_path)
        assert isinstance(secrets, KeyringSecrets)
        secrets.set("name", "canary")
        assert (secrets.get("name"), secrets.get("none")) == ("canary", None)
    finally:
        keyring.set_keyring(before)
    assert own.kept == {("factory_erp", "name"): "canary"}
    assert list(tmp_path.iterdir()) == []


def test_a_passphrase_means_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    system_secrets(tmp_path).set("name", "canary")
    assert (tmp_path / "secrets.enc").exists()
    assert system_secrets(tmp_path).get("name") == "canary"


def test_without_keyring_and_passphrase_it_is_said_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keyring.backends.fail import Keyring as NoKeyring

    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    try:
        with pytest.raises(DomainError, match="no keyring") as refusal:
            system_secrets(tmp_path)
    finally:
        keyring.set_keyring(before)
    assert PASSPHRASE_VARIABLE in refusal.value.remedy


@pytest.mark.parametrize("refresh_ends", [TOKEN.refresh_expires_at, None])
def test_a_token_comes_back_equal(refresh_ends: datetime | None) -> None:
    from dataclasses import replace

    secrets = MemorySecrets()
    kept = KeptToken(secrets, "alibaba/key/token")
    assert kept.load() is None
    token = replace(TOKEN, refresh_expires_at=refresh_ends)
    kept.save(token)
    assert KeptToken(secrets, "alibaba/key/token").load() == token
    assert KeptToken(secrets, "alibaba/other/token").load() is None
    kept.save(replace(token, expires_at=token.expires_at + timedelta(days=1)))
    assert kept.load() != token


def test_secrets_in_memory_can_be_given_at_once() -> None:
    assert MemorySecrets(name="value").get("name") == "value"
