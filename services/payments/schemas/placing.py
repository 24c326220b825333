"""Each field of a question where it belongs, whether people nest it, flatten it or prefix it.

`birth_date` beside the child, `child_birth_date`, an event told inside the child, a day of
schooling told outside the schooling: each is put where the models read it. A name that could
mean several parts (`kind`, `class`) is left where it is.
"""

from collections.abc import Mapping
from typing import Any

from services.payments.schemas.names import field_of, renamed
from shared.told import snake

Said = dict[str, Any]
SEVERAL = (
    "type kind class status state level left next name amount month months value since "
    "from to until date day start end 类型 状态 金额 日期"
)
AMBIGUOUS = frozenset(SEVERAL.split())
PREFIXES = {
    "child": ("child_", "youth_", "儿童", "孩子"),
    "household": ("household_", "family_", "家庭"),
}


def placed(said: Said, whole: type, parts: Mapping[str, type], schooling: type) -> Said:
    """The question with its fields in their places; what belongs nowhere stays where it is."""
    found = renamed(whole, said)
    for part, model in parts.items():
        inner = found.get(part)
        if inner is None or isinstance(inner, dict):
            moved = _moved_in(found, whole, part, model)
            if moved or inner is not None:
                found[part] = moved | renamed(model, inner or {})
    if isinstance(child := found.get("child"), dict):
        _moved_out(found, child, whole, parts["child"])
        _schooled(child, parts["child"], schooling)
    return found


def _moved_in(found: Said, whole: type, part: str, model: type) -> Said:
    """The fields of a part that were told beside it, or with its name before theirs."""
    moved: Said = {}
    for key in [key for key in found if field_of(whole, key) is None]:
        bare = snake(key)
        ends = [bare.removeprefix(p) for p in PREFIXES[part] if bare.startswith(p)]
        names = [*ends, bare] if bare not in AMBIGUOUS else ends
        field = next(filter(None, (field_of(model, name) for name in names)), None)
        if field is not None:
            moved[field] = found.pop(key)
    return moved


def _moved_out(found: Said, child: Said, whole: type, model: type) -> None:
    """What the whole situation says, told inside the child."""
    for key in list(child):
        name = None if field_of(model, key) or snake(key) in AMBIGUOUS else field_of(whole, key)
        if name is not None and name not in found:
            found[name] = child.pop(key)


def _schooled(child: Said, model: type, schooling: type) -> None:
    """Days and words of schooling told beside it."""
    inner = child.get("schooling")
    told = {} if inner is None else {"stage": inner} if isinstance(inner, str) else inner
    if not isinstance(told, dict):
        return
    outer = [k for k in child if field_of(model, k) is None and snake(k) not in AMBIGUOUS]
    moved = {field: child.pop(key) for key in outer if (field := field_of(schooling, key))}
    if moved:
        child["schooling"] = moved | told
