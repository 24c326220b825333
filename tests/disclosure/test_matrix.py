"""Every GET of the table × every department × every class of particulars, over the real platform.

One policy says who may see what; here it is compared with what everybody is really answered:
never more, and where it permits, really there. A route nobody told the matrix about fails it.
"""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import asyncpg
import pytest

from shared import access
from shared.access import Particular
from tests.disclosure import city, matrix, writes
from tests.disclosure.matrix import Answer, Who
from tests.disclosure.world import Canary, World
from tests.journeys import traces
from tests.journeys.conftest import platform
from tests.journeys.traces import Heard
from tests.platform import Platform

__all__ = ["platform"]

BEGINS = "2026-03-02"
SERVICES = ("eligibility", "protection", "referrals")
# Which children a department has to do with, as each service keeps it.
TASKS = {
    "eligibility": "SELECT id::text, tasks FROM child",
    "protection": "SELECT child_ref::text, departments FROM protection_case",
    "referrals": "SELECT r.child_ref::text, jsonb_build_array(l.department,"
    " l.department || ':' || coalesce(l.town, '-')) FROM line l JOIN referral r"
    " ON r.id = l.referral_id",
}
# Whoever handles reports has a task by law; so has the office that is pushed to, and who pushed.
BY_LAW = {"protection": {"police"}, "referrals": {"child_protection_office", "education"}}
BANK_FILE = "/v1/payments/runs/{run_id}/files/{bank_code}"
# Where the particulars of a class are at home: who may see them and may ask there finds them.
AT_HOME = {
    ("eligibility", "child", "identity"): "/v1/eligibility/children/{child_id}",
    ("eligibility", "child", "address"): "/v1/eligibility/children/{child_id}",
    ("eligibility", "child", "contact"): "/v1/eligibility/children/{child_id}",
    ("eligibility", "child", "health"): "/v1/eligibility/children/{child_id}/facts",
    ("eligibility", "payee", "identity"): "/v1/eligibility/children/{child_id}/people",
    ("eligibility", "payee", "contact"): "/v1/eligibility/children/{child_id}/people",
    ("eligibility", "payee", "money"): "/v1/eligibility/children/{child_id}/payee",
    ("protection", "child", "address"): "/v1/protection/cases/{case_id}",
    ("protection", "child", "contact"): "/v1/protection/cases/{case_id}",
    ("protection", "child", "health"): "/v1/protection/cases/{case_id}",
    ("protection", "child", "notes"): "/v1/protection/cases/{case_id}/entries",
}
# Ids without names, of children the reader may not look up: who pays has to add up lines, and
# who sent something may know what it sent. Reviewed one by one.
PSEUDONYMS = {
    ("finance", "/v1/payments/runs/{run_id}/arrivals"),
    ("finance", "/v1/payments/runs/{run_id}/lines"),
    ("finance", "/v1/payments/runs/{run_id}/sheet"),
    ("finance", "/v1/payments/runs/{run_id}/payments"),
    ("police", "/v1/referrals"),
    ("police", "/v1/referrals/pushes"),
    ("institution", "/v1/protection/reports"),
    ("institution", "/v1/protection/reports/{report_id}/attachments"),
    ("institution", "/v1/protection/uploads/{upload_id}"),
    ("justice", "/v1/protection/detentions"),
    ("justice", "/v1/protection/detentions/{detention_id}"),
}
# What writing tells: whoever registers a child the register knows gets its id and nothing else;
# whoever takes a remedy that is its own to answer learns whose it is.
WRITTEN_TO = {"/v1/eligibility/children", "/v1/eligibility/decisions/{decision_id}/objections"}
PUBLIC = {"posted-needs/matter_id", "first-diagnoses/matter_id", "meeting-tasks/matter_id"}
HIV_WORDS = ("hiv", "HIV", "infected", "special_treatment", "定点专项", "WL24:2.2.3")
# What stands in the document and its vocabulary, which everybody may read.
TEXTS = ("/v1/eligibility/vocabulary", "/v1/referrals/services", "/v1/payments/tariff")
EVERYWHERE = "自身困境儿童、受艾滋病影响儿童、低保及低保边缘家庭儿童"
# Under which the children of two categories are counted together, so that it tells of neither.
TOGETHER = "own_difficulty_or_hiv_affected"


@dataclass
class Asked:
    """The marked city, everybody's answers, and who has a task where."""

    platform: Platform
    world: World
    heard: list[Heard]
    people: list[Who]
    answers: list[Answer]
    tasks: dict[tuple[str, str], set[str]]
    cells: int = field(default=0)

    def may(self, answer: Answer, canary: Canary) -> bool:
        """Whether the one policy lets the caller see this particular in this service."""
        service = answer.line.service
        tasks = self.tasks
        if answer.line.path == BANK_FILE:
            tasks = {(service, canary.child): {"bank"}}
        subject = matrix.subject(canary.child, service, canary.kind, tasks)
        return access.ask(answer.who.principal, "see", canary.particular, subject).allowed


