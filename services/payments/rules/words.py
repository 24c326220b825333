"""The Chinese words people write, read as codes: categories, households, relief, events (用语).

A phrase is read only when it is one of these; anything else stays unclear and goes to a person.
"""

import re
from collections.abc import Callable

from services.payments.rules.vocabulary import (
    BENEFIT_ZH,
    CATEGORY_ZH,
    Benefit,
    Category,
    Happening,
    Household,
    ReliefKind,
)

_CATEGORY_WORDS: tuple[tuple[Category, tuple[str, ...]], ...] = (
    (
        Category.INSTITUTION_ORPHAN,
        (
            "孤儿（福利机构）",
            "福利机构孤儿",
            "机构孤儿",
            "机构养育孤儿",
            "集中养育孤儿",
            "集中供养孤儿",
        ),
    ),
    (Category.SCATTERED_ORPHAN, ("孤儿（社会散居）", "社会散居孤儿", "散居孤儿")),
    (Category.DE_FACTO_UNSUPPORTED, ("事实无人抚养",)),
    (Category.OWN_DIFFICULTY, ("自身困境",)),
    (Category.HIV_AFFECTED, ("受艾滋病影响", "艾滋病病毒感染儿童", "艾滋病感染儿童")),
    (Category.DIBAO_MARGIN_CHILD, ("低保边缘", "低边", "最低生活保障边缘")),
    (Category.DIBAO_CHILD, ("低保家庭", "低保儿童", "最低生活保障家庭")),
    (Category.RURAL_LEFT_BEHIND, ("留守",)),
    (Category.STREET_CHILD, ("流浪", "临时代为抚养", "代为抚养")),
    (Category.OTHER_DIFFICULTY, ("其他困境",)),
)

_CODES = {
    "institution": Category.INSTITUTION_ORPHAN,
    "orphan_institution": Category.INSTITUTION_ORPHAN,
    "institutional_orphan": Category.INSTITUTION_ORPHAN,
    "scattered": Category.SCATTERED_ORPHAN,
    "orphan_scattered": Category.SCATTERED_ORPHAN,
    "orphan": Category.SCATTERED_ORPHAN,
    "de_facto": Category.DE_FACTO_UNSUPPORTED,
    "de_facto_orphan": Category.DE_FACTO_UNSUPPORTED,
    "own": Category.OWN_DIFFICULTY,
    "self_difficulty": Category.OWN_DIFFICULTY,
    "hiv": Category.HIV_AFFECTED,
    "dibao": Category.DIBAO_CHILD,
    "dibao_family": Category.DIBAO_CHILD,
    "dibao_family_child": Category.DIBAO_CHILD,
    "dibao_margin": Category.DIBAO_MARGIN_CHILD,
    "dibao_margin_family": Category.DIBAO_MARGIN_CHILD,
    "left_behind": Category.RURAL_LEFT_BEHIND,
    "street": Category.STREET_CHILD,
    "other": Category.OTHER_DIFFICULTY,
}


def _plain(text: str) -> str:
    """Without spaces, with Chinese brackets."""
    return re.sub(r"\s", "", text).replace("(", "（").replace(")", "）")


def category_of(name: str) -> Category | None:
    """The category of a code or of the words of the document; None when it is neither."""
    code = re.sub("[^a-z]+", "_", name.lower()).strip("_")
    for short in (code, re.sub("_(child|children)$", "", code)):
        if short in Category.__members__.values():
            return Category(short)
        if short in _CODES:
            return _CODES[short]
    text = _plain(name)
    for category, words in _CATEGORY_WORDS:
        if text == CATEGORY_ZH[category] or any(word in text for word in words):
            return category
    return Category.SCATTERED_ORPHAN if text == "孤儿" else None


def categories_in(text: str) -> frozenset[Category]:
    """Every category a sentence names; 低保边缘 is not 低保."""
    text, found = _plain(text), set()
    for category, words in _CATEGORY_WORDS:
        for word in words:
            if word in text:
                found.add(category)
                text = text.replace(word, "")
    return frozenset(found)


_HOUSEHOLDS = {
    "低保": Household.DIBAO,
    "低保家庭": Household.DIBAO,
    "低保户": Household.DIBAO,
    "最低生活保障": Household.DIBAO,
    "最低生活保障家庭": Household.DIBAO,
    "低保边缘": Household.DIBAO_MARGIN,
    "低保边缘家庭": Household.DIBAO_MARGIN,
    "低保边缘户": Household.DIBAO_MARGIN,
    "最低生活保障边缘家庭": Household.DIBAO_MARGIN,
    "低边": Household.DIBAO_MARGIN,
    "低边家庭": Household.DIBAO_MARGIN,
    "margin": Household.DIBAO_MARGIN,
    "低收入": Household.LOW_INCOME,
    "低收入家庭": Household.LOW_INCOME,
    "困难家庭": Household.LOW_INCOME,
    "一般": Household.ORDINARY,
    "普通": Household.ORDINARY,
    "一般家庭": Household.ORDINARY,
    "普通家庭": Household.ORDINARY,
    "非低保": Household.ORDINARY,
    "无": Household.ORDINARY,
    "none": Household.ORDINARY,
    "其他": Household.ORDINARY,
}


