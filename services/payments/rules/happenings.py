"""What a sentence says happened on a day, read as codes (事件用语).

A sentence is read only by these words; anything else stays unclear and goes to a person. An English
one is put into the words of the law first, in its own order.
"""

import re
from collections.abc import Callable
from datetime import date

from services.payments.rules.english import in_chinese
from services.payments.rules.vocabulary import Category, Happening
from services.payments.rules.words import categories_in, plain

_DEATH = "死亡|[去过离]世|[病亡身]故|身亡|夭折|[病逝]逝|遇难|罹难|[坠溺猝病摔淹烧毒]亡|[猝病摔淹]死"
# Said of the monthly award, and not of another subsidy.
_OF_THE_AWARD = "(?<!护理补贴)(?<!训练补贴)(?<!康复生活补贴)(?<!价格补贴)(?<!营养补贴)(?<!低保)"
_NO_GRADUATION = "生|后[^，。；]{0,8}(?:意向|拟|打算|准备)|资格|论文|设计|实习|答辩|班|季|前|典礼"
_EVENT_WORDS: tuple[tuple[Happening, str], ...] = (
    (Happening.DROPPED_OUT, "退学|辍学|肄业|(?<!培训)(?<!训练)结业|开除"),
    (Happening.RETURNED_TO_SCHOOL, "退役复学|退伍复学|复学|回校|返校"),
    (Happening.LEAVE_OF_ABSENCE, "休学"),
    (Happening.DISCHARGED, "退役|退伍"),
    (Happening.ENLISTED, "(?:入伍|参军|应征(?!入伍))(?!通知|体检|报名|政审|登记|批准书|意向|条件)"),
    (Happening.ADMITTED, "录取|升学|考上|考入"),
    (Happening.ENROLLED, "入学|报到|开学|复读"),
    (Happening.GRADUATED, f"(?<!预计)(?<!预)毕业(?!{_NO_GRADUATION})"),
    (Happening.ENROLLED, "升入|就读"),
    (Happening.ADOPTED, "[被由][^，。；,;]{0,10}收养|收养(登记|手续)"),
    (Happening.HUKOU_MOVED_AWAY, "户[籍口].*迁(出|往|至|到)|迁出"),
    (Happening.HUKOU_MOVED_HERE, "户[籍口].*迁入|迁入"),
    (Happening.PARENT_RELEASED, "刑满|释放|假释|出狱|解除强制|戒毒期满|戒毒成功"),
    (Happening.PARENT_RELEASED, "保外就医|监外执行|取保候审|改判缓刑"),
    (Happening.PARENT_FOUND, "找到.*[父母]|[父母].*(找到|找回|恢复联系)|找回父母"),
    (
        Happening.PARENT_FOUND,
        (
            "[父母].*(回[家来]|返家|恢复(抚养|监护|履行)"
            "|[接领带]回[^，。；]{0,4}(抚养|身边|生活|照顾|家))"
        ),
    ),
    (Happening.PARENT_FOUND, "[父母].*((重新|再次)出现|现身)|撤销.{0,10}宣告"),
    (Happening.PARENT_FOUND, "恢复.{0,4}[父母].{0,4}监护"),
    (Happening.DIBAO_ENDED, "(退出|停|取消|终止|不再|清退).*低保"),
    (Happening.DIBAO_ENDED, "低保(?!证).*(退出|停|取消|终止|到期|清退|注销|(转|变|调整)为.*边缘)"),
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
    (Happening.HANDED_OVER, "移交|返乡|接回|护送回|交还|领回"),
    (
        Happening.SUDDEN_EVENT,
        "突发|失依|(车祸|事故|火灾|灾|地震|台风|急病|昏迷|住院|隔离|拘留).*无人(照|看|抚|监)",
    ),
    (
        Happening.NOTED,
        (
            "参保|住院|(?<!保外)就医|手术|骨折|监护人[^，。；]{0,12}(变更|更换|改[由为])|转学|搬[家迁]|更名|改名"
            "|(住址|地址|账[户号]|银行卡|领款人|姓名|学校)[^，。；]{0,4}(变更|更换|更改)"
            "|(复核|年审|复查|核查|审核|核验|年检)[^，。；]{0,6}(通过|合格|符合|无变化)"
            "|(变更|更换|更改)[^，。；]{0,6}(住址|地址|账[户号]|银行卡|领款人|姓名)"
        ),
    ),
    (Happening.CATEGORY_CHANGED, "转为|变更为|变为|改为"),
    (
        Happening.CATEGORY_ENDED,
        (
            "不再(符合|享受|属于|认定|具备)|(取消|撤销|终止)[^，。；,;低]{0,12}(资格|认定|待遇|身份|保障)"
            "|退出保障"
        ),
    ),
    (Happening.CATEGORY_ENDED, f"{_OF_THE_AWARD}(停发|停止发放|终止发放|暂停发放|停保)"),
    (Happening.DIED, _DEATH),
    (Happening.CONFIRMED, f"确认|认定|批准|{_OF_THE_AWARD}恢复(发放|享受|保障)"),
    (Happening.WENT_TO_WORK, "(参加|开始|找到)工作|就业|上班|务工|打工|工作|劳动合同"),
    (Happening.APPLIED, "申请|受理|查验"),
)  # fmt: skip

