"""Eighteen: leaving with six months, school until graduation, enlisting with twelve (2.1.0c-d).

A verdict says whether the monthly award goes on; a right says that a lump sum arose on a day.
Unknown capacity or schooling is asked for and never ends an award by itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from services.payments.rules.months import later, month_of
from services.payments.rules.reasons import Reason
from services.payments.rules.situation import Event, School, Situation
from services.payments.rules.standing import State, after, of_age_on, state_before
from services.payments.rules.vocabulary import Happening, Status
from shared.law import Facts, LawOfDay, all_of, rule

CAPACITIES = ("labour_capacity", "civil_capacity")


@rule("WL24:2.1.0c-3", "具备劳动能力")
def able_to_work(labour_capacity: bool) -> bool:
    """The young person has labour capacity."""
    return labour_capacity


@rule("WL24:2.1.0c-3", "具备完全民事行为能力")
def fully_capable(civil_capacity: bool) -> bool:
    """The young person has full civil capacity."""
    return civil_capacity


leaves_at_eighteen = all_of(
    "leaves_at_eighteen",
    "成年后不再纳入保障",
    "On adulthood, with labour and full civil capacity, no longer covered",
    able_to_work,
    fully_capable,
    clause="WL24:2.1.0c-3",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the monthly award goes on in a month, and why."""

    status: Status
    reason: Reason
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ages:
    """The figures of adulthood in force: years, months of the lump sums, the bridged summer."""

    adult_years: int
    exit_months: int
    graduation_months: int
    enlistment_months: int
    bridge_months: int


def ages(law: LawOfDay) -> Ages:
    """The figures of the day; KeyError when the law of the day has none."""
    figures = law.figures
    return Ages(
        figures["payment_adult_years"],
        figures["lump_sum_adult_months"],
        figures["lump_sum_graduation_months"],
        figures["lump_sum_enlistment_months"],
        figures["school_bridge_months"],
    )


def adult_in(situation: Situation, month: date, figures: Ages) -> bool:
    """Whether the whole month lies after the month of the eighteenth birthday (R7)."""
    of_age = of_age_on(situation, figures.adult_years)
    return of_age != date.max and month_of(of_age) < month


def adult_verdict(
    situation: Situation, state: State, month: date, figures: Ages, law: LawOfDay
) -> Verdict:
    """Whether somebody of age is still paid in the month (2.1.0c, 2.1.0d)."""
    of_age = of_age_on(situation, figures.adult_years)
    if "child.schooling" in situation.unknown:
        return Verdict(Status.UNDETERMINED, Reason.FACTS_MISSING, ("child.schooling",))
    if state.school is School.ATTENDING:
        return _attending(state, month, situation, of_age, figures)
    if state.school is School.GRADUATED:
        return _graduated(situation, state, of_age, figures, law)
    if state.school is School.DROPPED_OUT and state.since >= of_age:
        return Verdict(Status.NOT_DUE, Reason.DROPPED_OUT)
    simple = {
        School.ON_LEAVE: Verdict(Status.MANUAL_REVIEW, Reason.ON_LEAVE),
        School.IN_THE_ARMY: Verdict(Status.NOT_DUE, Reason.IN_THE_ARMY),
        School.DISCHARGED: Verdict(Status.NOT_DUE, Reason.DISCHARGED),
        School.STATUS_LOST: Verdict(Status.NOT_DUE, Reason.STATUS_NOT_KEPT),
    }
    return simple.get(state.school) or capacity_verdict(situation, law)


def _attending(
    state: State, month: date, situation: Situation, of_age: date, figures: Ages
) -> Verdict:
    if state.postgraduate:
        return Verdict(Status.MANUAL_REVIEW, Reason.POSTGRADUATE)
    if not state.full_time:
        return Verdict(Status.MANUAL_REVIEW, Reason.NOT_FULL_TIME)
    if month_of(state.expected_graduation) < month:
        missing = ("child.schooling.graduated_on",)
        return Verdict(Status.UNDETERMINED, Reason.GRADUATION_EXPECTED, missing)
    if state.returned:
        return Verdict(Status.DUE, Reason.BACK_AT_SCHOOL)
    if state.since > of_age and _had_left(situation, state.since, of_age, figures):
        return Verdict(Status.MANUAL_REVIEW, Reason.SCHOOL_AGAIN)
    return Verdict(Status.DUE, Reason.AT_SCHOOL)


def _had_left(situation: Situation, entered_on: date, of_age: date, figures: Ages) -> bool:
    """Whether the person was out of school between coming of age and entering again."""
    earlier = state_before(situation, entered_on)
    if earlier.school is School.GRADUATED:
        summer_ends = later(month_of(earlier.since), figures.bridge_months)
        return (earlier.since < of_age and not earlier.bridged(figures.bridge_months)) or (
            month_of(entered_on) > summer_ends
        )
    return earlier.school not in (School.ATTENDING, School.ON_LEAVE, School.NOT_SAID)


def _graduated(
    situation: Situation, state: State, of_age: date, figures: Ages, law: LawOfDay
) -> Verdict:
    if state.bridged(figures.bridge_months):
        return Verdict(Status.DUE, Reason.AT_SCHOOL)
    if "child.schooling.next_admission" in situation.unknown:
        missing = ("child.schooling.next_admission",)
        return Verdict(Status.UNDETERMINED, Reason.FACTS_MISSING, missing)
    if state.since < of_age:
        return capacity_verdict(situation, law)
    return Verdict(Status.NOT_DUE, Reason.GRADUATED)


