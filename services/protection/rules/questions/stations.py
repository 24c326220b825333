"""Questions about stations with beds for children: a zone of their own, dedicated staff.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping

from services.protection.rules.guardianship import fit_station
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import Answer, County, Situation, answer
from shared.law import Facts, LawOfDay


def station(situation: Situation, law: LawOfDay, _: County) -> Answer | None:
    """A station has beds only with a zone of its own and dedicated staff (3.5d-2)."""
    zone = situation.flag("separate_zone")
    staff = situation.flag("dedicated_staff")
    if staff is None and situation.has("station", "separate_zone"):
        # The staff of a station, not of a unit that hires.
        told_of = [
            situation.flag(name, meant="dedicated_staff") for name in ("employee", "carer", "人员")
        ]
        staff = next((said for said in told_of if said is not None), None)
    text = situation.text()
    told = situation.has("station") or situation.says("独立分区", "专门人员", "无专人")
    told = told or _MIXED.search(text) is not None
    if zone is None and staff is None and not told and not situation.asks("station"):
        return None
    found = fit_station.find(_facts(zone, staff, text), law)
    return answer(
        "station",
        "WL24:3.5d-2",
        zh="儿童照料区域应独立分区，并配备专门人员；缺一不得启用床位",
        en="Separate zone and dedicated staff, or no bed",
        allowed=None if found.unknown else found.met,
        compliant=None if found.unknown else found.met,
        status="undetermined" if found.unknown else None,
        missing=found.missing() or None,
    )


def _facts(zone: bool | None, staff: bool | None, text: str) -> Facts:
    """What fields and words tell of a station; that something is missing weighs most."""
    zone = True if zone is None and _ZONED.search(text) else zone
    staff = True if staff is None and _STAFFED.search(text) else staff
    zone = False if _MIXED.search(text) else zone
    staff = False if _UNSTAFFED.search(text) else staff
    told = {"has_separate_zone": zone, "has_dedicated_staff": staff}
    return Facts({name: said for name, said in told.items() if said is not None})


_MIXED = re.compile(
    "(?:安置|住|放|睡)[^，。；]{0,8}(?:老人|成人|成年人)[^，。；]{0,2}(?:房|室|间|床)|"
    "(?:未|没有?)(?:独立)?分区|混住|混居|同一?(?:房间|室|屋|区)|[共合]用|与成年?人.{0,6}(?:同|合|一起)"
)
_ZONED = re.compile(
    "(?<!未)(?<!没有)(?<!是否)(?:独立分区|独立的?(?:区域|照料区)|照料区域?(?:独立|单独))"
)
_STAFFED = re.compile(
    "(?<!未)(?<!没有)(?<!是否)(?:配备?|设|有)[有置了]?.{0,4}(?:专职|专门人员|专人)"
)
_UNSTAFFED = re.compile(
    "无专人|(?:没有|未配备|无)专门人员|无人值守|(?:干部|人员|社工|保安)兼[管职任]"
)


STATION_TOPICS: Mapping[str, Topic] = {"station": station}