# An aunt or a grandmother is written with the signs of father and mother, and is neither.
_OTHER_RELATIVES = re.compile(
    "[祖姑姨舅伯叔婶岳][父母妈爹婆]|姥[姥爷]|外[公婆]|爷爷|奶奶|叔叔|伯伯|舅舅|姑姑|阿姨|[哥姐兄]"
)
# What did not happen is no event: 未升学, 没有录取, 尚未毕业, 拒绝入伍.
_DENIED = re.compile(
    "(未|没有|没|无|不再|拒绝|放弃)(再|继续)?(被|能|获|考上)?(大学|高校|高中|学校)?$"
    "|(未能|未获|未被|未予|未取得|未拿到|没能|没有|不能|无法|尚未|拒绝|放弃|延期|推迟|预计|拟|计划|有意|可能|打算|将[于在]|即将|定于|等待|准备|驳回|曾)"
    "[^，。；,;]{0,12}$"
)
_REFUSED = re.compile(
    "[^，。；,;]{0,6}(未获|未予|未通过|未批准|未成|不予|被拒|失败|手续中|拟|计划|打算"
    "|收回|作废|日期|时间|公示|的身份证)|[^，。；,;]{0,12}(驳回|撤[回销]|未果)"
    "|的(亲属|邻居|同学|朋友|室友)"
)
# Of what somebody else is named before: 母亲从未回家, 户口拟迁往杭州.
_DENIED_WITHIN = re.compile(
    "未(?!成年|保)|没有?|从不|不[能愿肯]|拒绝|无法|拟|打算|计划|准备|撤回|驳回|继续|通知"
)
# Home for the holidays, and back: 接回家过年，节后返院.
_FOR_A_TIME = re.compile("返院|过[年节]|探亲|度假|短期|暂时|[就送]医|医院|住院|治疗|看病|请假")
# What was only applied for: 申请办理收养登记; not 申请低保获批.
_ASKED = re.compile("(?<!经)申请(?!人)[^，。；,;]{0,12}$")
_APPLICATION = re.compile("的?申请(?!人)")
# Whose registration moves, where it is another's: 监护人户口迁往杭州; not 随母亲户口迁往杭州.
_ANOTHERS_HUKOU = re.compile("(?<![随与])(?:监护人|父亲|母亲|父母|亲属|家人)的?[|]户[籍口]")
_GRANTED = re.compile("(?<!未)(?<!未获)(?<!待)(?:批|通过|同意|成功|办结|完成|确认|认定)")
# Where a registration moved to, and what shows that it is a home and no place.
_MOVED_TO = re.compile("迁(?:至|到|往|入)了?([^，。；,;（）]+)")
_A_HOME = re.compile("[家户校院处里]$|名下|亲|[舅姑姨叔伯父母祖]")

