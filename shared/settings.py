"""What a process is told by its environment: the only global there is."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, model_validator
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Read once from the environment; every name is documented in the operator's guide."""

    database_url: str = "postgresql://127.0.0.1:5432/hutong"
    nats_url: str = "nats://127.0.0.1:4222"
    nats_creds: Path | None = None
    nats_replicas: int = 1
    jurisdiction: Path = Path(__file__).parent.parent / "deploy" / "jurisdictions" / "wenling"
    clock: Literal["real", "virtual"] = "real"
    clock_start: AwareDatetime | None = None
    data_dir: Path = Path(".data")
    keys_dir: Path | None = None
    gateway_url: str = "http://127.0.0.1:8000"
    eligibility_url: str = "http://127.0.0.1:8011"
    payments_url: str = "http://127.0.0.1:8012"
    protection_url: str = "http://127.0.0.1:8013"
    referrals_url: str = "http://127.0.0.1:8014"
    cockpit_url: str = "http://127.0.0.1:8001"
    database_pool: int = 10
    database_patience: int = 60
    virus_scanner: str = ""
    virus_scanner_seconds: int = 20

    @model_validator(mode="after")
    def _keys_beside_data(self) -> "Settings":
        if self.keys_dir is None:
            self.keys_dir = self.data_dir / "keys"
        return self

    def keys(self) -> Path:
        """The folder of keys; in production a mounted secret."""
        assert self.keys_dir is not None
        return self.keys_dir

    def url_of(self, service: str) -> str:
        """Where a service listens inside the platform."""
        return str(getattr(self, f"{service}_url"))


@cache
def settings() -> Settings:
    """The settings of this process; tests call `settings.cache_clear()` after changing them."""
    return Settings()
