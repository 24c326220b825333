"""The invented children in OpenFisca's words, and whether it comes to the same (`openfisca.txt`).

Of what is asked, nothing is left out that the rules of section one rest on; the plan, the reasons
and what is unknown have no place in OpenFisca.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import httpx

from services.eligibility.operations.law import law_of, registered_here
from services.eligibility.rules.categories import CATEGORIES
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.statements.whole import read
from shared.law import Verdict

LIFE = {"死亡": "dead", "宣告失踪": "declared_missing", "查找不到": "unfindable"}
CUSTODY = {"服刑": "prison", "强制隔离戒毒": "drug_isolation"}
IS_SO = {"失联": "lost_contact", "外出务工": "away", "撤销监护资格": "revoked",
         "遣送出境": "deported", "重残": "found_severely_disabled",
         "患重病": "seriously_ill"}  # fmt: skip
KINDS = {"视": "visual", "听": "hearing", "言": "speech", "肢": "limb", "智": "intellectual",
         "精": "mental"}  # fmt: skip
CLASSES = {"一般": "ordinary", "低保": "dibao", "低保边缘": "dibao_margin", "特困": "tekun",
           "支出型困难": "hardship"}  # fmt: skip
PLACES = {"市儿童福利院": "institution", "与祖父母共同生活": "relatives", "姑母": "relatives"}
ANSWERS = (
    *("in_scope", "limb_a", "limb_b", "limb_c", "limb_d", "limb_e", "listed"),
    *[category.code for category in CATEGORIES],
    *("rate", "monthly"),
)


def as_openfisca(
    children: Sequence[dict[str, Any]], days: Sequence[date], answers: Sequence[str] = ANSWERS
) -> dict[str, Any]:
    """The same children and months, as OpenFisca asks for them."""
    months = [day.strftime("%Y-%m") for day in days]
    persons = {f"child{n}": _person(child, months, answers) for n, child in enumerate(children)}
    homes = {f"home{n}": {"children": [name]} for n, name in enumerate(persons)}
    return {"persons": persons, "households": homes}


def _person(facts: dict[str, Any], months: list[str], answers: Sequence[str]) -> dict[str, Any]:
    said = {"living": True} | _of_the_child(facts) | _of_the_household(facts["household"])
    for parent in ("father", "mother"):
        said |= {f"{parent}_{name}": one for name, one in _of_a_parent(facts[parent]).items()}
    person = {name: dict.fromkeys(months, one) for name, one in said.items()}
    person |= {name: dict.fromkeys(months) for name in answers}
    person["birth"] = {"ETERNITY": facts["child"]["birth_date"]}
    return person


def _of_the_child(facts: dict[str, Any]) -> dict[str, Any]:
    child = facts["child"]
    said: dict[str, Any] = {
        "hukou_here": child["hukou_city"].startswith("温岭"),
        "rural": child.get("hukou_kind") == "农村",
        "placement": PLACES.get(child.get("placement"), "home"),
        "in_relief": "relief" in facts,
        "rarely_ill": child.get("illness") == "苯丙酮尿症",
        "child_seriously_ill": child.get("illness") in ("白血病", "孤独症"),
        "hiv": child.get("hiv_affected", False),
    }
    for name in ("left_guardian", "strayed_here", "means_lost"):
        said[name] = child.get(name, False)
    if "disability" in child:
        kind, grade = child["disability"][0], "一二三四".index(child["disability"][2]) + 1
        said |= {"child_disability": KINDS[kind], "child_disability_grade": grade}
    if "harm" in child:
        of_carers = child["harm"]["kind"] in ("虐待", "遗弃")
        said |= {"harmed": True, "harm_here": True, "abused_or_abandoned": of_carers}
    return said


def _of_a_parent(said: dict[str, Any]) -> dict[str, Any]:
    status, since = said["status"], said.get("since")
    told: dict[str, Any] = {"performs_duty": status not in ("失联", "遣送出境")}
    if status in LIFE:
        told["life"] = LIFE[status]
    elif status in CUSTODY:
        told |= {"custody": CUSTODY[status], "term_months": said.get("term_months", 0)}
        told |= {"held_since": since} if since else {}
    elif status in IS_SO:
        told[IS_SO[status]] = True
    searched = said.get("police_registered_on", since)
    if status == "失联" and searched:
        told |= {"lost_since": since or searched, "searched_since": searched}
    return told


def _of_the_household(said: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"household_class": CLASSES[said["economic_class"]]}
    if "members" in said:
        told |= {name: float(said[name]) for name in ("income_monthly", "dibao_line")}
        told |= {"members": said["members"], "property_ok": said["property_ok"]}
        told["income_declared"] = True
    return told


def require_the_same(port: int, children: Sequence[dict[str, Any]], day: date) -> None:
    """Whatever the rules decide of minors, OpenFisca decides alike; AssertionError of what not."""
    address, month = f"http://127.0.0.1:{port}/calculate", day.strftime("%Y-%m")
    answer = httpx.post(address, json=as_openfisca(children, [day]), timeout=60)
    theirs = answer.raise_for_status().json()["persons"]
    for number, child in enumerate(children):
        found = evaluate(read(child, law_of(day), registered_here)[0], law_of(day))
        ours = {code: one.verdict for code, one in found.findings.items()}
        if found.adulthood is None:
            ours |= {"in_scope": found.scope_finding.verdict}
            for name, verdict in ours.items():
                if verdict is not Verdict.UNKNOWN:
                    said = theirs[f"child{number}"][name][month]
                    assert said == (verdict is Verdict.MET), f"{name}: {child}"
