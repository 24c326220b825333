"""The lead-unit table of the jurisdiction in use, and the county's names, read once."""

from functools import lru_cache

from services.referrals.rules.table import Service, Table, find, table_of
from shared.documents import read
from shared.jurisdiction import Jurisdiction, UnknownDepartment, jurisdiction, load
from shared.problem import Invalid


class UnknownService(Invalid):
    """The document knows no such service, or nobody offers it."""

    zh, en = "没有这项服务", "There is no such service"


class NotOffered(Invalid):
    """The department exists and does not offer this service."""

    zh, en = "该部门不提供这项服务", "This department does not offer the service"


def table() -> Table:
    """The lead-unit table (责任单位一览) of the jurisdiction in use."""
    return _table(str(jurisdiction().folder))


@lru_cache(maxsize=8)
def _table(folder: str) -> Table:
    county = load(folder)
    said = read(county.folder / "services.yaml")
    return table_of(said, county.law, county.meta.instrument)


def names() -> dict[str, str]:
    """Department code → printed name."""
    return {code: office.zh for code, office in jurisdiction().departments.items()}


def service_named(word: str, where: str = "service") -> Service:
    """The service of a code or a printed name; UnknownService lists what there is."""
    found = find(table(), word)
    if found is None:
        raise UnknownService(
            "请使用责任单位一览中的服务",
            "Use a service of the lead-unit table",
            where=where,
            allowed=sorted(table()),
        )
    return found


def department_for(service: Service, word: str | None, where: str = "department") -> str:
    """The department to be asked: the named one if it offers the service, else the usual one."""
    if word is None:
        return service.provider
    code = known_department(word, where)
    if not service.asked_of(code):
        raise NotOffered(
            f"“{service.zh}”由下列部门提供",
            f"{service.code} is offered by these departments",
            where=where,
            allowed=service.offered_by(),
            clause=service.clause,
        )
    return code


def known_department(word: str, where: str = "department") -> str:
    """The code of a department by code, name or alias; the problem lists the codes."""
    county: Jurisdiction = jurisdiction()
    try:
        return county.department(word).code
    except UnknownDepartment as error:
        raise UnknownDepartment(
            error.detail, error.detail_en, where=where, allowed=sorted(county.departments)
        ) from error
