"""How people state a parent: a word, its dates, how long it lasts (父母状况的陈述方式)."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from services.eligibility.rules.periods import (
    DAY,
    FOR_LIFE,
    last_day_in,
    months_before,
    months_of_days,
    parsed_term,
    taken_on,
    term_between,
    whole_months,
)
from services.eligibility.rules.statements.disabilities import AMONG, disability
from services.eligibility.rules.statements.english import in_chinese
from services.eligibility.rules.statements.phrasing import cured, understood
from services.eligibility.rules.statements.qualifying import (
    AT_WORK,
    as_it_stands,
    in_touch,
    of_itself,
    outside,
)
from services.eligibility.rules.statements.reading import Statement
from services.eligibility.rules.statements.states import (
    CUSTODIES,
    DEAD,
    LIVING,
    MISSING,
    STATUS,
)
from services.eligibility.rules.statements.words import NEGATIONS
from shared.calendar import corresponding_day

PARENTS = ("father", "mother")
# Dates and lengths that belong to a parent's status and are read together with it.
_DETAILS = (
    "date died_on since status_since from until to status_until released_on restored_on "
    "found_on returned_on judgment_date term term_days term_years months held_months "
    "lost_contact_months lost_months duration_months declared_by_court declared "
    "expected_release remaining"
)
STATUS_DETAILS = tuple(_DETAILS.split())


DAYS_OF_A_MONTH = 30
SINCE = ("judgment_date", "died_on", "since", "status_since", "from", "date")
LAST = ("until", "to", "status_until")
# The fields that say what a status has come to an end by.
OVER: Mapping[str, tuple[str, ...]] = {
    "custody": ("released_on",),
    "revoked": ("restored_on",),
    "lost_contact": ("found_on", "returned_on"),
    "missing_undeclared": ("found_on", "returned_on"),
}


def _first(said: Mapping[str, Any], *names: str) -> Any:
    name = _told(said, names)
    return None if name is None else said[name]


def _told(said: Mapping[str, Any], names: Iterable[str]) -> str | None:
    """The first of these fields that was told."""
    for name in names:
        if name in said and said[name] is not None:
            return name
    return None


def _date(statement: Statement, subject: str, said: Mapping[str, Any], *names: str) -> date | None:
    name = _told(said, names)
    return None if name is None else statement.date_of(f"{subject}.{name}", said[name])


def _in_order(statement: Statement, subject: str, code: str, said: Mapping[str, Any]) -> None:
    """What is said to have ended, or to last until a day, had begun by then."""
    first = _told(said, SINCE)
    if first is None:
        return
    for name in (*LAST, *OVER.get("custody" if code in CUSTODIES else code, ())):
        statement.in_order(f"{subject}.{first}", f"{subject}.{name}")


def both(statement: Statement, subject: str, key: str, field: str, values: tuple[Any, Any]) -> Any:
    """One field told under two names: of a parent's status both are so; anything else is wrong."""
    if subject in PARENTS and field == "status":
        return None if None in values else list(values)
    text = "前后陈述不一致：同一事实只能有一个值"
    statement.wrong(f"{subject}.{key}", text, "stated twice with different values", field)
    return values[0]


def status(statement: Statement, subject: str, word: Any, said: Mapping[str, Any]) -> None:
    """A parent's status as one word or several, with its dates (状态)."""
    if word is None:
        statement.stated[f"{subject}.life"] = None
        return
    codes: list[str] = []
    for item in word if isinstance(word, list) else [word]:
        found = _states(statement, subject, str(item), said)
        if found is None:
            statement.unknown_word(f"{subject}.status", item, "status")
            return
        codes += [as_it_stands(code, str(item)) for code in found]
    if (known := _by_court(statement, codes, said)) is None:
        statement.stated[f"{subject}.life"] = None  # whether a court declared it nobody knows
        return
    codes = known
    codes = _served(_as_told_beside(codes, said))
    held = [code for code in codes if code in CUSTODIES]
    for code in codes:
        if code not in held[1:]:  # of a sentence told with its custody, the sentence counts
            _one_status(statement, subject, code, said)


_NOT_DECLARED = re.compile("未|尚|申请|审理|待|公告(?!期?(?:已|届)?满)|驳回|撤[回诉]|pending")


