"""Assessment of a family's capacity by a versioned instrument (家庭监护能力评估).

Pure. An instrument is data of the jurisdiction: a tree of indicators with points, red lines,
grades from shares of the points, consequences of the grades. Two assessors without conflict of
interest score it; a red line decides whatever the points say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.protection.rules.guardianship import TemporaryGround, months_after
from shared.moves import Move, Moves


@dataclass(frozen=True, slots=True)
class Item:
    """One question of an instrument: the most points it gives."""

    code: str
    zh: str
    points: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RedLine:
    """A fact that decides the grade whatever the points are (一票否决)."""

    code: str
    zh: str
    grade: str
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """A result: reached from this share of the points, in percent."""

    code: str
    zh: str
    from_percent: int
    able: bool
    consequences: tuple[str, ...]


@dataclass(frozen=True)
class AssessmentInstrument:
    """One version of an assessment instrument; grades run from best to worst."""

    id: str
    zh: str
    clause: str
    since: date
    valid_months: int
    minimum_assessors: int
    items: Mapping[str, Item]
    red_lines: Mapping[str, RedLine]
    grades: tuple[Grade, ...]
    triggers: tuple[str, ...] = ()
    levels: tuple[int, ...] = field(default=())

    @property
    def total(self) -> int:
        """All points there are."""
        return sum(item.points for item in self.items.values())


def _walk(nodes: list[Mapping[str, Any]], path: tuple[str, ...]) -> Iterator[Item]:
    for node in nodes:
        below = node.get("items")
        if below:
            yield from _walk(below, (*path, node["zh"]))
        else:
            yield Item(node["code"], node["zh"], int(node["points"]), path)


def _levels(nodes: list[Mapping[str, Any]]) -> tuple[int, ...]:
    counts: list[int] = []
    while nodes:
        counts.append(len(nodes))
        nodes = [below for node in nodes for below in node.get("items", ())]
    return tuple(counts)


def instrument_of(data: Mapping[str, Any]) -> AssessmentInstrument:
    """Read an instrument; ValueError says what is wrong with it before anyone is scored by it."""
    items = list(_walk(data["indicators"], ()))
    made = AssessmentInstrument(
        id=data["id"],
        zh=data["zh"],
        clause=data["clause"],
        since=data["since"],
        valid_months=data["valid_months"],
        minimum_assessors=data.get("minimum_assessors", 2),
        items={item.code: item for item in items},
        red_lines={
            line["code"]: RedLine(line["code"], line["zh"], line["grade"], line.get("ground"))
            for line in data.get("red_lines", ())
        },
        grades=tuple(
            Grade(
                g["code"],
                g["zh"],
                g["from_percent"],
                g["able"],
                tuple(g["consequences"]),
            )
            for g in data["grades"]
        ),
        triggers=tuple(data.get("triggers", ())),
        levels=_levels(data["indicators"]),
    )
    _check(made, len(items))
    return made


def _check(made: AssessmentInstrument, count: int) -> None:
    if not made.items or not made.grades:  # full marks would come of no question
        raise ValueError(f"{made.id}: an instrument asks something and has grades")
    if not isinstance(made.since, date) or made.valid_months < 1:
        raise ValueError(f"{made.id}: since when it holds, and how many months a conclusion does")
    floors = [grade.from_percent for grade in made.grades]
    codes = {grade.code for grade in made.grades}
    if len(made.items) != count:
        raise ValueError(f"{made.id}: two items have one code")
    if floors != sorted(floors, reverse=True) or floors[-1] != 0:
        raise ValueError(f"{made.id}: grades must run from best to worst and end at 0")
    if any(line.grade not in codes for line in made.red_lines.values()):
        raise ValueError(f"{made.id}: a red line names a grade that does not exist")
    grounds = {line.ground for line in made.red_lines.values()} - {None}
    if not grounds <= set(TemporaryGround):
        raise ValueError(f"{made.id}: a red line names a ground of no law")
    if any(item.points <= 0 for item in made.items.values()) or made.minimum_assessors < 2:
        raise ValueError(f"{made.id}: points must be positive, and assessors two or more")


@dataclass(frozen=True, slots=True)
class Score:
    """What an assessor's answers come to; `missing` items leave it without a grade."""

    points: int
    total: int
    grade: str | None
    red_lines: tuple[str, ...]
    missing: tuple[str, ...]
    grounds: tuple[str, ...]


