"""Questions of law that store nothing, and the vocabulary they are asked in."""

from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from services.eligibility.operations.evaluating import all_answered, answered
from services.eligibility.rules.statements.names import ALSO
from services.eligibility.rules.statements.ways import WAYS
from services.eligibility.rules.statements.words import CHOICES
from services.eligibility.rules.vocabulary import SUBJECTS, UNKNOWN, VOCABULARY
from services.eligibility.schemas import (
    EvaluationOut,
    EvaluationsOut,
    EvaluationsTold,
    EvaluationTold,
)
from shared.identity import PRINCIPAL, Actor, verified
from shared.route import Bare, body_of, json_of, only, refuse_unknown, told

M = TypeVar("M", bound=BaseModel)
router = APIRouter(prefix="/v1/eligibility", tags=["evaluations"])


async def evaluate_facts(request: Request) -> Response:
    """按所述事实和日期作出认定，不保存任何内容（WL24:1）。

    三种结论之外的结论：undetermined 待查明（`missing` 列出），manual_review 转人工，none 不发放。
    """
    asked = await _asked(request, EvaluationTold)
    return Response(answered(asked.day, asked.facts), media_type="application/json")


async def evaluate_many(request: Request) -> Response:
    """一次试算多日、多名儿童：如一户的十二个月，或至多一百名儿童；不保存任何内容（WL24:1）。

    任何一名儿童的陈述有误，全部不答，逐一指出是哪一名、哪一项、在哪几日。
    """
    asked = await _asked(request, EvaluationsTold)
    return Response(all_answered(asked.days, asked.children), media_type="application/json")


async def _asked(request: Request, model: type[M]) -> M:
    """The question of somebody who is known; nothing is kept of either."""
    verified(request.headers.get(PRINCIPAL, ""))
    refuse_unknown(request)
    return told(model, await json_of(request))


for path, answer, question, out in (
    ("/evaluations", evaluate_facts, EvaluationTold, EvaluationOut),
    ("/evaluations/batch", evaluate_many, EvaluationsTold, EvaluationsOut),
):
    router.add_api_route(
        path,
        answer,
        methods=["POST"],
        response_model=out,
        openapi_extra=body_of(question),
        route_class_override=Bare,
    )


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
