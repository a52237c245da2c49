"""What a sign-in is worth: the claims of who signed in and the secrets go in, a person with their roles comes out.

Streamlit has checked that the sign-in was the provider's; its cookie then stands for 30 days, whatever changes. So each of
its claims is judged again at every run. Where something is missing or strange, it is nobody's.
"""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lib.language import _, n_
from lib.roles import READER, Person, Role

HOURS = 12.0  # after which somebody signs in again, unless the secrets say otherwise
CLOCKS_DIFFER = 300.0  # seconds by which a provider's clock may be ahead of ours
KEYS = {*Role, "editors", "revoked", "claim", "by_claim", "hours", "issuer"}  # of [roles]


@dataclass(frozen=True)
class SignIn:
    """Who signed in. `refused` says in a sentence why a sign-in makes nobody of them; "" where it counts, or nobody signed in."""

    person: Person
    refused: str = ""


def judge(claims: Mapping[str, Any], secrets: Mapping[str, Any], *, now: float, is_ended: Callable[[str], bool | None]) -> SignIn:
    """The person behind the claims, with the roles that the secrets give now. `now` is in seconds since 1970.

    `is_ended` tells of a sign-in's mark whether somebody signed out of it, None where that cannot be asked; then it gives no role. It is
    asked only of a sign-in that else counts.
    """
    if claims.get("is_logged_in") is not True:
        return SignIn(READER)
    roles = _table(secrets, "roles")
    refused = _made_elsewhere(claims, secrets) or _too_old(claims, roles, now) or _without_address(claims) or _over(is_ended(mark_of(claims)))
    if refused:
        return SignIn(READER, refused)
    email = claims["email"].strip()
    return SignIn(Person(email, _given(claims, email, roles)))


