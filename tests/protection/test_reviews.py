"""The court looks at its protection order, or at its refusal, once more; the order holds on."""

from typing import Any

from tests.protection.conftest import Office
from tests.protection.test_care import an_order, case, ordered
from tests.protection.test_desk import desk
from tests.protection.test_terms import running

WISH = {"reliefs": ["protection_ruling"], "petitioner": "womens_federation"}


async def protected(office: Office) -> tuple[str, dict[str, Any]]:
    """A protection order of the court's first judge, of 6 May."""
    case_id = await case(office)
    return case_id, await ordered(
        office, case_id, "court", "人身安全保护令", "violence", "keep_away"
    )


async def refused(office: Office, *reliefs: str) -> tuple[str, str]:
    """A case and the petition for protection that the court's first judge has refused."""
    case_id = await case(office)
    wish = WISH | {"reliefs": [*reliefs] or WISH["reliefs"]}
    row = await office.post("child_protection_office", f"/cases/{case_id}/petitions", wish)
    await office.post("child_protection_office", f"/petitions/{row['id']}/filing")
    await office.post("court", f"/petitions/{row['id']}/refusal", {"judgment_ref": "1"})
    return case_id, row["id"]


async def test_the_order_is_carried_out_while_the_court_looks_at_it_again(office: Office) -> None:
    _, order = await protected(office)
    path = f"/orders/{order['id']}"
    told = {"words": "被申请人金丝雀不服"}
    await office.post("police", f"{path}/review", told, status=403)
    review = await office.post("court", f"{path}/review", told, status=201)
    assert (review["state"], review["of"], review["asked_on"]) == ("asked", "order", "2024-05-06")
    assert await running(office, review["id"]) == {"protection_review_decision"}
    again = await office.post("court/002", f"{path}/review", status=409)
    assert again["type"].endswith("reviewed-once")
    for verb in ("service", "breach", "follow-up"):
        await office.post("court", f"{path}/{verb}")
    ref = {"judgment_ref": "(2024)浙1081民保复1号"}
    upholding = f"/reviews/{review['id']}/upholding"
    same = await office.post("court/001", upholding, ref, status=409)
    assert same["type"] == "/problems/second-person-needed"
    unnumbered = await office.post("court/002", upholding, status=400)
    assert (unnumbered["clause"], unnumbered["where"]) == ("DV:31", "body.judgment_ref")
    assert (await office.post("court/002", upholding, ref))["state"] == "upheld"
    assert await running(office, review["id"]) == set()
    seen = await office.get("court", path)
    assert (seen["state"], seen["until_on"]) == ("served", "2024-11-06")
    assert (seen["review"]["state"], seen["review"]["allowed"]) == ("upheld", [])
    await office.post("court/002", f"/reviews/{review['id']}/withdrawal", ref, status=409)


async def test_a_review_is_asked_for_on_the_fifth_day_and_not_after_it(office: Office) -> None:
    _, order = await protected(office)
    path = f"/orders/{order['id']}/review"
    await office.at("2024-05-14T09:00:00+08:00")
    for wrong in ("2024-05-05", "2024-05-15"):
        await office.post("court", path, {"asked_on": wrong}, status=400)
    # The fifth day, 11 May 2024, was a Saturday on which offices worked.
    late = await office.post("court", path, {"asked_on": "2024-05-12"}, status=409)
    assert (late["clause"], late["allowed"]) == ("DV:31", ["2024-05-11"])
    review = await office.post("court", path, {"asked_on": "2024-05-11"}, status=201)
    (line,) = await desk(office, "court", "?kind=protection_review_decision")
    assert (line["about_id"], line["due_at"]) == (review["id"], "2024-05-21T16:00:00Z")


async def test_what_the_court_changes_is_the_order_within_the_months_of_the_law(
    office: Office,
) -> None:
    _, order = await protected(office)
    review = await office.post("court", f"/orders/{order['id']}/review", status=201)
    path, ref = f"/reviews/{review['id']}/change", {"judgment_ref": "复2"}
    assert (await office.post("court/002", path, ref, status=400))["clause"] == "DV:31"
    long = ref | {"until_on": "2024-11-07"}
    assert (await office.post("court/002", path, long, status=409))["clause"] == "DV:30"
    changed = ref | {"until_on": "2024-08-06", "duties": ["keep_away", "迁出未成年人的住所"]}
    assert (await office.post("court/002", path, changed))["state"] == "changed"
    seen = await office.get("court", f"/orders/{order['id']}")
    assert (seen["until_on"], seen["duties"]) == ("2024-08-06", ["keep_away", "move_out"])
    await office.at("2024-07-24T09:00:00+08:00")
    (near,) = await office.events("protection.term.ending.v1")
    assert (near["subject_id"], near["ends_on"]) == (order["id"], "2024-08-06")


async def test_an_order_that_falls_on_review_ends_with_its_clocks(office: Office) -> None:
    _, order = await protected(office)
    path = f"/orders/{order['id']}"
    await office.post("court", f"{path}/service")
    review = await office.post("court", f"{path}/review", status=201)
    await office.post("court/002", f"/reviews/{review['id']}/withdrawal", {"judgment_ref": "复3"})
    seen = await office.get("court", path)
    assert (seen["state"], seen["review"]["state"]) == ("withdrawn", "withdrawn")
    assert await running(office, order["id"]) == set()
    _, other = await protected(office)
    await office.post("court/001", f"/orders/{other['id']}/withdrawal")
    await office.post("court/002", f"/orders/{other['id']}/withdrawal")
    await office.post("court", f"/orders/{other['id']}/review", status=409)


async def test_who_was_refused_protection_asks_once_more_and_the_court_makes_the_order(
    office: Office,
) -> None:
    case_id, petition = await refused(office)
    path = f"/petitions/{petition}/review"
    await office.post("police", path, status=404)
    await office.post("town", path, town="331081100", status=403)
    review = await office.post("child_protection_office", path, status=201)
    assert (review["of"], review["subject_id"]) == ("petition", petition)
    change, ref = f"/reviews/{review['id']}/change", {"judgment_ref": "复4"}
    unmade = await office.post("court/002", change, ref, status=409)
    assert (unmade["clause"], unmade["where"]) == ("DV:31", "body.order_id")
    told = an_order("人身安全保护令", "violence", "keep_away")
    order = await office.post("court/002", f"/cases/{case_id}/orders", told, status=201)
    decided = await office.post("court/002", change, ref | {"order_id": order["id"]})
    assert (decided["state"], decided["order_id"]) == ("changed", order["id"])
    seen = await office.get("child_protection_office", f"/petitions/{petition}")
    assert (seen["state"], seen["review"]["order_id"]) == ("refused", order["id"])
    await office.post("child_protection_office", path, status=409)


async def test_only_protection_is_looked_at_again(office: Office) -> None:
    case_id, petition = await refused(office, "maintenance")
    nothing = await office.post(
        "child_protection_office", f"/petitions/{petition}/review", status=409
    )
    assert (nothing["clause"], nothing["type"].rsplit("/")[-1]) == ("DV:31", "not-reviewable")
    taught = await ordered(office, case_id, "court", "家庭教育令", "neglect", "contact")
    await office.post("court", f"/orders/{taught['id']}/review", status=409)
    pending = await office.post("child_protection_office", f"/cases/{case_id}/petitions", WISH)
    await office.post("child_protection_office", f"/petitions/{pending['id']}/review", status=409)
