"""How case workers say it (用语): Chinese words and structured fields read as facts.

A situation comes as fields, as words, or as both; fields win over words. What is not said stays
unknown. Once any category has been named, the others are taken as not held, since a list of
categories is complete by convention.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

CATEGORIES = {
    "orphan": ("orphan",),
    "institution_orphan": ("orphan",),
    "scattered_orphan": ("orphan",),
    "de_facto_unsupported": ("de_facto",),
    "own_difficulty": ("own_difficulty",),
    "hiv_affected": ("hiv_affected",),
    "dibao_child": ("dibao", "hardship"),
    "dibao_margin_child": ("margin", "hardship"),
    "left_behind": ("left_behind",),
    "street_child": ("street",),
    "other_difficulty": ("other",),
    "orphan_institution": ("orphan",),
    "orphan_scattered": ("orphan",),
    "dibao": ("dibao", "hardship"),
    "dibao_margin": ("margin", "hardship"),
    "street": ("street",),
    "other": ("other",),
}
CATEGORY_FACTS = ("orphan", "own_difficulty", "abandoned_or_street", "in_difficulty")
CATEGORY_WORDS = (
    ("事实无人抚养|de facto", "de_facto"),
    ("自身困境|own.difficulty", "own_difficulty"),
    ("艾滋", "hiv_affected"),
    (r"低保(?:家庭)?边缘|低边", "margin"),
    (r"低保(?!家庭边缘|边缘|低边)", "dibao"),
    ("留守|left.behind", "left_behind"),
    ("流浪|流落|street child|stray", "street"),
    ("弃婴|弃儿|被遗弃|遗弃|abandoned|foundling", "abandoned"),
    (r"(?<!非)(?<!不是)(?<!不属于)孤儿|孤弃|(?<!not an )(?<!non-)orphan", "orphan"),
    ("其他困境", "other"),
    ("困境儿童|困境学生|困境家庭儿童|child in difficulty", "any"),
)
PAID = frozenset({"orphan", "de_facto", "own_difficulty", "hiv_affected", "dibao"})
UNPAID = frozenset({"any", "margin", "left_behind"})

# In the order in which they are tried: a negation stands before what it negates.
WORDS: tuple[tuple[str, Any, str], ...] = (
    ("stage", "kindergarten", "幼儿园|学前|kindergarten"),
    ("stage", "primary", "小学|primary"),
    ("stage", "junior", "初中|初一|初二|初三|junior"),
    ("stage", "vocational_senior", "中职|职高|职业高中|中等职业|技校|技工学校|vocational"),
    ("stage", "secondary_specialised", "中专"),
    ("stage", "senior", "高中|普高|高一|高二|高三|senior|high school"),
    ("stage", "doctor", "博士|doctora|phd"),
    ("stage", "master", "硕士|研究生|master.?s"),
    ("stage", "bachelor", "本科|大学|高等院校|高校|bachelor|undergraduate|university"),
    ("stage", "college", "大专|高职|专科"),
    ("stage", "compulsory", "义务教育|九年一贯|compulsory"),
    ("public_school", False, "民办|私立|private"),
    ("public_school", True, "公办|公立|public (?:school|kinder)"),
    ("full_time", False, "非全日制|自考|成人(?:教育|高考)|函授|夜大|网络教育"),
    ("full_time", True, "全日制"),
    ("boarding", True, "住校|寄宿|住宿生|boarding|boarder"),
    ("boarding", False, "走读|day pupil"),
    ("adult", True, r"(?<!未)成年(?!人保护)|(?:已|年)满18|18周岁以上|grown-up|adult"),
    ("adult", False, "未成年|未满18|不满18"),
    ("labour_capacity", False, "(?:无|没有|不具有|不具备|丧失|缺乏)(?:任何)?劳动能力"),
    ("labour_capacity", True, "(?:有|具有|具备)(?:一定|部分|完全)?的?劳动能力"),
    ("hard_to_employ", False, "不(?:符合|属于)就业困难"),
    ("hard_to_employ", True, "就业困难"),
    ("rural", True, "农村户籍|农业户口|农村户口|农村孤儿"),
    ("rural", False, "城镇户籍|城镇户口|非农|城镇孤儿|城市户籍"),
    ("has_housing", False, "(?:没有|无)(?:自有)?住房|无房"),
    (
        "has_housing",
        True,
        "(?<!没)(?<!没有)有(?:自有)?住房|有房|名下有房|继承(?:了)?(?:父母)?(?:的)?(?:住)?房",
    ),
    ("building_conditions", False, "不(?:符合|具备)建房条件"),
    ("building_conditions", True, "(?:符合|具备)建房条件"),
    ("housing_conditions", False, "不(?:符合|具备)住房保障条件"),
    ("housing_conditions", True, "(?:符合|具备)住房保障条件"),
    (
        "lives_independently",
        False,
        "(?:不|没|无)(?:具有|具备|有|能)?独立生活(?:能力)?|不能独立生活",
    ),
    ("lives_independently", True, "(?:具有|具备|有|能)独立生活"),
    (
        "urgent",
        False,
        "择期|复查|不急|非紧急|非急|不需(?:要)?急|慢性|常规|普通感冒|体检|病情稳定|轻微",
    ),
    (
        "urgent",
        True,
        (
            "亟需|急需|紧急|昏迷|高烧|高热|危重|急救|抢救|重伤|大出血|出血|休克|呼吸困难|骨折|急诊|"
            "生命危险|抽搐|窒息|中毒|烧伤|烫伤|溺水|车祸|脱水|惊厥|黄疸|早产|急性|病危"
        ),
    ),
    ("severity", "mild", "轻度(?:残疾|智力|智障|听力|视力|肢体)?"),
    ("severity", "moderate", "中度|moderate"),
    ("severity", "severe", "重度|极重度|重残|severe"),
    ("severity", "none", "健康(?:适龄)?儿童|身体健康|无残疾|没有残疾"),
    ("disability_kind", "autism", "孤独症|自闭症"),
    ("disability_kind", "intellectual", "智力|智障|智残"),
    ("disability_kind", "visual", "视力|盲"),
    ("disability_kind", "hearing", "听力|聋|听障"),
    ("disability_kind", "speech", "言语"),
    ("disability_kind", "physical", "肢体|脑瘫"),
    ("disability_kind", "mental", "精神"),
    ("disability_kind", "multiple", "多重"),
    ("palsy", True, "脑瘫"),
    ("disabled", False, "无残疾|没有残疾|非残疾|健康"),
    ("disabled", True, "残疾|残障|智障|脑瘫|孤独症|自闭症|失聪|失明|聋|盲"),
    ("ill", True, "重病|重大疾病|罕见病|白血病|恶性肿瘤|尿毒症"),
    ("rehabilitation_indicated", False, "无(?:康复)?(?:适应)?指征|没有康复需求|不适(?:合|应)"),
    ("rehabilitation_indicated", True, "康复需求|适应指征|需要康复|需康复|有指征|康复训练"),
    ("designated", False, "未经?(?:市)?残联|非定点|非残联|未(?:被)?(?:指定|认定)"),
    (
        "designated",
        True,
        "(?:残联)?(?:部门)?(?:指定|认定|定点)(?:或认定)?(?:的)?(?:有资质的)?(?:康复)?机构",
    ),
    ("training", True, "训练期间|正在(?:接受)?(?:基本)?康复训练|接受基本康复训练"),
    ("hardship", False, "家庭(?:经济)?(?:不困难|富裕|条件(?:较)?好)"),
    ("hardship", True, "家庭(?:经济)?(?:较|很|特别)?困难|困难家庭|经济困难|低保|低边|家贫|贫困"),
    ("confirmed_infection", False, "未感染|阴性|没有感染"),
    (
        "confirmed_infection",
        True,
        "已?(?:确诊)?(?:经体检)?(?:已经)?感染(?:艾滋|HIV|hiv)|HIV(?:抗体)?(?:确证)?阳性|艾滋病(?:病毒)?感染",
    ),
    ("joins_insurance", False, "未参保|不参加"),
    ("joins_insurance", True, "参保|参加(?:了)?城乡居民(?:基本)?医疗?保?险?"),
    ("receives_subsidy", False, "不享受基本生活费|未享受基本生活费"),
    ("receives_subsidy", True, "享受(?:了)?基本生活费"),
    (
        "special_school_possible",
        False,
        "不能到特殊(?:教育)?学校|无法到特殊(?:教育)?学校|不能到特校",
    ),
    ("in_institution", True, "福利机构|福利院"),
    ("handed_over", False, "未(?:办理)?(?:书面)?(?:移交|交接)|没有(?:书面)?(?:移交|交接)"),
    ("handed_over", True, "(?:已|办理(?:了)?|完成)(?:书面)?(?:移交|交接)"),
)
GRADES = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
SEVERITY = {1: "severe", 2: "severe", 3: "moderate", 4: "mild"}
SEVERITY_WORDS = {
    "健康": "none",
    "无": "none",
    "无残疾": "none",
    "轻度": "mild",
    "中度": "moderate",
    "重度": "severe",
    "极重度": "severe",
}
DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日")


@dataclass(frozen=True, slots=True)
class Said:
    """A situation as read: all its words in one text, the facts, and the plain fields."""

    text: str
    facts: Mapping[str, Any]
    fields: Mapping[str, Any]


def strings(value: Any, key: str = "") -> Iterator[str]:
    """Every word of a situation, in its order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from strings(item, str(name))
    elif isinstance(value, Iterable):
        for item in value:
            yield from strings(item, key)


