"""A unit failed children: it is told so in writing and answers in writing (检察建议等建议书).

Pure. Police, procuratorate, court and justice who find that a unit did not do its duty advise it;
the unit has a month for its written reply (未成年人保护法114), which whoever advised it judges.
"""

from enum import StrEnum

from shared.moves import Move, Moves

ADVISERS = ("procuratorate", "police", "court", "justice")
# Besides who advised and who is advised: who supervises the duty of all units.
OVERSEERS = frozenset({"procuratorate", "child_protection_office"})
REPLY, JUDGING = "recommendation_reply", "recommendation_judging"


class Failure(StrEnum):
    """What a unit did not do (未尽到的职责)."""

    MISSED_REPORT = "missed_report"
    ENTRY_CHECKS = "entry_checks"
    LODGING_CHECKS = "lodging_checks"
    NO_PETITION = "no_petition"
    NEGLIGENCE = "negligence"


FAILURES: dict[Failure, tuple[str, str]] = {
    Failure.MISSED_REPORT: ("MINORS:11-2", "未履行强制报告义务"),
    Failure.ENTRY_CHECKS: ("MINORS:62", "未落实从业人员入职查询、定期查询"),
    Failure.LODGING_CHECKS: ("MINORS:57", "未落实未成年人入住询问、核验"),
    Failure.NO_PETITION: ("CIVIL:36", "应当申请撤销监护人资格而未申请"),
    Failure.NEGLIGENCE: ("MINORS:114", "未尽到教育、管理、救助、看护等保护职责"),
}


def failure_of(word: str) -> Failure | None:
    """The failure whose sentence was told."""
    return next((failure for failure, (_, zh) in FAILURES.items() if word == zh), None)


RECOMMENDATION_MOVES = Moves(
    "recommendation",
    "检察建议等建议书",
    "sent",
    [
        Move(  # by whoever is advised, whichever office or unit that is
            "reply",
            "书面回复",
            ("sent", "insufficient"),
            "replied",
            "MINORS:114",
            (),
            JUDGING,
        ),
        Move("acceptance", "认可回复", ("replied",), "accepted", "MINORS:114", ADVISERS),
        Move(
            "objection",
            "要求再次回复",
            ("replied",),
            "insufficient",
            "MINORS:114",
            ADVISERS,
            REPLY,
        ),
        Move(
            "withdrawal",
            "撤回建议",
            ("sent", "insufficient", "replied"),
            "withdrawn",
            "MINORS:114",
            ADVISERS,
            None,
            True,
        ),
    ],
)