def _by_court(statement: Statement, codes: list[str], said: Mapping[str, Any]) -> list[str] | None:
    """The codes with what is told of a court's declaration: none yet, or nobody knows (None)."""
    told = [said[name] for name in ("declared_by_court", "declared") if name in said]
    days = [day for one in told if (day := last_day_in(str(one))) is not None]
    to_come = any(not statement.reached(day) for day in days)
    if {"declared_missing", "declared_dead"}.isdisjoint(codes):
        # Who died needs no court; of whom one declares it later, nobody knows it yet.
        return None if to_come and "dead" in codes else codes
    if told and all(one is None for one in told):
        return None
    denied = [one in (False, "否", "无", "no") or _NOT_DECLARED.search(str(one)) for one in told]
    return ["missing_undeclared"] if to_come or any(denied) else codes


def _as_told_beside(codes: list[str], said: Mapping[str, Any]) -> list[str]:
    """The codes of a status with what stands beside it: served outside prison, home each week."""
    term, told = said.get("term"), said.get("at_liberty") not in (None, False, "否", "无")
    if told or (isinstance(term, str) and outside(term)):
        codes = ["at_liberty_under_order" if code in CUSTODIES else code for code in codes]
    if in_touch(said.get("in_contact")):
        lost = ("lost_contact", "missing_undeclared")
        codes = ["alive" if code in lost else code for code in codes]
    if said.get("away") in (False, "否", "无"):
        codes = ["alive" if code == "away" else code for code in codes]
    return codes


_UNTIL_YEAR = re.compile(r"(?:至|到)(20\d\d)年?(?:(0?[1-9]|1[0-2])月)?")
_YEARS = re.compile("多年|数年|几年|常年|长年")


def _served(codes: list[str]) -> list[str]:
    """What a status says without the sentence it says is over, or not served in prison (缓刑)."""
    if "declared_dead" in codes and MISSING.issuperset(codes):
        return ["declared_dead"]  # who was missing until then
    if not {"missing_undeclared", "lost_contact"}.isdisjoint(codes):
        codes = [code for code in codes if code != "unfindable"]  # sought, and not found
    outside_prison = not {"at_liberty_under_order", "released"}.isdisjoint(codes)
    return [code for code in codes if not (outside_prison and code in CUSTODIES)]


_INFIRM = re.compile(
    f"{AMONG.pattern}|残疾?.{{0,4}}级|级.{0, 6}残疾|(?<!无)[^无，。；]{{2}}(?:病|症|癌|瘤)"
)


# Of whom a status tells it, the child is affected: 感染艾滋病病毒, 因艾滋病去世.
_INFECTED = re.compile("^(?!.*(?:未|无|非|没|疑|排除|阴性)).*(?:艾滋|HIV|AIDS)", re.IGNORECASE)


def _states(
    statement: Statement, subject: str, word: str, said: Mapping[str, Any]
) -> list[str] | None:
    """What one phrase of a status states; an infirmity in it is stated on its own."""
    found = understood("status", word)
    if found is None and (chinese := in_chinese(word)) != word:
        word, found = chinese, understood("status", chinese)
    if gone := [code for code in found or () if code in DEAD]:
        found = gone[-1:]  # whatever came before: 服刑期间病故
    if _INFECTED.search(word):
        statement.stated[f"{subject}.hiv"] = "infected"
    if found in (None, ["away"]) and (work := AT_WORK.search(word)):
        found = ["alive" if statement.registered(work[1]) else "away"]
    told = {"disability", "illness", "disability_grade"} & said.keys()
    own = of_itself(word)
    also = found and LIVING.issuperset(found) and not told and _INFIRM.search(own)
    infirm = _infirm(statement, subject, own, said) if also or not found else None
    return found or infirm


def _infirm(
    statement: Statement, subject: str, word: str, said: Mapping[str, Any]
) -> list[str] | None:
    """A living parent told by a disability or an illness: `精神残疾二级`, `尿毒症`."""
    if any(negation in word for negation in NEGATIONS):
        return None
    if "残" in word or AMONG.search(word):
        disability(statement, subject, word, said)
    elif re.search("病|症|癌|瘤", word):
        if not cured(word):
            statement.take(f"{subject}.status", f"{subject}.illness", [word])
            statement.unless_stated(f"{subject}.serious_illness", None)
    else:
        return None
    return ["alive"]


