"""Officers who sign in: the built-in provider for one machine, codes with PKCE, refresh tokens.

OpenID Connect's authorization-code flow with S256 only. Codes live a minute and refresh tokens
count once: whoever brings a used one ends the whole sign-in (RFC 9700). An application of several
processes, which cannot agree on the newest, asks for the scope `session`: its refresh token stays
the same, good with the secret of that application alone.
"""

import secrets
from datetime import timedelta
from time import time
from typing import Any

from joserfc import jwt
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.house import House
from gateway.identity.claims import Officer
from gateway.identity.clients import Client, digest_of
from gateway.identity.grants import Asked, GrantRefused, granted
from gateway.identity.notices import end_token
from gateway.identity.passwords import password_matches
from gateway.identity.proofs import challenge_of
from gateway.identity.tokens import Grant
from gateway.models import Person, SignIn
from gateway.settings import gateway_settings
from shared.clock import instant
from shared.database import new_id, transaction
from shared.identity import ALGORITHM

CODE_SECONDS = 60
FAILURES, LOCKED_MINUTES = 5, 15
SESSION = "session"


async def recognise(session: AsyncSession, officer: str, password: str) -> Person | None:
    """The officer who signs in, or None; five wrong passwords lock the name for a quarter hour."""
    person = await session.get(Person, officer, with_for_update=True)
    moment = instant(time())
    right = password_matches(password, person.password if person else None)
    if person is None or not person.enabled:
        return None
    if person.locked_until is not None and person.locked_until > moment:
        return None
    if right:
        person.failures = 0
        return person
    person.failures += 1
    if person.failures >= FAILURES:
        person.failures, person.locked_until = 0, moment + timedelta(minutes=LOCKED_MINUTES)
    return None


async def known_outside(session: AsyncSession, officer: Officer, external: str) -> Person | None:
    """The person whom the city's sign-in vouches for, with the office they are of today.

    None for an officer who was suspended here, or whose name belongs to somebody else.
    """
    person = await session.get(Person, officer.name, with_for_update=True)
    if person is None:
        person = Person(officer=officer.name, external=external, enabled=True, failures=0)
        session.add(person)
    if person.external != external or not person.enabled:
        return None
    person.department, person.town = officer.department, officer.town
    await session.flush()
    return person


async def make_code(
    session: AsyncSession,
    client: Client,
    officer: str,
    *,
    redirect: str,
    challenge: str,
    nonce: str | None,
    scopes: frozenset[str],
) -> str:
    """An authorization code for one redirect and one PKCE challenge."""
    code = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            digest=digest_of(code),
            kind="code",
            family=new_id(),
            client_id=client.id,
            officer=officer,
            challenge=challenge,
            redirect=redirect,
            nonce=nonce,
            scopes=sorted(scopes),
            ends_at=instant(time() + CODE_SECONDS),
        )
    )
    return code


async def by_code(house: House, client: Client, asked: Asked) -> dict[str, Any]:
    """Tokens for a code; GrantRefused when code, redirect or verifier do not belong together."""
    form = asked.form
    async with transaction(house.sessions) as session:
        signed_in = await _use(house, session, form.get("code", ""), "code", client)
        challenge = challenge_of(form.get("code_verifier", ""))
        if signed_in is not None and (
            signed_in.redirect != form.get("redirect_uri") or signed_in.challenge != challenge
        ):
            signed_in = None
        answer = await _tokens(house, session, client, signed_in, asked) if signed_in else None
    if signed_in is None or answer is None:
        raise GrantRefused("invalid_grant", "the code is not valid", "授权码无效")
    return answer | {"id_token": _id_token(house, client, signed_in)}


async def by_refresh(house: House, client: Client, asked: Asked) -> dict[str, Any]:
    """New tokens for a refresh token that was not used before."""
    async with transaction(house.sessions) as session:
        token = asked.form.get("refresh_token", "")
        signed_in = await _use(house, session, token, "refresh", client)
        signed_in = signed_in or await _lasting(session, token, client)
        answer = await _tokens(house, session, client, signed_in, asked) if signed_in else None
    if answer is None:
        raise GrantRefused("invalid_grant", "the refresh token is not valid", "登录已失效")
    return answer


