"""An OpenID Connect issuer in memory: keys of both kinds, its documents, and tokens as asked for."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

ISSUER = "https://id.example.test/realm"
CLIENT_ID = "viva-staff"
ROLES_CLAIM = "realm_access.roles"
JWKS_URL = f"{ISSUER}/keys"
_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_WEAK_RSA = rsa.generate_private_key(public_exponent=65537, key_size=1024)
_EC = ec.generate_private_key(ec.SECP256R1())
_OTHER_EC = ec.generate_private_key(ec.SECP256R1())


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _number(value: int, length: int) -> str:
    return text(value.to_bytes(length))


def rsa_jwk(kid: str, key: rsa.RSAPrivateKey = _RSA, **more: str) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    modulus = _number(numbers.n, key.key_size // 8)
    return {"kty": "RSA", "kid": kid, "n": modulus, "e": _number(numbers.e, 3)} | more


def ec_jwk(kid: str, key: ec.EllipticCurvePrivateKey = _EC, **more: str) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    x, y = _number(numbers.x, 32), _number(numbers.y, 32)
    return {"kty": "EC", "crv": "P-256", "kid": kid, "x": x, "y": y} | more


class Issuer:
    """Counts how often its keys are fetched; `down` makes it unreachable."""

    def __init__(self) -> None:
        self.keys = [
            rsa_jwk("rsa-1", use="sig", alg="RS256"),
            ec_jwk("ec-1"),
            rsa_jwk("weak", _WEAK_RSA),
            ec_jwk("sealing", use="enc"),
        ]
        self.named = ISSUER
        self.fetched = 0
        self.down = False

    def fetch(self, url: str) -> bytes:
        if self.down:
            raise OSError("unreachable")
        if url == f"{ISSUER}/.well-known/openid-configuration":
            return json.dumps({"issuer": self.named, "jwks_uri": JWKS_URL}).encode()
        assert url == JWKS_URL
        self.fetched += 1
        return json.dumps({"keys": self.keys}).encode()


def a_token(claims: dict[str, Any], alg: str = "ES256", kid: str | None = None, **header: Any) -> str:
    """A token signed by the key that belongs to the algorithm, or as the algorithm would have it."""
    kid = kid or {"RS256": "rsa-1"}.get(alg, "ec-1")
    head = {"alg": alg, "kid": kid, "typ": "JWT"} | header
    parts = f"{text(json.dumps(head).encode())}.{text(json.dumps(claims).encode())}"
    return f"{parts}.{text(_signature(alg, kid, parts.encode()))}"


def _signature(alg: str, kid: str, signed: bytes) -> bytes:
    if alg == "RS256":
        key = _WEAK_RSA if kid == "weak" else _RSA
        return key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    if alg == "HS256":
        # The classic: the public key as if it were a shared secret.
        return hmac.digest(json.dumps(rsa_jwk("rsa-1")).encode(), signed, hashlib.sha256)
    if alg == "none":
        return b""
    r, s = utils.decode_dss_signature(_EC.sign(signed, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def another_ec_jwk(kid: str) -> dict[str, str]:
    """A key that signed nothing."""
    return ec_jwk(kid, _OTHER_EC)
