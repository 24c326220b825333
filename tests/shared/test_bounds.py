"""No telling is so long that reading it holds up everybody else."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from services.eligibility.schemas.evaluations import EvaluationTold
from services.payments.schemas.evaluations import EvaluationIn as Owed
from services.protection.schemas.questions import Question
from services.referrals.schemas.evaluations import EvaluationIn as Asked
from shared.bounds import FACTS, LEVELS, SIGNS, bounded


def nested(levels: int) -> Any:
    said: Any = "死亡"
    for _ in range(levels):
        said = {"father": said}
    return said


QUESTIONS: list[tuple[type[BaseModel], str]] = [
    (EvaluationTold, "facts"),
    (Question, "situation"),
    (Asked, "situation"),
    (Owed, "situation"),
]
TOO_MUCH = [
    {f"k{n}": n for n in range(FACTS + 1)},
    {"child": {"events": [{"day": n} for n in range(FACTS)]}},
    nested(LEVELS + 1),
    {"." * (SIGNS + 1): "x"},
]


@pytest.mark.parametrize("said", TOO_MUCH)
@pytest.mark.parametrize(("question", "field"), QUESTIONS)
def test_a_situation_nobody_could_write_down_is_refused_with_what_is_allowed(
    question: type[BaseModel], field: str, said: Any
) -> None:
    day = {"day": "2026-01-01"} if "day" in question.model_fields else {}
    with pytest.raises(ValidationError, match=f"至多 {FACTS} 项、{LEVELS} 层"):
        question.model_validate({field: said} | day)


@pytest.mark.parametrize("said", [nested(LEVELS), {"a": [1] * (FACTS - 1)}, "一句话", None, [], 7])
def test_whatever_is_within_the_bounds_passes_as_it_is(said: Any) -> None:
    assert bounded(said) is said
