"""Questions about tattoos: the ban, the sign, the identity card.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping
from datetime import date

from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import (
    Answer,
    County,
    Situation,
    answer,
    day_in,
)
from services.protection.rules.reporting import (
    adult_customer,
    birthday,
)
from shared.ages import child_age_in
from shared.law import Facts, LawOfDay


def tattoo(situation: Situation, law: LawOfDay, _: County) -> Answer | None:
    """Nobody tattoos a minor; consent changes nothing (3.1b)."""
    who = situation.has("customer_birth", "customer_age", "customer")
    text = situation.text()
    about = _NEEDLE.search(text) or _WASHES_OFF.search(text) or (who and not situation.has("unit"))
    checks = situation.has("sign", "id_checked") and not re.search(
        "岁|未成年", _of_customer(situation)
    )
    about = about and (who or not (checks or _of_a_sign(situation)))
    if not about and not situation.asks("tattoo"):
        return None
    for pattern, matter in _NO_TATTOO:
        if pattern.search(situation.text()):
            return _silent_on(matter)
    adult = _adult(situation, law)
    unproven = adult is None and _unproven(situation)
    induced = situation.flag("induced") is True or _INDUCED.search(situation.text()) is not None
    return answer(
        "tattoo",
        "WL24:3.1b-1",
        *(["WL24:3.1b-2"] if induced else []),
        *(["WL24:3.1c-2"] if adult is None else []),
        zh=_tattoo_words(adult, induced),
        en="No tattoo for a minor, whoever consents; 18 on the day of service decides",
        allowed=False if unproven else adult,
        status="undetermined" if adult is None else None,
        age_on_day=_age(situation),
        consent_matters=False,
        applies_to="任何企业、组织和个人",
        violation=["胁迫、引诱、教唆未成年人文身"] if induced and adult is not True else None,
        must_ask_id=True if adult is None else None,
        report_to="市市场监管局" if adult is False or induced else None,
        report_to_code="market_regulation" if adult is False or induced else None,
    )


_NEEDLE = re.compile(
    "文身|纹身|刺青|刺[^，。；激伤]{0,4}(?:字|图案|标记|花纹)|[文纹](?:眉|唇|眼线)|"
    "[文纹](?:上|了|个|一个|满)[^，。；]{0,8}(?:标志|图案|字|名字|图腾|花|龙|徽)|"
    "[文纹][^，。；字章件明化]{0,6}(?:标志|图案|名字|图腾|花臂|龙|徽)"
)
_INDUCED = re.compile(
    "引诱|教唆|胁迫|怂恿|劝说|威胁|威逼|强迫|强行|逼迫?|哄骗|诱骗|鼓动|撺掇|要挟|诱导|被迫|"
    "(?<![未没有])(?:要求|必须|统一|命令|规定)(?!出示|提供)[^，；。]{0,14}[文纹]身|"
    "(?:免费|打.?折|半价|送).{0,4}[文纹]身|[文纹]身[^，；。]{0,6}(?:免费|打.?折|半价|优惠)|"
    "[文纹][^，。；]{0,8}(?:就|可以?|能)(?:免|送|给|奖|打折)|"
    "(?:免|送|给|奖)[^，。；]{0,8}(?:让|叫)[^，。；]{0,6}[文纹]"
)
_REMOVED = re.compile(
    "(?:洗|清洗|清除|去除|祛除|激光).{0,4}[文纹]身|remov.{0,12}tattoo|tattoo.{0,4}remov"
)


_WASHES_OFF = re.compile("[文纹]身贴|人体彩绘|海娜|henna|sticker", re.IGNORECASE)
# What the document does not speak of: to take one off, what washes off, make-up under the skin.
_NO_TATTOO = (
    (_REMOVED, "去除文身"),
    (re.compile(f"贴纸|{_WASHES_OFF.pattern}", re.IGNORECASE), "可洗去的文身贴、彩绘"),
    (re.compile("[文纹](?:眉|唇|眼线)|半永久"), "文眉等美容项目"),
)


def _silent_on(matter: str) -> Answer:
    """What is beside a tattoo is not tattooing as the document has it; a person decides."""
    return answer(
        "tattoo",
        "WL24:3.1b-1",
        zh=f"条文未规定{matter}；由市市场监管局、市卫生健康局核实",
        en="The document speaks of tattoos alone and is silent on this; a person decides",
        status="manual_review",
        reason=f"条文未涉及{matter}",
        department="市市场监管局",
        department_code="market_regulation",
    )


_NO_CARD = re.compile(
    "(?:仅|只|光)(?:凭|听|信|靠)[^，。；]{0,8}(?:口头|自称|说|一面之词)|"
    "(?:未|没有?|不|拒绝?|拒不|无法|不能|不肯|不愿)(?:要求|让|肯|能|愿|带|携带|有)?[^，；。]{0,4}"
    "(?:出示|提供|查验|查看|核验|带)[^，；。]{0,4}(?:身份|证件)|(?:忘|未|没)带?[^，；。]{0,2}身份证|"
    "(?:身份证|证件)[^，。；]{0,8}(?:不符|不一致|不像|他人|别人|借|冒|伪造|假)|"
    "(?:借|冒|伪造|假)[^，。；]{0,6}身份证|(?:无|没有?)(?:任何|身份|有效)?证件"
)


def _unproven(situation: Situation) -> bool:
    """Whether an age in doubt was not shown by a card: until it is, there is no tattoo (3.1c)."""
    return situation.flag("id_checked") is False or _NO_CARD.search(situation.text()) is not None


def _adult(situation: Situation, law: LawOfDay) -> bool | None:
    born, day = _born_on(situation), _served_on(situation)
    age = situation.number("customer_age", "age")
    if born is not None and day is None and situation.has("service_date"):
        return None  # told to be unknown: it need not be today
    if born is not None:
        facts = Facts({"customer_birth": born, "service_date": day or law.day})
        found = adult_customer.find(facts, law)
        doubted = found.met and age is not None and age < 18  # day of birth and age disagree
        return None if found.unknown or doubted else found.met
    text = _of_customer(situation)
    if age is not None:
        told = situation.word("customer_age", "age")
        return None if _GUESSED.search(told) and not told.isdigit() else age >= 18
    if _GUESSED.search(text) and not situation.has("customer_birth"):
        return None  # what somebody looks like is what the identity card is asked for
    if _PARENT.search(situation.word("customer")):
        return True
    if _MINOR.search(situation.word("customer")):
        return False
    if (named := child_age_in(text)) is not None:
        return named >= 18
    return False if _MINOR.search(text) else None


_A_DAY = r"\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}[日号]?"
_BORN = re.compile(f"(?:生于|出生日期为?：?){_A_DAY}|{_A_DAY}(?:出生|生(?![效日]))")


def _born_on(situation: Situation) -> date | None:
    """The customer's birthday, by its field or as the customer is told of (出生于2006-06-02)."""
    born = situation.day("customer_birth")
    told = _BORN.findall(situation.word("customer")) if born is None else []
    others = situation.has("service_date") or len(re.findall(_A_DAY, situation.facts())) <= 1
    return day_in(told[0]) if len(told) == 1 and others else born


