"""What was said, what is unknown, what was understood or not, while a question is read."""

from dataclasses import dataclass, field

from services.payments.rules.situation import Event
from services.payments.schemas.evaluations import Facts


@dataclass
class Reading:
    """A situation being read: what was said, what is unknown, what was understood or not."""

    said: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    understood: list[dict[str, str]] = field(default_factory=list)
    not_considered: list[str] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def note(self, part: Facts, where: str, *names: str) -> None:
        """Remember which of the named facts were said, and which as unknown."""
        for name in names:
            if name in part.model_fields_set:
                self.said.add(f"{where}.{name}")
                if getattr(part, name) is None:
                    self.unknown.add(f"{where}.{name}")

    def unread(self, question: Facts) -> None:
        """Remember the fields nobody reads; those that could mean money are not understood."""
        for name, harmless in question.unread():
            self.not_considered.append(name)
            if not harmless:
                self.not_understood.append(name)
