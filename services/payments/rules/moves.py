"""The lawful steps of a run, of a standard and of a debt: who may, from where, with whom (流转).

Approval has levels by amount band; nobody checks or approves what they prepared, checked or
approved before, and there is no switch for that.
"""

from collections.abc import Sequence
from decimal import Decimal

from shared.moves import Move, Moves

CLAUSE = "WL24:2.1.0b-1"
BUDGET = "WL24:4.1f-1"
PAYERS = ("civil_affairs",)
FINANCE = ("finance",)

RUN = Moves(
    "run",
    "发放批次",
    "preparing",
    [
        Move("preparation", "编制", ("preparing",), "prepared", CLAUSE),
        Move("check", "复核", ("prepared",), "checked", CLAUSE, PAYERS, second_person=True),
        Move(
            "approval",
            "审批",
            ("checked",),
            "approved",
            BUDGET,
            (*PAYERS, *FINANCE),
            second_person=True,
        ),
        Move("funding", "拨款", ("approved",), "funded", BUDGET, FINANCE),
        Move(
            "sending",
            "发送银行",
            ("funded",),
            "sent",
            CLAUSE,
            (*PAYERS, *FINANCE),
            clock="reconciliation",
        ),
        Move("reconciliation", "对账", ("sent",), "reconciled", CLAUSE, (*PAYERS, *FINANCE)),
        Move("closing", "办结", ("reconciled",), "closed", CLAUSE, (*PAYERS, *FINANCE)),
        Move(
            "rejection",
            "退回",
            ("prepared", "checked"),
            "rejected",
            CLAUSE,
            (*PAYERS, *FINANCE),
        ),
    ],
)

STANDARD = Moves(
    "standard",
    "标准公布",
    "proposed",
    [
        Move(
            "publication",
            "公布",
            ("proposed",),
            "published",
            "WL24:2.1.0a-1",
            (*PAYERS, *FINANCE),
            second_person=True,
        ),
        Move("refusal", "不予公布", ("proposed",), "refused", "WL24:2.1.0a-1", (*PAYERS, *FINANCE)),
    ],
)

DEBT = Moves(
    "debt",
    "多发款处理",
    "recorded",
    [
        Move("proposal", "提出处理方案", ("recorded", "refused"), "proposed", CLAUSE, PAYERS),
        Move(
            "approval",
            "批准",
            ("proposed",),
            "approved",
            CLAUSE,
            (*PAYERS, *FINANCE),
            second_person=True,
        ),
        Move("refusal", "不予批准", ("proposed",), "refused", CLAUSE, (*PAYERS, *FINANCE)),
        Move("withdrawal", "撤回方案", ("approved",), "refused", CLAUSE, PAYERS),
        Move("settlement", "结清", ("approved",), "settled", CLAUSE, (*PAYERS, *FINANCE)),
    ],
)


def levels_needed(total: Decimal, bands: Sequence[Decimal]) -> int:
    """How many people must approve a sum: one more for every band it exceeds (审批级次)."""
    return 1 + sum(total > band for band in bands)
