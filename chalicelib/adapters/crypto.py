"""KMS, AES-GCM, browsers' keys, staff passwords."""

import base64
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidKey, InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_COORDINATE_BYTES = 32


class KmsKeys:
    """Data keys for papers, signatures for receipts."""

    def __init__(self, client: "KMSClient", data_key_id: str, receipt_key_id: str) -> None:
        self._kms = client
        self._data_key_id = data_key_id
        self._receipt_key_id = receipt_key_id

    def new_data_key(self, context: Mapping[str, str]) -> tuple[bytes, bytes]:
        """A 32-byte key and the same wrapped."""
        made = self._kms.generate_data_key(
            KeyId=self._data_key_id, KeySpec="AES_256", EncryptionContext=dict(context)
        )
        return made["Plaintext"], made["CiphertextBlob"]

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """The key again."""
        opened = self._kms.decrypt(
            KeyId=self._data_key_id, CiphertextBlob=wrapped, EncryptionContext=dict(context)
        )
        return opened["Plaintext"]

    def sign(self, statement: bytes) -> tuple[bytes, str]:
        """DER signature and the key's id."""
        signed = self._kms.sign(
            KeyId=self._receipt_key_id,
            Message=statement,
            MessageType="RAW",
            SigningAlgorithm="ECDSA_SHA_256",
        )
        return signed["Signature"], signed["KeyId"]


class KmsSecrets:
    """Small secrets under a key of their own: whoever may, seals; the API alone opens."""

    def __init__(self, client: "KMSClient", key_id: str) -> None:
        self._kms = client
        self._key_id = key_id

    def seal(self, secret: bytes, context: Mapping[str, str]) -> bytes:
        """The secret, readable in this context only."""
        sealed = self._kms.encrypt(KeyId=self._key_id, Plaintext=secret, EncryptionContext=dict(context))
        return sealed["CiphertextBlob"]

    def open(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        """The secret again."""
        opened = self._kms.decrypt(KeyId=self._key_id, CiphertextBlob=sealed, EncryptionContext=dict(context))
        return opened["Plaintext"]


class AesGcm:
    """AES-256-GCM."""

    def seal(self, key: bytes, nonce: bytes, plaintext: bytes, bound_to: bytes) -> bytes:
        """Ciphertext with its tag."""
        return AESGCM(key).encrypt(nonce, plaintext, bound_to)


class P256Proofs:
    """ECDSA signatures as WebCrypto makes them: r‖s, SHA-256."""

    def holds(self, x: str, y: str, message: bytes, signature: str) -> bool:
        """Whether the key signed the message; False for anything malformed."""
        try:
            raw = _base64url(signature)
            numbers = ec.EllipticCurvePublicNumbers(_integer(x), _integer(y), ec.SECP256R1())
            half = _COORDINATE_BYTES
            der = utils.encode_dss_signature(
                int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half : 2 * half], "big")
            )
            numbers.public_key().verify(der, message, ec.ECDSA(hashes.SHA256()))
        except (ValueError, InvalidSignature):
            return False
        return True


class Argon2Passwords:
    """Argon2id with OWASP's parameters for 19 MiB."""

    def hash(self, password: str) -> str:
        """A PHC string with a fresh salt."""
        return Argon2id(
            salt=secrets.token_bytes(16), length=32, iterations=2, lanes=1, memory_cost=19456
        ).derive_phc_encoded(password.encode())

    def matches(self, password: str, phc: str) -> bool:
        """Whether it is the password that was hashed."""
        try:
            Argon2id.verify_phc_encoded(password.encode(), phc)
        except (InvalidKey, ValueError):
            return False
        return True


def _base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _integer(coordinate: str) -> int:
    raw = _base64url(coordinate)
    if len(raw) != _COORDINATE_BYTES:
        raise ValueError("a P-256 coordinate has 32 bytes")
    return int.from_bytes(raw, "big")
