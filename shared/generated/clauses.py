"""The page clause → text → code → cases → waiver: where a lawyer finds what software does."""

from collections.abc import Iterator

from shared.generated.coverage import Coverage
from shared.law import Clause

SHOWN = 6
INTRODUCTION = """\
Every sentence of {title} ({document}), word for word, with the place in the code that carries it
and the cases that test it. An id at a place of the code is the same id as here; a sentence that
was split into atomic norms is carried by its norms. Written by `make generated`.

"""


def page(said: Coverage) -> str:
    """The whole page as Markdown."""
    meta = said.place.meta
    parts = [f"# {meta.title}: clause → code\n\n"]
    parts.append(INTRODUCTION.format(title=meta.title, document=meta.document))
    parts.append(_summary(said))
    for clause in said.document():
        if clause.parent is None:
            parts += _entry(said, clause)
    parts += _others(said)
    return "".join(parts).rstrip("\n") + "\n"


def _summary(said: Coverage) -> str:
    demands = said.demands()
    carried = [clause for clause in demands if said.carried(clause)]
    tested = [c for c in carried if said.cases.get(c.id) or said.cases.get(c.parent or "")]
    counts = {
        "sentences and norms to carry": len(demands),
        "carried by code": len(carried),
        "… and tested by a case": len(tested),
        "waived for a reason": len(demands) - len(carried) - len(said.open()),
        "open": len(said.open()),
    }
    rows = "".join(f"| {name} | {count} |\n" for name, count in counts.items())
    return f"| | |\n|---|---:|\n{rows}\n"


def _entry(said: Coverage, clause: Clause) -> Iterator[str]:
    if clause.id.endswith(".h"):
        yield f"## {clause.text}\n\n`{clause.id}` {clause.english}\n\n"
        return
    yield f'<a id="{clause.id}"></a>\n\n**{clause.id}** {clause.text}\n\n{clause.english}\n\n'
    if clause.units:
        yield f"Responsible: {_responsible(said, clause)}\n\n"
    if clause.id.endswith(".r"):
        return
    yield from _carried(said, clause, "- ")
    for norm in said.norms(clause.id):
        yield f"- **{norm.id}** {norm.text} — {norm.english}\n"
        yield from _carried(said, norm, "  - ")
    yield "\n"


def _responsible(said: Coverage, clause: Clause) -> str:
    offices = said.place.departments
    return "、".join(("△" if c == clause.lead else "") + offices[c].zh for c in clause.units)


def _carried(said: Coverage, clause: Clause, bullet: str) -> Iterator[str]:
    if places := said.places.get(clause.id):
        yield f"{bullet}code: {_listed([_link(place) for place in places])}\n"
    if found := said.cases.get(clause.id):
        files = dict.fromkeys(name.split("#")[0] for name in found)
        yield f"{bullet}cases: {len(found)} in {_listed([_link(file) for file in files])}\n"
    own = clause.id in {demand.id for demand in said.demands()}
    if own and not said.carried(clause):
        yield f"{bullet}**waived**: {said.waiver(clause) or 'nobody said why'}\n"


def _link(place: str) -> str:
    path, _, name = place.partition(":")
    shown = f"{path.removeprefix('services/')}:{name}" if name else path
    return f"[{shown}](../../{path})" if "/" in path else f"`{shown}`"


def _listed(items: list[str]) -> str:
    shown = ", ".join(items[:SHOWN])
    return f"{shown} and {len(items) - SHOWN} more" if len(items) > SHOWN else shown


def _others(said: Coverage) -> Iterator[str]:
    """Clauses of other instruments the code rests on, with how certain their words are."""
    own = said.place.meta.instrument + ":"
    others = [c for id_, c in said.place.law.clauses.items() if not id_.startswith(own)]
    if not others:
        return
    yield "## Other instruments\n\nWhat the document leaves open rests on these.\n\n"
    for clause in sorted(others, key=lambda clause: clause.id):
        sure = f" ({clause.certainty})" if clause.certainty else ""
        yield f"- **{clause.id}** {clause.instrument}{sure}: {clause.text} — {clause.english}\n"
        yield from _carried(said, clause, "  - ")
