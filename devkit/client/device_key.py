"""The key that makes a device the device: ES256, born on it, and never leaving it."""

import base64
import hashlib
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

_COORDINATE_BYTES = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DeviceKey:
    """An ES256 key pair (RFC 7518, 3.4): a login binds its public half, its signature proves each request."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private

    @classmethod
    def generate(cls) -> Self:
        """Make a new key."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def of_device(cls, path: Path) -> Self:
        """Return the device's key, made and stored at `path` at the first call.

        A browser keeps it as non-extractable in IndexedDB; a file that only its owner reads stands for that.
        """
        if not path.exists():
            key = cls.generate()
            key.store(path)
            return key
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{path} holds no EC key")
        return cls(private)

    def store(self, path: Path) -> None:
        """Write the key where only its owner can read it."""
        pem = self._private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public half as a JWK (RFC 7517)."""
        numbers = self._private.public_key().public_numbers()
        return {
            "kty": "EC",
            "crv": "P-256",
            "x": _base64url(numbers.x.to_bytes(_COORDINATE_BYTES)),
            "y": _base64url(numbers.y.to_bytes(_COORDINATE_BYTES)),
        }

    @property
    def public_coordinates(self) -> dict[str, str]:
        """The public half as the API takes it: x and y of the JWK."""
        jwk = self.public_jwk
        return {"x": jwk["x"], "y": jwk["y"]}

    def prove(self, method: str, path: str, token: str, at: datetime) -> str:
        """Return the `Viva-Proof` of one request: `path` without query, `at` by the server's time."""
        iat_ms = (at - _EPOCH) // timedelta(milliseconds=1)
        jti = _base64url(secrets.token_bytes(16))
        token_sha256 = hashlib.sha256(token.encode()).hexdigest()
        signature = self.sign(f"viva-proof|{method}|{path}|{token_sha256}|{iat_ms}|{jti}")
        return f"{iat_ms}.{jti}.{signature}"

    def sign(self, message: str) -> str:
        """Sign a message as WebCrypto does: r and s, 32 bytes each, base64url without padding."""
        der = self._private.sign(message.encode(), ec.ECDSA(hashes.SHA256()))
        r, s = decode_dss_signature(der)
        return _base64url(r.to_bytes(_COORDINATE_BYTES) + s.to_bytes(_COORDINATE_BYTES))


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
