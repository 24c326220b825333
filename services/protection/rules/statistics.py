"""What is counted for the joint meeting: numbers, never identities (联席会议统计, reading R24).

Pure. Each measure names the kinds it counts by, each with its words; what happened is counted in
the month in which it happened, in whole months of one year that are over, so that two readings
cannot be subtracted from each other.
"""

from dataclasses import dataclass
from datetime import date

from services.protection.rules.cases import LEVELS, ClosureReason
from services.protection.rules.grounds import GROUNDS
from services.protection.rules.guardianship import TEMPORARY_GROUNDS
from services.protection.rules.reporting import MissedReport
from services.protection.rules.warnings import COLLISIONS


@dataclass(frozen=True, slots=True)
class Measure:
    """One table: what is counted, under which clause, by which kinds. `open`: more may appear."""

    zh: str
    clause: str
    kinds: dict[str, str]
    open: bool = False


MEASURES: dict[str, Measure] = {
    "reports_by_ground": Measure(
        "强制报告·按情形",
        "WL24:3.1a-4",
        {ground.value: text.zh for ground, text in GROUNDS.items()},
    ),
    "reports_by_timeliness": Measure(
        "强制报告·是否立即", "WL24:3.1a-4", {"in_time": "立即报告", "late": "迟报"}
    ),
    "decisions": Measure(
        "公安受案、立案与不立案",
        "WL24:3.1d-2",
        {
            "case_acceptance": "受案",
            "filing": "立案侦查",
            "non_filing": "不予立案",
            "jurisdiction_transfer": "移送管辖",
        },
    ),
    "missed_reports": Measure(
        "应报未报",
        "MINORS:117",
        {
            MissedReport.NOT_REPORTED.value: "不报",
            MissedReport.LATE.value: "迟报",
            MissedReport.CONCEALED.value: "瞒报",
            MissedReport.WRONG_ADDRESSEE.value: "错报",
        },
    ),
    "cases_by_level": Measure(
        "新开个案·按等级", "WL24:3.0", {level.value: text.zh for level, text in LEVELS.items()}
    ),
    "cases_closed": Measure(
        "结案·按原因",
        "WL24:4.2c-2",
        {
            ClosureReason.SAFE_AT_HOME.value: "家中安全",
            ClosureReason.RETURNED.value: "已送回监护人",
            ClosureReason.LONG_TERM_GUARDIANSHIP.value: "转为长期监护",
            ClosureReason.ADOPTED.value: "被收养",
            ClosureReason.GUARDIAN_CHANGED.value: "变更监护人",
            ClosureReason.COME_OF_AGE.value: "成年",
            ClosureReason.MOVED_AWAY.value: "迁出",
            ClosureReason.REPORT_UNFOUNDED.value: "查无实据",
            ClosureReason.GUARDIAN_RELEASED.value: "监护人获释",
            ClosureReason.DIED.value: "死亡",
        },
    ),
    "placements": Measure(
        "临时监护·按情形",
        "WL24:3.5a",
        {ground.value: zh for ground, (_, zh) in TEMPORARY_GROUNDS.items()},
    ),
    "detentions": Measure(
        "羁押时询问未成年子女",
        "WL24:3.6b-1",
        {"has": "有", "none": "没有", "unable": "无法回答"},
    ),
    "warnings": Measure(
        "预警·按原因",
        "WL24:4.2c-2",
        {reason.value: collision.zh for reason, collision in COLLISIONS.items()},
    ),
    "missed_clocks": Measure("法定期限逾期·按种类", "WL24:4.1a-2", {}, open=True),
}


DELAYS: dict[str, tuple[str, str]] = {
    "finding_to_report": ("发现到报告（分钟）", "WL24:3.1a-4"),
    "report_to_acceptance": ("报告到公安接受（分钟）", "WL24:3.1d-1"),
    "report_to_decision": ("报告到受案、立案或不立案（分钟）", "WL24:3.1d-2"),
    "case_open_to_close": ("开案到结案（分钟）", "WL24:4.2c-2"),
}


def months_over(year: int, day: date) -> list[str]:
    """The months of a year that are over on a day, as `2024-05`."""
    return [f"{year}-{n:02d}" for n in range(1, 13) if (year, n) < (day.year, day.month)]
