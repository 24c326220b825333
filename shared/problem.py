"""How a service says no: RFC 9457 problem details with the clause, in Chinese and English.

    Problem
    ├── Refused (409)          the law or the state of the case does not allow it
    │   ├── UnlawfulMove       … and these are the moves it does allow
    │   └── SecondPersonNeeded nobody confirms their own work
    ├── Invalid (400)          what was sent is wrong; `errors` says where
    ├── NotFound (404)         absent, or not yours to know about
    ├── Forbidden (403)        your department may not do this
    ├── Unauthenticated (401)  nobody we know
    ├── Stale (412) · PreconditionRequired (428)
    ├── Conflict (409) · KeyReused (422)
    ├── TooLarge (413) · UnsupportedMedia (415) · TooMany (429)
    ├── Unavailable (503)      something we need is away; nothing was done
    └── Fault (500)            a mistake of ours; nothing was done

A title and a detail never carry a particular of a child, a reporter or a payee.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class Problem(Exception):
    """A refusal as a sentence with a status. Subclass it beside the operation that raises it."""

    status: ClassVar[int] = 400
    zh: ClassVar[str] = "请求无法处理"
    en: ClassVar[str] = "The request cannot be carried out"
    clause: str | None = None

    def __init__(
        self,
        detail: str = "",
        detail_en: str = "",
        *,
        where: str | None = None,
        clause: str | None = None,
        allowed: Sequence[Any] | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        retry_after: int | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail or self.zh)
        self.detail, self.detail_en, self.where = detail, detail_en, where
        self.clause = clause or self.clause
        self.allowed, self.errors, self.more = allowed, list(errors), more
        self.retry_after = retry_after

    @classmethod
    def code(cls) -> str:
        """The last part of the problem's type: UnlawfulMove → unlawful-move."""
        name = cls.__name__
        return "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")

    def body(self, request_id: str | None = None) -> dict[str, Any]:
        """The RFC 9457 document."""
        body: dict[str, Any] = {
            "type": f"/problems/{self.code()}",
            "title": self.zh,
            "title_en": self.en,
            "status": self.status,
        }
        optional = {
            "detail": self.detail,
            "detail_en": self.detail_en,
            "where": self.where,
            "clause": self.clause,
            "errors": self.errors,
            "request_id": request_id,
        }
        body |= {name: value for name, value in optional.items() if value}
        if self.allowed is not None:
            body["allowed"] = list(self.allowed)
        return body | self.more


class NotRight(ValueError):
    """What a reader of a field refuses: the rule in both languages, and what would be right."""

    def __init__(self, zh: str, en: str, right: Any) -> None:
        super().__init__(f"{zh} | {en}")
        self.zh, self.en, self.right = zh, en, right


class Invalid(Problem):
    """What was sent is wrong; each error names the field, the rule and what would be right."""

    status = 400
    zh, en = "请求内容有误", "The request is not valid"


class Unauthenticated(Problem):
    """No department could be recognised."""

    status = 401
    zh, en = "未能确认调用部门的身份", "The caller could not be authenticated"


class Forbidden(Problem):
    """The department is known and may not do this."""

    status = 403
    zh, en = "本部门无权进行此项操作", "This department may not do this"


class NotFound(Problem):
    """Absent, or not the caller's to know about: both read alike, to the byte."""

    status = 404
    zh, en = "未找到", "Not found"


class Refused(Problem):
    """The law, or the state the case is in, does not allow it."""

    status = 409
    zh, en = "依规定不能办理", "This is not allowed"


class UnlawfulMove(Refused):
    """The case cannot take this step from where it stands."""

    zh, en = "当前状态下不能进行此步骤", "The case cannot take this step from its present state"


class SecondPersonNeeded(Refused):
    """Nobody confirms their own work (双人复核)."""

    zh, en = "须由另一名工作人员复核", "A second person must do this"


class Conflict(Problem):
    """Somebody else did it first, or it exists already."""

    status = 409
    zh, en = "与已有记录冲突", "This conflicts with what is recorded"


class Stale(Problem):
    """The record has changed since the caller read it."""

    status = 412
    zh, en = "记录已被更新，请重新读取", "The record has changed since it was read"


class PreconditionRequired(Problem):
    """A change of a record must say which version it changes."""

    status = 428
    zh, en = "须以 If-Match 注明所修改的版本", "If-Match must name the version being changed"


class KeyReused(Problem):
    """The same Idempotency-Key came with another body."""

    status = 422
    zh, en = "幂等键已用于不同内容的请求", "The idempotency key was used with another body"


class TooLarge(Problem):
    """The body is larger than the limit."""

    status = 413
    zh, en = "请求内容过大", "The request is too large"


class UnsupportedMedia(Problem):
    """The body comes under another name than those that are read here; nobody guesses."""

    status = 415
    zh, en = "不接受此种内容类型", "A body of this media type is not taken here"


class TooMany(Problem):
    """The caller's rate is above its limit."""

    status = 429
    zh, en = "请求过于频繁", "Too many requests"


class Unavailable(Problem):
    """Something needed is away; nothing was done, and trying again later is right."""

    status = 503
    zh, en = "服务暂不可用，请稍后重试", "Temporarily unavailable; please try again"


class Fault(Problem):
    """A mistake of ours: nothing was done, it is in the log, and asking again will not help."""

    status = 500
    zh, en = (
        "系统内部错误，未作任何处理，已记入日志",
        "A fault of ours; nothing was done, it is on record",
    )