def capacity_verdict(situation: Situation, law: LawOfDay) -> Verdict:
    """Of age and not at school: ended when both capacities are known, else a person or a fact."""
    known = Facts(
        {
            name: getattr(situation, name)
            for name in CAPACITIES
            if f"child.{name}" in situation.said and f"child.{name}" not in situation.unknown
        }
    )
    finding = leaves_at_eighteen.find(known, law)
    if finding.met:
        return Verdict(Status.NOT_DUE, Reason.ADULT)
    if not finding.unknown:
        return Verdict(Status.MANUAL_REVIEW, Reason.ADULT_NO_CAPACITY)
    missing = [f"child.{name}" for name in finding.missing()]
    if not situation.said & {"child.schooling"} and not known:
        missing = ["child.schooling", *missing]
    return Verdict(Status.UNDETERMINED, Reason.FACTS_MISSING, tuple(missing))


@dataclass(frozen=True, slots=True)
class Right:
    """A lump sum arose, or did not, on a day: how many months, whether due and why."""

    day: date
    months: int
    status: Status
    reason: Reason
    missing: tuple[str, ...] = ()


def rights(situation: Situation, until: date, figures: Ages, law: LawOfDay) -> Iterator[Right]:
    """The lump sums whose ground arose up to a day, in order; whether the class allows it is
    for the caller, who knows what was paid in that month."""
    of_age = of_age_on(situation, figures.adult_years)
    found: list[Right] = []
    if of_age <= until:
        found += _at_birthday(situation, of_age, figures, law)
    for event in situation.events:
        make = RIGHTS.get(event.what)
        if make is not None and event.day <= until:
            found += make(situation, event, of_age, figures)
    yield from sorted(found, key=lambda right: right.day)


def _at_birthday(
    situation: Situation, of_age: date, figures: Ages, law: LawOfDay
) -> Iterator[Right]:
    state = state_before(situation, of_age + timedelta(days=1))
    staying = (School.ON_LEAVE, School.IN_THE_ARMY, School.DISCHARGED)
    unknown = "child.schooling" in situation.unknown
    there = state.at_school(figures.bridge_months) or (state.school in staying and not unknown)
    if state.ended or there:
        return
    if unknown:
        missing = ("child.schooling",)
        yield Right(of_age, figures.exit_months, Status.UNDETERMINED, Reason.FACTS_MISSING, missing)
        return
    verdict = capacity_verdict(situation, law)
    if verdict.reason is Reason.ADULT:
        yield Right(of_age, figures.exit_months, Status.DUE, Reason.LUMP_AT_18)
    else:
        yield Right(of_age, figures.exit_months, verdict.status, verdict.reason, verdict.missing)


def _at_graduation(
    situation: Situation, event: Event, of_age: date, figures: Ages
) -> Iterator[Right]:
    before = state_before(situation, event.day)
    if event.day < of_age or before.school is not School.ATTENDING or before.ended:
        return
    months = figures.graduation_months
    state = after(before, event)
    later_on = [
        e.begins
        for e in situation.events
        if e.what in (Happening.ADMITTED, Happening.ENROLLED) and e.day > event.day
    ]
    summer_ends = later(month_of(event.day), figures.bridge_months)
    if state.bridged(figures.bridge_months) or any(month_of(d) <= summer_ends for d in later_on):
        yield Right(event.day, months, Status.NOT_DUE, Reason.LUMP_BRIDGED)
    elif "child.schooling.next_admission" in situation.unknown:
        missing = ("child.schooling.next_admission",)
        yield Right(event.day, months, Status.UNDETERMINED, Reason.FACTS_MISSING, missing)
    elif before.postgraduate:
        yield Right(event.day, months, Status.MANUAL_REVIEW, Reason.POSTGRADUATE)
    else:
        yield Right(event.day, months, Status.DUE, Reason.LUMP_GRADUATION)


def _at_enlistment(
    situation: Situation, event: Event, of_age: date, figures: Ages
) -> Iterator[Right]:
    before = state_before(situation, event.day)
    if before.ended:
        return
    studying = before.at_school(figures.bridge_months)
    if "child.schooling" in situation.unknown:
        missing = ("child.schooling",)
        status, reason = Status.UNDETERMINED, Reason.FACTS_MISSING
        yield Right(event.day, figures.enlistment_months, status, reason, missing)
    elif studying or before.school is School.ON_LEAVE:
        yield Right(event.day, figures.enlistment_months, Status.DUE, Reason.LUMP_ENLISTMENT)
    else:
        months = figures.enlistment_months
        yield Right(event.day, months, Status.NOT_DUE, Reason.LUMP_NOT_STUDYING)


def _at_drop_out(
    situation: Situation, event: Event, of_age: date, figures: Ages
) -> Iterator[Right]:
    before = state_before(situation, event.day)
    if event.day >= of_age and before.school is School.ATTENDING and not before.ended:
        months = figures.graduation_months
        yield Right(event.day, months, Status.MANUAL_REVIEW, Reason.LUMP_DROP_OUT)


RIGHTS: dict[Happening, Callable[[Situation, Event, date, Ages], Iterator[Right]]] = {
    Happening.GRADUATED: _at_graduation,
    Happening.ENLISTED: _at_enlistment,
    Happening.DROPPED_OUT: _at_drop_out,
}
