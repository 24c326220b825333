"""A client for each kind of partner, to copy: what it pushes, what it asks, what it hears.

`rehearse` is a working day of each on a rehearsal platform; it stops at the first answer that is
not as it must be. Everybody in it is invented.
"""

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from deploy.partner.checks import people
from deploy.partner.client import Partner
from deploy.partner.dci import RegistryClient
from deploy.partner.listening import hear_by_webhook, hear_on_nats

Json = dict[str, Any]


class Agency:
    """One partner's system; `today` is the platform's day, since a rehearsal has its own clock."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner
        self.now = datetime.fromisoformat(self.get("/v1/clock")["now"])
        self.today = self.now.date().isoformat()

    def push(self, path: str, body: Json) -> Json:
        """A push that must be taken; what was made of it."""
        answer = self.partner.push(path, body)
        answer.raise_for_status()
        if answer.status_code == 202 and answer.headers.get("location", "").startswith("/v1/rec"):
            return self.partner.settled(answer)
        return dict(answer.json())

    def get(self, path: str, **params: str) -> Any:
        """An answer that must be given."""
        answer = self.partner.get(path, **params)
        answer.raise_for_status()
        return answer.json()


class Police(Agency):
    """Detentions with the answer about minor children; releases. Every push is signed."""

    def detained(self, name: str, kind: str, children: list[Json]) -> Json:
        """A person was detained and answered the question (WL24:3.6b-1)."""
        answer: Json = {"answer": "has", "children": children} if children else {"answer": "none"}
        body: Json = {"kind": kind, "person": {"name": name}, "began_on": self.today}
        return self.push("/v1/protection/detentions", body | {"minor_children": answer})

    def released(self, detention: str) -> Json:
        """The person is free: what rested on the detention ends."""
        path = f"/v1/protection/detentions/{detention}/release"
        return self.push(path, {"released_on": self.today})

    def rehearse(self) -> None:
        """Detain, read back, release."""
        child: Json = {"name": "盘小满", "birth_date": "2017-05-20", "relation": "mother"}
        child |= {"other_guardian_present": True}
        made = self.detained("盘某", "criminal_detention", [child])
        assert self.get(f"/v1/protection/detentions/{made['id']}")["answer"] == "has"
        assert self.released(made["id"])["state"] == "released"


class Procuratorate(Agency):
    """Reports, and supervision of what is late."""

    def reported(self, seen: str, town: str) -> Json:
        """A report of suspected harm (WL24:3.1a)."""
        body = {"institution_type": "国家机关", "reporter": {"kind": "state_organ"}}
        found = (self.now - timedelta(minutes=5)).isoformat()
        told = {"grounds": ["R4"], "what_was_seen": seen, "found_at": found, "town": town}
        return self.push("/v1/protection/reports", body | told)

    def rehearse(self) -> None:
        """Report, find it in the list, look at what is late."""
        made = self.reported("办案中发现儿童疑似遭受家庭暴力", "泽国镇")
        assert made["state"]
        assert "items" in self.get("/v1/protection/reports")
        self.get("/v1/referrals/late")


class Court(Agency):
    """Judgments as facts with their period and evidence."""

    def stated(self, child: str, facts: Json, since: str, evidence: Json) -> Json:
        """What was decided about a child or its parents (WL24:4.2a-1)."""
        body = {"facts": facts, "valid_from": since, "evidence": evidence}
        return self.push(f"/v1/eligibility/children/{child}/facts", body)

    def rehearse(self) -> None:
        """State many at once by number; each row is answered by itself."""
        row = {"id_no": people()["xiaoman.id_no"], "facts": {"mother": {"term_months": 24}}}
        content = json.dumps(row | {"valid_from": "2026-01-05"})
        answer = self.partner.http.post(
            "/v1/eligibility/fact-imports",
            content=content,
            headers=self.partner.authorized(**{"Content-Type": "application/x-ndjson"}),
        )
        answer.raise_for_status()
        assert answer.json()["total"] == 1


class Town(Agency):
    """Files and applications of its own street or town."""

    def registered(self, who: str) -> Json:
        """A child's file; the same number finds the same file (一人一档)."""
        known = people()
        body = {"name": known[f"{who}.name"], "id_no": known[f"{who}.id_no"]}
        return self.push("/v1/eligibility/children", body | {"hukou": "浙江省温岭市"})

    def rehearse(self) -> None:
        """Register twice, find by number, look at the queue."""
        one, other = self.registered("xiaoman"), self.registered("xiaoman")
        assert one["id"] == other["id"]
        found = self.partner.push(
            "/v1/eligibility/searches", {"id_no": people()["xiaoman.id_no"]}
        ).json()
        assert [row["child_id"] for row in found] == [one["id"]]
        self.get("/v1/eligibility/applications")


