"""Phrases of a situation that state facts of the child (情形用语). A negated one states nothing.

Data, and the reading of it: a phrase of a later line takes back what an earlier one stated.
"""

import re
from collections.abc import Iterator

from services.eligibility.rules.statements.phrasing import lives_now
from services.eligibility.rules.statements.words import NEGATIONS

_STRAYED = "露宿|流落街头|流浪|乞讨|无家可归|睡在?.{0,4}(?:街|桥|车站|公园|网吧)"
# Who takes in a child that has nobody; their care is the relief, and no livelihood of its own.
_RESCUERS = "(?:救助|民政|公安|派出所|警)"
_RESCUED = re.compile(
    f"(?:由|被|在|送[至到往]|移送){_RESCUERS}[^，。；未拟]{{0,8}}?(?:照[料顾管]|救助|收容|安置|接收|抚养|送)|"
    "(?:在|送[至到往]?|移送|入住?|进入?)(?:市)?救助(?:管理)?站(?!工作|上班|任职)"
)
# Home again: 已被公安送回父母家. Whoever is to be sent home is not there yet.
_HOME = (
    "(?:已|被|由)[^，。；]{0,10}?(?:送回|接回|领回|送返|护送回)(?![^，。；]{0,8}(?:机构|中心|救助|福利))|"
    "已(?:经)?(?:回家|返家|回到(?:父|母|家|监护人)|与(?:父母|家人|监护人)团聚)"
)
PHRASES: tuple[tuple[str, str, bool], ...] = (
    (
        "left_guardian",
        f"{_STRAYED}|(?:独自|只身).{{0,6}}(?:流落|来到|抵达|在外)|走失|走散|失散|偷跑",
        True,
    ),
    ("left_guardian", "离家|出走|(?:离开|脱离)(?:父|母|家|监护人)|从家.{0,4}(?:逃|跑)", True),
    (
        "means_lost",
        "(?:带|有)[^，。；没无]{0,4}(?:现金|存款|零花钱)|入?住[^，。；无没]{0,4}(?:宾馆|酒店|旅馆|旅店)",
        False,
    ),
    (
        "means_lost",
        (
            f"{_STRAYED}|失去基本生存保障|身无分文|衣食无着|生活无着|食不果腹|挨饿|饥饿|饥寒|没吃没[住喝]|"
            "(?:无|没有?)(?:处|地方)?(?:食宿|食无宿|食物|饭吃|吃的|吃住|住处|住所|住的|落脚|钱|(?:任何)?(?:生活|经济|收入)来源)"
        ),
        True,
    ),
    (
        "means_lost",
        (
            "(?:供给|提供|负责|包|有人管|解决|照顾|照料|安排|承担)(?:着|其|了|他的?|她的?)?(?:的)?(?:食宿|吃住|吃饭|生活)|供养|"
            "住[^，。；没无不]{0,4}(?:亲戚|亲属|同学|朋友|[舅姑姨叔伯][^，。；]{0,2})家|有吃有[住穿]|"
            "(?:家长|亲戚|亲属|同学|朋友|邻居|[舅姑姨叔伯][父母妈爹]?|爷爷|奶奶|外公|外婆)"
            "[^，。；没无不]{0,4}(?:照料|照顾|收留|接济)|"
            f"(?<![没无])(?:有|由)(?!.{{0,6}}{_RESCUERS}).{{0,8}}(?:食宿|饭吃|住处|接济|照[料顾管])|"
            "生活(?:有着落|有保障|无忧)"
        ),
        False,
    ),
    *(
        (fact, _HOME, fact == "guardian_found")
        for fact in ("left_guardian", "means_lost", "guardian_found")
    ),
    ("foundling", "弃婴", True),
    ("has_housing", "(?:无|没有?)(?:自有|自己的)?(?:住房|房屋|房产|房(?![租贷间]))", False),
    ("may_build", "符合(?:农村)?(?:建房|宅基地)", True),
    ("housing_conditions", "符合(?:城镇)?(?:住房保障|公租房|公共租赁|保障房)", True),
    ("independent", "(?:能够?|可以?|具有|具备)独立生活", True),
    (
        "rehabilitation_need",
        "(?:需要?|适合|有)[^，。；无]{0,8}(?:康复|植入|矫治|矫形|助听|假肢|轮椅)",
        True,
    ),
    (
        "disability_difficulty",
        (
            "(?:康复|照料|照护|护理|融入|自理).{0,6}(?:困难|有难|很难)|难以.{0,4}(?:康复|融入|自理)|"
            "(?:生活)?(?:无法|不能|没法)(?:生活)?自理|(?:无法|不能)融入"
        ),
        True,
    ),
)
# Whoever has the child in care does it harm, or threatens to; who finds it out or reports it, not.
_CARER = "(?:父亲|母亲|父母|[生继养][父母]|爸爸|妈妈|监护人)"
_BY_WHO_CARES = (
    f"{_CARER}(?!的|[^，。；]{{0,6}}(?:发现|得知|报警|报案|带|送))[^。；;被遭孩儿]{{0,14}}"
    "(?:[殴毒]打|打骂|打伤|虐待|猥亵|性侵|强奸|扬言|威胁|恐吓|要杀|囚禁|施暴)|"
    f"[被遭](?:其)?{_CARER}[^，。；]{{0,8}}(?:打|虐|猥亵|性侵|强奸|威胁|恐吓|囚禁|遗弃)"
)
# How a sentence says that a child was cared for when something happened.
_GUARDED = (
    (
        "proper",
        (
            "监护(?:人)?(?:正常|得当|到位|尽责|良好|无不当)|(?:无|没有|不存在)监护(?:不当|缺失|问题|过错)|"
            "(?:父母|父亲|母亲|家长|监护人)[^，。；未没不]{0,4}(?:尽责|尽心|悉心|精心|妥善|正常照[料顾])"
        ),
    ),
    (
        "absent",
        "拐卖|被拐|监护(?:缺失|缺位|真空)|(?:无|没有?)人(?:照[料顾管看]|监护|看[护管]|管)|独自在家",
    ),
    (
        "improper",
        (
            "监护(?:不当|失当|不力)|疏忽|独留|留[^，。；]{1,4}(?:一人|独自|单独)|"
            f"疏于(?:看[护管]|照[料顾管]|监护)|看管不力|{_BY_WHO_CARES}"
        ),
    ),
)
# What befell whoever looks after a child, and that nobody does so now.
_BEFELL = (
    "突发|突然|意外|车祸|交通事故|火灾|地震|台风|洪水|重伤|昏迷|抢救|急救|病危|"
    "被[^，。；]{0,6}(?:拘留|带走|抓|隔离)"
)
_NOBODY = (
    "(?:无|没有?)人(?:在家)?(?:照[料顾管看]|看[护管]|监护|抚养|管)|无人可托|失依|暂时无依|没有大人"
)
_NOTICE_OVER = re.compile(
    "公告期?(?:已|间)?(?:届|期)?满(?!\\d)|公告(?:期间?)?(?:已经?)?(?:届满|结束)"
)
_NOTICE = re.compile(r"公告(?:已|了|满|期|刊登|发布|第)*(\d{1,5})[日天]")