def _served_on(situation: Situation) -> date | None:
    """The day of the service, if need be the one that is told under a name nobody knows."""
    told = situation.day("service_date", "as_of")
    unnamed = None if told or situation.has("service_date") else situation.unnamed_instant()
    return unnamed.date() if unnamed else told


_MINOR = re.compile(
    "未成年|(?<!像)(?<!似)(?:小学|中学生|初中)|初[一二三]|高[一二]|[一二三四五六七八九]年级"
)
_PARENT = re.compile("(?:父亲|母亲|父母|家长|爷爷|奶奶)(?:本人)?$")  # who is tattooed is the parent
_GUESSED = re.compile(
    "看(?:上去|起来|似|着)|貌似|外表|难以(?:判明|判断|辨别)|无法(?:判明|判断|辨别)|估计|约莫|"
    "looks?|appears?|seems?|apparently"
)
_CLAIMED = re.compile(r"(?:自称|声称|谎称|口头称|\w*says|\w*claims?)：?[^，；。]*")
_OWN_SIGN = re.compile(
    "(?:不向|不为|禁止|谢绝)未成年人?[^，；。’”]*|未成年人?(?:禁止|不得|谢绝|请勿)[^，；。’”]*"
)


def _of_customer(situation: Situation) -> str:
    """The words without what a shop's own sign says of minors."""
    return _CLAIMED.sub("", _OWN_SIGN.sub("", situation.text()))


