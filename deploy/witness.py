"""The procuratorate's witness: checks each service's record of disclosures and co-signs it.

Run by the second department, on its own machine, as often as it likes:
`python -m deploy.witness GATEWAY_URL FOLDER`. The folder keeps the newest checkpoint it signed
of each service; a record that is not its continuation is not signed, and that is said aloud.
"""

import argparse
import base64
import sys
from pathlib import Path

from deploy.caller import Caller, Offices, Refusal
from shared.audit.notes import Checkpoint, parsed, signature
from shared.audit.tree import consistent
from shared.audit.verify import WITNESS
from shared.bus import SOURCES
from shared.keys import signing_key
from shared.settings import settings


class NotContinued(Exception):
    """What is shown now is not a continuation of what was signed before."""


def witness(caller: Caller, service: str, folder: Path) -> str:
    """Check and co-sign one service's newest checkpoint; what was done, in words."""
    file = folder / f"{service}.note"
    try:
        shown = parsed(caller.get(f"/v1/{service}/audit/checkpoint")["note"])
    except Refusal as refusal:
        if refusal.status != 404:
            raise
        return f"{service}: 尚无记录 nothing recorded yet"
    if file.exists():
        _continued(caller, service, parsed(file.read_text()), shown)
    line = signature(WITNESS, signing_key(WITNESS), shown.text())
    caller.post(f"/v1/{service}/audit/cosignatures", {"size": shown.size, "line": line})
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{shown.text()}\n{line}\n")
    return f"{service}: 已会签 co-signed {shown.size}"


def _continued(caller: Caller, service: str, known: Checkpoint, shown: Checkpoint) -> None:
    if shown.size < known.size:
        raise NotContinued(f"{service}: {known.size} → {shown.size}")
    if shown == known:
        return
    path = f"/v1/{service}/audit/consistency"
    proof = caller.get(path, first=known.size, second=shown.size)["proof"]
    steps = [base64.b64decode(step) for step in proof]
    if not consistent(known.size, known.root, shown.size, shown.root, steps):
        raise NotContinued(f"{service}: {known.size} → {shown.size}")


def main(arguments: list[str]) -> int:
    """Witness every service; 1 when a record was not a continuation."""
    asked = argparse.ArgumentParser(prog="python -m deploy.witness", description=__doc__)
    asked.add_argument("url", help="where the gateway is")
    asked.add_argument("folder", type=Path, help="where the witness keeps what it signed")
    given = asked.parse_args(arguments)
    caller = Offices(given.url, settings().data_dir).at(WITNESS, "witness-1")
    bad = 0
    for service in SOURCES:
        try:
            print(witness(caller, service, given.folder))
        except NotContinued as broken:
            bad = 1
            print(f"记录被改写，拒绝会签 NOT co-signed: {broken}")
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
