"""How people state illnesses, infections and health in few words (疾病与感染的陈述方式)."""

import re
from collections.abc import Mapping
from typing import Any

from services.eligibility.rules.statements.disabilities import disability
from services.eligibility.rules.statements.names import ILLNESS as ILLNESS_NAMES
from services.eligibility.rules.statements.phrasing import cured, listed_name, understood
from services.eligibility.rules.statements.reading import NO, YES, Statement
from shared.gloss import glossed
from shared.told import Named

Said = Mapping[str, Any]
ILLNESS = Named(("name", "certified"), ILLNESS_NAMES)


# An illness that is told by its name and makes a child affected, whoever of the family has it.
_OF_HIV = re.compile("艾滋|HIV|AIDS", re.IGNORECASE)


_FOUND_SERIOUS = re.compile("(?<!未)(?<!待)(?:已|经|被)[^，。；未]{0,6}认定(?:为)?(?:重|大)病")


_NONE_OF_IT = re.compile(
    "(?!.*(?<!未)(?<!待)确诊)"
    "(?:(?:无|没有?|未患|未得|排除|否认)[^法力能恒名]|.*(?:排除|否定|误诊|虚惊|家族史))"
)
# What a doctor only thinks of yet: whether it is so, somebody must say.
_SUSPECTED = re.compile(
    "(?!.*(?:(?<!未)(?<!待)确诊|已诊断)).*(?:疑似|疑为|待[确排诊查]|未确诊|可能)"
)
# Whose illness it is, where it is not the child's: 父亲患白血病.
_OF_ANOTHER = re.compile(
    "(?:其|因)?(?:[父母爸妈爷奶叔伯舅姑姨哥姐弟妹]|[祖继生养][父母]|外[公婆]|邻居|同学)"
)


_HIV_DENIED = re.compile("未|无|没|非|阴性|排除|疑|恐|待")


def _has_it(statement: Statement, subject: str, item: Any) -> bool:
    """Whether the illness is not over, and not of another; a parent's is read as a sentence."""
    if subject == "child" and _OF_ANOTHER.match(str(item)):
        statement.stories.append(str(item))
        return False
    return not cured(item) and not _NONE_OF_IT.match(str(item))


