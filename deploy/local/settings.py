"""What the environment says about this run, refused in one line where it makes no sense."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from deploy.host import CannotStart
from deploy.local.table import OFFSETS

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    port: int
    data_dir: Path
    # Empty when the platform brings its own server.
    database_url: str
    nats_url: str
    jurisdiction: Path
    clock: str
    seed: bool

    @property
    def keys_dir(self) -> Path:
        return self.data_dir / "keys"

    @property
    def logs_dir(self) -> Path:
        return self.data_dir / "logs"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def read(environment: Mapping[str, str]) -> Settings:
    jurisdiction = environment.get("JURISDICTION") or ROOT / "deploy" / "jurisdictions" / "wenling"
    settings = Settings(
        port=_port(environment.get("PORT") or "8000"),
        data_dir=Path(environment.get("DATA_DIR") or ROOT / ".data").expanduser().resolve(),
        database_url=(environment.get("DATABASE_URL") or "").replace("+asyncpg", "", 1),
        nats_url=environment.get("NATS_URL") or "",
        jurisdiction=Path(jurisdiction).expanduser().resolve(),
        clock=environment.get("CLOCK") or "real",
        seed=(environment.get("SEED") or "yes").lower() not in {"no", "0", "false"},
    )
    if settings.clock not in {"real", "virtual"}:
        raise CannotStart("CLOCK 须为 real 或 virtual。 CLOCK must be real or virtual.")
    if not settings.jurisdiction.is_dir():
        raise CannotStart(
            f"找不到辖区目录 {settings.jurisdiction}。 "
            f"JURISDICTION: there is no folder {settings.jurisdiction}."
        )
    _require_scheme("DATABASE_URL", settings.database_url, "postgresql", "postgres")
    _require_scheme("NATS_URL", settings.nats_url, "nats", "tls")
    return settings


def make_folders(settings: Settings) -> None:
    """Passable for the unprivileged database server, but only its owner reads what is inside."""
    try:
        settings.data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        for private in (settings.keys_dir, settings.logs_dir):
            private.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            pass
    except OSError as refused:
        raise CannotStart(
            f"数据目录 {settings.data_dir} 不可写（{refused.strerror}），请设置 DATA_DIR。 "
            f"{settings.data_dir} cannot be written ({refused.strerror}): set DATA_DIR to a "
            "folder of your own."
        ) from refused


def _port(text: str) -> int:
    highest = 32_767 - max(OFFSETS)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= highest:
        raise CannotStart(
            f"PORT={text} 无效，须为 1 至 {highest} 的整数。 "
            f"PORT={text} is not a whole number from 1 to {highest}."
        )
    return int(text)


def _require_scheme(name: str, url: str, *schemes: str) -> None:
    if url and urlsplit(url).scheme not in schemes:
        raise CannotStart(
            f"{name} 须以 {schemes[0]}:// 开头。 {name} must begin with {schemes[0]}://."
        )
