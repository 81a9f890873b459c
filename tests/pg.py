"""A throw-away PostgreSQL server for the tests, from the system's packages.

Private data folder, private port on 127.0.0.1; stopped by its own process id.
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
