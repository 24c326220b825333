"""Random walks of a whole case, its care, orders and petitions: lawful states, no clock lost.

Careless departments send any step at any time while days pass; after each step the histories
replay on the tables, and every state has the clock it cannot be without, and no other.
"""

import random
from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.protection.rules import MOVES
from services.protection.rules.orders import COURT_CLOCKS, IN_COURT
from tests.factories import headers
from tests.protection.conftest import MORNING, Office
from tests.protection.test_care import answers, case, station

TABLES = {
    "case": "protection_case",
    "placement": "placement",
    "order": "guardian_order",
    "petition": "petition",
    "transfer": "transfer",
    "assessment": "assessment",
}
PATHS = {
    "case": "cases",
    "placement": "placements",
    "order": "orders",
    "petition": "petitions",
    "transfer": "transfers",
    "assessment": "assessments",
}
WHO = ("civil_affairs", "town", "police", "procuratorate", "court", "protection_centre")
WITH_A_TASK = ("police", "procuratorate", "court", "protection_centre")
# Where a thing can begin otherwise than in the first state of its table.
BEGINS = {"placement": {"held", "confirmed"}}
NEEDS: dict[tuple[str, str], set[str]] = {
    ("placement", "held"): {"bed_hold"},
    ("placement", "in_care"): {"placement_term"},
    ("placement", "returned"): {"guardian_collection"},
    ("order", "served"): {"order_follow_up"},
    ("order", "breached"): {"order_follow_up"},
    ("petition", "support_requested"): {"support_reply"},
    ("transfer", "home_contacted"): {"transfer_reply"},
    ("transfer", "escorted"): {"transfer_confirmation"},
    ("assessment", "disputed"): {"assessment_dispute"},
}
COURT = set(COURT_CLOCKS)


def body(verb: str, dice: random.Random) -> dict[str, Any]:
    """What a careful or a careless officer sends with a step."""
    told: dict[str, dict[str, Any]] = {
        "hand_over": {"from_department": "police", "written": dice.random() < 0.8},
        "long_term": {"ground": "guardian_dead"},
        "adoption": {"adoptee": "orphan", "child_consents": True},
        "scoring": {"answers": answers(90), "no_conflict_of_interest": True},
        "closure_proposal": {"closure_reason": "safe_at_home"},
        "plan": {"goals": ["safe_home"]},
        "confirmation": {"confirmation_ref": "r-1"} if dice.random() < 0.3 else {},
    }
    if verb in {"grant", "refusal"}:
        return {"judgment_ref": "1", "appointed": dice.choice(["civil_affairs", "other_guardian"])}
    return told.get(verb, {})


def path_of(verb: str) -> str:
    """The route of a verb: some have a name of their own."""
    return {"scoring": "scores", "plan": "plans"}.get(verb, verb.replace("_", "-"))


