"""Instruments of law to parents and petitions to the court: who issues, on what, lawful steps.

Pure. Each instrument belongs to one issuer; breach and follow-up are tracked; the petition for
a child is filed by 市未保委办公室 with others, supported by the procuratorate where needed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.moves import Move, Moves


class OrderKind(StrEnum):
    """The instruments that tell a guardian what to do (监护干预文书)."""

    SUPERVISION_ORDER = "supervision_order"
    FAMILY_EDUCATION_ORDER = "family_education_order"
    PARENTING_NOTICE = "parenting_notice"
    ADMONITION = "admonition"
    GUIDANCE_ORDER = "guidance_order"
    WARNING_LETTER = "warning_letter"
    PROTECTION_ORDER = "protection_order"
    PROTECTION_RULING = "protection_ruling"
    PROCURATORIAL_ADVICE = "procuratorial_advice"
    DISSUASION = "dissuasion"


@dataclass(frozen=True, slots=True)
class OrderText:
    """An instrument: its Chinese name, who may issue it, the clause, how long it holds."""

    zh: str
    issuers: tuple[str, ...]
    clause: str
    term_figure: str | None = None
    aliases: tuple[str, ...] = ()
    education: bool = False


ORDERS: dict[OrderKind, OrderText] = {
    OrderKind.SUPERVISION_ORDER: OrderText(
        "督促监护令",
        ("procuratorate",),
        "WL24:3.3a-3",
        None,
        ("检察院督促监护令",),
        True,
    ),
    OrderKind.FAMILY_EDUCATION_ORDER: OrderText(
        "家庭教育令",
        ("court",),
        "WL24:3.3a-3",
        None,
        ("家庭教育指导令", "法院家庭教育令"),
        True,
    ),
    OrderKind.PARENTING_NOTICE: OrderText(
        "亲职教育告知书",
        ("police",),
        "WL24:3.3a-3",
        None,
        ("公安亲职教育告知书",),
        True,
    ),
    OrderKind.ADMONITION: OrderText(
        "训诫",
        ("police", "procuratorate", "court"),
        "WL24:3.6a-1",
        None,
        ("训诫书", "予以训诫"),
    ),
    OrderKind.GUIDANCE_ORDER: OrderText(
        "责令接受家庭教育指导",
        ("police", "procuratorate", "court"),
        "WL24:3.6a-1",
        None,
        ("责令家庭教育指导", "家庭教育指导"),
        True,
    ),
    OrderKind.WARNING_LETTER: OrderText(
        "告诫书", ("police",), "DV:16", None, ("家暴告诫书", "家庭暴力告诫书")
    ),
    OrderKind.PROTECTION_ORDER: OrderText(
        "人身安全保护令", ("court",), "DV:23", "protection_order_months", ("保护令",)
    ),
    OrderKind.PROTECTION_RULING: OrderText(
        "人身安全保护裁定",
        ("court",),
        "WL24:3.3c-1",
        "protection_order_months",
        ("保护裁定",),
    ),
    OrderKind.PROCURATORIAL_ADVICE: OrderText(
        "检察建议", ("procuratorate",), "MINORS:114", None, ("书面检察建议",)
    ),
    OrderKind.DISSUASION: OrderText(
        "劝诫、制止", ("village",), "MINORS:118-1", None, ("劝诫", "劝诫制止")
    ),
}


def order_kind_of(word: str) -> OrderKind | None:
    """The instrument a code or Chinese name means; the longest name wins."""
    given = word.strip()
    names = [
        (name, kind)
        for kind, text in ORDERS.items()
        for name in (kind.value, text.zh, *text.aliases)
    ]
    names.sort(key=lambda pair: -len(pair[0]))
    return next((kind for name, kind in names if name in given), None)


def may_issue(kind: OrderKind, department: str) -> bool:
    """Whether the instrument belongs to this issuer."""
    return department in ORDERS[kind].issuers


# What police do to a guardian who fails: both of the sentence, never one alone (3.6a-1).
FOR_A_FAILING_GUARDIAN = (OrderKind.ADMONITION, OrderKind.GUIDANCE_ORDER)

ISSUERS = tuple(dict.fromkeys(who for text in ORDERS.values() for who in text.issuers))

ORDER_MOVES = Moves(
    "order",
    "监护干预文书",
    "issued",
    [
        Move(
            "service",
            "送达",
            ("issued",),
            "served",
            "WL24:3.3a-4",
            ISSUERS,
            "order_follow_up",
        ),
        Move(
            "follow_up",
            "跟踪回访",
            ("served", "breached"),
            "served",
            "WL24:3.3a-4",
            (
                "police",
                "procuratorate",
                "court",
                "town",
                "village",
                "womens_federation",
                "civil_affairs",
            ),
            "order_follow_up",
        ),
        Move(
            "breach",
            "认定违反",
            ("served",),
            "breached",
            "WL24:3.3a-4",
            ISSUERS,
        ),
        Move(
            "fulfilment",
            "履行完毕",
            ("served", "breached"),
            "fulfilled",
            "WL24:3.3a-4",
            ISSUERS,
        ),
        Move(
            "withdrawal",
            "撤销文书",
            ("issued", "served", "breached"),
            "withdrawn",
            "WL24:3.3a-3",
            ISSUERS,
            None,
            True,
        ),
        Move("extension", "延长", ("served",), "served", "DV:30", ("court",)),
        Move("extension", "违反后延长", ("breached",), "breached", "DV:30", ("court",)),
    ],
)


class Relief(StrEnum):
    """What a petition asks of the court (3.3c-1); several at once."""

    PROTECTION_RULING = "protection_ruling"
    REVOCATION = "revocation"
    CHANGE_OF_GUARDIAN = "change_of_guardian"
    MAINTENANCE = "maintenance"
    RESTORATION = "restoration"

    @property
    def zh(self) -> str:
        """The words of the document."""
        return RELIEF_WORDS[self][0]


RELIEF_WORDS: dict[Relief, tuple[str, ...]] = {
    Relief.PROTECTION_RULING: (
        "申请人身安全保护裁定",
        "人身安全保护",
        "保护令",
        "保护裁定",
    ),
    Relief.REVOCATION: ("申请撤销监护人资格", "撤销.{0,6}监护"),
    Relief.CHANGE_OF_GUARDIAN: ("变更监护人", "变更监护"),
    Relief.MAINTENANCE: ("追索抚养费", "抚养费"),
    Relief.RESTORATION: ("恢复监护人资格", "恢复.{0,6}监护"),
}


def reliefs_in(text: str) -> list[Relief]:
    """What a sentence asks for."""
    return [
        r
        for r, words in RELIEF_WORDS.items()
        if r.value in text or any(re.search(word, text) for word in words)
    ]


FILERS = (
    "child_protection_office",
    "civil_affairs",
    "protection_centre",
    "welfare_institution",
    "town",
    "village",
    "womens_federation",
    "youth_league",
    "care_committee",
    "disabled_federation",
    "institution",
    "police",
)

IN_COURT = ("filed", "support_requested_in_court", "supported_in_court")

PETITION_MOVES = Moves(
    "petition",
    "监护侵害司法申请",
    "prepared",
    [
        Move(
            "support_request",
            "提请支持起诉",
            ("prepared",),
            "support_requested",
            "WL24:3.3c-2",
            FILERS,
            "support_reply",
        ),
        Move(
            "support_request",
            "诉讼中提请支持起诉",
            ("filed",),
            "support_requested_in_court",
            "WL24:3.3c-2",
            FILERS,
            "support_reply",
        ),
        Move(
            "support",
            "支持起诉",
            ("support_requested",),
            "supported",
            "WL24:3.3c-2",
            ("procuratorate",),
        ),
        Move(
            "support",
            "诉讼中支持起诉",
            ("support_requested_in_court",),
            "supported_in_court",
            "WL24:3.3c-2",
            ("procuratorate",),
        ),
        Move(
            "support_refusal",
            "不支持起诉",
            ("support_requested",),
            "prepared",
            "WL24:3.3c-2",
            ("procuratorate",),
        ),
        Move(
            "support_refusal",
            "诉讼中不支持起诉",
            ("support_requested_in_court",),
            "filed",
            "WL24:3.3c-2",
            ("procuratorate",),
        ),
        Move(
            "filing",
            "向市法院申请",
            ("prepared",),
            "filed",
            "WL24:3.3c-1",
            FILERS,
            "revocation_decision",
        ),
        Move(
            "filing",
            "经支持向市法院申请",
            ("supported",),
            "supported_in_court",
            "WL24:3.3c-1",
            FILERS,
            "revocation_decision",
        ),
        Move("grant", "裁判支持", IN_COURT, "granted", "WL24:3.3c-1", ("court",)),
        Move("refusal", "裁判驳回", IN_COURT, "refused", "WL24:3.3c-1", ("court",)),
        Move(
            "withdrawal",
            "撤回申请",
            ("prepared", "support_requested", "supported", *IN_COURT),
            "withdrawn",
            "WL24:3.3c-1",
            FILERS,
            None,
            True,
        ),
    ],
)


# What the court protects with, and the clocks that are met by it.
PROTECTS = frozenset({OrderKind.PROTECTION_ORDER, OrderKind.PROTECTION_RULING})
PROTECTION_CLOCKS = (
    "protection_order_urgent",
    "protection_order_decision",
    "protection_ruling_decision",
)
COURT_CLOCKS = (*PROTECTION_CLOCKS, "revocation_decision", "maintenance_decision")
# The suits in which a ruling for protection is asked before or beside the judgment.
SUIT = frozenset({Relief.REVOCATION, Relief.CHANGE_OF_GUARDIAN})


def court_clocks(reliefs: Sequence[str], urgent: bool, in_suit: bool = False) -> tuple[str, ...]:
    """What runs for the court once a petition is filed: a clock for each law that sets one.

    Protection: 72 hours, urgent 24 (反家庭暴力法28). Asked before a suit about guardianship, or
    urgently in it, also 48 hours (法发〔2014〕24号25): where both run, the shorter is due first. A
    judgment on guardianship within the month of the special procedure, on maintenance within the
    three of the simple one.
    """
    asked = set(reliefs)
    clocks = []
    if Relief.PROTECTION_RULING in asked:
        clocks.append("protection_order_urgent" if urgent else "protection_order_decision")
        if urgent or not in_suit:
            clocks.append("protection_ruling_decision")
    if asked & {*SUIT, Relief.RESTORATION}:
        clocks.append("revocation_decision")
    if Relief.MAINTENANCE in asked:
        clocks.append("maintenance_decision")
    return tuple(clocks)


def court_clock(reliefs: Sequence[str], urgent: bool) -> str:
    """The first of them: protection before judgment."""
    return court_clocks(reliefs, urgent)[0]


PARENT_EDUCATION_PARTNERS = (
    "womens_federation",
    "education",
    "justice",
    "civil_affairs",
    "care_committee",
    "youth_league",
)