def _one_status(statement: Statement, subject: str, code: str, said: Mapping[str, Any]) -> None:
    since = _date(statement, subject, said, *SINCE)
    ended = _date(statement, subject, said, "released_on", "restored_on", "found_on", "returned_on")
    last = _date(statement, subject, said, *LAST)
    _in_order(statement, subject, code, said)
    over = ended is not None and statement.reached(ended)
    to_come = since is not None and not statement.reached(since)
    if over or to_come:
        # Not yet, or no longer: on this day the parent is an ordinary living one.
        statement.unless_stated(f"{subject}.life", "alive")
        if since is not None and to_come:
            statement.until[f"{subject}.life"] = since
        return
    told = {"disability", "disability_grade", "disability_type"} & said.keys()
    graded = told or statement.stated.get(f"{subject}.disability_grade") is not None
    for short, value in STATUS[code].items():
        if short == "severe_disability" and value is None and graded:
            continue  # its grade says whether it is severe
        _states_one(statement, f"{subject}.{short}", value, ended or (last + DAY if last else None))
    if code in CUSTODIES:
        _term(statement, subject, said, last)
    if code in ("lost_contact", "missing_undeclared"):
        _lost(statement, subject, said)


def _states_one(statement: Statement, name: str, value: Any, end: date | None) -> None:
    """One fact of a status; what the status leaves open, somebody may have said."""
    if value is None:
        if statement.stated.get(name) is not True:
            statement.stated[name] = None
        return
    statement.put(name, value)
    if end is not None and not name.endswith(".life"):
        _ends(statement, name, end)


def _ends(statement: Statement, name: str, end: date) -> None:
    """The fact holds before `end`; from then on nobody has said anything."""
    if statement.reached(end):
        statement.stated[name] = None
    else:
        statement.until[name] = end


def _lost(statement: Statement, subject: str, said: Mapping[str, Any]) -> None:
    months = _first(said, "lost_contact_months", "lost_months", "duration_months", "months")
    since = _date(statement, subject, said, "since", "status_since", "from", "date")
    if months is None and since is None:
        parsed = parsed_term(str(said.get("status")))  # 失联满6个月
        months = parsed[0] if parsed else None
    if months is None and since is None and _YEARS.search(str(said.get("status"))):
        months = 12  # 多年未归: at the least
    if months is not None and since is None:
        count = statement.count_of(f"{subject}.months", months)
        since = None if count is None else months_before(statement.day, count)
    if months is None and since is None:
        latest = last_day_in(str(said.get("status")))
        since = latest if latest and statement.passed(latest) else None
    if since is not None and said.get("lost_contact_since") is None:
        statement.put(f"{subject}.lost_contact_since", since)


def _term(statement: Statement, subject: str, said: Mapping[str, Any], last: date | None) -> None:
    since = _date(statement, subject, said, "custody_since", "since", "status_since", "from")
    since = since or taken_on(str(said.get("status")), statement.day)
    held = _first(said, "held_months", "months", "duration_months")
    if since is None and held is not None:
        count = statement.count_of(f"{subject}.held_months", held)
        since = None if count is None else months_before(statement.day, count)
    if since is not None:
        statement.unless_stated(f"{subject}.custody_since", since)
    months = _stated_months(statement, subject, said, since)
    if months is None and since is not None and last is not None:
        months = term_between(since, last)
    if months is None and statement.stated.get(f"{subject}.custody") == "administrative_detention":
        _, months = months_of_days(int(statement.law.figures["administrative_detention_most"]))
    if months is None:
        return
    statement.unless_stated(f"{subject}.term_months", months)
    if since is not None and months < FOR_LIFE and last is None:
        _ends(statement, f"{subject}.custody", corresponding_day(since, months=months))


