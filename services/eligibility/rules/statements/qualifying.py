"""What a word of a parent's status means in its own phrase (状态用语的限定).

Work at home takes nobody away, a suspended sentence puts nobody in prison, and what was restored
is revoked no longer.
"""

import re
from collections.abc import Mapping
from typing import Any

from services.eligibility.rules.statements.phrasing import understood

# Where a parent works: 常年在新疆承包工程.
AT_WORK = re.compile("在([^，。；]{2,8}?)(?:工作|承包|开店|做生意|上班|谋生|务工|打工|经商)")
# What a word of a status is not, where its own phrase says more: a search by the police is no
# declaration, work at home takes nobody away, and what was restored is revoked no longer.
# Who writes, calls, sends money or comes home at times is not out of contact (失联).
_IN_TOUCH = (
    "(?:每[年月周逢]|逢年过节|春节|过年|偶尔|有时|不时|经常|常|定期|仍|还|曾)[^，。；未没不]{0,6}"
    "(?:回[家来]|寄钱|汇款|寄.{0,3}(?:生活费|抚养费)|来电|电话|视频|通话|微信|联系|探望|看望|见面)"
)
# Whoever was let go and taken in anew: 刑满释放后又被逮捕.
AGAIN = "(?:又|再次?|再度|随[即后]|另)[^。；]{0,8}(?:逮捕|入狱|判|收监|羁押|关押|拘|戒毒|服刑)"
TO_COME = "(?:将|预计|预期|拟|待|还有|尚[余有])"
# A declaration that a court has taken back, and not only one that somebody asks it to take back.
_ANNULLED = "(?<!申请)(?<!请求)撤销.{0,8}宣告|宣告.{0,6}(?<!申请)(?<!请求)撤销"
_QUALIFIED: Mapping[str, tuple[str, str]] = {
    "lost_contact": (_IN_TOUCH, "alive"),
    "missing_undeclared": (_IN_TOUCH, "alive"),
    "declared_missing": (
        "^(?!.*(?:宣告|法院|判决)).*(?:报警|报案|公安|查找)|未.{0,6}宣告",
        "missing_undeclared",
    ),
    "away": (
        (
            "本地|本市|本镇|本村|附近|就近|家门口|在家|早出晚归|(?:每[天日晚周]|周末).{0,3}回|"
            "(?:曾|以前|此前)[^，。；]{0,6}(?:务工|打工|外出|经商)|"
            "(?:已|现)(?:经)?[^，。；过]{0,10}(?:返乡|回乡|返家|回家|回到)(?![^。；]*(?:又|再)?外出)"
        ),
        "alive",
    ),
    "revoked": ("恢复", "alive"),
    **dict.fromkeys(("dead", "declared_dead"), (_ANNULLED, "alive")),
    "deported": (
        "(?:申诉|复议|上诉)成功|(?:决定|令)[^，。；]{0,6}撤销|撤销[^，。；]{0,6}(?:决定|令)",
        "alive",
    ),
    "released": (
        f"(?:出狱|释放|期满|解除)[^。；]*?{AGAIN}|{TO_COME}[^，。；]{{0,16}}(?:释放|出狱|期满)",
        "alive",
    ),
    "at_liberty_under_order": ("撤销缓刑|缓刑.{0,4}撤销|撤销假释|假释.{0,4}撤销|收监", "prison"),
}


def outside(text: str) -> bool:
    """Whether words say of a sentence that it is not served in prison: 有期徒刑三年，缓刑四年."""
    codes = understood("status", text) or ()
    return "at_liberty_under_order" in [as_it_stands(code, text) for code in codes]


def comes_home(text: str) -> bool:
    """Whether words say of a parent that works that it is home all the same: 每周末回家."""
    return re.search(_QUALIFIED["away"][0], text) is not None


def noted(text: str) -> dict[str, Any]:
    """What a note about a parent takes from its status: served outside, not declared by a court."""
    undeclared = re.search("(?:未|没有)[^，。；]{0,6}宣告", text)
    return (
        ({"at_liberty": True} if outside(text) else {})
        | ({"declared": False} if undeclared else {})
        | ({"in_contact": text} if re.search(_IN_TOUCH, text) else {})
    )


_WEAK = re.compile(
    "(?<![无非])(?:精神(?:病|障碍|异常|分裂)|智力|智障|残疾|评残|瘫|癌|肿瘤|尿毒症|透析|植物人|[重大]病(?!历)|卧床|"
    "中风|脑梗|不能自理)"
)
# Of whom else a note may speak.
_OTHERS = re.compile("爷爷|奶奶|祖[父母]|外[公婆]|妻|丈夫|配偶|孩子|[儿女]|[哥弟姐妹叔伯舅姑姨]")
_OF_OTHERS = re.compile(
    "(?:^|(?<=[，。；、,;]))(?:其|因)?(?:前[夫妻]|丈夫|妻子?|配偶|爱人|老[公婆]|爷爷|奶奶|祖[父母]|外[公婆]|"
    "孩子|[儿女]子?|[哥弟姐妹叔伯舅姑姨])[^，。；、,;]*"
)


def of_itself(text: str) -> str:
    """The words about a parent without the clauses that begin with somebody else's name."""
    return _OF_OTHERS.sub("", text)


_HEALTH = (
    "disability disability_grade disability_type disability_certificate severe_disability "
    "illness serious_illness health illness_found"
)


def weak(said: Mapping[str, Any], text: str) -> dict[str, Any]:
    """An infirmity of a parent that stands in a note alone; whether it is grave somebody asks."""
    told = not set(_HEALTH.split()).isdisjoint(said)
    own = "，".join(part for part in re.split("[，,。；;、]", text) if not _OTHERS.search(part))
    denied = re.search("(?:无|没有|排除|治愈|痊愈|康复)", own)
    return {} if told or denied or not _WEAK.search(own) else {"health": own}


def meant(field: str | None, said: Any) -> str | None:
    """The field that was meant: a declaration that is revoked is of a parent who is back, and the
    custody of a child is nobody's arrest."""
    if field == "custody" and re.search("抚养|监护|判归|判给|归[父母男女]", str(said)):
        return "note"
    return "found_on" if field == "guardianship_revoked" and "宣告" in str(said) else field


def in_touch(said: Any) -> bool:
    """Whether what is said of the contact with a parent tells that there is some (联系)."""
    text = str(said).strip().lower()
    none = text in ("none", "false", "否", "no", "0")
    return not none and (re.search("[无没未断失]|不[上到]", text) is None)


def as_it_stands(code: str, phrase: str) -> str:
    if code not in _QUALIFIED:
        return code
    if code == "declared_missing" and re.search(_ANNULLED, phrase):
        return "alive"
    pattern, meant = _QUALIFIED[code]
    return meant if re.search(pattern, phrase) else code
