"""What a statement may use beside the vocabulary, and how it is read as a whole (陈述格式).

`WAYS` is the table: a field somebody writes → its meaning in a sentence and the function that
makes facts of it. The documentation of the endpoint is written from it.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from services.eligibility.rules import silence, together
from services.eligibility.rules.statements import (
    circumstances,
    implied,
    income,
    parents,
    phrases,
    qualifying,
    registration,
    schooling,
    spoken,
)
from services.eligibility.rules.statements.apart import read_apart
from services.eligibility.rules.statements.disabilities import certificate, disability
from services.eligibility.rules.statements.happenings import happened
from services.eligibility.rules.statements.names import SUBJECT, named, parted, slip_for
from services.eligibility.rules.statements.placing import SHORT, WHOLE, placed
from services.eligibility.rules.statements.reading import NO_SUCH, Statement, facts_of
from services.eligibility.rules.statements.stories import PARENT as A_PARENT
from services.eligibility.rules.statements.stories import each_parent, told_in_sentences
from services.eligibility.rules.statements.unread import set_apart
from services.eligibility.rules.vocabulary import SUBJECTS, VOCABULARY
from shared.law import Facts, LawOfDay
from shared.problem import Invalid
from shared.told import Named, known

Way = Callable[[Statement, str, Any, Mapping[str, Any]], None]


class FactsInvalid(Invalid):
    """The facts cannot be taken as they are; each error names field, rule and what is right."""

    zh, en = "事实陈述有误", "The facts are not valid"


def nothing(_: Statement, __: str, ___: Any, ____: Mapping[str, Any]) -> None:
    """A detail that is read together with another field."""


def note(statement: Statement, subject: str, value: Any, _: Mapping[str, Any]) -> None:
    """Free words are kept; they decide nothing but how parents stand nobody speaks of (备注)."""
    statement.notes.append(f"{subject}：{value}")
    if subject == "child" and A_PARENT.search(str(value)) and phrases.a_sentence(value):
        statement.stories.append(str(value))


def same_as(name: str) -> Way:
    """Another name of a fact of the vocabulary."""

    def way(statement: Statement, subject: str, value: Any, _: Mapping[str, Any]) -> None:
        statement.take(f"{subject}.{name}", f"{subject}.{name}", value)

    return way


CHILD: dict[str, tuple[str, Way]] = {
    "hukou_city": ("户籍所在地；Place of the child's own hukou", registration.hukou),
    **dict.fromkeys(("hukou", "hukou_place"), ("同 hukou_city", registration.hukou)),
    "hukou_district": ("户籍所在县（市、区），与 hukou_city 同写时以此为准", registration.district),
    "hukou_type": ("同 hukou_kind", same_as("hukou_kind")),
    "rural": ("农村户籍（是/否）", registration.rural),
    "hukou_moved_to": ("户籍迁往何地，须同时写明迁出日期", registration.hukou_moved_to),
    "hukou_moved_out_on": ("户籍迁出日期", registration.hukou_moved_out),
    "hukou_moved_in_on": ("户籍迁入日期", registration.hukou_moved_in),
    "hukou_history": ("户籍变动 [{place, from, until}]", registration.hukou_history),
    "livelihood": ("基本生存保障：有，或者已经失去", circumstances.livelihood),
    "age": ("年龄（岁），出生日期不明时", circumstances.age),
    "age_months": ("月龄", circumstances.age_months),
    "apparent_age": ("推断年龄（岁），同 age", circumstances.apparent_age),
    "found_place": ("发现地点；离开监护人的，据此认定流落地", circumstances.found_place),
    "standing": ("此前已认定的类别，或情形", circumstances.standing),
    "id_no": ("公民身份号码：只读其中的出生日期", circumstances.id_no),
    "placement": ("安置方式，如“与姑母共同生活”", spoken.placement),
    "died_on": ("死亡日期", spoken.died),
    "adopted": ("已被收养（是/否），或收养登记日期", spoken.adopted),
    "adopted_on": ("收养登记日期", spoken.adopted),
    "adoption_date": ("同 adopted_on", spoken.adopted),
    **dict.fromkeys(("found_notice_on", "notice_date"), ("同 notice_on", same_as("notice_on"))),
    "other_difficulty": ("已书面认定的其他困境", circumstances.other_difficulty),
    "notice_days": ("公告已满天数，公告日期不明时", circumstances.notice_days),
    "harm": ("伤害：词，或 {kind, place, guardianship}", spoken.harm),
    "harm_place": ("侵害发生地", spoken.harm_place),
    **dict.fromkeys(("situation", "description"), ("情形，如“露宿温岭街头”", spoken.situation)),
    "disability": ("残疾：“智力二级”，{type, level, certificate}，或多项", disability),
    "disability_certificate": ("持有残疾证（是/否），或20位证号", certificate),
    "illness": ("疾病名称，或 {name, certified}", spoken.illness),
    **dict.fromkeys(("disease", "diagnosis"), ("同 illness", spoken.illness)),
    "health": ("健康状况：残疾、疾病，或“良好”", circumstances.health),
    "illness_kind": ("病种：重病、罕见病", spoken.illness_kind),
    "rare_disease": ("经认定患罕见病，或其病名", spoken.rare_illness),
    "serious_illness": ("经认定患重病，或其病名", spoken.serious_illness),
    "autism": ("孤独症", spoken.autism),
    "in_school": ("在校（是/否）", schooling.in_school),
    **dict.fromkeys(("hiv", "hiv_status"), ("感染、受影响、阴性，或一句话", spoken.hiv_of_child)),
    "hiv_affected": ("受艾滋病影响（是/否）", spoken.hiv_affected),
    "hiv_infected": ("感染艾滋病病毒（是/否）", spoken.hiv_infected),
    "schooling": ("就学：词，或 {stage, enrolled, status, mode, …}", schooling.schooling),
    "enlisted_on": ("入伍日期", schooling.enlisted),
    "returned_from_service_on": ("退役返校日期", nothing),
    "training": ("康复训练情况", spoken.training),
    "categories": ("此前已认定的类别", same_as("recognised")),
    "previous_category": ("同 categories", same_as("recognised")),
    "lump_sum_paid": ("已发放过六个月一次性补助（是/否，或何时）", circumstances.lump_sum),
    "prior_award": ("同 previous_award", same_as("previous_award")),
    **dict.fromkeys(
        ("note", "school", "sex", "hukou_before"),
        ("备注、学校、性别、迁入前户籍，不影响认定", note),
    ),
    **dict.fromkeys(("lives_in", "residence"), ("居住地，如福利机构", circumstances.residence)),
}
PARENT: dict[str, tuple[str, Way]] = {
    "status": ("状态：一个或几个词，如“服刑”“失联”“健在”", nothing),
    **dict.fromkeys(parents.STATUS_DETAILS, ("状态的日期、期限等细节", nothing)),
    "alive": ("在世（是/否）", spoken.parent_alive),
    "dead": ("已死亡（是/否）", spoken.parent_dead),
    "declared_missing": ("经法院宣告失踪（是/否）", circumstances.declared),
    "in_contact": ("与儿童有无联系", spoken.in_contact),
    "kind": ("强制措施等状态的种类，如“刑事拘留”", nothing),
    "at_liberty": ("缓刑、假释、监外执行、取保候审（是/否）", nothing),
    "cause": ("死亡原因；因艾滋病去世的，儿童受其影响", spoken.cause_of_death),
    "disability_certificate": ("持有残疾证（是/否），或20位证号", certificate),
    "disability": ("残疾，同儿童", disability),
    "illness": ("疾病，同儿童", spoken.illness),
    "health": ("健康状况，同儿童", circumstances.health),
    "serious_illness": ("经认定患重病，或其病名", spoken.serious_illness),
    "hiv_status": ("同 hiv", same_as("hiv")),
    **dict.fromkeys(("hiv_infected", "died_of_aids"), ("感染或因艾滋病去世", spoken.hiv_infected)),
    "found": ("失联后是否已找到（是/否）", circumstances.found),
    "guardianship_revoked": ("监护人资格是否被撤销，如“被法院撤销”", circumstances.guardianship),
    "evidence": ("失联查证方式", same_as("lost_contact_evidence")),
    "illness_found": ("所述疾病已认定为重病（是/否）", circumstances.illness_found),
    "police_receipt": ("公安查找回执单（是/否）", spoken.receipt),
    "reported_to_police": ("报警日期，或是否报警", circumstances.reported),
    "performing_duty": ("同 performs_duty", same_as("performs_duty")),
    "able": ("有监护能力", same_as("guardianship_capacity")),
    "lives_with_child": ("与儿童共同生活，不影响认定", note),
    **dict.fromkeys(("remarried", "nationality", "note"), ("备注，不影响认定", note)),
}
HOUSEHOLD: dict[str, tuple[str, Way]] = {
    "members": ("家庭人数，或成员名单", circumstances.members),
    "class": ("同 economic_class", same_as("economic_class")),
    "other_income_monthly": ("同 income_monthly", same_as("income_monthly")),
    "total_income_monthly": ("含儿童基本生活费补助的月收入", income.total_income),
    "subsidy_included": ("所述收入中所含的儿童基本生活费补助", nothing),
    "basic_living_subsidy_of_child": ("儿童基本生活费补助，不计入收入", income.subsidy),
    "dibao_line_per_head": ("同 dibao_line", same_as("dibao_line")),
    "income_yearly": ("家庭年收入（不含补助）", income.income_yearly),
    "per_capita_income": ("家庭月人均收入（不含补助）", income.per_capita),
    "dibao": ("是否低保家庭", income.is_dibao),
    "dibao_stopped_on": ("低保停发日期", circumstances.dibao_stopped),
    "dibao_amount": ("所领低保金（元/月）", income.dibao_amount),
    "note": ("备注，不影响认定", note),
}
RELIEF: dict[str, tuple[str, Way]] = {
    "from": ("同 since", same_as("since")),
    "to": ("同 until", same_as("until")),
    "note": ("备注，不影响认定", note),
}
EMERGENCY: dict[str, tuple[str, Way]] = {
    "event": ("突发事件", spoken.emergency),
    "type": ("同 event", spoken.emergency),
    "date": ("发生日期", note),
    "note": ("备注，不影响认定", note),
    "expected_end": ("同 until", same_as("until")),
}
WAYS: Mapping[str, Mapping[str, tuple[str, Way]]] = {
    "child": CHILD,
    "father": PARENT,
    "mother": PARENT,
    "household": HOUSEHOLD,
    "relief": RELIEF,
    "emergency": EMERGENCY,
}
LIVING = frozenset(("status", "alive", "dead"))  # any of them says how it stands with a parent
ADOPTIVE = ("养父", "养母", "adoptive_father", "adoptive_mother")


def _fields(subject: str) -> Named:
    """The fields of a subject by all their names."""
    zh = SUBJECTS[subject][0]
    kinds = [kind for kind in VOCABULARY.values() if kind.subject == subject]
    chinese = {kind.name.split(".")[1]: kind.zh.removeprefix(zh) for kind in kinds}
    return named(subject, (*WAYS[subject], *chinese), chinese)


FIELDS: Mapping[str, Named] = {subject: _fields(subject) for subject in SUBJECTS}
# What a term of imprisonment may say when it is told in parts.
TERM: Mapping[str, str] = {
    **dict.fromkeys(("from", "since", "start", "起", "自"), "since"),
    **dict.fromkeys(("to", "until", "end", "止", "至"), "until"),
    **dict.fromkeys(("months", "term_months", "月数"), "term_months"),
    **dict.fromkeys(("years", "term_years", "年数"), "term_years"),
}


def read(
    given: Mapping[str, Any],
    law: LawOfDay,
    registered: Callable[[str], bool],
    *,
    late: bool = False,
) -> tuple[Facts, Statement]:
    """The facts of a statement and what was understood; FactsInvalid with every error at once.

    `registered` tells whether a place of registration is of this city; `late` takes the last
    day where only a month was said, else its first. What is not understood where it stands is
    put in order and read again.
    """
    statement = _understood(Statement(law, registered, late=late), given)
    if statement.errors:
        again = Statement(law, registered, late=late)
        _understood(again, placed(known(given), FIELDS, again.day))
        set_apart(again)
        if not any(error["rule"] == NO_SUCH for error in again.errors):
            statement = again
    _refuse_errors(statement)
    return facts_of(statement, register=False), statement


def _understood(statement: Statement, given: Mapping[str, Any]) -> Statement:
    """A question's statement with what follows from silence and from two fields together."""
    spoken_of = _take_all(statement, given)
    _happenings(statement)
    for subject, said in told_in_sentences(statement, spoken_of).items():
        spoken_of.add(subject)
        _subject(statement, subject, said)
    silence.silent_parents(statement, spoken_of)
    silence.claimed(statement)
    together.of_the_family(statement)
    together.agree(statement, spoken_of)
    return statement