class Hospital(Agency):
    """Mandatory reports, and the duty of the first who sees a child (首诊负责)."""

    def reported(self, seen: str) -> Json:
        """A report of suspected harm; who reports stays sealed (WL24:3.1a, 3.1h)."""
        found = (self.now - timedelta(minutes=5)).isoformat()
        body: Json = {"institution_type": "医疗机构", "grounds": ["R4"], "what_was_seen": seen}
        return self.push("/v1/protection/reports", body | {"found_at": found})

    def rehearse(self) -> None:
        """Report; treat first, settle later."""
        assert self.reported("体检发现多处陈旧性损伤")["state"]
        details = {"hospital": "温岭市第一人民医院", "found_by": "police"}
        first = self.push("/v1/referrals/first-diagnoses", {"details": details})
        path = f"/v1/referrals/first-diagnoses/{first['id']}/treatment"
        assert self.push(path, {})["state"]


class School(Agency):
    """Education: what schools see, and children whom a school refused."""

    def pushed(self, note: str) -> Json:
        """Information about a child in difficulty (WL24:4.2c-1)."""
        return self.push("/v1/referrals/pushes", {"kind": "school", "note": note})

    def rehearse(self) -> None:
        """Push, refuse a refusal."""
        assert self.pushed("连续两周未到校")["state"]
        details = {"school": "演练小学", "ground": "hukou", "stage": "小学"}
        refusal = self.push("/v1/referrals/school-refusals", {"details": details})
        self.push(f"/v1/referrals/school-refusals/{refusal['id']}/order", {})


class OtherRelief(Agency):
    """Whoever gives other relief: asks first whether the child has ours (WL24:2.1.0b-3)."""

    def has_ours(self, id_no: str) -> bool:
        """Yes or no."""
        headers = self.partner.authorized(Purpose="eligibility")
        answer = self.partner.http.post(
            "/v1/eligibility/enrolment-checks", json={"id_no": id_no}, headers=headers
        )
        answer.raise_for_status()
        return bool(answer.json()["enrolled"])

    def rehearse(self) -> None:
        """Ask about a child that has nothing; look at what is to be done."""
        assert self.has_ours(people()["xiaohe.id_no"]) is False
        self.get("/v1/referrals/inbox")


class Bank(Agency):
    """Files to pay and answers; accounts and amounts, never a category."""

    def paid(self, run: str) -> Json:
        """The file of a run was carried out whole (回单)."""
        return self.push(f"/v1/payments/runs/{run}/returns", {"complete": True})

    def rehearse(self) -> None:
        """Fetch the file of every run that was sent, and answer it."""
        for run in self.get("/v1/payments/runs")["items"]:
            if run["state"] == "sent":
                for bank in self.get(f"/v1/payments/runs/{run['id']}/banks"):
                    path = f"/v1/payments/runs/{run['id']}/files/{bank}"
                    self.partner.get(path).raise_for_status()
                self.paid(run["id"])


class Dashboard(Agency):
    """Hears what happens: by the stream, by webhook, inside the house by NATS."""

    def rehearse(self) -> None:
        """One event by each way; something is pushed so that there is one."""
        self.push("/v1/referrals/pushes", {"kind": "other", "note": "演练"})
        for event in self.partner.events(after="0"):
            assert event["specversion"] == "1.0"
            break
        if "OPERATOR_SECRET" in os.environ:
            hear_by_webhook(self.partner, os.environ["OPERATOR_SECRET"])
        if "NATS_URL" in os.environ:
            assert hear_on_nats(os.environ["NATS_URL"])["specversion"] == "1.0"


class Registry(Agency):
    """The registry interface of the DCI, for a system that speaks it already."""

    def rehearse(self) -> None:
        """Is this child in the programme already? And a search; both answers are signed."""
        registry = RegistryClient(self.partner, os.environ.get("REGISTRY", "hutong.331081"))
        number = people()["xiaohe.id_no"]
        (said,) = registry.verified(registry.enrolled(number).json())["enrolled_response"]
        assert said["enrolled_status"] == "no"
        (found,) = registry.verified(registry.search(number).json())["search_response"]
        assert found["status"] == "succ"


# Partner → its client id, its class, whether it registers a key and signs.
AGENCIES: dict[str, tuple[str, Callable[[Partner], Any], bool]] = {
    "town": ("town-331081001", Town, False),
    "police": ("police", Police, True),
    "procuratorate": ("procuratorate", Procuratorate, True),
    "court": ("court", Court, True),
    "hospital": ("health", Hospital, False),
    "school": ("education", School, False),
    "disabled-federation": ("disabled_federation", OtherRelief, False),
    "medical-insurance": ("medical_insurance", OtherRelief, False),
    "bank": ("bank", Bank, False),
    "dashboards": ("child_protection_office", Dashboard, False),
    "registry": ("disabled_federation", Registry, True),
}


def rehearse(name: str, url: str, sign_in: Path) -> None:
    """A working day of one partner."""
    client, agency, signs = AGENCIES[name]
    secret = json.loads(sign_in.read_text())["clients"][client]
    partner = Partner(url, client, secret=secret, officer="partner-kit")
    if signs:
        partner.register_key(OKPKey.generate_key("Ed25519", auto_kid=True))
    agency(partner).rehearse()
    print("✓", name)
