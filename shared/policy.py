"""The disclosure policy as a whole: is it well written, and what does it say in every situation?

A misspelt department, class or attribute in Cedar text permits nothing and says nothing, so
the text is validated against a schema made from what there is, and no service begins with one
that is not sound. The matrix is every decision
that can matter, written out for people who review it, and the way out: a table could take
the engine's place and be compared with it cell by cell.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import cedarpy

from shared.access import Particular, decide, policy_text
from shared.documents import DocumentError
from shared.jurisdiction import jurisdiction
from shared.settings import settings

ACTIONS = ("know", "see", "open")
SUBJECTS = ("child", "adult", "reporter", "payee", "shop", "unit")
USUAL_PURPOSE = "duty"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the case is to the caller; the columns of the matrix."""

    name: str
    task: bool = False
    own_town: bool = False
    shielded: bool = False
    break_glass: bool = False


SITUATIONS = (
    Situation("no_task"),
    Situation("task", task=True),
    Situation("shielded", shielded=True),
    Situation("task_shielded", task=True, shielded=True),
    Situation("own_town", own_town=True),
    Situation("own_town_task", task=True, own_town=True),
    Situation("own_town_shielded", own_town=True, shielded=True),
    Situation("break_glass", break_glass=True),
    Situation("break_glass_shielded", break_glass=True, shielded=True),
)


def schema() -> str:
    """The Cedar schema of the jurisdiction: departments, classes and attributes there are."""

    def listed(names: Sequence[str]) -> str:
        return ", ".join(f'"{name}"' for name in names)

    particulars = [*(str(kind) for kind in Particular), "case", "enrolment"]
    context = (
        "{ task: Bool, own_town: Bool, shielded: Bool, purpose: String, "
        "break_glass: Bool, subject: String }"
    )
    return (
        f"entity Department enum [{listed(sorted(jurisdiction().departments))}];\n"
        f"entity Particular enum [{listed(particulars)}];\n"
        f"action {listed(ACTIONS)} appliesTo "
        f"{{ principal: [Department], resource: [Particular], context: {context} }};\n"
    )


def faults() -> list[str]:
    """What is wrong with the policy text: names nobody has, types that differ, no clause."""
    text = policy_text()
    result = cedarpy.validate_policies(text, schema())
    policies = len(re.findall(r"^\s*(?:permit|forbid)\s*\(", text, re.MULTILINE))
    ids, laws = re.findall(r'@id\("([^"]+)"\)', text), re.findall(r'@law\("([^"]+)"\)', text)
    # Cedar counts policies, people read their names.
    names = {f"policy{number}": name for number, name in enumerate(ids)}
    found = [f"{names.get(e.policy_id, e.policy_id)}: {e.error}" for e in result.errors]
    if not len(ids) == len(laws) == policies:
        found.append("every policy has @id and @law")
    clauses = jurisdiction().law.clauses
    return found + [f"no clause is named {law}" for law in laws if law not in clauses]


def require_sound() -> None:
    """DocumentError where the policy text says what it cannot mean."""
    if found := faults():
        raise DocumentError(f"{settings().jurisdiction / 'policies'}: {'; '.join(found)}")


@cache
def purposes() -> tuple[str, ...]:
    """The purposes the policy asks about, and the usual one for all others."""
    asked = re.findall(r'context\.purpose\s*[!=]=\s*"([^"]+)"', policy_text())
    return (USUAL_PURPOSE, *sorted(set(asked) - {USUAL_PURPOSE}))


def rows() -> Iterator[list[str]]:
    """The matrix: a line for each department, subject, action and class anything is allowed of.

    A cell is empty, `yes`, or the purposes for which alone it is yes.
    """
    yield ["department", "subject", "action", "particular", *(one.name for one in SITUATIONS)]
    asked = [
        ("know", "case"),
        ("know", "enrolment"),
        *(("see", str(kind)) for kind in Particular),
        ("open", "reporter"),
    ]
    for department in sorted(jurisdiction().departments):
        for subject in SUBJECTS:
            for action, particular in asked:
                cells = [cell(department, subject, action, particular, one) for one in SITUATIONS]
                if any(cells):
                    yield [department, subject, action, particular, *cells]


def cell(department: str, subject: str, action: str, particular: str, one: Situation) -> str:
    """What the policy says in one situation."""
    if one.own_town and department not in ("town", "village"):
        return ""
    granted = [
        purpose
        for purpose in purposes()
        if decide(
            department,
            action,
            particular,
            subject,
            one.task,
            one.own_town,
            one.shielded,
            purpose,
            one.break_glass,
        ).allowed
    ]
    if USUAL_PURPOSE in granted:
        return "yes"
    return " ".join(granted)


def matrix() -> str:
    """The matrix as CSV, as it is committed and reviewed."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows())
    return written.getvalue()