def _of_a_sign(situation: Situation) -> bool:
    """Whether it is told of a shop's sign alone, and of nobody who is tattooed."""
    sign = situation.says("告示", "标识", "标志", "标明", "张贴", "悬挂", "提示牌")
    told = _OWN_SIGN.sub("", situation.facts())
    return sign and not re.search("岁|未成年|顾客|学生|[男女]孩|(?:为|给).{1,8}[文纹]身", told)


def _age(situation: Situation) -> int | None:
    born, day = _born_on(situation), _served_on(situation)
    if born is None or day is None:
        return situation.number("customer_age", "age")
    years = day.year - born.year
    return years if day >= birthday(born, years) else years - 1


def _tattoo_words(adult: bool | None, induced: bool) -> str:
    if induced and adult is not True:
        return "不得胁迫、引诱、教唆未成年人文身，未实际文身也属违反"
    if adult is None:
        return "难以判明是否未成年人的，应当要求其出示身份证件，未判明前不得提供文身服务"
    if adult:
        return "服务当日已满十八周岁，可以提供"
    return "不得向未成年人提供文身服务，监护人同意亦不例外"


_HIDDEN = re.compile(
    "角落|柜台下|背面|背后|不显著|看不[见到清]|遮[挡住]|挡住|仓库|[内里]侧|里间|抽屉|后门|"
    "公众号|朋友圈|微信|签名|小程序|网店|主页|简介|网上|线上|网页|抖音|厕所|卫生间|"
    "字(?:体)?(?:太|过|很)小"
)
_OTHER_NOTICE = re.compile(
    "公告|登报|认领|(?:告知|通知|送达|书面告)[^，。；]{0,8}(?:学校|村|居|父|母|监护人|家长|公安)"
)
_UNSIGNED = re.compile(
    "(?:未|没有?|无)(?:见|有|任何|在显著位置)*(?:标明|张贴|悬挂|设置|贴|标识|标志|告示|警示)"
)


def tattoo_shop(situation: Situation, _law: LawOfDay, _i: County) -> Answer | None:
    """The sign and the identity card (3.1c)."""
    shown = situation.flag("sign")
    checked = situation.flag("id_checked")
    signs = situation.says("标明", "标识", "标志", "告示", "张贴", "悬挂", "显著位置", "警示")
    about = situation.says("文身", "纹身") or situation.has("customer_birth", "customer_age")
    told = about and (signs or situation.says("身份证"))
    other = situation.has("unit", "instrument", "age", "guardian_conduct")
    told = told or situation.asks("tattoo_shop") or (situation.has("sign") and not other)
    if _OTHER_NOTICE.search(situation.word("sign")) and not about:
        return None  # a notice given to somebody is no sign on a wall
    if shown is None and checked is None and not told:
        return None
    hidden = _HIDDEN.search(situation.text()) is not None
    if shown is None and re.search(
        "张贴|标明|悬挂|设置|公示|贴有|显著|醒目|门口|入口|有标[识志]", situation.word("sign")
    ):
        shown = not hidden
    reasons = []
    if shown is False or hidden or _UNSIGNED.search(situation.text()):
        reasons.append("应在显著位置标明不向未成年人提供文身服务")
    if checked is False or situation.says("未查验", "未要求出示", "没看身份证", "未查身份证"):
        reasons.append("难以判明年龄的应要求出示身份证件")
    unknown = checked is None and situation.has("id_checked")
    missing = [name for name, gap in (("sign", not shown), ("id_checked", unknown)) if gap]
    return answer(
        "tattoo_shop",
        "WL24:3.1c-1",
        "WL24:3.1c-2",
        zh="；".join(reasons) or "应在显著位置标明，年龄难以判明的查验身份证件",
        en="A prominent sign; the identity card when the age is in doubt",
        compliant=False if reasons else (None if missing else True),
        status="undetermined" if missing and not reasons else None,
        missing=missing if missing and not reasons else None,
        reasons=reasons or None,
        department="市市场监管局",
        department_code="market_regulation",
    )


CONDUCT_TOPICS: Mapping[str, Topic] = {
    "tattoo": tattoo,
    "tattoo_shop": tattoo_shop,
}
