"""A run's lines as CSV or XLSX for the desks: ids and codes, and no cell that is a formula."""

import csv
import io
from collections.abc import Sequence
from uuid import UUID

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Explanation, Line
from services.payments.queries.runs import run as run_of
from services.payments.rules.sheets import safe

HEADER = ("month", "child", "benefit", "amount", "town", "decision", "clauses", "working")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def lines_sheet(session: AsyncSession, run_id: UUID, form: str) -> tuple[bytes, str]:
    """The sheet's bytes and media type."""
    await run_of(session, run_id)
    found = await session.execute(
        select(Line, Explanation)
        .outerjoin(Explanation, Explanation.id == Line.explanation_id)
        .where(Line.run_id == run_id)
        .order_by(Line.town, Line.child_id, Line.month, Line.benefit)
    )
    rows: list[tuple[Line, Explanation | None]] = [(line, why) for line, why in found]
    cells = [
        (
            f"{line.month:%Y-%m}",
            str(line.child_id),
            line.benefit,
            f"{line.amount:.2f}",
            line.town,
            str(line.decision_id or ""),
            " ".join(why.clauses) if why else "",
            why.working if why else "",
        )
        for line, why in rows
    ]
    if form == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEADER)
        for row in cells:
            # An amount below nothing begins with a minus and is still a number, not a formula.
            writer.writerow([v if n == 3 else safe(v) for n, v in enumerate(row)])
        return out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"
    return _workbook(cells), XLSX


def _workbook(cells: Sequence[tuple[str, ...]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("lines")
    sheet.append(HEADER)
    for row in cells:
        made = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=safe(value))
            cell.data_type = "s"
            made.append(cell)
        sheet.append(made)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
