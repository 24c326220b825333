"""A situation as read, with the law of the day: what every topic is asked with."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.referrals.rules.table import Table
from services.referrals.rules.words import Said
from shared.calendar import Calendar
from shared.law import Facts, Finding, LawOfDay

Answer = dict[str, Any]
_CLAUSES = re.compile(r"(?<![\d.])([234]\.\d(?:\.\d)?[a-z]?)(?![\d])")


def cited(question: str) -> list[str]:
    """The sentences of the document that a question cites by number: 2.3.2c."""
    return _CLAUSES.findall(question)


@dataclass(frozen=True)
class Ask:
    """A situation as read, with the law of the day and the county's names."""

    said: Said
    question: str
    day: date
    law: LawOfDay
    table: Table
    calendar: Calendar
    names: Mapping[str, str]

    def about(self, pattern: str) -> bool:
        """Whether situation or question speak of it."""
        return re.search(pattern, f"{self.said.text}；{self.question}", re.IGNORECASE) is not None

    def find(self, part: Any) -> Finding:
        """What a part of the law says of the facts."""
        found: Finding = part.find(Facts(self.said.facts), self.law)
        return found

    def zh(self, codes: Sequence[str]) -> list[str]:
        """The printed names of offices."""
        return [self.names.get(code, code) for code in codes]
