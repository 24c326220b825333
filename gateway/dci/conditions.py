"""From the three ways the standard writes a query to what is asked, and nothing left over.

Whatever is not understood refuses the whole query: a filter that is passed over would answer
another question, and in the end return the registry. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.dci.refusals import ItemRefused

# The standard's names, by their last part, and what they ask.
ATTRIBUTES = {
    "UIN": "id_no",
    "NID": "id_no",
    "person_identifier": "id_no",
    "CHILD_ID": "child_id",
    "member_identifier": "child_id",
    "name": "name",
    "birth_date": "birth_date",
    "programme_identifier": "programme",
    "enrolment_status": "status",
}
FILTER, CRITERIA = "rjct.filter.invalid", "rjct.search_criteria.invalid"
Triple = tuple[str, str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a query names (as eligibility is asked), and in which programme and state."""

    person: Mapping[str, str] = field(default_factory=dict)
    programme: str | None = None
    status: str | None = None


def wanted(query_type: str, query: Any) -> Wanted:
    """What a query asks; ItemRefused says which part of it is not understood."""
    said: dict[str, str] = {}
    for attribute, operator, value in triples(query_type, query):
        name = ATTRIBUTES.get(attribute.rsplit(".", 1)[-1])
        if name is None:
            known = ", ".join(ATTRIBUTES)
            raise ItemRefused(FILTER, f"an attribute is unknown here; known are: {known}")
        if operator.removeprefix("$") != "eq":
            raise ItemRefused(FILTER, f"{name} can be compared by eq alone")
        if not isinstance(value, str) or not 1 <= len(value) <= 100:
            raise ItemRefused(FILTER, f"the value of {name} must be a text")
        if name in said:
            raise ItemRefused(FILTER, f"{name} is asked for twice")
        said[name] = value
    programme, status = said.pop("programme", None), said.pop("status", None)
    if not ({"id_no", "child_id"} & said.keys() or {"name", "birth_date"} <= said.keys()):
        raise ItemRefused(FILTER, "name one child: UIN, CHILD_ID, or name with birth_date")
    return Wanted(said, programme, status)


def triples(query_type: str, query: Any) -> Iterator[Triple]:
    """Attribute, operator and value of every comparison of a query; all of them must hold."""
    if query_type == "predicate":
        yield from _predicates(query)
    elif not isinstance(query, dict):
        raise ItemRefused(CRITERIA, f"the query of {query_type} must be an object")
    elif query.keys() == {"type", "value"} and isinstance(query["value"], str):
        yield _text(query["type"]), "eq", query["value"]
    elif query.keys() == {"type", "value"}:
        yield from _expression(query["value"])
    elif "attribute_name" in query:
        yield _comparison(query)
    else:
        yield from _mapped(query)


def _predicates(query: Any) -> Iterator[Triple]:
    """A list of pairs of comparisons, joined by `and`."""
    for entry in query if isinstance(query, list) and query else [None]:
        if not isinstance(entry, dict) or "expression1" not in entry:
            raise ItemRefused(CRITERIA, "a predicate is a list of entries with expression1")
        if entry.keys() - {"seq_num", "expression1", "condition", "expression2"}:
            raise ItemRefused(CRITERIA, "an entry of the predicate has an unknown field")
        if entry.get("condition", "and") != "and":
            raise ItemRefused(FILTER, "comparisons can be joined by and alone")
        yield _comparison(entry["expression1"])
        if "expression2" in entry:
            yield _comparison(entry["expression2"])


def _comparison(said: Any) -> Triple:
    if not isinstance(said, dict) or said.keys() != {
        "attribute_name",
        "operator",
        "attribute_value",
    }:
        raise ItemRefused(CRITERIA, "an expression has attribute_name, operator, attribute_value")
    return _text(said["attribute_name"]), _text(said["operator"]), said["attribute_value"]


def _expression(value: Any) -> Iterator[Triple]:
    """`{"expression": {"collection": …, "query": {"$and": [{"UIN": {"$eq": …}}]}}}`."""
    inner = value.get("expression") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(inner, dict) or inner.keys() - {"collection", "query"}:
        raise ItemRefused(CRITERIA, "an expression has collection and query")
    query = inner.get("query")
    if isinstance(query, dict) and query.keys() == {"$and"} and isinstance(query["$and"], list):
        for part in query["$and"]:
            yield from _mapped(part)
    else:
        yield from _mapped(query)


def _mapped(query: Any) -> Iterator[Triple]:
    """`{"person_identifier": {"eq": …}, …}`."""
    if not isinstance(query, dict) or not query:
        raise ItemRefused(CRITERIA, "the query is empty, or of no known form")
    for attribute, comparison in query.items():
        if not isinstance(comparison, dict) or len(comparison) != 1:
            raise ItemRefused(CRITERIA, 'a comparison is written {"attribute": {"eq": value}}')
        ((operator, value),) = comparison.items()
        yield attribute, operator, value


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise ItemRefused(CRITERIA, "names of attributes and operators are texts")
    return said
