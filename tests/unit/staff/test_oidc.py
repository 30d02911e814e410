"""An ID token opens a session if the issuer signed it, for us, now, for this browser, and with the role."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.adapters.jwks import JwksProvider, fetch_document
from chalicelib.domain.errors import Forbidden, IdentityProviderUnreachable, IdTokenRefused, OidcOff
from chalicelib.domain.id_token import OidcClient, roles_in, thumbprint
from chalicelib.domain.people import DeviceKey, Role
from chalicelib.ports import Ports
from chalicelib.usecases.authenticate import authenticate
from chalicelib.usecases.open_session import OpenedSession
from chalicelib.usecases.sign_in_oidc import sign_in_oidc
from tests.unit.staff.issuer import CLIENT_ID, ISSUER, ROLES_CLAIM, Issuer, a_token, another_ec_jwk, text
from tests.unit.usecases.exam_day import Day, a_day, a_key

KEY = a_key("the officer's browser")


class Door:
    """viva with an identity provider, and what a browser would bring."""

    def __init__(self) -> None:
        self.day: Day = a_day()
        self.issuer = Issuer()
        self.seconds = 0.0
        client = OidcClient(ISSUER, CLIENT_ID, f"{ISSUER}/authorize", ROLES_CLAIM)
        provider = JwksProvider(client, self.issuer.fetch, lambda: self.seconds)
        self.ports: Ports = self.day.memory.ports(identity_provider=provider)

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(self.day.now.timestamp())
        usual = {
            "iss": ISSUER, "aud": CLIENT_ID, "sub": "248289761001", "iat": now, "exp": now + 300,
            "nonce": thumbprint(KEY), "realm_access": {"roles": ["officer", "admin"]},
        }  # fmt: skip
        return {name: value for name, value in (usual | changed).items() if value is not None}

    def sign_in(self, token: str, role: Role = Role.OFFICER, key: DeviceKey = KEY) -> OpenedSession:
        return sign_in_oidc(self.ports, token, role, key)

    def refusal(self, token: str) -> str:
        with pytest.raises(IdTokenRefused) as refused:
            self.sign_in(token)
        assert self.day.memory.sessions.items == {}
        return str(refused.value.details["reason"])

    def told(self) -> list[tuple[str, str, object]]:
        return [(e.by, e.what, e.details.get("reason")) for e in self.day.memory.journal.lines.values()]


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_a_good_token_opens_a_session_for_its_subject(door: Door, alg: str) -> None:
    opened = door.sign_in(a_token(door.claims(), alg))

    session = authenticate(door.ports, opened.token)
    assert (session.subject, session.role, session.device_key) == ("oidc:248289761001", Role.OFFICER, KEY)
    assert door.told() == [("oidc:248289761001", "signed_in", None)]


def test_without_a_provider_there_is_no_such_door() -> None:
    with pytest.raises(OidcOff):
        sign_in_oidc(a_day().ports, "e30.e30.e30", Role.OFFICER, KEY)


def test_a_role_that_the_claim_does_not_name_is_refused(door: Door) -> None:
    with pytest.raises(Forbidden):
        door.sign_in(a_token(door.claims()), Role.SUPPORT)

    assert door.told() == [("oidc:248289761001", "sign_in_refused", "role")]
    assert door.day.memory.sessions.items == {}


# What the token says


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://id.example.test"}, "issuer"),
        ({"iss": ISSUER + "/"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "another-client"}, "audience"),
        ({"aud": ["another-client"]}, "audience"),
        ({"aud": {CLIENT_ID: 1}}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": [CLIENT_ID, "another-client"]}, "authorized_party"),
        ({"azp": "another-client"}, "authorized_party"),
        ({"exp": None}, "expired"),
        ({"exp": "2099-01-01"}, "expired"),
        ({"exp": True}, "expired"),
        ({"exp": float("nan")}, "expired"),
        ({"iat": None}, "not_yet"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ""}, "nonce"),
        ({"nonce": thumbprint(a_key("a thief's browser"))}, "nonce"),
        ({"sub": None}, "subject"),
        ({"sub": ""}, "subject"),
        ({"sub": 42}, "subject"),
        ({"sub": "x" * 256}, "subject"),
    ],
)
def test_a_token_that_says_something_else_is_refused(
    door: Door, changed: dict[str, Any], reason: str
) -> None:
    assert door.refusal(a_token(door.claims(**changed))) == reason
    assert door.told() == [("unknown", "sign_in_refused", reason)]
    assert door.issuer.fetched == 0


@pytest.mark.parametrize(("ago_s", "good"), [(59, True), (60, False), (3600, False)])
def test_a_token_ends_when_it_says(door: Door, ago_s: int, good: bool) -> None:
    token = a_token(door.claims(exp=int(door.day.now.timestamp()) - ago_s))

    if good:
        assert door.sign_in(token)
    else:
        assert door.refusal(token) == "expired"


@pytest.mark.parametrize(("ahead_s", "good"), [(60, True), (61, False)])
def test_a_token_of_the_future_is_refused(door: Door, ahead_s: int, good: bool) -> None:
    token = a_token(door.claims(iat=int(door.day.now.timestamp()) + ahead_s))

    if good:
        assert door.sign_in(token)
    else:
        assert door.refusal(token) == "not_yet"


def test_a_token_for_several_names_us_as_who_asked(door: Door) -> None:
    assert door.sign_in(a_token(door.claims(aud=["other", CLIENT_ID], azp=CLIENT_ID)))


def test_a_stolen_token_is_of_no_use_to_another_browser(door: Door) -> None:
    token = a_token(door.claims())

    with pytest.raises(IdTokenRefused):
        door.sign_in(token, key=a_key("a thief's browser"))


def test_the_thumbprint_is_rfc_7638s() -> None:
    """By the key and the thumbprint that RFC 9449 prints (section 6.1)."""
    x, y = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"

    assert thumbprint(DeviceKey(x, y)) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


# How the token is signed


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_a_signature_that_anyone_can_make_is_none(door: Door, alg: str) -> None:
    assert door.refusal(a_token(door.claims(), alg, "rsa-1")) == "algorithm"


@pytest.mark.parametrize("alg", ["None", "RS512", "PS256", "ES384", "", 7, None, ["RS256"], {}])
def test_another_algorithm_is_refused_before_any_key_is_asked_for(door: Door, alg: Any) -> None:
    assert door.refusal(_with_header(door, {"alg": alg, "kid": "rsa-1"})) == "algorithm"
    assert door.issuer.fetched == 0


@pytest.mark.parametrize(
    ("alg", "kid"),
    [("ES256", "rsa-1"), ("RS256", "ec-1"), ("RS256", "weak"), ("ES256", "sealing"), ("ES256", "unknown")],
)
def test_a_key_that_is_not_for_this_signature_is_refused(door: Door, alg: str, kid: str) -> None:
    assert door.refusal(a_token(door.claims(), alg, kid)) == "signature"


def test_a_token_without_a_key_id_or_with_what_must_be_understood_is_refused(door: Door) -> None:
    assert door.refusal(_with_header(door, {"alg": "ES256"})) == "key"
    assert door.refusal(a_token(door.claims(), crit=["exp"])) == "algorithm"


def _with_header(door: Door, header: dict[str, Any]) -> str:
    _, claims, signature = a_token(door.claims()).split(".")
    return f"{text(json.dumps(header).encode())}.{claims}.{signature}"


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_one_changed_letter_is_enough(door: Door, alg: str) -> None:
    header, _, signature = a_token(door.claims(), alg).split(".")
    promoted = door.claims(realm_access={"roles": ["support"]})

    assert door.refusal(f"{header}.{text(json.dumps(promoted).encode())}.{signature}") == "signature"
    assert door.refusal(f"{header}.{text(json.dumps(door.claims()).encode())}.") == "signature"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b",
        "a.b.c.d",
        "e30.e30.é",
        "W10.W10.AA",
        "e30.MQ.AA",
        "!!.e30.AA",
        "e30.e30.A",
        "bnVsbA.e30.AA",
    ],
)
def test_what_is_no_token_is_refused(door: Door, token: str) -> None:
    assert door.refusal(token) in {"malformed", "algorithm"}


def test_a_bottomless_token_is_refused(door: Door) -> None:
    assert door.refusal(f"{text(b'[' * 100_000)}.e30.AA") == "malformed"


# The issuer's keys


def test_keys_are_fetched_once_an_hour(door: Door) -> None:
    for at in (0.0, 10.0, 3599.0):
        door.seconds = at
        door.sign_in(a_token(door.claims()))
    assert door.issuer.fetched == 1

    door.seconds = 3600.0
    door.sign_in(a_token(door.claims()))
    assert door.issuer.fetched == 2


def test_a_new_key_is_found_and_a_made_up_one_is_not_asked_for_again_and_again(door: Door) -> None:
    door.sign_in(a_token(door.claims()))
    door.issuer.keys = [key | {"kid": "ec-2"} for key in door.issuer.keys if key["kid"] == "ec-1"]
    rotated = a_token(door.claims(), kid="ec-2")

    with pytest.raises(IdTokenRefused):
        door.sign_in(rotated)
    door.seconds = 60.0
    assert door.sign_in(rotated)
    for _ in range(5):
        with pytest.raises(IdTokenRefused):
            door.sign_in(a_token(door.claims(), kid="made-up"))
    assert door.issuer.fetched == 2


def test_a_key_that_was_withdrawn_is_good_no_more(door: Door) -> None:
    door.sign_in(a_token(door.claims()))
    door.issuer.keys = [another_ec_jwk("ec-1")]
    door.seconds = 3600.0

    with pytest.raises(IdTokenRefused):
        door.sign_in(a_token(door.claims()))


def _down(issuer: Issuer) -> None:
    issuer.down = True


def _another(issuer: Issuer) -> None:
    issuer.named = "https://evil.example.test"


def _odd(issuer: Issuer) -> None:
    issuer.keys = ["no key"]  # type: ignore[list-item]


@pytest.mark.parametrize("broken", [_down, _another, _odd])
def test_an_issuer_that_cannot_be_asked_is_said_to_be_out_of_reach(
    door: Door, broken: Callable[[Issuer], None]
) -> None:
    broken(door.issuer)

    with pytest.raises(IdentityProviderUnreachable):
        door.sign_in(a_token(door.claims()))
    assert door.day.memory.sessions.items == {}


@pytest.mark.parametrize(
    "url",
    ["http://id.example.test/keys", "file:///etc/passwd", "ftp://localhost/keys", "http://localhost.evil/"],
)
def test_keys_come_over_tls_or_from_this_machine(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        fetch_document(url)


# Roles


@pytest.mark.parametrize(
    ("claims", "claim", "roles"),
    [
        ({"roles": ["officer", "grader"]}, "roles", {Role.OFFICER, Role.GRADER}),
        ({"roles": "officer support"}, "roles", {Role.OFFICER, Role.SUPPORT}),
        ({"https://viva.test/roles": ["proctor"]}, "https://viva.test/roles", {Role.PROCTOR}),
        ({"realm_access": {"roles": ["proctor"]}}, "realm_access.roles", {Role.PROCTOR}),
        ({"roles": ["candidate", "phone", "admin", 7, None]}, "roles", set()),
        ({"roles": {"officer": True}}, "roles", set()),
        ({"realm_access": "officer"}, "realm_access.roles", set()),
        ({"": ["officer"]}, "roles", set()),
        ({}, "", set()),
    ],
)
def test_roles_are_those_that_the_claim_names(claims: dict[str, Any], claim: str, roles: set[Role]) -> None:
    assert roles_in(claims, claim) == roles
