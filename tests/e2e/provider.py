"""An identity provider on this machine: its documents, and the page on which somebody says who they are."""

import html
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlencode

from tests.unit.staff.issuer import CLIENT_ID, ROLES_CLAIM, a_token, ec_jwk
from tests.web_site import Answer, WebSite

ALLOW: Final = "允许登录"
DENY: Final = "拒绝"


@contextmanager
def provider() -> Iterator[Mapping[str, str]]:
    """One that knows one person, an officer; the template's parameters that name it."""
    with WebSite() as site:
        site.serve_issuer([ec_jwk("ec-1")])
        site.answers["/authorize"] = lambda asked: _page(site.url, asked)
        yield {
            "OidcIssuer": site.url,
            "OidcClientId": CLIENT_ID,
            "OidcAuthorizeUrl": f"{site.url}/authorize",
            "OidcRolesClaim": ROLES_CLAIM,
        }


def _page(issuer: str, asked: Mapping[str, str]) -> Answer:
    allowed = {"state": asked["state"], "id_token": a_token(_claims(issuer, asked["nonce"]))}
    denied = {"state": asked["state"], "error": "access_denied"}
    links = (
        f'<p><a href="{html.escape(f"{asked['redirect_uri']}#{urlencode(told)}")}">{name}</a>'
        for name, told in ((ALLOW, allowed), (DENY, denied))
    )
    page = (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>统一身份认证</title>{"".join(links)}'
    )
    return 200, page.encode()


def _claims(issuer: str, nonce: str) -> dict[str, object]:
    now = int(time.time())
    return {
        "iss": issuer, "aud": CLIENT_ID, "sub": "248289761001", "iat": now, "exp": now + 300,
        "nonce": nonce, "realm_access": {"roles": ["officer"]},
    }  # fmt: skip
