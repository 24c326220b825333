"""What a sentence about a child says of its parents (情形中关于父母的陈述).

`父亲病故，母亲改嫁后失联两年，随奶奶生活`: each clause is of the person named before it, and
a relative who is no parent takes the words that follow. Of a parent whose own words are not
understood but speak of a state, nobody knows how it stands; one who is only mentioned is alive
like any other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from services.eligibility.rules.periods import spelled
from services.eligibility.rules.statements.disabilities import graded_anew
from services.eligibility.rules.statements.phrasing import EXACT, listed_name, understood
from services.eligibility.rules.statements.qualifying import AT_WORK
from services.eligibility.rules.statements.reading import Statement
from services.eligibility.rules.statements.states import LIVING
from services.eligibility.rules.statements.words import NEGATIONS

PARENTS = ("father", "mother")
_BOTH = "(?<!祖)父母|双亲|(?<!grand)parents"
# 父 or 母 alone, where a state follows: 父亡母嫁; no 祖父, 继母 or 伯父.
_ALONE = (
    "(?<![祖继伯叔舅姨姑岳义师])(?:其{0}(?![父母])|{0}(?=[亡死逝嫁服失被已去病改再重患残精智肢瘫]))"
)
NAMES = {
    "father": f"{_BOTH}|父亲|生父|养父|爸爸|(?<!grand)(?<!step)father|{_ALONE.format('父')}",
    "mother": f"{_BOTH}|母亲|生母|养母|妈妈|(?<!grand)(?<!step)mother|{_ALONE.format('母')}",
}
PARENT = re.compile("|".join(NAMES.values()))
_OTHER = (
    "继[父母]|[外曾]?祖[父母]+|爷爷|奶奶|外公|外婆|[叔伯姑舅姨婶][父母妈叔伯姑姨爹婆]?|"
    "[哥姐弟妹兄]|邻居|同[学桌]|室友|朋友|[工病]友|老师|老板|同居"
)
_WHO = re.compile(f"{PARENT.pattern}|{_OTHER}|本人|儿童|孩子|其(?=现|由|随|与|患|被)")
_UNKNOWN = re.compile("不明|不详|未知|不清")
_NOT_TO_BE_FOUND = re.compile(
    "(?:查找不到|找不到|查无)(?:其)?(?:亲)?生父母|公告[^。；未]{0,6}满[^。；]{0,8}无人认领"
)
_ILL = re.compile("病|症|癌|瘤")
_KINDS = "视力|听力|言语|肢体|智力|精神|多重"
GRADED = re.compile(f"(?:{_KINDS})(?:残疾)?[一二三四1-4]级|[一二三四1-4]级(?:{_KINDS})")
_NOT_ASSESSED = re.compile("疑似|(?:未|待)(?:经)?(?:评定|鉴定|办证|办理)")
_SEVERE = re.compile("重残|重度残疾|[一二]级以上残疾|(?:一|二|一、二)级残疾")
_NEAR = re.compile("本地|本市|本镇|本村|附近|就近|家门口|在家")
_NO_LONGER = re.compile("治愈|痊愈|康复出院|疑似|排除|未患|没有|无病|健康")
_INFECTED = re.compile("(?:感染|携带).{0,4}(?:艾滋|HIV)|(?:艾滋|HIV).{0,8}(?:阳性|感染|确诊)")
_CHILD = re.compile("本人|儿童|孩子|其")
_CLASSES = (
    ("低保边缘|低边(?:家庭|户)", "dibao_margin"),
    (
        "低保(?:户|家庭|对象)|家庭(?:系|为|是|属于?)?低保(?!边)|(?:享受|领取|纳入|吃)低保|靠低保",
        "dibao",
    ),
    ("特困(?:家庭|人员|供养)", "tekun"),
)
_DENIED = re.compile(
    "(?:未|没有?|不是|不属于?|非|无|申请|曾|邻居|亲戚|亲属|朋友|他人)[^，。；]{0,4}$"
)
_OVER = re.compile(
    "(?:低保|特困)[^，。；]{0,6}(?:停|取消|退出|终止|未批)|(?:停|取消|退出|终止)[^，。；]{0,4}低保"
)
_HIV = re.compile("艾滋|HIV|hiv")
_NOT_HIV = re.compile("阴性|未感染|没有?感染|排除|未检|(?:艾滋病?|HIV)(?:防治|预防|科|志愿|宣传)")
# What a sentence may tell of the child, and the fact that says it is told already.
_OWN = {
    "disability": "child.disability_grade",
    "illness": "child.illness",
    "hiv": "child.hiv",
    "birth_date": "child.birth_date",
    "age": "child.apparent_age",
    "hukou_city": "child.hukou_here",
}
# Where and when the child was born and is registered, in a sentence.
_BORN = re.compile(
    r"(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})日?出?生|(?:生于|出生于|出生日期[为是：:]?)\s*"
    r"(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})"
)
# Of a birth only its month or its year: 2014年9月出生, 生于2010年.
_BORN_ABOUT = re.compile(
    r"(\d{4})年(?:(\d{1,2})月)?(?:份|[初底])?出?生(?![病效活])|(?:生于|出生于)\s*(\d{4})年?(?:(\d{1,2})月)?"
)
_AGED = re.compile(r"(?<!\d)(\d{1,2})(?:[- ]years?[- ]old|\s*周?岁(?![时起那以前后]|多?的?时候))")
# A clause that begins with the registration is of the child, whoever was named before it.
_REGISTERED_AT = re.compile(
    "(?:^|[，。；,;、（(])(?:其|孩子|儿童|本人)?户[籍口](?:所在地|地)?(?:在|为|是|：|:)?"
    "(?![所地在为是性类迁人农城非居不无未：:])([^，。；,;、不无未]{2,10})"
)
_REGISTERED = re.compile(
    "(?:^|[，。；,;、（(])(?:具有|系|为|是)?(?!农村|农业|城镇|城市|非|无|未|没)([^，。；,;、]{2,8}?)(?:户籍|户口|籍)"
    "(?=$|[，。；,;、）)的])|(?:户籍|户口)(?:所在地|地)?(?:在|为|是|：|:)([^，。；,;、不无未]{2,10})"
    "|registered (?:in|at) ([A-Z][a-z]+)"
)
# Who is gone is nothing else besides.
_LAST = ("dead", "declared_dead", "declared_missing", "unfindable")


def segments(text: str) -> dict[str, list[str]]:
    """The words that are said of each parent, mention by mention."""
    said: dict[str, list[str]] = {parent: [] for parent in PARENTS}
    for found, rest in _mentions(text):
        words = rest.strip("，,；;。、 ")
        if words and not words.startswith("的"):
            for parent in PARENTS:
                if re.compile(NAMES[parent]).match(text, found.start()):
                    said[parent].append(words)
    return said


def _mentions(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each naming of somebody, with the words up to the next one."""
    mentions = list(_WHO.finditer(text))
    ends = [*(found.start() for found in mentions[1:]), len(text)]
    for found, end in zip(mentions, ends, strict=False):
        yield found, text[found.end() : end]


