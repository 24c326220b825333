"""Each field of a question where it belongs, whether people nest it, flatten it or prefix it.

`birth_date` beside the child, `child_birth_date`, an event told inside the child, a day of
schooling told outside the schooling: each is put where the models read it. A name that could
mean several parts (`kind`, `class`) is left where it is.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from services.payments.rules.happenings import happening_of
from services.payments.rules.vocabulary import Happening
from services.payments.schemas.names import beside, field_of, renamed
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

# The part of an object that is the field itself; the others are details beside it.
_HEADS = (
    "status state type kind name value is active amount monthly per_month month_amount "
    "状态 状况 类型 名称 结果 是否 金额 月额 每月"
)
HEADS = frozenset(_HEADS.split())


_OF_A_TRAINING = re.compile(
    "^(?:(?:rehab(?:ilitation)?_)?training|rehab(?:ilitation)?)_|^康复训练|^训练"
)


@lru_cache
def _takes_objects(model: Any) -> frozenset[str]:
    """The fields of a model that are objects themselves, or whose own reading takes them apart."""
    fields = model.model_fields.items()
    return frozenset(
        field.alias or name
        for name, field in fields
        if any(word in str(field.annotation) for word in ("In", "dict", "Any", "list"))
    )


def opened(model: Any, said: Mapping[str, Any]) -> Said:
    """A model's fields with objects told for single ones taken apart: `dibao: {active: true}`.

    What is in a group that names no field is read beside it, under the longest name that is one;
    a group of which nothing is understood stays as it is.
    """
    if not any(isinstance(value, dict) for value in said.values()):
        return dict(said)
    found: Said = {}
    for key, value in said.items():
        field = field_of(model, key) if isinstance(value, dict) else None
        apart = isinstance(value, dict) and field not in _takes_objects(model)
        names = {i: _inner_name(model, key, field, i) for i in value} if apart else {}
        if not any(names.values()) or snake(key) in beside(model):
            found[key] = value
            continue
        for inner, name in names.items():
            clear = name if name is not None and name not in found else f"{key}.{inner}"
            found[clear] = value[inner]
    return found


def _inner_name(model: Any, key: str, field: str | None, inner: str) -> str | None:
    """The field that a part of an object means: a detail of it, the field itself, or another."""
    longer = (f"{field or key}_{inner}", f"{key}_{inner}", f"{key}{inner}")
    if found := next((name for name in longer if field_of(model, name)), None):
        return found
    if field is not None and snake(inner) in HEADS:
        return field
    return inner if field_of(model, inner) or snake(inner) in beside(model) else None


def placed(
    said: Said,
    whole: type,
    parts: Mapping[str, type],
    schooling: type,
    training: type,
    standard: type,
) -> Said:
    """The question with its fields in their places; what belongs nowhere stays where it is."""
    found = renamed(whole, _ungrouped(said, whole, parts, standard))
    for part, model in parts.items():
        inner = found.get(part)
        if inner is None or isinstance(inner, dict):
            moved = _moved_in(found, whole, part, model)
            if moved or inner is not None:
                found[part] = moved | renamed(model, inner or {})
    if isinstance(child := found.get("child"), dict):
        _moved_out(found, child, whole, parts["child"])
        _trained(child, parts["child"], training)
        _schooled(child, parts["child"], schooling)
    return found


def _ungrouped(said: Said, whole: type, parts: Mapping[str, type], standard: type) -> Said:
    """What stands in a group that is no part of a question stands beside it, if it is understood;
    what is not keeps the name of its group.
    """
    models = (whole, *parts.values())
    found: Said = {}
    for key, value in said.items():
        if (
            not isinstance(value, dict)
            or any(field_of(model, key) or snake(key) in beside(model) for model in models)
            or _prefixed(key)
        ):
            found[key] = value
            continue
        own = (*models, standard)
        known = {k for k in value if snake(k) not in AMBIGUOUS and any(field_of(m, k) for m in own)}
        if not known:
            found[key] = value
        for inner in value if known else ():
            found[inner if inner in known and inner not in found else f"{key}.{inner}"] = value[
                inner
            ]
    return found


def _prefixed(key: str) -> bool:
    return any(snake(key).startswith(prefix) for some in PREFIXES.values() for prefix in some)


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


def _trained(child: Said, model: type, training: type) -> None:
    """Days and institution of a training told beside it: `training_from`, 康复机构."""
    if isinstance(child.get("training"), dict):
        return
    moved: Said = {}
    for key in [key for key in child if field_of(model, key) is None]:
        bare = _OF_A_TRAINING.sub("", snake(key))
        if bare != snake(key) and (field := field_of(training, bare)):
            moved[field] = child.pop(key)
    if moved:
        told = child.get("training")
        child["training"] = ({"institution": told} if isinstance(told, str) else {}) | moved


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


_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def days_of_events(whole: type, standard: type, flat: Said) -> None:
    """A day under the name of what happened on it becomes an event: `release_of_father`."""
    for key in list(flat):
        plain = snake(key)
        known = any(field_of(m, key) or plain in beside(m) for m in (whole, standard))
        if known or not _A_DAY.fullmatch(str(flat[key])):
            continue
        if happening_of(plain.replace("_", " ")) is not Happening.UNCLEAR:
            told = {"date": flat.pop(key), "what": plain.replace("_", " ")}
            events = flat.get("events") or []
            flat["events"] = [*(events if isinstance(events, list) else [events]), told]
