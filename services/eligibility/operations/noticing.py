"""The notice to the family: what was decided, every reason, where to object (告知书)."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Decision
from services.eligibility.operations.law import law_of
from services.eligibility.operations.particulars import held
from services.eligibility.operations.steps import subject_of
from services.eligibility.operations.viewing import decision_opened
from services.eligibility.queries.procedure import one
from services.eligibility.queries.register import the_child
from services.eligibility.rules.categories import CATEGORY_ZH
from services.eligibility.rules.results import KEEPING, OUTCOME_ZH, RESULT_ZH
from shared import access
from shared.access import Particular
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.printing import templates_of
from shared.problem import Refused

PAGES = templates_of("services.eligibility")


ABOUT_ZH = {"scope": "困境儿童的范围", "adulthood": "成年以后"}


class NoPublicPosting(Refused):
    """Children are never posted publicly (为保护儿童隐私不设公示)."""

    zh, en = "为保护儿童隐私，不设公示环节", "Children are never posted publicly"
    clause = "MZ2019-62:3"


async def notice_of(session: AsyncSession, actor: Principal, decision_id: UUID, form: str) -> str:
    """The notice as a page or as text: in words a family understands, with clause and remedy.

    It names no category that tells a diagnosis.
    """
    decision = await one(session, Decision, decision_id)
    child = await the_child(session, decision.child_id)
    access.may_know(actor, subject_of(child))
    actor.of("civil_affairs", "town")
    said = await decision_opened(session, decision)
    identity = await held(session, child.id, Particular.IDENTITY)
    known = {"identity": {"name": identity.get("name")}} if identity.get("name") else {}
    view = await access.disclose(session, actor, subject_of(child), known)
    name = view.get("identity", {}).get("name")
    return PAGES.get_template(f"notice.{form}").render(_words(decision, said, name))


def _words(decision: Decision, said: dict[str, Any], name: str | None) -> dict[str, Any]:
    figures = law_of(decision.decided_on).figures
    adult = said["adult_on"] is not None and said["adult_on"] <= decision.decided_on.isoformat()
    reasons = {} if decision.outcome in KEEPING else _reasons(said)
    return {
        "number": decision.number,
        "place": jurisdiction().meta.name,
        "name": name or "（姓名待查明）",
        "whom": "" if adult else "的监护人",
        "outcome": OUTCOME_ZH[decision.outcome],
        "basis": said["award_basis_zh"],
        "first_month": decision.first_month,
        "last_month": decision.last_month,
        "lump_sum_months": decision.lump_sum_months,
        "own_reason": said.get("reason"),
        "results": _results(said),
        "reasons": reasons,
        "clauses": _clauses(decision, said, reasons),
        "steps": said["next_steps"],
        "review_on": decision.review_on if decision.outcome in KEEPING else None,
        "rests_on": [f["zh"] for f in said["rests_on"] if not f["fact"].endswith(".hiv")],
        "reconsideration_days": figures["reconsideration_days"],
        "lawsuit_months": figures["lawsuit_months"],
        "decided_on": decision.decided_on,
    }


def _results(said: dict[str, Any]) -> dict[str, list[str]]:
    """What begins, goes on, changes and ends, in words; a sealed line is not printed."""
    found: dict[str, list[str]] = {}
    for line in said.get("results", []):
        if not line["sealed"]:
            found.setdefault(RESULT_ZH[line["result"]], []).append(line["zh"])
    return found


def _reasons(said: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Every reason under what it is about, each once; the sealed category is not named."""
    found: dict[str, list[dict[str, Any]]] = {}
    told: set[tuple[str, str]] = set()
    for reason in said["reasons"]:
        about = ABOUT_ZH.get(reason["about"]) or CATEGORY_ZH[reason["about"]]
        if reason["about"] != "hiv_affected" and (about, reason["zh"]) not in told:
            told.add((about, reason["zh"]))
            found.setdefault(about, []).append(reason)
    return found


def _clauses(
    decision: Decision, said: dict[str, Any], reasons: dict[str, list[dict[str, Any]]]
) -> list[dict[str, str]]:
    """The sentences it rests on, as they read on its day, with the document they are of."""
    law, kept, day = jurisdiction().law, said.get("words", {}), decision.legal_day
    cited = [said["award_clause"]] if said.get("award_clause") else []
    cited = ["WL24:2.1.0a-3" if clause == "WL24:2.1.3" else clause for clause in cited]
    cited += [reason["clause"] for group in reasons.values() for reason in group]
    words = {clause: kept.get(clause) or law.words(clause, day) for clause in cited if clause}
    return [
        {"id": clause, "of": law.clauses[clause].instrument, "text": text}
        for clause, text in words.items()
        if text
    ]


async def refuse_posting(session: AsyncSession, actor: Principal, decision_id: UUID) -> None:
    """Whoever asks for a public posting is told why there is none."""
    decision = await one(session, Decision, decision_id)
    child = await the_child(session, decision.child_id)
    access.may_know(actor, subject_of(child))
    raise NoPublicPosting()
