"""What new facts of many children lead to, found and written together (政策找人).

Of one child it is said in `hearing`; this says the same of those nobody has recognised yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Application, Child
from services.eligibility.operations.applying import asked_for, found_by_the_data, taken, to_ask
from services.eligibility.queries.procedure import open_applications
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.pointing import points_to
from services.eligibility.rules.standing import Said, standing_on
from shared.bus import emit_all
from shared.database import law_today, now
from shared.events import Event


@dataclass(slots=True)
class File:
    """What is known of a child while statements about it are taken; `new` once one adds something.

    `stands` is the rate class a recognised child stands at; `asked` are the facts its open
    application has asked for, None where none is open.
    """

    child: Child
    said: list[Said]
    contested: set[str]
    stands: str | None
    asked: Sequence[str] | None
    new: bool = False


async def lead_on(session: AsyncSession, files: Sequence[File]) -> None:
    """Open the applications these facts lead to, and ask for what each still misses."""
    law, moment = law_today(session), now(session)
    waiting = [file.child.id for file in files if file.asked is not None]
    going = await open_applications(session, waiting, moment) if waiting else {}
    opened, questions = list[Event](), dict[UUID, set[str]]()
    for file in files:
        child, asked = file.child, file.asked
        standing = standing_on(file.said, law, moment, file.contested)
        evaluation = evaluate(standing.facts, law)
        if asked is None and points_to(evaluation, standing):
            going[child.id] = found_by_the_data(session, child)
            opened.append(await taken(session, child, going[child.id]))
        if child.id in going:
            missing = to_ask([*evaluation.missing, *standing.contested])
            questions[child.id] = missing if missing - set(asked or ()) else set()
    await session.flush()
    children = {file.child.id: file.child for file in files}
    asking = _asked(session, children, going, questions)
    await session.flush()
    await emit_all(session, [*opened, *asking])


def _asked(
    session: AsyncSession,
    children: Mapping[UUID, Child],
    going: Mapping[UUID, Application],
    questions: Mapping[UUID, set[str]],
) -> list[Event]:
    return [
        asked_for(session, children[child_id], going[child_id], missing)
        for child_id, missing in questions.items()
        if missing
    ]
