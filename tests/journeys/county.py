"""A county at work, as the stories about money have it: files, decisions, accounts, runs."""

from dataclasses import dataclass, field
from typing import Any

from deploy.caller import Caller, Offices, Refusal
from tests import patience
from tests.journeys.conftest import until

ORPHAN = {"police": {"father": {"life": "死亡"}, "mother": {"life": "死亡"}}}
OPEN = ("opened", "asking", "verified", "proposed")


@dataclass
class County:
    """The offices that take part; `county.civil_affairs_2` is the second officer there."""

    offices: Offices
    town_code: str = "331081001"
    place: str = "浙江省温岭市"
    accounts: int = field(default=0)

    def __getattr__(self, name: str) -> Caller:
        department, _, officer = name.rpartition("_")
        if not officer.isdigit():
            department, officer = name, "1"
        town = self.town_code if department == "town" else ""
        return self.offices.at(department, f"{department}-{officer}", town)

    def clock(self, to: str) -> None:
        """Move the platform's time to nine in the morning of a day."""
        self.operator.post("/v1/clock", {"to": f"{to}T09:00:00+08:00"})

    def propose(self, key: str, since: str, amount: str, **more: Any) -> Any:
        """A proposed standard; `share=True` for a ratio."""
        said = {"key": key, "since": since, "source": "虚构的演练数据"} | more
        said["share" if said.pop("share", False) else "amount"] = amount
        return self.civil_affairs_1.post("/v1/payments/standards", said)

    def publish(self, key: str, since: str, amount: str, **more: Any) -> Any:
        """A standard that a second person publishes."""
        path = f"/v1/payments/standards/{self.propose(key, since, amount, **more)['id']}"
        seen = self.civil_affairs_1.post(f"{path}/simulations", {"months": 1})
        return self.civil_affairs_2.post(f"{path}/publication", {"simulation_id": seen["id"]})

    def child(self, name: str, born: str, said: dict[str, Any], since: str) -> str:
        """A file with what the departments state and an account; the child's id."""
        file = {"name": name, "birth_date": born, "hukou": self.place, "town": self.town_code}
        child = str(self.town.post("/v1/eligibility/children", file)["id"])
        for department, facts in said.items():
            self.state(child, department, facts, since)
        self.accounts += 1
        payee = {"role": "payee", "kind": "guardian", "relation": "监护人", "since": since}
        payee |= {"name": f"{name[0]}家长", "bank": "农商银行", "bank_code": "ZJRCB"}
        payee["account"] = f"62284804{self.accounts:011d}"
        self.town.post(f"/v1/eligibility/children/{child}/people", payee)
        return child

    def state(self, child: str, department: str, facts: dict[str, Any], since: str) -> None:
        """A department states facts that hold since a day."""
        said = {"facts": facts, "valid_from": since}
        getattr(self, department).post(f"/v1/eligibility/children/{child}/facts", said)

    def application(self, child: str) -> str:
        """The application now handled: the facts may have opened it by themselves."""
        rows = self.civil_affairs.get("/v1/eligibility/applications", child_id=child)["items"]
        found = [row["id"] for row in rows if row["state"] in OPEN]
        if found:
            return str(found[0])
        asked = {"child_id": child, "applicant": "guardian", "town": self.town_code}
        return str(self.town.post("/v1/eligibility/applications", asked)["id"])

    def decide(self, child: str, reason: str = "", event_on: str = "") -> Any:
        """Verified, proposed by one officer and confirmed by another: the decision.

        Where another office's news came in between, it is proposed anew, as a county does.
        """
        path = f"/v1/eligibility/applications/{self.application(child)}"
        if self.civil_affairs.get(path)["state"] in ("opened", "asking"):
            self.town.post(f"{path}/verification", {"opinion": "入户查验，情况属实"})
        event = {"event_on": event_on} if event_on else {}

        def decided() -> Any:
            self.civil_affairs_1.post(f"{path}/decision", {"reason": reason} if reason else {})
            try:
                return self.civil_affairs_2.post(f"{path}/confirmation", event)
            except Refusal as refused:
                if not refused.problem["type"].endswith("facts-changed"):
                    raise
                return None

        return patience.until(decided)

    def award(self, child: str) -> Any:
        """Granted; and the bank has confirmed the account before the first payment."""
        decision = self.decide(child)
        assert decision["outcome"] == "granted", decision
        path = f"/v1/payments/children/{child}/payees"
        payee = until(lambda: self.civil_affairs.get(path))[-1]["id"]
        verified = f"/v1/payments/payees/{payee}/verification"
        self.civil_affairs_2.post(verified, {"verified": True})
        return decision

    def review(self, child: str) -> Any:
        """The review of a child that is open, as soon as it is."""

        def found() -> Any:
            rows = self.civil_affairs.get("/v1/eligibility/reviews", state="open")["items"]
            return next((r for r in rows if r["child_id"] == child and r["application_id"]), None)

        return until(found)

    def awards(self, child: str) -> list[dict[str, Any]]:
        """The periods of a child's awards as payments has them."""
        return list(self.civil_affairs.get(f"/v1/payments/children/{child}/awards"))

    def ended(self, child: str, last_month: str) -> None:
        """Payments has heard that the award ends with a month."""
        until(lambda: self.awards(child)[-1]["last_month"] == last_month)

    def pay(self, month: str, kind: str = "monthly") -> Any:
        """A run from preparation to closing, every step by somebody else; as prepared."""
        said = {"kind": kind, "month": month}
        run = self.civil_affairs_1.post("/v1/payments/runs", said)
        path = f"/v1/payments/runs/{run['id']}"
        self.civil_affairs_2.post(f"{path}/check")
        self.civil_affairs_3.post(f"{path}/approval")
        self.finance_1.post(f"{path}/funding")
        self.civil_affairs_1.post(f"{path}/sending")
        self.bank.post(f"{path}/returns", {"complete": True})
        self.finance_1.post(f"{path}/reconciliation")
        self.finance_1.post(f"{path}/closing")
        proofs = self.auditor.get(f"{path}/invariants")
        assert all(proof is True for proof in proofs.values() if isinstance(proof, bool)), proofs
        return run

    def lines(self, run: str, child: str) -> list[tuple[str, str, str]]:
        """What a run decided for a child: month, benefit, amount."""
        rows = self.civil_affairs.get(f"/v1/payments/runs/{run}/lines", limit=100)["items"]
        mine = [row for row in rows if row["child_id"] == child]
        return sorted((row["month"][:7], row["benefit"], row["amount"]) for row in mine)
