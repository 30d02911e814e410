"""An OpenID Connect issuer's keys: fetched, cached, and held against tokens."""

import base64
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from chalicelib.domain.errors import IdentityProviderUnreachable
from chalicelib.domain.id_token import OidcClient, SignedToken

_KEPT_S = 3600
# An unknown key may be a new one; but whoever makes up key ids must not make us fetch without end.
_ASKED_AGAIN_AFTER_S = 60
_TIMEOUT_S = 5
_LIMIT_BYTES = 256 * 1024
_MIN_RSA_BITS = 2048
_HALF = 32
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class JwksProvider:
    """The issuer behind its discovery document (OpenID Connect Discovery 1.0).

    Parameters
    ----------
    client
        Who we are to the issuer.
    fetch
        Reads a URL.
    monotonic
        Seconds of a clock that never steps back.
    """

    def __init__(
        self,
        client: OidcClient,
        fetch: Callable[[str], bytes] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._fetch = fetch or fetch_document
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._keys: Mapping[str, Mapping[str, Any]] = {}
        self._fetched_at: float | None = None

    @property
    def client(self) -> OidcClient:
        """Who we are to the issuer."""
        return self._client

    def signed(self, token: SignedToken) -> bool:
        """Whether the key that the token names is published by the issuer and signed it.

        Raises
        ------
        IdentityProviderUnreachable
        """
        jwk = self._key(token.key_id)
        if jwk is None:
            return False
        try:
            _VERIFY[token.algorithm](jwk, token.signed, token.signature)
        except (KeyError, TypeError, ValueError, InvalidSignature):
            return False
        return True

    def _key(self, key_id: str) -> Mapping[str, Any] | None:
        with self._lock:
            age_s = None if self._fetched_at is None else self._monotonic() - self._fetched_at
            good_for_s = _KEPT_S if key_id in self._keys else _ASKED_AGAIN_AFTER_S
            if age_s is None or age_s >= good_for_s:
                self._keys = self._published()
                self._fetched_at = self._monotonic()
            return self._keys.get(key_id)

    def _published(self) -> Mapping[str, Mapping[str, Any]]:
        discovery = f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            document = json.loads(self._fetch(discovery))
            keys = json.loads(self._fetch(document["jwks_uri"]))["keys"]
            found = {key["kid"]: key for key in keys if _is_for_signing(key)}
        except (OSError, HTTPException, LookupError, ValueError, TypeError, AttributeError) as error:
            raise IdentityProviderUnreachable from error
        if document.get("issuer") != self._client.issuer:
            raise IdentityProviderUnreachable
        return found


def fetch_document(url: str) -> bytes:
    """Read a small document over TLS, or from this machine.

    Raises
    ------
    ValueError
        If the URL is not https, or the document is too large.
    OSError
        If it cannot be had.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise ValueError("keys are fetched over https only")
    opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=_TIMEOUT_S) as answer:
        document: bytes = answer.read(_LIMIT_BYTES + 1)
    if len(document) > _LIMIT_BYTES:
        raise ValueError("the document is too large")
    return document


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Where a redirect leads was not checked."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _is_for_signing(key: Mapping[str, Any]) -> bool:
    return isinstance(key.get("kid"), str) and key.get("use", "sig") == "sig"


def _rs256(jwk: Mapping[str, Any], signed: bytes, signature: bytes) -> None:
    if jwk["kty"] != "RSA" or jwk.get("alg", "RS256") != "RS256":
        raise ValueError("no RS256 key")
    key = rsa.RSAPublicNumbers(_integer(jwk["e"]), _integer(jwk["n"])).public_key()
    if key.key_size < _MIN_RSA_BITS:
        raise ValueError("an RSA key of less than 2048 bits")
    key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())


def _es256(jwk: Mapping[str, Any], signed: bytes, signature: bytes) -> None:
    if jwk["kty"] != "EC" or jwk["crv"] != "P-256" or jwk.get("alg", "ES256") != "ES256":
        raise ValueError("no ES256 key")
    if len(signature) != 2 * _HALF:
        raise ValueError("an ES256 signature has 64 bytes")
    key = ec.EllipticCurvePublicNumbers(_integer(jwk["x"]), _integer(jwk["y"]), ec.SECP256R1()).public_key()
    r, s = int.from_bytes(signature[:_HALF]), int.from_bytes(signature[_HALF:])
    key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))


_VERIFY: Mapping[str, Callable[[Mapping[str, Any], bytes, bytes], None]] = {"RS256": _rs256, "ES256": _es256}


def _integer(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
