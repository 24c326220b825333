"""A question as it was sent, made into the situation the rules take, with what was understood.

Chinese words become codes, dates become events, null becomes unknown. What nobody reads is
listed, and an event nobody understands goes to a person: nothing is ignored in silence.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from services.payments.operations.questions.granted import UnknownWord, awards_of
from services.payments.operations.questions.homes import home_of, household_told
from services.payments.operations.questions.readings import Reading
from services.payments.operations.questions.schooling import care, schooling_of
from services.payments.rules.happenings import (
    changed_to,
    comes_of_age,
    happened_by,
    hukou_moved,
    no_longer_fits,
    resumed,
)
from services.payments.rules.situation import (
    Episode,
    Event,
    Insurance,
    OtherRelief,
    Paid,
    PriceOrder,
    Situation,
    Temporary,
)
from services.payments.rules.tariff import Tariff
from services.payments.rules.vocabulary import (
    BENEFIT_ZH,
    Category,
    Happening,
    ReliefKind,
)
from services.payments.rules.words import benefit_of, categories_in, category_of, relief_of
from services.payments.schemas.amounts import yuan
from services.payments.schemas.evaluations import (
    ChildIn,
    EvaluationIn,
    EventIn,
    PriceOrderIn,
    ReliefIn,
)
from shared.jurisdiction import jurisdiction
from shared.problem import Invalid


def situation_of(question: EvaluationIn, tariff: Tariff) -> tuple[Situation, Reading]:
    """The situation a question is about; UnknownWord names what is not understood."""
    reading = Reading()
    child, household = question.child, household_told(question.household)
    reading.unread(question)
    reading.note(child, "child", "birth_date", "labour_capacity", "civil_capacity")
    categories = _categories(child, reading)
    schooling = schooling_of(child, reading.events, reading.said, reading.unknown)
    told = [e for e in question.events if not (child.birth_date and comes_of_age(e.what))]
    reading.events += [one for event in told for one in _events(event, reading, categories)]
    reading.events += [Event(day, Happening(what)) for day, what in child.happened()]
    reading.unknown |= _left_open(question, reading.events)
    trainings, rehabilitation, nursing = care(child, reading.unknown)
    reading.not_considered += [f"rates.{name}" for name in question.rates if _not_beside(name)]
    unset = [name for name, rate in _own_rates(question.rates).items() if rate is None]
    reading.unknown |= {f"rates.{_benefit(name, 'rates')}" for name in unset}
    home, dibao = home_of(household, categories, reading)
    awards = awards_of(question.awards, tariff, reading.events)
    situation = Situation(
        categories=awards.pop("categories", categories),
        born_on=child.birth_date or date.max,
        local=_local(child, reading),
        household=home,
        dibao_active=dibao,
        confirmed_on=question.confirmed_on or _first_confirmed(reading.events, categories),
        schooling=schooling,
        labour_capacity=bool(child.labour_capacity),
        civil_capacity=bool(child.civil_capacity),
        nursing=nursing,
        training=trainings,
        rehabilitation=rehabilitation,
        **_money(question, tariff, reading),
        **awards,
        events=tuple(reading.events),
        unknown=frozenset(reading.unknown),
        said=frozenset(reading.said),
    )
    return situation, reading


def _left_open(question: EvaluationIn, events: list[Event]) -> set[str]:
    """What a question speaks of and leaves unknown: the day of confirmation, the category."""
    unclassed = {"child.categories"} if _unclassed(question, events) else set()
    lumps = {"lump_sums_paid"} if question.lump_sums_paid is None else set()
    return (
        unclassed | lumps | ({"confirmed_on"} if _confirmed_nobody_knows_when(question) else set())
    )


def _confirmed_nobody_knows_when(question: EvaluationIn) -> bool:
    days = [(question.confirmed_on, question.model_fields_set)]
    days += [(award.confirmed_on, award.model_fields_set) for award in question.awards]
    return any(day is None and "confirmed_on" in fields for day, fields in days)


def _unclassed(question: EvaluationIn, events: list[Event]) -> bool:
    """Whether a child is spoken of and nobody says of which category."""
    child = question.child
    told = "child" in question.model_fields_set
    classed = any(award.rate_class for award in question.awards)
    classed = classed or any(event.categories for event in events)
    return bool(told) and child.categories is None and not classed


def _money(question: EvaluationIn, tariff: Tariff, reading: Reading) -> dict[str, Any]:
    """What a question says of money: other relief, orders, rates, what was paid before."""
    lumps = question.lump_sums_paid or []
    return {
        "other_relief": tuple(_reliefs(question, _dibao_ended_on(reading.events))),
        "episodes": _episodes(question),
        "orders": tuple(o for entry in question.price_subsidy for o in _orders(entry, tariff)),
        "insurance": _insurance(question),
        "temporary": _temporary(question, reading.events),
        "rates": _rates(question.rates),
        "lump_sums_paid": tuple(lump.months for lump in lumps),
        "paid": tuple(
            Paid(p.month, _benefit(p.benefit, "paid.benefit"), p.amount) for p in question.paid
        ),
    }


def _categories(child: ChildIn, reading: Reading) -> frozenset[Category]:
    """The child's categories; a word that is none of them leaves the rate open."""
    named = [_category(name, child) for name in child.categories or ()]
    if None in named:
        reading.unknown.add("child.categories")
        reading.not_considered.append("child.categories")
        reading.not_understood.append("child.categories")
    return frozenset(category for category in named if category is not None)


