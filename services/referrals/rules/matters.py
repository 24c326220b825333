"""Matters beside referrals (事项): each is whatever takes the lawful steps of its table.

First diagnosis, hand-over to another province, a school's refusal, a confirmed exemption, a posted
need, a pairing, psychological service and a task of the joint meeting are all the same to
software: a table of moves with clauses, departments and clocks, and coded details.
"""

from shared.moves import Move, Moves

CENTRE = ("protection_centre", "civil_affairs")
EDUCATION = ("education",)
OFFICE = ("child_protection_office", "civil_affairs", "joint_meeting", "procuratorate")

FIRST_DIAGNOSIS = Moves(
    "first_diagnosis",
    "首诊负责",
    "responsible",
    [
        Move("treatment", "先行救治", ("responsible",), "treated", "WL24:2.2.4-2"),
        Move("handover", "书面移交", ("responsible", "treated"), "handed_over", "WL24:2.2.4-2"),
        Move("discharge", "出院", ("treated",), "discharged", "WL24:2.2.4-2"),
        Move("settlement", "费用结算", ("handed_over", "discharged"), "settled", "WL24:2.2.4-2"),
    ],
)
# The correspondence of the offices (转介). Where the child is in this city's care, protection's own
# transfer, which hangs on the case, holds the placement open until the child has arrived (移交).
TRANSFER = Moves(
    "cross_province_transfer",
    "跨省协调和转介",
    "identity_search",
    [
        Move("identification", "查明身份", ("identity_search",), "identified", "WL24:4.1c-3"),
        Move("contact", "联系流出地", ("identified",), "contacted", "WL24:3.5c-3", CENTRE),
        Move("agreement", "商定移交", ("contacted",), "agreed", "WL24:3.5c-3", CENTRE),
        Move("escort", "护送", ("agreed",), "escorted", "WL24:3.5c-3", CENTRE),
        # The transfer stays open until the other side has confirmed: escorted is not received.
        Move("confirmation", "对方确认接收", ("escorted",), "received", "WL24:3.5c-3", CENTRE),
        Move(
            "failure", "移交未成", ("contacted", "agreed", "escorted"), "identified", "WL24:3.5c-3"
        ),
    ],
)
SCHOOL_REFUSAL = Moves(
    "school_refusal",
    "学校拒收",
    "recorded",
    [
        Move("order", "责令接收", ("recorded",), "ordered", "WL24:2.3.1c", EDUCATION),
        Move("admission", "已入学", ("recorded", "ordered"), "admitted", "WL24:2.3.1a"),
        Move("accountability", "追究责任", ("ordered",), "accountable", "WL24:2.3.1c", EDUCATION),
        Move("late_admission", "追责后入学", ("accountable",), "admitted", "WL24:2.3.1a"),
        Move("withdrawal", "经核实不属拒收", ("recorded",), "withdrawn", "WL24:2.3.1c", EDUCATION),
    ],
)
EXEMPTION = Moves(
    "exemption",
    "减免确认",
    "proposed",
    [
        Move("confirmation", "学校确认减免", ("proposed",), "confirmed", "WL24:2.3.2a"),
        Move("question", "提出疑问", ("proposed",), "questioned", "WL24:2.3.2a"),
        Move("clarification", "说明后重新提出", ("questioned",), "proposed", "WL24:2.3.2a"),
        Move("refund", "已收费用退还", ("confirmed",), "refunded", "WL24:2.3.2a"),
        Move("ending", "减免结束", ("confirmed", "refunded"), "ended", "WL24:2.3.2a", EDUCATION),
    ],
)
POSTED_NEED = Moves(
    "posted_need",
    "需求发布",
    "posted",
    [
        Move(
            "offer", "认领", ("posted",), "offered", "WL24:3.4c", ("social_organisation", "charity")
        ),
        Move("assignment", "确认认领", ("offered",), "taken_up", "WL24:4.3c"),
        Move("refusal", "不同意认领", ("offered",), "posted", "WL24:4.3c"),
        Move("delivery", "已完成", ("taken_up",), "delivered", "WL24:4.3c"),
        Move("closure", "核实办结", ("delivered",), "closed", "WL24:4.3c"),
        Move("withdrawal", "撤回", ("posted", "offered"), "withdrawn", "WL24:4.3c"),
    ],
)
PAIRING = Moves(
    "pairing",
    "“一对一”结对",
    "paired",
    [
        Move("visit", "走访谈心", ("paired",), "paired", "WL24:3.4a-3"),
        Move("change", "更换结对人", ("paired",), "changing", "WL24:3.4a-3"),
        Move("repairing", "重新结对", ("changing",), "paired", "WL24:3.4a-3"),
        Move("ending", "结束结对", ("paired", "changing"), "ended", "WL24:3.4a-3"),
    ],
)
PSYCHOLOGICAL = Moves(
    "psychological_service",
    "心理服务",
    "offered",
    [
        Move("consent", "同意接受", ("offered",), "agreed", "WL24:3.4b"),
        Move("refusal", "不接受", ("offered",), "refused", "WL24:3.4b"),
        Move("session", "咨询辅导", ("agreed", "follow_up"), "agreed", "WL24:3.4b"),
        Move("follow_up", "跟踪随访", ("agreed",), "follow_up", "WL24:3.4b"),
        Move("closure", "结束服务", ("agreed", "follow_up"), "closed", "WL24:3.4b"),
    ],
)
MEETING_TASK = Moves(
    "meeting_task",
    "联席会议交办事项",
    "assigned",
    [
        Move("report", "报告落实情况", ("assigned",), "reported", "WL24:4.1a-3"),
        Move("closure", "销号", ("reported",), "closed", "WL24:4.1a-3", OFFICE),
        Move("reopening", "退回继续落实", ("reported",), "assigned", "WL24:4.1a-3", OFFICE),
    ],
)