def score(
    instrument: AssessmentInstrument,
    answers: Mapping[str, int],
    red_lines: tuple[str, ...],
) -> Score:
    """Points, red lines and grade. An item not answered is unknown, never zero points.

    Raises ValueError on an unknown item, an unknown red line or points out of range.
    """
    _refuse_wrong_answers(instrument, answers, red_lines)
    missing = tuple(code for code in instrument.items if code not in answers)
    points = sum(answers.values())
    lines = [instrument.red_lines[code] for code in red_lines]
    grade: str | None = None
    if lines:
        order = [g.code for g in instrument.grades]
        grade = max((line.grade for line in lines), key=order.index)
    elif not missing:
        share = points * 100
        grade = next(
            g.code for g in instrument.grades if share >= g.from_percent * instrument.total
        )
    grounds = tuple(line.ground for line in lines if line.ground)
    return Score(points, instrument.total, grade, red_lines, missing, grounds)


def _refuse_wrong_answers(
    instrument: AssessmentInstrument,
    answers: Mapping[str, int],
    red_lines: tuple[str, ...],
) -> None:
    for code, given in answers.items():
        item = instrument.items.get(code)
        if item is None:
            raise ValueError(f"items.{code}")
        if not 0 <= given <= item.points:
            raise ValueError(f"points.{code}")
    for code in red_lines:
        if code not in instrument.red_lines:
            raise ValueError(f"red_lines.{code}")


def worse(instrument: AssessmentInstrument, grades: list[str]) -> str:
    """Where two assessors differ, the worse grade protects the child until they agree."""
    order = [grade.code for grade in instrument.grades]
    return max(grades, key=order.index)


def grade_of(instrument: AssessmentInstrument, code: str) -> Grade:
    """A grade by code."""
    return next(grade for grade in instrument.grades if grade.code == code)


def valid_until(instrument: AssessmentInstrument, concluded_on: date) -> date:
    """The last day a conclusion may be relied on."""
    return months_after(concluded_on, instrument.valid_months)


# Why a family is assessed where no instrument has a word for it: the sentence itself (3.2b-1).
ABSENT_OR_IMPROPER = "absent_or_improper_guardianship"


def of_the_guardian(scope: str, purpose: str) -> bool:
    """Whether a result says anything of the guardian: not of a carer instead, nor of adopters."""
    return scope != "delegated_carer" and purpose != "adoption"


_ASSESSING = ("civil_affairs", "town", "protection_centre", "social_organisation")

ASSESSMENT_MOVES = Moves(
    "assessment",
    "家庭监护能力评估",
    "opened",
    [
        Move(
            "scoring",
            "评分",
            ("opened", "scoring", "review"),
            "scoring",
            "WL24:3.2a",
            _ASSESSING,
        ),
        Move(
            "conclusion",
            "作出评估结论",
            ("scoring",),
            "concluded",
            "WL24:3.2b-2",
            _ASSESSING,
            None,
            True,
        ),
        Move(
            "dispute",
            "提出异议",
            ("concluded",),
            "disputed",
            "WL24:3.2b-2",
            ("civil_affairs", "town", "village", "justice", "womens_federation"),
            "assessment_dispute",
        ),
        Move(
            "review",
            "受理复评",
            ("disputed",),
            "review",
            "WL24:3.2b-2",
            ("civil_affairs",),
        ),
        Move(
            "dispute_rejection",
            "维持结论",
            ("disputed",),
            "concluded",
            "WL24:3.2b-2",
            ("civil_affairs",),
            None,
            True,
        ),
        Move(
            "abandonment",
            "终止评估",
            ("opened", "scoring"),
            "abandoned",
            "WL24:3.2b-1",
            _ASSESSING,
        ),
    ],
)

CONSEQUENCES_ZH: dict[str, str] = {
    "routine": "日常关爱",
    "support_plan": "制定帮扶方案",
    "order": "监护干预文书",
    "re_assessment": "复评",
    "temporary_guardianship": "临时监护",
    "revocation_review": "研究申请撤销或变更监护人",
    "continue_guardianship": "继续临时监护",
    "may_return": "可以送回监护人抚养",
}


def after_assessment(able: bool, in_care: bool) -> list[str]:
    """What comes next: back home by a person's decision, or care goes on with intervention."""
    if able:
        return ["可以送回监护人抚养", "由承办人作出决定", "送回后回访"] if in_care else ["日常关爱"]
    first = ["继续临时监护"] if in_care else ["必要时临时监护"]
    return [*first, "监护干预", "必要时申请撤销或变更监护人"]
