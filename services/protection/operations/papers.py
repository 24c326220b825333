"""Papers to print, sign and serve: instruments, petitions, hand-overs, receipts (文书).

One shape and one template for all; particulars stand in them as the policy lets this reader see
them, and who printed one is on record like any other reading.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Assessment, Case, HandOver, Order, Placement, Report
from services.protection.operations.assessments import the_assessment, with_scores
from services.protection.operations.children import of_case, particulars
from services.protection.operations.handling import the_report
from services.protection.operations.intake import informed
from services.protection.operations.law import department_name, instrument
from services.protection.operations.opening import subject_of
from services.protection.operations.orders import the_order
from services.protection.operations.petitions import the_petition
from services.protection.operations.placements import shown as shown_placement
from services.protection.operations.returning import the_placement
from services.protection.queries.care import newest_hand_over
from services.protection.queries.cases import clocks_of, note_of
from services.protection.rules.assessments import AssessmentInstrument, grade_of
from services.protection.rules.duties import CONDUCT, DUTIES, in_words
from services.protection.rules.grounds import GROUNDS, Ground
from services.protection.rules.guardianship import TEMPORARY_GROUNDS, TemporaryGround
from services.protection.rules.orders import ORDERS, OrderKind, Relief
from services.protection.rules.papers import (
    CARERS,
    CONSEQUENCES,
    OUTCOMES,
    PURPOSES,
    RESPONDENTS,
)
from services.protection.rules.petitions import PETITIONER_ZH, PETITIONERS, Petitioner
from services.protection.rules.revocation import REVOCATION_GROUNDS, RevocationGround
from shared import access, vault
from shared.access import Particular, Subject
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.printing import templates_of

Form = Literal["html", "text"]
WHO = (Particular.IDENTITY, Particular.CONTACT)
NOBODY = "（姓名待查明）"
PAGES = templates_of("services.protection")


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed: who to whom, what is found, asked and told, on which sentences."""

    title: str
    number: str
    issuer: str
    day: date
    to: str = ""
    opening: list[str] = field(default_factory=list)
    parts: Mapping[str, list[str]] = field(default_factory=dict)
    clauses: list[dict[str, str]] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    signers: tuple[str, ...] = ()

    def printed(self, form: Form) -> str:
        """The paper as a page or as text."""
        return PAGES.get_template(f"paper.{form}").render(paper=self)


def office(code: str, town: str | None = None) -> str:
    """An office as its seal has it: 温岭市人民检察院; a town by its own name."""
    place, towns = jurisdiction().meta.name, jurisdiction().towns
    if town is not None and town in towns and code in {"town", "village"}:
        return f"{place}{towns[town].zh}"
    known = jurisdiction().departments[code]
    whole = next((name for name in known.aliases if name.startswith(place)), None)
    return whole or (f"{place}{known.zh[1:]}" if known.zh.startswith("市") else known.zh)


def cited(ids: Iterable[str], day: date) -> list[dict[str, str]]:
    """The sentences a paper rests on, as they read on its day, each once."""
    law = jurisdiction().law
    words = {id_: law.words(id_, day) for id_ in ids}
    return [
        {"id": id_, "of": law.clauses[id_].instrument, "text": text}
        for id_, text in words.items()
        if text
    ]


def chinese(day: date) -> str:
    """2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _legal(instant: Any) -> date:
    return jurisdiction().calendar.legal_day(instant)


async def _child(session: AsyncSession, actor: Principal, case: Case) -> str:
    """The child in a line, as the reader may see it."""
    held = await of_case(session, case.child_ref, case.id, (Particular.IDENTITY,))
    seen = (await access.disclose(session, actor, subject_of(case), held)).get("identity", {})
    born = f"，{_born(seen['birth_date'])}出生" if seen.get("birth_date") else ""
    sex = f"，{seen['sex']}" if seen.get("sex") else ""
    return f"{seen.get('name') or NOBODY}{sex}{born}"


def _born(said: str) -> str:
    """A birthday in words; a masked one as it is masked."""
    try:
        return chinese(date.fromisoformat(said))
    except ValueError:
        return said


async def _adult(session: AsyncSession, actor: Principal, case: Case, ref: UUID) -> str:
    held = await particulars(session, ref, WHO)
    tasks = frozenset(case.departments)
    subject = Subject(id=ref, kind="adult", town=case.town, departments=tasks)
    seen = (await access.disclose(session, actor, subject, held)).get("identity", {})
    id_no = f"（公民身份号码 {seen['id_no']}）" if seen.get("id_no") else ""
    return f"{seen.get('name') or NOBODY}{id_no}"


async def _words(session: AsyncSession, actor: Principal, case: Case, ref: UUID) -> list[str]:
    """What was written with the act, for those who may read the case's words."""
    return await _said(session, actor, case, await note_of(session, case.id, ref))


