"""Questions of law: evaluations in this process, and the endpoint beside OpenFisca's `/calculate`.

Every child asked about is another one. What a first tenth costs, while the memory is empty, is
told by itself; of both servers a first round does not count. OpenFisca is installed into a folder
that is thrown away and answers by the same rules of section one (`openfisca.txt`: limbs,
categories, rate, amount), without reasons, clauses or plan; where the two disagree about a child
nothing is measured. Both run as one process with one worker, in turn, under the same load, and
the processor time of each is told beside the throughput, since other work on the machine moves
only that. A year of one child and a hundred children are asked in one question of both.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from deploy.host import free_port
from deploy.local import databases
from deploy.local.settings import ROOT
from deploy.local.table import UVICORN_FLAGS
from gateway.identity.ring import Ring
from services.eligibility.operations.evaluating import answered
from services.eligibility.operations.law import law_of, registered_here
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.statements.whole import read
from shared.database import migrate
from shared.identity import PRINCIPAL, Principal, signed
from tests.bench.children import DAY, invented
from tests.bench.in_openfisca import as_openfisca, require_the_same
from tests.bench.load import Generator, Measured, Plan
from tests.bench.others import environment, process, spent
from tests.conftest import begin
from tests.factories import use_environment

CHILDREN = int(os.environ.get("BENCH_CHILDREN", "20000"))
Servers = tuple[tuple[int, int, str], tuple[int, int]]
ROUNDS, SECONDS, CONNECTIONS = 3, 3.0, 4
ASKED = 40_000  # more children than can be asked about: each is another one, in every round
OPENFISCA = ("openfisca-core[web-api]==46.0.1", "openfisca-country-template==8.2.0")
MONTHS = [date(DAY.year + (DAY.month + n - 1) // 12, (DAY.month + n - 1) % 12 + 1, 10)
          for n in range(12)]  # fmt: skip
ALIKE = 300  # children of whom both must come to the same
MANY = 100  # children in one question
FEW = 3_000  # children OpenFisca is asked about


def row(name: str, value: float, unit: str, ratio: float | None, baseline: str) -> dict[str, Any]:
    """One line of the results."""
    rounded = None if ratio is None else round(ratio, 2)
    value = round(value, 1 if value >= 10 else 3)
    return {"name": name, "value": value, "unit": unit, "ratio": rounded, "baseline": baseline}


def in_process() -> list[dict[str, Any]]:
    """Evaluations a second of processor time, of children none of whom is asked about twice."""
    law, rows = law_of(DAY), []
    known = [read(child, law, registered_here)[0] for child in invented(CHILDREN)]
    parts = {"the first tenth, memory empty": known[: CHILDREN // 10],
             "the others, each another child": known[CHILDREN // 10 :]}  # fmt: skip
    for name, some in parts.items():
        began = time.process_time()
        for facts in some:
            evaluate(facts, law)
        rate = len(some) / (time.process_time() - began)
        title = f"eligibility: evaluation with its full finding, {name}"
        rows.append(
            row(title, rate, "1/s", rate / 10_000, "10,000 a second of one core is the aim")
        )
    told = list(invented(CHILDREN // 10, seed=2))
    began = time.process_time()
    for child in told:
        answered(DAY, child)
    rate = len(told) / (time.process_time() - began)
    title = "eligibility: facts as people write them to the whole answer in JSON"
    return [*rows, row(title, rate, "1/s", None, "new children, memory warm")]


@contextmanager
def service(folder: Path) -> Iterator[tuple[int, int, str]]:
    """The eligibility service as it is started everywhere: process, port, a header of police."""
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
        with process(command, url, folder, PYTHONPATH=str(ROOT), **addresses) as pid:
            yield pid, port, f"{PRINCIPAL}: {who}"
    finally:
        for server in reversed(running):
            server.stop()


@contextmanager
def openfisca(folder: Path) -> Iterator[tuple[int, int]]:
    """OpenFisca's web API with a few of the same rules, in an environment of its own."""
    run = environment(folder, "openfisca.txt", *OPENFISCA)
    port = free_port()
    flags = ["-w", "1", "-k", "gthread", "--threads", str(CONNECTIONS), "--keep-alive", "60"]
    address = f"127.0.0.1:{port}"
    command = [str(run / "gunicorn"), *flags, "-b", address, "reference:application"]
    with process(command, f"http://127.0.0.1:{port}/spec", folder) as pid:
        yield pid, port


