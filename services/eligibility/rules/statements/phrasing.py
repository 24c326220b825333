"""A phrase read by the words of a vocabulary (用语的理解).

A word is understood when it is a code, a term or an alias; a longer phrase when it contains
exactly such words and no negation. Whatever else is said is refused with the list of words.
"""

import re

from services.eligibility.rules.statements.words import CHOICES, NEGATIONS

SAYS_NOTHING = str.maketrans("", "", " _-()（）、，,。;；　")


_PARTED = re.compile("[、，,；;且并]|同时")
# What is not so yet, and is no part of the state itself: 被逮捕羁押，尚未判决.
_NOT_YET = re.compile(
    "(?:尚|还|仍)?未(?:经|由|被)?(?:人民)?(?:法院)?(?:宣告(?:失踪|死亡)?|判?决|宣判|审结|结案|审判|"
    "再婚|刑满|释放|出狱|果|找到|寻获|联系上|归|回家?|返)"
)


# What is said in many ways and stands in the vocabulary once; that nobody hears of somebody denies
# nothing: 出走后没有音讯, not heard from since.
_DEATH = "(?:死亡|[去过离]世|病故|身故|身亡|亡故|病逝|遇难)"
_OF_A_PARENT = (
    # whose death it was, where it was another's, or nobody's: 过失致人死亡, 妻子去世, 险些溺亡
    (re.compile(f"(?:致|使|造成)[^，。；]{{0,6}}{_DEATH}"), ""),
    (
        re.compile(
            f"(?:妻子?|丈夫|夫|配偶|爱人|老伴|对方|岳[父母]|[儿女]子?)[^，。；]{{0,4}}{_DEATH}后?"
        ),
        "",
    ),
    (re.compile("(?:险些|险遭|差点|几乎)[^，。；]{0,4}[死亡]亡?"), ""),
    (
        re.compile(
            r"\bkilled (?:an?|his|her|the|one|two|three|some)\b|"
            r"\b(?:wife|husband|spouse|partner|brother|sister|son|daughter) "
            r"(?:has |was |is )?(?:died|dead|killed|passed away)",
            re.IGNORECASE,
        ),
        "",
    ),
    # what befell a spouse or one who was: 与前夫离婚，前夫服刑五年
    (
        re.compile(
            "(?<![^，。；、,;其因])(?:前[夫妻]|丈夫|妻子|配偶|爱人|老[公婆]|男友|女友|现任)"
            "(?:因[^，。；,;]{0,8})?[^，。；,;]{0,4}"
            "(?:服刑|判刑|被判|获刑|在押|入狱|坐牢|羁押|拘留|逮捕|戒毒|失联|失踪|出走|[残癌瘫]|[患重]病)"
            "[^，。；,;]*"
        ),
        "",
    ),
    # a sentence by its length alone: 又因贩毒被判三年, 判三缓四
    (re.compile("判处?(?=[0-9一二三四五六七八九十两]+(?:年|个月))"), "判处有期徒刑"),
    (re.compile("缓(?=[0-9一二三四五六七八九十两]+(?:年|个月|$|，))"), "缓刑"),
    (
        re.compile(
            "(?:没有?|无|毫无|断了?)(?:任何)?(?:音[讯信]|消息|踪影)|音[讯信]全无|"
            "(?:从|再)?未(?:再|曾)?(?:与[^，。；]{1,6})?(?:联系(?!上)|露面)|"
            r"(?:not|never|nothing)(?: been)? heard (?:of|from)|\bno (?:word|news|trace|contact)\b|"
            r"\bnot in (?:contact|touch)|(?:cannot|can't|could not) be (?:reached|contacted)",
            re.IGNORECASE,
        ),
        "失联 ",
    ),
    (
        re.compile(
            "(?<!伤)[坠溺猝病摔淹烧毒炸压撞冻]亡|(?<![要想判])[猝病摔淹烧毒炸压撞冻饿]死|罹难|遇害|"
            "[执被]行?死刑(?!缓)(?:立即)?(?:执行)?"
        ),
        "死亡",
    ),
    (re.compile("死刑，?缓期"), "死缓"),
    (re.compile("脑死亡"), "昏迷"),  # which is no death before the law
)
# Where somebody lived before, may live one day or works is no home: 曾在福利院, 联系入住福利院.
_IN_CARE = "(?:福利院|福利机构|孤儿院|救助站|救助管理站)"
_NO_HOME = (
    re.compile(
        f"(?:离开|搬离|从|自)[^，。；,;入到至进往住]{{0,8}}{_IN_CARE}|"
        f"(?:(?<![省市])拟|将|准备|计划|打算|联系|申请|等待|待|办理|建议|要求|想|希望|考虑|动员)[^，。；,;]{{0,8}}{_IN_CARE}|"
        f"{_IN_CARE}(?:里|内)?(?:大?门|日间|日托|附近|对面|旁|工作|上班|任职|做|当|的?(?:职工|员工|义工|保育员|护工|志愿者))"
        "[^，。；,;家]*的?"
    ),
    re.compile("(?:曾|(?<![中草高平])原|此前|之前|以前|过去|早前)[^，。；,;现今]*"),
)


def lives_now(text: str) -> str:
    """The words about where somebody lives that are of today."""
    for pattern in _NO_HOME:
        text = pattern.sub("", text)
    return text


# A finding that nobody has confirmed yet is none: 初筛阳性, 待复检.
_OTHERWISE = {
    "status": _OF_A_PARENT,
    "life": _OF_A_PARENT,
    "placement": tuple((pattern, "") for pattern in _NO_HOME),
    # A class of before is not that of today, and which one is, somebody must say.
    "household": (
        (re.compile(".*(?:曾|退出|停发|停止|取消|终止|注销|清退|不再?[享符属领]).*"), "未"),
    ),
    "hiv": ((re.compile(".*(?:初筛|疑似|待[复确查检]|未确).*"), "未"),),
}


