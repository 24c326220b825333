"""The child: age, registration, disability, illness, HIV, harm, straying (儿童自身情况)."""

from datetime import date, timedelta

from services.eligibility.rules.parents import seriously_ill, severely_disabled
from services.eligibility.rules.periods import birthday
from shared.law import about, all_of, any_of, none_of, rule

OWN = "WL24:1-2"


def _comes_of_age(birth_date: date, day: date, *, adult_age: int) -> date | None:
    return birthday(birth_date, adult_age)


@rule("CIVIL:17", "未满十八周岁", changes=_comes_of_age)
def a_minor(birth_date: date, day: date, *, adult_age: int) -> bool:
    """Under eighteen; on the birthday itself no longer."""
    return day < birthday(birth_date, adult_age)


@rule("WL24:1-5", "身份不明，推断未满十八周岁")
def apparently_a_minor(apparent_age: int, *, adult_age: int) -> bool:
    """A child whose birth date nobody knows and who looks under eighteen."""
    return apparent_age < adult_age


@rule("WL24:1", "在世")
def living(alive: bool) -> bool:
    """The child is alive."""
    return alive


@rule("WL24:1-5", "出生日期尚未查明")
def of_unknown_birth(birth_known: bool) -> bool:
    """Nobody knows the birth date, so that looks must do."""
    return not birth_known


of_age_for_care = any_of(
    "of_age_for_care",
    "未满十八周岁",
    "Under eighteen, or apparently so",
    about("child", "", a_minor),
    all_of(
        "looks_like_a_minor",
        "出生日期不明且推断未满十八周岁",
        "Of unknown birth and looks under eighteen",
        about("child", "", of_unknown_birth),
        about("child", "", apparently_a_minor),
    ),
)


@rule("WL24:1-1", "具有本市户籍")
def registered_here(hukou_here: bool) -> bool:
    """The child's own household registration is of this city, not the household head's."""
    return hukou_here


@rule("GF2016-13:1", "农村户籍")
def of_rural_registration(hukou_kind: str) -> bool:
    """The registration is rural."""
    return hukou_kind == "rural"


def _outgrows(birth_date: date, day: date, *, left_behind_years: int) -> date | None:
    return birthday(birth_date, left_behind_years)


@rule("GF2016-13:1", "不满十六周岁", changes=_outgrows)
def young_enough_to_be_left_behind(birth_date: date, day: date, *, left_behind_years: int) -> bool:
    """Under sixteen."""
    return day < birthday(birth_date, left_behind_years)


def _first_birthday_month_ends(birth_date: date, day: date, *, infant_years: int) -> date | None:
    return _after_month(birthday(birth_date, infant_years))


def _after_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


@rule("WL24:2.1.4b", "一周岁以内", changes=_first_birthday_month_ends)
def an_infant(birth_date: date, day: date, *, infant_years: int) -> bool:
    """Within the first year; the month of the first birthday is included."""
    return day < _after_month(birthday(birth_date, infant_years))


@rule(OWN, "所患疾病列入罕见病目录")
def rare_illness_listed(illness: tuple[str, ...], *, rare_illnesses: tuple[str, ...]) -> bool:
    """A diagnosis is on the list of rare illnesses."""
    return any(named in name for name in illness for named in rare_illnesses)


@rule(OWN, "经认定患罕见病")
def found_rarely_ill(rare_illness: bool) -> bool:
    """Found to have a rare illness."""
    return rare_illness


rarely_ill = any_of(
    "rarely_ill", "患罕见病", "A rare illness", rare_illness_listed, found_rarely_ill
)


@rule("WL24:2.1.2", "自身困境认定不设家庭收入条件")
def no_income_test(*, own_difficulty_income_test: bool) -> bool:
    """The county asks no income test of a child in difficulty of its own."""
    return not own_difficulty_income_test


own_grounds = any_of(
    "own_grounds",
    "重残、重病或者罕见病",
    "Severe disability, serious or rare illness",
    about("child", "儿童", severely_disabled),
    about("child", "儿童", seriously_ill),
    about("child", "儿童", rarely_ill),
    clause=OWN,
)


@rule(OWN, "有残疾")
def of_some_disability(disability_type: tuple[str, ...]) -> bool:
    """Disabled, in whatever kind and grade."""
    return any(kind != "none" for kind in disability_type)


@rule(OWN, "因残疾有康复、照料、护理或者社会融入困难")
def made_hard_by_it(disability_difficulty: bool) -> bool:
    """Rehabilitation, care, nursing or inclusion are hard for it."""
    return disability_difficulty


hard_through_disability = all_of(
    "hard_through_disability",
    "因自身残疾导致康复、照料、护理和社会融入等困难",
    "Difficulty through the child's own disability, of any grade",
    about("child", "", made_hard_by_it),
    about("child", "", of_some_disability),
    clause=OWN,
)