def household_of(name: str) -> Household | None:
    """The household class of a code or a Chinese word."""
    code = name.strip().lower()
    if code in Household.__members__.values():
        return Household(code)
    plain = re.sub("(?<=.)（[^（）]*）$", "", _plain(code))  # how it is so, in brackets
    return _HOUSEHOLDS.get(plain)


_RELIEF_WORDS: tuple[tuple[ReliefKind, tuple[str, ...]], ...] = (
    (ReliefKind.DESTITUTE_SUPPORT, ("特困", "destitute", "tekun")),
    (ReliefKind.DISABLED_LIVING, ("残疾人生活补贴", "困难残疾人", "disabled_living")),
    (ReliefKind.NOT_LIVING, (
        "护理", "康复", "医疗", "教育", "助学", "住房", "慈善", "价格补贴", "受灾", "not_living",
        "nursing", "medical", "education", "housing", "charity",
    )),
    (ReliefKind.DIBAO, ("低保", "最低生活保障", "dibao")),
    (ReliefKind.OTHER_LIVING, (
        "生活补助", "生活救助", "生活补贴", "基本生活", "生活费", "other_living", "living",
    )),
)  # fmt: skip


def relief_of(name: str) -> ReliefKind:
    """What kind of relief a name means; unclear when it is none of the known ones."""
    code = name.strip().lower()
    for kind, words in _RELIEF_WORDS:
        if code == kind.value or any(word in code for word in words):
            return kind
    return ReliefKind.UNCLEAR


def benefit_of(name: str) -> Benefit | None:
    """The benefit of a code or of its Chinese name."""
    code = name.strip().lower()
    if code in Benefit.__members__.values():
        return Benefit(code)
    for benefit, zh in BENEFIT_ZH.items():
        if zh in name or name in zh:
            return benefit
    return next((b for word, b in _BENEFIT_WORDS.items() if word in code), None)


_BENEFIT_WORDS = {
    "康复生活": Benefit.REHABILITATION_LIVING,
    "康复训练": Benefit.TRAINING,
    "护理": Benefit.NURSING,
    "个人缴费": Benefit.INSURANCE,
    "医保": Benefit.INSURANCE,
    "价格补贴": Benefit.PRICE_SUBSIDY,
    "营养": Benefit.INFANT_NUTRITION,
    "一次性": Benefit.LUMP_SUM,
    "流浪": Benefit.STREET_RELIEF,
    "临时": Benefit.TEMPORARY_RELIEF,
    "基本生活": Benefit.BASIC_LIVING,
    "care": Benefit.NURSING,
    "rehab_training": Benefit.TRAINING,
    "rehab_living": Benefit.REHABILITATION_LIVING,
}

