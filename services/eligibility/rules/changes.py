"""Events of the child, and sentences told as events (儿童变动的陈述方式)."""

import re
from collections.abc import Mapping
from typing import Any

from services.eligibility.rules.happenings import of_others
from services.eligibility.rules.phrases import a_sentence
from services.eligibility.rules.reading import Statement
from services.eligibility.rules.registration import hukou_moved_in, hukou_moved_out
from services.eligibility.rules.spoken import adopted, died, situation

EVENTS = (
    ("收养|adopt", adopted),
    ("迁(出|往|至)|moved_away|moved_out", hukou_moved_out),
    ("迁入|moved_in|moved_here", hukou_moved_in),
    ("(儿童|孩子|本人).*(死亡|去世)|^(死亡|去世|病故|died)$", died),
)


def happened(statement: Statement, where: str, value: Any) -> None:
    """Events of the child, `[{date, what}]`; those that are states of a parent belong there."""
    for at, event in enumerate(value if isinstance(value, list) else [value]):
        said = event if isinstance(event, Mapping) else {}
        text = str(said.get("what") or said.get("event") or said.get("事件") or "")
        way = next((way for pattern, way in EVENTS if re.search(pattern, text)), None)
        if (way is None or "未" in text) and _a_circumstance(statement, event, text):
            situation(statement, "child", text, said)
        elif way is None or "未" in text:
            right = ["child.adopted_on", "child.hukou_moved_out_on", "child.died_on"]
            where_at, zh = f"{where}.{at}", "应写作儿童或父母的事实"
            statement.wrong(where_at, zh, "state it as a fact of the child or a parent", right)
        else:
            way(statement, "child", said.get("date") or said.get("日期"), said)


def _a_circumstance(statement: Statement, event: Any, text: str) -> bool:
    """Whether a sentence told as an event is a circumstance of the child and of nobody else."""
    if not statement.implicit or not a_sentence(text):
        return False
    return all(whose is None for whose, _ in of_others(event, statement.day))