RELATIVES = (*"父母祖弟妹哥姐兄", "监护人", "外公", "外婆", "亲属", "邻居", "同学", "朋友")


def happening_of(text: str) -> Happening:
    """What a code or a sentence says happened to the child; unclear when it says neither."""
    code = text.strip().lower().replace("-", "_").replace(" ", "_")
    if code in Happening.__members__.values():
        return Happening(code)
    said = plain(in_chinese(text)).replace("最低生活保障", "低保")
    if _FALSE.search(said):
        return Happening.UNCLEAR
    direct = _OTHER_RELATIVES.sub("亲属", said)
    for what, pattern in _EVENT_WORDS:
        if what is Happening.DIED and any(word in said for word in RELATIVES):
            continue
        if what is not Happening.APPLIED and _UNDER_WAY.search(said):
            continue
        if what is Happening.LEFT_INSTITUTION and _FOR_A_TIME.search(said):
            continue
        if any(
            _took_place(direct, found) and not _of_another(what, direct, found)
            for found in re.finditer(pattern, direct)
        ):
            undone = _UNDONE.get(what)
            return Happening.UNCLEAR if undone and undone.search(said) else what
    return Happening.PARENT_LOST if _PARENT_LOST.search(said) else Happening.UNCLEAR


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
    if text not in Happening.__members__.values():
        text = in_chinese(text)
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
    "(?:又|再次|再度|随[即后]|另|重新)[^。；]{0,14}"
    "(?:戒毒|逮捕|拘|羁押|收押|判[处刑]|服刑|收监|入狱|失联|出走|带走|抓)|"
    f"{_DEATH}|仍[^，。；]{{0,4}}(?:拒|不)|核实不是|探望|"
    "(?:取保候审|监外执行|保外就医|假释|缓刑)[^。；]{0,8}(?:撤销|收监)"
)
# What takes back within a sentence what it says happened first.
_UNDONE = {
    Happening.PARENT_RELEASED: _GONE_AGAIN,
    Happening.PARENT_FOUND: _GONE_AGAIN,
    Happening.DIBAO_ENDED: re.compile("补发|续发|恢复"),
    Happening.DIED: re.compile(
        "险些|险遭|差点|几乎|误报|误传|谣传|更正|获救|脱险|宠物|[狗猫牛羊猪]"
    ),
}
# What befalls a parent or another relative takes no category from a child; what it gives, a
# decision says (R8).
_PARENT_LOST = re.compile(
    f"(?:[父母爷奶叔伯舅姑姨]|外公|外婆|亲属|监护人)[^。；;]{{0,12}}?(?:{_DEATH}|入狱|服刑|判刑|获刑|逮捕|"
    "强制隔离戒毒|失联|失踪|出走|重病|病重|残疾)"
)

_OF_AGE = re.compile(
    "(?:该?(?:儿童|孩子|青年))?(?:年)?满?(?:18|十八)周?岁(?:生日)?|成年|18th.?birthday"
)


def comes_of_age(text: str) -> bool:
    """Whether an event is the eighteenth birthday and nothing else: the birth date tells it."""
    return _OF_AGE.fullmatch(plain(text).lower()) is not None


def resumed(text: str) -> bool:
    """Whether an award that was stopped goes on."""
    return "恢复" in text


# Of whom a word of these is said is neither the child nor its parent: 表哥大学毕业.
_ANOTHER = re.compile(
    "继[父母]|亲属|邻居|同[学院班桌]|室友|[狱病校]友|老师|朋友|同村|另一户|他人|别[人家]|[弟妹]|丈夫|妻子|"
    "(?<!其)(父|母|儿童|孩子|本人|其|学生)"
)
_OF_ITS_OWN = (
    Happening.DROPPED_OUT,
    Happening.RETURNED_TO_SCHOOL,
    Happening.LEAVE_OF_ABSENCE,
    Happening.DISCHARGED,
    Happening.ENLISTED,
    Happening.ADMITTED,
    Happening.GRADUATED,
    Happening.PARENT_RELEASED,
    Happening.DIBAO_ENDED,
    Happening.LEFT_INSTITUTION,
)


