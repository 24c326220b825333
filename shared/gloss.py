"""English said of children in difficulty, with the law's Chinese beside it (英汉对照).

Rules read the words of the law. A sentence in English is read by the words it stands for: `glossed`
writes them behind it. Data alone; a line stands before those whose words it contains.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_PROVINCES = (
    *(("Anhui", "安徽"), ("Fujian", "福建"), ("Gansu", "甘肃"), ("Guangdong", "广东")),
    *(("Guangxi", "广西"), ("Guizhou", "贵州"), ("Hainan", "海南"), ("Hebei", "河北")),
    *(("Henan", "河南"), ("Hubei", "湖北"), ("Hunan", "湖南"), ("Jiangsu", "江苏")),
    *(("Jiangxi", "江西"), ("Shandong", "山东"), ("Shanxi", "山西"), ("Sichuan", "四川")),
    *(("Yunnan", "云南"), ("Chongqing", "重庆"), ("Shanghai", "上海"), ("Xinjiang", "新疆")),
)
_COUNTED = {"two": "两", "three": "三", "four": "四", "five": "五", "six": "六", "ten": "十"}
WORDS: tuple[tuple[str, str], ...] = (
    # how long after
    (r"(\d+) (?:days?) (?:later|afterwards)", r"\1天后"),
    (r"(\d+) (?:hours?) (?:later|afterwards)", r"\1小时后"),
    *((f"{word} days? (?:later|afterwards)", f"{zh}天后") for word, zh in _COUNTED.items()),
    *((f"{word} hours? (?:later|afterwards)", f"{zh}小时后") for word, zh in _COUNTED.items()),
    ("(?:a|one) week (?:later|afterwards)", "一周后"),
    ("weeks (?:later|afterwards)", "两周后"),
    ("the (?:next|following) (?:day|morning)", "次日"),
    # who and how old
    (r"(?:aged?|is|of) (\d{1,2})(?! ?(?:days|weeks|months|hours))", r"\1岁"),
    (r"(\d{1,2})[- ]years?[- ]old", r"\1岁"),
    (r"(?<=[a-z], )(\d{1,2})(?=,|;| and|$)", r"\1岁"),
    ("(?:abandoned|exposed) (?:infant|baby|newborn|child)|foundling", "弃婴"),
    ("handed over by the police|police hand(?:ed)? over", "公安部门移送"),
    ("(?:street|begging|stray) child(?:ren)?", "流浪儿童"),
    ("unidentified|identity (?:is )?unknown|unknown identity", "身份不明"),
    ("newborn|infant|baby", "婴儿"),
    (r"bereave\w*", "丧亲"),
    ("single[- ]parent", "单亲"),
    ("left[- ]behind", "留守"),
    ("school[- ]age|ready for school|of school age", "适龄儿童"),
    ("school ?(?:girl|boy)s?", "学生"),
    ("a minor|minors|under-?age", "未成年"),
    ("young adult|grown[- ]up|adult (?:orphan|person)", "成年"),
    ("private (?:individual|person|citizen)|an individual|member of the public", "个人"),
    ("appointed (?:the )?civil affairs|civil affairs (?:bureau )?(?:was )?appointed", "指定民政"),
    # units and persons
    ("village child(?:ren)?'?s? directors?|child directors?", "儿童主任"),
    ("grid workers?", "网格员"),
    ("tattoo shop|tattoo parlour|tattooist", "文身店"),
    (r"tattoo\w*", "文身"),
    ("primary school", "小学"),
    ("middle school|junior school", "初中"),
    ("kindergarten", "幼儿园"),
    ("nursery|day ?care", "托育机构"),
    ("training (?:school|centre|body|institution)", "培训机构"),
    ("school", "学校"),
    (r"rehab(?:ilitation)? (?:centre|center|institution|clinic)", "康复机构"),
    ("hospital|emergency department", "医院"),
    ("clinic", "诊所"),
    ("hotel|guest ?house|inn", "酒店"),
    ("hostel", "旅舍"),
    ("private cinema", "私人影院"),
    ("village committee", "村委会"),
    ("neighbourhood committee", "居委会"),
    ("welfare institution|orphanage", "福利院"),
    ("rescue station|relief station", "救助站"),
    ("(?:not|nothing to do) (?:on|with) the case|not involved|no task", "未承办"),
    (r"not (?:handl\w+|work(?:ing)? on|assigned to|in charge of) (?:the|this) case", "未承办"),
    ("(?:investigating|handling|responsible) (?:officer|prosecutor|judge)", "承办"),
    ("case officer|(?:on|of|handling|in charge of) the case", "承办"),
    ("journalist|press|the media|newspaper", "记者"),
    ("head ?master|head ?teacher|principal", "校长"),
    ("teacher", "老师"),
    ("prosecutor|procurator", "检察官"),
    ("police ?m[ae]n|police officers?", "民警"),
    (r"who (?:had )?reported|(?:identity|name) of the reporter", "报告人身份"),
    (r"reporter'?s (?:name|identity)|whistle-?blower", "报告人身份"),
    (r"neighbou?rs?", "邻居"),
    ("passers?-?by", "路人"),
    # courts, instruments, guardianship
    (r"supervis\w+ (?:of )?guardianship order|guardianship supervision order", "督促监护令"),
    ("family[- ]education (?:guidance )?order", "家庭教育令"),
    ("parent(?:ing|al)?[- ]education notice", "亲职教育告知书"),
    (
        r"revo(?:k\w+|cation)(?: of)?(?: the)? (?:father|mother|parent|guardian)\w*",
        "撤销监护人资格",
    ),
    (
        (
            "(?:rights|guardianship) (?:was |were )?revoked|"
            "revoked (?:father|mother|parents?|guardian)"
        ),
        "撤销监护人资格",
    ),
    (r"remov\w+ (?:the |her |his )?(?:father|mother|parents?) as guardian", "撤销监护人资格"),
    (r"restor\w+", "恢复监护"),
    ("(?:personal )?(?:safety )?protection order", "人身安全保护令"),
    (
        (
            r"s(?:old|ells?|elling) (?:the |his |her |their )?(?:own )?(?:child|son|"
            r"daughter|baby|infant)"
        ),
        "出卖",
    ),
    ("maintenance|child support", "抚养费"),
    ("legal aid", "法律援助"),
    ("temporary (?:guardianship|care)", "临时监护"),
    ("placement|placed|house[ds]? (?:him|her|the child)", "安置"),
    ("long[- ]term guardianship", "长期监护"),
    (r"intentional(?:ly)? (?:injur|hurt|harm)\w*", "故意伤害"),
    ("one[- ]stop", "一站式"),
    ("joint meeting", "联席会议"),
    ("injury (?:appraisal|assessment)", "伤情鉴定"),
    (r"leav\w+ [^.;]{0,24}\balone|left [^.;]{0,24}\balone", "独自"),
    (r"relations?(?:hip)?", "关系"),
    ("look(?:s|ed|ing)? after|takes? care of", "照料"),
    (
        "(?:nobody|no[- ]one|no department).{0,24}(?:takes? (?:charge|responsibility)|guardian)",
        "无人监护",
    ),
    # what happened
    (
        (
            r"(?:father|mother|parents?|they|who) (?:ha[sv]e? |is |are |went |gone )*"
            r"(?:vanish|disappear|missing)\w*"
        ),
        "父母失联",
    ),
    ("(?:vanished|missing|runaway) (?:father|mother|parents?)", "失踪的父母"),
    ("trac(?:es?|ing)|(?:search|look)(?:es|s|ing)? for", "查找"),
    ("learn(?:s|ed|t)? (?:on|that|of|about)|finds? out|found out", "得知"),
    ("(?:cigarette )?burn(?:s|ed| marks?)?|scald(?:s|ed)?", "烫伤"),
    (r"bull(?:y|ied|ying)\w*", "校园欺凌"),
    (r"rap(?:e|ed|es|ist)", "强奸"),
    (r"indecen\w*|molest\w*|grop\w*|sexual\w*|touch(?:es|ed) (?:her|him)", "猥亵"),
    (r"abus\w*", "虐待"),
    (r"traumati\w*|trauma|nightmares?|anxi\w*|depress\w*", "心理创伤"),
    ("begging|beggars?|beg(?:s|ged)? (?:in|on|for (?:money|food|alms))", "乞讨"),
    ("belt marks?|welts?", "伤痕"),
    (r"beat\w*|hits?|struck|whipp\w*", "殴打"),
    (r"bruis\w*", "淤青"),
    (r"fractur\w*", "骨折"),
    (r"pregnan\w*", "怀孕"),
    (r"traffick\w*", "拐卖"),
    (r"suicid\w*|self-?harm\w*", "自残"),
    ("malnourished|malnutrition", "营养不良"),
    (r"(?:left|home|living) alone|unattended", "独自"),
    (r"neglect\w*", "怠于履行监护职责"),
    (r"abandon\w*", "遗弃"),
    (r"threat\w*", "威胁"),
    (r"suspect\w*", "疑似"),
    ("only (?:told )?the parents|parents only", "只告诉家长"),
    (r"(?:tells?|told|informs?|informed) only", "只告诉"),
    (r"cover\w* up|hush\w*|conceal\w*|ke(?:ep|pt) (?:it )?(?:quiet|secret|silent)", "隐瞒"),
    (r"(?:refus|declin)\w+ to (?:take|accept|receive|record|file)", "拒绝，不予受理"),
    ("would not (?:take|accept|receive)", "拒绝，不予受理"),
    ("(?:did not|didn't|never|without|failed to|forgot to) ask(?:ing|ed)?|not asked", "未询问"),
    (r"(?:no|not|never|without)\W.{0,14}(?:report\w*|call\w*).{0,10}police", "未报案"),
    (r"(?:report\w*|call\w*|told).{0,10}police", "报案"),
    ("police", "公安"),
    (r"refus\w*", "拒绝"),
    # custody and care
    ("administrative detention", "行政拘留"),
    ("criminal detention", "刑事拘留"),
    (r"arrest\w*", "逮捕"),
    ("(?:compulsory )?drug (?:isolation|rehabilitation)", "强制隔离戒毒"),
    (r"prison\w*|serving (?:a )?sentence", "服刑"),
    (
        (
            "both parents (?:are )?(?:dead|died)|parents (?:have )?died|parents (?:are |"
            "were )?both dead"
        ),
        "父母双亡",
    ),
    ("in hospital|hospitali[sz]ed", "住院"),
    ("accident", "车祸"),
    (r"no other (?:relative|guardian|kin)\w*", "无其他亲属"),
    ("drug addict|drug user|takes drugs", "吸毒"),
    (r"alcohol\w*|drunkard", "酗酒"),
    (r"gambl\w*", "赌博"),
    ("healthy", "健康"),
    ("no (?:criminal )?records?|clean record", "无前科，无记录"),
    (r"convict\w*", "被判刑"),
    ("revoked (?:for|because)", "因故被撤销"),
    (r"repent\w*", "悔改"),
    # school, sickness, home, work
    ("nursing (?:subsidy|allowance)", "护理补贴"),
    ("(?:rehabilitation )?living (?:subsidy|allowance)", "康复生活补贴"),
    ("(?:rehabilitation )?training (?:subsidy|allowance)", "医疗康复训练补贴"),
    ("basic (?:rehabilitation )?training|rehabilitation training", "基本康复训练"),
    ("hearing aids?", "需要助听器"),
    ("wheelchairs?", "需要轮椅"),
    ("cochlear implants?", "需要人工耳蜗"),
    (r"counsel\w*|psycholog\w*", "心理"),
    ("surgery|operation", "手术"),
    ("money|unemployed|out of work|jobless|debts?", "费用困难"),
    (r"dibao[- ]?(?:margin|edge|border)\w*", "低保边缘"),
    ("dibao|minimum living", "低保"),
    ("orphan", "孤儿"),
    ("(?:rural|farming) (?:hukou|registration)", "农村户籍"),
    ("(?:urban|city) (?:hukou|registration)", "城镇户籍"),
    ("no (?:house|housing|dwelling|home)", "没有住房"),
    ("meets? the (?:building|house-building) conditions", "符合建房条件"),
    ("meets? the housing(?:-security)? conditions", "符合住房保障条件"),
    ("(?:cannot|can't|unable to|not able to|can not) live independently", "不具有独立生活能力"),
    ("lives? independently|independent living", "具有独立生活能力"),
    ("hearing (?:loss|impairment|disability)|deaf", "听力残疾"),
    ("(?:visual|sight) (?:loss|impairment|disability)|blind", "视力残疾"),
    ("(?:intellectual|mental) (?:impairment|disability)", "智力残疾"),
    ("physical (?:impairment|disability)", "肢体残疾"),
    ("speech (?:impairment|disability)", "言语残疾"),
    (r"autis\w+", "孤独症"),
    ("cerebral palsy", "脑瘫"),
    ("leuka?emia", "白血病"),
    ("ura?emia|end[- ]stage renal", "尿毒症"),
    ("ha?emophilia", "血友病"),
    ("congenital heart disease", "先天性心脏病"),
    ("malignant tumou?r|cancer", "恶性肿瘤"),
    ("rare (?:disease|illness)", "罕见病"),
    ("disabled", "残疾"),
    ("mild(?:ly)?", "轻度"),
    ("moderate(?:ly)?", "中度"),
    ("severe(?:ly)?|profound(?:ly)?", "重度"),
    ("infected with HIV|HIV[- ]positive", "感染艾滋病病毒"),
    ("sepsis|septic|pneumonia|high fever|convulsions?|haemorrhage|bleeding", "急症"),
    (
        r"(?:post|publish|display|put|pin)\w* [^.;]{0,60}(?:notice ?board|in public|publicly)",
        "张榜公示",
    ),
    (r"drop\w*[- ]?out|truan\w+", "辍学"),
    (r"addict\w*", "沉迷"),
    (r"quarrel\w*", "家庭矛盾"),
    ("deposit", "押金"),
    ("(?:cannot|unable to|not able to) work", "无劳动能力"),
    ("(?:can|able to|fit to) work", "有劳动能力"),
    ("hard to (?:employ|place)", "符合就业困难人员条件"),
    ("critical|unconscious|urgent", "危重"),
    ("another province|other province|outside the province|out-of-province", "外省"),
    # who they are, behind all that is told of them
    ("grandmother|grandma", "祖母"),
    ("grandfather|grandpa", "祖父"),
    ("grandparents", "祖父母"),
    ("aunt", "姑妈"),
    ("uncle", "叔叔"),
    (r"step-?father", "继父"),
    (r"step-?mother", "继母"),
    ("father", "父亲"),
    ("mother", "母亲"),
    ("parents", "父母"),
    # what an assessment found, last: able and not able are parts of much
    ("not able|unable|not fit|unfit|incapable", "不具备履行监护职责条件"),
    (r"(?<!not )(?:able|fit)(?: again)?", "具备履行监护职责条件"),
    *((english, f"{chinese}户籍") for english, chinese in _PROVINCES),
)
Lines = tuple[tuple[str, str], ...]


def compiled(lines: Lines) -> list[tuple[re.Pattern[str], str]]:
    """Lines of English and Chinese as patterns of whole words."""
    return [(re.compile(rf"(?<!\w)(?:{en})(?!\w)", re.IGNORECASE), zh) for en, zh in lines]


_PATTERNS = compiled(WORDS)
_ENGLISH = re.compile("[A-Za-z]{3}")


_MONTHS = re.compile(r"\bmonths?\b|月数")
_YEARS = re.compile(r"\byears?\b|年数")


def told(path: str, value: Any, known: bool) -> str:
    """A fact in words; under a key that names no fact, with the key's own words before it.

    What is denied says nothing of its key; a number is of what its key counts.
    """
    key = path.rsplit(".", 1)[-1].replace("_", " ")
    if isinstance(value, (int, float)) and not isinstance(value, bool) and not known:
        unit = "个月" if _MONTHS.search(key) else "年" if _YEARS.search(key) else ""
        return f"{value}{unit}"
    said = "；".join(map(glossed, _strings(value)))
    denied = value is not True and said.strip().lower() in DENIED
    return said if known or denied else f"{glossed(key)}：{said}"


def groups(situation: Mapping[str, Any]) -> Iterator[str]:
    """The law's words for the names of groups of facts: `restoration: {…}`."""
    for key, value in situation.items():
        if isinstance(value, Mapping):
            words = glossed(str(key).replace("_", " "))
            if "（" in words:
                yield words
            yield from groups(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


DENIED = frozenset({"否", "无", "未", "没有", "不", "false", "no", "none", "0", ""})


def glossed(text: str) -> str:
    """A text with the law's words for its English behind it; Chinese stays as it is."""
    if not _ENGLISH.search(text):
        return text
    left, words = text.replace("_", " "), list[str]()
    for pattern, chinese in _PATTERNS:
        words += [found.expand(chinese) for found in pattern.finditer(left)]
        left = pattern.sub("·", left)
    return f"{text}（{'，'.join(words)}）" if words else text


# What is left of English when its meaning is told; the name of a place is kept.
_REST = re.compile(r"(?<!\w)(?:[a-z']+|[A-Z]|The|He|She|It|They|An|His|Her|Their|Its)(?!\w)")


def in_order(text: str, patterns: Iterable[tuple[re.Pattern[str], str]]) -> str:
    """An English sentence in the words of the law and in its own order, for whom something befell
    and what did not happen stand before it; Chinese stays as it is."""
    if not _ENGLISH.search(text):
        return text
    text = text.replace("_", " ")
    for pattern, chinese in patterns:
        text = pattern.sub(chinese, text)
    return re.sub(r"\s+", " ", _REST.sub("", text)).strip()