async def _said(
    session: AsyncSession, actor: Principal, case: Case, note: UUID | None
) -> list[str]:
    if note is None:
        return []
    held: access.Classes = {Particular.NOTES: await vault.read(session, note, Particular.NOTES)}
    seen = await access.disclose(session, actor, subject_of(case), held)
    return [str(seen[Particular.NOTES]["words"])]


async def order_paper(session: AsyncSession, actor: Principal, order_id: UUID) -> Paper:
    """督促监护令、家庭教育令、亲职教育告知书、训诫、告诫书、保护令 as it is served."""
    order = await the_order(session, actor, order_id)
    case = await session.get_one(Case, order.case_id)
    kind = OrderKind(order.kind)
    text, issuer = ORDERS[kind], office(order.issuer, case.town)
    child = await _child(session, actor, case)
    return Paper(
        title=text.zh,
        number=f"系统编号 {order.id}",
        issuer=issuer,
        day=order.issued_on,
        to=await _adult(session, actor, case, order.guardian_ref),
        opening=[f"你作为{child}的监护人，经查明有下列情形，现依法作出本{_called(text.zh)}。"],
        parts={
            "认定的情形": in_words(order.grounds, CONDUCT),
            "你应当": in_words(order.duties, DUTIES),
            "说明": await _words(session, actor, case, order.id),
            "家庭教育指导": _education(order),
        },
        clauses=cited((text.clause, "WL24:3.3a-4"), order.issued_on),
        closing=_term(order),
        signers=("送达人", "受送达人"),
    )


def _called(zh: str) -> str:
    return "文书" if zh in {"训诫", "责令接受家庭教育指导", "劝诫、制止"} else zh


def _education(order: Order) -> list[str]:
    if not order.education_partners:
        return []
    partners = "、".join(department_name(code) for code in order.education_partners)
    due = f"应参加{order.sessions_due}次。" if order.sessions_due else ""
    return [f"由{partners}协同开展（“1+X”）。{due}"]


def _term(order: Order) -> list[str]:
    until = f"至{chinese(order.until_on)}止" if order.until_on else "至义务履行完毕止"
    return [f"本文书自送达之日起生效，{until}。履行情况由签发机关跟踪回访。"]


async def assessment_paper(session: AsyncSession, actor: Principal, assessment_id: UUID) -> Paper:
    """家庭监护能力评估报告: by which instrument, what each assessor found, what it leads to."""
    row = await the_assessment(session, actor, assessment_id)
    case, tool = await session.get_one(Case, row.case_id), instrument(row.instrument)
    view = await with_scores(session, actor, row)
    day = row.concluded_on or _legal(row.opened_at)
    found = [
        f"评估员{n}：{one.points}分（满分{tool.total}分）{_red_lines(tool, one.red_lines)}"
        for n, one in enumerate(view.scores, 1)
    ]
    return Paper(
        title="家庭监护能力评估报告",
        number=f"系统编号 {row.id}",
        issuer=office("civil_affairs"),
        day=day,
        opening=[
            f"未成年人：{await _child(session, actor, case)}",
            f"评估目的：{PURPOSES[row.purpose]}；评估工具：{tool.zh}。",
        ],
        parts={
            "评分": found,
            "结论": _conclusion(tool, row),
            "后续措施": [CONSEQUENCES.get(code, code) for code in view.consequences],
        },
        clauses=cited(("WL24:3.2b-1", "WL24:3.2b-2", tool.clause), day),
        signers=("评估员一", "评估员二"),
    )


def _red_lines(tool: AssessmentInstrument, codes: Iterable[str]) -> str:
    named = "、".join(tool.red_lines[code].zh for code in codes)
    return f"；红线情形：{named}" if named else ""


def _conclusion(tool: AssessmentInstrument, row: Assessment) -> list[str]:
    if row.grade is None or row.valid_until is None:
        return ["尚未作出结论。"]
    said = [f"{grade_of(tool, row.grade).zh}，有效期至{chinese(row.valid_until)}。"]
    disputed = row.state in {"disputed", "review"}
    return [*said, "本结论在异议处理中，不得据以送回。"] if disputed else said