def _stated_months(
    statement: Statement, subject: str, said: Mapping[str, Any], since: date | None
) -> int | None:
    """Whole months of a term said in years, months or days; None when that is not decided."""
    if said.get("term_months") is not None:
        return statement.count_of(f"{subject}.term_months", said["term_months"])
    words = [f"{said[k]}{u}" for k, u in (("term_years", "年"), ("term_days", "日")) if said.get(k)]
    if said.get("term") is not None:
        words.append(str(said["term"]))
    if not words:
        parsed = parsed_term(str(said.get("status")))  # 判处有期徒刑三年
        return parsed[0] if parsed and not parsed[1] else _at_least(statement, subject, said)
    parsed = parsed_term("".join(words))
    if parsed is None:
        right = "2年6个月"
        statement.wrong(
            f"{subject}.term", "期限无法识别", "the term names no length", right, said.get("term")
        )
        return None
    months, days = parsed
    if not days:
        return months
    if since is not None:
        return term_between(since, corresponding_day(since, months=months) + DAY * (days - 1))
    if months and days <= DAYS_OF_A_MONTH:  # 五个月二十九天: what would be a month is told as one
        return months
    least, most = (months + n for n in months_of_days(days))
    needed = int(statement.law.figures.get("custody_months", 0))
    return least if (least >= needed) == (most >= needed) else None


def _at_least(statement: Statement, subject: str, said: Mapping[str, Any]) -> int | None:
    """What is left of a term is no more than all of it: enough, or nothing is known (余刑)."""
    left = str(said.get("remaining") or "")
    if ends := _UNTIL_YEAR.search(str(said.get("status"))):  # 服刑至2028年: until then at least
        ends_on = date(int(ends[1]), int(ends[2] or 1), 1)
        left = f"{max(whole_months(statement.day, ends_on), 0)}个月"
        _ends(statement, f"{subject}.custody", ends_on)
    parsed = parsed_term(f"{left}个月" if left.isdigit() else left)
    needed = int(statement.law.figures.get("custody_months", 0))
    return parsed[0] if parsed and parsed[0] >= needed else None


def parent(statement: Statement, subject: str, said: Any) -> None:
    """A parent said in one word, with details, or unknown altogether (`null`)."""
    if said is None:
        statement.stated[f"{subject}.life"] = None
        return
    details = said if isinstance(said, dict) else {"status": said}
    word = details.get("status", "alive" if "status" not in details and details else None)
    kind = understood("status", str(details.get("kind") or "")) or ()
    word = next((code for code in kind if code in CUSTODIES), word)
    if word in ("拘留", "detained") and "kind" in details and details["kind"] is None:
        word = None  # held, and nobody knows how
    # Who is said to be dead or alive by a field of its own needs no word for it.
    told = "life" in details or f"{subject}.life" in statement.stated
    if "status" in details or not told:
        status(statement, subject, word, details)
    if _first(details, "custody") is not None:
        _term(statement, subject, details, _date(statement, subject, details, *LAST))
        for name in LAST:
            statement.in_order(f"{subject}.custody_since", f"{subject}.{name}")
    _alive_and_dead(statement, subject, details)


def _alive_and_dead(statement: Statement, subject: str, details: Mapping[str, Any]) -> None:
    """What is told of a living parent beside its death, or of a death beside its life."""
    if details.get("alive") in (True, "是", "yes") or details.get("dead") in (False, "否", "no"):
        not_dead(statement, subject, "已死亡的，不另述在世")
    if details.get("lives_with_child") in (True, "是", "yes"):
        not_dead(statement, subject, "已死亡的，不另述与儿童共同生活")
    died = statement.days.get(f"{subject}.died_on")
    alive = statement.stated.get(f"{subject}.life") not in (*DEAD, None)
    if died is not None and alive and statement.reached(died):
        _dead_and_alive(statement, subject, "已死亡的，状态应为死亡")


def not_dead(statement: Statement, subject: str, right: str) -> None:
    """Who is told to live in one place is not dead in another."""
    if statement.stated.get(f"{subject}.life") in DEAD:
        _dead_and_alive(statement, subject, right)


def _dead_and_alive(statement: Statement, subject: str, right: str) -> None:
    zh, en = "同一日不能既已死亡又在世", "both dead and alive on one day"
    statement.wrong(f"{subject}.status", zh, en, right)


def free_again(statement: Statement, subject: str, held_since: date) -> None:
    """The day a term ends: from then on somebody has to say whether the parent is free.

    In the register the court tells the term and police the custody, each in its own statement.
    """
    stated = statement.stated
    months, custody = stated.get(f"{subject}.term_months"), stated.get(f"{subject}.custody")
    if custody not in CUSTODIES or months is None or months >= FOR_LIFE:
        return
    since = stated.get(f"{subject}.custody_since") or held_since
    if f"{subject}.custody" not in statement.until:
        _ends(statement, f"{subject}.custody", corresponding_day(since, months=months))
