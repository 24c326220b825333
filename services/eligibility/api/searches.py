"""Looking for one child over HTTP; a number belongs in a body, never in a path (查询、查重)."""

from typing import Any

from fastapi import APIRouter

from services.eligibility.models import Award, Child
from services.eligibility.operations.finding import Sought, enrolled, found
from services.eligibility.schemas import ChildFound, EnrolmentShown, EnrolmentTold, SearchTold
from shared.database import Session
from shared.identity import Actor
from shared.web import Route

router = APIRouter(prefix="/v1/eligibility", route_class=Route, tags=["searches"])


@router.post("/searches")
async def search(session: Session, actor: Actor, told: SearchTold) -> list[ChildFound]:
    """按身份查找一名儿童：只答本部门可知悉的，依权限遮蔽，每次查阅留痕。"""
    rows = await found(session, actor, Sought(**told.model_dump()))
    return [_found(*row) for row in rows]


def _found(child: Child, award: Award | None, particulars: dict[str, dict[str, Any]]) -> ChildFound:
    enrolment = None
    if award is not None:
        enrolment = EnrolmentShown(
            status="active" if award.ended_at is None else "ended",
            since=award.first_month,
            until=award.last_month,
        )
    return ChildFound(
        child_id=child.id,
        town=child.town,
        state=child.state,
        registered_at=child.registered_at,
        left_why=child.left_why,
        particulars=particulars,
        enrolment=enrolment,
    )


@router.post("/enrolment-checks")
async def check_enrolment(session: Session, actor: Actor, told: SearchTold) -> EnrolmentTold:
    """是否已在享受基本生活费补助：只答是或否，供其他生活救助查重（WL24:2.1.0b-3）。"""
    return EnrolmentTold(enrolled=await enrolled(session, actor, Sought(**told.model_dump())))
