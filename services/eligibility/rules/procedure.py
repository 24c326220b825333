"""The lawful moves of an application, a review, an objection, a merge; months (办理流程)."""

from datetime import date, timedelta

from shared.moves import Move, Moves

APPLY, DECIDE = "MZ2019-62:3", "MZ2019-62:3"
ELSEWHERE, ASK = "MZ2021:1", "WL24:4.2a-1"
RELOCATION = "WL24:2.1.0b-1"
TOWN, COUNTY = ("town",), ("civil_affairs",)
UNDECIDED = ("received", "opened", "asking", "verified", "clarifying")

# What is applied for elsewhere is entered and pushed on before it is verified (跨镇、跨省通办).
APPLICATION = Moves(
    "application",
    "申请",
    "opened",
    [
        Move("push", "推送户籍所在镇（街道）", ("received",), "opened", ELSEWHERE, TOWN),
        Move("forwarding", "推送外地户籍所在地", ("received",), "forwarded", ELSEWHERE, TOWN),
        Move("reply", "收到户籍所在地反馈", ("forwarded",), "decided", ELSEWHERE, TOWN),
        Move("informing", "反馈受理地", ("decided",), "decided", ELSEWHERE, TOWN + COUNTY),
        Move("joining", "当事人提出申请", ("opened", "asking"), "opened", APPLY),
        Move("verification", "查验", ("opened", "asking"), "verified", APPLY, TOWN),
        Move("question", "要求补充", ("opened", "asking"), "asking", ASK, TOWN + COUNTY),
        Move("answer", "补充齐全", ("asking",), "opened", ASK),
        Move("inquiry", "县级要求补充", ("verified",), "clarifying", ASK, COUNTY),
        Move("clarification", "补充齐全", ("clarifying",), "verified", ASK, COUNTY),
        Move("return", "退回重新查验", ("verified", "proposed"), "opened", DECIDE, COUNTY),
        Move("decision", "拟定决定", ("verified", "proposed"), "proposed", DECIDE, COUNTY),
        Move(
            "confirmation", "确认", ("proposed",), "decided", "PIPL:24", COUNTY, second_person=True
        ),
        Move("withdrawal", "撤回", UNDECIDED, "withdrawn", APPLY),
        Move("lapse", "无须另行决定", UNDECIDED, "withdrawn", "WL24:2.1.0b-1"),
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


def _remedy(kind: str, zh: str, clause: str, departments: tuple[str, ...], *, two: bool) -> Moves:
    """The moves of one remedy: it is upheld, the case is decided anew, or it is taken back."""
    return Moves(
        kind,
        zh,
        "received",
        [
            Move("upholding", "维持", ("received",), "upheld", clause, departments, None, two),
            Move("revision", "重新认定", ("received",), "revised", clause, departments, None, two),
            Move("withdrawal", "撤回", ("received",), "withdrawn", clause),
        ],
    )


# An objection is answered by another officer of the office itself; the others by those above it.
REMEDIES = {
    "objection": _remedy("objection", "异议", "ZJSA:58", COUNTY, two=True),
    "reconsideration": _remedy("reconsideration", "行政复议", "ARL:62", ("justice",), two=False),
    "lawsuit": _remedy("lawsuit", "行政诉讼", "ALL:81", ("court",), two=False),
}
# Who answers each remedy, and the clock of the answer.
ANSWERS = {
    "objection": ("civil_affairs", "objection_reply"),
    "reconsideration": ("justice", "reconsideration_reply"),
    "lawsuit": ("court", "lawsuit_reply"),
}
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
DELIVERED = {"direct": "直接送达", "mail": "邮寄送达", "electronic": "电子送达", "left": "留置送达"}
