"""The lawful moves of an application, a review, an objection, a merge; months (办理流程)."""

from datetime import date, timedelta

from shared.moves import Move, Moves

APPLY, DECIDE = "MZ2019-62:3", "MZ2019-62:3"
TOWN, COUNTY = ("town",), ("civil_affairs",)

APPLICATION = Moves(
    "application",
    "申请",
    "opened",
    [
        Move("verification", "查验", ("opened", "asking"), "verified", APPLY, TOWN),
        Move("question", "要求补充", ("opened", "asking"), "asking", "WL24:4.2a-1", TOWN + COUNTY),
        Move("answer", "补充齐全", ("asking",), "opened", "WL24:4.2a-1"),
        Move("return", "退回重新查验", ("verified", "proposed"), "opened", DECIDE, COUNTY),
        Move("decision", "拟定决定", ("verified",), "proposed", DECIDE, COUNTY),
        Move(
            "confirmation", "确认", ("proposed",), "decided", "PIPL:24", COUNTY, second_person=True
        ),
        Move("withdrawal", "撤回", ("opened", "asking", "verified"), "withdrawn", APPLY),
        Move(
            "lapse", "无须另行决定", ("opened", "asking", "verified"), "withdrawn", "WL24:2.1.0b-1"
        ),
    ],
)
REVIEW = Moves(
    "review",
    "动态复核",
    "waiting",
    [
        Move("opening", "到期", ("waiting",), "open", "WL24:2.1.0b-1"),
        Move("pause", "暂停", ("waiting", "open"), "paused", "WL24:2.1.0b-1", COUNTY),
        Move("resumption", "恢复", ("paused",), "open", "WL24:2.1.0b-1", COUNTY),
        Move("confirmation", "情形未变", ("open",), "done", "WL24:2.1.0b-1", COUNTY),
        Move("conclusion", "作出新决定", ("open", "waiting", "paused"), "done", "WL24:2.1.0b-1"),
    ],
)
OBJECTION = Moves(
    "objection",
    "异议与救济",
    "received",
    [
        Move("upholding", "维持", ("received",), "upheld", "ZJSA:58", COUNTY, second_person=True),
        Move(
            "revision", "重新认定", ("received",), "revised", "ZJSA:58", COUNTY, second_person=True
        ),
        Move("withdrawal", "撤回", ("received",), "withdrawn", "ZJSA:58"),
    ],
)
MERGE = Moves(
    "merge",
    "档案归并",
    "proposed",
    [
        Move("confirmation", "确认归并", ("proposed",), "merged", "WL24:1", COUNTY, None, True),
        Move("rejection", "不归并", ("proposed",), "rejected", "WL24:1", COUNTY),
        Move("undoing", "撤销归并", ("merged",), "undone", "WL24:1", COUNTY, None, True),
    ],
)


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after: from then an award confirmed on the day is paid (R7)."""
    return (month_of(day) + timedelta(days=32)).replace(day=1)


APPLICANTS = {
    "guardian": "监护人",
    "relative": "受委托的近亲属",
    "village": "村（居）民委员会",
    "proactive": "主动发现（政策找人）",
    "welfare_institution": "儿童福利机构",
}
ROUTES = {"local": "户籍地", "cross_town": "跨镇（街道）", "cross_province": "跨省通办"}