async def end_refresh(house: House, client: Client, token: str) -> None:
    """Sign out: the whole family of a refresh token of this client ends."""
    async with transaction(house.sessions) as session:
        row = await session.scalar(select(SignIn).where(SignIn.digest == digest_of(token)))
        if row is not None and row.client_id == client.id:
            await _end_family(house, session, row)


async def _use(
    house: House, session: AsyncSession, value: str, kind: str, client: Client
) -> SignIn | None:
    """The sign-in of a code or refresh token, used up; a second use ends its family."""
    row = await session.scalar(
        select(SignIn)
        .where(SignIn.digest == digest_of(value), SignIn.kind == kind)
        .with_for_update()
    )
    if row is None or row.client_id != client.id:
        return None
    if row.used_at is not None:
        await _end_family(house, session, row)
        return None
    row.used_at = instant(time())
    return row if row.ends_at > instant(time()) else None


async def _lasting(session: AsyncSession, value: str, client: Client) -> SignIn | None:
    """The sign-in of a token that an application of several processes keeps."""
    live = (SignIn.used_at.is_(None), SignIn.ends_at > instant(time()))
    row: SignIn | None = await session.scalar(
        select(SignIn).where(*(SignIn.digest == digest_of(value), SignIn.kind == SESSION), *live)
    )
    return row if row is not None and row.client_id == client.id else None


async def end_all(house: House, session: AsyncSession, officer: str) -> None:
    """Every sign-in of an officer ends."""
    live = (SignIn.officer == officer, SignIn.used_at.is_(None), SignIn.ends_at > instant(time()))
    for row in (await session.scalars(select(SignIn).where(*live))).all():
        await _end_family(house, session, row)


async def _end_family(house: House, session: AsyncSession, signed_in: SignIn) -> None:
    """Nothing of a sign-in is good any more: no code, no refresh token, no access token."""
    family, until = signed_in.family, int(time()) + gateway_settings().access_token_seconds
    await session.execute(
        update(SignIn)
        .where(SignIn.family == family, SignIn.used_at.is_(None))
        .values(used_at=instant(time()))
    )
    await end_token(session, str(family), until, signed_in.client_id)
    house.tokens.revoke(str(family), until)


async def _tokens(
    house: House, session: AsyncSession, client: Client, signed_in: SignIn, asked: Asked
) -> dict[str, Any] | None:
    person = await session.get(Person, signed_in.officer)
    if person is None or not person.enabled:
        return None
    if signed_in.kind == SESSION:
        refresh = asked.form["refresh_token"]
    else:
        refresh = _next_refresh(session, signed_in)
    scopes = frozenset(signed_in.scopes) & client.scopes
    grant = Grant(
        client=client,
        officer=person.officer,
        department=person.department,
        town=person.town,
        scopes=scopes,
        sign_in=str(signed_in.family),
    )
    return granted(house, grant) | {"refresh_token": refresh}


def _next_refresh(session: AsyncSession, signed_in: SignIn) -> str:
    refresh = secrets.token_urlsafe(32)
    hours = gateway_settings().person_session_hours
    first = signed_in.kind == "code"
    session.add(
        SignIn(
            digest=digest_of(refresh),
            kind=SESSION if SESSION in signed_in.scopes else "refresh",
            family=signed_in.family,
            client_id=signed_in.client_id,
            officer=signed_in.officer,
            scopes=signed_in.scopes,
            ends_at=instant(time() + hours * 3600) if first else signed_in.ends_at,
        )
    )
    return refresh


def _id_token(house: House, client: Client, signed_in: SignIn) -> str:
    moment, key = int(time()), house.ring.signing()
    claims = {
        "iss": house.issuer,
        "aud": client.id,
        "sub": signed_in.officer,
        "iat": moment,
        "exp": moment + 300,
    }
    claims |= {"nonce": signed_in.nonce} if signed_in.nonce else {}
    header = {"alg": ALGORITHM, "typ": "JWT", "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])
