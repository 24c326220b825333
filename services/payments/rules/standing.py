"""How a child stands month by month: events before the month have changed it (按月动态管理).

The month of an event is the last of what was, the month after it the first of what is: so the
state of a month is the situation with every event of earlier months applied (R7, R8).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from services.payments.rules.months import FOREVER, later, month_of
from services.payments.rules.reasons import Reason
from services.payments.rules.situation import Event, School, Situation
from services.payments.rules.vocabulary import Category, Happening, Household
from shared.calendar import corresponding_day

ORPHANS = frozenset({Category.INSTITUTION_ORPHAN, Category.SCATTERED_ORPHAN})


@dataclass(frozen=True, slots=True)
class State:
    """What holds for a child after some events."""

    categories: frozenset[Category]
    local: bool
    household: Household
    dibao: bool
    school: School
    since: date
    postgraduate: bool
    full_time: bool
    expected_graduation: date
    admitted_on: date = date.max
    ended: Reason | None = None
    unclear: tuple[str, ...] = ()
    returned: bool = False

    def at_school(self, bridge_months: int) -> bool:
        """Attending, or between two stages with an admission (R4)."""
        if self.school is School.ATTENDING:
            return True
        return self.school is School.GRADUATED and self.bridged(bridge_months)

    def bridged(self, bridge_months: int) -> bool:
        """Whether the last graduation leads into a next stage without more than a summer."""
        if self.admitted_on == date.max or self.school is not School.GRADUATED:
            return False
        return month_of(self.admitted_on) <= later(month_of(self.since), bridge_months)


def beginning(situation: Situation) -> State:
    """The state before any event."""
    school = situation.schooling
    return State(
        categories=situation.categories,
        local=situation.local,
        household=situation.household,
        dibao=situation.dibao_active,
        school=school.state,
        since=date.min,
        postgraduate=school.postgraduate,
        full_time=school.full_time,
        expected_graduation=school.expected_graduation,
    )


def state_before(situation: Situation, day: date) -> State:
    """The state at the beginning of a day: every earlier event applied, in order of days.

    A return to school on the first of a month counts for that month, which is wholly spent
    at school; an admission known later still bridges the summer it belongs to.
    """
    state = beginning(situation)
    for event in ordered(situation.events):
        if event.day < day or _counts_from_its_day(event, day):
            state = after(state, event)
        elif event.what in (Happening.ADMITTED, Happening.ENROLLED):
            state = replace(state, admitted_on=min(event.begins, state.admitted_on))
    return state


def _counts_from_its_day(event: Event, day: date) -> bool:
    returns = (Happening.RETURNED_TO_SCHOOL,)
    return event.what in returns and event.day == day


def state_of_month(situation: Situation, month: date) -> State:
    """The state whose rate the month is paid at."""
    return state_before(situation, month)


def ordered(events: Iterable[Event]) -> list[Event]:
    """Events by day; what ends stands after what begins on the same day."""
    return sorted(events, key=lambda e: (e.day, e.what in ENDINGS))


def after(state: State, event: Event) -> State:
    """The state once the event has happened."""
    return CHANGES.get(event.what, _unclear)(state, event)


def _unclear(state: State, event: Event) -> State:
    return replace(state, unclear=(*state.unclear, event.text or event.what.value))


def _ends(reason: Reason) -> Callable[[State, Event], State]:
    return lambda state, event: replace(state, ended=reason)


def _categories(state: State, event: Event) -> State:
    """A full new set, or the named ones removed; CONFIRMED adds to what was."""
    if event.what is Happening.CATEGORY_ENDED:
        gone = event.removes or event.categories or state.categories
        return _without(state, gone)
    # Whatever nobody understood before it, the decision has taken into account.
    state = replace(state, unclear=())
    if event.what is Happening.CATEGORY_CHANGED and event.categories:
        left = event.categories - event.removes
        return replace(state, categories=left, ended=None)
    kept = state.categories - event.removes - {Category.STREET_CHILD}
    return replace(state, categories=kept | event.categories, ended=None)


def _without(state: State, gone: frozenset[Category]) -> State:
    left = state.categories - gone
    ended = state.ended if left else (state.ended or Reason.CATEGORY_OVER)
    return replace(state, categories=left, ended=ended)


def _released(state: State, event: Event) -> State:
    return _without(state, event.removes or frozenset({Category.DE_FACTO_UNSUPPORTED}))


def _parent_found(state: State, event: Event) -> State:
    return _without(state, event.removes or ORPHANS | {Category.DE_FACTO_UNSUPPORTED})


def _into_institution(state: State, event: Event) -> State:
    kept = state.categories - {Category.SCATTERED_ORPHAN}
    return replace(state, categories=kept | {Category.INSTITUTION_ORPHAN})


def _out_of_institution(state: State, event: Event) -> State:
    kept = state.categories - {Category.INSTITUTION_ORPHAN}
    return replace(state, categories=kept | {Category.SCATTERED_ORPHAN})


def _dibao_started(state: State, event: Event) -> State:
    return replace(
        state,
        dibao=True,
        household=Household.DIBAO,
        categories=(state.categories - {Category.DIBAO_MARGIN_CHILD}) | {Category.DIBAO_CHILD},
        ended=None
        if state.ended in (Reason.CATEGORY_OVER, Reason.DIBAO_NOT_ACTIVE)
        else state.ended,
    )


def _dibao_ended(state: State, event: Event) -> State:
    left = _without(replace(state, dibao=False), frozenset({Category.DIBAO_CHILD}))
    ended = Reason.DIBAO_NOT_ACTIVE if left.ended is Reason.CATEGORY_OVER else left.ended
    household = Household.ORDINARY
    if event.categories:
        left = replace(left, categories=left.categories | event.categories)
        ended = None
    if Category.DIBAO_MARGIN_CHILD in event.categories:
        household = Household.DIBAO_MARGIN
    return replace(left, ended=ended, household=household)


def _school(to: School) -> Callable[[State, Event], State]:
    def change(state: State, event: Event) -> State:
        return replace(state, school=to, since=event.day, admitted_on=date.max)

    return change


def _graduated(state: State, event: Event) -> State:
    """Graduation; an admission stated before it still counts."""
    kept = state.admitted_on if state.admitted_on > event.day else date.max
    return replace(
        state,
        school=School.GRADUATED,
        since=event.day,
        admitted_on=kept,
        expected_graduation=date.max,
    )


def _enrolled(state: State, event: Event) -> State:
    """Enrolment in a next stage; with a later start it is an admission."""
    if event.what is Happening.ADMITTED and event.begins > event.day:
        return replace(state, admitted_on=event.begins)
    return replace(
        state,
        school=School.ATTENDING,
        since=event.day,
        admitted_on=date.max,
        postgraduate=event.postgraduate,
        full_time=event.full_time,
        expected_graduation=date.max,
    )


def _returned(state: State, event: Event) -> State:
    to = School.ATTENDING if event.status_retained else School.STATUS_LOST
    return replace(state, school=to, since=event.day, returned=True, expected_graduation=FOREVER)


def _at_work(state: State, event: Event) -> State:
    """Work taken up out of school changes nothing; of whoever is at school, a person decides."""
    there = state.school in (School.ATTENDING, School.ON_LEAVE, School.NOT_SAID)
    return _unclear(state, event) if there else state


def _here(state: State, event: Event) -> State:
    return replace(state, local=True)


def _unchanged(state: State, event: Event) -> State:
    return state


ENDINGS = frozenset({Happening.DIED, Happening.HUKOU_MOVED_AWAY, Happening.ADOPTED})

CHANGES: dict[Happening, Callable[[State, Event], State]] = {
    Happening.APPLIED: _unchanged,
    Happening.CONFIRMED: _categories,
    Happening.IDENTIFIED: _categories,
    Happening.CATEGORY_CHANGED: _categories,
    Happening.CATEGORY_ENDED: _categories,
    Happening.ENTERED_INSTITUTION: _into_institution,
    Happening.LEFT_INSTITUTION: _out_of_institution,
    Happening.PARENT_RELEASED: _released,
    Happening.PARENT_FOUND: _parent_found,
    Happening.PARENT_LOST: _unchanged,
    Happening.ADOPTED: _ends(Reason.CATEGORY_OVER),
    Happening.DIED: _ends(Reason.DIED),
    Happening.HUKOU_MOVED_AWAY: _ends(Reason.HUKOU_LEFT),
    Happening.HUKOU_MOVED_HERE: _here,
    Happening.DIBAO_STARTED: _dibao_started,
    Happening.DIBAO_ENDED: _dibao_ended,
    Happening.ENROLLED: _enrolled,
    Happening.ADMITTED: _enrolled,
    Happening.GRADUATED: _graduated,
    Happening.DROPPED_OUT: _school(School.DROPPED_OUT),
    Happening.LEAVE_OF_ABSENCE: _school(School.ON_LEAVE),
    Happening.ENLISTED: _school(School.IN_THE_ARMY),
    Happening.DISCHARGED: _school(School.DISCHARGED),
    Happening.RETURNED_TO_SCHOOL: _returned,
    Happening.WENT_TO_WORK: _at_work,
    Happening.HANDED_OVER: _unchanged,
    Happening.SUDDEN_EVENT: _unchanged,
    Happening.NOTED: _unchanged,
}


def of_age_on(situation: Situation, years: int) -> date:
    """The birthday that makes of age; `date.max` while the birth date is not known."""
    if not situation.age_known:
        return date.max
    return corresponding_day(situation.born_on, years=years)
