"""Awards a question says there are, made into rate classes, months and changes of category."""

from datetime import date
from itertools import pairwise
from typing import Any

from services.payments.rules.months import last_day, later
from services.payments.rules.situation import Event
from services.payments.rules.tariff import Tariff, TariffError
from services.payments.rules.vocabulary import Category, Happening
from services.payments.rules.words import category_of
from services.payments.schemas.evaluations import AwardIn
from shared.problem import Invalid


class UnknownWord(Invalid):
    """A category, household class, benefit or rate class nobody knows; it is not repeated."""

    zh, en = "无法识别的用语", "A word that is not known"


class AwardsOverlap(Invalid):
    """Two basic-living awards in one month."""

    zh, en = "同一儿童同月只能有一项基本生活费补助", "A child has one basic-living award a month"
    clause = "WL24:2.1.0b-3"


def awards_of(given: list[AwardIn], tariff: Tariff, events: list[Event]) -> dict[str, Any]:
    """One award is the rate class and its months; several in turn are changes of category."""
    awards = sorted(given, key=lambda a: a.first_month or date.min)
    if not awards:
        return {}
    for earlier, next_one in pairwise(awards):
        if (next_one.first_month or date.min) <= (earlier.last_month or date.min):
            raise AwardsOverlap(where="awards")
    if len(awards) == 1:
        return _one_award(awards[0], tariff)
    first, known = awards[0], [_award_categories(a, tariff) for a in awards]
    for award, categories in zip(awards[1:], known[1:], strict=True):
        if award.first_month:
            day = last_day(later(award.first_month, -1))
            events.append(Event(day, Happening.CATEGORY_CHANGED, categories))
    return {
        "categories": known[0],
        "first_month": first.first_month or date.min,
        "last_month": awards[-1].last_month or date.max,
    }


def _one_award(award: AwardIn, tariff: Tariff) -> dict[str, Any]:
    found: dict[str, Any] = {
        "first_month": award.first_month or date.min,
        "last_month": award.last_month or date.max,
    }
    if award.confirmed_on and not award.first_month:
        found["first_month"] = later(award.confirmed_on.replace(day=1))
    if award.rate_class:
        found["categories"] = _award_categories(award, tariff)
    return found


def _award_categories(award: AwardIn, tariff: Tariff) -> frozenset[Category]:
    name = award.rate_class or ""
    try:
        own = category_of(name)
        return frozenset({own}) if own else tariff.rate_class(name).categories
    except TariffError as problem:
        allowed = list(tariff.classes)
        raise UnknownWord(where="awards.rate_class", allowed=allowed) from problem
