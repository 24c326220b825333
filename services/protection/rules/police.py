"""How police handle a report: lawful moves, clocks, supervision (公安受理与检察监督).

Pure. A report can never be refused: the table has no such state. Non-filing carries reasons,
is seen by the procuratorate, which may ask why and order the filing.
"""

from enum import StrEnum

from shared.moves import Move, Moves

POLICE = ("police",)
PROCURATORATE = ("procuratorate",)
_REVIEWS = ("under_administrative_review", "under_criminal_review")

REPORT_MOVES = Moves(
    "report",
    "侵害未成年人案件报告",
    "received",
    [
        Move(
            "acceptance",
            "立即接受",
            ("received",),
            "accepted",
            "WL24:3.1d-1",
            POLICE,
            "police_dispatch",
        ),
        Move(
            "dispatch",
            "出警",
            ("accepted",),
            "dispatched",
            "WL24:3.1d-1",
            POLICE,
            "police_review",
        ),
        Move(
            "administrative_review",
            "受案审查",
            ("accepted", "dispatched"),
            "under_administrative_review",
            "WL24:3.1d-2",
            POLICE,
            "administrative_review",
        ),
        Move(
            "criminal_review",
            "立案审查",
            (
                "accepted",
                "dispatched",
                "under_administrative_review",
                "administrative_case",
            ),
            "under_criminal_review",
            "WL24:3.1d-2",
            POLICE,
            "criminal_review",
        ),
        Move(
            "jurisdiction_transfer",
            "移送管辖",
            ("accepted", "dispatched", *_REVIEWS),
            "transferred",
            "GJF2020-9:8",
            POLICE,
        ),
        Move(
            "case_acceptance",
            "受案",
            ("under_administrative_review",),
            "administrative_case",
            "WL24:3.1d-2",
            POLICE,
            "administrative_case",
        ),
        Move(  # its clock is moved, none is started
            "extension",
            "延长办案期限",
            ("administrative_case",),
            "administrative_case",
            "PSAPL:99-1",
            POLICE,
        ),
        Move(
            "filing",
            "立案侦查",
            ("under_criminal_review", "filing_ordered"),
            "filed",
            "WL24:3.1d-2",
            POLICE,
            "unit_feedback",
        ),
        Move(
            "non_filing",
            "不予立案",
            _REVIEWS,
            "not_filed",
            "GJF2020-9:8",
            POLICE,
            "unit_feedback",
        ),
        Move(
            "reasons_request",
            "要求说明不立案理由",
            ("not_filed", "concluded_not_filed"),
            "reasons_requested",
            "GJF2020-9:11",
            PROCURATORATE,
            "non_filing_reasons",
        ),
        Move(
            "explanation",
            "说明不立案理由",
            ("reasons_requested",),
            "explained",
            "GJF2020-9:11",
            POLICE,
            "explanation_review",
        ),
        Move(
            "explanation_acceptance",
            "认可不立案理由",
            ("explained",),
            "not_filed_upheld",
            "GJF2020-9:11",
            PROCURATORATE,
        ),
        Move(
            "filing_order",
            "通知立案",
            ("explained", "reasons_requested"),
            "filing_ordered",
            "GJF2020-9:11",
            PROCURATORATE,
            "ordered_filing",
        ),
        Move(
            "prosecution",
            "移送审查起诉",
            ("filed",),
            "prosecuted",
            "WL24:3.1f-1",
            POLICE,
        ),
        Move(
            "conclusion",
            "办结",
            (
                "administrative_case",
                "filed",
                "prosecuted",
                "not_filed_upheld",
            ),
            "concluded",
            "WL24:3.1f-1",
            POLICE,
        ),
        Move(  # the procuratorate may ask why afterwards as well
            "conclusion",
            "不立案办结",
            ("not_filed",),
            "concluded_not_filed",
            "GJF2020-9:8",
            POLICE,
        ),
        Move(
            "resumption",
            "重新审查",
            ("concluded", "concluded_not_filed", "not_filed", "not_filed_upheld", "transferred"),
            "accepted",
            "WL24:3.1d-2",
            POLICE,
            "police_review",
        ),
    ],
)