def stated(given: Mapping[str, Any], law: LawOfDay, registered: Callable[[str], bool]) -> Statement:
    """Only what is said, with nothing made of silence: for the register; else as `read`."""
    statement = Statement(law, registered, implicit=False)
    spoken_of = _take_all(statement, given)
    _happenings(statement)
    together.of_the_family(statement)
    together.agree(statement, spoken_of)
    _refuse_errors(statement)
    return statement


def _take_all(statement: Statement, given: Mapping[str, Any]) -> set[str]:
    by_subject: dict[str, Any] = {}
    flat: dict[str, dict[str, Any]] = {}
    for key, said in known(given).items():
        subject = SUBJECT.field(key)
        if subject == "parents":
            by_subject |= each_parent(said)
        elif subject in SUBJECTS:
            statement.adoptive = statement.adoptive or key in ADOPTIVE
            by_subject[subject] = said
        elif subject is not None:
            _beside(statement, key, subject, said)
        elif (part := _flattened(key)) is not None:
            flat.setdefault(part[0], {})[part[1]] = said
        else:
            _no_such(statement, key, [*SUBJECTS, "dibao_line_per_head", "note"], said)
    for subject, said in flat.items():
        by_subject[subject] = said | _in_parts(subject, by_subject.get(subject, {}))
    for subject, said in by_subject.items():
        read_apart(statement, subject, said, _subject)
    return set(by_subject)


