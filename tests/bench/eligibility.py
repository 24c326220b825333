"""Questions of law: evaluations in this process, and the endpoint beside OpenFisca's `/calculate`.

Every child asked about is another one, and the first round meets an empty memory: both figures
are told. OpenFisca is installed into a folder that is thrown away; it answers a few of the same
rules (`openfisca.txt`: age, parents, own difficulty, household, one amount), without a reason,
a clause or a plan. Both run as one process with one worker, in turn, under the same load.
"""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import orjson

from deploy.host import free_port
from deploy.local import databases
from deploy.local.settings import ROOT
from deploy.local.table import UVICORN_FLAGS
from gateway.identity.ring import Ring
from services.eligibility.operations.evaluating import answered
from services.eligibility.operations.law import law_of, registered_here
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.ways import read
from shared.database import migrate
from shared.identity import PRINCIPAL, Principal, signed
from tests.bench.children import DAY, invented
from tests.bench.load import Generator, Plan
from tests.conftest import begin
from tests.factories import use_environment

CHILDREN = int(os.environ.get("BENCH_CHILDREN", "20000"))
ROUNDS, SECONDS, CONNECTIONS = 3, 3.0, 4
ASKED = 20_000  # more children than can be asked about in a round: each is another one
OPENFISCA = ("openfisca-core[web-api]==46.0.1", "openfisca-country-template==8.2.0")
MONTH = DAY.strftime("%Y-%m")
# The words of the invented children, as the few rules written for OpenFisca know them.
STANDING = {"死亡": "dead", "宣告失踪": "declared_missing", "服刑": "prison",
            "强制隔离戒毒": "drug_isolation"}  # fmt: skip


def row(name: str, value: float, unit: str, ratio: float | None, baseline: str) -> dict[str, Any]:
    """One line of the results."""
    rounded = None if ratio is None else round(ratio, 2)
    return {"name": name, "value": round(value, 1), "unit": unit, "ratio": rounded,
            "baseline": baseline}  # fmt: skip