# Said of the monthly award, and not of another subsidy.
_OF_THE_AWARD = "(?<!护理补贴)(?<!训练补贴)(?<!康复生活补贴)(?<!价格补贴)(?<!营养补贴)(?<!低保)"
_EVENT_WORDS: tuple[tuple[Happening, str], ...] = (
    (Happening.DROPPED_OUT, "退学|辍学|肄业|开除|drop"),
    (Happening.RETURNED_TO_SCHOOL, "退役复学|退伍复学|复学|回校|返校|return"),
    (Happening.LEAVE_OF_ABSENCE, "休学|leave_of"),
    (Happening.DISCHARGED, "退役|退伍|discharge"),
    (Happening.ENLISTED, "入伍|参军|应征|enlist"),
    (Happening.ADMITTED, "录取|升学|考上|考入|admi"),
    (Happening.ENROLLED, "入学|报到|开学|复读|enrol"),
    (Happening.GRADUATED, "(?<!预计)毕业|graduat"),
    (Happening.ADOPTED, "[被由][^，。；,;]{0,10}收养|收养(登记|手续)|adopt"),
    (Happening.HUKOU_MOVED_AWAY, "户[籍口].*迁(出|往|至)|迁出|moved_away|hukou_out"),
    (Happening.HUKOU_MOVED_HERE, "户[籍口].*迁入|迁入|moved_here|hukou_in"),
    (Happening.PARENT_RELEASED, "刑满|释放|假释|出狱|解除强制|戒毒期满|戒毒成功|releas"),
    (Happening.PARENT_FOUND, "找到.*[父母]|[父母].*(找到|找回|恢复联系)|找回父母|parent_found"),
    (Happening.PARENT_FOUND, "[父母].*(回家|返家|恢复(抚养|监护|履行))"),
    (Happening.PARENT_FOUND, "[父母].*((重新|再次)出现|现身)|撤销.{0,10}宣告"),
    (Happening.DIBAO_ENDED, "(退出|停|取消|终止|不再).*低保|低保.*(退出|停|取消|终止|到期)"),
    (Happening.DIBAO_ENDED, "低保.*(转|变|调整)为.*边缘"),
    (Happening.DIBAO_STARTED, "(纳入|享受|新增|获批|批准|开始|恢复).*低保"),
    (Happening.DIBAO_STARTED, "低保.*(获批|批准|开始|恢复)"),
    (Happening.DIBAO_STARTED, "家庭[^，。；]{0,4}[转变][为入成]低保(?!边缘|家庭儿童)"),
    (
        Happening.LEFT_INSTITUTION,
        "离开福利|离院|[转改变]更?[为成至]?(社会)?散居|[转交]由亲属|亲[属戚友].{0,2}[领接][回走养]",
    ),
    (
        Happening.ENTERED_INSTITUTION,
        "(入住|进入|[转改变]更?[入为至到]|送[入至到往]|移送|由).*(福利机构|福利院|机构(集中)?养育)",
    ),
    (Happening.HANDED_OVER, "移交|返乡|接回|护送回|交还|领回|hand"),
    (
        Happening.SUDDEN_EVENT,
        "突发|失依|sudden|(车祸|事故|火灾|灾|地震|台风|急病|昏迷|住院|隔离|拘留).*无人(照|看|抚|监)",
    ),
    (
        Happening.NOTED,
        (
            "监护人[^，。；]{0,12}(变更|更换|改[由为])|转学|搬[家迁]|更名|改名"
            "|(住址|地址|账[户号]|银行卡|领款人|姓名|学校)[^，。；]{0,4}(变更|更换|更改)"
            "|(复核|年审|复查|核查)[^，。；]{0,6}(通过|合格|符合|无变化)"
            "|(变更|更换|更改)[^，。；]{0,6}(住址|地址|账[户号]|银行卡|领款人|姓名)"
        ),
    ),
    (Happening.CATEGORY_CHANGED, "转为|变更为|变为|改为|category_change"),
    (
        Happening.CATEGORY_ENDED,
        (
            "不再(符合|享受|属于|认定|具备)|(取消|撤销|终止)[^，。；,;低]{0,12}(资格|认定|待遇|身份|保障)"
            "|退出保障|category_end"
        ),
    ),
    (Happening.CATEGORY_ENDED, f"{_OF_THE_AWARD}(停发|停止发放|终止发放|暂停发放|停保)"),
    (Happening.DIED, "死亡|去世|病故|身亡|died|death"),
    (Happening.CONFIRMED, f"确认|认定|批准|confirm|approved|{_OF_THE_AWARD}恢复(发放|享受|保障)"),
    (Happening.APPLIED, "申请|受理|查验|appl"),
)  # fmt: skip

# An aunt or a grandmother is written with the signs of father and mother, and is neither.
_OTHER_RELATIVES = re.compile("[祖姑姨舅伯叔婶岳][父母]|姥姥|外公|外婆")
# What did not happen is no event: 未升学, 没有录取, 尚未毕业, 拒绝入伍.
_DENIED = re.compile(
    "(未|没有|没|无|不再|拒绝|放弃)(被|能|获|考上)?(大学|高校|高中|学校)?$"
    "|(未能|未获|未被|未予|没能|没有|不能|无法|尚未|拒绝|放弃|延期|推迟|预计|拟|计划|有意|可能|打算)"
    "[^，。；,;]{0,12}$"
)
_REFUSED = re.compile("[^，。；,;]{0,6}(未获|未予|未通过|未批准|未成|不予|被拒|失败|手续中)")
# Where a registration moved to, and what shows that it is the name of a place.
_MOVED_TO = re.compile("迁(?:至|到|往|入)了?([^，。；,;（）]+)")
_A_PLACE = re.compile("[省市县区镇乡村州]|街道")

RELATIVES = ("父", "母", "祖", "监护人", "外公", "外婆")


def happening_of(text: str) -> Happening:
    """What a code or a sentence says happened to the child; unclear when it says neither."""
    code = text.strip().lower().replace("-", "_").replace(" ", "_")
    if code in Happening.__members__.values():
        return Happening(code)
    plain = _plain(text).lower().replace("最低生活保障", "低保")
    if _FALSE.search(plain):
        return Happening.UNCLEAR
    direct = _OTHER_RELATIVES.sub("亲属", plain)
    for what, pattern in _EVENT_WORDS:
        if what is Happening.DIED and any(word in plain for word in RELATIVES):
            continue
        if what is not Happening.APPLIED and _UNDER_WAY.search(plain):
            continue
        if any(_took_place(direct, found) for found in re.finditer(pattern, direct)):
            back = what in (Happening.PARENT_RELEASED, Happening.PARENT_FOUND)
            return Happening.UNCLEAR if back and _GONE_AGAIN.search(plain) else what
    return Happening.PARENT_LOST if _PARENT_LOST.search(plain) else Happening.UNCLEAR