def _happenings(statement: Statement) -> None:
    """What happened, once everything else is read."""
    for where, said in statement.events:
        happened(statement, where, said)


def _beside(statement: Statement, key: str, what: str, said: Any) -> None:
    """What stands beside the subjects: the day, the dibao line, events, words of no weight."""
    if what == "dibao_line_per_head":
        statement.take(key, "household.dibao_line", said)
    elif what == "as_of":
        circumstances.same_day(statement, key, said)
    elif what == "events":
        statement.events.append((key, said))
    else:
        statement.notes.append(f"{key}：{said}")


def _flattened(key: str) -> tuple[str, str] | None:
    """The subject and field of a name that was told beside the subjects."""
    part = parted(key)
    if part is not None and FIELDS[part[0]].field(part[1]) is not None:
        return part
    return ("child", key) if FIELDS["child"].field(key) is not None else None


def _in_parts(subject: str, said: Any) -> dict[str, Any]:
    """What was said of a subject as an object, so that more can stand beside it."""
    if isinstance(said, Mapping):
        return dict(said)
    return {SHORT.get(subject, "note"): said}


def _refuse_errors(statement: Statement) -> None:
    if errors := statement.errors:
        n = len(errors)
        raise FactsInvalid(f"{n}处陈述有误", f"{n} statements are wrong", errors=errors)


