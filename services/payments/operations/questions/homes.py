"""The household of a question: its class, and whether and when it is in dibao (家庭情况)."""

from datetime import date, timedelta

from services.payments.operations.questions.granted import UnknownWord
from services.payments.operations.questions.readings import Reading
from services.payments.rules.situation import Event
from services.payments.rules.vocabulary import Category, Happening, Household
from services.payments.rules.words import household_of
from services.payments.schemas.evaluations import HouseholdIn


def household_told(given: HouseholdIn | str | None) -> HouseholdIn:
    if isinstance(given, str):
        return HouseholdIn.model_validate({"class": given})
    return given or HouseholdIn()


def home_of(
    household: HouseholdIn, categories: frozenset[Category], reading: Reading
) -> tuple[Household, bool]:
    """The household before any event; the days of its dibao become events of their own."""
    home, dibao = _stated_home(household, categories, reading)
    reading.events += _dibao_months(household)
    return home, dibao and not _not_yet_in_dibao(household)


def _stated_home(
    household: HouseholdIn, categories: frozenset[Category], reading: Reading
) -> tuple[Household, bool]:
    """The household's class and whether it is in dibao; a dibao child's is unless denied."""
    if "dibao_active" in household.model_fields_set:
        reading.said.add("household.dibao_active")
        if household.dibao_active is None:
            reading.unknown.add("household.dibao_active")
    if _nobody_knows_when(household):
        reading.unknown.add("household.dibao_active")
    home = _class_of(household, categories, reading)
    if "household.class" in reading.unknown and Category.DIBAO_CHILD in categories:
        reading.unknown.add("household.dibao_active")
        home = Household.DIBAO
    active = household.dibao_active
    if active is False and any(until is not None for _, until in _dibao_told(household)):
        active = True  # it ended on a day, and was until then
    if active is not None:
        return _unless_ended(home, active), active
    denied = "household.class" in reading.said and home is not Household.DIBAO
    in_dibao = Category.DIBAO_CHILD in categories and not denied
    return home, home is Household.DIBAO or in_dibao


def _class_of(
    household: HouseholdIn, categories: frozenset[Category], reading: Reading
) -> Household:
    """The class as said; not said, it follows from the child's own category."""
    if "class_" in household.model_fields_set:
        reading.said.add("household.class")
        if household.class_ is None:
            reading.unknown.add("household.class")
            return Household.ORDINARY
        known = household_of(household.class_)
        if known is None:
            raise UnknownWord(where="household.class", allowed=[h.value for h in Household])
        return known
    if Category.DIBAO_CHILD in categories or household.dibao_active:
        return Household.DIBAO
    margin = Category.DIBAO_MARGIN_CHILD in categories
    return Household.DIBAO_MARGIN if margin else Household.ORDINARY


def _nobody_knows_when(household: HouseholdIn) -> bool:
    """Whether dibao began, or is over, on a day that is told as unknown; that it goes on until
    nobody knows when, is no such day."""
    told = household.model_fields_set
    since = "dibao_since" in told and household.dibao_since is None
    until = "dibao_until" in told and household.dibao_until is None
    active = household.dibao_active
    if active is not True and (since or (until and active is False)):
        return True
    periods = household.dibao_periods
    return any(p.since is None and "since" in p.model_fields_set for p in periods)


def _dibao_told(household: HouseholdIn) -> list[tuple[date | None, date | None]]:
    """The periods of dibao that were told by their days."""
    single = (household.dibao_since, household.dibao_until)
    told = [single] if single != (None, None) else []
    return told + [(period.since, period.until) for period in household.dibao_periods]


def _dibao_months(household: HouseholdIn) -> list[Event]:
    """Dibao told by its days: it counts from its own first month to its last."""
    found = []
    for since, until in _dibao_told(household):
        if since is not None:
            before = since.replace(day=1) - timedelta(days=1)
            found.append(Event(before, Happening.DIBAO_STARTED))
        if until is not None:
            found.append(Event(until, Happening.DIBAO_ENDED))
    return found


def _not_yet_in_dibao(household: HouseholdIn) -> bool:
    told = _dibao_told(household)
    return bool(told) and all(since is not None for since, _ in told)


def _unless_ended(home: Household, dibao: bool) -> Household:
    """A household that left dibao is no dibao household, whatever it was called."""
    return Household.ORDINARY if home is Household.DIBAO and not dibao else home
