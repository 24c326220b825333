"""How a name is read: whose fact it is, whether it bears on anything, or is a slip (别名的读法)."""

import difflib
import re
from collections.abc import Iterable
from typing import Any

from services.eligibility.rules.statements.names import ALSO, BEFORE, SUBJECTS, Names
from shared.told import Named, snake, stems

# Who a member of a family is, where the members are told as a list.
_RELATION = "relation relationship role who member 关系 称谓 与儿童关系 成员"
RELATION = frozenset(_RELATION.split())
# A name of nothing but these words bears on no answer; it is noted.
_HARMLESS = (
    "name phone telephone number no province prison hospital doctor school country nationality "
    "address village town job occupation employer company sex gender ethnicity case file "
    "remark note reporter applicant apply submit worker visit year publish issue paper document "
    "day date child charge crime grade official interview photo certificate issuer bank account"
)
_HARMLESS_ENDS = re.compile(
    "(?:医院|学校|监狱|看守所|电话|姓名|地址|公司|编号|备注|职业|性别|民族|照片|账号|开户行|罪名|籍贯|班级)$"
)
_HARMLESS_WORDS = frozenset(stem for word in _HARMLESS.split() for stem in stems(word))

# By whom, where and on what paper something was done: of a fact that is told, only a detail.
DETAIL = re.compile(
    "by|by_whom|who|whom|where|place|court|agency|authority|office|organ|document|paper|number|no|"
    "reason|registration|registered_(?:at|by|with)|经办.*|办理.*|登记机关|登记处|机关|法院|地点|文书|"
    "文号|案号|编号|原因|由谁"
)


SUBJECT = Named((), SUBJECTS)


def harmless(key: str) -> bool:
    """Whether a name bears on no answer, by all its words or, in Chinese, by its last."""
    words = stems(key)
    return bool(words) and (words <= _HARMLESS_WORDS or _HARMLESS_ENDS.search(key) is not None)


def slip_for(name: str, known: Iterable[str]) -> str | None:
    """The name another one is a slip for: nearly the same, and each word of it nearly the other's;
    `remaining_months` is none for `duration_months`."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=4 / 5)
    pairs = [*zip(name.split("_"), near[0].split("_"), strict=False)] if near else []
    alike = all(difflib.SequenceMatcher(None, *pair).ratio() > 1 / 2 for pair in pairs)
    return near[0] if near and alike else None


def named(subject: str, own: Iterable[str], chinese: Names) -> Named:
    """The fields of a subject by their own, their Chinese and their other names."""
    also = {field: f"{chinese.get(field, '')} {names}" for field, names in ALSO[subject].items()}
    return Named(own, {**chinese, **also})


# Whose fact it is, told behind it: disability_of_child.
_OF_WHOM = re.compile("(.+)_of_(?:the_)?(child|father|mother|household)")


def parted(name: Any) -> tuple[str, str] | None:
    """The subject and the rest of a flattened name: `father_status` is `status` of the father."""
    bare = snake(name)
    if found := _OF_WHOM.fullmatch(bare):
        return found[2], found[1]
    for subject, starts in BEFORE.items():
        for start in starts.split():
            if bare.startswith(start) and len(bare) > len(start):
                return subject, bare.removeprefix(start)
    return None
