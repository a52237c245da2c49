"""Who holds a role: by address, by group, no longer, or never; and the secrets as they stand on disk."""

import os
import types

import pytest

from lib.errors import NotAllowed
from lib.roles import READER, Person, Role, holds, require
from lib.ui import claims as claims_module
from lib.ui import ended, people
from lib.ui.claims import faults, mark_of

NOW = 1_800_000_000.0
HOUR = 3600
AUTH = {"client_id": "our-site", "client_secret": "x", "server_metadata_url": "https://login.city.gov/.well-known/openid-configuration"}
CLAIMS = {"is_logged_in": True, "provider": "default", "iss": "https://login.city.gov", "aud": "our-site", "sub": "1234", "iat": NOW - HOUR,
          "exp": NOW - HOUR + 300, "email": "anne@city.gov", "email_verified": True}  # fmt: skip


def judge(claims, secrets, *, now, is_ended=lambda mark: False):
    return claims_module.judge(claims, secrets, now=now, is_ended=is_ended)


def judged(claims: dict | None = None, **roles):
    return judge(CLAIMS if claims is None else claims, {"auth": AUTH, "roles": {"editor": ["anne@city.gov"]} | roles}, now=NOW)


def without(key: str) -> dict:
    return {name: value for name, value in CLAIMS.items() if name != key}


# What a role includes


@pytest.mark.parametrize("given", Role)
@pytest.mark.parametrize("asked", Role)
def test_a_role_includes_those_before_it_and_none_after(given, asked):
    assert holds(Person("Anne", frozenset({given})), asked) is (list(Role).index(given) >= list(Role).index(asked))


def test_who_has_no_role_is_refused_and_the_log_says_so_without_a_name(caplog):
    require(Person("Anne", frozenset({Role.ADMINISTRATOR})), Role.STAFF, "Looking")
    for person in (READER, Person("Bob", frozenset({Role.PRESENTER}))):
        with pytest.raises(NotAllowed, match="Loading figures needs the role editor"):
            require(person, Role.EDITOR, "Loading figures")
        assert "refused: somebody who does not hold the role" in caplog.text and person.name not in caplog.text and "Loading figures" in caplog.text


# Who gets a role


@pytest.mark.parametrize("role", Role)
def test_each_list_gives_its_role_whatever_the_case(role):
    assert judged(editor=[], **{str(role): ["ANNE@City.gov"]} if role is not Role.EDITOR else {}).person.roles == (
        frozenset({role}) if role is not Role.EDITOR else frozenset()
    )
    assert judged(editor=["Anne@CITY.gov"]).person == Person("anne@city.gov", frozenset({Role.EDITOR}))


def test_the_former_name_of_the_list_goes_on_giving_the_role():
    assert judged(editor=[], editors=["anne@city.gov"]).person.roles == {Role.EDITOR}


def test_another_address_holds_nothing_but_is_known_by_name():
    one = judged(CLAIMS | {"email": "bob@else.org"})
    assert one.person == Person("bob@else.org") and one.refused == ""


@pytest.mark.parametrize("email", ["mi\u212ae@city.gov", "m\u0131ke@city.gov", "\uff4dike@city.gov"])
def test_a_letter_that_only_looks_like_another_gives_no_role(email):
    assert judged(CLAIMS | {"email": email}, editor=["mike@city.gov"]).person.roles == frozenset()


@pytest.mark.parametrize("value", [["citistat-editors", "others"], "citistat-editors"])
def test_a_group_of_the_provider_gives_a_role(value):
    given = {"claim": "groups", "by_claim": {"citistat-editors": "editor", "bosses": "administrator"}, "editor": []}
    assert judged(CLAIMS | {"groups": value}, **given).person.roles == {Role.EDITOR}
    assert judged(CLAIMS | {"groups": ["Citistat-Editors", "x", 7, None]}, **given).person.roles == frozenset()
    assert judged(CLAIMS | {"groups": value}, by_claim=given["by_claim"], editor=[]).person.roles == frozenset()  # which claim is not said
    assert judged(**given).person.roles == frozenset()