@dataclass(frozen=True)
class Question:
    """What is asked of both: its name, our address, and what is sent to each."""

    name: str
    path: str
    ours: list[dict[str, Any]]
    theirs: list[dict[str, Any]]


def questions() -> list[Question]:
    """One child and month, a year of one child, and a month of a hundred children."""
    alone, batch = "/v1/eligibility/evaluations", "/v1/eligibility/evaluations/batch"
    children, month = list(invented(ASKED)), [DAY]
    few = children[:FEW]  # OpenFisca remembers nobody, and answers fewer
    many = [children[at : at + MANY] for at in range(0, ASKED, MANY)]
    of_one = [{"day": DAY, "facts": one} for one in children]
    return [
        Question("one child and month", alone, of_one,
                 [as_openfisca([one], month) for one in few]),
        Question("one child and month (of OpenFisca the amount alone)", alone, of_one,
                 [as_openfisca([one], month, ["monthly"]) for one in few]),
        Question("one child, twelve months", batch,
                 [{"days": MONTHS, "children": [one]} for one in children],
                 [as_openfisca([one], MONTHS) for one in few]),
        Question("a hundred children, one month", batch,
                 [{"days": month, "children": some} for some in many],
                 [as_openfisca(some, month) for some in many[:FEW // MANY]]),
    ]  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """What one round measured of both: throughput, the slowest, processor time an answer."""

    ours: Measured
    theirs: Measured
    costs: tuple[float, float]


def asked(question: Question, servers: Servers, folder: Path) -> list[dict[str, Any]]:
    """A question put to both in turn, round by round."""
    files = folder / "ours.ndjson", folder / "theirs.ndjson"
    (pid, port, who), (other_pid, other) = servers
    plans = [
        (pid, Plan(port, (who,), CONNECTIONS, "ask", question.path, SECONDS, bodies=str(files[0]))),
        (other_pid, Plan(other, (), CONNECTIONS, "ask", "/calculate", SECONDS,
                         bodies=str(files[1]))),
    ]  # fmt: skip
    pairs = []
    for n in range(ROUNDS + 1):  # the first finds both cold, and does not count
        for file, bodies in zip(files, (question.ours, question.theirs), strict=True):
            file.write_bytes(b"\n".join(map(orjson.dumps, bodies[n :: ROUNDS + 1])))
        with Generator() as generator:
            (ours, cost), (theirs, other_cost) = [_costing(generator, *plan) for plan in plans]
        pairs.append(Pair(ours, theirs, (cost, other_cost)))
    return list(_rows(question.name, pairs[1:]))


def _costing(generator: Generator, pid: int, plan: Plan) -> tuple[Measured, float]:
    began = spent(pid)
    found = generator.carried_out(plan)
    return found, (spent(pid) - began) / sum(found.statuses.values()) * 1000


def _rows(name: str, pairs: list[Pair]) -> Iterator[dict[str, Any]]:
    title = f"eligibility: POST /evaluations, {CONNECTIONS} connections, {name}"
    middle = statistics.median
    for what, unit, one, other, ratio in (
        ("throughput", "requests/s", [p.ours.rate for p in pairs], [p.theirs.rate for p in pairs],
         [p.ours.rate / p.theirs.rate for p in pairs]),
        ("p99", "ms", [p.ours.late for p in pairs], [p.theirs.late for p in pairs],
         [p.ours.late / p.theirs.late for p in pairs]),
        ("processor time an answer", "ms", [p.costs[0] for p in pairs],
         [p.costs[1] for p in pairs], [p.costs[0] / p.costs[1] for p in pairs]),
    ):  # fmt: skip
        baseline = f"OpenFisca /calculate: {middle(other):.2f} {unit}"
        yield row(f"{title}: {what}", middle(one), unit, middle(ratio), baseline)


def beside_openfisca(folder: Path) -> list[dict[str, Any]]:
    """Every question, asked of both while both run."""
    (folder / "service").mkdir()
    with service(folder / "service") as ours, openfisca(folder / "openfisca") as theirs:
        require_the_same(theirs[1], list(invented(ALIKE)), DAY)
        return [row for one in questions() for row in asked(one, (ours, theirs), folder)]


async def benchmarks() -> list[dict[str, Any]]:
    """Rows of name, value, unit, ratio and baseline."""
    rows = in_process()
    with tempfile.TemporaryDirectory(prefix="hutong-bench-") as folder:
        rows += await asyncio.to_thread(beside_openfisca, Path(folder))
    return rows