# Words enough to be a sentence, and no code, number or single word that a fact may hang on.
_SENTENCE = re.compile("[\u4e00-\u9fff][，。；、]|[\u4e00-\u9fff]{8}|(?:[A-Za-z']+ ){4}")


def a_sentence(said: object) -> bool:
    """Whether what was said is a sentence, to be read by its words wherever it stands."""
    return isinstance(said, str) and _SENTENCE.search(said) is not None


# A phrase says more than a code or a single word does: 查找未果, works in the city.
_PHRASE = re.compile("^[^\\d]*[\u4e00-\u9fff]{4}|(?:[A-Za-z']+ ){2}")


def a_phrase(said: object) -> bool:
    """Whether what was said is a phrase, whose words can be read under whatever name."""
    return isinstance(said, str) and (a_sentence(said) or _PHRASE.search(said) is not None)


# Whoever is named first in a clause is who leaves home: 母亲离家出走; not 与父母, 离开父母.
_OF_A_PARENT = re.compile(
    "(?:^|[，。；,;、])[^，。；,;、与离开被遭随和从脱因跟同]{0,4}(?:父亲|母亲|父母|生父|生母|爸爸|妈妈)"
    "[^，。；,;、孩儿]*$"
)


def of_the_child(text: str) -> str:
    """A sentence without its clauses that speak of a parent alone: 父亲意外去世."""
    clauses = re.split("(?<=[，。；,;、])", text)
    return "".join(c for c in clauses if not _OF_A_PARENT.search(c.rstrip("，。；,;、")))


def stated_in(text: str) -> Iterator[tuple[str, bool]]:
    """Each fact of the child that a sentence states; what it says is not so, states nothing."""
    for fact, pattern, holds in PHRASES:
        for found in re.finditer(pattern, text):
            if fact == "left_guardian" and _OF_A_PARENT.search(text[: found.start()]):
                continue
            if not text[max(0, found.start() - 2) : found.start()].endswith(
                (*NEGATIONS, "无人", "没人", "不", "没")
            ):
                yield fact, holds
                break


def guarded_as(text: str) -> str | None:
    """What a sentence says of the guardianship: proper, absent or improper."""
    return next((code for code, pattern in _GUARDED if re.search(pattern, text)), None)


# An institution that has taken the child in, and no place it was left at.
_TAKEN_IN = re.compile(
    "(?:由|在|送[至到往入]?|入住|进入|安置[于在]?|收住|移送|现住)[^，。；,;]{0,10}?"
    "(?:福利院|福利机构)(?!门|附近|旁|外|工作|上班|任职)"
)


def taken_in(text: str) -> bool:
    """Whether a sentence says that a welfare institution has the child in care (由福利院抚养)."""
    return _TAKEN_IN.search(lives_now(text)) is not None


_WITH = re.compile(
    "(?:随|跟|与|和|同)[^，。；,;祖外]{0,2}(?:(?P<both>父母|双亲|爸妈)|(?P<father>父亲|爸爸)|(?P<mother>母亲|妈妈))"
    "[^，。；,;]{0,10}(?:生活|居住|同住|一起|租[房住])"
)


def with_parents(text: str) -> set[str]:
    """The parents a sentence says the child lives with, wherever that is (随父母在外地生活)."""
    found = _WITH.search(text)
    if found is None:
        return set()
    return {p for p in ("father", "mother") if found[p] or found["both"]}


def rescued_by(text: str) -> str | None:
    """Who a sentence says has taken the child in (由救助站照料, 公安移送)."""
    found = _RESCUED.search(text)
    if found is None:
        return None
    return "police" if re.search("公安|派出所|警", found[0]) else "civil_affairs"


def suddenly_alone(text: str) -> bool:
    """Whether a sentence tells of a sudden event that left the child without anybody's care."""
    return re.search(_BEFELL, text) is not None and re.search(_NOBODY, text) is not None


def days_of_notice(text: str, enough: int) -> int | None:
    """For how many days a sentence says the public notice has stood (公告45日, 公告期满)."""
    if found := _NOTICE.search(text):
        return int(found[1])
    return enough if _NOTICE_OVER.search(text) else None