@rule("WL24:2.1.3", "感染艾滋病病毒")
def infected(hiv: str) -> bool:
    """Infected with HIV, as known to the health authority; a test is never a condition."""
    return hiv == "infected"


@rule("WL24:2.1.3", "受艾滋病影响")
def said_to_be_affected(hiv: str) -> bool:
    """Recorded as affected, without saying who is infected."""
    return hiv == "affected"


affected_by_hiv = any_of(
    "affected_by_hiv",
    "儿童或者父母一方感染艾滋病病毒",
    "The child or a parent lives with, or died of, HIV",
    about("child", "儿童", infected),
    about("child", "儿童", said_to_be_affected),
    about("father", "父亲", infected),
    about("mother", "母亲", infected),
    clause="WL24:2.1.3",
)


@rule("WL24:1-3", "人身安全受到威胁或者侵害")
def harmed_or_threatened(harm: str) -> bool:
    """Abused, abandoned, injured, unlawfully harmed, or in danger of it."""
    return harm != "none"


@rule("WL24:1-3", "遭受虐待或者遗弃")
def harmed_by_those_who_care(harm: str) -> bool:
    """Abuse and abandonment are failures of guardianship by their nature."""
    return harm in ("abuse", "abandonment")


@rule("WL24:1-3", "家庭监护缺失或者监护不当")
def guarded_badly(guardianship: str) -> bool:
    """The guardianship was absent or improper."""
    return guardianship in ("absent", "improper")


harmed_through_guardianship = all_of(
    "harmed_through_guardianship",
    "因监护缺失或者监护不当，人身安全受到威胁或者侵害",
    "Threatened or harmed through absent or improper guardianship",
    about("child", "", harmed_or_threatened),
    any_of(
        "guardianship_failed",
        "监护缺失或者监护不当",
        "Guardianship failed",
        about("child", "", harmed_by_those_who_care),
        about("child", "", guarded_badly),
    ),
    clause="WL24:1-3",
)


@rule("WL24:1-4", "遭受侵害")
def violated(harm: str) -> bool:
    """Harmed by somebody: abuse, abandonment or unlawful harm; an accident is not that."""
    return harm in ("abuse", "abandonment", "unlawful")


@rule("WL24:1-4", "侵害发生在本市辖区内")
def within_the_city(harm_here: bool) -> bool:
    """It happened within the city."""
    return harm_here


violated_here = all_of(
    "violated_here",
    "在本市辖区内遭受侵害",
    "Harmed within the city",
    about("child", "", violated),
    about("child", "", within_the_city),
    clause="WL24:1-4",
)


@rule("WL24:1-5", "离开监护人")
def away_from_guardian(left_guardian: bool) -> bool:
    """The child has left its guardian."""
    return left_guardian


@rule("WL24:1-5", "流落本市")
def strayed_to_the_city(strayed_here: bool) -> bool:
    """The child has strayed to the city."""
    return strayed_here


@rule("WL24:1-5", "失去基本生存保障")
def without_means(means_lost: bool) -> bool:
    """Leaving the guardian is not enough: the basic means of survival are lost."""
    return means_lost


stranded = all_of(
    "stranded",
    "离开监护人流落本市失去基本生存保障",
    "Left the guardian, strayed here, lost all means",
    about("child", "", away_from_guardian),
    about("child", "", strayed_to_the_city),
    about("child", "", without_means),
    clause="WL24:1-5",
)


@rule("WL24:2.1.5b-1", "民政部门救助或者公安部门移送")
def relieved(by: str) -> bool:
    """Assisted by civil affairs or handed over by the police."""
    return by in ("civil_affairs", "police")


def _relief_ends(until: date, day: date) -> date | None:
    return until + timedelta(days=1)


@rule("WL24:2.1.5b-2", "救助已经结束", changes=_relief_ends)
def relief_is_over(until: date, day: date) -> bool:
    """The relief episode has ended."""
    return until < day


@rule("MINORS:92", "监护人已查找到")
def guardian_was_found(guardian_found: bool) -> bool:
    """A guardian was found and takes the child back."""
    return guardian_found


straying = all_of(
    "straying",
    "流浪且暂时查找不到监护人",
    "On the street, and no guardian found",
    any_of(
        "on_the_street",
        "流浪或者处于救助之中",
        "Stranded, or in relief",
        stranded,
        about("relief", "", relieved),
    ),
    none_of(
        "still_alone",
        "监护人尚未查找到",
        "No guardian found yet",
        about("child", "", guardian_was_found),
    ),
    clause="MINORS:92",
)


@rule("WL24:2.1.6", "因突发事件暂时失依")
def suddenly_without_support(lost_support: bool) -> bool:
    """A sudden event has taken the child's support away for a time."""
    return lost_support


@rule("WL24:1-6", "经书面说明理由认定为其他困境")
def decided_otherwise_in_difficulty(other_difficulty: bool) -> bool:
    """A person has decided, with written reasons, that the child is in another difficulty."""
    return other_difficulty
