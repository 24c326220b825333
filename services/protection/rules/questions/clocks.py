"""Questions that ask by when: each clock of the law, from the day that begins it (期限).

Pure: a situation and the law of the day in, an answer with clauses out, or nothing. The lengths
are figures; here stands by which words a clock is meant, and which words begin it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.protection.rules.adoption import adoptable_from
from services.protection.rules.questions.courts import GRAVEST
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.response import UNITS
from services.protection.rules.questions.situation import (
    Answer,
    County,
    Situation,
    answer,
    day_in,
    instant_of,
)
from shared.law import LawOfDay


@dataclass(frozen=True, slots=True)
class Clock:
    """One period: its figure and clause, the words that mean it, those and the facts of its day."""

    figure: str
    clauses: tuple[str, ...]
    zh: str
    en: str
    meant: str
    begins: str
    facts: tuple[str, ...] = ()


CLOCKS = (
    Clock(
        "case_note_working_days",
        ("FF2014-24:13",),
        "公安机关书面移交儿童后，应在期限内向照料机构出具案件侦办查处情况说明",
        "The police give the institution a written note of the case",
        "(?:案件|侦办|查处|书面)(?:的)?(?:侦办|查处)?情况说明|case note|note of the case",
        "带离|移交|移送|交给|交由|送到|送至|护送",
        ("removed_on", "placement"),
    ),
    Clock(
        "protection_review_days",
        ("DV:31", "WL24:3.3c-1"),
        "对人身安全保护令或者驳回申请不服的，可以自送达之日起申请复议，复议期间不停止执行",
        "Review may be asked of the court that made or refused the protection order",
        "(?:复议|review)(?=.*(?:保护令|裁定))|(?:保护令|裁定).*(?:复议|review)",
        "收到|送达|签收|领取",
    ),
    Clock(
        "non_filing_reasons_days",
        ("GJF2020-9:11",),
        "检察院要求说明不立案理由的，公安机关应在期限内书面说明",
        "Asked by the procuratorate, the police state why they did not file",
        "(?:说明|解释|回复|答复|explain|reason).*(?:不|未)(?:予)?立案|"
        "(?:不|未)(?:予)?立案.*(?:说明|解释|书面|explain|reason)",
        "要求|收到|送达",
    ),
    Clock(
        "ordered_filing_days",
        ("GJF2020-9:11",),
        "检察院通知立案的，公安机关应在期限内立案",
        "Told by the procuratorate to file, the police file within the days",
        "通知(?:公安(?:机关|局)?)?立案",
        "收到|通知|送达",
    ),
    Clock(
        "unit_feedback_days",
        ("GJF2020-9:8",),
        "公安机关受案或者立案后，应在期限内向报告单位反馈",
        "The police tell the reporting unit after accepting or filing the case",
        "反馈|feed ?back|(?:came|become|became) of|let .{0,16}(?:school|hospital|unit) know|"
        "(?:告知|答复|tell|told).{0,12}(?:单位|学校|医院|school|hospital|unit)",
        "立案|受案|受理",
    ),
    Clock(
        "recommendation_reply_months",
        ("MINORS:114",),
        "被建议单位应在期限内书面回复司法建议、检察建议",
        "The unit answers a judicial or procuratorial recommendation in writing",
        "(?:检察|司法)建议",
        "收到|送达|发出|提出",
    ),
    Clock(
        "return_visit_days",
        ("FF2014-24:21",),
        "送回监护人后应在期限内首次回访",
        "After the return of a child, the first visit",
        "回访|(?:visit|follow).{0,12}after.{0,12}return",
        "送回|领回|接回",
    ),
)
_ASKS_WHEN = re.compile(
    "by when|until when|when (?:must|does|do|may|is|are|should|can|will)|how (?:long|many|soon)|"
    "deadline|(?:last|latest) day|time limit|何时|什么时候|多久|几[天日]|多少[天日]|"
    "期限|最迟|最晚|哪[天一]|多长时间|截止|什么时间|何日|时限",
    re.IGNORECASE,
)


def deadline(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """By when something must be done, where the question asks for it."""
    if not (situation.asks("deadline") or _ASKS_WHEN.search(situation.question)):
        return None
    clock = next((c for c in CLOCKS if re.search(c.meant, situation.text(), re.DOTALL)), None)
    if clock is None:
        return None
    unit = max((u for u in UNITS if clock.figure.endswith(f"_{u}")), key=len)
    length = int(law.figures[clock.figure])
    since = _since(clock, situation)
    due = county.calendar.due(since, length, unit).day.isoformat() if since else None
    return answer(
        "deadline",
        *clock.clauses,
        zh=f"{clock.zh}：{length}{UNITS[unit]}",
        en=clock.en,
        within=f"{length}{UNITS[unit]}",
        deadline=due,
        status=None if due else "undetermined",
        missing=None if due else ["event"],
    )


def _since(clock: Clock, situation: Situation) -> datetime | None:
    """The day a clock begins: its fact, else the part of a sentence that tells of its beginning."""
    if clock.facts and (told := situation.instant(*clock.facts)):
        return told
    parts = [part for part in re.split("[，,；;。]", situation.facts()) if day_in(part)]
    begun = next((part for part in parts if re.search(clock.begins, part)), None)
    one = begun or (parts[0] if len(parts) == 1 else None)
    return instant_of(one) if one else None


def adoption(situation: Situation, law: LawOfDay, _: County) -> Answer | None:
    """A child of a revoked guardian is not given for adoption within a year (FF2014-24:44)."""
    revoked = situation.has("revoked_on") or situation.says("撤销", "revoke")
    about = situation.says("收养", "送养", "adopt") and revoked
    if not about and not situation.asks("adoption"):
        return None
    months = int(law.figures["adoption_wait_months"])
    parts = [part for part in re.split("[，,；;。]", situation.facts()) if day_in(part)]
    told = next((day_in(part) for part in parts if "撤销" in part), None)
    begun = situation.day("revoked_on") or told
    planned = next((day_in(p) for p in parts if re.search("收养|送养|adopt", p)), None)
    planned = planned or situation.day("as_of")
    gravest = GRAVEST.search(situation.facts()) is not None
    earliest = adoptable_from(begun, months, gravest) if begun else None
    return answer(
        "adoption",
        "FF2014-24:44",
        zh=f"撤销监护人资格后{months}个月内一般不得送养，性侵害、出卖、严重虐待遗弃等情形除外",
        en="No adoption within a year of the revocation, except after the gravest harm",
        allowed=planned >= earliest if planned and earliest else None,
        adoption_not_before=earliest.isoformat() if earliest else None,
        status="undetermined" if earliest is None else None,
        missing=["revoked_on"] if earliest is None else None,
        decision_by_person_needed=True,
    )


CLOCK_TOPICS: Mapping[str, Topic] = {"deadline": deadline, "adoption": adoption}