def _category(name: str, child: ChildIn) -> Category | None:
    if name.strip() == "孤儿" and child.placement:
        institution = "机构" in child.placement or "福利院" in child.placement
        return Category.INSTITUTION_ORPHAN if institution else Category.SCATTERED_ORPHAN
    return category_of(name)


def _local(child: ChildIn, reading: Reading) -> bool:
    """Whether the child's own hukou is of this place; not mentioned means not in question."""
    if child.hukou_here is not None:
        return child.hukou_here
    fields = child.model_fields_set
    if child.hukou_city is None:
        if fields & {"hukou_city", "hukou_here"}:
            reading.unknown.add("child.hukou")
        return True
    if (
        any(word in child.hukou_city for word in ("不详", "不明", "未知"))
        and len(child.hukou_city) <= 4
    ):
        reading.unknown.add("child.hukou")
        return True
    return jurisdiction().registered(child.hukou_city)


def _first_confirmed(events: list[Event], categories: frozenset[Category]) -> date:
    """The day what was applied for was confirmed; after another change it is a new confirmation."""
    # What a confirmation comes after.
    before = (Happening.APPLIED, Happening.HUKOU_MOVED_HERE, Happening.DIBAO_STARTED)
    told = sorted((e for e in events if e.what not in before), key=lambda e: e.day)
    first = told[0] if told else None
    if first is None or first.what is not Happening.CONFIRMED or first.categories - categories:
        return date.min
    return first.day


def _events(given: EventIn, reading: Reading, before: frozenset[Category]) -> list[Event]:
    """What happened on a day; a sentence is read by its legal words and the reading is shown."""
    happened = happened_by(given.what, given.date)
    for what, _ in happened:
        shown = {"date": given.date.isoformat(), "what": given.what, "as": what.value}
        reading.understood.append(shown)
    return [_event(given, what, text, before) for what, text in happened]


def _event(given: EventIn, what: Happening, text: str, before: frozenset[Category]) -> Event:
    """One event; an award that is resumed is one of the categories the child had before."""
    if what in (Happening.HUKOU_MOVED_AWAY, Happening.HUKOU_MOVED_HERE):
        what = hukou_moved(text, jurisdiction().names) or what
    named = frozenset(filter(None, (category_of(name) for name in given.categories)))
    if not named and what is Happening.CONFIRMED:
        named = categories_in(text) or (before if resumed(text) else frozenset())
    elif not named and what is Happening.CATEGORY_CHANGED:
        named = changed_to(text)
    if what is Happening.CATEGORY_CHANGED and not named:  # to what it changed nobody said
        what = Happening.CATEGORY_ENDED if no_longer_fits(text) else Happening.UNCLEAR
    if what is Happening.DIBAO_ENDED:
        margin = frozenset({Category.DIBAO_MARGIN_CHILD})
        named = margin if "边缘" in text else named & margin
    removes = frozenset(filter(None, (category_of(name) for name in given.removes)))
    if what is Happening.CATEGORY_ENDED and not (named or removes):
        removes = categories_in(text)  # 不再符合自身困境儿童: what else there is, goes on
    return Event(
        given.date,
        what,
        named,
        removes,
        given.starts or date.max,
        status_retained=given.status_retained is not False and "未保留" not in given.what,
        postgraduate=any(w in f"{given.stage}{given.what}" for w in ("硕士", "研究生", "博士")),
        text=given.what,
    )


