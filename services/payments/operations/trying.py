"""A new standard is tried on a few children of every class before all are corrected (先行核算).

A correction that a back-dated standard asks of very many takes a few of them; the others wait until
people have checked and approved what it came to for these. Rejected, it is tried again.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Run
from shared.database import law_today

# Standards that ask for more than many, and that no run which stands has tried.
UNTRIED = """
CREATE TEMPORARY TABLE untried ON COMMIT DROP AS
SELECT cause, asked_at FROM recalculation
WHERE done_in IS NULL AND cause LIKE 'standard:%'
GROUP BY cause, asked_at HAVING count(*) > {many}
EXCEPT
SELECT t.cause, t.asked_at
FROM run, jsonb_to_recordset(control -> 'tried') AS t(cause text, asked_at timestamptz)
WHERE kind = 'correction' AND state <> 'rejected'
"""

# What is asked for again and answered now.
ASKED = """
CREATE TEMPORARY TABLE asked ON COMMIT DROP AS
WITH few AS (
    SELECT id FROM (
        SELECT r.id, row_number() OVER (PARTITION BY r.cause, r.asked_at, a.rate_class
                                        ORDER BY r.child_id) AS nth
        FROM untried u JOIN recalculation r USING (cause, asked_at)
        JOIN award_period a ON a.child_id = r.child_id AND a.months && daterange(r.since, NULL)
        WHERE r.done_in IS NULL) of_each_class
    WHERE nth <= {few})
SELECT r.id, r.child_id, r.since, r.until, r.cause, r.asked_at FROM recalculation r
WHERE r.done_in IS NULL
  AND (NOT EXISTS (SELECT FROM untried u WHERE (u.cause, u.asked_at) = (r.cause, r.asked_at))
       OR r.id IN (SELECT id FROM few))
"""

TRIED = """
SELECT r.cause, r.asked_at, count(a.id) AS children, count(*) - count(a.id) AS waiting
FROM untried u JOIN recalculation r USING (cause, asked_at) LEFT JOIN asked a USING (id)
WHERE r.done_in IS NULL GROUP BY r.cause, r.asked_at ORDER BY r.cause
"""


async def take_up(session: AsyncSession, run: Run) -> None:
    """List what a correction answers; a trial names its standard and how many wait for it."""
    figures = law_today(session).figures
    many, few = int(figures["trial_above_children"]), int(figures["trial_children_of_a_class"])
    await session.execute(text(UNTRIED.format(many=many)))
    await session.execute(text(ASKED.format(few=few)))
    tried = [
        {"cause": row.cause, "asked_at": row.asked_at.isoformat(), "children": row.children,
         "waiting": row.waiting}
        for row in await session.execute(text(TRIED))
    ]  # fmt: skip
    if tried:
        run.control = run.control | {"tried": tried}
