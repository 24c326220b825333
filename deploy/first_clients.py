"""Registers the first clients and officers of a new platform and prints their secrets, once.

`python -m deploy.first_clients`, in the gateway's environment. The operator among them registers
everybody else through the API; departments then bring their own keys, and these secrets end.
"""

import asyncio
import os
import sys
import tempfile

from gateway.identity.seed import seed, sign_in_file
from gateway.settings import gateway_settings
from shared.database import engine_for, sessions_of
from shared.settings import settings


async def register() -> None:
    """Does nothing where all are registered."""
    engine = engine_for(settings().database_url)
    await seed(sessions_of(engine))
    await engine.dispose()


def main() -> None:
    """The secrets are written to the terminal and kept nowhere."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "GATEWAY_SEED_CLIENTS": "true"}
        settings.cache_clear()
        gateway_settings.cache_clear()
        asyncio.run(register())
        file = sign_in_file()
        sys.stdout.write(file.read_text() if file.exists() else "{}\n")


if __name__ == "__main__":
    main()
