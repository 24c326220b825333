"""`/oauth/*` and `/.well-known/*`: tokens, their end, keys, metadata (RFC 6749, 7009, 8414)."""

import base64
from time import time
from typing import Any
from urllib.parse import unquote_plus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from gateway.house import House, house_of
from gateway.identity import people
from gateway.identity.access import address_of, certificate_of
from gateway.identity.clients import SCOPES
from gateway.identity.grants import (
    Asked,
    GrantRefused,
    authenticate,
    client_credentials,
    unknown_client,
)
from gateway.identity.notices import end_token
from gateway.identity.proofs import ALGORITHMS, PROOF_ALGORITHMS
from shared.database import transaction
from shared.problem import Unauthenticated

router = APIRouter(tags=["oauth"], include_in_schema=False)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
KNOWN = frozenset(
    {
        *("grant_type", "client_id", "client_secret", "client_assertion", "scope", "officer"),
        *("client_assertion_type", "village", "code", "redirect_uri", "code_verifier"),
        *("refresh_token", "token", "token_type_hint"),
    }
)


async def asked_of(request: Request) -> Asked:
    """The form, strictly: no field twice, no field nobody knows."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in FORMS:
        raise GrantRefused("invalid_request", f"a form is expected: {FORMS[0]}", "须以表单提交")
    form = await request.form(max_fields=20, max_files=0)
    fields = {name: _as_utf8(str(value)) for name, value in form.items()}
    if len(form.multi_items()) != len(fields):
        raise GrantRefused("invalid_request", "a parameter was sent twice", "参数重复")
    if strange := sorted(set(fields) - KNOWN):
        known = " ".join(sorted(KNOWN))
        raise GrantRefused(
            "invalid_request", f"unknown: {' '.join(strange)[:200]}; known: {known}", "未知参数"
        )
    given = dict(request.scope["headers"])
    return Asked(
        form=fields,
        basic=_basic(request.headers.get("authorization", "")),
        dpop=request.headers.get("dpop"),
        certificate=certificate_of(request.scope, given),
        peer=address_of(request.scope, given),
    )


def _as_utf8(value: str) -> str:
    """A field as UTF-8, also when a client did not percent-encode it (curl -d officer=王)."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError as error:
        raise unknown_client("Basic is not base64") from error
    return unquote_plus(name), unquote_plus(secret)


@router.post("/oauth/token")
async def token(request: Request) -> Response:
    """A token for a system, or for a person who signed in."""
    house = house_of(request.app)
    try:
        asked = await asked_of(request)
        return JSONResponse(await _grant(house, asked), headers={"pragma": "no-cache"})
    except GrantRefused as refused:
        return _refused(refused)


async def _grant(house: House, asked: Asked) -> dict[str, Any]:
    kind = asked.form.get("grant_type")
    client, officer = await authenticate(house, asked)
    if kind == "client_credentials" and client.kind != "sign_in":
        return await client_credentials(house, client, officer, asked)
    if kind == "authorization_code" and client.kind == "sign_in":
        return await people.by_code(house, client, asked)
    if kind == "refresh_token" and client.kind == "sign_in":
        return await people.by_refresh(house, client, asked)
    raise GrantRefused("unsupported_grant_type", "not a grant of this client", "不支持的授权类型")


def _refused(refused: GrantRefused) -> Response:
    headers = {"www-authenticate": 'Basic realm="hutong"'} if refused.status == 401 else {}
    return JSONResponse(refused.body(), refused.status, headers)


@router.post("/oauth/revoke")
async def revoke(request: Request) -> Response:
    """End a token of one's own before its time; also says 200 for what is no token (RFC 7009)."""
    house = house_of(request.app)
    try:
        asked = await asked_of(request)
        client, _ = await authenticate(house, asked)
    except GrantRefused as refused:
        return _refused(refused)
    try:
        claims = house.tokens.claims(asked.form.get("token", ""))
    except Unauthenticated:
        await people.end_refresh(house, client, asked.form.get("token", ""))
        return Response(status_code=200)
    if claims["client_id"] == client.id and claims["exp"] > time():
        house.tokens.revoke(claims["jti"], claims["exp"])
        async with transaction(house.sessions) as session:
            await end_token(session, claims["jti"], claims["exp"], client.id)
    return Response(status_code=200)


@router.get("/.well-known/jwks.json")
async def jwks(request: Request) -> dict[str, Any]:
    """Every key a live token may be signed with."""
    return house_of(request.app).ring.public()


@router.get("/.well-known/oauth-authorization-server")
@router.get("/.well-known/openid-configuration")
async def metadata(request: Request) -> dict[str, Any]:
    """What this authorization server can do (RFC 8414)."""
    issuer = house_of(request.app).issuer
    methods = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
    methods += ["self_signed_tls_client_auth"]
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/oauth/token",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "scopes_supported": [*SCOPES, "openid", people.SESSION],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["client_credentials", "authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "dpop_signing_alg_values_supported": PROOF_ALGORITHMS,
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["Ed25519"],
        "subject_types_supported": ["public"],
        "tls_client_certificate_bound_access_tokens": True,
        "authorization_response_iss_parameter_supported": True,
        "service_documentation": f"{issuer}/docs",
        "ui_locales_supported": ["zh-CN", "en"],
    }
