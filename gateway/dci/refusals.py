"""How the registry interface says no: our problem and the standard's code in one body.

`dci` is the code of the standard; a problem without one gets the code of its HTTP status.
"""

from typing import Any, ClassVar

from shared.problem import Conflict, Forbidden, Invalid, Problem, Unauthenticated


class BadEnvelope(Invalid):
    """The body is no envelope of the standard."""

    zh, en = "报文不符合 DCI 标准", "The body is no envelope of the DCI standard"


class SignatureAbsent(Unauthenticated):
    """Every envelope is signed by its sender."""

    zh, en = "报文须附签名", "The envelope must be signed"
    dci: ClassVar[str] = "err.signature.missing"


class BadSignature(Unauthenticated):
    """The signature does not hold: altered, too old, or by a key nobody registered."""

    zh, en = "报文签名未通过验证", "The signature of the envelope does not hold"
    dci: ClassVar[str] = "err.signature.invalid"


class WrongSender(Forbidden):
    """`sender_id` is another system than the one whose token came with it."""

    zh, en = "sender_id 与令牌不符", "sender_id is not the system of the token"
    dci: ClassVar[str] = "err.sender_id.invalid"


class WrongReceiver(Invalid):
    """The message is meant for another registry."""

    zh, en = "receiver_id 不是本登记系统", "The message is meant for another registry"
    dci: ClassVar[str] = "err.receiver_id.invalid"


class WrongCallback(Invalid):
    """Callbacks only go where the operator has registered the department may be told."""

    zh, en = "sender_uri 未经登记", "sender_uri is not registered for this department"
    dci: ClassVar[str] = "err.sender_uri.invalid"


class EncryptedMessage(Invalid):
    """The transport is encrypted; messages inside it are not."""

    zh, en = "不接收加密报文，请以 TLS 传输", "Encrypted messages are not taken; TLS protects them"
    dci: ClassVar[str] = "err.encryption.invalid"


class WrongVersion(Invalid):
    """Another version of the messaging protocol."""

    zh, en = "不支持此版本", "This version is not supported"
    dci: ClassVar[str] = "rjct.version.invalid"


class WrongAction(Invalid):
    """The header's action is not what this address does."""

    zh, en = "action 与接口不符", "The action does not fit this address"
    dci: ClassVar[str] = "rjct.action.invalid"


class WrongTime(Invalid):
    """`message_ts` is outside the window in which messages count."""

    zh, en = "message_ts 超出时间窗口", "message_ts is outside the window"
    dci: ClassVar[str] = "rjct.message_ts.invalid"


class MessageRepeated(Conflict):
    """This `message_id` came before; to try again, send the same Idempotency-Key too."""

    zh, en = "message_id 已使用", "This message_id came before"
    dci: ClassVar[str] = "rjct.message_id.duplicate"


class WrongCount(Invalid):
    """`total_count` is not the number of requests in the message."""

    zh, en = "total_count 与请求数不符", "total_count is not the number of requests"
    dci: ClassVar[str] = "rjct.total_count.invalid"


class TooManyRequests(Invalid):
    """More requests in one message than are taken at once."""

    zh, en = "一条报文中的请求过多", "Too many requests in one message"
    dci: ClassVar[str] = "rjct.total_count.limit_exceeded"


class ItemRefused(Problem):
    """One request of a message is refused; the others are answered."""

    zh, en = "此项请求不予受理", "This request of the message is refused"

    def __init__(self, code: str, message: str) -> None:
        super().__init__(detail_en=message)
        self.dci, self.message = code, message


BY_STATUS = {
    400: "err.request.bad",
    401: "err.request.unauthorized",
    403: "err.request.forbidden",
    404: "err.request.not_found",
    408: "err.request.timeout",
    429: "err.request.too_many_requests",
    503: "err.service.unavailable",
    504: "err.request.timeout",
}


def code_of(problem: Problem) -> str:
    """The standard's code for a problem."""
    return str(getattr(problem, "dci", BY_STATUS.get(problem.status, "err.request.bad")))


# What the standard allows in a header, and in the acknowledgement of what is answered later.
HEADER_CODES = frozenset(
    f"rjct.{name}"
    for name in (
        *("version.invalid", "message_id.duplicate", "message_ts.invalid", "action.invalid"),
        *("action.not_supported", "total_count.invalid", "total_count.limit_exceeded"),
        "errors.too_many",
    )
)


def acknowledged_as(code: str) -> str:
    """The code in an acknowledgement, which knows no `rjct` codes."""
    if code.startswith("err."):
        return code
    return "err.version.not_supported" if code == WrongVersion.dci else "err.request.bad"


def words_of(problem: Problem) -> str:
    """The standard's one message, in both languages."""
    return f"{problem.zh} · {problem.detail_en or problem.en}"[:999]


def errors_of(problem: Problem) -> list[dict[str, Any]]:
    """The standard's list of errors; ours are further properties of its entries."""
    first = {"code": code_of(problem), "message": words_of(problem)}
    return [first, *({"code": first["code"], **dict(one)} for one in problem.errors)]