@pytest.fixture
def asked(platform: Platform) -> Asked:
    """Everything was asked by everybody, once."""
    offices = traces.Listening(platform.url, Path(platform.data_dir))
    world = city.build(offices)
    people = matrix.everybody(world, Path(platform.data_dir))
    lines = [one for one in matrix.table().lines if one.method == "GET" and not one.stream]
    answers = asyncio.run(matrix.ask_everything(world, people, lines))
    tasks = asyncio.run(tasks_in(platform, world))
    return Asked(platform, world, offices.heard, people, answers, tasks)


async def tasks_in(platform: Platform, world: World) -> dict[tuple[str, str], set[str]]:
    """Which departments have a task with which child, as each service keeps it."""
    children = {value: child for name in ("child_id", "child_ref") for value, child in
                world.ids[name]}  # fmt: skip
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for service, url in matrix.databases(platform).items():
        connection = await asyncpg.connect(url)
        try:
            for ref, tasks in await connection.fetch(TASKS[service]):
                if ref in children:
                    found[service, children[ref]] |= {*json.loads(tasks), *BY_LAW.get(service, ())}
        finally:
            await connection.close()
    return found


@pytest.mark.timeout(600)
def test_everybody_is_shown_what_the_policy_permits_and_nothing_more(asked: Asked) -> None:
    every_route_answered_somebody(asked)
    nobody_saw_more_than_the_policy_permits(asked)
    whoever_may_see_it_did(asked)
    nobody_heard_of_children_they_may_not_know(asked)
    what_one_may_not_know_reads_as_what_is_not_there(asked)
    no_word_told_of_hiv(asked)
    nobody_learned_who_reported(asked)
    masks_show_no_five_digits(asked)
    a_write_shows_no_more_than_a_question(asked)
    no_event_carried_a_particular(asked)
    nothing_was_written_down_in_the_open(asked)
    assert asked.cells > 100_000, asked.cells


def every_route_answered_somebody(asked: Asked) -> None:
    """A route that answers nobody would be a route nothing is known about."""
    answered = {one.line.path for one in asked.answers if one.status == 200}
    silent = {one.line.path for one in asked.answers} - answered - matrix.SILENT
    assert silent == set()
    assert [(one.who.label, one.target) for one in asked.answers if one.status >= 500] == []


def nobody_saw_more_than_the_policy_permits(asked: Asked) -> None:
    """Each canary in each answer is one the policy lets this caller see of this child."""
    leaks = []
    for answer, canary in _pairs(asked):
        asked.cells += 1
        shown = canary.word in answer.text and canary.word not in answer.target
        if shown and not asked.may(answer, canary):
            leaks.append((answer.who.label, answer.target, canary))
    assert leaks == []


def _pairs(asked: Asked) -> Iterator[tuple[Answer, Canary]]:
    for answer in asked.answers:
        for canary in asked.world.canaries:
            yield answer, canary


def whoever_may_see_it_did(asked: Asked) -> None:
    """A matrix that is kept by showing nothing at all would be no use to a child."""
    found: dict[tuple[str, str, str, str], str] = defaultdict(str)
    for one in (one for one in asked.answers if one.status == 200):
        found[one.line.service, one.line.path, one.who.label, one.child] += one.text
    hidden = []
    for (service, kind, particular), path in AT_HOME.items():
        texts = {k: v for k, v in found.items() if k[:2] == (service, path)}
        for who in asked.people:
            hidden += [
                (who.label, path, canary)
                for canary in asked.world.canaries
                if (canary.at, canary.kind, canary.particular) == (service, kind, particular)
                for text in [texts.get((service, path, who.label, canary.child))]
                if text and _permitted(asked, who, service, canary) and canary.word not in text
            ]
            asked.cells += 1
    assert hidden == []


def _permitted(asked: Asked, who: Who, service: str, canary: Canary) -> bool:
    subject = matrix.subject(canary.child, service, canary.kind, asked.tasks)
    knows = access.ask(who.principal, "know", "case", subject).allowed
    sees = access.ask(who.principal, "see", canary.particular, subject).allowed
    return knows and sees


def nobody_heard_of_children_they_may_not_know(asked: Asked) -> None:
    """Row scope: no list, count or detail names a thing of a child beyond the caller's scope."""
    things = {(value, child) for name, known in asked.world.ids.items() if name not in PUBLIC
              for value, child in known if child}  # fmt: skip
    strayed = set()
    for answer in asked.answers:
        if answer.status >= 300 or (answer.who.label, answer.line.path) in PSEUDONYMS:
            continue
        for value, child in things:
            if value in answer.text and value not in answer.target:
                subject = matrix.subject(child, answer.line.service, "child", asked.tasks)
                if not access.ask(answer.who.principal, "know", "case", subject).allowed:
                    strayed.add((answer.who.label, answer.line.path, child))
    assert strayed == set()


