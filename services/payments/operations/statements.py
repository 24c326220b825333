"""A child's statement by month with explanation, as data and as a page to print (发放明细单)."""

from datetime import datetime
from html import escape
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.queries import statements as queries
from services.payments.queries.awards import town_of
from services.payments.rules.reasons import Reason
from services.payments.rules.vocabulary import BENEFIT_ZH, Benefit
from shared import access
from shared.database import now
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import NotFound


async def statement(
    session: AsyncSession, actor: Principal, child_id: UUID, known_at: datetime | None = None
) -> dict[str, Any]:
    """Months, lines with clause and working, payments and what became of them, debts, blocks.

    As it stood at `known_at`, by default now; what was done later is not in it.
    """
    town = await town_of(session, child_id)
    if town is None:
        raise NotFound()
    access.may_know(actor, access.Subject(child_id, town=town))
    moment = known_at or now(session)
    lines = await queries.rows(session, queries.LINES, child_id, moment)
    told: dict[str, Any] = {
        "child_id": str(child_id),
        "town": town,
        "known_at": moment.isoformat(),
        "lines": [_line(row) for row in lines],
        "total": f"{sum(row.amount for row in lines):.2f}",
    }
    for name, query in OTHERS.items():
        rows = await queries.rows(session, query, child_id, moment)
        told[name] = [_shown(row) for row in rows]
    return told


OTHERS = {"payments": queries.PAYMENTS, "debts": queries.DEBTS, "blocked": queries.BLOCKED}


def _line(row: Any) -> dict[str, Any]:
    clauses, place = row.clauses or [], jurisdiction()
    decided = place.calendar.legal_day(row.created_at)
    return {
        "month": f"{row.month:%Y-%m}",
        "paid_in": f"{row.paid_in:%Y-%m}",
        "benefit": row.benefit,
        "zh": BENEFIT_ZH[Benefit(row.benefit)],
        "amount": f"{row.amount:.2f}",
        "kind": row.kind,
        "rate_class": row.rate_class or None,
        "decided_on": decided.isoformat(),
        "clauses": [{"id": c, "text": place.law.words(c, decided)} for c in clauses],
        "working": row.working,
        "figures": row.figures,
        "reason": Reason[row.reason.upper()].zh if row.reason else "",
        "decision_id": str(row.decision_id) if row.decision_id else None,
        "run_id": str(row.run_id),
        "run_state": row.state,
    }


def _shown(row: Any) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, (int, str)) else str(value)
        for name, value in row._mapping.items()
    }


PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>发放明细单</title>
<style>body{{font:14px/1.6 serif;margin:2em}}table{{border-collapse:collapse;width:100%}}
td,th{{border:1px solid #888;padding:.3em .6em;text-align:left;vertical-align:top}}
td.n{{text-align:right}}small{{color:#555}}@media print{{body{{margin:0}}}}</style>
<h1>困境儿童补助发放明细单</h1><p>编号 {child}</p>
<table><thead><tr><th>所属月份</th><th>项目</th><th>金额（元）</th><th>计算</th><th>依据</th></tr></thead>
<tbody>{rows}</tbody><tfoot><tr><td colspan="2">合计</td><td class="n">{total}</td><td colspan="2">
</td></tr></tfoot></table>
<p>对发放有异议的，可自收到通知之日起六十日内申请行政复议，或者六个月内提起行政诉讼。</p></html>"""


def printed(found: dict[str, Any]) -> str:
    """The statement as a page that prints; it names no category and no person."""
    rows = "".join(
        f"<tr><td>{escape(line['month'])}</td><td>{escape(line['zh'])}</td>"
        f'<td class="n">{escape(line["amount"])}</td>'
        f"<td>{escape(line['working'] or '')}<br><small>{escape(line['reason'])}</small></td>"
        f"<td>{'<br>'.join(escape(c['id'] + ' ' + c['text']) for c in line['clauses'])}</td></tr>"
        for line in found["lines"]
    )
    return PAGE.format(child=escape(found["child_id"]), rows=rows, total=escape(found["total"]))
