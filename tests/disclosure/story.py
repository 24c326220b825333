"""What happens to one child of the marked city: harm is reported, care is found, help is asked."""

from typing import Any
from uuid import uuid4

from deploy.caller import Caller
from shared.access import Particular
from tests.disclosure.world import BEGINS, BORN, NAMES, TASKS, TOWNS, World, id_no

MORNING = "2026-03-02T08:10:00+08:00"
CASES = "/v1/protection/cases"
REPORTS = "/v1/protection/reports"
SERVICES = (
    *("医疗救治", "辅助器具配置", "送教上门", "租赁补贴", "法律援助", "农村建房帮扶"),
    *("临时监护", "城乡医疗救助", "亲职教育", "定点专项治疗", "经济救助"),
)


class Story:
    """The affairs of one child, each told by the office whose duty it is."""

    def __init__(self, world: World, child: str) -> None:
        self.world, self.child = world, child
        self.surname, self.town, self.file = NAMES[child], TOWNS[child], world.child_id(child)

    def tell(self) -> None:
        """All of it."""
        report = self.reported()
        self.case = f"{CASES}/{report['case_id']}"
        for part in (self.worked_on, self.assessed, self.ordered, self.placed, self.detained):
            part()
        for part in (self.referred, self.pushed, self.matters):
            part()
        if self.child == "hidden":
            self.at("police").post(f"{self.case}/shield", {"shielded": True})

    def at(self, department: str, officer: int = 1) -> Caller:
        """An office; the town is the child's."""
        town = self.town if department == "town" else ""
        return self.world.offices.at(department, f"{department}-{officer}", town)

    def mark(self, particular: str, word: str, kind: str = "child", at: str = "") -> str:
        """A word that stands for a particular of this child's affairs."""
        return self.world.mark(self.child, particular, self.surname + word, kind, at)

    def same(self, particular: str, word: str) -> str:
        """What the register knows already, kept with the case as well."""
        return self.world.mark(self.child, particular, word, "child", "protection")

    def known(self, name: str, answer: Any) -> Any:
        """Remember an id by the name a path has for it."""
        return self.world.known(name, self.child, answer)

    def told(self) -> dict[str, Any]:
        """What the school says of the child, of what it saw, and of itself."""
        return {
            "institution_type": "小学",
            "reporter": {
                "kind": "工作人员",
                "name": self.mark(Particular.REPORTER, "报信师", "reporter"),
                "phone": self.mark(
                    Particular.REPORTER, f"13700{BORN[self.child]:%m%d}", "reporter"
                ),
                "unit": self.mark(Particular.REPORTER, "青小学三班", "reporter"),
            },
            "grounds": ["R4"],
            "what_was_seen": self.mark(Particular.NOTES, "双臂淤青言"),
            "suspects": self.mark(Particular.NOTES, "姓嫌疑人言"),
            "found_at": MORNING,
            "town": self.town,
            "child": {
                "child_ref": self.file,
                "name": f"{self.surname}青鸢",
                "id_no": id_no(self.child),
                "birth_date": BORN[self.child].isoformat(),
                "address": self.mark(Particular.ADDRESS, "溪老街七十三号", at="protection"),
                "phone": self.same(Particular.CONTACT, f"1390000{BORN[self.child]:%m%d}"),
                "health": self.mark(Particular.HEALTH, "痼疾言", at="protection"),
                "town": self.town,
            },
        }

    def reported(self) -> Any:
        """A school reports; the police take it, a doctor appraises, a photograph is kept."""
        school, police = self.at("institution"), self.at("police")
        report = self.known("report_id", school.post(REPORTS, self.told()))
        path = f"{REPORTS}/{report['id']}"
        self.known("attachment_id", self.photographed(school, path))
        film = {"id": str(uuid4()), "media_type": "video/mp4", "size": 9, "sha256": "0" * 64}
        self.known("upload_id", school.post(f"{path}/uploads", film))
        police.post(f"{path}/acceptance")
        asked = police.post(f"{path}/appraisals", {"kind": "injury_appraisal"})
        words = self.mark(Particular.NOTES, "鉴定言")
        result = {"result_code": "light_injury", "words": words}
        self.at("health").post(f"/v1/protection/appraisals/{asked['id']}/result", result)
        read = police.get(path)
        self.world.ids["case_id"].append((read["case_id"], self.child))
        self.world.ids["child_ref"].append((read["child_ref"], self.child))
        return read

    def photographed(self, school: Caller, path: str) -> Any:
        """A file of evidence; its content is as secret as the narrative."""
        content = b"\x89PNG\r\n\x1a\n" + self.mark(Particular.NOTES, "照片言").encode() * 9
        headers = {"Content-Type": "image/png"}
        sent = school.http.post(f"{path}/attachments", content=content, headers=headers)
        return sent.raise_for_status().json()

    def worked_on(self) -> None:
        """Those with a task get one; notes, a visit, a plan, a flag."""
        civil = self.at("civil_affairs")
        for department in TASKS[self.child]:
            words = self.mark(Particular.NOTES, f"交办言{department}")
            task = {"department": department, "code": "help", "words": words, "due_on": BEGINS}
            civil.post(f"{self.case}/tasks", task)
        civil.post(
            f"{self.case}/notes", {"words": self.mark(Particular.NOTES, "办案言", at="protection")}
        )
        visit: dict[str, Any] = {"id": str(uuid4()), "visited_at": "2026-03-01T09:00:00+08:00"}
        visit |= {"child_seen": True, "safe": False}
        visit["words"] = self.mark(Particular.NOTES, "走访言")
        civil.post(f"{self.case}/visits", visit)
        self.known("visit_id", visit)
        worry = {"code": "slow", "words": self.mark(Particular.NOTES, "督办言")}
        civil.post(f"{self.case}/flags", worry)

    def assessed(self) -> None:
        """Two assessors find the family unable."""
        town = self.at("town")
        tool = town.get("/v1/protection/assessment-instruments")[0]
        asked = {"instrument": tool["id"], "purpose": "capacity"}
        opened = self.known("assessment_id", town.post(f"{self.case}/assessments", asked))
        score = {
            "answers": {item["code"]: 0 for item in tool["items"]},
            "no_conflict_of_interest": True,
            "words": self.mark(Particular.NOTES, "评估言"),
        }
        town.post(f"/v1/protection/assessments/{opened['id']}/scores", score)

    def ordered(self) -> None:
        """The police admonish the father; the office goes to court."""
        guardian = {
            "name": self.mark(Particular.IDENTITY, "监护父", "adult"),
            "id_no": self.world.mark(
                self.child, Particular.IDENTITY, id_no(self.child, "父"), "adult"
            ),
        }
        order = {
            "kind": "训诫",
            "guardian": guardian,
            "grounds": ["neglect"],
            "duties": ["do_not_leave_alone"],
            "issued_on": BEGINS,
            "words": self.mark(Particular.NOTES, "训诫言"),
        }
        self.known("order_id", self.at("police").post(f"{self.case}/orders", order))
        if "court" in TASKS[self.child]:
            self.protected(order)
        petition = {
            "reliefs": ["申请撤销监护人资格"],
            "grounds": ["six_months_refusal"],
            "petitioner": "市未保办",
            "words": self.mark(Particular.NOTES, "申请言"),
        }
        office = self.at("child_protection_office")
        self.known("petition_id", office.post(f"{self.case}/petitions", petition))

    def protected(self, order: dict[str, Any]) -> None:
        """The court keeps the father away, who asks it to look at that again."""
        court = self.at("court")
        told = order | {"kind": "人身安全保护令", "duties": ["keep_away"]}
        told["issued_on"] = court.get("/v1/clock")["legal_day"]
        made = court.post(
            f"{self.case}/orders", told | {"words": self.mark(Particular.NOTES, "保护言")}
        )
        asked = {"words": self.mark(Particular.NOTES, "复议言")}
        review = court.post(f"/v1/protection/orders/{made['id']}/review", asked)
        self.known("protection/review_id", review)

    def placed(self) -> None:
        """A bed is held for the child, and a home across the border is asked for."""
        wish = {
            "ground": "serious_harm",
            "carer_kind": "relative",
            "carer": {"name": self.mark(Particular.IDENTITY, "照料舅", "adult")},
            "words": self.mark(Particular.NOTES, "安置言"),
        }
        civil = self.at("civil_affairs")
        self.known("placement_id", civil.post(f"{self.case}/placements", wish))
        missed = {"kind": "missing", "at": MORNING}
        missed["words"] = self.mark(Particular.IDENTITY, "左手疤痕言")
        self.known("trace_id", self.at("police").post(f"{self.case}/traces", missed))
        centre = self.at("protection_centre")
        centre.post(f"{self.case}/transfers", {"home_code": "510104"})
        found = {"found_at": MORNING, "infant": False}
        found["first_hospital"] = self.mark(Particular.PLACEMENT, "山医院")
        self.at("police").post(f"{self.case}/foundlings", found)

    def detained(self) -> None:
        """The father is held; the aunt looks after the child."""
        child: dict[str, Any] = {
            "child_ref": self.file,
            "name": f"{self.surname}青鸢",
            "relation": "father",
        }
        child |= {"birth_date": BORN[self.child].isoformat(), "town": self.town}
        child |= {"carer_kind": "relative"}
        child["carer"] = {"name": self.mark(Particular.IDENTITY, "委托姑", "adult")}
        detention = {
            "kind": "criminal_detention",
            "person": {"name": self.mark(Particular.IDENTITY, "被押父", "adult")},
            "began_on": BEGINS,
            "town": self.town,
            "minor_children": {"answer": "has", "children": [child]},
        }
        police = self.at("police")
        told = self.known("detention_id", police.post("/v1/protection/detentions", detention))
        agreement = {"child_ref": told["children"][0]["child_ref"], "checks": {}}
        agreement["carer"] = {"name": self.mark(Particular.IDENTITY, "受托婶", "adult")}
        agreement |= {"signed_on": BEGINS, "from_on": BEGINS, "child_heard": True}
        made = police.post("/v1/protection/delegations", agreement)
        self.known("delegation_id", made)

    def referred(self) -> None:
        """Many departments are asked for help; each is told what its service needs."""
        need = {
            "child_ref": self.file,
            "town": self.town,
            "lines": [{"service": service} for service in SERVICES],
            "override": {"ground": "statutory_duty", "clause": "WL24:4.2a-1"},
            "particulars": {
                "identity": {"name": self.mark(Particular.IDENTITY, "转介名")},
                "address": {"address": self.mark(Particular.ADDRESS, "转介巷二号")},
                "contact": {
                    "phone": self.mark(Particular.CONTACT, f"13500{BORN[self.child]:%m%d}")
                },
                "health": {"diagnosis": self.mark(Particular.HEALTH, "转介病")},
                "hiv": {"status": self.mark(Particular.HIV, "转介阳言")},
                "placement": {"place": self.mark(Particular.PLACEMENT, "转介所在")},
                "money": {"account": self.mark(Particular.MONEY, "转介账言")},
            },
            "note": self.mark(Particular.NOTES, "转介言"),
        }
        sent = self.known("referral_id", self.at("health").post("/v1/referrals", need))
        for line in sent["lines"]:
            self.known("line_id", line)
            path = f"/v1/referrals/lines/{line['id']}"
            receiver = self.at(line["department"])
            receiver.post(f"{path}/receipt", {"note": self.mark(Particular.NOTES, "签收言")})

    def pushed(self) -> None:
        """A school tells the office what it heard."""
        clue = {
            "kind": "school",
            "child_ref": self.file,
            "town": self.town,
            "particulars": {
                "identity": {"name": self.mark(Particular.IDENTITY, "线索名")},
                "address": {"address": self.mark(Particular.ADDRESS, "线索巷三号")},
            },
            "note": self.mark(Particular.NOTES, "线索言"),
        }
        self.known("push_id", self.at("education").post("/v1/referrals/pushes", clue))

    def matters(self) -> None:
        """One matter of every kind."""
        opened = {
            "first-diagnoses": ("health", {"hospital": "H"}),
            "cross-province-transfers": ("civil_affairs", {"province": "51"}),
            "school-refusals": ("civil_affairs", {"school": "S", "stage": "primary"}),
            "exemptions": ("education", {"school": "S"}),
            "posted-needs": ("civil_affairs", {"count": 1}),
            "pairings": ("education", {"topic": self.mark(Particular.NOTES, "结对言")}),
            "psychological-services": (
                "education",
                {"topic": self.mark(Particular.NOTES, "心理言")},
            ),
            "meeting-tasks": ("child_protection_office", {"topic": "T"}),
        }
        for path, (department, details) in opened.items():
            said = {"child_ref": self.file, "town": self.town, "details": details}
            made = self.at(department).post(f"/v1/referrals/{path}", said)
            self.known(f"{path}/matter_id", made)
        absent = {"child": {"child_ref": self.file, "town": self.town}, "since": BEGINS, "days": 2}
        absent["words"] = self.mark(Particular.NOTES, "缺课言")
        self.at("education").post("/v1/protection/absences", absent)
        student = {"child_ref": self.file, "groups": ["困难"], "town": self.town}
        self.at("education").post("/v1/referrals/students", student)
