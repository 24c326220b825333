"""`python -m deploy.seals [RUN]`: are the rows of payment runs as they were signed for? (验封)

Looks at every run past its check, or at one. Run it where the payments service runs, with its
`DATABASE_URL` and `KEYS_DIR`. Names the rows that were changed, removed or inserted past the
service; ends with 1 when there are any.
"""

import argparse
import asyncio
import sys
from uuid import UUID

from sqlalchemy import select

from services.payments.models import Run
from services.payments.operations.sealing import broken, sealed_rows
from shared.database import engine_for, sessions_of, transaction
from shared.settings import settings


async def verify(url: str, run_id: UUID | None = None) -> dict[str, list[str]]:
    """Each run somebody signed for, with the places where its rows are not what was signed."""
    engine = engine_for(url)
    wanted = select(Run).order_by(Run.created_at)
    if run_id is not None:
        wanted = wanted.where(Run.id == run_id)
    async with transaction(sessions_of(engine)) as session:
        found = {
            f"{run.month:%Y-%m} {run.kind} {run.id}": [
                place for what in sealed_rows(run) for place in await broken(session, run.id, what)
            ]
            for run in await session.scalars(wanted)
            if sealed_rows(run)
        }
    await engine.dispose()
    return found


def main(arguments: list[str]) -> int:
    """Say of every run whether it is whole."""
    asked = argparse.ArgumentParser(prog="python -m deploy.seals", description=__doc__)
    asked.add_argument("run", type=UUID, nargs="?", help="one run; without it every run")
    found = asyncio.run(verify(settings().database_url, asked.parse_args(arguments).run))
    for run, wrong in found.items():
        said = "; ".join(wrong) if wrong else "完好 whole"
        sys.stdout.write(f"{run}: {said}\n")
    if not found:
        sys.stdout.write("没有已签章的发放批次 no run is sealed yet\n")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
