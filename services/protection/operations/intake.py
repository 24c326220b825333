"""Intake of mandatory reports: report, case, clocks, event and record in one statement.

What is answered 201 is committed.
"""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any
from uuid import UUID, uuid5

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from services.protection.operations.children import digests
from services.protection.operations.law import institutions, town_code
from services.protection.operations.opening import owner_of, town_tasks
from services.protection.operations.statement import INTAKE, STORED
from services.protection.rules.cases import LEVELS, level_of_report
from services.protection.rules.grounds import Trigger
from services.protection.rules.reporting import in_the_future, lateness
from services.protection.schemas.reports import Receipt, ReportTold
from shared import vault
from shared.access import Particular
from shared.audit.disclosures import mac_of
from shared.calendar import CalendarUnknown, Due
from shared.clock import clock, legal_day
from shared.database import driver_of, new_id, to_json
from shared.events.protection import CaseOpened, ReportAccepted
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.lane import lane_of
from shared.problem import Forbidden, Invalid, KeyReused

log = structlog.get_logger()
NO_REPORTERS = frozenset({"bank", "auditor", "operator"})


class FoundInTheFuture(Invalid):
    """The finding time is later than now: it would hide lateness."""

    zh, en = "发现时间不能晚于当前时间", "The finding time cannot be in the future"
    clause = "WL24:3.1a-4"


class ReportedBeforeFound(Invalid):
    """Nobody reports what was not found yet: the delay could not be measured."""

    zh, en = "报告时间不能早于发现时间", "Nothing is reported before it was found"
    clause = "WL24:3.1a-4"


@dataclass(slots=True)
class Drafted:
    """A report read and judged, ready to be written."""

    id: UUID
    receipt: Receipt
    row: list[Any]
    asks: frozenset[Hashable]
    leaves: frozenset[Hashable]


async def receive(
    engine: AsyncEngine,
    actor: Principal,
    told: ReportTold,
    body: bytes,
    *,
    key: str | None = None,
    evidence: dict[str, str] | None = None,
    received_at: datetime | None = None,
    batch_id: UUID | None = None,
) -> tuple[Receipt, bool]:
    """Take a report: the receipt, and whether it is new.

    The same id (or key) with the same content is answered as the first time; with another
    content it is refused (KeyReused). A finding time in the future is refused.
    """
    drafted = draft(actor, told, body, key, evidence, received_at or clock(), batch_id)
    taken = await lane_of(engine, INTAKE).take(drafted.row, drafted.asks, drafted.leaves)
    if taken["fresh"]:
        return drafted.receipt, True
    return await _stored(engine, actor, drafted), False


def fingerprint_of(told: ReportTold) -> bytes:
    """What makes two tellings the same: every field but the id."""
    return hashlib.sha256(told.model_dump_json(exclude={"id"}).encode()).digest()


def draft(
    actor: Principal,
    told: ReportTold,
    body: bytes,
    key: str | None,
    evidence: dict[str, str] | None,
    at: datetime,
    batch_id: UUID | None,
) -> Drafted:
    """Judge a report by the law of the day and lay out its row; nothing is written yet."""
    if actor.department in NO_REPORTERS or actor.department.startswith("service:"):
        raise Forbidden(clause="WL24:3.1a-1")
    if in_the_future(told.found_at, at):
        raise FoundInTheFuture(where="body.found_at")
    if told.reported_at is not None and in_the_future(told.reported_at, at):
        raise FoundInTheFuture(where="body.reported_at")
    report_id = told.id or (uuid5(_KEYS, f"{actor.client}|{key}") if key else new_id())
    figures = jurisdiction().law.on(legal_day(at)).figures
    reported_at = told.reported_at or at
    if in_the_future(told.found_at, reported_at):
        raise ReportedBeforeFound(where="body.reported_at", allowed=[told.found_at.isoformat()])
    late = lateness(told.found_at, reported_at, int(figures["immediate_report_hours"]))
    kind = institutions().recognise(told.institution_type)
    receipt = Receipt(
        id=report_id,
        received_at=at,
        state="received",
        waited_minutes=late.minutes,
        late=late.late,
        grounds=[g.value for g in told.grounds],
        level=level_of_report(told.grounds, told.trigger is Trigger.DANGER).value,
        competent_authority=kind.authority,
        authority_to_be_assigned=kind.to_be_assigned,
        informed=informed(kind.authority),
    )
    town = actor.town or town_code(told.town or (told.child.town if told.child else None))
    marks = digests((told.child.keys() if told.child else []) or [f"report|{report_id}"])
    row = _row(actor, told, receipt, town, kind.code, reported_at, evidence, batch_id, marks)
    return Drafted(report_id, receipt, row, frozenset([report_id, marks[0]]), frozenset(marks))


