"""What is shown of the register, of a decision, of a plan: opened, masked, recorded (查阅)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Application, Child, Decision, Fact, FactConflict, Plan
from services.eligibility.operations.applying import evaluated, still_open
from services.eligibility.operations.knowing import standing_of
from services.eligibility.operations.steps import subject_of
from services.eligibility.queries.procedure import decisions_numbered, one, open_proposal
from services.eligibility.queries.register import the_child
from services.eligibility.rules.categories import CATEGORY_EN, CATEGORY_ZH
from services.eligibility.rules.plan.lines import LINES
from services.eligibility.rules.standing import sealed_as, stored
from services.eligibility.rules.vocabulary import VOCABULARY
from services.eligibility.rules.wording import cited, cited_words
from services.eligibility.schemas import FactShown, ProposalShown
from shared import access, deadlines, vault
from shared.clocks import clock_shown
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.law import reads

Row = TypeVar("Row", Fact, FactConflict)
# What holds since the day of birth says when that was.
SINCE_BIRTH = frozenset({"child.birth_date", "child.hukou_here"})


async def standing_shown(
    session: AsyncSession,
    actor: Principal,
    child: Child,
    day: date | None,
    known_at: datetime | None,
) -> list[dict[str, Any]]:
    """The facts as they stood on a legal day, as known by a moment; masked and recorded."""
    access.may_know(actor, subject_of(child))
    standing = await standing_of(session, child.id, day, known_at)
    held: dict[str, dict[str, Any]] = {}
    may_hiv = access.ask(actor, "see", "hiv", subject_of(child)).allowed
    may_identity = access.ask(actor, "see", "identity", subject_of(child)).allowed
    # A masked row would still say that somebody stated something: it is left out.
    sources = {n: s for n, s in standing.sources.items() if may_hiv or not n.endswith(".hiv")}
    for name in sources:
        kind = sealed_as(name)
        if kind is not None and name in standing.facts:
            held.setdefault(kind, {})[name] = stored(standing.facts[name])
    view = await access.disclose(session, actor, subject_of(child), held)
    rows = []
    for name, said in sources.items():
        kind = sealed_as(name)
        value = stored(standing.facts.get(name))
        rows.append(
            {
                "name": name,
                "zh": VOCABULARY[name].zh,
                "value": view[kind].get(name) if kind and kind in view else value,
                "source": said.department,
                "since": None if name in SINCE_BIRTH and not may_identity else said.since,
                "until": said.until,
                "known_at": said.known_at,
                "fact_id": said.id,
            }
        )
    return sorted(rows, key=lambda row: str(row["name"]))


def without_the_sealed(actor: Principal, child: Child, rows: Sequence[Row]) -> list[Row]:
    """The rows this caller may know of: that there is one about HIV says enough by itself."""
    may = access.ask(actor, "see", "hiv", subject_of(child)).allowed
    return [row for row in rows if may or not row.name.endswith(".hiv")]


def statements_shown(actor: Principal, child: Child, rows: Sequence[Fact]) -> list[FactShown]:
    """The statements this caller may know of; a period that begins at birth is the identity's."""
    may = access.ask(actor, "see", "identity", subject_of(child)).allowed
    shown = [FactShown.model_validate(row) for row in without_the_sealed(actor, child, rows)]
    for said in shown:
        if said.name in SINCE_BIRTH and not may:
            said.valid_from = None
    return shown


async def decision_opened(session: AsyncSession, decision: Decision) -> dict[str, Any]:
    """What a decision stored: the answer, its finding, its reasons (内部使用)."""
    sealed = [(decision.child_id, str(decision.id), decision.sealed)]
    found = (await vault.unseal_values(session, "hiv", sealed))[0]
    return dict(found or {})


