"""What officers do in the tests: publish standards, open awards, take runs through their steps."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text

from services.payments.operations import awards
from shared.database import Sessions, transaction
from shared.events.eligibility import AwardChanged, AwardEnded, AwardOpened
from tests.factories import TOWN, headers

MAKER, CHECKER, APPROVER = "001", "002", "003"
STANDARDS = {"institution_orphan_monthly": "2650.00", "scattered_orphan_monthly": "2120.00"}


@dataclass
class Desk:
    """A client of the service, and its sessions for what events would have brought."""

    client: httpx.AsyncClient
    sessions: Sessions

    async def post(
        self, path: str, body: Any = None, who: str = "civil_affairs", officer: str = MAKER
    ) -> httpx.Response:
        return await self.client.post(
            f"/v1/payments{path}", json=body, headers=headers(who, officer)
        )

    async def get(
        self, path: str, who: str = "civil_affairs", officer: str = MAKER
    ) -> httpx.Response:
        return await self.client.get(f"/v1/payments{path}", headers=headers(who, officer))

    async def must(
        self, path: str, body: Any = None, who: str = "civil_affairs", officer: str = MAKER
    ) -> Any:
        answer = await self.post(path, body, who, officer)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def published(self, key: str, amount: str, since: str = "2023-08-01") -> dict[str, Any]:
        said = {"key": key, "since": since, "amount": amount, "source": "发文"}
        proposed = await self.must("/standards", said)
        return await self.signed(proposed, reason="依法公布")

    async def signed(self, proposed: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        """A proposed standard, simulated as things stand and published by a second person."""
        path = f"/standards/{proposed['id']}"
        simulated = await self.must(f"{path}/simulations", {"months": 1})
        said = {"simulation_id": simulated["id"], "reason": reason}
        published: dict[str, Any] = await self.must(f"{path}/publication", said, officer=CHECKER)
        return published

    async def standards(self) -> None:
        """Consumption of 45 000 gives a floor of 2625.00, which 2650.00 keeps."""
        await self.published("urban_consumption_yearly", "45000.00")
        for key, amount in STANDARDS.items():
            await self.published(key, amount)

    async def award(
        self,
        rate_class: str = "scattered",
        first: date = date(2026, 1, 1),
        *,
        child: UUID | None = None,
        last: date | None = None,
        infant_until: date | None = None,
        town: str = TOWN,
        payee: bool = True,
    ) -> AwardOpened:
        event = AwardOpened(
            child_id=child or uuid4(),
            award_id=uuid4(),
            decision_id=uuid4(),
            rate_class=rate_class,
            first_month=first,
            last_month=last,
            infant_until=infant_until,
            town=town,
        )
        async with transaction(self.sessions) as session:
            await awards.open_award(session, event)
        if payee:
            await self.payee(event.child_id)
        return event

    async def payee(self, child: UUID, account: str = "6222020200001234567") -> str:
        said = {"kind": "guardian", "name": "=甲", "account": account, "bank_code": "ICBC"}
        entered = await self.must(f"/children/{child}/payees", said)
        path = f"/payees/{entered['id']}/verification"
        await self.must(path, {"verified": True}, officer=CHECKER)
        return str(entered["id"])

    async def changed(self, award: AwardOpened, rate_class: str, first: date) -> None:
        event = AwardChanged(
            child_id=award.child_id, award_id=award.award_id, decision_id=uuid4(),
            rate_class=rate_class, first_month=first, town=award.town,
        )  # fmt: skip
        async with transaction(self.sessions) as session:
            await awards.change_award(session, event)

    async def ended(
        self, award: AwardOpened, last: date, lump_sum_months: int = 0, reason: str = "adult"
    ) -> None:
        event = AwardEnded(
            child_id=award.child_id, award_id=award.award_id, decision_id=uuid4(),
            last_month=last, lump_sum_months=lump_sum_months, reason=reason, town=award.town,
        )  # fmt: skip
        async with transaction(self.sessions) as session:
            await awards.end_award(session, event)

    async def run(self, month: str = "2026-01", kind: str = "monthly") -> dict[str, Any]:
        begun: dict[str, Any] = await self.must("/runs", {"month": month, "kind": kind})
        return begun

    def approvers(self, needed: int) -> list[tuple[str, str]]:
        """As many people as a sum needs; the last of several is finance's."""
        if needed == 1:
            return [("civil_affairs", APPROVER)]
        return [("civil_affairs", f"1{n}") for n in range(1, needed)] + [("finance", "100")]

    async def sent(self, run: dict[str, Any]) -> dict[str, Any]:
        """Checked, approved, funded and sent, each by another person."""
        path = f"/runs/{run['id']}"
        await self.must(f"{path}/check", officer=CHECKER)
        for who, officer in self.approvers(run["approvals"]["needed"]):
            await self.must(f"{path}/approval", who=who, officer=officer)
        await self.must(f"{path}/funding", who="finance", officer="101")
        found: dict[str, Any] = await self.must(f"{path}/sending", who="finance", officer="102")
        return found

    async def paid(self, run: dict[str, Any]) -> dict[str, Any]:
        """Sent, answered for as paid, reconciled and closed."""
        await self.sent(run)
        path = f"/runs/{run['id']}"
        await self.must(f"{path}/returns", {"complete": True}, who="bank", officer="b1")
        await self.must(f"{path}/reconciliation", who="finance", officer="102")
        found: dict[str, Any] = await self.must(f"{path}/closing", who="finance", officer="102")
        return found

    async def sql(self, query: str, **values: Any) -> list[Any]:
        async with transaction(self.sessions) as session:
            return list((await session.execute(text(query), values)).all())