def what_one_may_not_know_reads_as_what_is_not_there(asked: Asked) -> None:
    """404, to the byte, as for an id that was never given: nothing can be found out by trying."""
    absent = {
        (one.who.label, one.line.path): _plain(one)
        for one in asked.answers
        if one.child == matrix.ABSENT
    }
    telling = []
    for one in asked.answers:
        nothing = absent.get((one.who.label, one.line.path))
        if one.status < 300 or not one.child or nothing in (None, _plain(one)):
            continue
        subject = matrix.subject(one.child, one.line.service, "child", asked.tasks)
        if not access.ask(one.who.principal, "know", "case", subject).allowed:
            telling.append((one.who.label, one.target, one.status, nothing))
    assert telling == []


def _plain(answer: Answer) -> str:
    return f"{answer.status} " + re.sub(r'"request_id":"[^"]*"', "", answer.text)


def no_word_told_of_hiv(asked: Asked) -> None:
    """Neither status, service nor clause, to anybody but the health authority and the services."""
    told = [
        (one.who.label, one.target, word)
        for one in asked.answers
        if one.status < 300 and one.line.path not in TEXTS
        if one.who.label != "health" and not one.who.label.startswith("service:")
        for word in HIV_WORDS
        if word in one.text.replace(EVERYWHERE, "").replace(TOGETHER, "")
    ]
    assert told == []


def nobody_learned_who_reported(asked: Asked) -> None:
    """Not even from the list of who looked: the officer who reported is 报告人 there as well."""
    for one in asked.answers:
        if "/audit/disclosures" in one.target and one.status == 200:
            assert "institution-1" not in one.text, one.target
    seen = [one for one in asked.answers if '"报告人"' in one.text and "audit" in one.target]
    assert seen


def masks_show_no_five_digits(asked: Asked) -> None:
    """A masked number gives away less than five digits in a row of it."""
    numbers = [one for one in asked.world.canaries if re.fullmatch(r"[0-9]{10,}X?", one.word)]
    shown = set()
    for answer in asked.answers:
        strings = [s for s in re.findall(r'"([^"]*)"', answer.text) if "*" in s]
        for number in numbers:
            parts = {number.word[at : at + 5] for at in range(len(number.word) - 4)}
            shown |= {(answer.target, s) for s in strings if any(part in s for part in parts)}
    assert shown == set()


def a_write_shows_no_more_than_a_question(asked: Asked) -> None:
    """What the city's offices were answered as they told it, and what everybody is who tells the
    same of the same things. Whoever gets a task by that may see what goes with it."""
    heard = list(asked.heard)
    first = list(writes.told(asked.world, asked.people, heard))
    again = asyncio.run(writes.told_again(asked.world, asked.people, heard))
    answers = [*first, *again]
    for key, departments in asyncio.run(tasks_in(asked.platform, asked.world)).items():
        asked.tasks[key] |= departments
    written = replace(asked, answers=answers, cells=0)
    assert [(one.who.label, one.target) for one in answers if one.status >= 500] == []
    nobody_saw_more_than_the_policy_permits(written)
    others = [one for one in again if one.line.path not in WRITTEN_TO]
    nobody_heard_of_children_they_may_not_know(replace(written, answers=others))
    what_one_may_not_know_reads_as_what_is_not_there(written)
    unasked = [one for one in again if not any(word in one.target for word in HIV_WORDS)]
    no_word_told_of_hiv(replace(written, answers=unasked))
    masks_show_no_five_digits(written)
    assert len({one.line for one in answers}) > 40
    asked.cells += written.cells


def no_event_carried_a_particular(asked: Asked) -> None:
    """Everything every department hears on the stream, from the beginning to now."""
    with ThreadPoolExecutor(len(asked.people)) as at_once:
        streams = list(at_once.map(matrix.stream, asked.people))
    for who, heard in zip(asked.people, streams, strict=True):
        assert not [c for c in asked.world.canaries if c.word in heard], who.label
        if who.label != "health":
            assert not [word for word in HIV_WORDS if word in heard], who.label


def nothing_was_written_down_in_the_open(asked: Asked) -> None:
    """No row of any database, no log, stream, metric or page of health has a canary in it."""
    # A fact that holds since birth has the day of birth as its period: a day without a name.
    days = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
    words = [c.word for c in asked.world.canaries if not days.fullmatch(c.word)]
    assert traces.rows_with(asked.platform, *words) == []
    assert traces.files_with(asked.platform, *words) == []
    for port in {row["port"] for row in asked.platform.processes().values()}:
        for page in ("/metrics", "/health/ready"):
            text = matrix.page(port, page)
            assert not [word for word in words if word in text], (port, page)


def test_every_class_of_particulars_is_somewhere_in_the_city() -> None:
    known = {particular for _, _, particular in AT_HOME}
    assert known | {"reporter", "hiv", "placement", "offence"} == {str(one) for one in Particular}
