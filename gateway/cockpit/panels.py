"""What the pages show, asked of the public API; a panel without an answer says why."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from gateway.cockpit.charts import bars, columns
from gateway.cockpit.visitors import Answer, Visitor
from shared.clock import clock, legal_day
from shared.identity import LOCAL
from shared.jurisdiction import jurisdiction

# In the words of the notices and of the tables of moves, which the cockpit as a client has not.
LINE_STATES = {
    "sent": "已发送", "received": "已签收", "accepted": "已受理", "declined": "不予受理",
    "returned": "已退回", "in_service": "服务中", "fed_back": "已反馈", "closed": "已办结",
    "revoked": "已撤回", "transferred": "已移交", "rereferred": "已改派",
}  # fmt: skip
RUN_STATES = {
    "preparing": "编制中", "prepared": "已编制", "checked": "已复核", "approved": "已批准",
    "funded": "已拨款", "sent": "已送银行", "reconciled": "已对账", "closed": "已结束",
    "rejected": "已退回",
}  # fmt: skip
RUN_KINDS = {"monthly": "按月", "correction": "更正", "follow_up": "补发"}
# From the second signature on, what a run comes to is decided.
DECIDED = ("approved", "funded", "sent", "reconciled", "closed")
OUTCOMES = {
    "granted": "予以认定", "refused": "不予认定", "changed": "调整保障", "continued": "继续保障",
    "ended": "终止保障",
}  # fmt: skip
VERDICTS = {"MET": "符合", "NOT_MET": "不符合", "UNKNOWN": "待查明"}
AHEAD_DAYS = 120


@dataclass(frozen=True, slots=True)
class Node:
    """One finding of an explanation tree, with the words of its clause."""

    zh: str
    en: str
    verdict: str
    clause: str
    text: str
    facts: Mapping[str, Any]
    figures: Mapping[str, Any]
    value: str
    parts: tuple["Node", ...]


async def overview(visitor: Visitor) -> dict[str, Any]:
    """Numbers now, by town and by state, and how money and late clocks stand."""
    county, late, runs = await asyncio.gather(
        visitor.get("/v1/referrals/overview"),
        visitor.get("/v1/referrals/late", limit=5),
        visitor.get("/v1/payments/runs", limit=12),
    )
    towns = county.data["towns"] if county.known else []
    return {
        "overview": county,
        "towns": towns,
        "town_chart": bars(
            [(row["name"], row["open_lines"], row["late_lines"]) for row in towns], "各镇在办事项"
        ),
        "open_lines": sum(row["open_lines"] for row in towns),
        "late_lines": sum(row["late_lines"] for row in towns),
        "open_pushes": sum(row["open_pushes"] for row in towns),
        "states": _states(county),
        "late": late,
        "paid": decided_by_month(runs),
    }


def _states(county: Answer) -> list[tuple[str, int]]:
    found = county.data["line_states"] if county.known else {}
    return [(LINE_STATES.get(state, state), count) for state, count in found.items()]


async def late_clocks(visitor: Visitor) -> dict[str, Any]:
    """Lines nobody has answered in time, the longest overdue first."""
    answer = await visitor.get("/v1/referrals/late", limit=100)
    services = await visitor.get("/v1/referrals/services")
    names = {s["code"]: s["zh"] for s in services.data} if services.known else {}
    offices = jurisdiction().departments
    rows = [
        {
            "service": names.get(line["service"], line["service"]),
            "department": offices[line["department"]].zh
            if line["department"] in offices
            else line["department"],
            "state": LINE_STATES.get(line["state"], line["state"]),
            "due": line["due_at"][:10],
            "level": line["escalation"],
            "clause": line["clause"],
        }
        for line in (answer.data["items"] if answer.known else [])
    ]
    return {"answer": answer, "rows": rows}


async def desk(visitor: Visitor, due: str) -> dict[str, Any]:
    """What waits in protection: everybody's for who oversees them, else the own office's."""
    path, asked = "/v1/protection/clocks", {"due": due} if due else {}
    answer = await visitor.get(path, department="everybody", limit=100, **asked)
    if answer.status == 403:
        answer = await visitor.get(path, limit=100, **asked)
    found = answer.data if answer.known else {"items": [], "next": None}
    rows = [
        {
            "zh": line["zh"],
            "department": _whose(line),
            "due": _minute(line["due_at"]),
            "late": line["state"] == "missed",
            "level": line["level"],
            "clause": line["clause"] or "",
            "to_confirm": line["to_confirm"],
        }
        for line in found["items"]
    ]
    return {"answer": answer, "rows": rows, "due": due, "more": found["next"] is not None}


def _whose(line: Mapping[str, Any]) -> str:
    """The office that has to act: a town or one of its villages by the town's name."""
    office = jurisdiction().departments[line["department"]].zh
    town = jurisdiction().towns.get(line["town"] or "")
    if town is None or line["department"] not in LOCAL:
        return office
    return town.zh if line["department"] == "town" else f"{town.zh}·{office}"


