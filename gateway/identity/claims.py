"""What the city's sign-in says of a person, read as an officer of one of our departments.

Which claim names the officer, and which department and town their claims mean, is data of the
jurisdiction (`sign-in.yaml`): the first rule that fits decides, and nobody it does not know is
let in. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.jurisdiction import Jurisdiction
from shared.problem import Forbidden, Problem

RULE_FIELDS = {"when", "department", "town"}


class NotOurOfficer(Forbidden):
    """The city's sign-in knows this person; of which of our departments, no rule says."""

    zh, en = "统一身份认证的部门信息与本平台不符", "The claims fit no department of the platform"


class ClaimsError(ValueError):
    """The rules contradict themselves or name a department nobody knows."""


@dataclass(frozen=True, slots=True)
class Rule:
    """If every claim of `when` has one of its values: this department, and this town of it."""

    when: Mapping[str, frozenset[str]]
    department: str | Mapping[str, str]
    town: str | Mapping[str, str] | None

    def fits(self, claims: Mapping[str, Any]) -> bool:
        """Whether the claims are of the people this rule speaks of."""
        return all(values & _values(claims.get(name)) for name, values in self.when.items())


@dataclass(frozen=True, slots=True)
class Officer:
    """Who a person is here."""

    name: str
    department: str
    town: str | None


class Claims:
    """The rules of one jurisdiction."""

    def __init__(self, document: Mapping[str, Any], place: Jurisdiction) -> None:
        self._place = place
        self._officer = str(document.get("officer", "sub"))
        self._rules: Sequence[Rule] = [_rule(entry, place) for entry in document["rules"]]

    def officer(self, claims: Mapping[str, Any]) -> Officer:
        """The officer the claims describe; NotOurOfficer where no rule knows them."""
        name = claims.get(self._officer)
        rule = next((one for one in self._rules if one.fits(claims)), None)
        if rule is None or not isinstance(name, str):
            raise NotOurOfficer()
        try:
            department = self._place.department(_said(rule.department, claims)).code
            town = self._place.town(_said(rule.town, claims)).code if rule.town else None
        except (KeyError, Problem) as error:
            raise NotOurOfficer() from error
        if department.startswith("service:") or (department == "town") != (town is not None):
            raise NotOurOfficer()
        return Officer(name, department, town)


def _values(said: Any) -> frozenset[str]:
    return frozenset(map(str, said if isinstance(said, list) else [said]))


def _said(source: str | Mapping[str, str], claims: Mapping[str, Any]) -> str:
    """A constant, or what the named claim says."""
    return source if isinstance(source, str) else str(claims[source["claim"]])


def _rule(entry: Mapping[str, Any], place: Jurisdiction) -> Rule:
    if strange := set(entry) - RULE_FIELDS:
        raise ClaimsError(f"unknown fields {sorted(strange)}")
    department, town = entry.get("department"), entry.get("town")
    for source in (department, town):
        if isinstance(source, Mapping) and set(source) != {"claim"}:
            raise ClaimsError(f"{dict(source)}: only `claim` is known")
    if isinstance(department, str):
        place.department(department)
    if not isinstance(department, str | Mapping):
        raise ClaimsError("a rule needs a department")
    when = {str(name): _values(values) for name, values in entry.get("when", {}).items()}
    return Rule(when, department, town)