@pytest.mark.parametrize("revoked", ["anne@city.gov", "ANNE@CITY.GOV", "\uff41nne@city.gov", "1234"])
def test_who_is_revoked_holds_nothing_whatever_else_says(revoked):
    one = judged(CLAIMS | {"groups": ["bosses"]}, revoked=[revoked], administrator=["anne@city.gov"], editors=["anne@city.gov"], claim="groups",
                 by_claim={"bosses": "administrator"})  # fmt: skip
    assert one.person == Person("anne@city.gov")


# What a sign-in must be


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"email": "anne@city.gov"},
        CLAIMS | {"is_logged_in": False},
        CLAIMS | {"is_logged_in": "true"},  # of a header, not of a sign-in
        without("is_logged_in"),
    ],
)
def test_who_did_not_sign_in_is_a_reader(claims):
    assert judged(claims) == judge({}, {}, now=NOW) and judged(claims).person == READER


@pytest.mark.parametrize("claims", [without("email"), CLAIMS | {"email": ""}, CLAIMS | {"email": None}, CLAIMS | {"email": ["anne@city.gov"]}])
def test_without_an_address_nobody_is_anybody(claims):
    one = judged(claims, editor=["", "anne@city.gov"])
    assert one.person == READER and "e-mail address" in one.refused


@pytest.mark.parametrize(("checked", "counts"), [(True, True), ("true", True), (False, False), ("false", False), (None, False), (0, False)])
def test_an_address_that_nobody_has_checked_is_nobodys(checked, counts):
    assert (judged(CLAIMS | {"email_verified": checked}).person != READER) is counts
    assert judged(without("email_verified")).person != READER


@pytest.mark.parametrize(("audience", "counts"), [("our-site", True), (["other", "our-site"], True), ("other", False), (["other"], False),
                                                  ("", False), (None, False), (7, False), ("our-site-2", False)])  # fmt: skip
def test_a_sign_in_made_for_another_site_is_nobodys(audience, counts):
    one = judged(CLAIMS | {"aud": audience})
    assert (one.person != READER) is counts and ("another site" in one.refused) is not counts
    assert judged(without("aud")).person == READER
    assert judge(CLAIMS | {"aud": audience}, {"roles": {"editor": ["anne@city.gov"]}}, now=NOW).person == READER  # sign-in was switched off since


@pytest.mark.parametrize(("issuer", "counts"), [("https://login.city.gov", True), ("https://login.city.gov/", True), ("https://evil.org", False),
                                                ("https://login.city.gov.evil.org", False), ("", False), (None, False)])  # fmt: skip
def test_a_sign_in_from_another_provider_is_nobodys(issuer, counts):
    one = judged(CLAIMS | {"iss": issuer})
    assert (one.person != READER) is counts and ("another provider" in one.refused) is not counts
    assert judged(without("iss")).person == READER


def test_the_secrets_may_name_the_issuer_and_several_providers():
    tenant = "https://login.microsoftonline.com/1234/v2.0"
    auth = {"redirect_uri": "x", "microsoft": AUTH | {"server_metadata_url": "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration"}}
    claims = CLAIMS | {"provider": "microsoft", "iss": tenant}
    roles = {"editor": ["anne@city.gov"]}
    assert judge(claims, {"auth": auth, "roles": roles}, now=NOW).person == READER  # anybody's tenant would do
    assert judge(claims, {"auth": auth, "roles": roles | {"issuer": [tenant]}}, now=NOW).person.roles == {Role.EDITOR}
    assert judge(claims | {"provider": "google"}, {"auth": auth, "roles": roles | {"issuer": [tenant]}}, now=NOW).person == READER


@pytest.mark.parametrize(("age", "counts"), [(0, True), (11.9 * HOUR, True), (12.1 * HOUR, False), (30 * 24 * HOUR, False), (-60, True)])
def test_an_old_sign_in_is_nobodys_and_says_to_sign_in_again(age, counts):
    one = judged(CLAIMS | {"iat": NOW - age})
    assert (one.person != READER) is counts
    assert counts or one.refused == "A sign-in counts for 12 hours, and this one is over. Sign in again."