_KEYS = UUID("7f1c9a52-6a1e-5d5b-9a5e-2f1f0c3f6a10")


def informed(authority: str) -> list[str]:
    """Who is told at once: police, the competent authority, the procuratorate that supervises."""
    return list(dict.fromkeys(["police", authority, "procuratorate", "child_protection_office"]))


def _row(
    actor: Principal,
    told: ReportTold,
    receipt: Receipt,
    town: str | None,
    institution: str,
    reported_at: datetime,
    evidence: dict[str, str] | None,
    batch_id: UUID | None,
    marks: list[bytes],
) -> list[Any]:
    child_ref = (told.child.child_ref if told.child else None) or new_id()
    case_id, at = new_id(), receipt.received_at
    reporter = told.reporter.sealed()
    reporter_id = new_id() if reporter else None
    rows = _sealed(told, receipt.id, reporter_id, reporter, at)
    tasks = sorted({"police", "civil_affairs", receipt.competent_authority, *town_tasks(town)})
    accepted, opened = _events(receipt, institution, town, reported_at, case_id)
    return [
        *_who(actor, told, receipt, reporter_id, institution),
        *_what(told, receipt, reported_at, town),
        marks[0],
        to_json([mark.hex() for mark in marks[1:]]),
        child_ref,
        digests([f"ref|{child_ref}"])[0],
        case_id,
        to_json(evidence) if evidence else None,
        batch_id,
        to_json(tasks),
        accepted,
        opened,
        *map(to_json, rows),
        to_json(_clocks(receipt, case_id, town, at)),
        to_json(DISCLOSED),
        actor.purpose,
        actor.request_id,
        _mac(actor, receipt, town),
    ]


DISCLOSED = ["report.what_was_seen"]


def _mac(actor: Principal, receipt: Receipt, town: str | None) -> bytes:
    """The seal of the row that the statement adds to the record of disclosures."""
    return mac_of(
        {
            "at": receipt.received_at,
            "department": actor.department,
            "client": actor.client,
            "officer": actor.officer,
            "town": town,
            "action": "report",
            "subject_id": receipt.id,
            "subject_kind": "report",
            "fields": DISCLOSED,
            "purpose": actor.purpose,
            "basis": ["WL24:3.1a-4"],
            "break_glass": None,
            "request_id": actor.request_id,
        }
    )


def _who(
    actor: Principal, told: ReportTold, receipt: Receipt, reporter_id: UUID | None, kind: str
) -> list[Any]:
    """Parameters 1 to 11: the report, who made it, which authority."""
    return [
        receipt.id,
        fingerprint_of(told),
        actor.department,
        actor.client,
        actor.officer,
        reporter_id,
        told.reporter.kind.value,
        told.unit_id,
        kind,
        receipt.competent_authority,
        receipt.authority_to_be_assigned,
    ]


def _what(told: ReportTold, receipt: Receipt, reported_at: datetime, town: str | None) -> list[Any]:
    """Parameters 12 to 21: grounds, times, level, place."""
    return [
        to_json(receipt.grounds),
        told.trigger.value,
        told.serious,
        told.found_at,
        reported_at,
        receipt.received_at,
        receipt.waited_minutes,
        receipt.late,
        receipt.level,
        town,
    ]


def _events(
    receipt: Receipt, kind: str, town: str | None, reported_at: datetime, case_id: UUID
) -> tuple[str, str]:
    """What is told of the report and of a case it opens, as the outbox keeps it."""
    accepted = ReportAccepted(
        report_id=receipt.id,
        case_id=None,
        child_ref=None,
        grounds=receipt.grounds,
        institution_type=kind,
        competent_authority=receipt.competent_authority,
        level=receipt.level,
        town=town,
        reported_at=reported_at,
    )
    opened = CaseOpened(case_id=case_id, child_ref=None, level=receipt.level, town=town)
    return accepted.model_dump_json(), opened.model_dump_json()