async def petition_paper(session: AsyncSession, actor: Principal, petition_id: UUID) -> Paper:
    """申请书: what is asked of the court, of whom, on which grounds."""
    row = await the_petition(session, actor, petition_id)
    case = await session.get_one(Case, row.case_id)
    day = row.filed_on or _legal(row.prepared_at)
    who = [_petitioner(code) for code in (row.petitioner, *row.co_petitioners)]
    reliefs = [Relief(code) for code in row.reliefs]
    grounds = [REVOCATION_GROUNDS[RevocationGround(code)] for code in row.grounds]
    laws = [PETITIONERS[relief][0] for relief in reliefs] + [clause for clause, _ in grounds]
    respondents = "、".join(RESPONDENTS[code] for code in row.respondents) or "（待填）"
    return Paper(
        title="申请书",
        number=f"系统编号 {row.id}",
        issuer="、".join(who),
        day=day,
        to=office("court"),
        opening=[
            f"申请人：{'、'.join(who)}",
            f"被申请人：未成年人的{respondents}",
            f"未成年人：{await _child(session, actor, case)}",
        ],
        parts={
            "申请事项": [relief.zh for relief in reliefs],
            "法定情形": [zh for _, zh in grounds],
            "事实与理由": await _words(session, actor, case, row.id),
        },
        clauses=cited(("WL24:3.3c-1", *laws), day),
        closing=["情况紧急，请依法及时作出裁定。"] if row.urgent else [],
    )


def _petitioner(code: str) -> str:
    known = code in jurisdiction().departments
    return office(code) if known else PETITIONER_ZH[Petitioner(code)][0]


async def placement_paper(session: AsyncSession, actor: Principal, placement_id: UUID) -> Paper:
    """临时监护交接书: a child is handed over in writing, from whom to whom."""
    row = await the_placement(session, actor, placement_id)
    case = await session.get_one(Case, row.case_id)
    seen = await shown_placement(session, actor, row)
    link = await _link(session, row)
    clause, zh = TEMPORARY_GROUNDS[TemporaryGround(row.ground)]
    day = row.removed_on or _legal(row.requested_at)
    carer = CARERS.get(seen.carer_kind, seen.carer_kind)
    giver = office(link.from_department, case.town) if link else "＿＿＿＿＿＿"
    until = f"，一般至{chinese(row.term_ends_on)}止" if row.term_ends_on else ""
    return Paper(
        title="临时监护交接书",
        number=f"系统编号 {row.id}",
        issuer=office(link.to_department if link else "civil_affairs", case.town),
        day=day,
        opening=[
            f"未成年人：{await _child(session, actor, case)}",
            f"移交：{giver}；接收照护：{carer}。",
            f"临时监护自{chinese(day)}起{until}。送回监护人抚养须经带离后的家庭监护能力评估。",
        ],
        parts={
            "临时监护的情形": [zh],
            "说明": await _words(session, actor, case, row.id),
            "交接情况": await _said(session, actor, case, link.note_id if link else None),
            "随行物品、健康状况（交接时填写）": ["＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿"],
        },
        clauses=cited((clause, "WL24:3.3b-1", "WL24:3.3b-2"), day),
        signers=("移交人", "接收人"),
    )


async def _link(session: AsyncSession, row: Placement) -> HandOver | None:
    """The newest hand-over of the case, once the child of this placement is there."""
    if row.removed_on is None:
        return None
    return await newest_hand_over(session, row.case_id)


async def receipt_paper(session: AsyncSession, actor: Principal, report_id: UUID) -> Paper:
    """强制报告回执: for the unit that reported; of the child and the reporter it says nothing."""
    report = await the_report(session, actor, report_id, lock=False)
    day = _legal(report.received_at)
    told = [department_name(code) for code in informed(report.competent_authority)]
    return Paper(
        title="强制报告回执",
        number=f"系统编号 {report.id}",
        issuer=office("police"),
        day=day,
        to="报告单位（人）",
        opening=[
            f"你单位（你）的报告已于{_at(report.received_at)}收到，即时告知：{'、'.join(told)}。"
        ],
        parts={
            "报告的情形": [GROUNDS[Ground(code)].zh for code in report.grounds],
            "办理情况": await _handled(session, report),
        },
        clauses=cited(("WL24:3.1d-1", "MINORS:11-3", "WL24:3.1h-2"), day),
        closing=["报告人信息依法保密；因报告引发的纠纷，报告人不承担相应法律责任。"],
    )


def _at(instant: Any) -> str:
    local = instant.astimezone(jurisdiction().timezone)
    return f"{chinese(local.date())}{local:%H:%M}"


async def _handled(session: AsyncSession, report: Report) -> list[str]:
    """What came of it, or by when the unit will be told."""
    clocks = await clocks_of(session, [report.id])
    due = [clock.due_at for clock in clocks if clock.kind == "unit_feedback"]
    if report.outcome is not None:
        answered = f"，已于{_at(report.feedback_at)}反馈" if report.feedback_at else ""
        return [f"{OUTCOMES.get(report.outcome, report.outcome)}{answered}。"]
    by = f"应于{_at(due[-1])}前" if due else "受案或者立案后"
    return [f"正在办理，{by}向你单位反馈。"]