async def known_by_number(session: AsyncSession, actor: Principal, number: str) -> list[Decision]:
    """The decisions with this number (文号) that are of children the caller may know of."""
    found = []
    for decision in await decisions_numbered(session, number):
        subject = subject_of(await the_child(session, decision.child_id))
        if access.ask(actor, "know", "case", subject).allowed:
            found.append(decision)
    return found


async def decision_shown(
    session: AsyncSession, actor: Principal, decision_id: UUID
) -> dict[str, Any]:
    """A decision's stored answer; what the caller may not see of it is masked."""
    decision = await one(session, Decision, decision_id)
    child = await the_child(session, decision.child_id)
    access.may_know(actor, subject_of(child))
    stored_answer = await decision_opened(session, decision)
    return await masked_answer(session, actor, child, stored_answer)


async def masked_answer(
    session: AsyncSession, actor: Principal, child: Child, said: dict[str, Any]
) -> dict[str, Any]:
    """An answer as the caller may see it: the sealed category and health stay with their own."""
    answer = dict(said)
    subject = subject_of(child)
    may_hiv = access.ask(actor, "see", "hiv", subject).allowed
    may_health = access.ask(actor, "see", "health", subject).allowed
    if not may_hiv:
        answer = _without(answer, HIV)
        answer["finding"] = _masked_tree(answer.get("finding"))
    if not may_health:
        # Verdicts of the tree and days of change tell an illness, or the birthday.
        answer = _without(answer, HEALTH) | dict.fromkeys(("finding", "changes_on", "adult_on"))
        answer |= {"limbs": [], "next_steps": []}
    await access.disclose(session, actor, subject, {"notes": {"decision": "…"}})
    return answer


# Help that only the ill or disabled have: that it is planned says so.
TELLS_HEALTH = frozenset(
    line.service
    for line in LINES
    if line.clause.removeprefix("WL24:").startswith(("2.2.2", "2.2.3"))
    or any("." in name and sealed_as(name) == "health" for name in reads(line.part))
)


@dataclass(frozen=True, slots=True)
class Secret:
    """What is left out of an answer for who may not see a class: the category that tells of it,
    the clause of its rate, the facts sealed as it, and the help only they have."""

    sealed_as: str
    category: str
    clause: str
    services: frozenset[str]


ALL_RATES = "WL24:2.1.0a-3"
HIV = Secret("hiv", "hiv_affected", "WL24:2.1.3", frozenset({"special_treatment"}))
HEALTH = Secret("health", "own_difficulty", "WL24:2.1.2", TELLS_HEALTH)


def _without(answer: dict[str, Any], secret: Secret) -> dict[str, Any]:
    """The answer without a word of a secret; the rate it leads to stays, by the clause all rates
    have in common where the secret is what it is paid for."""
    keep = dict(answer)
    telling = secret.clause if secret.category in answer.get("categories", ()) else None
    words = (secret.category, CATEGORY_ZH[secret.category], CATEGORY_EN[secret.category])
    for name in ("categories", "categories_excluded", "categories_undetermined"):
        keep[name] = [code for code in keep.get(name, []) if code not in words]
    for name in ("categories_zh", "categories_en"):
        keep[name] = [text for text in keep.get(name, []) if text not in words]
    for name, called in (("plan", "service"), ("results", "benefit")):
        told = [line for line in keep.get(name, []) if line[called] not in secret.services]
        told = [line for line in told if secret is not HIV or not line["sealed"]]
        told = [_asking(line, secret) for line in told]
        keep[name] = [line | {"clause": _general(line["clause"], telling)} for line in told]
    keep["reasons"] = [r for r in keep.get("reasons", []) if r["about"] != secret.category]
    keep["missing"] = [name for name in keep.get("missing", []) if not _of(secret, name)]
    for name in ("questions", "rests_on"):
        keep[name] = [said for said in keep.get(name, []) if not _of(secret, said["fact"])]
    if "award_clause" in keep:
        keep["award_clause"] = _general(keep["award_clause"], telling)
    if "words" in keep:
        named = set(cited(keep))
        keep["words"] = {c: text for c, text in keep["words"].items() if c in named}
    return keep


