"""Statistics over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.protection.operations.statistics import statistics
from services.protection.schemas.statistics import StatisticsShown
from shared.database import Session
from shared.identity import Actor
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["statistics"])


@router.get("/statistics")
async def read_statistics(
    session: Session, actor: Actor, year: Annotated[int | None, Query(ge=2020, le=2100)] = None
) -> StatisticsShown:
    """联席会议统计：按情形、镇（街道）、月份；小数隐藏且不能由合计倒推（WL24:3.1e、3.1h-2）。"""
    return await statistics(session, actor, year)
