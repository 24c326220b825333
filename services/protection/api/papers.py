"""Papers over HTTP: instruments, petitions, hand-overs and receipts to print."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.operations import papers
from services.protection.operations.papers import Form, Paper
from shared.database import Session
from shared.identity import Actor, Principal
from shared.openapi import forms
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["papers"])
Make = Callable[[AsyncSession, Principal, UUID], Awaitable[Paper]]
PAPERS: tuple[tuple[str, str, Make, str], ...] = (
    ("/reports/{report_id}/receipt/paper", "report_id", papers.receipt_paper, "强制报告回执"),
    ("/orders/{order_id}/paper", "order_id", papers.order_paper, "监护干预文书"),
    (
        "/assessments/{assessment_id}/paper",
        "assessment_id",
        papers.assessment_paper,
        "家庭监护能力评估报告",
    ),
    ("/petitions/{petition_id}/paper", "petition_id", papers.petition_paper, "司法申请书"),
    ("/placements/{placement_id}/paper", "placement_id", papers.placement_paper, "临时监护交接书"),
)


def _printer(name: str, make: Make) -> Callable[..., Awaitable[Response]]:
    async def read(
        session: Session,
        actor: Actor,
        of: Annotated[UUID, Path(alias=name)],
        form: Annotated[Form, Query()] = "html",
    ) -> Response:
        content = (await make(session, actor, of)).printed(form)
        media = "text/html" if form == "html" else "text/plain"
        return Response(content, media_type=f"{media}; charset=utf-8")

    return read


for _path, _name, _make, _zh in PAPERS:
    router.add_api_route(
        _path,
        _printer(_name, _make),
        methods=["GET"],
        name=f"paper_{_name.removesuffix('_id')}",
        summary=f"{_zh}，可打印",
        response_class=Response,
        responses=forms("text/html", "text/plain"),
    )
