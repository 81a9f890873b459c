"""A throw-away PostgreSQL server for the tests, from the system's packages.

Private data folder, private port on 127.0.0.1; stopped by its own process id. ``Reused`` is the database that
tests use one after the other: emptying it takes a twentieth of the time of making and dropping one for each.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError


def server_binaries() -> Path | None:
    """Folder with ``initdb`` and ``postgres``, or None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_server_user(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: hand the folder to its own user then."""
    if os.getuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextmanager
def server(binaries: Path) -> Iterator[str]:
    """Run a server; yields its URL without a database name, ready for ``+ "/name"``."""
    folder = Path(tempfile.mkdtemp(prefix="erp-pg-"))
    folder.chmod(0o755)
    identity = _as_server_user(folder)
    common = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **identity}
    initdb = [binaries / "initdb", "-D", folder / "data", "-U", "erp", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*initdb, "--locale=C.UTF-8", "--no-sync"], check=True, **common)  # type: ignore[call-overload]
    port = _free_port()
    # Clients are killed in these tests, never the PC: what the server has written stays without fsync too,
    # and making and dropping a database for each test takes half the time.
    command = [binaries / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, "-c", "fsync=off"]
    process = subprocess.Popen([*command, "-c", "listen_addresses=127.0.0.1"], **common)  # type: ignore[call-overload]
    try:
        _wait(binaries, port, process)
        yield f"postgresql+psycopg://erp@127.0.0.1:{port}"
    finally:
        process.send_signal(2)  # fast shutdown
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(binaries: Path, port: int, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        ready = subprocess.run(
            [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False
        )
        if ready.returncode == 0:
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError("the throw-away PostgreSQL server did not start")


TEMPLATE = "template_erp"

_MOST = 20_000
"""Rows after which emptying leaves too many dead ones behind: the database is made anew."""

_TOOLS = """
CREATE SCHEMA tests;
CREATE FUNCTION tests.emptied() RETURNS bigint LANGUAGE plpgsql SET session_replication_role = replica
SET lock_timeout = '5s' AS $$
DECLARE name text; rows bigint; total bigint := 0; filled bool;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || name || ')' INTO filled;
        IF filled THEN
            EXECUTE 'DELETE FROM ' || name;
            GET DIAGNOSTICS rows = ROW_COUNT;
            total := total + rows;
        END IF;
    END LOOP;
    PERFORM setval(quote_ident(sequencename)::regclass, start_value, false)
        FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
    RETURN total;
END $$;
CREATE FUNCTION tests.shape() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(concat_ws(' ', relname, relkind, attname, atttypid, attnotnull), ','
        ORDER BY relname, attnum))
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
$$;
"""


def run(url: str, statement: str) -> None:
    """Run *statement* outside of a transaction, in a connection of its own."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


class Reused:
    """A copy of the template on *server* (a URL without a name): taken by one test, emptied for the next."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._count = 0
        self._engine: Engine | None = None
        self._shape = ""
        run(f"{server}/{TEMPLATE}", _TOOLS)

    def take(self) -> str:
        """URL of a database with empty tables whose numbers begin with 1."""
        if self._engine is None:
            self._make()
        return f"{self._server}/t{self._count}"

    def give_back(self) -> None:
        """Empty it; or drop it, where that fails, or its tables are not the template's any more."""
        try:
            rows, shape = self._ask("SELECT tests.emptied(), tests.shape()")
        except DBAPIError:
            self.drop()
        else:
            if int(rows) > _MOST or shape != self._shape:
                self.drop()
            else:
                self._rename()

    def drop(self) -> None:
        """Drop it; the next test gets a new one."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
            run(f"{self._server}/postgres", f"DROP DATABASE t{self._count} WITH (FORCE)")

    def _rename(self) -> None:
        """What the program keeps in mind of a database by its URL must not hold for the next test."""
        assert self._engine is not None
        self._engine.dispose()
        self._count += 1
        run(f"{self._server}/postgres", f"ALTER DATABASE t{self._count - 1} RENAME TO t{self._count}")
        self._engine = create_engine(f"{self._server}/t{self._count}", isolation_level="AUTOCOMMIT")

    def _make(self) -> None:
        self._count += 1
        run(f"{self._server}/postgres", f"CREATE DATABASE t{self._count} TEMPLATE {TEMPLATE}")
        self._engine = create_engine(f"{self._server}/t{self._count}", isolation_level="AUTOCOMMIT")
        (self._shape,) = self._ask("SELECT tests.shape()")

    def _ask(self, question: str) -> tuple[str, ...]:
        assert self._engine is not None
        with self._engine.connect() as connection:
            return tuple(connection.exec_driver_sql(question).one())