def _minute(instant: str) -> str:
    """An instant to the minute, by the clocks of the place."""
    local = datetime.fromisoformat(instant).astimezone(jurisdiction().timezone)
    return f"{local:%Y-%m-%d %H:%M}"


async def money(visitor: Visitor) -> dict[str, Any]:
    """Runs and what they paid, month by month."""
    runs, ahead = await asyncio.gather(
        visitor.get("/v1/payments/runs", limit=60), visitor.get("/v1/payments/forecast", months=12)
    )
    months = decided_by_month(runs)
    by_month = ahead.data["by_month"] if ahead.known else {}
    expected = [(month, Decimal(amount)) for month, amount in sorted(by_month.items())]
    return {
        "answer": runs,
        "ahead": ahead,
        "expected": expected,
        "ahead_chart": columns([(m[2:], a) for m, a in expected], "未来各月预计支出"),
        "rows": [_run(run) for run in (runs.data["items"] if runs.known else [])],
        "chart": columns(months, "各月发放金额"),
    }


def _run(run: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "month": run["month"][:7],
        "kind": RUN_KINDS[run["kind"]],
        "state": RUN_STATES.get(run["state"], run["state"]),
        "lines": run["lines"],
        "total": Decimal(run["total"]),
    }


def decided_by_month(runs: Answer) -> list[tuple[str, Decimal]]:
    """Month → yuan of what approved runs decided; one that pays again what came back adds none."""
    sums: dict[str, Decimal] = {}
    for run in runs.data["items"] if runs.known else []:
        if run["state"] in DECIDED and run["kind"] != "follow_up":
            month = run["month"][:7]
            sums[month] = sums.get(month, Decimal("0.00")) + Decimal(run["total"])
    return sorted(sums.items())[-12:]


async def scorecard(visitor: Visitor, since: date, until: date) -> dict[str, Any]:
    """How the departments answered in a period."""
    answer = await visitor.get(
        "/v1/referrals/scorecards", since=since.isoformat(), until=until.isoformat()
    )
    rows = [_office(row) for row in (answer.data["departments"] if answer.known else [])]
    chart = bars(
        [(row["name"], row["received"], row["silent_past_due"]) for row in rows], "各部门事项"
    )
    return {"answer": answer, "rows": rows, "chart": chart, "since": since, "until": until}


def _office(row: Mapping[str, Any]) -> dict[str, Any]:
    """A town by its own name: that of its department is the same for all of them."""
    town = jurisdiction().towns.get(row["town"] or "")
    return {**row, "name": town.zh if town else row["name"]}


async def protection(visitor: Visitor, year: int) -> dict[str, Any]:
    """Reports, cases, placements and clocks of a year, as tables and pictures."""
    answer = await visitor.get("/v1/protection/statistics", year=year)
    found = answer.data if answer.known else {"months": [], "measures": [], "delays": []}
    towns = jurisdiction().towns
    names = {"total": "合计", "none": "未定"} | {code: town.zh for code, town in towns.items()}
    return {
        "answer": answer,
        "year": year,
        "months": [*found["months"], "total"],
        "names": names,
        "measures": [_measure(measure, names) for measure in found["measures"]],
        "delays": found["delays"],
        "smallest": found.get("smallest_count"),
    }


