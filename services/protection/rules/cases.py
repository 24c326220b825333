"""The protection case: levels and colours, its lawful moves, who works in it (个案管理).

Pure. Stages of 3.0: monitoring, report, emergency response, assessment and help, guardianship
intervention. Levels carry clocks for first contact, plan and visits (domain facts §5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.protection.rules.grounds import Ground
from shared.moves import Move, Moves


class Level(StrEnum):
    """How fast someone must act (风险等级)."""

    URGENT = "urgent"
    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"

    @property
    def zh(self) -> str:
        """Level and colour as the cockpit shows them."""
        return LEVELS[self].zh

    @property
    def colour(self) -> str:
        """Red, orange, yellow, blue."""
        return LEVELS[self].colour


@dataclass(frozen=True, slots=True)
class LevelText:
    """A level: colour, clocks (kinds of deadline), days between visits come from figures."""

    zh: str
    colour: str
    first_contact: str
    plan: str
    visit: str


LEVELS: dict[Level, LevelText] = {
    Level.URGENT: LevelText("紧急（红）", "red", "contact_urgent", "plan_urgent", "visit_urgent"),
    Level.HIGH: LevelText("高（橙）", "orange", "contact_high", "plan_high", "visit_high"),
    Level.MIDDLE: LevelText("中（黄）", "yellow", "contact_middle", "plan_middle", "visit_middle"),
    Level.LOW: LevelText("低（蓝）", "blue", "contact_low", "plan_low", "visit_low"),
}


def visit_clock(level: Level, safe: bool | None) -> str:
    """How soon somebody looks again: daily while a child in danger is not safe, then weekly."""
    return LEVELS[Level.HIGH if level is Level.URGENT and safe else level].visit


def level_of(word: str) -> Level | None:
    """The level a code, a colour or a Chinese word names."""
    words = {
        Level.URGENT: ("urgent", "red", "紧急", "红", "极高"),
        Level.HIGH: ("high", "orange", "高", "橙"),
        Level.MIDDLE: ("middle", "yellow", "中", "黄", "中等"),
        Level.LOW: ("low", "blue", "低", "蓝"),
    }
    return next((lv for lv, known in words.items() if word.strip().lower() in known), None)


def level_of_report(grounds: Iterable[Ground], danger: bool = False) -> Level:
    """R1 to R8 are urgent; so is danger; only a remaining R9 begins as high."""
    if danger or any(g is not Ground.OTHER_SERIOUS_HARM_OR_DANGER for g in grounds):
        return Level.URGENT
    return Level.HIGH


def level_of_placement(ground: str) -> Level:
    """Removal from harm is urgent, the other grounds of temporary guardianship high."""
    return Level.URGENT if ground in {"led_into_crime", "serious_harm"} else Level.HIGH


_CASE_WORKERS = (
    "town",
    "village",
    "civil_affairs",
    "protection_centre",
    "welfare_institution",
    "child_protection_office",
)

CASE_MOVES = Moves(
    "case",
    "保护个案",
    "opened",
    [
        Move(
            "contact",
            "首次接触",
            ("opened", "reopened"),
            "responding",
            "WL24:3.0",
            _CASE_WORKERS,
            "plan",
        ),
        Move(
            "assessment",
            "启动评估",
            (
                "opened",
                "reopened",
                "responding",
                "planned",
                "in_service",
                "intervening",
                "monitored",
            ),
            "assessing",
            "WL24:3.2b-1",
            _CASE_WORKERS,
        ),
        Move(
            "plan",
            "制定帮扶方案",  # from planned: who must approve it does not, and it is made anew
            ("responding", "assessing", "planned", "in_service", "intervening"),
            "planned",
            "WL24:4.2c-2",
            _CASE_WORKERS,
        ),
        Move(
            "plan_approval",
            "批准帮扶方案",
            ("planned",),
            "in_service",
            "WL24:4.2c-2",
            ("civil_affairs", "town", "child_protection_office"),
            "visit",
            True,
        ),
        Move(
            "intervention",
            "监护干预",
            ("responding", "assessing", "planned", "in_service", "monitored"),
            "intervening",
            "WL24:3.0",
            _CASE_WORKERS,
        ),
        Move(
            "monitoring",
            "转入监测",
            ("in_service", "intervening"),
            "monitored",
            "WL24:3.0",
            _CASE_WORKERS,
            "visit",
        ),
        Move(
            "closure_proposal",
            "提出结案",
            ("responding", "assessing", "in_service", "monitored"),
            "closing",
            "WL24:4.2c-2",
            _CASE_WORKERS,
        ),
        Move(
            "closure",
            "结案",
            ("closing",),
            "closed",
            "WL24:4.2c-2",
            ("civil_affairs", "town", "child_protection_office"),
            "closure_follow_up",
            True,
        ),
        Move(
            "continuation",
            "不同意结案",
            ("closing",),
            "in_service",
            "WL24:4.2c-2",
            ("civil_affairs", "town", "child_protection_office"),
        ),
        Move(
            "reopening",
            "重新开案",
            ("closed",),
            "reopened",
            "WL24:3.0",
            (*_CASE_WORKERS, "police", "procuratorate"),
            "contact",
        ),
    ],
)


# Days that people set themselves, among those the service is woken for: shown like clocks.
SHOWN_REMINDERS = {"case_task": "交办任务"}


class ClosureReason(StrEnum):
    """Why a case ends (结案原因)."""

    SAFE_AT_HOME = "safe_at_home"
    RETURNED = "returned"
    LONG_TERM_GUARDIANSHIP = "long_term_guardianship"
    ADOPTED = "adopted"
    GUARDIAN_CHANGED = "guardian_changed"
    COME_OF_AGE = "come_of_age"
    MOVED_AWAY = "moved_away"
    REPORT_UNFOUNDED = "report_unfounded"
    GUARDIAN_RELEASED = "guardian_released"
    DIED = "died"