def illness(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """Diagnoses by name; whether one that is not listed is serious, somebody must say."""
    told = value if isinstance(value, list) else [value]
    items = [item for item in told if _has_it(statement, subject, item)]
    if told and not items:  # it is over or another's, and kept as a note
        statement.notes.append(f"{subject}.illness：{value}")
        return
    parts = [{ILLNESS.field(k): v for k, v in i.items()} for i in items if isinstance(i, Mapping)]
    names = [i for i in items if not isinstance(i, Mapping)] + [i.get("name") for i in parts]
    certified = [i.get("certified") for i in parts]
    suspected = [name for name in names if name is None or _SUSPECTED.match(str(name))]
    if names and suspected == names:
        statement.stated[f"{subject}.serious_illness"] = None
        return
    told = [listed_name(glossed(str(name))) for name in names if name]
    statement.take(f"{subject}.illness", f"{subject}.illness", told)
    if any(_OF_HIV.search(name) and not _HIV_DENIED.search(name) for name in told):
        statement.stated[f"{subject}.hiv"] = "infected"
    known = statement.stated.get(f"{subject}.illness") or ()
    if any(answer is True for answer in certified) or any(map(_FOUND_SERIOUS.search, told)):
        statement.unless_stated(f"{subject}.serious_illness", True)
    elif "seriously_ill" in (understood("status", str(said.get("status") or "")) or ()):
        return
    elif known and said.get("serious_illness") is None:
        statement.unless_stated(f"{subject}.serious_illness", None)


def serious_illness(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """Whether the illness is found serious, or its name (重病)."""
    text = str(value).strip().lower()
    if value is None or text in YES or text in NO or not isinstance(value, str):
        statement.take(f"{subject}.serious_illness", f"{subject}.serious_illness", value)
    else:
        illness(statement, subject, value, said)


# What is said of an illness instead of its name.
_NO_NAME = re.compile(
    "疑|待|[无未非没排否]|^.$|^(?:true|false|yes|no|none|具备|符合|通过)$", re.IGNORECASE
)


def rare_illness(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Whether the illness is a rare one, or its name (罕见病)."""
    name = f"{subject}.rare_illness"
    if isinstance(value, str) and not _NO_NAME.search(value.strip()):
        statement.put(name, True)
        statement.notes.append(f"{name}：{value}")
    else:
        statement.take(name, name, value)


def illness_kind(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Said to be a rare or a serious illness (病种)."""
    for word, name in (("罕见", "rare_illness"), ("重", "serious_illness")):
        if word in str(value or ""):
            statement.stated[f"{subject}.{name}"] = True


def cause_of_death(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """Of what a parent died: only AIDS changes anything, for the child is affected by it."""
    if any(word in str(value).lower() for word in ("艾滋", "hiv", "aids")):
        hiv_infected(statement, subject, True, said)
    else:
        statement.notes.append(f"{subject}：{value}")


def autism(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Autism, said yes or no (孤独症)."""
    told = re.search("孤独症|自闭症|autis", str(value), re.IGNORECASE) and not re.match(
        "[无没未非排]", str(value)
    )
    if value is True or value in ("是", "有") or told:
        statement.put(f"{subject}.illness", ("孤独症",))
        statement.unless_stated(f"{subject}.serious_illness", None)


def hiv_of_child(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """A child's status, or a sentence that says that it is a parent who is infected."""
    text = str(value or "")
    if re.search("[父母]", text) and re.search("感染|阳性|艾滋|病人|患者", text):
        own = re.search("(?:本人|儿童|孩子|其)[^，。；未]{0,4}(?:感染|阳性|确诊)", text)
        statement.take(f"{subject}.hiv", "child.hiv", "感染" if own else "受影响")
    else:
        statement.take(f"{subject}.hiv", "child.hiv", value)


def _hiv(statement: Statement, subject: str, value: Any, code: str) -> None:
    text = str(value).strip().lower()
    if value is None:
        statement.stated[f"{subject}.hiv"] = None
    elif text in YES or (understood("hiv", text) or ["none"]) != ["none"]:
        statement.stated[f"{subject}.hiv"] = code
    elif text in NO or understood("hiv", text) == ["none"]:
        statement.unless_stated(f"{subject}.hiv", "none")
    else:
        statement.unknown_word(f"{subject}.hiv", value, "hiv")


def hiv_affected(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Affected, without saying who is infected (受艾滋病影响)."""
    if statement.stated.get(f"{subject}.hiv") != "infected":
        _hiv(statement, subject, value, "affected")


def hiv_infected(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Infected, or died of it (感染)."""
    _hiv(statement, subject, value, "infected")


def illness_found(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """Whether the illness that is told beside it was found serious (认定)."""
    told = any(said.get(name) is not None for name in ("illness", "status"))
    word = str(value).strip().lower()
    if told and (word in YES or re.fullmatch("(?:已?认定为?|属于?)?(?:重|大)病", word)):
        statement.unless_stated(f"{subject}.serious_illness", True)


def health(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """A child's health in words: a disability, an illness, or nothing of the kind (健康状况)."""
    text = str(value or "")
    if re.search("良好|健康|正常|无残|无重|healthy|good", text):
        statement.notes.append(text)
    elif "残" in text:
        disability(statement, subject, text, said)
    else:
        illness(statement, subject, value, said)


def without_the_cured(found: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """An illness told with a note that says it is over is none."""
    ill = found.keys() & {"illness", "serious_illness"}
    if ill and any("note" in key or "备注" in key for key in said if cured(said[key])):
        return {name: value for name, value in found.items() if name not in ill}
    return found
