"""Students of special groups, scorecards, joint meetings and posts in the villages."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from services.referrals.api.shapes import line_out, matter_out
from services.referrals.models import Line, StaffPost, Student
from services.referrals.operations.students import Entry, enter_student, leave_group
from services.referrals.operations.supervision import (
    SUPERVISORS,
    Period,
    hold_meeting,
    keep_post,
    overview,
    public_scorecard,
    scorecard,
    vacancies,
)
from services.referrals.queries.matters import students, unpaired_students
from services.referrals.queries.supervision import late_lines
from services.referrals.schemas.others import (
    Group,
    MeetingIn,
    MeetingOut,
    PostIn,
    PostOut,
    StudentIn,
    StudentOut,
)
from services.referrals.schemas.referrals import LineOut
from shared.database import Session, now
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.problem import NotFound
from shared.web import Route

router = APIRouter(prefix="/v1/referrals", tags=["督查与统计"], route_class=Route)
STUDENT_READERS = ("education", "civil_affairs", "child_protection_office", "town")


@router.post("/students", response_model=StudentOut)
async def enter(session: Session, actor: Actor, said: StudentIn) -> Student:
    """特殊群体学生：登记或增加群体标识（WL24:3.4a-2）。"""
    return await enter_student(session, actor, Entry(**said.model_dump()))


@router.post("/students/{child_ref}/departure", response_model=StudentOut)
async def leave(session: Session, actor: Actor, child_ref: UUID) -> Student:
    """特殊群体学生：移出名单，记录保留。"""
    student = await leave_group(session, actor, child_ref)
    if student is None:
        raise NotFound()
    return student


@router.get("/students", response_model=Page[StudentOut])
async def list_students(
    session: Session,
    actor: Actor,
    group: Annotated[Group | None, Query()] = None,
    town: Annotated[str | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """特殊群体学生数据库；不含姓名，不含病种，不含报告人。"""
    actor.of(*STUDENT_READERS, clause="WL24:3.4a-2")
    wanted = students(actor, group, town)
    rows, following = await paged(session, wanted, [Student.child_ref], cursor=cursor, limit=limit)
    return {"items": rows, "next": following}


@router.get("/students/unpaired")
async def count_unpaired(session: Session, actor: Actor) -> dict[str, Any]:
    """尚未“一对一”结对的特殊群体学生人数（WL24:3.4a-3）。"""
    return {"unpaired": await unpaired_students(session), "clause": "WL24:3.4a-3"}


@router.get("/scorecards")
async def read_scorecard(
    session: Session,
    actor: Actor,
    since: Annotated[date, Query()],
    until: Annotated[date, Query()],
) -> dict[str, Any]:
    """各部门办理情况：逾期、不予受理、改派、未答复、满意（WL24:4.1a-2）。"""
    return await scorecard(session, actor, Period(since, until))


@router.get("/scorecards/public")
async def read_public_scorecard(
    session: Session,
    actor: Actor,
    since: Annotated[date, Query()],
    until: Annotated[date, Query()],
) -> dict[str, Any]:
    """可对外的统计：小数隐藏，且不能由合计倒推。"""
    return await public_scorecard(session, Period(since, until))


@router.get("/overview")
async def read_overview(session: Session, actor: Actor) -> dict[str, Any]:
    """当前在办与逾期情况：按镇（街道）、按状态；只有数字（WL24:4.1a-2）。"""
    return await overview(session, actor)


@router.get("/late", response_model=Page[LineOut])
async def list_late(
    session: Session, actor: Actor, cursor: Cursor = None, limit: Limit = 50
) -> dict[str, Any]:
    """逾期未答复的事项，逾期最久的在前（WL24:4.1a-3）。"""
    wanted = late_lines(now(session))
    if actor.department not in SUPERVISORS:
        wanted = wanted.where(Line.department == actor.department)
        if actor.place is not None:
            wanted = wanted.where(Line.town == actor.place)
    keys = [Line.due_at, Line.id]
    rows, following = await paged(session, wanted, keys, cursor=cursor, limit=limit)
    return {"items": [line_out(row) for row in rows], "next": following}


@router.post("/meetings", status_code=201, response_model=MeetingOut)
async def hold(session: Session, actor: Actor, said: MeetingIn) -> MeetingOut:
    """联席会议：纪要与交办事项（WL24:4.1a-1）。"""
    meeting, tasks = await hold_meeting(
        session,
        actor,
        said.kind,
        said.held_on,
        list(said.topics),
        list(said.attended),
        said.minutes,
        [task.model_dump() for task in said.tasks],
    )
    out = MeetingOut.model_validate(
        {name: getattr(meeting, name) for name in MeetingOut.model_fields if name != "tasks"}
    )
    out.tasks = [matter_out(actor, task) for task in tasks]
    return out


@router.post("/staff-posts", response_model=PostOut)
async def keep(session: Session, actor: Actor, said: PostIn) -> StaffPost:
    """儿童督导员、儿童主任岗位：是否在岗、培训情况（WL24:4.3a）。"""
    return await keep_post(session, actor, said.model_dump())


@router.get("/staff-posts/vacancies")
async def list_vacancies(
    session: Session, actor: Actor, town: Annotated[str | None, Query()] = None
) -> dict[str, Any]:
    """各镇（街道）在岗、空缺与未培训情况。"""
    return await vacancies(session, actor.narrowed(town))
