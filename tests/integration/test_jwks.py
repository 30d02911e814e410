"""An issuer's keys over real HTTP: fetched, and refused where they are not what an issuer serves."""

from collections.abc import Iterator

import pytest

from chalicelib.adapters.jwks import JwksProvider
from chalicelib.domain.errors import IdentityProviderUnreachable
from chalicelib.domain.id_token import OidcClient, read_id_token
from tests.unit.staff.issuer import a_token, ec_jwk
from tests.web_site import Answer, WebSite


@pytest.fixture
def site() -> Iterator[WebSite]:
    with WebSite() as site:
        site.serve_issuer([ec_jwk("ec-1")])
        yield site


def signed(site: WebSite) -> bool:
    provider = JwksProvider(OidcClient(site.url, "viva", "", "roles"))
    return provider.signed(read_id_token(a_token({"sub": "1"})))


def test_keys_are_found_by_discovery(site: WebSite) -> None:
    assert signed(site)


def test_without_the_key_nothing_is_signed(site: WebSite) -> None:
    site.serve("/keys", {"keys": [ec_jwk("ec-2")]})

    assert not signed(site)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
@pytest.mark.parametrize(
    "answer",
    [
        (404, b""),
        (500, b"{}"),
        (200, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b" " * (256 * 1024) + b"{}"),
        (302, b"/elsewhere"),
    ],
    ids=["missing", "broken", "empty", "a page", "a list", "too large", "a redirect"],
)
def test_what_an_issuer_does_not_serve_is_no_key(site: WebSite, path: str, answer: Answer) -> None:
    site.serve("/elsewhere", {"issuer": site.url, "jwks_uri": f"{site.url}/keys", "keys": [ec_jwk("ec-1")]})
    site.answers[path] = lambda _: answer

    with pytest.raises(IdentityProviderUnreachable):
        signed(site)


def test_keys_are_not_fetched_in_clear_from_elsewhere(site: WebSite) -> None:
    document = {"issuer": site.url, "jwks_uri": site.url.replace("127.0.0.1", "0.0.0.0") + "/keys"}
    site.serve("/.well-known/openid-configuration", document)

    with pytest.raises(IdentityProviderUnreachable):
        signed(site)
