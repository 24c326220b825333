"""The notice to the family: what was decided, every reason, where to object (告知书)."""

from typing import Any
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Decision
from services.eligibility.operations.objecting import last_day
from services.eligibility.operations.particulars import held
from services.eligibility.operations.steps import subject_of
from services.eligibility.operations.viewing import decision_opened
from services.eligibility.queries.procedure import one
from services.eligibility.queries.register import the_child
from services.eligibility.rules.results import OUTCOME_ZH
from shared import access
from shared.access import Particular
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Refused

PAGES = Environment(
    loader=PackageLoader("services.eligibility", "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


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
    law, kept = jurisdiction().law, said.get("words", {})
    reasons = [r for r in said["reasons"] if r["about"] != "hiv_affected"]
    if decision.outcome in ("granted", "continued", "changed"):
        reasons = []
    cited = [said["award_clause"]] if said.get("award_clause") else []
    cited = ["WL24:2.1.0a-3" if clause == "WL24:2.1.3" else clause for clause in cited]
    cited += [reason["clause"] for reason in reasons if reason["clause"]]
    day = decision.legal_day
    words = {clause: kept.get(clause) or law.words(clause, day) for clause in cited}
    return {
        "number": decision.number,
        "place": jurisdiction().meta.name,
        "name": name or "（姓名待查明）",
        "outcome": OUTCOME_ZH[decision.outcome],
        "basis": said["award_basis_zh"],
        "first_month": decision.first_month,
        "last_month": decision.last_month,
        "lump_sum_months": decision.lump_sum_months,
        "own_reason": said.get("reason"),
        "reasons": reasons,
        "clauses": [{"id": c, "text": text} for c, text in words.items() if text],
        "steps": said["next_steps"],
        "review_on": decision.review_on,
        "reconsider_by": last_day(decision, "reconsideration"),
        "sue_by": last_day(decision, "lawsuit"),
        "decided_on": decision.decided_on,
    }


async def refuse_posting(session: AsyncSession, actor: Principal, decision_id: UUID) -> None:
    """Whoever asks for a public posting is told why there is none."""
    decision = await one(session, Decision, decision_id)
    child = await the_child(session, decision.child_id)
    access.may_know(actor, subject_of(child))
    raise NoPublicPosting()