def _asking(line: dict[str, Any], secret: Secret) -> dict[str, Any]:
    """A line of help without the questions that would tell of a secret."""
    names = line.get("missing", ())
    kept = [name for name in names if not _of(secret, name)]
    return line if len(kept) == len(names) else line | {"missing": kept}


def _general(clause: str | None, telling: str | None) -> str | None:
    """The clause all rates have in common instead of the one that tells of a secret."""
    return ALL_RATES if clause and clause == telling else clause


def _of(secret: Secret, name: str) -> bool:
    return "." in name and sealed_as(name) == secret.sealed_as


def _masked_tree(tree: Any) -> Any:
    """The tree without HIV's branches and facts."""
    if not isinstance(tree, dict):
        return tree
    names = ("hiv_affected", "affected_by_hiv", "listed")
    shown = dict(tree)
    if "parts" in shown:
        parts = [part for part in shown["parts"] if part["rule"] not in names]
        shown["parts"] = [_masked_tree(part) for part in parts]
    if "facts" in shown:
        known = shown["facts"].items()
        shown["facts"] = {name: value for name, value in known if not name.endswith(".hiv")}
    return shown


async def plan_shown(session: AsyncSession, actor: Principal, plan_id: UUID) -> dict[str, Any]:
    """A plan's lines; the sealed one only for those who may know (保障方案)."""
    plan = await one(session, Plan, plan_id)
    child = await the_child(session, plan.child_id)
    access.may_know(actor, subject_of(child))
    lines = (
        await vault.unseal_values(session, "hiv", [(plan.child_id, str(plan.id), plan.sealed)])
    )[0] or []
    may = access.ask(actor, "see", "hiv", subject_of(child)).allowed
    if not may:
        lines = [_asking(line, HIV) for line in lines]
    if not access.ask(actor, "see", "health", subject_of(child)).allowed:
        lines = [_asking(line, HEALTH) for line in lines if line["service"] not in TELLS_HEALTH]
    return {
        "id": plan.id,
        "child_id": plan.child_id,
        "decision_id": plan.decision_id,
        "made_at": plan.made_at,
        "lines": [line for line in lines if may or not line["sealed"]],
    }


async def application_view(session: AsyncSession, application: Application) -> dict[str, Any]:
    """What an application still needs, its clocks, and what waits for a second person."""
    said = await evaluated(session, application.child_id)
    clocks = await deadlines.open_ones(session, application.id)
    proposal = await open_proposal(session, application.id)
    return {
        "proposal": ProposalShown.model_validate(proposal) if proposal else None,
        "missing": [name for name in still_open(said) if not name.endswith(".hiv")],
        "questions": [q for q in said["questions"] if not q["fact"].endswith(".hiv")],
        "clocks": [clock_shown(clock) for clock in clocks],
    }


async def replayed(session: AsyncSession, actor: Principal, decision_id: UUID) -> dict[str, Any]:
    """The decision's day once more: the same facts as known then, the law of that day (重放).

    `same` is whether every word is as it was stored.
    """
    decision = await one(session, Decision, decision_id)
    child = await the_child(session, decision.child_id)
    access.may_know(actor, subject_of(child))
    stored_answer = await decision_opened(session, decision)
    day, moment = decision.legal_day, decision.known_at
    again = await evaluated(session, child.id, day, moment, before=decision.id)
    if "words" in stored_answer:
        again["words"] = cited_words(again, jurisdiction().law, day)
    names = sorted(set(again) - {"contested"})
    differing = [name for name in names if again[name] != stored_answer.get(name)]
    view = await masked_answer(session, actor, child, again)
    return {
        "decision_id": decision.id,
        "legal_day": decision.legal_day,
        "known_at": decision.known_at,
        "same": not differing,
        "differing": differing,
        "answer": view,
    }
