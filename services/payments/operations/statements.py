"""A child's statement by month with explanation, as data and as a page to print (发放明细单)."""

from datetime import datetime
from decimal import Decimal
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
        "day": jurisdiction().calendar.legal_day(moment).isoformat(),
        "lines": [_line(row) for row in lines],
        "total": f"{sum(row.amount for row in lines):.2f}",
    }
    for name, query in OTHERS.items():
        rows = await queries.rows(session, query, child_id, moment)
        told[name] = [_shown(row) for row in rows]
    return told


OTHERS = {
    "payments": queries.PAYMENTS,
    "netted": queries.NETTED,
    "debts": queries.DEBTS,
    "blocked": queries.BLOCKED,
}


def _line(row: Any) -> dict[str, Any]:
    clauses, place = row.clauses or [], jurisdiction()
    decided = place.calendar.legal_day(row.created_at)
    return {
        "month": f"{row.month:%Y-%m}",
        "paid_in": f"{row.paid_in:%Y-%m}",
        "benefit": row.benefit,
        "zh": BENEFIT_ZH[Benefit(row.benefit)],
        "amount": f"{row.amount:.2f}",
        "owed": f"{row.owed:.2f}",
        "decided_before": f"{row.owed - row.amount:.2f}",
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
<style>@page{{size:A4;margin:16mm 14mm}}
body{{font:10.5pt/1.55 "Songti SC","SimSun",serif;margin:2em}}
h1{{font-size:16pt;text-align:center;margin:.2em 0}}h2{{font-size:12pt;margin:1.4em 0 .4em}}
p.head{{display:flex;justify-content:space-between;color:#333}}
table{{border-collapse:collapse;width:100%}}thead{{display:table-header-group}}
tr{{break-inside:avoid}}td,th{{border:1px solid #777;padding:.25em .5em;text-align:left;
vertical-align:top}}th{{background:#eee}}td.n{{text-align:right;white-space:nowrap}}
small{{color:#444}}@media print{{body{{margin:0}}}}</style>
<h1>困境儿童补助发放明细单</h1><p class="head"><span>编号 {child}</span><span>截至 {day}</span></p>
<h2>应发</h2>
<table><thead><tr><th>所属月份</th><th>项目</th><th>金额（元）</th><th>计算</th><th>依据</th></tr></thead>
<tbody>{lines}</tbody><tfoot><tr><th colspan="2">合计</th><td class="n">{total}</td><td colspan="2">
</td></tr></tfoot></table>
<h2>支付</h2>
<table><thead><tr><th>批次月份</th><th>金额（元）</th><th>结果</th><th>日期</th></tr></thead>
<tbody>{payments}</tbody></table>{netted}
<p>对发放有异议的，可自收到通知之日起六十日内申请行政复议，或者六个月内提起行政诉讼。</p></html>"""

STATE_ZH = {"paid": "已到账", "returned": "银行退回", "with_bank": "银行办理中"}
NETTED = "<p>经监护人同意，从上述补助中抵扣多发款共 {amount} 元，因此支付少于应发。</p>"


def _printed_line(line: dict[str, Any]) -> str:
    """One line; a difference says of what and to what."""
    working = line["working"] or ""
    if line["decided_before"] != "0.00":
        working += f"；应发 {line['owed']} 减已定 {line['decided_before']}"
    clauses = "<br>".join(escape(f"{c['id']} {c['text']}") for c in line["clauses"])
    return (
        f"<tr><td>{escape(line['month'])}</td><td>{escape(line['zh'])}</td>"
        f'<td class="n">{escape(line["amount"])}</td>'
        f"<td>{escape(working)}<br><small>{escape(line['reason'])}</small></td>"
        f"<td>{clauses}</td></tr>"
    )


def _printed_payment(row: dict[str, Any]) -> str:
    return (
        f'<tr><td>{escape(row["month"][:7])}</td><td class="n">{escape(row["amount"])}</td>'
        f"<td>{STATE_ZH[row['state']]}</td><td>{escape(row['day'] or '')}</td></tr>"
    )


def printed(found: dict[str, Any]) -> str:
    """The statement as a page that prints; it names no category and no person."""
    kept = sum((Decimal(row["amount"]) for row in found["netted"]), Decimal("0.00"))
    return PAGE.format(
        child=escape(found["child_id"]),
        day=escape(found["day"]),
        lines="".join(map(_printed_line, found["lines"])),
        total=escape(found["total"]),
        payments="".join(map(_printed_payment, found["payments"])),
        netted=NETTED.format(amount=f"{kept:.2f}") if kept else "",
    )