MATTERS = {
    moves.kind: moves
    for moves in (
        FIRST_DIAGNOSIS,
        TRANSFER,
        SCHOOL_REFUSAL,
        EXEMPTION,
        POSTED_NEED,
        PAIRING,
        PSYCHOLOGICAL,
        MEETING_TASK,
    )
}
CLOCKS = {"school_refusal": "school_refusal", "meeting_task": "meeting_task"}
OPENERS = {
    "first_diagnosis": ("health", "institution", "police", "civil_affairs"),
    "cross_province_transfer": CENTRE,
    "school_refusal": (*EDUCATION, "town", "civil_affairs", "womens_federation", "procuratorate"),
    "exemption": (*EDUCATION, "civil_affairs"),
    "posted_need": ("civil_affairs", "town", "child_protection_office", "charity"),
    "pairing": (*EDUCATION, "civil_affairs", "town", "womens_federation", "youth_league"),
    "psychological_service": (*EDUCATION, "health", "womens_federation", "youth_league"),
    "meeting_task": ("joint_meeting", "procuratorate", "child_protection_office", "civil_affairs"),
}
# Steps only the owner of a matter takes, and steps only who has to act takes: nobody confirms
# their own work.
OWNERS_STEPS = frozenset(
    {
        ("posted_need", "assignment"),
        ("posted_need", "refusal"),
        ("posted_need", "closure"),
        ("posted_need", "withdrawal"),
        ("exemption", "clarification"),
        ("meeting_task", "reopening"),
    }
)
ACTORS_STEPS = frozenset(
    {
        ("exemption", "confirmation"),
        ("exemption", "question"),
        ("exemption", "refund"),
        ("meeting_task", "report"),
    }
)
# What an opened matter and its steps may say, and nothing else: codes, days and counts; and these
# in words, which are notes about the child the matter is about.
WORDS = frozenset({"topic", "summary"})
DETAILS = {
    "first_diagnosis": ("hospital", "found_by", "escorted_by", "deposit_paid", "next_hospital"),
    "cross_province_transfer": ("province", "authority", "document_ref"),
    "school_refusal": ("school", "ground", "stage"),
    "exemption": ("school", "benefit", "stage", "term", "amount"),
    "posted_need": ("service", "town", "age_band", "count", "summary", "organisation", "hours"),
    "pairing": ("groups", "helper_department", "helper_post", "next_visit_on", "topic"),
    "psychological_service": ("topic", "provider", "held_on", "next_on", "place"),
    "meeting_task": ("meeting", "topic", "document_ref"),
}
# The special groups of students (3.4a), and the words a situation tells them by.
GROUPS = {
    "hardship": "困难",
    "left_behind": "留守",
    "migrant": "流动",
    "single_parent": "单亲",
    "disability": "残疾",
    "bullied": "遭遇校园欺凌",
    "bereaved": "丧亲",
    "other": "其他",
}
GROUP_WORDS = {
    "hardship": "低保|低边|低收入|家庭困难|贫困|困境|特困|poor|hardship",
    "left_behind": "留守|left.behind",
    "migrant": "流动|随迁|外来务工|migrant",
    "single_parent": "单亲|离异|离婚|single.parent|divorced",
    "disability": "残疾|残障|孤独症|自闭症|智障|disab",
    "bullied": "欺凌|霸凌|bull(?:y|ied)",
    "bereaved": "丧亲|孤儿|[父母爷奶公婆兄姐弟妹].{0,8}"
    "(?:病故|去世|死亡|身亡|亡故|病逝|过世|遇难)|bereaved|orphan",
}
