"""Whether what is stated of a child points to a difficulty: then the data apply for it (政策找人).

Of most children the register hears only what everybody has. That leaves the law undecided, and is
no reason to open a case: an application follows from a fact that makes the child eligible, or that
could, once the facts it asks for are known.
"""

from services.eligibility.rules.evaluation import Evaluation
from services.eligibility.rules.standing import Standing
from services.eligibility.rules.statements.reading import SILENCE
from services.eligibility.rules.vocabulary import UNKNOWN
from shared.law import Finding, Group, Rule, Verdict

EVERYBODY = frozenset(
    {
        "child.birth_date",
        "child.apparent_age",
        "child.hukou_here",
        "child.hukou_kind",
        "household.members",
        "household.dibao_line",
    }
)


def points_to(evaluation: Evaluation, standing: Standing) -> bool:
    """Whether the child is eligible by what stands of it, or something told of it may lead there.

    A fact told as unknown, or contested, points where it would decide; one that says what silence
    would say points nowhere.
    """
    if evaluation.status != "undetermined":
        return evaluation.status != "not_eligible"
    told = frozenset(
        name
        for name, row in standing.sources.items()
        if name not in EVERYBODY and row.value != SILENCE.get(name, UNKNOWN)
    )
    findings = (evaluation.scope_finding, *evaluation.findings.values())
    return any(_rests_on(finding, told, against=False) for finding in findings)


def _rests_on(finding: Finding, told: frozenset[str], *, against: bool) -> bool:
    """Whether something told speaks for a finding (`against` it), in a part that may still hold."""
    decided = Verdict.MET if against else Verdict.NOT_MET
    if finding.verdict is decided:
        return False
    if isinstance(finding.part, Rule):
        return not told.isdisjoint(finding.part.keys(finding.subject))
    turned = isinstance(finding.part, Group) and finding.part.how == "none"
    return any(_rests_on(part, told, against=against != turned) for part in finding.parts)
