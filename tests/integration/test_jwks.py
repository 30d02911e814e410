"""An issuer's keys over real HTTP: fetched, and refused where they are not what an issuer serves."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from chalicelib.adapters.jwks import JwksProvider
from chalicelib.domain.errors import IdentityProviderUnreachable
from chalicelib.domain.id_token import OidcClient, read_id_token
from tests.unit.staff.issuer import a_token, ec_jwk

type Answer = tuple[int, bytes]


class Site:
    """A web server on this machine whose answers a test sets."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[], Answer]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = site.answers.get(self.path, lambda: (404, b""))()
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", body.decode())
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def serve(self, path: str, document: object) -> None:
        self.answers[path] = lambda: (200, json.dumps(document).encode())


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    site.serve("/.well-known/openid-configuration", {"issuer": site.url, "jwks_uri": f"{site.url}/keys"})
    site.serve("/keys", {"keys": [ec_jwk("ec-1")]})
    yield site
    site.server.shutdown()
    site.server.server_close()


def signed(site: Site) -> bool:
    provider = JwksProvider(OidcClient(site.url, "viva", "", "roles"))
    return provider.signed(read_id_token(a_token({"sub": "1"})))


def test_keys_are_found_by_discovery(site: Site) -> None:
    assert signed(site)


def test_without_the_key_nothing_is_signed(site: Site) -> None:
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
def test_what_an_issuer_does_not_serve_is_no_key(site: Site, path: str, answer: Answer) -> None:
    site.serve("/elsewhere", {"issuer": site.url, "jwks_uri": f"{site.url}/keys", "keys": [ec_jwk("ec-1")]})
    site.answers[path] = lambda: answer

    with pytest.raises(IdentityProviderUnreachable):
        signed(site)


def test_keys_are_not_fetched_in_clear_from_elsewhere(site: Site) -> None:
    document = {"issuer": site.url, "jwks_uri": site.url.replace("127.0.0.1", "0.0.0.0") + "/keys"}
    site.serve("/.well-known/openid-configuration", document)

    with pytest.raises(IdentityProviderUnreachable):
        signed(site)