def _measure(measure: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """One measure: its months as a picture, rows with something in them as tables."""
    named = {**names, **measure["names"]}
    months = {m: n for m, n in measure["by_kind"]["total"].items() if m != "total"}
    return {
        **{name: measure[name] for name in ("code", "zh", "clause")},
        "empty": measure["by_kind"]["total"].get("total") == 0,
        "chart": columns([(m[5:], n) for m, n in months.items() if n is not None], measure["zh"]),
        "tables": [
            (title, _filled(measure[table], named))
            for title, table in (("按种类", "by_kind"), ("按镇（街道）", "by_town"))
        ],
    }


def _filled(table: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, Any]]:
    return [
        (names.get(row, row), cells)
        for row, cells in table.items()
        if row == "total" or any(count != 0 for count in cells.values())
    ]


def nodes(found: Any) -> Iterator[Node]:
    """Every explanation tree inside an answer, wherever it lies."""
    if isinstance(found, Mapping):
        if "verdict" in found and "rule" in found:
            yield node(found)
            return
        for value in found.values():
            yield from nodes(value)
    elif isinstance(found, list):
        for value in found:
            yield from nodes(value)


def node(found: Mapping[str, Any]) -> Node:
    """A finding as a page draws it; the clause's words come from the register."""
    clause = str(found.get("clause") or "")
    known = jurisdiction().law.clauses.get(clause)
    return Node(
        zh=str(found.get("zh", "")),
        en=str(found.get("en", "")),
        verdict=str(found.get("verdict", "")),
        clause=clause,
        text=known.text if known else "",
        facts=found.get("facts") or {},
        figures=found.get("figures") or {},
        value="" if found.get("value") is None else str(found["value"]),
        parts=tuple(node(part) for part in found.get("parts") or ()),
    )


async def decision(visitor: Visitor, number: str) -> dict[str, Any]:
    """A decision, by its number (文号), with the tree of clauses, facts and figures under it."""
    answer = await visitor.get("/v1/eligibility/decisions", number=number)
    if answer.known and not answer.data:
        return {"wrong": "没有这个编号的认定"}
    if answer.known:
        answer = await visitor.get(f"/v1/eligibility/decisions/{answer.data[0]['id']}")
    head = {}
    if answer.known:
        names = ("number", "outcome", "decided_on", "review_on", "first_month", "last_month")
        head = {name: answer.data[name] for name in names if answer.data.get(name)}
        head["outcome"] = OUTCOMES.get(head.get("outcome", ""), head.get("outcome", ""))
    return {"answer": answer, "head": head, "trees": list(nodes(answer.data))}


async def coming(visitor: Visitor) -> dict[str, Any]:
    """What changes in the months ahead: figures of the law, holidays, days worked for them."""
    county = jurisdiction()
    today = legal_day(clock())
    last = today + timedelta(days=AHEAD_DAYS)
    days: list[tuple[date, str, str]] = []
    for figure in county.law.figures.values():
        change = figure.next_change(today)
        if change is not None and change <= last:
            days.append((change, "标准或数值变化", f"{figure.zh}（{figure.clause}）"))
    for number in sorted({today.year, last.year}):
        year = county.calendar.years.get(number)
        if year is None:
            days.append((date(number, 1, 1), "缺少节假日安排", f"{number}年放假安排尚未录入"))
            continue
        days += [(day, "放假", name) for day, name in year.holidays.items()]
        days += [(day, "调休上班", year.notice) for day in year.workdays]
    reviews = await visitor.get(
        "/v1/eligibility/calendar", first=today.isoformat(), last=last.isoformat()
    )
    days += _reviews(reviews)
    return {"rows": sorted(row for row in days if today <= row[0] <= last), "reviews": reviews}


def _reviews(reviews: Answer) -> list[tuple[date, str, str]]:
    """How many decisions are to be looked at again on each day; not whose."""
    counts = Counter(str(row["due_on"])[:10] for row in (reviews.data if reviews.known else []))
    return [(date.fromisoformat(d), "复核到期", f"{n}件认定") for d, n in counts.items()]