def _subject(statement: Statement, subject: str, said: Any) -> None:
    parent = subject in parents.PARENTS
    if not isinstance(said, dict):
        _in_a_word(statement, subject, said)
        return
    given, said = said, income.without_subsidy(_renamed(statement, subject, said))
    if parent and statement.implicit:
        said |= implied.state_of(given, said)
    ways = WAYS[subject]
    for key, value in said.items():
        if key in ways:
            ways[key][1](statement, subject, value, said)
        else:
            statement.take(f"{subject}.{key}", f"{subject}.{key}", value)
    if parent and (statement.implicit or not LIVING.isdisjoint(said)):
        parents.parent(statement, subject, said)


def _renamed(statement: Statement, subject: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said under the fields' own names; what names none, or one twice, is an error."""
    found: dict[str, Any] = {}
    fields, of_parent = FIELDS[subject], subject in parents.PARENTS
    for key, value in _term_in_parts(statement, subject, said) if of_parent else said.items():
        field = qualifying.meant(fields.field(key), value)
        if field is None:
            _no_such(statement, f"{subject}.{key}", fields.names(), value)
        elif isinstance(value, dict) and field not in WHOLE:
            text = "应为单一值"
            statement.wrong(f"{subject}.{key}", text, "a single value is expected", field)
        elif field in found and found[field] != value and field != "note":
            found[field] = parents.both(statement, subject, key, field, (found[field], value))
        elif field == "note" and (statement.implicit or key in WAYS[subject]):
            note(statement, subject, value, said)
            if subject in parents.PARENTS:
                found = qualifying.noted(str(value)) | found
        elif field == "note":  # The register says that it keeps no such thing.
            _no_such(statement, f"{subject}.{key}", fields.names())
        else:
            found[field] = value
    return circumstances.without_the_cured(found, said)


def _term_in_parts(
    statement: Statement, subject: str, said: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Of a parent `sentence: {from, to}` is read like `since` and `until`."""
    for key, value in said.items():
        if not isinstance(value, dict) or FIELDS[subject].field(key) != "term":
            yield key, value
            continue
        for name, part in value.items():
            if name in TERM:
                yield TERM[name], part
            else:
                _no_such(statement, f"{subject}.{key}.{name}", list(TERM))


def _in_a_word(statement: Statement, subject: str, said: Any) -> None:
    """`father: 死亡`, `household: 低保`."""
    if subject in parents.PARENTS:
        parents.parent(statement, subject, said)
    elif subject == "household" and A_PARENT.search(str(said)) and phrases.a_sentence(said):
        spoken.situation(statement, "child", said, {})
    elif subject == "household" or (subject in SHORT and said is not None):
        _subject(statement, subject, {SHORT[subject]: said})
    elif said is not None:
        known = [name.split(".")[1] for name in VOCABULARY if name.startswith(f"{subject}.")]
        statement.wrong(subject, "应为对象", "an object is expected", {known[0]: "…"})


def _no_such(statement: Statement, where: str, known: list[str], said: Any = None) -> None:
    subject, _, name = where.rpartition(".")
    if subject == "child" and SUBJECT.field(name) == "events":
        statement.events.append((where, said))
        return
    slip = slip_for(name, known)
    of_the_child = "." not in where or subject == "child"
    if statement.implicit and of_the_child and not slip and phrases.a_sentence(said):
        spoken.situation(statement, "child", f"{where}：{said}", {})  # read by its words, and noted
    else:
        near = difflib.get_close_matches(name, known, n=3)
        statement.wrong(where, NO_SUCH, "there is no such field", near or sorted(known))
