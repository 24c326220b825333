"""Questions of law that store nothing, and the vocabulary they are asked in."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.eligibility.operations.evaluating import all_answered, answered
from services.eligibility.rules.names import ALSO
from services.eligibility.rules.vocabulary import SUBJECTS, UNKNOWN, VOCABULARY
from services.eligibility.rules.ways import WAYS
from services.eligibility.rules.words import CHOICES
from services.eligibility.schemas import (
    EvaluationOut,
    EvaluationsOut,
    EvaluationsTold,
    EvaluationTold,
)
from shared.identity import PRINCIPAL, Actor, verified
from shared.problem import Problem
from shared.route import only

ASKED = TypeAdapter(EvaluationTold)
PATH, CALLER = "/v1/eligibility/evaluations", PRINCIPAL.lower().encode()
router = APIRouter(prefix="/v1/eligibility", tags=["evaluations"])


@router.post("/evaluations", response_model=EvaluationOut, dependencies=[only()])
async def evaluate_facts(actor: Actor, told: EvaluationTold) -> Response:
    """按所述事实和日期作出认定，不保存任何内容（WL24:1）。

    三种结论之外的结论：undetermined 待查明（`missing` 列出），manual_review 转人工，none 不发放。
    """
    return Response(answered(told.day, told.facts), media_type="application/json")


DOCUMENTED = Route(PATH, evaluate_facts)  # for who counts answers by their route


class Short:
    """The same question by the short way (ASGI): what is in order is answered before a request, a
    route and its dependencies are made of it. Anything else goes on to the documented route, which
    says what is wrong of it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        asked = scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST"
        if not asked or scope["query_string"]:
            await self.app(scope, receive, send)
            return
        try:
            told = await Request(scope, receive).body()
        except ClientDisconnect:
            return
        answer = _in_order(dict(scope["headers"]), told)
        if answer is None:
            await self.app(scope, _once_more(told, receive), send)
            return
        scope["route"] = DOCUMENTED
        head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": answer})


def _in_order(headers: Mapping[bytes, bytes], told: bytes) -> bytes | None:
    """The answer, or None where the caller or the question is not in order."""
    try:
        verified(headers.get(CALLER, b"").decode("latin-1"))
        asked = ASKED.validate_json(told)
        return answered(asked.day, asked.facts)
    except (Problem, ValidationError):
        return None


def _once_more(told: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read by somebody else."""
    waiting: list[Message] = [{"type": "http.request", "body": told, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


@router.post("/evaluations/batch", response_model=EvaluationsOut, dependencies=[only()])
async def evaluate_many(actor: Actor, told: EvaluationsTold) -> Response:
    """一次试算多日、多名儿童：如一户的十二个月，或至多一百名儿童；不保存任何内容（WL24:1）。

    任何一名儿童的陈述有误，全部不答，逐一指出是哪一名、哪一项、在哪几日。
    """
    return Response(all_answered(told.days, told.children), media_type="application/json")


@router.get("/vocabulary", dependencies=[only()])
async def read_vocabulary(actor: Actor) -> dict[str, Any]:
    """事实目录：每项事实的含义、类型、可选值、别名、提供部门，以及未提及时的含义。"""
    return {
        "subjects": {code: {"zh": zh, "en": en} for code, (zh, en) in SUBJECTS.items()},
        "facts": [
            {
                "name": kind.name,
                "kind": kind.kind,
                "zh": kind.zh,
                "en": kind.en,
                "departments": list(kind.departments),
                "unmentioned": None if kind.silence is UNKNOWN else kind.silence,
                "unmentioned_is_unknown": kind.silence is UNKNOWN,
                "values": {
                    word.code: [word.zh, *word.aliases]
                    for word in CHOICES.get(kind.choice, {}).values()
                },
            }
            for kind in VOCABULARY.values()
        ],
        "short_forms": {
            subject: {name: zh for name, (zh, _) in ways.items()} for subject, ways in WAYS.items()
        },
        "other_names": {
            subject: {field: names.split() for field, names in also.items()}
            for subject, also in ALSO.items()
        },
        "status": {word.code: [word.zh, *word.aliases] for word in CHOICES["status"].values()},
    }
