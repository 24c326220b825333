"""One request at the door, once it is known who asks for what."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.identity.tokens import Access
from gateway.routes import Line
from shared.identity import CLAUSE, PRINCIPAL, PURPOSE, REQUEST_ID, Principal


@dataclass(slots=True)
class Call:
    """Who, what, on which line of the table; `target` is path and query as they came.

    `status` is what it was answered, or 0 as long as nothing was.
    """

    line: Line
    access: Access
    principal: Principal
    header: str
    request_id: str
    purpose: str
    target: str
    given: Mapping[bytes, bytes]
    body: bytes = b""
    extra: dict[str, str] = field(default_factory=dict)
    status: int = 0

    def own_headers(self) -> dict[str, str]:
        """What the door tells the service about the caller."""
        return {
            PRINCIPAL: self.header,
            REQUEST_ID: self.request_id,
            PURPOSE: self.purpose,
            CLAUSE: self.line.clause,
            **self.extra,
        }
