"""Questions about who a child is and the way home: tracing, the public notice, other provinces.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping

from services.protection.rules.questions.care import CENTRE, of_unknown_origin
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import Answer, County, Situation, answer
from shared.law import LawOfDay
from shared.provinces import OTHER_PROVINCES


def identity_and_home(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """Who searches identities and who hands over across provinces (3.5c-3, 4.1c)."""
    infant = of_unknown_origin(situation.facts())
    lost = situation.says(*_LOST)
    words = ("外省", "跨省", "流出地", "户籍地接回", "移交", "送返", "返乡")
    settled = _AT_WORK.search(situation.facts()) or CENTRE.search(situation.facts())
    across = situation.says(*words) and settled is None
    across = across or (situation.says("流浪") and _FROM_AFAR.search(situation.facts()) is not None)
    across = across or (
        situation.says("接回") and not situation.has("removed_on", "placement", "assessment")
    )
    across = (
        across
        or re.search("coordinat|across (?:the )?provinc|escort", situation.question) is not None
    )
    if not (infant or lost or across or situation.asks("identity_and_home")):
        return None
    found = infant or lost or not across
    return answer(
        "identity_and_home",
        *(["WL24:4.1c-1", "WL24:4.1c-2"] if found else []),
        *(["WL24:3.5c-3"] if across else []),
        *(["ADOPT:8"] if infant else []),
        zh="市公安局负责弃婴调查、打拐比对和查找；市未成年人救助保护中心承担跨省协调和转介",
        en="Police search and compare; the centre coordinates across provinces",
        unit=None if found and across else "市公安局" if found else "市未成年人救助保护中心",
        search_unit="市公安局" if found else None,
        transfer_unit="市未成年人救助保护中心" if across else None,
        transfer_open_until="对方确认接收" if across else None,
        **(_notice(situation, law, county) if infant else {}),
    )


_FROM_AFAR = re.compile(
    f"(?:户籍|籍贯|来自|家在|家住)[^，。；]{{0,4}}(?:{OTHER_PROVINCES})|(?:{OTHER_PROVINCES})籍"
)
# Parents who work elsewhere send no child across provinces.
_AT_WORK = re.compile("外省[^，。；]{0,4}(?:打工|务工|工作|经商|上班)")
_LOST = (
    *("打拐", "DNA", "身份不明", "失联", "失踪", "查找父母", "下落不明", "走失", "被拐", "寻亲"),
)


_PUBLISHED = ("刊登", "登报", "发布公告", "公告自", "公告于", "公告发布", "发出公告")


def _notice(situation: Situation, law: LawOfDay, county: County) -> Answer:
    """The public notice for a foundling's parents, and the inquiry of the police."""
    days = int(law.figures["foundling_notice_days"])
    begun = situation.day("as_of", "event", "child", "finding")
    inquiry = int(law.figures["foundling_inquiry_working_days"])
    said: Answer = {"notice_days": days, "inquiry_working_days": inquiry}
    if begun is not None and situation.says(*_PUBLISHED):
        said["notice_until"] = county.calendar.period_end(begun, days=days).isoformat()
    elif begun is not None:
        said["inquiry_until"] = county.calendar.add_working_days(begun, inquiry).isoformat()
    return said


HOME_TOPICS: Mapping[str, Topic] = {"identity_and_home": identity_and_home}
