"""Questions about the police: accepting, attending, reviewing, feeding back, and their clocks.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import (
    LEGAL_ZONE,
    Answer,
    County,
    Situation,
    answer,
    delay_in,
    instant_of,
)
from shared.law import LawOfDay

_POLICE = ("派出所", "公安", "110", "接警", "民警", "警方", "警察")
_HANDLING = (
    *("报案", "举报", "报警", "接报", "接警", "出警", "立案", "受案", "受理", "管辖", "反馈"),
)
_ACTS = (
    "出警",
    "受案审查",
    "立案侦查",
    "不予受理",
    "治安违法",
    "违反治安管理",
    "治安案件",
)  # what nobody but the police does
_NOT_FILED = ("不予立案", "不立案", "未立案", "没有立案")


def police_duty(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """Police accept at once and go; there is no refusal (3.1d)."""
    court = situation.says("法院") and not situation.says("公安", "派出所", "警")
    asked = (situation.has("received_at") and not court) or situation.asks("police_duty")
    held = situation.says("拘留", "戒毒", "逮捕", "羁押") and not situation.says("报案", "举报")
    asked = asked or (situation.has("police_action") and not held)
    about_police = situation.says(*_POLICE, *_NOT_FILED)
    told = _RECEIVED.search(situation.text()) is not None
    handled = situation.says(*_ACTS) or (about_police and (told or situation.says(*_HANDLING)))
    if not asked and (not handled or _by_unit(situation)):
        return None
    text = situation.text()
    refused = _PUT_OFF.search(text) is not None
    delayed = _LATE.search(text) is not None or _slow(situation, law)
    delayed = delayed or _slow_in_words(situation.facts(), law)
    not_filed = situation.says(*_NOT_FILED)
    unknown = [name for name in _INSTANTS if situation.has(name) and not situation.value(name)]
    return answer(
        "police_duty",
        "WL24:3.1d-1",
        "WL24:3.1d-2",
        "GJF2020-9:8",
        *(["GJF2020-9:11"] if not_filed else []),
        zh="公安机关应立即接受、及时出警，依法受案审查或立案侦查；不得拒绝，不属管辖的先接受再移送",
        en="Police accept at once and attend; no refusal; transfer comes after acceptance",
        must_accept=True,
        may_refuse=False,
        when="立即接受、及时出警",
        next=["受案审查", "立案侦查"],
        procedure=_procedure(text),
        compliant=False if refused or delayed else _in_time(situation),
        status="undetermined" if unknown and not (refused or delayed) else None,
        missing=unknown if unknown and not (refused or delayed) else None,
        supervision=_SUPERVISION if not_filed else None,
        other_jurisdiction="先立即接受，采取必要措施后及时移送有管辖权的机关",
        clocks=_clocks(law),
        deadlines=_deadlines(_received(situation), law, county) or None,
    )


# The police were told, in a sentence that says when: 公安机关2024-05-06 10:00接到学校强制报告.
_RECEIVED = re.compile(
    "(?:公安|派出所|警方|民警|接警)[^，。；]{0,24}接到[^，。；]{0,16}(?:报告|举报|报案|报警|线索)"
)


def _received(situation: Situation) -> datetime | None:
    """When the police were told, by a field of its own or by the sentence that tells it."""
    event = situation.word("event")
    told = instant_of(event) if _RECEIVED.search(event) else None
    return situation.instant("received_at") or told


def _slow(situation: Situation, law: LawOfDay) -> bool:
    """Whether the hours told are more than the figures still call at once and promptly."""
    told = situation.instant("received_at"), situation.instant("accepted_at")
    gone = situation.instant("dispatched_at")
    limits = law.figures["police_acceptance_hours"], law.figures["police_dispatch_hours"]
    spans = (told, limits[0]), ((told[1] or told[0], gone), limits[1])
    return any(a and b and b - a > timedelta(hours=int(most)) for (a, b), most in spans)


def _slow_in_words(text: str, law: LawOfDay) -> bool:
    """Whether a sentence says that police went, or accepted, only after more than these hours."""
    accepted, gone = law.figures["police_acceptance_hours"], law.figures["police_dispatch_hours"]
    for part in re.split("[，,；;。]", text):
        most = gone if _GONE.search(part) else accepted if _TAKEN.search(part) else None
        waited = delay_in(part) if most is not None else None
        if waited and waited > timedelta(hours=int(most or 0)):
            return True
    return False


_GONE = re.compile("出警|派警|派人|派员|到达?现场|到场|赶到|到达")
_TAKEN = re.compile("(?<!不予)受理|接受|登记")


def _in_time(situation: Situation) -> bool | None:
    """Whether all three instants are told, and none was too late; else nobody knows."""
    gone = _AT_ONCE.search(situation.facts()) is not None  # who turned out had accepted
    return True if gone or all(situation.instant(name) for name in _INSTANTS) else None


_AT_ONCE = re.compile(
    r"(?:(?:\d{1,2}|[一二三四五六七八九十]+)分钟(?:之?内|后)?|立即|当场|马上|随即|立刻|及时)"
    "(?:[^，。；、]{0,4}受理、?并?)?(?:[^，。；、]{0,4})(?:出警|到场|赶到|到达|派警|派员)"
)


_INSTANTS = ("received_at", "accepted_at", "dispatched_at")


_PUT_OFF = re.compile(
    "(?:让|叫|要求)[^，。；]{0,8}(?:先|补)|先[^，。；]{0,10}(?:再|才|后)[^，。；]{0,2}(?:受理|"
    "立案|登记|处理|出警)|"
    "拒绝|退回(?:给)?[^，。；]{0,6}(?:材料|报案|补充|学校|单位|医院)|(?:以|因|"
    "认为)[^，。；]{0,4}证据不足|"
    "(?:未|没有?|不)(?:予|作|做)?(?:记录|登记|理会|理睬|回应|接待)|谣言|恶作剧|不当回事|"
    "不予受理|不接受|推诿|不受理|(?:让|叫|要求)其?(?:先|等|自行|改天|明天|次日|回)|自行前往|"
    "挂断|(?:让|叫|要求|建议|劝|告知)[^，。；]{0,10}(?:打|拨打?)[^，。；]{0,8}(?:110|电话)|"
    "(?:让|叫|要求|建议|劝|告知)[^，。；]{0,8}(?:去|到|找|向)[^，。；]{0,8}(?:派出所|公安|其他|"
    "别的)|另找|另行报案|"
    "(?:不用|不必|无需|无须|不需要)(?:管|处理|立案|出警|报)|"
    "(?:改天|改日|明天|明早|次日|第二天|天亮|上班|周一)(?:之?后)?再|等.{0,8}再(?:来|说|报|处理)|"
    "(?:系|属于?|是)家庭(?:内部)?(?:矛盾|纠纷)|家务事|(?:不归|不属).{0,8}管(?!辖)|管不了"
)
# Which of the two ways the words point to (3.1d-2); the officer decides.
_CRIME = re.compile("犯罪|刑事|性侵|猥亵|强奸|拐卖|贩卖|重伤|致死|死亡|轻伤|虐待致|杀")
_OFFENCE = re.compile("治安|行政案件|轻微伤|情节轻微|显著轻微|不构成犯罪|未构成犯罪|尚不构成")


def _procedure(text: str) -> str | None:
    if _OFFENCE.search(text):
        return "受案审查"
    return "立案侦查" if _CRIME.search(text) else None


_LATE = re.compile(
    "(?:次日|第[二三四五]天|隔天|翌日|[天日]后).{0,4}(?:出警|到场|到现场|到达|赶到)|(?:未|没有?|"
    "不)(?:出警|派警|派人|派员|到场)|拖延"
)
_SUPERVISION = "市检察院可要求说明不立案理由并通知立案"


def _by_unit(situation: Situation) -> bool:
    """Whether it is asked what a unit did, and the police only come into it as those told."""
    return situation.has("action") and not situation.says("民警", "不受理", "不予受理", "出警")


# Of each clock: what it is for, and the figure that gives its length.
_CLOCKS = (
    ("受案审查", "administrative_review_hours"),
    ("疑难复杂的受案审查", "administrative_review_complex_days"),
    ("立案审查", "criminal_review_days"),
    ("线索需要查证的立案审查", "criminal_review_checked_days"),
    ("重大疑难复杂经批准的立案审查", "criminal_review_complex_days"),
    ("向报告单位反馈", "unit_feedback_days"),
    ("说明不立案理由", "non_filing_reasons_days"),
)


def _clocks(law: LawOfDay) -> dict[str, str]:
    return {
        zh: f"{law.figures[name]}{'小时' if name.endswith('hours') else '日'}"
        for zh, name in _CLOCKS
    }


def _deadlines(received: datetime | None, law: LawOfDay, county: County) -> dict[str, str]:
    """When each review ends, counted from the report to the police (报案之时起)."""
    if received is None:
        return {}
    ends = {}
    for zh, name in _CLOCKS[:5]:
        length, unit = int(law.figures[name]), name.rsplit("_", 1)[-1]
        due = county.calendar.due(received, length, unit)
        ends[zh] = (
            due.at.astimezone(LEGAL_ZONE).isoformat() if unit == "hours" else due.day.isoformat()
        )
    return ends


POLICE_TOPICS: Mapping[str, Topic] = {"police_duty": police_duty}