def mark_of(claims: Mapping[str, Any]) -> str:
    """What tells a sign-in from all others and names nobody: a hash of who vouched, for whom, and when. The same in every copy of its cookie."""
    said = [claims.get("iss"), claims.get("sub") or claims.get("email"), _made(claims)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _made(claims: Mapping[str, Any]) -> Any:
    """When the sign-in was made, in seconds since 1970, as the provider says it; None where it does not."""
    return claims.get("iat", claims.get("auth_time"))


def _over(ended: bool | None) -> str:
    """Why a sign-in that was ended, or of which that cannot be asked, gives nothing; "" where it goes on."""
    if ended is None:
        return _("Whether this sign-in was ended cannot be asked right now, so it gives no role. Please try again in a minute.")
    return _("Somebody signed out of this sign-in. Sign in again.") if ended else ""


def _made_elsewhere(claims: Mapping[str, Any], secrets: Mapping[str, Any]) -> str:
    """Why the claims are not of this site's own provider, made for this site; "" where they are."""
    provider = _provider(_table(secrets, "auth"), claims.get("provider"))
    client = provider.get("client_id")
    if not client or client not in _listed(claims.get("aud")):
        return _("This sign-in was made for another site. Sign in again.")
    if str(claims.get("iss") or "").rstrip("/") not in _issuers(provider, _table(secrets, "roles")):
        return _("This sign-in comes from another provider than this site's. Sign in again.")
    return ""


def _provider(auth: Mapping[str, Any], name: Any) -> Mapping[str, Any]:
    """The table of the provider through which somebody signed in: [auth] itself, or one of its own, [auth.name]."""
    own = auth.get(name) if isinstance(name, str) else None
    return own if isinstance(own, Mapping) else auth if name in (None, "default") else {}


def _issuers(provider: Mapping[str, Any], roles: Mapping[str, Any]) -> list[str]:
    """Who may have issued a sign-in: whom the secrets name, else the address that the provider's own metadata stand at."""
    named = _listed(roles.get("issuer"))
    address, known, _rest = str(provider.get("server_metadata_url") or "").partition("/.well-known/")
    return [one.rstrip("/") for one in named or ([address] if known else []) if one]


def _too_old(claims: Mapping[str, Any], roles: Mapping[str, Any], now: float) -> str:
    """Why the sign-in is over; "" where it is not. Its `exp` says nothing: that is of the token, often minutes."""
    made = _made(claims)
    hours = _hours(roles)
    if _is_number(made) and now - made < -CLOCKS_DIFFER:
        return _("This sign-in is of a time that is still to come: the clock of this site or of the provider is wrong. Please tell the people who run this site.")
    if not _is_number(made) or not -CLOCKS_DIFFER <= now - made <= hours * 3600:
        said = n_("A sign-in counts for {n} hour, and this one is over. Sign in again.", "A sign-in counts for {n} hours, and this one is over. Sign in again.", 1 if hours == 1 else 2)
        return said.format(n=f"{hours:g}")
    return ""


def _hours(roles: Mapping[str, Any]) -> float:
    asked = roles.get("hours", HOURS)
    return float(asked) if _is_number(asked) and asked >= 0 else HOURS


def _without_address(claims: Mapping[str, Any]) -> str:
    """Why nobody can be told by an address; "" where they can. A provider that does not speak of checking is believed."""
    email = claims.get("email")
    if not isinstance(email, str) or not email.strip():
        return _("The provider gave no e-mail address, so nobody can be told who you are.")
    if claims.get("email_verified", True) not in (True, "true"):
        return _("The provider has not checked your e-mail address yet. Confirm it there, then sign in again.")
    return ""


def _given(claims: Mapping[str, Any], email: str, roles: Mapping[str, Any]) -> frozenset[Role]:
    """The roles of an address and of its groups; none at all for who is revoked."""
    if {_alike(email), _alike(str(claims.get("sub") or email))} & {_alike(one) for one in _listed(roles.get("revoked"))}:
        return frozenset()
    given = {role for role in Role if _same(email) in {_same(one) for one in _listed(roles.get(role))}}
    if _same(email) in {_same(one) for one in _listed(roles.get("editors"))}:  # the key's former name
        given.add(Role.EDITOR)
    by_claim, name = _table(roles, "by_claim"), roles.get("claim")
    for value in _listed(claims.get(name)) if isinstance(name, str) and name else []:
        given |= {role for role in Role if role in _listed(by_claim.get(value))}
    return frozenset(given)


def _same(email: str) -> str:
    """An address as it is compared to give a role: without its case, and only where no foreign letter can become another's."""
    return email.strip().lower() if email.isascii() else email.strip()


def _alike(name: str) -> str:
    """A name as it is compared to take roles away: whatever looks alike counts."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def faults(secrets: Mapping[str, Any]) -> list[str]:
    """What in [roles] and [auth] does nothing because it is misspelt or of the wrong kind, for the log."""
    roles, auth = _table(secrets, "roles"), _table(secrets, "auth")
    found = [f"[roles] has no key {key!r}; it does nothing" for key in roles if key not in KEYS]
    found += [f"[roles] {key} must be a list of texts" for key in (*Role, "editors", "revoked", "issuer")
              if key in roles and not _listed(roles[key]) and roles[key] != []]  # fmt: skip
    found += [f"[roles.by_claim] {value!r} names no role: {named!r}" for value, named in _table(roles, "by_claim").items()
              if not _listed(named) or set(_listed(named)) - set(Role)]  # fmt: skip
    if _table(roles, "by_claim") and not roles.get("claim"):
        found.append("[roles] has by_claim but no claim; it does nothing")
    if "hours" in roles and _hours(roles) != roles["hours"]:
        found.append(f"[roles] hours must be a number; {HOURS:g} is taken")
    for table in (auth, *(one for one in auth.values() if isinstance(one, Mapping))):
        if table.get("client_id") and not _issuers(table, roles):
            found.append("[auth] has a server_metadata_url that does not name the issuer; write it as issuer under [roles]")
    return found


def _table(secrets: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = secrets.get(name)
    return found if isinstance(found, Mapping) else {}


def _listed(found: Any) -> list[str]:
    """The texts of a list, or of one text alone."""
    return [found] if isinstance(found, str) else [one for one in found if isinstance(one, str)] if isinstance(found, list | tuple) else []


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found)