def _sealed(
    told: ReportTold,
    report_id: UUID,
    reporter_id: UUID | None,
    reporter: dict[str, Any],
    at: datetime,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of the vault, bytes as hex: the report's words, the child as told, the reporter."""
    classes: dict[str, dict[str, Any]] = {Particular.NOTES: told.words()}
    if told.child is not None:
        classes.update(told.child.classes().items())
    wrapped, sealed = vault.sealed_anew(report_id, classes, at)
    if reporter_id is not None:
        more = vault.sealed_anew(reporter_id, {Particular.REPORTER: reporter}, at)
        wrapped, sealed = wrapped + more[0], sealed + more[1]
    for rows, name in ((wrapped, "wrapped"), (sealed, "sealed")):
        for row in rows:
            row[name] = row[name].hex()
    return wrapped, sealed


def _clocks(
    receipt: Receipt, case_id: UUID, town: str | None, at: datetime
) -> list[dict[str, Any]]:
    """Clocks that begin with the report; the case's own counts only when a case is opened."""
    clock = partial(_clock, at=at, day=legal_day(at), began=at.isoformat())
    first = LEVELS[level_of_receipt(receipt)].first_contact
    clocks = [
        clock("police_acceptance", receipt.id, "police", town, "WL24:3.1d-1"),
        clock(first, case_id, owner_of(town), town, "WL24:3.0"),
    ]
    if receipt.authority_to_be_assigned:
        office = "child_protection_office"
        clocks.append(clock("authority_assignment", receipt.id, office, None, "WL24:3.1a-1"))
    elif receipt.competent_authority != "police":
        authority = receipt.competent_authority
        where = town if authority == "town" else None
        clocks.append(clock("authority_filing", receipt.id, authority, where, "WL24:3.1a-4"))
    return clocks


def level_of_receipt(receipt: Receipt) -> Any:
    """The level of a receipt as the table of levels knows it."""
    return next(level for level in LEVELS if level.value == receipt.level)


def _clock(
    kind: str,
    subject_id: UUID,
    department: str,
    town: str | None,
    clause: str,
    *,
    at: datetime,
    day: date,
    began: str,
) -> dict[str, Any]:
    length, unit, due = _length(kind, day)
    due_at = at + timedelta(hours=length) if due is None else due.at
    return {
        "kind": kind,
        "subject_id": subject_id,
        "department": department,
        "town": town,
        "clause": clause,
        "length": length,
        "unit": unit,
        "provisional": due is not None and due.provisional,
        "due_at": due_at.isoformat(),
        "history": [{"at": began, "what": "started"}],
    }


@lru_cache(maxsize=256)
def _length(kind: str, day: date) -> tuple[int, str, Due | None]:
    """How long a clock that begins on a day runs; what is counted in days ends with one of them."""
    known = jurisdiction()
    figures, calendar = known.law.on(day).figures, known.calendar
    for unit in ("hours", "working_days", "days"):
        if f"{kind}_{unit}" in figures:
            length = int(figures[f"{kind}_{unit}"])
            if unit == "hours":
                return length, unit, None
            try:
                due = calendar.due(calendar.start_of(day), length, unit)
            except CalendarUnknown:  # no report waits until somebody enters a year's holidays
                last = day + timedelta(days=length)
                due = Due(last, calendar.end_of(last), provisional=True)
            return length, unit, due
    raise LookupError(f"no figure says how long {kind} may take")


async def _stored(engine: AsyncEngine, actor: Principal, drafted: Drafted) -> Receipt:
    """The receipt given the first time; another content or another client's id is refused."""
    async with driver_of(engine) as driver:
        row = await driver.fetchrow(STORED, drafted.id)
    if row is None or row["fingerprint"] != drafted.row[1] or row["client"] != actor.client:
        raise KeyReused(where="body.id")
    return drafted.receipt.model_copy(
        update={
            "received_at": row["received_at"],
            "waited_minutes": row["waited_minutes"],
            "late": row["late"],
            "level": row["level"],
            "competent_authority": row["competent_authority"],
            "authority_to_be_assigned": row["authority_to_be_assigned"],
            "informed": informed(row["competent_authority"]),
        }
    )
