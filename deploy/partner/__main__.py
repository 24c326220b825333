"""What a partner tries its system with, `python -m deploy.partner …`.

check [URL] [SIGN_IN_FILE] [PARTNER]      every sample and refusal, or one partner's
rehearse PARTNER [URL] [SIGN_IN_FILE]     a partner's working day
all [URL] [SIGN_IN_FILE]                  every day and every case
sandbox [PORT]                            the door with nothing behind it
offline [URL] [SIGN_IN_FILE]              the cases the sandbox can judge
"""

import sys
from pathlib import Path

from deploy.partner.agencies import AGENCIES, rehearse
from deploy.partner.checks import Check

URL, SIGN_IN = "http://127.0.0.1:8000", ".data/sign-in.json"


def place(more: list[str]) -> tuple[str, Path]:
    """Address and file of secrets, as given or usual."""
    given = [*more, *[URL, SIGN_IN][len(more) :]]
    return given[0], Path(given[1])


def checked(more: list[str], only: str = "", *, offline: bool = False) -> int:
    """Send the cases; the exit code."""
    url, file = place(more)
    failed = Check(url, file, offline).run(only)
    print(f"{len(failed)} failed" if failed else "all as they must be")
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    """The exit code: 0 when every answer was as it must be."""
    match arguments:
        case ["check", *more]:
            return checked(more[:2], *more[2:3])
        case ["offline", *more]:
            return checked(more, offline=True)
        case ["rehearse", name, *more] if name in AGENCIES:
            rehearse(name, *place(more))
            return 0
        case ["all", *more]:
            for name in AGENCIES:
                rehearse(name, *place(more))
            return checked(more)
        case ["sandbox", *port]:
            from deploy.partner.sandbox import PORT, run

            run(int(port[0]) if port else PORT)
            return 0
    print(__doc__, f"\nPARTNER: {', '.join(AGENCIES)}")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
