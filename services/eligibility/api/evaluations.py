"""Questions of law that store nothing, and the vocabulary they are asked in."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError
from starlette.routing import Route

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
from shared.identity import Actor, principal_of
from shared.route import only, refuse_unknown

ASKED = TypeAdapter(EvaluationTold)
router = APIRouter(prefix="/v1/eligibility", tags=["evaluations"])


@router.post("/evaluations", response_model=EvaluationOut)
async def evaluate_facts(actor: Actor, told: EvaluationTold) -> Response:
    """按所述事实和日期作出认定，不保存任何内容（WL24:1）。

    三种结论之外的结论：undetermined 待查明（`missing` 列出），manual_review 转人工，none 不发放。
    """
    return Response(answered(told.day, told.facts), media_type="application/json")


async def evaluate_fast(request: Request) -> Response:
    """The same question by the short way: no dependency graph, the validator called by hand."""
    principal_of(request)
    refuse_unknown(request)
    try:
        told = ASKED.validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(
            [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors(include_url=False)]
        ) from error
    return Response(answered(told.day, told.facts), media_type="application/json")


# It stands before the documented route of the same path and answers the same, only sooner.
fast_route = Route("/v1/eligibility/evaluations", evaluate_fast, methods=["POST"])


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