def flat(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every named leaf of a situation, by its last name."""
    for name, item in value.items():
        if isinstance(item, Mapping):
            yield from flat(item, name)
            yield str(name), item
        else:
            yield str(name), item


def day_in(text: str) -> date | None:
    """The last day a text names; a window's opening day stands before its completion."""
    found = [[int(part) for part in match if part] for match in DAY.findall(text)]
    return date(*found[-1]) if found else None


def day_stated(situation: Mapping[str, Any]) -> date | None:
    """The day a situation says it is about (`as_of`)."""
    said = situation.get("as_of") or situation.get("day")
    return said if isinstance(said, date) else day_in(str(said or ""))


def understood(situation: Mapping[str, Any], day: date) -> Said:
    """A situation read into facts; what it does not say is not in them."""
    text = "；".join(strings(situation))
    fields = dict(flat(situation))
    facts = _words(text) | _age(text, fields, day) | _disability(text, fields)
    facts |= _categories(text, fields)
    facts |= _stated(fields)
    for name, said in fields.items():
        if said is None:  # stated as unknown, whatever the words seem to say
            facts.pop(name, None)
    return Said(text, _derived(facts), fields)


_KNOWN = frozenset({name for name, _, _ in WORDS} | {*CATEGORY_FACTS, "age"})


_CODES: Mapping[str, frozenset[Any]] = {
    name: frozenset(value for known, value, _ in WORDS if known == name) for name, _, _ in WORDS
}
_YES, _NO = frozenset({"是", "有", "yes", "true"}), frozenset({"否", "无", "no", "false"})
_INFECTION = {"感染": True, "已感染": True, "infected": True, "未感染": False, "阴性": False}


def _stated(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Facts stated as fields: a code, a yes or no, or the word for one; `null` is unknown."""
    facts = dict(_infection(fields))
    for name, said in fields.items():
        if name not in _KNOWN or said is None or isinstance(said, Mapping):
            continue
        if not isinstance(said, str) or said in _CODES.get(name, ()):
            facts[name] = said
        elif {True, False} & _CODES.get(name, frozenset()) and said in _YES | _NO:
            facts[name] = said in _YES
        elif name in (read := _words(said)):
            facts[name] = read[name]
            if name == "stage":
                facts |= {k: v for k, v in read.items() if k in ("public_school", "boarding")}
    return facts


def _infection(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """`hiv` as a word or a yes; a null says that nobody has found out."""
    if "hiv" not in fields:
        return
    said = fields["hiv"]
    word = str(said or "")
    told = said if isinstance(said, bool) else _INFECTION.get(word)
    if told is None and word:
        told = _words(f"{word}艾滋病").get("confirmed_infection")
    if told is not None:
        yield "confirmed_infection", told


def _words(text: str) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for fact, value, pattern in WORDS:
        if fact not in facts and re.search(pattern, text, re.IGNORECASE):
            facts[fact] = value
    return facts


def _age(text: str, fields: Mapping[str, Any], day: date) -> dict[str, Any]:
    born = fields.get("birth_date")
    if isinstance(born, str) and DAY.fullmatch(born):
        born = day_in(born)
    if isinstance(born, date):
        before = (day.month, day.day) < (born.month, born.day)
        age = day.year - born.year - before
    elif isinstance(fields.get("age"), int):
        age = fields["age"]
    elif match := re.search(r"(\d{1,2})(?:周)?岁", text):
        age = int(match.group(1))
    else:
        return {}
    return {"age": age, "adult": age >= 18}


def _disability(text: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Severity from a grade; 0 (健康) when the fields say there is no disability."""
    level = fields.get("level") or fields.get("grade")
    if isinstance(level, str) and level in SEVERITY_WORDS:
        return {
            "severity": SEVERITY_WORDS[level],
            "disabled": level not in ("健康", "无", "无残疾"),
        }
    if isinstance(level, str) and level in SEVERITY_WORDS.values():
        return {"severity": level, "disabled": level != "none"}
    match = re.search(r"([一二三四1-4])级", f"{level or ''}{text}")
    if match is None and isinstance(level, int):
        match = re.search(r"([1-4])", str(level))
    if match is None:
        return {}
    return {"severity": SEVERITY[GRADES[match.group(1)]], "disabled": True}


def _categories(text: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    named = fields.get("categories") or fields.get("category") or []
    words = named if isinstance(named, list) else [str(named)]
    held = {fact for word in words for fact in CATEGORIES.get(str(word), ())}
    held |= {fact for pattern, fact in CATEGORY_WORDS if re.search(pattern, text, re.IGNORECASE)}
    if not held:
        if re.search("在家生活|父母在场|随父母|与父母|监护人陪同|家长(?:陪同|带)", text):
            return {"abandoned_or_street": False}
        return {}
    if "orphan" not in held and held == {"any"}:
        return {"in_difficulty": True, "abandoned_or_street": False}
    return {
        "in_difficulty": True,
        "orphan": "orphan" in held,
        "own_difficulty": "own_difficulty" in held,
        "abandoned_or_street": bool(held & {"street", "abandoned"}),
        "orphaned_or_abandoned_child": bool(held & {"orphan", "abandoned"}),
        **({"receives_subsidy": bool(held & PAID)} if held & PAID or held <= UNPAID else {}),
        **({"hardship": True} if held & {"dibao", "margin"} else {}),
    }


def _derived(facts: dict[str, Any]) -> dict[str, Any]:
    """What follows in the ordinary sense of the words."""
    kind, stage = facts.get("disability_kind"), facts.get("stage")
    if facts.get("disabled") is False:
        facts.setdefault("severity", "none")
    elif facts.get("severity") in ("mild", "moderate", "severe") or kind:
        facts.setdefault("disabled", True)
    if facts.pop("palsy", False) or kind == "intellectual":
        facts["palsy_or_intellectual"] = True
    elif kind:
        facts["palsy_or_intellectual"] = False
    if facts.get("disabled") or facts.get("ill"):
        facts["disabled_or_ill"] = True
        facts.setdefault("in_difficulty", True)
    elif facts.get("severity") == "none" and "ill" in facts:
        facts["disabled_or_ill"] = False
    if stage in (
        "college",
        "bachelor",
        "master",
        "doctor",
        "vocational_senior",
        "secondary_specialised",
    ):
        facts.setdefault("full_time", True)
    return facts
