"""Events of a situation, made the state they leave behind (事件的陈述方式).

A question may tell what happened instead of what is: `母亲刑满释放` on a day is that parent's
state from then on, `家庭低保停发` the household's, an adoption the child's.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.eligibility.rules.periods import parsed_term
from services.eligibility.rules.statements.disabilities import disability
from services.eligibility.rules.statements.phrases import a_sentence
from services.eligibility.rules.statements.phrasing import understood
from services.eligibility.rules.statements.reading import Statement
from services.eligibility.rules.statements.registration import hukou_moved_in, hukou_moved_out
from services.eligibility.rules.statements.schooling import at_school_again, enlisted, left_school
from services.eligibility.rules.statements.spoken import adopted, died, situation
from services.eligibility.rules.statements.stories import GRADED, NAMES, PARENT, PARENTS
from shared.told import Named

EVENT = Named(
    ("date", "what"),
    {
        "date": "day on when happened_on occurred_on event_date since 日期 时间 发生日期 发生时间",
        "what": "event kind type description content happening title 事件 事项 内容 情况 变动 说明",
    },
)
# What brings a state to its end is a day beside the state; the state itself may be told apart.
ENDS = {"released": "released_on", "found": "found_on"}
_RESTORED = re.compile("恢复.{0,6}监护")
_BECAME = "(?:纳入|列入|获批|批准|享受|转为|确认为|认定为|核定为|评为|成为|变为)"
_HOUSEHOLD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("低保(?!边缘).{0,6}(?:停|取消|退|终止)", {"dibao_active": False}),
    ("(?:停发|停止|取消|退出|终止).{0,6}低保(?!边缘)", {"dibao_active": False}),
    (f"{_BECAME}.{{0,4}}低保边缘", {"class": "低保边缘"}),
    (f"{_BECAME}.{{0,4}}低保", {"class": "低保"}),
)
_SUDDEN = re.compile("暂时|突发|突然|火灾|地震|台风|洪|灾害|车祸|交通事故|sudden|emergency")
_ALONE = re.compile("无人(?:照|看|抚|监)|失依|住院|受伤|重伤|昏迷|暂时|unattended|hospital")
_HELD = re.compile("判|刑|戒毒|拘|羁押|留置")
_LENGTH = re.compile(
    "(?<![0-9])(?:[0-9]{1,2}|[一二三四五六七八九十两]+)(?:年半?|个月)"
    "(?:零?[0-9一二三四五六七八九十]+个月)?|无期徒刑"
)


def _sentenced(text: str) -> dict[str, Any]:
    """How long a parent is held by an event; of several lengths the shortest."""
    lengths = _LENGTH.findall(text) if _HELD.search(text) else []
    return {"term": min(lengths, key=lambda said: parsed_term(said) or (0, 0))} if lengths else {}


def _graded(statement: Statement, subject: str, value: Any, said: Mapping[str, Any]) -> None:
    """A disability that was assessed, and so certified, on a day (残疾评定)."""
    day = statement.day if value is None else statement.date_of(f"{subject}.events", value)
    if day is not None and statement.reached(day):
        disability(statement, subject, GRADED.findall(str(said.get("what")))[-1], {})
        statement.stated[f"{subject}.disability_certificate"] = True


def _taken_in(statement: Statement, _: str, value: Any, said: Mapping[str, Any]) -> None:
    """Into a welfare institution on a day, and not for a time only (入住福利机构)."""
    day = statement.day if value is None else statement.date_of("child.events", value)
    if day is not None and statement.reached(day):
        statement.stated["child.placement"] = "welfare_institution"


# What happened to the child, and who reads it.
_OF_THE_CHILD = (
    ("收养|adopt", adopted),
    ("迁(出|往|至)|moved_away|moved_out", hukou_moved_out),
    ("迁入|moved_in|moved_here", hukou_moved_in),
    ("(儿童|孩子|本人).*(死亡|去世)|^(死亡|去世|病故|died)$", died),
    ("退役|退伍|复学|返校|discharged|back_at_school", at_school_again),
    ("入伍|参军|服役|enlist", enlisted),
    ("毕业(?!班|年级)|退学|辍学|肄业|休学|开除|graduat|drop", left_school),
    ("^(?!.*(?:临时|代养|离开)).*(?:入住|进入|送入|转入).{0,6}福利(?:机构|院)", _taken_in),
    (f"(?=.*(?:评定|鉴定|认定|定级|发证|办证|领证|变更|调整)).*(?:{GRADED.pattern})", _graded),
)
_ITS_OWN = (at_school_again, enlisted, left_school, _graded)  # unless a parent is named
# What bears on no answer: how a case is handled, and a move from one class or flat to another.
_ONLY_HANDLED = re.compile("申请|受理|上报|走访|入户|核查|建档|转学|升[入学]|搬[家到至]")
_ON = re.compile(r"(?:19|20)\d\d[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?|月)?")
_WHOSE = {"father": "父亲", "mother": "母亲"}


def told(event: Any) -> dict[str, Any]:
    """An event as `{date, what}`, whatever its fields are called; a word is what happened, and a
    day in it when."""
    if not isinstance(event, Mapping):
        event = {"what": str(event)}
    said = {EVENT.field(key) or key: value for key, value in event.items()}
    if said.get("date") is None and (day := _ON.search(str(said.get("what") or ""))):
        said["date"] = day[0]
        said["what"] = said["what"].replace(day[0], "").strip(" ，,：:")
    return said


def of_a_parent(parent: str, happened: Any) -> list[dict[str, Any]]:
    """Events told of one parent, each with its parent's name in it."""
    events = [told(event) for event in (happened if isinstance(happened, list) else [happened])]
    return [said | {"what": f"{_WHOSE[parent]}{said.get('what', '')}"} for said in events]


