"""The shape of an evaluation's question and answer, fact by fact with the Chinese terms."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from services.eligibility.rules.vocabulary import SUBJECTS, UNKNOWN, VOCABULARY, FactKind
from services.eligibility.rules.ways import WAYS
from services.eligibility.rules.words import CHOICES

TYPES: dict[str, dict[str, Any]] = {
    "date": {"type": ["string", "null"], "format": "date"},
    "bool": {"type": ["boolean", "string", "null"]},
    "int": {"type": ["integer", "string", "null"]},
    "yuan": {"type": ["string", "number", "null"]},
    "texts": {"type": ["array", "string", "null"], "items": {"type": "string"}},
}


def _fact_schema(kind: FactKind) -> dict[str, Any]:
    silence = "不详" if kind.silence is UNKNOWN else f"{kind.silence!r}"
    said = f"{kind.zh} | {kind.en}。未提及即{silence}"
    if kind.kind in TYPES:
        return TYPES[kind.kind] | {"description": said}
    words = "；".join(f"{w.code}（{w.zh}）" for w in CHOICES[kind.choice].values())
    return {"description": f"{said}。{words}"}


def facts_schema() -> dict[str, Any]:
    """JSON Schema of the facts, from the vocabulary and the short forms."""
    subjects: dict[str, Any] = {}
    for subject, (zh, en) in SUBJECTS.items():
        fields = {
            kind.name.split(".", 1)[1]: _fact_schema(kind)
            for kind in VOCABULARY.values()
            if kind.subject == subject
        }
        fields |= {name: {"description": said} for name, (said, _) in WAYS[subject].items()}
        words = "；".join(f"{w.code}（{w.zh}）" for w in CHOICES["status"].values())
        if "status" in fields:
            fields["status"]["description"] += f"。{words}"
        subjects[subject] = {
            "type": ["object", "string", "null"],
            "description": f"{zh} | {en}。null 为不详",
            "properties": fields,
        }
    subjects["dibao_line_per_head"] = {"description": "低保标准（元/人·月） | dibao line"}
    return {
        "type": "object",
        "description": "按对象分组的事实；可用代码、中文词或常用短式 | Facts by subject",
        "properties": subjects,
        "examples": [
            {
                "child": {"birth_date": "2016-06-01", "hukou_city": "温岭市"},
                "father": {"status": "死亡"},
                "mother": {"status": "服刑", "term_months": 24},
            }
        ],
    }


Facts = Annotated[dict[str, Any], WithJsonSchema(facts_schema())]


class EvaluationTold(BaseModel):
    """A question of law: what holds of these facts on this day? Nothing is stored."""

    model_config = ConfigDict(extra="forbid")
    day: date = Field(description="适用哪一日的法律与年龄 | the day whose law applies")
    facts: Facts


class EvaluationOut(BaseModel):
    """What the law says of the facts on the day."""

    day: date
    status: Literal["eligible", "not_eligible", "undetermined", "manual_review"]
    status_zh: str
    scope: Literal["in", "out", "undetermined"]
    limbs: list[str] = Field(description="符合定义中的哪几项 A–E | limbs of the definition")
    categories: list[str]
    categories_zh: list[str]
    categories_en: list[str]
    categories_excluded: list[str]
    categories_undetermined: list[str]
    award_basis: Literal[
        "institution", "scattered", "dibao_supplement", "street_relief", "none", "undetermined"
    ]
    award_basis_zh: str
    award_basis_en: str
    award_clause: str | None
    top_up: bool
    infant_until: date | None
    missing: list[str] = Field(description="待查明的事实 | facts to be asked for")
    questions: list[dict[str, Any]]
    changes_on: date | None = Field(description="结论可能变化的首日 | first day it could change")
    adult_on: date | None
    exit: dict[str, Any] | None
    reasons: list[dict[str, Any]]
    manual_review: list[dict[str, str]]
    next_steps: list[dict[str, str]]
    plan: list[dict[str, Any]]
    household_class: str | None
    per_capita_income: str | None
    understood: dict[str, Any] = Field(description="如何理解所述 | what was understood")
    notes: list[str]
    finding: dict[str, Any]
