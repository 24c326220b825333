"""English said of children in difficulty, with the law's Chinese beside it (英汉对照).

Rules read the words of the law. A sentence in English is read by the words it stands for: `glossed`
writes them behind it. Data alone; a line stands before those whose words it contains.
"""

import re

_PROVINCES = (
    *(("Anhui", "安徽"), ("Fujian", "福建"), ("Gansu", "甘肃"), ("Guangdong", "广东")),
    *(("Guangxi", "广西"), ("Guizhou", "贵州"), ("Hainan", "海南"), ("Hebei", "河北")),
    *(("Henan", "河南"), ("Hubei", "湖北"), ("Hunan", "湖南"), ("Jiangsu", "江苏")),
    *(("Jiangxi", "江西"), ("Shandong", "山东"), ("Shanxi", "山西"), ("Sichuan", "四川")),
    *(("Yunnan", "云南"), ("Chongqing", "重庆"), ("Shanghai", "上海"), ("Xinjiang", "新疆")),
)
WORDS: tuple[tuple[str, str], ...] = (
    # who and how old
    (r"(?:aged?|is|of) (\d{1,2})(?! ?(?:days|weeks|months|hours))", r"\1岁"),
    (r"(\d{1,2})[- ]years?[- ]old", r"\1岁"),
    ("(?:abandoned|exposed) (?:infant|baby|newborn|child)|foundling", "弃婴"),
    ("handed over by the police|police hand(?:ed)? over", "公安部门移送"),
    ("(?:street|begging|stray) child(?:ren)?", "流浪儿童"),
    ("unidentified|identity (?:is )?unknown|unknown identity", "身份不明"),
    ("newborn|infant|baby", "婴儿"),
    ("a minor|minors|under-?age", "未成年"),
    ("appointed (?:the )?civil affairs|civil affairs (?:bureau )?(?:was )?appointed", "指定民政"),
    # units and persons
    ("tattoo shop|tattoo parlour|tattooist", "文身店"),
    (r"tattoo\w*", "文身"),
    ("primary school", "小学"),
    ("middle school|junior school", "初中"),
    ("kindergarten", "幼儿园"),
    ("nursery|day ?care", "托育机构"),
    ("training (?:school|centre|body|institution)", "培训机构"),
    ("school", "学校"),
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
    ("(?:investigating|handling|responsible) (?:officer|prosecutor|judge)", "承办"),
    ("case officer|(?:on|of|handling|in charge of) the case", "承办"),
    ("journalist|press|the media|newspaper", "记者"),
    ("head ?master|head ?teacher|principal", "校长"),
    ("teacher", "老师"),
    (r"neighbou?rs?", "邻居"),
    ("passers?-?by", "路人"),
    (r"step-?father", "继父"),
    (r"step-?mother", "继母"),
    ("father", "父亲"),
    ("mother", "母亲"),
    ("parents", "父母"),
    # what happened
    (r"rap(?:e|ed|es|ist)", "强奸"),
    (r"indecen\w*|molest\w*|sexual\w*|touch(?:es|ed) (?:her|him)", "猥亵"),
    (r"abus\w*", "虐待"),
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
    ("both parents (?:are )?(?:dead|died)|parents (?:have )?died", "父母双亡"),
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
    ("orphan", "孤儿"),
    ("(?:rural|farming) (?:hukou|registration)", "农村户籍"),
    ("(?:urban|city) (?:hukou|registration)", "城镇户籍"),
    ("no (?:house|housing|dwelling|home)", "没有住房"),
    ("meets? the (?:building|house-building) conditions", "符合建房条件"),
    ("meets? the housing(?:-security)? conditions", "符合住房保障条件"),
    ("lives? independently|independent living", "具有独立生活能力"),
    ("(?:cannot|unable to|not able to) work", "无劳动能力"),
    ("(?:can|able to|fit to) work", "有劳动能力"),
    ("hard to employ", "符合就业困难人员条件"),
    ("critical|unconscious|urgent", "危重"),
    ("another province|other province|outside the province|out-of-province", "外省"),
    # what an assessment found, last: able and not able are parts of much
    ("not able|unable|not fit|unfit|incapable", "不具备履行监护职责条件"),
    (r"(?<!not )(?:able|fit)(?: again)?", "具备履行监护职责条件"),
    *((english, f"{chinese}户籍") for english, chinese in _PROVINCES),
)
_PATTERNS = [(re.compile(rf"(?<!\w)(?:{en})(?!\w)", re.IGNORECASE), zh) for en, zh in WORDS]
_ENGLISH = re.compile("[A-Za-z]{3}")


def glossed(text: str) -> str:
    """A text with the law's words for its English behind it; Chinese stays as it is."""
    if not _ENGLISH.search(text):
        return text
    left, words = text, list[str]()
    for pattern, chinese in _PATTERNS:
        words += [found.expand(chinese) for found in pattern.finditer(left)]
        left = pattern.sub("·", left)
    return f"{text}（{'，'.join(words)}）" if words else text
