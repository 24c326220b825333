"""Invented children as varied as a county's: nobody is repeated, and the mix is that of a register.

Days of birth, of sentences, of losses are drawn one by one, so that what a rule remembers of
one child serves another only where it would in a real register too.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

DAY = date(2024, 5, 10)
Lot = random.Random
PLACES = ("温岭市", "温岭市", "温岭市泽国镇", "温岭市太平街道", "台州市路桥区", "安徽省阜阳市")
FATHERS = (
    ("健在", 30), ("死亡", 18), ("服刑", 12), ("外出务工", 14), ("失联", 8), ("强制隔离戒毒", 4),
    ("宣告失踪", 2), ("重残", 5), ("患重病", 4), ("缓刑", 2), ("撤销监护资格", 1),
)  # fmt: skip
MOTHERS = (
    ("健在", 34), ("死亡", 12), ("失联", 16), ("外出务工", 16), ("再婚", 8), ("服刑", 4),
    ("查找不到", 2), ("重残", 4), ("患重病", 3), ("遣送出境", 1),
)  # fmt: skip
HOUSEHOLDS = (("一般", 50), ("低保", 24), ("低保边缘", 16), ("特困", 4), ("支出型困难", 6))
DISABILITIES = (
    (None, 70), ("智力二级", 6), ("智力三级", 4), ("精神三级", 3), ("肢体一级", 4), ("听力一级", 3),
    ("视力四级", 2), ("肢体三级", 4), ("言语二级", 2), ("精神一级", 2),
)  # fmt: skip
ILLNESSES = ((None, 90), ("白血病", 3), ("苯丙酮尿症", 1), ("支气管炎", 4), ("孤独症", 2))
STAGES = ((3, "无"), (6, "幼儿园"), (12, "小学"), (15, "初中"), (18, "普通高中"), (23, "大专"))


def invented(count: int, seed: int = 20230724, day: date = DAY) -> Iterator[dict[str, Any]]:
    """The facts of so many children, as a department would send them; the same for a seed."""
    lot = Lot(seed)  # a lottery of invented people
    for _ in range(count):
        yield _one(lot, day)


def _one(lot: Lot, day: date) -> dict[str, Any]:
    born = day - timedelta(days=lot.randrange(30, 6570 if lot.random() < 0.96 else 8200))
    facts: dict[str, Any] = {
        "child": _child(lot, born, day),
        "father": _parent(lot, _of(lot, FATHERS), day),
        "mother": _parent(lot, _of(lot, MOTHERS), day),
        "household": _household(lot),
    }
    if lot.random() < 0.03:
        facts["child"] |= {"left_guardian": True, "strayed_here": True, "means_lost": True}
        since = day - timedelta(days=lot.randrange(1, 60))
        facts["relief"] = {"by": "公安", "since": since.isoformat()}
    return facts


def _of(lot: Lot, table: tuple[tuple[Any, int], ...]) -> Any:
    return lot.choices([word for word, _ in table], [share for _, share in table])[0]


def _child(lot: Lot, born: date, day: date) -> dict[str, Any]:
    child: dict[str, Any] = {"birth_date": born.isoformat(), "hukou_city": lot.choice(PLACES)}
    age = (day - born).days // 365
    disability, illness = _of(lot, DISABILITIES), _of(lot, ILLNESSES)
    stage = next(word for until, word in STAGES if age < until or word == "大专")
    enrolled = {"stage": stage, "enrolled": age >= 3 and lot.random() < 0.97}
    home = lot.choice(("在家", "与祖父母共同生活", "姑母", "市儿童福利院"))
    harm = {"kind": lot.choice(("虐待", "遗弃", "性侵害")), "place": "温岭市"}
    need = lot.random() < 0.8
    # What may be said of a child, and how often it is.
    said: tuple[tuple[float, dict[str, Any]], ...] = (
        (0.7, {"hukou_kind": lot.choice(("农村", "城镇"))}),
        (0.5, {"placement": home}),
        (0.8, {"schooling": enrolled}),
        (age >= 18, {"labour_capacity": lot.random() < 0.9, "previous_award": "社会散居孤儿标准"}),
        (disability is not None, {"disability": disability, "rehabilitation_need": need}),
        (illness is not None, {"illness": illness}),
        (0.01, {"hiv_affected": True}),
        (0.03, {"harm": harm}),
        (0.6, {"insured": lot.random() < 0.9}),
    )
    for share, facts in said:
        child |= facts if lot.random() < share else {}
    return child


def _parent(lot: Lot, word: str, day: date) -> dict[str, Any]:
    said: dict[str, Any] = {"status": word}
    since = (day - timedelta(days=lot.randrange(1, 900))).isoformat()
    if word in ("服刑", "强制隔离戒毒", "失联", "死亡") and lot.random() < 0.9:
        said["since"] = since
    if word in ("服刑", "强制隔离戒毒") and lot.random() < 0.85:
        said["term_months"] = lot.randrange(3, 120)
    if word == "失联" and lot.random() < 0.6:
        said["police_registered_on"] = since
    return said


def _household(lot: Lot) -> dict[str, Any]:
    said: dict[str, Any] = {"economic_class": _of(lot, HOUSEHOLDS)}
    if lot.random() < 0.3:
        said |= {
            "members": lot.randrange(1, 7),
            "income_monthly": f"{lot.randrange(0, 900000) / 100:.2f}",
            "dibao_line": "1130.00",
            "property_ok": lot.random() < 0.9,
        }
    return said