def each_parent(said: Any) -> dict[str, Any]:
    """What one sentence says of either parent: `父亲去世，母亲改嫁后失联`; else it is of both."""
    named = PARENT.findall(said) if isinstance(said, str) else []
    if not named or all(re.fullmatch("父母|双亲|parents", name) for name in named):
        return dict.fromkeys(PARENTS, said)
    return {parent: "，".join(words) for parent, words in segments(said).items() if words}


def told_in_sentences(
    statement: Statement, spoken_of: AbstractSet[str]
) -> dict[str, dict[str, Any]]:
    """What the sentences about the child say of each subject; what is told by a field of its own
    is told there."""
    figures = statement.law.figures
    illnesses = (*figures.get("serious_illnesses", ()), *figures.get("rare_illnesses", ()))
    found = of_parents(statement.stories)
    for text in statement.stories:
        own = of_the_child(text, illnesses)
        new = {name: said for name, said in own.items() if _OWN[name] not in statement.stated}
        found["child"] = found.get("child", {}) | new
        if (classed := of_the_household(text)) is not None:
            found.setdefault("household", {"class": classed})
    _contradicted(statement, found, spoken_of)
    return {who: said for who, said in found.items() if who == "child" or who not in spoken_of}


def _contradicted(
    statement: Statement, found: Mapping[str, Mapping[str, Any]], spoken_of: AbstractSet[str]
) -> None:
    """A parent whom a sentence calls dead and a field alive is neither until somebody asks."""
    if statement.adoptive or statement.stated.get("child.adopted"):
        return
    for parent in PARENTS:
        dead = found.get(parent, {}).get("status") in ("dead", "declared_dead")
        if dead and parent in spoken_of and statement.stated.get(f"{parent}.life") == "alive":
            statement.stated[f"{parent}.life"] = None


