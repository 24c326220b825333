"""Who is bound to report, and which authority is told: types of unit as data (主管部门).

Pure. The table of types belongs to the jurisdiction; the list of the law is open (等), so a
unit that is in no table is bound all the same when it is in close contact with minors, and
市未保委办公室 assigns its authority.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.protection.rules.grounds import something_to_report
from shared.law import all_of, any_of, rule

UNLISTED_AUTHORITY = "child_protection_office"


@dataclass(frozen=True, slots=True)
class InstitutionType:
    """One type of unit: its Chinese names, whether the document names it, who supervises it."""

    code: str
    zh: str
    authority: str
    aliases: tuple[str, ...] = ()
    named: bool = False
    also_possible: tuple[str, ...] = ()
    close_contact: bool = True
    why: str = ""

    @property
    def to_be_assigned(self) -> bool:
        """Nobody's table names its authority: the office assigns one."""
        return self.authority == UNLISTED_AUTHORITY


OTHER = InstitutionType(
    "other",
    "其他密切接触未成年人的单位",
    UNLISTED_AUTHORITY,
    why="未列类型：同样负有报告义务，由市未保委办公室指定主管部门",
)


class Institutions:
    """The types of one jurisdiction; recognises codes, Chinese names and words around them."""

    def __init__(self, types: Iterable[InstitutionType]) -> None:
        self.types = {known.code: known for known in types} | {OTHER.code: OTHER}
        words = [(w, t) for t in self.types.values() for w in (t.code, t.zh, *t.aliases)]
        self._exact = dict(reversed(words))
        self._words = sorted(words, key=lambda pair: -len(pair[0]))

    @classmethod
    def of(cls, table: Mapping[str, Mapping[str, Any]]) -> "Institutions":
        """From the jurisdiction's table: code → zh, authority, aliases, named …"""
        return cls(
            InstitutionType(
                code=code,
                zh=line["zh"],
                authority=line["authority"],
                aliases=tuple(line.get("aliases", ())),
                named=line.get("named", False),
                also_possible=tuple(line.get("also_possible", ())),
                close_contact=line.get("close_contact", True),
                why=line.get("why", ""),
            )
            for code, line in table.items()
        )

    def recognise(self, word: str) -> InstitutionType:
        """The type a word names; the longest known name inside it wins; OTHER when none is."""
        given = word.strip()
        exact = self._exact.get(given)
        return exact or next((t for w, t in self._words if w in given), OTHER)


@rule("WL24:3.1a-1", "是否为文件列举的单位")
def named_unit(unit_named: bool) -> bool:
    """The unit is of one of the nine kinds that the document names."""
    return unit_named


@rule("WL24:3.1a-1", "是否为等密切接触未成年人的单位")
def close_contact_unit(close_contact: bool) -> bool:
    """The list is open: close contact with minors is the criterion."""
    return close_contact


bound_unit = any_of(
    "bound_unit",
    "密切接触未成年人的单位",
    "A unit in close contact with minors",
    named_unit,
    close_contact_unit,
    clause="WL24:3.1a-1",
)

duty_to_report = all_of(
    "duty_to_report",
    "强制报告义务",
    "Duty to report to the police at once",
    bound_unit,
    something_to_report,
    clause="WL24:3.1a",
)
