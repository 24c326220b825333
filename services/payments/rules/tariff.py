"""The tariff of a jurisdiction as data: classes, shares, floors, top-up, rounding (标准体系).

Everything another county decides otherwise stands in its `tariff.yaml`; this file only knows
how such a table is read and refuses what it cannot mean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.payments.rules.vocabulary import Category, Household, ReliefKind


class TopUp(StrEnum):
    """How other living relief is taken into account (补差方式).

    RECEIVED: standard minus what is received; STANDARD: standard minus the dibao standard for
    a child in dibao; NONE: the child is taken out of the other relief, nothing is deducted.
    """

    RECEIVED = "RECEIVED"
    STANDARD = "STANDARD"
    NONE = "NONE"


class TariffError(ValueError):
    """The tariff cannot be read; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Formula:
    """`of` a published key, `minus` another, times the `share` of a rate key, not below `floor`.

    `published` names a key that wins over the formula where the county published a figure.
    """

    of: str
    share: str | None = None
    minus: str | None = None
    floor: str | None = None
    published: str | None = None
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class RateClass:
    """One class of the tariff: who is paid how much, and what else follows (发放类别)."""

    code: str
    zh: str
    clauses: tuple[str, ...]
    categories: frozenset[Category]
    households: frozenset[Household]
    amount: Formula
    per: str
    against: frozenset[ReliefKind]
    needs_dibao: bool
    lump_sum: bool
    continues_at_school: bool
    price_subsidy: bool
    insurance: bool


@dataclass(frozen=True, slots=True)
class Infant:
    """The add-on for infants of low-income families (婴幼儿营养补贴)."""

    key: str
    years: str
    households: frozenset[Household]
    classes: frozenset[str]
    clause: str


@dataclass(frozen=True, slots=True)
class Insurance:
    """The personal share of residents' insurance, a published figure of the year (2.2.1)."""

    key: str
    clause: str


@dataclass(frozen=True, slots=True)
class Floor:
    """The lawful minimum of a published key: a share of another, spread over `per` months."""

    key: str
    clause: str
    of: str | None
    share: str | None
    per: int
    figure: str | None


@dataclass(frozen=True)
class Tariff:
    """The whole table; `unit` names the figure every derived amount is rounded up to.

    `top_up` is a mode, or names the figure that has it: a city may change its mind on a day.
    """

    unit: str
    top_up: str
    top_up_standard: str
    top_up_clause: str
    classes: Mapping[str, RateClass]
    aliases: Mapping[str, str]
    infant: Infant | None
    insurance: Insurance | None
    floors: Mapping[str, Floor]
    minima: Mapping[str, str]
    names: Mapping[str, str]

    def rate_class(self, code: str) -> RateClass:
        """The class of a code or of one of its names; TariffError when there is none."""
        wanted = code if code in self.classes else self.aliases.get(code.lower(), code)
        if wanted not in self.classes:
            raise TariffError(f"the tariff has no class {code}")
        return self.classes[wanted]

    def mode(self, figures: Mapping[str, Any]) -> TopUp:
        """How other living relief counts under these figures; TariffError for no such mode."""
        try:
            return TopUp(figures.get(self.top_up, self.top_up))
        except ValueError as problem:
            raise TariffError(f"top_up: {problem}") from problem

    def monthly(self) -> list[RateClass]:
        """The classes of the monthly award."""
        return [found for found in self.classes.values() if found.per == "month"]

    def daily(self) -> RateClass | None:
        """The class of relief by days, where the county has one."""
        return next((found for found in self.classes.values() if found.per == "day"), None)


def tariff_from(data: Mapping[str, Any]) -> Tariff:
    """Read `tariff.yaml` as loaded; TariffError names the entry that is wrong."""
    try:
        top_up = data["top_up"]
        classes = {code: _class(code, said) for code, said in data["classes"].items()}
        aliases = {
            str(name).lower(): code
            for code, said in data["classes"].items()
            for name in (code, *said.get("aliases", ()))
        }
        infant = data.get("infant")
        return Tariff(
            unit=data["unit"],
            top_up=str(top_up["mode"]),
            top_up_standard=top_up.get("standard", "dibao_standard_monthly"),
            top_up_clause=top_up["clause"],
            classes=classes,
            aliases=aliases,
            infant=_infant(infant) if infant else None,
            insurance=Insurance(**data["insurance"]) if data.get("insurance") else None,
            floors={key: _floor(key, said) for key, said in data.get("floors", {}).items()},
            minima=dict(data.get("minima", {})),
            names=dict(data.get("names", {})),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise TariffError(f"tariff: {problem}") from problem


def _class(code: str, said: Mapping[str, Any]) -> RateClass:
    unknown = set(said) - {
        "zh", "clauses", "categories", "households", "amount", "per", "against", "needs_dibao",
        "lump_sum", "continues_at_school", "price_subsidy", "insurance", "aliases",
    }  # fmt: skip
    if unknown:
        raise TariffError(f"class {code}: no key is named {', '.join(sorted(unknown))}")
    if said.get("per", "month") not in ("month", "day"):
        raise TariffError(f"class {code}: per is month or day")
    amount = said.get("amount")
    return RateClass(
        code=code,
        zh=said["zh"],
        clauses=tuple(said["clauses"]),
        categories=frozenset(Category(name) for name in said.get("categories", ())),
        households=frozenset(Household(name) for name in said.get("households", ())),
        amount=Formula(**amount) if amount else Formula("", nothing=True),
        per=said.get("per", "month"),
        against=frozenset(ReliefKind(name) for name in said.get("against", ())),
        needs_dibao=bool(said.get("needs_dibao", False)),
        lump_sum=bool(said.get("lump_sum", False)),
        continues_at_school=bool(said.get("continues_at_school", False)),
        price_subsidy=bool(said.get("price_subsidy", True)),
        insurance=bool(said.get("insurance", True)),
    )


def _infant(said: Mapping[str, Any]) -> Infant:
    names: Sequence[str] = said["households"]
    return Infant(
        said["key"],
        said["years"],
        frozenset(Household(name) for name in names),
        frozenset(said.get("classes", ())),
        said["clause"],
    )


def _floor(key: str, said: Mapping[str, Any]) -> Floor:
    return Floor(
        key,
        said["clause"],
        said.get("of"),
        said.get("share"),
        int(said.get("per", 1)),
        said.get("figure"),
    )
