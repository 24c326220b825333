"""The routes of a table of moves: each verb of the law is a path, and its line says what it is."""

from collections.abc import Callable, Iterable
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from shared.moves import Moves

Mover = Callable[[str], Callable[..., Any]]


def add_moves(
    router: APIRouter,
    path: str,
    table: Moves,
    mover: Mover,
    shape: type[BaseModel],
    verbs: Iterable[str] | None = None,
) -> None:
    """`POST path/verb` for every verb of a table, or for those that need no more than a move."""
    lines = table.by_verb()
    for verb in lines if verbs is None else verbs:
        router.add_api_route(
            f"{path}/{verb.replace('_', '-')}",
            mover(verb),
            methods=["POST"],
            name=f"{table.kind}_{verb}",
            summary=f"{lines[verb].zh}（{lines[verb].clause}）",
            response_model=shape,
        )