_HOME = (Happening.DIBAO_STARTED, Happening.DIBAO_ENDED)
_NEW_CATEGORY = (Happening.CONFIRMED, Happening.CATEGORY_CHANGED)
_BESIDE_HOME = (
    Happening.ENTERED_INSTITUTION,
    Happening.LEFT_INSTITUTION,
    Happening.PARENT_RELEASED,
    Happening.PARENT_FOUND,
    Happening.ADOPTED,
    Happening.DIED,
    Happening.HUKOU_MOVED_AWAY,
    Happening.HUKOU_MOVED_HERE,
)


def happenings_of(text: str) -> list[tuple[Happening, str]]:
    """What a sentence says happened, with its words: to the child, and to its household beside it
    (父亲入狱，确认为事实无人抚养儿童，家庭退出低保)."""
    told = [(happening_of(part), part) for part in re.split("[，,；;。、并且]|同时", text) if part]
    home = next((one for one in told if one[0] in _HOME), None)
    own = next((one for one in told if _apart_from_home(*one)), None)
    return [own, home] if own and home else [(happening_of(text), text)]


def _apart_from_home(what: Happening, text: str) -> bool:
    """Whether it is the child's own, and follows from nothing that happened to the household."""
    own = categories_in(text) - {Category.DIBAO_CHILD, Category.DIBAO_MARGIN_CHILD}
    return what in _BESIDE_HOME or (what in _NEW_CATEGORY and bool(own))


# What is under way has not happened: 申请户籍迁往杭州，手续办理中.
_UNDER_WAY = re.compile("(?:手续|正在|尚在|仍在)?办理中|正在办理|手续中|未办[理妥结]")
# What was found to be false: what follows from it a person decides.
_FALSE = re.compile("虚假|骗取|骗领|伪造|不实|隐瞒|冒领|(?:登记|认定|录入|审核)错误")
# Who came back and was taken away again: what holds now, somebody must say.
_GONE_AGAIN = re.compile(
    "(?:又|再次|再度|随[即后]|另)[^。；]{0,14}(?:戒毒|逮捕|拘留|羁押|判[处刑]|服刑|收监|入狱|失联|出走)"
)
# What befalls a parent or another relative takes no category from a child; what it gives, a
# decision says (R8).
_PARENT_LOST = re.compile(
    "(?:[父母爷奶]|外公|外婆|监护人)[^。；;]{0,12}?(?:死亡|去世|病故|身亡|亡故|病逝|过世|入狱|服刑|判刑|获刑|逮捕|"
    "强制隔离戒毒|失联|失踪|出走|重病|病重|残疾)"
)

_OF_AGE = re.compile(
    "(?:该?(?:儿童|孩子|青年))?(?:年)?满?(?:18|十八)周?岁(?:生日)?|成年|18th.?birthday"
)


def comes_of_age(text: str) -> bool:
    """Whether an event is the eighteenth birthday and nothing else: the birth date tells it."""
    return _OF_AGE.fullmatch(_plain(text).lower()) is not None


def resumed(text: str) -> bool:
    """Whether an award that was stopped goes on."""
    return "恢复" in text


def _took_place(text: str, found: re.Match[str]) -> bool:
    denied = _DENIED.search(text[: found.start()]) or _REFUSED.match(text[found.end() :])
    return not denied


# What a category was changed to, and what stood before it.
_CHANGED_TO = re.compile("转为|变更为|变为|改为")


def changed_to(text: str) -> frozenset[Category]:
    """The categories a sentence says a child has after a change."""
    found = _CHANGED_TO.search(_plain(text))
    return categories_in(_plain(text)[found.end() :]) if found else categories_in(text)


def no_longer_fits(text: str) -> bool:
    """Whether a sentence says that a category ended."""
    ended = [pattern for what, pattern in _EVENT_WORDS if what is Happening.CATEGORY_ENDED]
    return any(re.search(pattern, _plain(text).lower()) for pattern in ended)


def hukou_moved(text: str, here: Callable[[str], bool]) -> Happening | None:
    """Where a registration that moves goes to: to this place, away, or nobody can tell.

    `here` tells whether the name of a place is of this city. None: no destination is named.
    """
    found = _MOVED_TO.search(_plain(text))
    if found is None:
        return None
    if here(found[1]):
        return Happening.HUKOU_MOVED_HERE
    return Happening.HUKOU_MOVED_AWAY if _A_PLACE.search(found[1]) else Happening.UNCLEAR
