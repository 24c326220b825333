"""Requests nobody would send: made from the merged OpenAPI document, sent as every department."""

import json
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.routes import Table
from tests.disclosure.matrix import Answer, Who, bearer, some
from tests.disclosure.world import Canary, World

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# What would end the rehearsal itself: time, and the keys everybody's token rests on.
LEFT_ALONE = {("POST", "/v1/clock"), ("POST", "/v1/keys/rotation"), ("GET", "/v1/events")}
# Answers there have the form of another standard, and tests of their own.
STANDARD = "/v1/dci/"
SECRET = "岳青鸢之秘331099201302170073"
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What was wrong with an answer, and to which request."""

    who: str
    request: str
    status: int
    what: str


class Fuzzer:
    """Sends what the document allows and what it forbids, and judges every answer."""

    def __init__(self, world: World, people: list[Who], table: Table) -> None:
        self.world, self.people, self.table = world, people, table
        self.http = httpx.Client(base_url=world.offices.url, timeout=30)
        self.document = self.http.get("/openapi.json").json()
        self.faults: list[Fault] = []
        self.shown: list[tuple[Answer, Canary]] = []
        self.sent = 0

    def operations(self) -> Iterator[tuple[Any, list[Who]]]:
        """Every operation of the table with those who may call it."""
        schema = schemathesis.openapi.from_dict(self.document)
        for result in schema.get_all_operations():
            assert isinstance(result, Ok), result
            operation: Any = result.ok()
            call = (operation.method.upper(), operation.path)
            line = self.table.find(*call)
            if line is None or operation.path.startswith(STANDARD):
                continue
            if call not in LEFT_ALONE:
                yield operation, [w for w in self.people if line.permits(w.principal.department)]

    def fuzz(self, examples: int) -> None:
        """As each department in turn, with real ids and invented ones."""
        for number, (operation, people) in enumerate(self.operations()):
            for mode in MODES:
                self._operation(operation, people, mode, number, examples)

    def _operation(
        self, operation: Any, people: list[Who], mode: GenerationMode, number: int, examples: int
    ) -> None:
        chance = random.Random(number)
        turn = number

        @seed(number)
        @settings(
            max_examples=examples,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            nonlocal turn
            turn += 1
            if chance.random() < 0.7:
                case.path_parameters = self._real(operation, case.path_parameters, chance)
            who = people[turn % len(people)]
            headers = {"Authorization": bearer(who)}
            self.judge(who, case, case.call(base_url=self.world.offices.url, headers=headers))

        with suppress(Unsatisfiable):  # a call without parameters or body has no wrong form
            send()

    def _real(self, operation: Any, given_ones: Any, chance: random.Random) -> dict[str, Any]:
        found = dict(given_ones or {})
        for name in found:
            before = operation.path.split(f"/{{{name}}}")[0].rsplit("/", 1)[-1]
            known = self.world.ids.get(f"{before}/{name}") or self.world.ids.get(name)
            if known:
                found[name] = chance.choice(some(known))[0]
        return found

    def judge(self, who: Who, case: Any, answer: Any) -> None:
        """No fault of ours, problems in two languages, what the document declares.

        What a good answer shows of anybody is kept, to be compared with the policy.
        """
        self.sent += 1
        request = f"{case.method} {case.formatted_path}"
        try:
            case.validate_response(answer, checks=CHECKS)
        except (AssertionError, FailureGroup) as wrong:
            self.fault(who, request, answer.status_code, str(wrong)[:1200])
        if answer.status_code >= 400:
            kind = "".join(answer.headers.get("content-type", ()))
            self.problem(who, request, answer.status_code, kind, answer.text)
            return
        line = self.table.find(case.method, case.formatted_path)
        if line is not None:
            text = answer.content.decode(errors="replace")
            kept = Answer(who, line, str(answer.request.url), "", answer.status_code, text)
            self.shown += [(kept, one) for one in self.world.canaries if one.word in text]

    def problem(self, who: Who, request: str, status: int, kind: str, text: str) -> None:
        """RFC 9457, Chinese and English, and nothing of anybody in it."""
        if not kind.startswith("application/problem+json"):
            self.fault(who, request, status, f"no problem but {kind}: {text[:80]}")
            return
        body = json.loads(text)
        chinese = any("\u4e00" <= sign <= "\u9fff" for sign in str(body.get("title")))
        if not chinese or not str(body.get("title_en", "")).isascii():
            self.fault(who, request, status, f"not in two languages: {text[:120]}")
        told = [one.word for one in self.world.canaries if one.word in text]
        if told or SECRET in text:
            self.fault(who, request, status, f"tells {told or 'what was sent'}")

    def fault(self, who: Who, request: str, status: int, what: str) -> None:
        """Remember it."""
        self.faults.append(Fault(who.label, request, status, what))

    def ask(self, who: Who, method: str, path: str, **more: Any) -> httpx.Response:
        """One request as somebody."""
        self.sent += 1
        headers = {"Authorization": bearer(who)}
        return self.http.request(method, path, headers=headers, **more)

    def unknown_filters(self) -> None:
        """A parameter nobody knows is an error that names those there are; ignoring it would
        answer another question."""
        for number, (operation, people) in enumerate(self.operations()):
            who = people[number % len(people)]
            path = self._path(operation)
            answer = self.ask(who, operation.method, path, params={"nobody_knows": SECRET})
            request = f"{operation.method} {path}"
            known = answer.headers.get("content-type", "").startswith("application/problem")
            if answer.status_code == 400 and known and "allowed" in answer.json():
                continue
            if answer.status_code not in (403, 428):
                self.fault(who, request, answer.status_code, "took a parameter it does not know")

    def secrets_sent_back(self) -> None:
        """Whatever is wrong with a body, nothing of it is in the answer."""
        for number, (operation, people) in enumerate(self.operations()):
            if operation.method.upper() == "GET":
                continue
            who, path = people[number % len(people)], self._path(operation)
            wrong: dict[str, Any] = dict.fromkeys(self._fields(operation), SECRET)
            answer = self.ask(who, operation.method, path, json=wrong)
            request = f"{operation.method} {path}"
            if answer.status_code >= 400:
                kind = answer.headers.get("content-type", "")
                self.problem(who, request, answer.status_code, kind, answer.text)
            if answer.status_code >= 500:
                self.fault(who, request, answer.status_code, answer.text[:200])

    def _path(self, operation: Any) -> str:
        line = self.table.find(operation.method.upper(), operation.path)
        assert line is not None
        names = {part[1:-1]: part for part in operation.path.split("/") if part.startswith("{")}
        real = self._real(operation, dict.fromkeys(names, "x"), random.Random(1))
        path: str = operation.path
        for name, part in names.items():
            path = path.replace(part, str(real[name]))
        return path

    def _fields(self, operation: Any) -> list[str]:
        body = self.document["paths"][operation.path][operation.method.lower()]
        content = body.get("requestBody", {}).get("content", {}).get("application/json", {})
        schema = content.get("schema", {})
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            schema = self.document["components"]["schemas"][name]
        return list(schema.get("properties", {})) or ["anything"]