def _of_another(what: Happening, text: str, found: re.Match[str]) -> bool:
    """Whether the one named last before it, in its clause, is another than the child's own."""
    adopted = what is Happening.ADOPTED and found[0][0] in "被由"
    if what not in _OF_ITS_OWN and not adopted:
        return False
    clause = re.split("[，。；,;]", text[: found.start()])[-1]
    named = list(_ANOTHER.finditer(clause))
    return bool(named) and named[-1][1] is None


# A later month than that of the day of which it is told: 拿到入伍通知书，9月入伍. What is decided
# for the next month on is so for all whole months that follow (R7).
_IN_MONTH = re.compile(r"(?<![至到\d])(?:(20\d\d)年)?(?<!\d)(\d{1,2})月(份?[0-9]{0,2}日?起)?")
_DATED_APART = (
    Happening.CONFIRMED,
    Happening.CATEGORY_CHANGED,
    Happening.ADMITTED,
    Happening.ENROLLED,
    Happening.APPLIED,
    Happening.NOTED,
)


def happened_by(text: str, day: date) -> list[tuple[Happening, str]]:
    """What a sentence told of a day says happened by then; what it puts later has not."""
    happened = happenings_of(text)
    clauses = re.split("(?<=[，。；,;])", text)
    so_far = "".join(clause for clause in clauses if not _later(clause, day))
    if so_far == text or happened[0][0] in _DATED_APART:
        return happened
    return happenings_of(so_far.strip("，。；,; ")) if so_far else [(Happening.UNCLEAR, text)]


def _later(clause: str, day: date) -> bool:
    for year, month, begins in _IN_MONTH.findall(clause):
        ahead = (int(year or day.year) - day.year) * 12 + int(month) - day.month
        if ahead > 1 or (ahead == 1 and not begins):
            return True
    return False


def _took_place(text: str, found: re.Match[str]) -> bool:
    before, since = text[: found.start()], text[found.start() :]
    if _DENIED.search(before) or _REFUSED.match(text[found.end() :]):
        return False
    if _DENIED_WITHIN.search(found[0], 1) or _ANOTHERS_HUKOU.search(f"{before}|{found[0]}"):
        return False
    asked = (
        "申请" in found[0][1:] or _ASKED.search(before) or _APPLICATION.match(text[found.end() :])
    )
    return not asked or _GRANTED.search(since) is not None


# What a category was changed to, and what stood before it.
_CHANGED_TO = re.compile("转为|变更为|变为|改为")


def changed_to(text: str) -> frozenset[Category]:
    """The categories a sentence says a child has after a change."""
    found = _CHANGED_TO.search(plain(text))
    return categories_in(plain(text)[found.end() :]) if found else categories_in(text)


def no_longer_fits(text: str) -> bool:
    """Whether a sentence says that a category ended."""
    ended = [pattern for what, pattern in _EVENT_WORDS if what is Happening.CATEGORY_ENDED]
    return any(re.search(pattern, plain(text).lower()) for pattern in ended)


def hukou_moved(text: str, here: Callable[[str], bool]) -> Happening | None:
    """Where a registration that moves goes to: to this place, away, or nobody can tell.

    `here` tells whether the name of a place is of this city. None: no destination is named.
    """
    found = _MOVED_TO.search(plain(text))
    if found is None:
        return None
    if any(here(f"{found[1]}{kind}") for kind in ("", "镇", "街道")):
        return Happening.HUKOU_MOVED_HERE
    return Happening.UNCLEAR if _A_HOME.search(found[1]) else Happening.HUKOU_MOVED_AWAY
