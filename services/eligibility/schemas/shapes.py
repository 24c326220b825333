"""What all shapes share: strict requests, shown records, common fields."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from shared.bounds import bounded


def worded(words: dict[str, str]) -> BeforeValidator:
    """A code, or the Chinese word for it."""
    codes = {zh: code for code, zh in words.items()}
    return BeforeValidator(lambda said: codes.get(said, said))


class Told(BaseModel):
    """What somebody sends; a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Shown(BaseModel):
    """What is shown of a record."""

    model_config = ConfigDict(from_attributes=True)


Words = Annotated[str, Field(min_length=2, max_length=1000)]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Place = Annotated[str, Field(max_length=300)]
Facts = Annotated[
    dict[str, Any],
    AfterValidator(bounded),
    Field(
        description="事实，按对象分组：child、father、mother、household、relief、emergency；字段见 "
        "`GET /v1/eligibility/vocabulary`。null 为不详 | Facts by subject; null is unknown",
        examples=[{"father": {"status": "服刑", "term_months": 24}}],
    ),
]
