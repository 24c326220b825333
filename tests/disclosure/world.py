"""A small city in which everything about everybody is marked, so that a leak can be recognised.

Three children: `near` lives in the town, `far` in another one, `hidden` is shielded. Each has a
file, facts, a family, an account, money, a case with a reporter, a placement, a detained father
and help under way. Every particular is a word that stands nowhere else (a canary).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from deploy.caller import Offices
from deploy.seed import Invented, Kind
from shared.access import Particular
from tests.factories import OTHER_TOWN, TOWN
from tests.journeys.county import County

BEGINS = "2026-03-02"
NAMES = {"near": "岳", "far": "柏", "hidden": "戚"}
TOWNS = {"near": TOWN, "far": OTHER_TOWN, "hidden": TOWN}
BORN = {"near": date(2013, 2, 17), "far": date(2014, 8, 23), "hidden": date(2015, 11, 19)}
TASKS = {
    "near": (
        *("procuratorate", "court", "justice", "education", "health", "womens_federation"),
        *("protection_centre", "welfare_institution", "youth_league", "social_organisation"),
    ),
    "far": ("protection_centre",),
    "hidden": ("protection_centre", "court"),
}


@dataclass(frozen=True, slots=True)
class Canary:
    """One particular of somebody: its words, its class, of which child's affairs, kept where."""

    word: str
    particular: str
    child: str
    kind: str = "child"
    at: str = ""


@dataclass
class World:
    """The city once it is told: who can sign in, what can be asked for, what must not be read."""

    offices: Offices
    ids: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    canaries: list[Canary] = field(default_factory=list)
    receivers: dict[str, str] = field(default_factory=dict)

    def mark(
        self, child: str, particular: str, word: str, kind: str = "child", at: str = ""
    ) -> str:
        """A word that stands for a particular of a child from now on; `at`: where it is at home."""
        self.canaries.append(Canary(word, particular, child, kind, at))
        return word

    def known(self, name: str, child: str, answer: Any) -> Any:
        """Remember the id of a thing as the name a route's path has for it."""
        self.ids[name].append((str(answer["id"]), child))
        self.receivers[str(answer["id"])] = str(answer.get("department"))
        return answer

    def child_id(self, child: str) -> str:
        """The id of a child's file."""
        return next(one for one, whose in self.ids["child_id"] if whose == child)

    def subjects(self) -> Iterator[tuple[str, str]]:
        """Each child and its file's id."""
        return ((child, self.child_id(child)) for child in NAMES)


def publish(county: County) -> None:
    """Invented standards, so that somebody can be paid."""
    county.publish("urban_consumption_yearly", "2026-01-01", "49000.00", statistic_year=2025)
    county.publish("institution_orphan_monthly", "2026-01-01", "2890.00")
    county.publish("scattered_orphan_monthly", "2026-01-01", "2312.00")


def id_no(child: str, relation: str = "") -> str:
    """A valid citizen number of an area that does not exist."""
    number = 7 + list(NAMES).index(child) * 11 + len(relation) * 3
    born = BORN[child].replace(year=1985) if relation else BORN[child]
    return Invented(number, "", born, True, TOWN, Kind(0, {})).id_no()


def register(world: World, child: str) -> None:
    """A file with every class the register keeps."""
    surname = NAMES[child]

    def mark(particular: str, word: str) -> str:
        return world.mark(child, particular, word, at="eligibility")

    file = {
        "name": mark(Particular.IDENTITY, f"{surname}青鸢"),
        "id_no": mark(Particular.IDENTITY, id_no(child)),
        "birth_date": mark(Particular.IDENTITY, BORN[child].isoformat()),
        "sex": "女",
        "hukou": "浙江省温岭市" + mark(Particular.ADDRESS, f"{surname}家渡口村九组"),
        "address": mark(Particular.ADDRESS, f"{surname}溪老街七十三号"),
        "phone": mark(Particular.CONTACT, f"1390000{BORN[child]:%m%d}"),
        "town": TOWNS[child],
    }
    town = world.offices.at("town", town=TOWNS[child])
    world.known("child_id", child, town.post("/v1/eligibility/children", file))
    path = f"/v1/eligibility/children/{world.child_id(child)}"
    illness = mark(Particular.HEALTH, f"{surname}氏罕见综合征")
    said = {
        "health": {"child": {"illness": [illness], "hiv": "感染"}},
        "police": {"father": {"life": "死亡"}, "mother": {"life": "死亡"}},
        "disabled_federation": {"child": {"disability_type": ["智力"], "disability_grade": "二级"}},
    }
    for department, facts in said.items():
        caller = world.offices.at(department)
        caller.post(f"{path}/facts", {"facts": facts, "valid_from": "2026-01-01"})
    town.post(f"{path}/people", payee(world, child))


def payee(world: World, child: str) -> dict[str, Any]:
    """Who is paid for the child, and on which account."""
    surname = NAMES[child]

    def mark(particular: str, word: str) -> str:
        return world.mark(child, particular, word, "payee", "eligibility")

    return {
        "role": "payee",
        "kind": "guardian",
        "relation": "监护人",
        "since": "2026-01-01",
        "name": mark(Particular.MONEY, f"{surname}领款娘"),
        "id_no": mark(Particular.IDENTITY, id_no(child, "payee")),
        "phone": mark(Particular.CONTACT, f"1380000{BORN[child]:%m%d}"),
        "bank": "农商银行",
        "bank_code": "ZJRCB",
        "account": mark(Particular.MONEY, f"622848771{BORN[child]:%Y%m%d}"),
    }


def decide(world: World, child: str) -> None:
    """The child is granted its award, and the account is confirmed."""
    county = County(world.offices, TOWNS[child])
    application = county.application(world.child_id(child))
    world.ids["application_id"].append((application, child))
    decision = world.known("decision_id", child, county.award(world.child_id(child)))
    asked = {"kind": "objection", "grounds": "金额有异议", "received_on": BEGINS}
    objections = f"/v1/eligibility/decisions/{decision['id']}/objections"
    world.known("objection_id", child, county.civil_affairs.post(objections, asked))
    (plan,) = county.civil_affairs.get(f"/v1/eligibility/children/{world.child_id(child)}/plans")
    world.known("plan_id", child, plan)


def pay(world: World, county: County) -> None:
    """A month is paid, so that there are lines, files, statements and a forecast."""
    county.clock("2026-04-01")
    world.known("run_id", "", county.pay("2026-04"))
    world.ids["bank_code"].append(("ZJRCB", ""))
    world.ids["year"].append(("2026", ""))