@pytest.mark.fault("clock set back: a sign-in", says="the clock of this site or of the provider is wrong")
def test_a_sign_in_of_a_time_that_is_still_to_come_is_nobodys_and_says_which_clocks_to_look_at(told):
    one = judged(CLAIMS | {"iat": NOW + HOUR})
    assert one.person == READER
    told(one.refused)


def test_how_long_a_sign_in_counts_is_a_setting_and_the_tokens_own_end_is_not_meant():
    assert judged(hours=0.5).person == READER and judged(hours=24).person != READER
    assert judged(CLAIMS | {"iat": NOW - 11 * HOUR, "exp": NOW - 10 * HOUR}).person != READER
    for strange in ("forever", -1, float("inf"), float("nan"), True, None):
        assert judged(CLAIMS | {"iat": NOW - 13 * HOUR}, hours=strange).person == READER and judged(hours=strange).person != READER


@pytest.mark.parametrize("made", [None, "yesterday", True, float("nan"), float("inf"), "1800000000", [NOW]])
def test_a_sign_in_without_a_time_is_nobodys(made):
    assert judged(CLAIMS | {"iat": made}).person == READER
    assert judged(without("iat")).person == READER
    assert judged(without("iat") | {"auth_time": NOW - HOUR}).person != READER


@pytest.mark.parametrize("secrets", [{}, {"roles": "editor"}, {"roles": None, "auth": 7}, {"auth": AUTH, "roles": ["anne@city.gov"]},
                                     {"auth": AUTH, "roles": {"editor": 7, "revoked": {}, "by_claim": "x", "claim": ["groups"]}},
                                     {"auth": {"default": "our-site"}, "roles": {"editor": ["anne@city.gov"]}}])  # fmt: skip
def test_strange_secrets_give_nobody_anything(secrets):
    assert judge(CLAIMS, secrets, now=NOW).person.roles == frozenset()


def test_what_does_nothing_in_the_secrets_is_said():
    assert faults({"auth": AUTH, "roles": {"editor": [], "staff": ["a@b.c"], "claim": "groups", "by_claim": {"x": "editor"}, "hours": 8}}) == []
    found = "\n".join(faults({
        "auth": {"client_id": "x", "server_metadata_url": "https://x/metadata"},
        "roles": {"adminstrator": ["a@b.c"], "revoked": 7, "by_claim": {"x": "boss"}, "hours": "long"},
    }))  # fmt: skip
    for part in ("'adminstrator'", "revoked must be", "'boss'", "no claim", "hours must be", "issuer"):
        assert part in found
    assert "a@b.c" not in found


# The secrets on disk


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    """A file of secrets that may be written; gives who looks."""
    path = tmp_path / "secrets.toml"
    options = {"secrets.files": [str(tmp_path / "none.toml"), str(path)], "server.address": "0.0.0.0"}
    monkeypatch.delenv(people.LOCAL_STAFF, raising=False)
    monkeypatch.setattr(people.st, "get_option", options.get)
    monkeypatch.setattr(people.st, "user", CLAIMS)
    ended_ones: set[str] = set()
    monkeypatch.setattr(ended, "now", ended_ones.__contains__)
    monkeypatch.setattr(people.time, "time", lambda: NOW)
    auth = "[auth]\n" + "\n".join(f'{key} = "{value}"' for key, value in AUTH.items())

    def write(roles: str) -> Person:
        path.write_text(f"{auth}\n[roles]\n{roles}")
        return people.current_person()

    write.path, write.ended = path, ended_ones
    return write


def test_a_role_taken_away_in_the_file_is_gone_at_once(secrets):
    assert secrets('editor = ["anne@city.gov"]').roles == {Role.EDITOR}
    assert secrets('editor = ["bobb@city.gov"]').roles == frozenset()  # as long as before
    before = secrets.path.stat().st_mtime
    assert secrets('editor = ["anne@city.gov"]').roles == {Role.EDITOR}
    secrets("editor = []")
    os.utime(secrets.path, (before - 1000, before - 1000))  # a file put back with its old time
    assert people.current_person().roles == frozenset()
    secrets.path.unlink()
    assert people.current_person() == READER and not people.can_sign_in()


