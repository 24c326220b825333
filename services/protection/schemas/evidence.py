"""Files of evidence, uploads in parts, and wishes to open the reporter's vault."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.protection.schemas.told import Shown, Text, Told


class About(StrEnum):
    """What evidence may hang on, as the path of its route names it."""

    REPORT = "reports"
    CASE = "cases"
    VISIT = "visits"
    ASSESSMENT = "assessments"
    ORDER = "orders"
    PETITION = "petitions"
    PLACEMENT = "placements"
    DELEGATION = "delegations"

    @property
    def zh(self) -> str:
        """The thing's Chinese word."""
        return THINGS[self]

    @property
    def parameter(self) -> str:
        """What the path calls its id."""
        return f"{self.value.removesuffix('s')}_id"


THINGS: dict[About, str] = {
    About.REPORT: "报告",
    About.CASE: "个案",
    About.VISIT: "走访",
    About.ASSESSMENT: "监护能力评估",
    About.ORDER: "监护干预文书",
    About.PETITION: "司法申请",
    About.PLACEMENT: "安置交接",
    About.DELEGATION: "监护委托协议",
}


class AttachmentShown(Shown):
    """A file of evidence, without its bytes; `scan` says whether a scanner has seen it."""

    id: UUID
    about: About
    about_id: UUID
    media_type: str
    size: int
    sha256: str
    at: AwareDatetime
    scan: Literal["clean", "infected", "unscanned"] = "unscanned"


class UploadTold(Told):
    """A file that will come in parts; the id is made where the file is, before there is a line."""

    id: UUID
    media_type: Annotated[str, Field(max_length=60)]
    size: Annotated[int, Field(ge=1)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class UploadShown(Shown):
    """How far an upload came: the next part begins at `offset`."""

    id: UUID
    about: About
    about_id: UUID
    size: int
    offset: int
    complete: bool
    attachment_id: UUID | None


class OpeningTold(Told):
    """Why somebody must know who reported."""

    purpose: Literal["investigation", "witness_protection", "supervision", "court"]
    reason: Text


class OpeningShown(Shown):
    """A wish to open the reporter's vault and what became of it."""

    id: UUID
    report_id: UUID
    department: str
    purpose: str
    reason: str | None = Field(None, description="申请理由，供审批人查阅 | for who approves")
    requested_by: str
    requested_at: AwareDatetime
    approved_at: AwareDatetime | None
    refused_by: str | None
    open_until: AwareDatetime | None
    opened_count: int