def of_parents(stories: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What sentences about a child state of its parents, in the fields of a parent."""
    found: dict[str, dict[str, Any]] = {}
    for text in stories:
        if _NOT_TO_BE_FOUND.search(text):
            found |= {parent: {"status": "unfindable"} for parent in PARENTS}
        for parent, words in segments(text).items():
            if words and (state := _state("，".join(words))) is not None:
                found.setdefault(parent, state)
    return found


def _state(text: str) -> dict[str, Any] | None:
    """A parent's state in these words; an unknown one where they speak of a state and are not
    understood."""
    if text.startswith("一方"):
        return {"status": None}  # one of them, and nobody says which
    codes = understood("status", text)
    if codes is not None:
        if LIVING.issuperset(codes) and (weak := _infirm(text)) is not None:
            return weak
        gone = next((code for code in codes if code in _LAST), None)
        state: dict[str, Any] = {"status": gone or text}
        infected = {"cause": text} if gone else {"hiv": "infected"}
        return state | (infected if _has_hiv(text) else {})
    if any(word in text for word in NEGATIONS) or _UNKNOWN.search(text):
        speaks = any(len(term) > 1 and term in text for term in EXACT["status"])
        return {"status": None} if speaks or _UNKNOWN.search(text) else None
    if _has_hiv(text):
        return {"status": "alive", "hiv": "infected"}
    if AT_WORK.search(text):
        return {"status": "alive" if _NEAR.search(text) else "away"}
    return _infirm(text)


def _has_hiv(text: str) -> bool:
    return _HIV.search(text) is not None and _NOT_HIV.search(text) is None


def _infirm(text: str) -> dict[str, Any] | None:
    """A living parent by a disability or an illness."""
    if _SEVERE.search(text):
        return {"status": "severely_disabled"}
    if GRADED.search(text):
        return {"status": "alive", "disability": text}
    if "残" in text and "无残" not in text:
        return {"status": None}  # disabled, and nobody says how
    ill = _ILL.search(text) and not re.search("无病|没病|未患", text)
    return {"status": "alive", "illness": text} if ill else None


def of_the_child(text: str, illnesses: Iterable[str]) -> dict[str, Any]:
    """What a sentence states of the child itself (health, birth, registration), by its fields."""
    own = _own(text)
    found: dict[str, Any] = {}
    if graded := GRADED.search(own):
        kind = re.search(_KINDS, graded[0])
        open_yet = kind and (_NOT_ASSESSED.search(own) or graded_anew(own))
        found["disability"] = {"suspected": kind[0]} if open_yet and kind else graded[0]
    if not _NO_LONGER.search(own):
        told = listed_name(own)
        named = [name for name in illnesses if name in told and not _HIV.search(name)]
        found |= {"illness": named} if named else {}
    if born := _BORN.search(own):
        year, month, day = (part for part in born.groups() if part)
        found["birth_date"] = f"{year}-{int(month):02}-{int(day):02}"
    elif about := _BORN_ABOUT.search(own):
        year, month = about[1] or about[3], about[2] or about[4]
        found["birth_date"] = f"{year}-{int(month):02}" if month else year
    elif aged := _AGED.search(spelled(own)):
        found["age"] = aged[1]
    if place := _REGISTERED.search(own) or _REGISTERED_AT.search(text):
        found["hukou_city"] = next(filter(None, place.groups()))
    if _INFECTED.search(own) and not re.search("阴性|未感染|没有感染", own):
        found["hiv"] = "infected"
    return found


def _own(text: str) -> str:
    """The words of a sentence that are said of the child: before anybody is named, and after it."""
    first = _WHO.search(text)
    before = text[: first.start()] if first else text
    return "，".join([before, *(said for who, said in _mentions(text) if _CHILD.fullmatch(who[0]))])


def of_the_household(text: str) -> str | None:
    """The class of the household that a sentence names, where it does not deny it."""
    text = text.replace("最低生活保障", "低保")
    for pattern, code in _CLASSES:
        found = re.search(pattern, text)
        if found and not _DENIED.search(text[: found.start()]) and not _OVER.search(text):
            return code
    return None
