"""Applications: taken, assessed, questions asked, verified by the town (申请、查验)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Application, Child, FactRequest
from services.eligibility.operations.knowing import standing_of
from services.eligibility.operations.law import law_of, town_code, town_or_county
from services.eligibility.operations.steps import step, subject_of
from services.eligibility.queries.procedure import last_request, one, open_application
from services.eligibility.queries.register import the_child
from services.eligibility.rules.answer import answer, tree
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.procedure import APPLICATION
from services.eligibility.rules.resting import rests_on
from services.eligibility.rules.vocabulary import VOCABULARY
from shared import access, deadlines
from shared.bus import emit
from shared.database import new_id, now, today
from shared.events.eligibility import ApplicationOpened, ApplicationVerified, FactsMissing
from shared.identity import Principal
from shared.problem import Conflict, Forbidden, Refused

INTAKE, REPLY = "cross_province_intake", "cross_province_reply"


class AlreadyApplied(Conflict):
    """An application of the child is being handled."""

    zh, en = "该儿童已有在办申请", "An application of this child is being handled"


class FactsStillMissing(Refused):
    """What decides the case is not known yet; `missing` names the facts and who has them."""

    zh, en = "尚有事实待查明", "Facts are still missing"
    clause = "WL24:4.2a-1"


class NotYourTown(Forbidden):
    """Another town handles this application."""

    zh, en = "该申请由其他镇（街道）办理", "Another town handles this application"


async def evaluated(
    session: AsyncSession,
    child_id: UUID,
    day: date | None = None,
    known_at: Any = None,
    before: UUID | None = None,
) -> dict[str, Any]:
    """What the law says of what the register knows of a child, with its finding.

    `before` is a decision that is not heard, nor any after it.
    """
    standing = await standing_of(session, child_id, day, known_at, before)
    evaluation = evaluate(standing.facts, law_of(day or today(session)))
    rests = rests_on(evaluation, standing.facts)
    said = answer(evaluation) | {"finding": orjson.loads(tree(evaluation)), "rests_on": rests}
    return said | {"contested": list(standing.contested)}


def undecided(said: Mapping[str, Any]) -> bool:
    """Whether nobody can sign anything yet: facts are missing, contested, or of who has come of
    age it is not known how many months are due at once."""
    months_open = said["exit"] is not None and said["exit"]["lump_sum_months"] is None
    return said["status"] == "undetermined" or bool(said["contested"]) or months_open


def still_open(said: Mapping[str, Any]) -> list[str]:
    """The facts that are missing or contested, each once."""
    return list(dict.fromkeys((*said["missing"], *said["contested"])))


def facts_still_missing(said: Mapping[str, Any]) -> FactsStillMissing:
    """The refusal with every open fact, whom to ask, and what a person has to settle first."""
    return FactsStillMissing(
        missing=still_open(said), questions=said["questions"], contested=said["contested"]
    )


async def open_an_application(
    session: AsyncSession,
    actor: Principal,
    child: Child,
    applicant: str,
    *,
    town: str | None = None,
    route: str = "local",
    received_in: str | None = None,
    review_id: UUID | None = None,
    asks: Iterable[str] | None = None,
) -> Application:
    """Take an application and start its clock; AlreadyApplied while another is being handled.

    One the data had opened is joined by who now applies. Whoever takes one from elsewhere
    (`cross_town`, `cross_province`) enters it and pushes it on before it is verified.
    `asks` are the facts that are missing or contested, where the law has been asked already.
    """
    if (waiting := await open_application(session, child.id)) is not None:
        return await _join(session, actor, waiting, applicant)
    handled_by = town_code(town) or child.town or town_or_county(None)
    if route == "local" and actor.town not in (None, handled_by):
        route = "cross_town"
    taken_here = route != "local" and received_in == actor.town is not None
    application = Application(
        id=new_id(),
        child_id=child.id,
        applicant=applicant,
        route=route,
        town=handled_by,
        received_in=received_in,
        state="received" if taken_here else APPLICATION.first,
        review_id=review_id,
        opened_at=now(session),
    )
    opened = await taken(session, child, application)
    await session.flush()
    await emit(session, opened)
    await ask_for_missing(session, application, asks)
    return application


def found_by_the_data(session: AsyncSession, child: Child) -> Application:
    """The application the data make for a child that has none (政策找人)."""
    return Application(
        id=new_id(),
        child_id=child.id,
        applicant="proactive",
        route="local",
        town=child.town or town_or_county(None),
        state=APPLICATION.first,
        opened_at=now(session),
    )


async def taken(session: AsyncSession, child: Child, application: Application) -> ApplicationOpened:
    """An application is taken: its first clock starts, and this is to be told."""
    session.add(application)
    child.town = child.town or application.town
    child.tasks = sorted({*child.tasks, "town", f"town:{application.town}", "civil_affairs"})
    if application.state == APPLICATION.first:
        await _verifying(session, application)
    else:
        where = application.received_in
        await deadlines.start(session, INTAKE, application.id, "town", town=where)
    return ApplicationOpened(
        child_id=application.child_id,
        application_id=application.id,
        by=application.applicant,
        town=application.town,
    )


async def _join(
    session: AsyncSession, actor: Principal, waiting: Application, applicant: str
) -> Application:
    """Who applies for a child the data had found already joins that application (政策找人)."""
    if waiting.applicant != "proactive" or applicant == "proactive":
        raise AlreadyApplied()
    if waiting.state == "opened":
        await step(session, actor, APPLICATION, waiting, "joining")
        waiting.applicant = applicant
        return waiting
    raise AlreadyApplied()


async def _verifying(session: AsyncSession, row: Application) -> None:
    """From now on the town of registration verifies, in its own time."""
    clause = "MZ2019-62:3"
    await deadlines.start(session, "verification", row.id, "town", town=row.town, clause=clause)


async def ask_for_missing(
    session: AsyncSession, application: Application, asks: Iterable[str] | None = None
) -> None:
    """Ask the departments that have the missing facts; the same question is not asked twice.

    `asks` are the facts that are missing or contested, where the law has been asked already.
    """
    if asks is None:
        asks = still_open(await evaluated(session, application.child_id))
    missing = to_ask(asks)
    before = await last_request(session, application.id)
    if missing - set(before.missing if before else ()):
        child = await the_child(session, application.child_id, lock=True)
        question = asked_for(session, child, application, missing)
        await session.flush()
        await emit(session, question)


def asked_for(
    session: AsyncSession, child: Child, application: Application, missing: Iterable[str]
) -> FactsMissing:
    """Departments are asked for what is missing: they have a task in it, and this is to be told."""
    names = sorted(missing)
    departments = _who_has(names)
    request = FactRequest(
        id=new_id(),
        application_id=application.id,
        child_id=application.child_id,
        missing=names,
        departments=departments,
        asked_at=now(session),
    )
    session.add(request)
    child.tasks = sorted({*child.tasks, *departments})
    return FactsMissing(
        child_id=application.child_id,
        application_id=application.id,
        request_id=request.id,
        departments=departments,
        count=len(names),
        town=application.town,
    )


def to_ask(names: Iterable[str]) -> set[str]:
    """Nobody is asked about HIV by name: a test is never a condition (WL24:2.1.3)."""
    return {name for name in names if not name.endswith(".hiv")}


def _who_has(missing: list[str]) -> list[str]:
    """The departments to ask: those whose own fact it is; the town where nobody else has it."""
    asked: set[str] = set()
    for name in missing:
        kind = VOCABULARY.get(name)
        having = kind.departments if kind else ("town",)
        own = [d for d in having if d not in ("town", "civil_affairs")]
        asked.add(own[0] if own else "town")
    return sorted(asked)


async def verify(
    session: AsyncSession, actor: Principal, application_id: UUID, opinion: str
) -> Application:
    """The town has verified the facts; the county's clock starts (查验).

    Raises NotYourTown, UnlawfulMove, FactsStillMissing (nothing is passed on half known).
    """
    application = await known_application(session, actor, application_id)
    _own_town(actor, application.town)
    said = await evaluated(session, application.child_id)
    if undecided(said):
        await ask_for_missing(session, application, still_open(said))
        raise facts_still_missing(said)
    await step(session, actor, APPLICATION, application, "verification", reason=opinion)
    application.verified_by, application.verified_at = actor.person(), now(session)
    application.opinion = opinion
    await deadlines.meet(session, "verification", application.id)
    await deadlines.start(session, "confirmation", application.id, "civil_affairs")
    await emit(
        session,
        ApplicationVerified(
            child_id=application.child_id, application_id=application.id, town=application.town
        ),
    )
    return application


def _own_town(actor: Principal, town: str | None) -> None:
    if actor.town is not None and actor.town != town:
        raise NotYourTown(allowed=[town] if town else [])


async def push_on(session: AsyncSession, actor: Principal, application_id: UUID) -> Application:
    """The place that took it has entered it and pushes it to the place of registration (推送).

    A child of this city is verified by its own town from now on; one of elsewhere is decided there.
    """
    application = await one(session, Application, application_id, lock=True)
    _own_town(actor, application.received_in)
    facts = (await standing_of(session, application.child_id)).facts
    away = facts.get("child.hukou_here") is False
    await step(session, actor, APPLICATION, application, "forwarding" if away else "push")
    await deadlines.meet(session, INTAKE, application.id)
    if not away:
        await _verifying(session, application)
    return application


async def note_reply(
    session: AsyncSession, actor: Principal, application_id: UUID, words: str
) -> Application:
    """What the place of registration answered, or that the place of intake was told (反馈)."""
    application = await one(session, Application, application_id, lock=True)
    told_here = application.state == "forwarded"
    _own_town(actor, application.received_in if told_here else application.town)
    verb = "reply" if told_here else "informing"
    await step(session, actor, APPLICATION, application, verb, reason=words)
    if told_here:
        application.closed_at = now(session)
    await deadlines.meet(session, REPLY, application.id)
    return application


# Who asks for more stops which clock: the town its own, the county its own.
STOPS = {
    "question": "verification",
    "answer": "verification",
    "inquiry": "confirmation",
    "clarification": "confirmation",
}


async def pause_clock(
    session: AsyncSession, actor: Principal, application_id: UUID, reason: str
) -> Application:
    """Stop the clock while somebody else must answer, with the reason (中止计时)."""
    application = await known_application(session, actor, application_id)
    _own_town(actor, application.town)
    verb = "inquiry" if application.state == "verified" else "question"
    await step(session, actor, APPLICATION, application, verb, reason=reason)
    await deadlines.pause(session, STOPS[verb], application.id, reason)
    return application


async def resume_clock(
    session: AsyncSession, actor: Principal, application_id: UUID
) -> Application:
    """Let the clock go on with what was left of it (恢复计时)."""
    application = await known_application(session, actor, application_id)
    _own_town(actor, application.town)
    verb = "clarification" if application.state == "clarifying" else "answer"
    await step(session, actor, APPLICATION, application, verb)
    await deadlines.resume(session, STOPS[verb], application.id)
    return application


async def withdraw(
    session: AsyncSession, actor: Principal, application_id: UUID, reason: str
) -> Application:
    """Whoever applied takes it back; nothing is decided about the child (撤回)."""
    application = await one(session, Application, application_id, lock=True)
    if actor.town != application.received_in:
        _own_town(actor, application.town)
    await step(session, actor, APPLICATION, application, "withdrawal", reason=reason)
    application.closed_at = now(session)
    await deadlines.cancel(session, application.id, why="withdrawn")
    return application


async def lapse(
    session: AsyncSession, actor: Principal, application: Application, reason: str
) -> None:
    """Nothing is left to decide: the review found no change, or the child has died (无须决定)."""
    await step(session, actor, APPLICATION, application, "lapse", reason=reason)
    application.closed_at = now(session)
    await deadlines.cancel(session, application.id, why="lapsed")


async def known_child(session: AsyncSession, actor: Principal, child_id: UUID) -> Child:
    """The child, if the caller may know of it at all."""
    child = await the_child(session, child_id)
    access.may_know(actor, subject_of(child))
    return child


async def known_application(
    session: AsyncSession, actor: Principal, application_id: UUID
) -> Application:
    """An application to change; who may not know the child learns not even its state."""
    application = await one(session, Application, application_id, lock=True)
    await known_child(session, actor, application.child_id)
    return application
