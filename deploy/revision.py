"""Writes a service's next migration, against a database that lives only as long as this takes."""

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.host import CannotStart, free_port
from deploy.local import databases
from deploy.local.settings import ROOT
from deploy.servers import Postgres, serving


def main(service: str, name: str) -> int:
    with tempfile.TemporaryDirectory(prefix="hutong-revision-") as folder:
        postgres = Postgres(Path(folder) / "postgres", free_port(), durable=False)
        with serving(postgres, Path(folder) / "postgres.log"):
            asyncio.run(databases.create_missing(postgres.url(), [service]))
            return subprocess.run(
                [sys.executable, "-m", "shared.database", "revise", service, name],
                env={**os.environ, "DATABASE_URL": postgres.url(service)},
                cwd=ROOT,
                check=False,
            ).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:3]))
    except CannotStart as problem:
        sys.exit(str(problem))