def test_a_file_that_cannot_be_read_gives_nobody_anything_and_the_next_is_read(secrets, caplog):
    assert secrets('editor = "unended').roles == frozenset()
    assert "cannot be read" in caplog.text and "unended" not in caplog.text
    assert secrets('editor = ["anne@city.gov"]').roles == {Role.EDITOR}
    secrets.path.write_bytes(b"\xff\xfe")
    assert people.current_person() == READER
    secrets.path.unlink()
    secrets.path.mkdir()
    assert people.current_person() == READER


def test_a_download_asks_for_the_role_again_when_it_is_pressed(secrets):
    secrets('administrator = ["anne@city.gov"]')
    made = people.guarded(Role.ADMINISTRATOR, "The audit trail", lambda: b"entries")
    people.st.user = {}  # there is no run any more when the button is pressed
    assert made() == b"entries"
    secrets('administrator = ["anne@city.gov"]\nrevoked = ["anne@city.gov"]')
    with pytest.raises(NotAllowed, match="The audit trail needs the role administrator"):
        made()


# A sign-in that was ended


def test_a_mark_tells_a_sign_in_from_all_others_and_names_nobody():
    others = [CLAIMS | changed for changed in ({"iss": "https://else.org"}, {"sub": "1235"}, {"iat": NOW - HOUR + 1})]
    assert len({mark_of(one) for one in (CLAIMS, *others)}) == 4
    assert mark_of(CLAIMS) == mark_of(CLAIMS | {"name": "Anne", "exp": NOW}) and len(mark_of(CLAIMS)) == 64
    assert mark_of(without("sub")) != mark_of(without("sub") | {"email": "bob@else.org"})


@pytest.mark.parametrize(("answer", "sentence"), [(True, "Somebody signed out of this sign-in."), (None, "cannot be asked right now, so it gives no role")])
def test_a_sign_in_that_was_ended_or_that_cannot_be_asked_about_gives_nothing(answer, sentence):
    one = judge(CLAIMS, {"auth": AUTH, "roles": {"editor": ["anne@city.gov"]}}, now=NOW, is_ended=lambda mark: answer)
    assert one.person == READER and sentence in one.refused


def test_a_download_asks_anew_whether_its_sign_in_was_ended(secrets):
    secrets('administrator = ["anne@city.gov"]')
    made = people.guarded(Role.ADMINISTRATOR, "The audit trail", lambda: b"entries")
    assert made() == b"entries"
    secrets.ended.add(mark_of(CLAIMS))
    with pytest.raises(NotAllowed):
        made()


# This machine


@pytest.mark.parametrize(
    ("address", "headers", "expected"),
    [
        ("127.0.0.1", {"Host": "127.0.0.1:8501"}, True),
        ("127.0.0.1", {"Host": "localhost:8501"}, True),
        ("::1", {"Host": "[::1]:8501"}, True),
        ("127.0.0.1", {}, True),
        ("0.0.0.0", {"Host": "127.0.0.1:8501"}, False),
        (None, {"Host": "127.0.0.1:8501"}, False),
        ("127.0.0.1", {"Host": "evil.org:8501"}, False),  # a name that was made to lead here
        ("127.0.0.1", {"Host": "localhost.evil.org"}, False),
        ("127.0.0.1", {"Host": "127.0.0.1", "X-Forwarded-For": "203.0.113.9"}, False),
    ],
)
def test_only_who_asks_from_this_machine_is_its_staff(monkeypatch, address, headers, expected):
    monkeypatch.setenv(people.LOCAL_STAFF, "1")
    monkeypatch.setattr(people.st, "get_option", {"server.address": address, "secrets.files": []}.get)
    monkeypatch.setattr(people.st, "context", types.SimpleNamespace(headers=headers))
    monkeypatch.setattr(people.st, "user", {})
    assert people.is_local_staff() is expected
    assert holds(people.current_person(), Role.ADMINISTRATOR) is expected
    monkeypatch.setenv(people.LOCAL_STAFF, "yes")
    assert not people.is_local_staff()
