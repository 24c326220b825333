"""How a report must be made and answered: recipients, lateness, feedback (报告时限).

Pure. *Immediately* is measured from finding to report; the hours that still count as
immediate are a figure. An internal inquiry is no ground for waiting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from shared.calendar import corresponding_day
from shared.law import all_of, rule

FUTURE_TOLERANCE = timedelta(minutes=5)  # clocks of partner systems differ by a little


class Reporter(StrEnum):
    """Who reports (报告人类别)."""

    UNIT = "unit"
    STAFF = "staff"
    STATE_ORGAN = "state_organ"
    CITIZEN = "citizen"
    CHILD = "child"
    ANONYMOUS = "anonymous"

    @property
    def shown(self) -> "Reporter":
        """The kind others are shown: that a child told of itself would name the reporter."""
        return Reporter.CITIZEN if self is Reporter.CHILD else self


BOUND_REPORTERS = frozenset({Reporter.UNIT, Reporter.STAFF, Reporter.STATE_ORGAN})


@dataclass(frozen=True, slots=True)
class Lateness:
    """How long a finding waited; `late` by the figure of the day."""

    minutes: int
    late: bool


def lateness(found_at: datetime, reported_at: datetime, immediate_hours: int) -> Lateness:
    """Measured in minutes from finding to report; reports before the finding count as none."""
    waited = max(reported_at - found_at, timedelta(0))
    return Lateness(int(waited.total_seconds() // 60), waited > timedelta(hours=immediate_hours))


def in_the_future(found_at: datetime, now: datetime) -> bool:
    """A finding time that cannot be: refused, because it would hide lateness."""
    return found_at > now + FUTURE_TOLERANCE


class MissedReport(StrEnum):
    """How the duty was broken (不报、迟报、瞒报、错报)."""

    NOT_REPORTED = "not_reported"
    LATE = "late"
    CONCEALED = "concealed"
    WRONG_ADDRESSEE = "wrong_addressee"


class Sanction(StrEnum):
    """What is proposed when the duty was broken (未成年人保护法117)."""

    REMINDER = "reminder"
    DISCIPLINARY = "disciplinary"
    HEAVIER_FOR_BLOCKING = "heavier_for_blocking"
    PROCURATORIAL_ADVICE = "procuratorial_advice"


def sanctions(breach: MissedReport, serious: bool, blocked_by_head: bool) -> list[Sanction]:
    """Proposed sanctions; a person decides. A head who blocked the report is dealt with harder."""
    if blocked_by_head:
        return [Sanction.HEAVIER_FOR_BLOCKING, Sanction.PROCURATORIAL_ADVICE]
    if serious:
        return [Sanction.DISCIPLINARY, Sanction.PROCURATORIAL_ADVICE]
    if breach is MissedReport.LATE:
        return [Sanction.REMINDER]
    return [Sanction.REMINDER, Sanction.PROCURATORIAL_ADVICE]


Duty = Literal["reported", "reported_late", "silent", "nothing_seen", "to_be_checked"]


def duty_of_contact(signs_seen: bool | None, reported_late: Sequence[bool]) -> Duty:
    """What the duty of a unit with contact came to; unknown signs are to be checked, never no."""
    if reported_late:
        return "reported_late" if all(reported_late) else "reported"
    if signs_seen is None:
        return "to_be_checked"
    return "silent" if signs_seen else "nothing_seen"


# --- Measures for the victim -------------------------------------------------------------


class Measure(StrEnum):
    """The five measures of 3.1h (保护措施); the list is open, other services may be added."""

    ECONOMIC_RELIEF = "economic_relief"
    MEDICAL_TREATMENT = "medical_treatment"
    PSYCHOLOGICAL_INTERVENTION = "psychological_intervention"
    SURVEY_ASSESSMENT = "survey_assessment"
    JUDICIAL_RELIEF = "judicial_relief"

    @property
    def zh(self) -> str:
        """The word of the document."""
        return MEASURES[self][0]

    @property
    def departments(self) -> tuple[str, ...]:
        """Who usually carries it; the case worker may ask others as well."""
        return MEASURES[self][1]


MEASURES: dict[Measure, tuple[str, tuple[str, ...]]] = {
    Measure.ECONOMIC_RELIEF: (
        "经济救助",
        ("civil_affairs", "womens_federation", "charity"),
    ),
    Measure.MEDICAL_TREATMENT: ("医疗救治", ("health", "civil_affairs")),
    Measure.PSYCHOLOGICAL_INTERVENTION: (
        "心理干预",
        ("youth_league", "womens_federation", "health"),
    ),
    Measure.SURVEY_ASSESSMENT: ("调查评估", ("civil_affairs", "justice")),
    Measure.JUDICIAL_RELIEF: ("司法救助", ("justice", "procuratorate")),
}
MEASURE_DEPARTMENTS = ("civil_affairs", "youth_league", "womens_federation", "justice")

_NEED_WORDS: dict[Measure, tuple[str, ...]] = {
    Measure.ECONOMIC_RELIEF: (
        "致贫",
        "无力支付",
        "贫困",
        "没钱",
        "经济",
        "医疗费",
        "生活费",
        "困难",
        "收入",
        "费用",
        *("债", "无业", "失业", "下岗", "低保", "贫穷", "负债"),
        *(
            "不够",
            "卖粮",
            "卖房",
            "借债",
            "借钱",
            "断了收入",
            "辞职",
            "拿不出",
            "付不起",
            "掏不出",
            "凑不",
            "没有钱",
            "交不起",
            "欠费",
        ),
    ),
    Measure.MEDICAL_TREATMENT: (
        "医疗",
        "伤",
        "治疗",
        "住院",
        "手术",
        "怀孕",
        "流产",
        "骨折",
        "救治",
    ),
    Measure.PSYCHOLOGICAL_INTERVENTION: (
        "情绪",
        *(
            "夜惊",
            "尖叫",
            "恶梦",
            "呆滞",
            "沉默",
            "拒食",
            "不说话",
            "不愿说话",
            "哭闹",
            "受创",
            "身心",
            "不敢出门",
        ),
        *("性侵", "强奸", "猥亵", "虐待", "不敢见人", "不愿见人", "不敢出", "不愿出"),
        "崩溃",
        "心理",
        "创伤",
        "噩梦",
        "目睹",
        "遇害",
        "受惊",
        "惊吓",
        "抑郁",
        "自杀",
        "自残",
        "恐惧",
        "害怕",
        "惊恐",
        "失眠",
        "不愿上学",
        "焦虑",
    ),
    Measure.SURVEY_ASSESSMENT: (
        *("调查", "评估", "家庭情况", "家庭矛盾", "监护", "社会背景"),
        *("谁来照", "无人照", "没人照", "不明"),
    ),
    Measure.JUDICIAL_RELIEF: (
        "赔偿",
        "诉讼",
        "律师",
        "法律",
        "司法",
        "判决",
        "被告人无力",
        "打官司",
        "起诉",
        *("加害人逃", "加害人在逃", "嫌疑人逃", "嫌疑人在逃", "得不到赔偿"),
    ),
}


def measures_for(text: str) -> list[Measure]:
    """Measures that a description of need points at; the officer completes the list."""
    return [m for m, words in _NEED_WORDS.items() if any(word in text for word in words)]


# --- Staff checks and tattoos ------------------------------------------------------------


class Record(StrEnum):
    """Past offences that bar from work with minors (未成年人保护法62)."""

    SEXUAL = "sexual"
    ABUSE = "abuse"
    TRAFFICKING = "trafficking"
    VIOLENCE = "violence"


RECORD_WORDS: dict[Record, tuple[str, ...]] = {
    Record.SEXUAL: ("性侵害", "性侵", "猥亵", "强奸", "性骚扰", "强迫卖淫", "嫖宿"),
    Record.ABUSE: ("虐待",),
    Record.TRAFFICKING: ("拐卖", "拐骗", "收买"),
    Record.VIOLENCE: ("暴力", "故意伤害", "杀人", "抢劫", "绑架", "致人重伤", "致人死亡"),
}


def records_in(text: str) -> list[Record]:
    """Barring records that a word or sentence names."""
    return [r for r, words in RECORD_WORDS.items() if any(word in text for word in words)]


@rule("WL24:3.1a-2", "入职前是否已查询")
def checked_before_start(checked_on: date, hired_on: date) -> bool:
    """The background check was made before (or on) the first day of work."""
    return checked_on <= hired_on


def check_due_on(checked_on: date, check_interval_years: int) -> date:
    """The day by which the yearly check must be repeated: the corresponding day (民法典202)."""
    return corresponding_day(checked_on, years=check_interval_years)


@rule("MINORS:62", "是否无禁止从业记录")
def no_barring_record(records: tuple[str, ...]) -> bool:
    """No record of sexual harm, abuse, trafficking or violence: such a person is not employed."""
    return not records


may_be_employed = all_of(
    "may_be_employed",
    "可以录用",
    "May be employed in close contact with minors",
    checked_before_start,
    no_barring_record,
    clause="WL24:3.1a-2",
)


def birthday(born: date, years: int) -> date:
    """The day on which a person completes `years`; born on 29 February, on 1 March."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


@rule("WL24:3.1b-1", "服务当日是否已满十八周岁")
def adult_customer(customer_birth: date, service_date: date, *, adult_age: int) -> bool:
    """18 on the day of service; consent of the parents changes nothing."""
    return service_date >= birthday(customer_birth, adult_age)


@rule("WL24:3.1b-2", "是否胁迫、引诱、教唆未成年人文身")
def tattoo_inducement(induced: bool, minor: bool) -> bool:
    """Coercing, luring or abetting a minor is a breach without any tattoo being made."""
    return induced and minor


@rule("WL24:3.1c-1", "是否在显著位置标明不向未成年人提供文身服务")
def ban_sign_shown(sign_shown: bool, prominent: bool) -> bool:
    """The sign hangs, and in a prominent place."""
    return sign_shown and prominent


@rule("WL24:3.1c-2", "难以判明年龄时是否要求出示身份证件")
def age_proof_asked(age_in_doubt: bool, id_checked: bool) -> bool:
    """When the age is in doubt, the identity card must be asked for."""
    return id_checked or not age_in_doubt
