"""The lawful moves of referrals and of what goes with them (流转): one table a kind of matter.

A line of a referral is what one department was asked for. It has its own states, so that one
need may be accepted by one department, declined by a second and lie silent with a third.
"""

from dataclasses import dataclass

from shared.moves import Move, Moves

OFFICES = ("child_protection_office",)

LINE = Moves(
    "referral_line",
    "转介事项",
    "sent",
    [
        Move("receipt", "签收", ("sent",), "received", "WL24:4.2a-2"),
        Move("acceptance", "受理", ("received",), "accepted", "WL24:4.2c-2"),
        Move("partial_acceptance", "部分受理", ("received",), "accepted", "WL24:4.2c-2"),
        Move("decline", "不予受理", ("received",), "declined", "WL24:4.2c-2"),
        Move("return", "退回补充", ("received",), "returned", "WL24:4.2a-2"),
        Move("resending", "补充后重新发送", ("returned",), "sent", "WL24:4.2a-2"),
        Move("service", "开始服务", ("accepted",), "in_service", "WL24:4.2c-2"),
        Move("feedback", "反馈结果", ("accepted", "in_service"), "fed_back", "MINORS:11"),
        Move("closure", "办结", ("fed_back", "declined"), "closed", "WL24:4.2c-2"),
        Move(
            "revocation",
            "撤回",
            ("sent", "received", "returned", "accepted"),
            "revoked",
            "WL24:4.2a-2",
        ),
        Move(
            "transfer",
            "移交其他部门",
            ("sent", "received", "accepted", "in_service"),
            "transferred",
            "WL24:4.1b-1",
        ),
        Move("rereferral", "改派", ("declined", "returned"), "rereferred", "WL24:4.1b-1"),
    ],
)
# What answers the question asked: its clock is met, and nobody is asked above the department.
ANSWERS = frozenset({"acceptance", "partial_acceptance", "decline", "return"})
SENDERS_MOVES = frozenset({"resending", "closure", "revocation", "rereferral"})
SILENT = frozenset({"sent", "received", "returned"})
FINAL = frozenset({"closed", "revoked", "transferred", "rereferred"})


@dataclass(frozen=True, slots=True)
class Reason:
    """A coded reason, and what must happen because of it: nobody declines into nothing."""

    code: str
    zh: str
    consequence: str
    consequence_zh: str
    clause: str = "WL24:4.2c-2"


REASONS = {
    r.code: r
    for r in (
        Reason("not_our_duty", "不属于本部门职责", "rereferral", "由牵头部门改派"),
        Reason("no_capacity", "服务能力已满", "waiting", "列入轮候并向牵头部门报告"),
        Reason("conditions_not_met", "不符合条件", "review", "发起部门复核并告知家庭", "WL24:2.0"),
        Reason("already_served", "已由其他渠道提供", "closure", "核实后办结"),
        Reason(
            "child_not_found", "查无此儿童或联系不上", "search", "转公安与村（居）查找", "WL24:4.1c"
        ),
        Reason("family_declined", "家庭不接受服务", "visit", "儿童督导员上门了解原因", "WL24:4.3a"),
        Reason("out_of_area", "不在服务区域", "rereferral", "由牵头部门改派"),
        Reason("insufficient_information", "材料信息不足", "return", "退回补充后重新发送"),
        Reason("other_law", "其他规定不允许", "joint_meeting", "提交联席会议", "WL24:4.1a-1"),
    )
}
OUTCOMES = {
    "provided": "已提供",
    "partly_provided": "部分提供",
    "facts_supplied": "已提供信息",
    "not_needed": "经核实不需要",
    "not_provided": "未能提供",
    "continuing": "持续服务中",
}
CLOCK_REASONS = {
    "waiting_for_family": "等待家庭补充",
    "waiting_for_sender": "等待发起部门补充",
    "medical_treatment": "儿童住院治疗",
    "court_procedure": "司法程序进行中",
    "force_majeure": "不可抗力",
}
LADDER = ("child_protection_office", "lead", "joint_meeting")


def next_level(level: int, lead: str, silent: str) -> tuple[int, str] | None:
    """To whom a silent line is brought next: 未保办 → leading department → joint meeting.

    `level` is how often it was escalated already. The lead is left out when it is the silent
    one itself; after the joint meeting there is nobody above.
    """
    for step, office in enumerate(LADDER[level:], start=level + 1):
        to = lead if office == "lead" else office
        if to != silent:
            return step, to
    return None


PUSH = Moves(
    "information_push",
    "信息推送",
    "pushed",
    [
        Move("acknowledgement", "签收", ("pushed",), "acknowledged", "WL24:4.2c-1", OFFICES),
        Move("case", "转为个案", ("acknowledged",), "in_case", "WL24:4.2c-2", OFFICES),
        Move("linkage", "并入已有个案", ("acknowledged",), "linked", "WL24:4.2c-2", OFFICES),
        Move("no_action", "核实后无需处置", ("acknowledged",), "no_action", "WL24:4.2c-2", OFFICES),
        Move("answer", "答复推送部门", ("in_case", "linked", "no_action"), "answered", "MINORS:11"),
    ],
)
