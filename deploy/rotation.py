"""Turns the gateway's signing key where keys are mounted: `python -m deploy.rotation FOLDER`.

FOLDER is the one `deploy.keys` made. The new key is known to everybody as soon as the folder is
applied, and signs only later, at every gateway from the same instant, so that no token is refused
meanwhile; the key before it verifies for another hour. On one machine it is `POST
/v1/keys/rotation`.
"""

import argparse
import os
import re
import sys
from pathlib import Path

from deploy.keys import OWNERS
from gateway.identity.ring import Ring
from shared.settings import settings

KEY = r"^( *- secrets/gateway/)gateway[^/\n]*\.jwk\n"
LISTED = re.compile(rf"{KEY}(?:{KEY})*", re.MULTILINE)
AHEAD_SECONDS = 600


def rotate(folder: Path, ahead: int) -> list[str]:
    """Make the key, hand its public half to every process; the names of the keys in use."""
    own = folder / "gateway"
    os.environ["KEYS_DIR"] = str(own)
    settings.cache_clear()
    ring = Ring()
    ring.rotate(ahead)
    names = ring.names()
    for name in names:  # a container reads its own part as another user
        (own / f"{name}.jwk").chmod(0o644)
    public = (own / "gateway-jwks.json").read_bytes()
    for process in OWNERS:
        fresh = folder / process / ".gateway-jwks.json"
        fresh.write_bytes(public)
        fresh.replace(folder / process / "gateway-jwks.json")
    return names


def listed(kustomization: str, names: list[str]) -> str:
    """The list of a `kustomization.yaml` with the keys of the gateway that are in use."""
    return LISTED.sub(lambda at: "".join(f"{at[1]}{name}.jwk\n" for name in names), kustomization)


def main(arguments: list[str]) -> None:
    """The command."""
    asked = argparse.ArgumentParser(prog="python -m deploy.rotation", description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--ahead", type=int, default=AHEAD_SECONDS, help="seconds until it signs")
    given = asked.parse_args(arguments)
    names = rotate(given.folder, given.ahead)
    beside = given.folder.parent / "kustomization.yaml"
    if beside.exists():
        beside.write_text(listed(beside.read_text(), names))
    print(
        f"{names[0]}：请在 {given.ahead} 秒内应用。 "
        f"Apply it within {given.ahead} seconds, and keep a copy of the folder."
    )


if __name__ == "__main__":
    main(sys.argv[1:])
