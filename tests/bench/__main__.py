"""Runs every benchmark, one process each, and writes `bench/results.json`: `make bench`.

A benchmark is a module here with `async def benchmarks() -> list[dict]`, whose rows have name,
value, unit, ratio and baseline. `python -m tests.bench bus payments` runs only those.
"""

import asyncio
import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
RESULTS = ROOT / "bench" / "results.json"
FIELDS = ("name", "value", "unit", "ratio", "baseline")


def say(text: str) -> None:
    """Tell whoever waits."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def names() -> list[str]:
    """Every module here that has benchmarks."""
    files = sorted(file for file in FOLDER.glob("*.py") if not file.stem.startswith("_"))
    return [file.stem for file in files if "async def benchmarks(" in file.read_text()]


def measure(name: str, results: Path) -> None:
    """The benchmarks of one module, in this process; the rows go to a file."""
    rows = asyncio.run(importlib.import_module(f"tests.bench.{name}").benchmarks())
    for row in rows:
        assert set(row) >= set(FIELDS), f"{name}: a row needs {', '.join(FIELDS)}"
    results.write_text(json.dumps(rows, ensure_ascii=False))


def measured(name: str) -> list[dict[str, Any]] | None:
    """The rows of one module, measured in a process of its own; None when it failed."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "tests.bench", "--measure", name, str(results)]
        ended = subprocess.run(command, cwd=ROOT, check=False, stdin=subprocess.DEVNULL)
        if ended.returncode or not results.exists():
            return None
        rows: list[dict[str, Any]] = json.loads(results.read_text())
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as a person reads them."""
    lines = []
    for row in rows:
        value = f"{row['value']:,}" if isinstance(row["value"], int | float) else str(row["value"])
        ratio = "" if row["ratio"] is None else f"{row['ratio']:g}×"
        lines.append(f"  {row['name']:<72} {value:>14} {row['unit']:<12} {ratio:>8}")
        lines += [f"  {'':<6}{row['baseline']}"] if row["baseline"] else []
    return "\n".join(lines)


def write(rows: list[dict[str, Any]], asked: list[str]) -> None:
    """Keep the rows; those of modules that were not asked stay as they were."""
    kept: list[dict[str, Any]] = []
    if RESULTS.exists():
        kept = [row for row in json.loads(RESULTS.read_text()) if row["module"] not in asked]
    RESULTS.parent.mkdir(exist_ok=True)
    text = json.dumps([*kept, *rows], ensure_ascii=False, indent=1)
    RESULTS.write_text(text + "\n")


def main(arguments: list[str]) -> int:
    """All benchmarks, or those named; the exit code says whether each of them came to its end."""
    if arguments[:1] == ["--measure"]:
        measure(arguments[1], Path(arguments[2]))
        return 0
    asked, there = arguments or names(), names()
    if unknown := [name for name in asked if name not in there]:
        say(f"no benchmark {', '.join(unknown)}; there are: {' '.join(there)}")
        return 2
    say(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    failed, found = [], []
    for number, name in enumerate(asked, 1):
        say(f"[{number}/{len(asked)}] {name} …")
        began = time.monotonic()
        rows = measured(name)
        if rows is None:
            failed.append(name)
            say(f"  {name} did not come to its end")
            continue
        found += [{"module": name, **row} for row in rows]
        say(table(rows))
        say(f"  ({time.monotonic() - began:.0f} s)")
    write(found, asked)
    say(f"{len(found)} results in {RESULTS.relative_to(ROOT)}")
    if failed:
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
