"""A run's lines as CSV or XLSX for the desks: ids and codes, and no cell that is a formula."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Explanation, Line, Run
from services.payments.queries.runs import explained
from services.payments.rules.sheets import safe
from shared.database import Sessions, transaction
from shared.problem import Refused

HEADER = ("month", "child", "benefit", "amount", "town", "decision", "clauses", "working")
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BATCH = 2000
WORKBOOK_LINES = 100_000

Cells = tuple[str, ...]


class TooLongForAWorkbook(Refused):
    """So many lines belong in a CSV, which has no end."""

    zh, en = "行数过多，请下载 CSV", "Too many lines for a workbook: fetch them as CSV"


def _cells(line: Line, why: Explanation | None) -> Cells:
    return (
        f"{line.month:%Y-%m}",
        str(line.child_id),
        line.benefit,
        f"{line.amount:.2f}",
        line.town,
        str(line.decision_id or ""),
        " ".join(why.clauses) if why else "",
        why.working if why else "",
    )


async def stream(sessions: Sessions, run_id: UUID) -> AsyncIterator[bytes]:
    """The sheet as CSV, some lines at a time, so that memory stays flat whatever its length."""
    yield "\ufeff".encode() + _written([HEADER])
    async with transaction(sessions) as session:
        async for rows in explained(session, run_id, BATCH):
            yield _written([_cells(line, why) for line, why in rows])


def _written(rows: Sequence[Cells]) -> bytes:
    """An amount below nothing begins with a minus and is still a number, not a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([v if n == 3 else safe(v) for n, v in enumerate(row)])
    return out.getvalue().encode()


async def workbook(session: AsyncSession, run: Run) -> bytes:
    """The sheet as XLSX: every cell is text."""
    if run.lines > WORKBOOK_LINES:
        raise TooLongForAWorkbook(lines=run.lines, allowed=["form=csv"])
    book = Workbook(write_only=True)
    sheet = book.create_sheet("lines")
    sheet.append(HEADER)
    async for rows in explained(session, run.id, BATCH):
        for line, why in rows:
            made = []
            for value in _cells(line, why):
                cell = WriteOnlyCell(sheet, value=safe(value))
                cell.data_type = "s"
                made.append(cell)
            sheet.append(made)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
