"""The shape of an evaluation's question and answer, fact by fact with the Chinese terms."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from services.eligibility.rules.statements.ways import WAYS
from services.eligibility.rules.statements.words import CHOICES
from services.eligibility.rules.vocabulary import SUBJECTS, UNKNOWN, VOCABULARY, FactKind
from shared.bounds import Day, bounded

MOST = 100  # answers in one call
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


Facts = Annotated[dict[str, Any], AfterValidator(bounded), WithJsonSchema(facts_schema())]


class EvaluationTold(BaseModel):
    """A question of law: what holds of these facts on this day? Nothing is stored."""

    model_config = ConfigDict(extra="forbid")
    day: Day = Field(description="适用哪一日的法律与年龄 | the day whose law applies")
    facts: Facts


class EvaluationsTold(BaseModel):
    """The same question of several days, several children, or both; nothing is stored."""

    model_config = ConfigDict(extra="forbid")
    days: list[Day] = Field(
        min_length=1,
        max_length=MOST,
        description="各个日期，如十二个月的每月一日 | days, say the first of twelve months",
    )
    children: list[Facts] = Field(
        min_length=1,
        max_length=MOST,
        description="各名儿童的事实，如一户的几名儿童；日期数×儿童数至多 100 "
        "| facts child by child; days × children ≤ 100",
    )

    @model_validator(mode="after")
    def _not_too_many(self) -> "EvaluationsTold":
        if len(self.days) * len(self.children) > MOST:
            raise ValueError(f"日期数×儿童数至多{MOST} | days × children: at most {MOST}")
        return self


class EvaluationOut(BaseModel):
    """What the law says of the facts on the day."""

    day: date
    status: Literal["eligible", "not_eligible", "undetermined", "manual_review"] = Field(
        description="符合／不符合／待查明（缺事实，不得拒绝）／转人工 | the answer in one word"
    )
    status_zh: str
    scope: Literal["in", "out", "undetermined"] = Field(
        description="是否困境儿童：在范围内／外／待查明 | within the definition of WL24:1?"
    )
    limbs: list[str] = Field(description="符合定义中的哪几项 A–E | limbs of the definition")
    categories: list[str] = Field(
        description="全部类别（可多项）：orphan_institution, orphan_scattered, "
        "de_facto_unsupported, "
        "own_difficulty, hiv_affected, dibao, dibao_margin, left_behind, street, other "
        "| every category that holds; none of them adds to another's amount"
    )
    categories_zh: list[str]
    categories_en: list[str]
    categories_excluded: list[str] = Field(description="已排除的类别 | categories that do not hold")
    categories_undetermined: list[str] = Field(description="待查明的类别 | facts are missing")
    award_basis: Literal[
        "institution",
        "scattered",
        "dibao_supplement",
        "dibao_margin_supplement",
        "street_relief",
        "none",
        "undetermined",
    ] = Field(description="发放标准；金额由 /v1/payments/evaluations 计算 | rate; amounts there")
    award_basis_zh: str
    award_basis_en: str
    award_clause: str | None
    top_up: bool = Field(description="与其他生活救助补差 | the difference to other relief is paid")
    infant_until: date | None = Field(
        description="婴幼儿营养补贴的最后一个月，记为当月一日 "
        "| last month of the nutrition subsidy, as its first day"
    )
    missing: list[str] = Field(description="待查明的事实 | facts to be asked for")
    questions: list[dict[str, Any]] = Field(description="向谁查明：fact, zh, en, departments")
    changes_on: date | None = Field(description="结论可能变化的首日 | first day it could change")
    adult_on: date | None = Field(description="满十八周岁之日 | the eighteenth birthday")
    exit: dict[str, Any] | None = Field(
        description="成年后：kind（延续、退出、入伍、返校…）、"
        "lump_sum_months（0、6、12；待查明为 null）| after 18"
    )
    reasons: list[dict[str, Any]] = Field(description="理由：about, rule, clause, zh, en")
    manual_review: list[dict[str, str]] = Field(description="须由人决定的事项 | for a person")
    next_steps: list[dict[str, str]] = Field(description="下一步：code, zh | next steps")
    plan: list[dict[str, Any]] = Field(
        description="保障方案：service, zh, status（entitled、undetermined…）, lead, clause "
        "| every benefit, service by service"
    )
    household_class: str | None = Field(description="家庭经济类别 | class of the household")
    per_capita_income: str | None = Field(description="人均月收入（元）| income a head, yuan")
    understood: dict[str, Any] = Field(description="如何理解所述 | what was understood")
    notes: list[str]
    not_considered: list[str] = Field(
        description="未能理解的字段：其余照答，结论待查明 | fields nobody reads leave it open"
    )
    finding: dict[str, Any]


class EvaluationsOut(BaseModel):
    """The answers in the order of the question: child by child, and for each day by day."""

    answers: list[list[EvaluationOut]] = Field(
        description="answers[儿童][日期]，次序与所问相同 | answers[child][day], as asked"
    )
