"""How people state a child's household registration and its moves (户籍的陈述方式)."""

import re
from collections.abc import Mapping
from typing import Any

from services.eligibility.rules.statements.reading import Statement

Said = Mapping[str, Any]
NOWHERE = ("不详", "未知", "不明", "无", "未登记", "未落户", "无户籍", "未办理户口登记", "unknown")
# Not registered anywhere yet, or nobody knows where: 户口未落实, 黑户.
_NOT_YET = re.compile(
    "未(?:落实|登记|落户|上户|办理|查明|确定|核实)|(?:无|没有|未上)户[口籍]|黑户|不[详明清]|待[查核]"
)
_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?|月)?")
_TO = re.compile("迁(?:至|到|往|入|回)了?([^，。；,;（）()]+)")
_OUT = re.compile("迁出|moved (?:away|out)")
_FROM = re.compile("(?:由|从|自)([^，。；,;（）()]+?)迁")


def hukou(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """The place of the child's own registration; a place nobody knows is unknown, not elsewhere."""
    if isinstance(value, Mapping):
        if value.get("kind") is not None:
            statement.take(f"{subject}.hukou.kind", f"{subject}.hukou_kind", value["kind"])
        value = value.get("city") or value.get("place")
    value = _place_of(statement, subject, value)
    value = said.get("hukou_district", value)  # the county counts, not the city it belongs to
    if value is None or str(value).strip() in NOWHERE or _NOT_YET.search(str(value)):
        statement.stated[f"{subject}.hukou_here"] = None
        return
    if "迁" in str(value):
        _moved(statement, subject, f"{subject}.hukou_city", str(value))
        return
    moves = (said.get(name) for name in ("hukou_moved_out_on", "hukou_moved_in_on"))
    if all(move is None for move in moves) and not isinstance(said.get("hukou_history"), str):
        statement.put(f"{subject}.hukou_here", statement.registered(str(value).strip()))


# What kind of registration it is, told with its place: 农村户籍，温岭市箬横镇; 温岭市（农业户口）.
_KIND = re.compile(
    "[（(，,、]?(?P<kind>农村|农业|非农业|非农|城镇|城市)(?:户[籍口]|居民)?[)），,、：:]?"
    "(?=$|[^委业镇])"
)


def _place_of(statement: Statement, subject: str, value: Any) -> Any:
    """The place of a registration, without the kind that may be told with it."""
    found = _KIND.search(value) if isinstance(value, str) else None
    if found is None or not (found.start() == 0 or found.end() == len(value)):
        return value
    place = value[: found.start()] + value[found.end() :]
    rural = found["kind"] in ("农村", "农业")
    statement.unless_stated(f"{subject}.hukou_kind", "rural" if rural else "urban")
    return place.strip("（）()，,、：: ") or None


def district(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """The county of a registration, where no city is told beside it."""
    if said.get("hukou_city") is None:
        hukou(statement, subject, value, said)


def rural(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """A rural registration, said yes or no."""
    if value is None:
        statement.stated[f"{subject}.hukou_kind"] = None
    else:
        kind = "urban" if value in (False, "否", "no") else "rural"
        statement.put(f"{subject}.hukou_kind", kind)


def _moved(
    statement: Statement, subject: str, where: str, text: str, *, here: bool = False
) -> None:
    """A move told in a sentence: `2024年4月15日由温岭迁至椒江`; without its day nobody knows.

    `here` says that the registration told beside it is of this city.
    """
    day, to = _DAY.search(text), _TO.search(text)
    if day and to is None and here and text.rstrip("。").endswith("迁入"):
        hukou_moved_in(statement, subject, day[0], {})  # 2024年4月15日由椒江迁入
    elif day and to is None and _OUT.search(text):
        hukou_moved_out(statement, subject, day[0], {})  # 2024年4月20日由温岭迁出
    elif day is None or to is None:
        right = ["hukou_moved_out_on", "hukou_moved_in_on"]
        statement.wrong(where, "迁移应以日期写明", "a move is stated by its day", right, text)
    elif statement.registered(to[1]):
        hukou_moved_in(statement, subject, day[0], {})
    elif (since := _FROM.search(text)) is None or statement.registered(since[1]):
        hukou_moved_out(statement, subject, day[0], {})
    else:  # from one place elsewhere to another
        statement.put(f"{subject}.hukou_here", False)


def hukou_moved_to(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """Where it moved to; a move away needs its day, a move within the city is none."""
    away = value is not None and not statement.registered(str(value).strip())
    if away and said.get("hukou_moved_out_on") is None:
        right = "hukou_moved_out_on"
        where = f"{subject}.hukou_moved_to"
        statement.wrong(where, "须写明户籍迁出日期", "the day it moved away is needed", right)


def hukou_moved_out(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Registered here until the day it moved away (户籍迁出)."""
    moved = None if value is None else statement.date_of(f"{subject}.hukou_moved_out_on", value)
    if moved is not None:
        statement.put(f"{subject}.hukou_here", not statement.reached(moved))
        statement.until[f"{subject}.hukou_here"] = moved


def hukou_moved_in(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Registered here from the day it moved in (户籍迁入)."""
    moved = None if value is None else statement.date_of(f"{subject}.hukou_moved_in_on", value)
    if moved is not None:
        statement.put(f"{subject}.hukou_here", statement.reached(moved))
        statement.until[f"{subject}.hukou_here"] = moved


def hukou_history(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """Registrations with their days: the one of this day counts (户籍变动)."""
    if value is None:  # the registration of today is told, or asked for, by itself
        return
    if isinstance(value, str):
        if said.get("hukou_city") is None or "迁" in value:
            here = statement.registered(str(said.get("hukou_city") or "").strip())
            _moved(statement, subject, f"{subject}.hukou_history", value, here=here)
        return
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        right = [{"place": "温岭市", "from": "2016-06-01"}]
        statement.wrong(f"{subject}.hukou_history", "应为列表", "a list is expected", right)
        return
    for at, one in enumerate(value):
        days = [one.get(name) for name in ("from", "until")]
        read = [d and statement.date_of(f"{subject}.hukou_history.{at}", d) for d in days]
        begun = read[0] is None or statement.reached(read[0])
        over = read[1] is not None and statement.reached(read[1])
        if begun and not over:
            hukou(statement, subject, one.get("place") or one.get("city"), said)