def _bare(text: str) -> str:
    return text.translate(SAYS_NOTHING).lower()


EXACT: dict[str, dict[str, str]] = {
    name: {
        _bare(term): word.code
        for word in reversed(list(words.values()))
        for term in (*word.aliases, word.zh, word.code)
    }
    for name, words in CHOICES.items()
}


def _english(term: str) -> bool:
    """Whether a term is made of letters, and so a word only by itself: no "died" in "studied"."""
    return term.isascii() and term.lower().islower()


# The words a phrase may contain: those of a vocabulary, and its English ones with blanks around.
_CONTAINED = {
    name: {term: code for term, code in exact.items() if len(term) > 1 and not _english(term)}
    for name, exact in EXACT.items()
}
_ENGLISH = {
    name: {
        f" {term.replace('_', ' ').lower()} ": word.code
        for word in reversed(list(words.values()))
        for term in (*word.aliases, word.code)
        if _english(term)
    }
    for name, words in CHOICES.items()
}
_LETTERS, _NO_LETTER = re.compile("[a-z]{3}"), re.compile("[^a-z0-9]+")


_CURED = re.compile(
    "(?<!未)(?<!能)(?<!法)(?<!难以)(?<!待)(?:治愈|痊愈|已愈)|"
    "已(?:经)?[^，。；未需要在接做]{0,6}康复(?!训练|治疗|期|中|科|机构)|cured"
)


def cured(said: object) -> bool:
    """Whether words about an illness say that it is over."""
    return _CURED.search(str(said)) is not None


# What the lists of illnesses call otherwise than doctors do.
_LISTED = (
    (re.compile("恶性.{1,6}瘤|(?:肉|母细胞|神经胶质|骨肉)瘤"), "恶性肿瘤"),
    (re.compile("脑.{0,4}肿瘤|颅内.{0,4}瘤|胶质瘤"), "脑瘤"),
    (re.compile("法洛四联|先心病|室间隔缺损|房间隔缺损"), "先天性心脏病"),
    (re.compile("肾(?:功能)?衰竭.{0,4}(?:终末|透析|五期|5期)|终末期肾"), "终末期肾病"),
    (re.compile("(?:严重|重度|重型)精神(?:障碍|疾病)"), "重度精神病"),
    (re.compile("重型.{0,3}地中海贫血|地中海贫血.{0,3}重型"), "地中海贫血（重型）"),
    (re.compile("杜氏|杜兴|假肥大型|DMD", re.IGNORECASE), "进行性肌营养不良"),
    (re.compile(r"\bSMA\b|脊肌萎缩", re.IGNORECASE), "脊髓性肌萎缩症"),
    (re.compile("瓷娃娃"), "成骨不全症"),
)


def listed_name(illness: str) -> str:
    """An illness with the name the lists give it beside the one it is told by."""
    also = [name for pattern, name in _LISTED if pattern.search(illness) and name not in illness]
    return f"{illness}（{'、'.join(also)}）" if also else illness


def understood(choice: str, said: str) -> list[str] | None:
    """The codes a phrase states, in the order of the vocabulary; None when it states none.

    `服刑（有期徒刑3年）且患重病` states two. A phrase that negates or contains nothing known is not
    guessed at.
    """
    exact = EXACT[choice]
    if not said:
        return None
    if said in exact:  # as most people write it
        return [exact[said]]
    said = _NOT_YET.sub("", said)
    for pattern, word in _OTHERWISE.get(choice, ()):
        said = pattern.sub(word, said)
    bare = _bare(said)
    if bare in exact:
        return [exact[bare]]
    head = _bare(re.split("[（(]", said)[0])
    if choice in ("guardianship", "harm") and head in exact:
        return [exact[head]]  # how it came to that stands behind it
    parts = [part for part in _PARTED.split(said) if part.strip()]
    if len(parts) > 1:
        return _in_every_part(choice, parts)
    return _within(choice, said)


def _in_every_part(choice: str, parts: list[str]) -> list[str] | None:
    """What the parts of a phrase state together; one that denies something stops it all."""
    exact, codes = EXACT[choice], list[str]()
    for part in parts:
        told = [exact[_bare(part)]] if _bare(part) in exact else _within(choice, part)
        if told is None and _denies(part):
            return None
        codes += told or ()
    return list(dict.fromkeys(codes)) or None


# Words with a sign of denial in them that deny nothing.
_NO_DENIAL = re.compile("未成年|未保|非法|非婚|非农|无故|无辜")


def _denies(said: str) -> bool:
    plain = _NO_DENIAL.sub("", said)
    return any(negation in plain for negation in NEGATIONS)


def _within(choice: str, said: str) -> list[str] | None:
    """The codes of the longest words a phrase contains, unless it denies anything."""
    if _denies(said):
        return None
    bare, words = _bare(said), _CONTAINED[choice]
    found = [t for t in words if t in bare and f"无{t}" not in bare]
    if _LETTERS.search(bare):
        words = words | _ENGLISH[choice]
        spaced = f" {_NO_LETTER.sub(' ', said.lower())} "
        found += [term for term in _ENGLISH[choice] if term in spaced]
    longest = [t for t in found if not any(t != other and t in other for other in found)]
    codes = list(dict.fromkeys(words[term] for term in longest))
    return codes or None


def terms(choice: str) -> list[str]:
    """What may be said: `dead（死亡）`, for a problem's message."""
    return [f"{word.code}（{word.zh}）" for word in CHOICES[choice].values()]