def _dibao_ended_on(events: list[Event]) -> date:
    """The day dibao ended for good; `date.max` when it goes on, or was granted again."""
    days = [e.day for e in events if e.what is Happening.DIBAO_ENDED]
    again = [e.day for e in events if e.what is Happening.DIBAO_STARTED]
    return max(days) if days and not any(day >= min(days) for day in again) else date.max


def _reliefs(question: EvaluationIn, dibao_until: date) -> list[OtherRelief]:
    """Other relief; the child's part of dibao may be told with the household, and ends with it."""
    given, dibao = question.other_relief, household_told(question.household).dibao_monthly
    if dibao is not None and all(relief_of(entry.kind) is not ReliefKind.DIBAO for entry in given):
        given = [*given, ReliefIn(kind=ReliefKind.DIBAO.value, monthly=dibao)]
    return [
        OtherRelief(
            relief_of(entry.kind),
            entry.monthly if entry.monthly is not None else Decimal("0.00"),
            entry.monthly is not None,
            entry.since or date.min,
            entry.until or (dibao_until if relief_of(entry.kind) is ReliefKind.DIBAO else date.max),
            entry.kind,
        )
        for entry in given
    ]


def _episodes(question: EvaluationIn) -> tuple[Episode, ...]:
    found = []
    for entry in question.relief:
        since, until = entry.since, entry.until
        if since is None and until is None and entry.days and question.month:
            since = question.month
        if since is None:
            raise Invalid("救助开始日期必填", "Relief needs its first day", where="relief.from")
        if entry.days:
            counted = since + timedelta(days=entry.days - 1)
            if until not in (None, counted):
                raise Invalid("天数与起止日期不符", "Days and dates differ", where="relief.days")
            until = counted
        if until and until < since:
            raise Invalid("救助结束早于开始", "Relief ends before it begins", where="relief.to")
        found.append(Episode(since, until or date.max))
    return tuple(found)


def _orders(entry: PriceOrderIn, tariff: Tariff) -> list[PriceOrder]:
    amount = entry.amount_per_head
    return [
        PriceOrder(
            month,
            amount if amount is not None else Decimal("0.00"),
            amount is not None,
            bool(entry.received_elsewhere),
            frozenset(tariff.rate_class(name).code for name in entry.rate_classes),
        )
        for month in entry.months
    ]


def _insurance(question: EvaluationIn) -> tuple[Insurance, ...]:
    words = {True: "yes", False: "no", None: "unknown"}
    months = question.months if isinstance(question.months, list) else []
    asked = question.month or next(iter(months), None)
    if asked is None and not all(entry.year for entry in question.insurance):
        raise Invalid("参保年度必填", "The year of insurance is needed", where="insurance.year")
    return tuple(
        Insurance(
            entry.year or (asked or date.min).year,
            words[entry.enrolled],
            entry.personal_contribution or Decimal("0.00"),
            entry.personal_contribution is not None,
            bool(entry.borne_elsewhere),
        )
        for entry in question.insurance
    )


def _temporary(question: EvaluationIn, events: list[Event]) -> tuple[Temporary, ...]:
    stated = [
        Temporary(
            entry.happened_on or _asked_about(question),
            entry.approved_amount or Decimal("0.00"),
            entry.approved_amount is not None,
        )
        for entry in question.temporary_relief
    ]
    sudden = [Temporary(e.day) for e in events if e.what is Happening.SUDDEN_EVENT]
    return tuple(stated or sudden)


def _asked_about(question: EvaluationIn) -> date:
    """The day or month a question is about, for what was told without a day."""
    found = question.as_of or question.month
    if found is None:
        where = "temporary_relief.happened_on"
        raise Invalid("突发事件日期必填", "The day of the event is needed", where=where)
    return found


def _not_beside(name: str) -> bool:
    """A rate of what is not enjoyed beside a full rate, and is no benefit of the document (R22)."""
    return benefit_of(name) is None and relief_of(name) is ReliefKind.DISABLED_LIVING


def _own_rates(given: dict[str, Decimal | None]) -> dict[str, Decimal | None]:
    return {name: rate for name, rate in given.items() if not _not_beside(name)}


def _rates(given: dict[str, Decimal | None]) -> dict[str, Decimal]:
    found = {}
    for name, amount in _own_rates(given).items():
        if amount is not None:
            found[_benefit(name, "rates")] = yuan(amount)
    return found


def _benefit(name: str, where: str) -> str:
    found = benefit_of(name)
    if found is None:
        raise UnknownWord(where=where, allowed=[*BENEFIT_ZH.values()])
    return found.value