def of_others(happened: Any, day: date) -> Iterator[tuple[str | None, Any]]:
    """Each event as what it states of a parent, the household or an emergency, by subject;
    one that states nothing of those comes back as it is, under no subject."""
    for event in happened if isinstance(happened, list) else [happened]:
        said = told(event)
        text, on = str(said.get("what") or ""), said.get("date")
        states = list(_states(text, on))
        if not states or "未" in text.replace("未成年", ""):
            yield None, said
        elif on is None or str(on)[:10] <= day.isoformat():
            yield from states


def _states(text: str, on: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if _SUDDEN.search(text) and _ALONE.search(text):
        yield "emergency", {"event": text, "date": on}
        return
    for pattern, held in _HOUSEHOLD:
        if re.search(pattern, text):
            yield "household", held
            return
    codes = understood("status", PARENT.sub("", text)) or []
    if _RESTORED.search(text):
        state: dict[str, Any] = {"restored_on": on}
    elif codes and codes[0] in ENDS and on is not None:
        state = {ENDS[codes[0]]: on}
    elif codes:
        state = {"status": codes, "date": on, **_sentenced(text)}
    elif graded := GRADED.findall(text):
        state = {"disability": graded[-1]}
    else:
        return
    yield from ((parent, state) for parent in PARENTS if re.search(NAMES[parent], text))


def happened(statement: Statement, where: str, value: Any) -> None:
    """Events of the child, `[{date, what}]`; those that are states of a parent belong there."""
    if value is None:  # whether anything happened nobody knows
        statement.not_considered.append(where)
        return
    for at, event in enumerate(value if isinstance(value, list) else [value]):
        said = told(event)
        text = str(said.get("what") or "")
        way = _way(text)
        if not text and said.get("what", text) is None:  # something happened, and nobody knows what
            statement.not_considered.append(f"{where}.{at}")
        elif way is None and _a_circumstance(statement, event, text):
            _told_as_it_stands(statement, f"{where}.{at}", text, said)
        elif way is None:
            right = ["child.adopted_on", "child.hukou_moved_out_on", "child.died_on"]
            where_at, zh = f"{where}.{at}", "应写作儿童或父母的事实"
            statement.wrong(
                where_at, zh, "state it as a fact of the child or a parent", right, text
            )
        else:
            way(statement, "child", said.get("date"), said)


def _way(text: str) -> Any:
    """Who reads what happened to the child; nobody what did not, or what happened to a parent."""
    plain = re.sub("未成年|未(?:被)?(?:毕业|升学|录取|就业)", "", text)
    way = next((way for pattern, way in _OF_THE_CHILD if re.search(pattern, plain)), None)
    return None if "未" in plain or (way in _ITS_OWN and PARENT.search(plain)) else way


def _told_as_it_stands(statement: Statement, where: str, text: str, said: Any) -> None:
    """A sentence states what its words do; one that states nothing leaves the answer open."""
    before = dict(statement.stated)
    situation(statement, "child", text, said)
    if statement.stated == before and not _ONLY_HANDLED.search(text):
        statement.not_considered.append(where)


def _a_circumstance(statement: Statement, event: Any, text: str) -> bool:
    """Whether a sentence told as an event is a circumstance of the child and of nobody else."""
    if not statement.implicit or not a_sentence(text):
        return False
    return all(whose is None for whose, _ in of_others(event, statement.day))
