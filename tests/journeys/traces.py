"""Where a word that nobody may read could have gone: answers, columns of databases, files."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from deploy.caller import Caller, Offices
from deploy.servers import Postgres
from tests.platform import Platform

SERVICES = ("eligibility", "payments", "protection", "referrals", "gateway")
STREAM = "/v1/events"
# Who signs in has to be told the name they sign in with; the database's own files are read as rows.
NOT_TRACES = ("cluster", "sign-in.json")


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer of the platform."""

    client: str
    request: str
    status: int
    text: str
    sent: bytes = b""
    kind: str = ""


class Listening(Offices):
    """Offices that remember every answer anybody got, whatever its status."""

    def __init__(self, url: str, data_dir: Path) -> None:
        super().__init__(url, data_dir)
        self.heard: list[Heard] = []

    def at(self, department: str, officer: str | None = "officer-1", town: str = "") -> Caller:
        """As `Offices.at`; the caller's answers are remembered from now on."""
        caller = super().at(department, officer, town)
        if not caller.http.event_hooks["response"]:

            def listen(answer: httpx.Response) -> None:
                self._remember(caller.client, answer)

            caller.http.event_hooks = {"response": [listen]}
        return caller

    def _remember(self, client: str, answer: httpx.Response) -> None:
        path = answer.request.url.path
        if path == STREAM or path.startswith("/oauth"):
            return
        answer.read()
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        request = f"{answer.request.method} {path}"
        text = f"{answer.text}\n{headers}"
        kind = answer.request.headers.get("content-type", "application/json")
        sent = answer.request.read()
        self.heard.append(Heard(client, request, answer.status_code, text, sent, kind))

    def answers_with(self, *words: str, besides: str = "\0") -> list[Heard]:
        """The answers in which any of the words stands, plain or escaped as JSON does it.

        Where a word stands inside `besides`, which everybody may read, it does not count.
        """
        marks = [mark for word in words for mark in (word, _escaped(word))]
        texts = [(one, one.text.replace(besides, "")) for one in self.heard]
        return [one for one, text in texts if any(mark in text for mark in marks)]


def _escaped(word: str) -> str:
    return word.encode("unicode_escape").decode()


def rows_with(platform: Platform, *words: str) -> list[str]:
    """`service.table` for every row of every database that says one of the words anywhere.

    A row is read as text, so every column counts: text, JSON, and bytes by their digits.
    """
    port = platform.processes()["postgres"]["port"]
    server = Postgres(platform.data_dir / "postgres", port)
    urls = {service: server.url(f"hutong_{service}") for service in SERVICES}
    return asyncio.run(_look(urls, words))


async def _look(urls: dict[str, str], words: tuple[str, ...]) -> list[str]:
    marks = [m for w in words for m in (w, _escaped(w), w.encode().hex())]
    found = []
    for service, url in urls.items():
        connection = await asyncpg.connect(url)
        try:
            tables = await connection.fetch(TABLES)
            assert len(tables) > 5, f"{service} has hardly a table to look into"
            for (table,) in tables:
                query = f"SELECT count(*) FROM {table} AS t WHERE t::text ILIKE ANY ($1)"
                if await connection.fetchval(query, [f"%{mark}%" for mark in marks]):
                    found.append(f"{service}.{table}")
        finally:
            await connection.close()
    return found


TABLES = """
SELECT quote_ident(table_schema) || '.' || quote_ident(table_name)
FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
"""


def files_with(platform: Platform, *words: str) -> list[str]:
    """Files of the platform (logs, streams, console) whose bytes hold one of the words."""
    marks = [m.encode() for w in words for m in (w, _escaped(w))]
    found = []
    for path in sorted(platform.data_dir.rglob("*")):
        if not path.is_file() or any(part in NOT_TRACES for part in path.parts):
            continue
        data = path.read_bytes()
        if any(mark in data for mark in marks):
            found.append(str(path.relative_to(platform.data_dir)))
    return found


def told_on_the_stream(caller: Caller, last: str) -> str:
    """Everything the event stream tells this office up to the first event of type `last`."""
    with caller.http.stream("GET", f"{STREAM}?after=0") as stream:
        text = ""
        for chunk in stream.iter_text():
            text += chunk
            if last in text:
                return text
    raise AssertionError(f"the stream ended before {last}")