def in_process() -> list[dict[str, Any]]:
    """Evaluations a second on one core, of children none of whom is asked about twice."""
    law, rows = law_of(DAY), []
    known = [read(child, law, registered_here)[0] for child in invented(CHILDREN)]
    parts = {"the first tenth, memory empty": known[: CHILDREN // 10],
             "the others, each another child": known[CHILDREN // 10 :]}  # fmt: skip
    for name, some in parts.items():
        began = time.perf_counter()
        for facts in some:
            evaluate(facts, law)
        rate = len(some) / (time.perf_counter() - began)
        title = f"eligibility: evaluation with its full finding, {name}"
        rows.append(row(title, rate, "1/s", rate / 10_000, "10,000 a second is the aim"))
    told = list(invented(CHILDREN // 10, seed=2))
    began = time.perf_counter()
    for child in told:
        answered(DAY, child)
    rate = len(told) / (time.perf_counter() - began)
    title = "eligibility: facts as people write them to the whole answer in JSON"
    return [*rows, row(title, rate, "1/s", None, "new children, memory warm")]


@contextmanager
def process(command: list[str], url: str, folder: Path, **environment: str) -> Iterator[None]:
    """A server that answers at an address, until the block ends."""
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(command, cwd=folder, env=os.environ | environment,
                                  stdout=log, stderr=log)  # fmt: skip
    try:
        for _ in range(300):
            with suppress(httpx.HTTPError):
                if httpx.get(url).status_code == 200:
                    break
            time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait()


@contextmanager
def service(folder: Path) -> Iterator[tuple[int, str]]:
    """The eligibility service as it is started everywhere: its port, and a header of police."""
    servers, running = begin(folder)
    use_environment(folder)
    asyncio.run(databases.create_missing(servers.postgres_url, ["eligibility"]))
    database = servers.postgres_url.rsplit("/", 1)[0] + "/eligibility"
    migrate("eligibility", database)
    port = free_port()
    flags = [*UVICORN_FLAGS, "--port", str(port)]
    command = [sys.executable, "-m", "uvicorn", "services.eligibility.app:app", *flags]
    who = signed(Principal("police", "police", "0417"), Ring().signing(), int(time.time()) + 3600)
    addresses = {"DATABASE_URL": database, "NATS_URL": servers.nats_urls[0]}
    try:
        url = f"http://127.0.0.1:{port}/health/ready"
        with process(command, url, folder, PYTHONPATH=str(ROOT), **addresses):
            yield port, f"{PRINCIPAL}: {who}"
    finally:
        for server in reversed(running):
            server.stop()


@contextmanager
def openfisca(folder: Path) -> Iterator[int]:
    """OpenFisca's web API with a few of the same rules, in an environment of its own."""
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    run = folder / "venv" / "bin"
    subprocess.run([run / "pip", "install", "-qq", "--disable-pip-version-check", *OPENFISCA],
                   check=True)  # fmt: skip
    shutil.copy(Path(__file__).with_name("openfisca.txt"), folder / "reference.py")
    port = free_port()
    flags = ["-w", "1", "-k", "gthread", "--threads", str(CONNECTIONS), "--keep-alive", "60"]
    address = f"127.0.0.1:{port}"
    command = [str(run / "gunicorn"), *flags, "-b", address, "reference:application"]
    with process(command, f"http://127.0.0.1:{port}/spec", folder):
        yield port


def as_openfisca(facts: dict[str, Any]) -> dict[str, Any]:
    """The same child, as OpenFisca asks for it."""
    child = facts["child"]
    said: dict[str, Any] = {
        "hukou_here": child["hukou_city"].startswith("温岭"),
        "in_institution": child.get("placement") == "市儿童福利院",
        "disability_grade": "一二三四".find(child.get("disability", "级")[-2:][0]) + 1,
        "economic_class": "dibao" if facts["household"]["economic_class"] == "低保" else "ordinary",
        "monthly": None,
    }
    for parent in ("father", "mother"):
        said[f"{parent}_standing"] = STANDING.get(facts[parent]["status"], "alive")
        said[f"{parent}_term_months"] = facts[parent].get("term_months", 0)
    person = {name: {MONTH: value} for name, value in said.items()}
    person["birth"] = {"ETERNITY": child["birth_date"]}
    return {"persons": {"child": person}, "households": {"home": {"children": ["child"]}}}


def beside_openfisca(folder: Path) -> list[dict[str, Any]]:
    """One child and month, the same children asked of both, in turn."""
    ours, theirs = folder / "ours.ndjson", folder / "theirs.ndjson"
    children = list(invented(ASKED))
    ours.write_bytes(b"\n".join(orjson.dumps({"day": DAY, "facts": one}) for one in children))
    theirs.write_bytes(b"\n".join(orjson.dumps(as_openfisca(one)) for one in children))
    for name in ("service", "openfisca"):
        (folder / name).mkdir()
    with service(folder / "service") as (port, who), openfisca(folder / "openfisca") as other:
        path = "/v1/eligibility/evaluations"
        plans = [
            Plan(port, (who,), CONNECTIONS, "ask", path, SECONDS, bodies=str(ours)),
            Plan(other, (), CONNECTIONS, "ask", "/calculate", SECONDS, bodies=str(theirs)),
        ]
        found = []
        for _ in range(ROUNDS):
            with Generator() as generator:
                found.append([generator.carried_out(plan) for plan in plans])
    rate = statistics.median(pair[0].rate for pair in found)
    ratio = statistics.median(pair[0].rate / pair[1].rate for pair in found)
    late = statistics.median(pair[0].late for pair in found)
    slower = statistics.median(pair[0].late / pair[1].late for pair in found)
    name = f"eligibility: POST /evaluations, {CONNECTIONS} connections, one child and month"
    calculated = statistics.median(pair[1].rate for pair in found)
    others = statistics.median(pair[1].late for pair in found)
    return [
        row(f"{name}: throughput", rate, "requests/s", ratio,
            f"OpenFisca /calculate, a few of the rules: {calculated:.0f} requests/s"),
        row(f"{name}: p99", late, "ms", slower, f"OpenFisca /calculate: {others:.1f} ms"),
    ]  # fmt: skip


async def benchmarks() -> list[dict[str, Any]]:
    """Rows of name, value, unit, ratio and baseline."""
    rows = in_process()
    with tempfile.TemporaryDirectory(prefix="hutong-bench-") as folder:
        rows += await asyncio.to_thread(beside_openfisca, Path(folder))
    return rows