REASON_REQUIRED = frozenset(
    {"non_filing", "jurisdiction_transfer", "explanation", "resumption", "extension"}
)
FEEDBACK_VERBS = frozenset({"case_acceptance", "filing", "non_filing", "jurisdiction_transfer"})

ADMINISTRATIVE_CASE = "administrative_case"  # the clock that may be moved, and stands still
_ADMINISTRATIVE = ("administrative_review", "administrative_review_complex")
_CRIMINAL = ("criminal_review", "criminal_review_checked", "criminal_review_complex")
REVIEW_KINDS = (*_ADMINISTRATIVE, *_CRIMINAL)
_BEFORE_REVIEW = ("police_dispatch", "police_review")
MEETS: dict[str, tuple[str, ...]] = {
    "acceptance": ("police_acceptance",),
    "dispatch": _BEFORE_REVIEW,
    "administrative_review": _BEFORE_REVIEW,
    "criminal_review": (*_BEFORE_REVIEW, *_ADMINISTRATIVE, "administrative_case"),
    "jurisdiction_transfer": (*_BEFORE_REVIEW, *REVIEW_KINDS),
    "case_acceptance": _ADMINISTRATIVE,
    "filing": (*_CRIMINAL, "ordered_filing"),
    "non_filing": REVIEW_KINDS,
    "explanation": ("non_filing_reasons",),
    "explanation_acceptance": ("explanation_review",),
    "filing_order": ("non_filing_reasons", "explanation_review"),
    "conclusion": ("administrative_case",),
}


class NonFiling(StrEnum):
    """Why police did not open a case (不予立案理由)."""

    NO_FACTS = "no_facts"
    MINOR_OFFENCE = "minor_offence"
    NOT_LIABLE = "not_liable"
    OTHER_JURISDICTION = "other_jurisdiction"
    ADMINISTRATIVE_INSTEAD = "administrative_instead"


REVIEW_CLOCKS: dict[tuple[str, str], str] = {
    ("administrative_review", "ordinary"): "administrative_review",
    ("administrative_review", "complex"): "administrative_review_complex",
    ("criminal_review", "ordinary"): "criminal_review",
    ("criminal_review", "clue_needs_checking"): "criminal_review_checked",
    ("criminal_review", "complex"): "criminal_review_complex",
}


def review_clock(verb: str, difficulty: str) -> str:
    """Which statutory clock a review has: 24 h / 3 days; 3 / 7 / 30 days (domain facts TL11)."""
    return REVIEW_CLOCKS.get((verb, difficulty), REVIEW_CLOCKS[(verb, "ordinary")])


WAITS_FOR = {"explanation_review": "procuratorate"}  # every other clock is of the police


def may_be_extended(extended: int, *, administrative_case_extensions: int) -> bool:
    """So often, and not oftener, the next higher police organ may give more time (TL12)."""
    return extended < administrative_case_extensions


def begins(move: Move, difficulty: str) -> set[str]:
    """The clocks a step begins: its own, a review's by its difficulty, the unit's feedback."""
    begun = {move.clock} if move.clock else set()
    if move.verb.endswith("_review"):
        begun = {review_clock(move.verb, difficulty)}
    if move.verb in FEEDBACK_VERBS:
        begun.add("unit_feedback")
    return begun


def female_staff_needed(victim_female: bool, sex_told: str | None) -> bool:
    """A female victim is interviewed by female staff (未成年人保护法112), whoever said she is."""
    return victim_female or (sex_told or "").strip().lower() in {"女", "女性", "female", "f", "2"}


def second_interview_allowed(interviews: int, reason: str) -> bool:
    """One interview, recorded; a further one only with a reason of necessity (一站式)."""
    return interviews == 0 or bool(reason.strip())