class Walk:
    """One world: a case, a station with a bed, and departments that do what they like."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.dice = office, random.Random(seed)
        self.day = MORNING
        self.case_id = ""

    async def begin(self) -> None:
        """A case in which everybody who walks has a task."""
        await station(self.office)
        self.case_id = await case(self.office)
        for department in WITH_A_TASK:
            task = {"department": department, "code": "walk"}
            made = await self.office.post("civil_affairs", f"/cases/{self.case_id}/tasks", task)
            done = f"/tasks/{made['id']}/completion"
            await self.office.post(department, done, {"outcome": "done"})

    async def send(self, path: str, told: dict[str, Any], who: str) -> int:
        """Anybody sends anything; no answer is a failure of the service."""
        sent = headers(who, self.dice.choice("ab"), town="331081100" if who == "town" else None)
        answer = await self.office.client.post(f"/v1/protection{path}", json=told, headers=sent)
        assert answer.status_code < 500, (path, told, answer.text)
        return answer.status_code

    async def start_something(self) -> None:
        """Something new in the case."""
        order = {"kind": "督促监护令", "guardian": {"name": "某"}, "grounds": ["neglect"]}
        order |= {"duties": ["contact"], "issued_on": self.day.date().isoformat()}
        relief = self.dice.choice(["revocation", "protection_ruling"])
        petition = {"reliefs": [relief], "petitioner": "妇联", "grounds": ["serious_abuse"]}
        visit = {"visited_at": self.day.isoformat(), "child_seen": True, "safe": True}
        wishes: list[tuple[str, str, dict[str, Any]]] = [
            ("placements", "civil_affairs", {"ground": "serious_harm"}),
            ("orders", "procuratorate", order),
            ("petitions", "civil_affairs", petition),
            ("transfers", "protection_centre", {"home_code": "520100"}),
            ("assessments", "town", {"instrument": "hubei-2023", "purpose": "return"}),
            ("visits", "town", visit),
            ("level", "town", {"level": self.dice.choice("高中低"), "reason": "tested"}),
        ]
        what, who, told = self.dice.choice(wishes)
        if self.dice.random() < 0.2:
            who = self.dice.choice(WHO)
        await self.send(f"/cases/{self.case_id}/{what}", told, who)

    async def rows(self) -> dict[str, list[tuple[UUID, str]]]:
        """Everything that moves, with its state."""
        return {
            kind: [tuple(row) for row in await self.office.sql(f"SELECT id, state FROM {table}")]
            for kind, table in TABLES.items()
        }

    async def move_something(self) -> None:
        """A step of something: mostly one of the table, sometimes one that is not lawful."""
        rows = await self.rows()
        kind = self.dice.choice([kind for kind, found in rows.items() if found])
        id_, state = self.dice.choice(rows[kind])
        lawful = MOVES[kind].lawful(state)
        if lawful and self.dice.random() < 0.8:
            move = self.dice.choice(lawful)
            who = self.dice.choice([w for w in WHO if w in move.departments] or list(WHO))
            verb = move.verb
        else:
            verb, who = self.dice.choice(list(MOVES[kind])).verb, self.dice.choice(WHO)
        told = body(verb, self.dice)
        if verb == "return":
            passed = [row[0] for row in await self.office.sql("SELECT id FROM assessment")]
            told = {"assessment_id": str(self.dice.choice(passed))} if passed else {}
        await self.send(f"/{PATHS[kind]}/{id_}/{path_of(verb)}", told, who)

    async def pass_time(self) -> None:
        """Days pass; what is due happens."""
        self.day += timedelta(days=self.dice.choice([1, 1, 3, 10, 40]))
        await self.office.at(self.day.isoformat())

    async def check(self) -> None:
        """Histories replay on the tables; each state has its clocks and no other."""
        rows, clocks = await self.rows(), await self.clocks()
        steps = await self.office.sql(
            "SELECT kind, subject_id, verb, before, after FROM step ORDER BY id"
        )
        states: dict[UUID, str] = {}
        for kind, subject, verb, before, after in steps:
            table = MOVES[kind]
            assert any(
                move.verb == verb and before in move.before and move.after == after
                for move in table
            ), (kind, verb, before, after)
            first = {table.first} | BEGINS.get(kind, set())
            assert before == states.get(subject, before)
            assert subject in states or before in first
            states[subject] = after
        for kind, found in rows.items():
            for id_, state in found:
                assert state == states.get(id_, state)
                self.clocks_fit(kind, state, clocks[id_])

    async def clocks(self) -> dict[UUID, set[str]]:
        """The clocks that wait for somebody, by subject."""
        found: dict[UUID, set[str]] = defaultdict(set)
        waiting = "met_at IS NULL AND cancelled_at IS NULL AND NOT silent"
        for subject, kind in await self.office.sql(
            f"SELECT subject_id, kind FROM deadline WHERE {waiting}"
        ):
            found[subject].add(kind)
        return found

    def clocks_fit(self, kind: str, state: str, running: set[str]) -> None:
        """The clock a state cannot be without runs; where all is over, none runs."""
        where = (kind, state, running)
        assert NEEDS.get((kind, state), set()) <= running, where
        if kind == "case":
            untouched = state in {"opened", "reopened"}
            assert any(clock.startswith("contact_") for clock in running) == untouched, where
            assert state not in {"in_service", "monitored"} or any(
                clock.startswith("visit_") for clock in running
            ), where
            work = [c for c in running if c.startswith(("contact_", "plan_", "visit_"))]
            assert bool(work) == (state != "closed"), where
            assert state != "closed" or running <= {"closure_follow_up"}, where
        elif kind == "petition":
            assert (state in IN_COURT) == bool(running & COURT), where
        if kind != "case" and not MOVES[kind].lawful(state):
            assert running == set(), where


@pytest.mark.parametrize("seed", range(4))
async def test_no_walk_of_a_case_leaves_the_law_or_loses_a_clock(office: Office, seed: int) -> None:
    walk = Walk(office, seed)
    await walk.begin()
    for _ in range(90):
        roll = walk.dice.random()
        if roll < 0.2:
            await walk.start_something()
        elif roll < 0.9:
            await walk.move_something()
        else:
            await walk.pass_time()
        await walk.check()
    made = await office.sql("SELECT count(DISTINCT kind), count(*) FROM step")
    assert made[0][0] >= 3
    assert made[0][1] >= 12
