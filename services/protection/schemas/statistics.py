"""Statistics for the joint meeting: tables whose hidden counts are null."""

from pydantic import BaseModel

Table = dict[str, dict[str, int | None]]


class MeasureShown(BaseModel):
    """One measure by kind and by town over months; `total` closes rows and columns."""

    code: str
    zh: str
    clause: str
    names: dict[str, str]
    by_kind: Table
    by_town: Table


class DelayShown(BaseModel):
    """How long something took: the median of the months with enough cases."""

    code: str
    zh: str
    clause: str
    median_minutes: dict[str, int]


class StatisticsShown(BaseModel):
    """A year so far; a null is a count hidden because it, or its neighbour, is small."""

    year: int
    months: list[str]
    smallest_count: int
    clause: str = "WL24:3.1h-2"
    measures: list[MeasureShown]
    delays: list[DelayShown]
