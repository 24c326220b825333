"""The marked city as a whole: told once, then asked by everybody."""

import json

from deploy.caller import Offices
from tests.disclosure.story import Story
from tests.disclosure.world import BEGINS, NAMES, World, decide, pay, publish, register
from tests.factories import TOWN
from tests.journeys.county import County


def build(offices: Offices) -> World:
    """Tell everything, the way the offices of a city would."""
    world = World(offices)
    county = County(offices)
    publish(county)
    for child in NAMES:
        register(world, child)
        decide(world, child)
    pay(world, county)
    for child in NAMES:
        Story(world, child).tell()
    for tell in (reviews, simulations, imports, directory, house, advice):
        tell(world)
    return world


def reviews(world: World) -> None:
    """The reviews of the decisions that opened by themselves."""
    children = {file: child for child, file in world.subjects()}
    for row in world.offices.at("civil_affairs").get("/v1/eligibility/reviews", limit=100)["items"]:
        world.known("review_id", children[row["child_id"]], row)


def advice(world: World) -> None:
    """The procuratorate advises an office of what it did not do."""
    told: dict[str, object] = {"document_ref": "温检建〔2026〕1号", "department": "education"}
    told |= {"failures": ["entry_checks"], "words": "入职查询未落实"}
    made = world.offices.at("procuratorate").post("/v1/protection/recommendations", told)
    world.known("recommendation_id", "", made)


def simulations(world: World) -> None:
    """What other figures would cost, asked in both services."""
    civil = world.offices.at("civil_affairs")
    asked = {"amounts_now": {"scattered": "2312.00"}, "amounts_then": {"scattered": "2400.00"}}
    world.known("eligibility/simulation_id", "", civil.post("/v1/eligibility/simulations", asked))
    said = {"key": "scattered_orphan_monthly", "since": "2026-05-01", "source": "虚构"}
    proposed = civil.post("/v1/payments/standards", said | {"amount": "2400.00"})
    path = f"/v1/payments/standards/{proposed['id']}/simulations"
    world.known("payments/simulation_id", "", civil.post(path))
    order = {"month": "2026-04", "amount_per_head": "10.00", "source": "虚构"}
    civil.post("/v1/payments/price-orders", order)


def imports(world: World) -> None:
    """A department states a fact of a child in bulk, by the child's citizen number."""
    row = {"child_id": world.child_id("near"), "facts": {"child": {"insured": True}}}
    row |= {"valid_from": BEGINS}
    kind = {"Content-Type": "application/x-ndjson"}
    caller = world.offices.at("medical_insurance")
    sent = caller.http.post(
        "/v1/eligibility/fact-imports", content=json.dumps(row), headers=kind
    ).raise_for_status()
    world.known("import_id", "near", sent.json())


def directory(world: World) -> None:
    """Organisations, posts, a meeting; a unit with its liaison."""
    at = world.offices.at
    place = {"name": "某康复中心", "kind": "hospital"}
    made = at("civil_affairs").post("/v1/referrals/organisations", place)
    offered = f"/v1/referrals/organisations/{made['id']}/services"
    at("civil_affairs").post(offered, {"service": "辅助器具配置"})
    post = {"town": TOWN, "village": "一村", "role": "儿童主任", "filled": False}
    at("town", town=TOWN).post("/v1/referrals/staff-posts", post)
    meeting = {"held_on": BEGINS, "topics": ["T"], "minutes": world.mark("near", "notes", "会议言")}
    at("joint_meeting").post("/v1/referrals/meetings", meeting)
    liaison = {"name": world.mark("near", "reporter", "联络员青", "reporter")}
    unit = {"name": "青小学", "institution_type": "小学", "town": TOWN, "liaison": liaison}
    at("education").post("/v1/protection/units", unit)
    bed = {"kind": "protection_centre", "name": "市救助保护中心", "beds": 2}
    bed |= {"separate_zone": True, "dedicated_staff": True}
    at("protection_centre").post("/v1/protection/facilities", bed)


def house(world: World) -> None:
    """The gateway's own: a webhook, a broken glass with its reason."""
    at = world.offices.at
    target = {"department": "police", "host": "127.0.0.1", "port": 9, "plain": True}
    at("operator").post("/v1/webhook-targets", target | {"networks": ["127.0.0.1/32"]})
    hook = at("police").post("/v1/webhooks", {"url": "http://127.0.0.1:9/x"})
    world.known("webhook_id", "", hook)
    wish = {"subject_id": world.child_id("near"), "category": "night_call"}
    wish["reason"] = "深夜走失，家人尚未到场，需立即联系"
    world.known("opening_id", "near", at("police").post("/v1/break-glass", wish))
