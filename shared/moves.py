"""Lawful moves of a case: one pure table that says from where, to where, who and by when (流转).

A service keeps its table as `MOVES` in its rules. Operations call `MOVES.make(...)`; an
unlawful move is a 409 problem that names the lawful ones. The state diagrams in
`deploy/generated/` are drawn from these tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.problem import Forbidden, SecondPersonNeeded, UnlawfulMove


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table. `clock` names the deadline that starts with the move."""

    verb: str
    zh: str
    before: tuple[str, ...]
    after: str
    clause: str
    departments: tuple[str, ...] = ()
    clock: str | None = None
    second_person: bool = False
    by_itself: bool = False  # time makes it, nobody else


class Moves:
    """The lawful moves of one kind of case."""

    def __init__(self, kind: str, zh: str, first: str, moves: Sequence[Move]) -> None:
        self.kind, self.zh, self.first, self._moves = kind, zh, first, tuple(moves)

    def __iter__(self) -> Iterator[Move]:
        return iter(self._moves)

    def states(self) -> list[str]:
        """Every state, in the order of the table."""
        names = [self.first]
        for move in self._moves:
            names += [*move.before, move.after]
        return list(dict.fromkeys(names))

    def open_states(self) -> list[str]:
        """The states that some move still leads out of."""
        return [state for state in self.states() if self.lawful(state)]

    def lawful(self, state: str) -> list[Move]:
        """The moves that may be made from a state."""
        return [move for move in self._moves if state in move.before]

    def offered(self, state: str) -> list[Move]:
        """Those of them that somebody may make: what happens by itself is offered to nobody."""
        return [move for move in self.lawful(state) if not move.by_itself]

    def allowed(self, state: str) -> list[str]:
        """The verbs that somebody may say in a state, as views and refusals name them."""
        return [move.verb for move in self.offered(state)]

    def by_verb(self) -> dict[str, Move]:
        """Each verb with its first line: several lines may say one verb of several states."""
        lines: dict[str, Move] = {}
        for move in self._moves:
            lines.setdefault(move.verb, move)
        return lines

    def make(
        self,
        state: str,
        verb: str,
        *,
        department: str,
        officer: str | None = None,
        first_officer: str | None = None,
    ) -> Move:
        """The move a department's officer makes, or the problem that says why not.

        `first_officer` is who did the step that a second person must now confirm.
        """
        move = self.may(state, verb, department)
        if move.second_person and (officer is None or officer == first_officer):
            raise SecondPersonNeeded(clause=move.clause)
        return move

    def may(self, state: str, verb: str, department: str) -> Move:
        """The move a department may make, alone or as the first of two, or the problem."""
        move = next((m for m in self.offered(state) if m.verb == verb), None)
        if move is None:
            line = self.by_verb().get(verb)
            raise UnlawfulMove(
                f"“{state}”状态下不能“{line.zh if line else verb}”",
                f"'{verb}' is not lawful from '{state}'",
                clause=line.clause if line else None,
                state=state,
                allowed=self.allowed(state),
                allowed_zh=[m.zh for m in self.offered(state)],
            )
        if move.departments and department not in move.departments:
            raise Forbidden(clause=move.clause, allowed=move.departments)
        return move
