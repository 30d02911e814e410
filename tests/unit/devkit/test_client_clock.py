"""The server's time on a device whose own clock is wrong, and the key that makes the device the device."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from devkit.client import DeviceKey, ServerClock
from tests.unit.devkit.upload_server import NOON, SteppingClock

seconds = st.floats(0, 5).map(lambda s: timedelta(seconds=s))


@given(
    wrong_by=st.floats(-86_400, 86_400).map(lambda s: timedelta(seconds=s)),
    trips=st.lists(st.tuples(seconds, seconds), min_size=1, max_size=12),
)
def test_the_servers_time_is_known_to_within_the_uncertainty(
    wrong_by: timedelta, trips: list[tuple[timedelta, timedelta]]
) -> None:
    device = SteppingClock()
    clock = ServerClock(device)

    for out, back in trips:
        sent_at = device.now()
        server_at = sent_at + out + wrong_by
        device.at += out + back
        clock.learn(sent_at, server_at, device.now())

    assert clock.uncertainty is not None
    slack = timedelta(microseconds=2)
    assert abs(clock.now() - (device.now() + wrong_by)) <= clock.uncertainty + slack


def test_before_the_first_answer_the_devices_clock_must_do() -> None:
    assert ServerClock(SteppingClock()).now() == NOON
    assert ServerClock(SteppingClock()).uncertainty is None


def test_a_sample_taken_while_the_clock_was_set_back_is_ignored() -> None:
    clock = ServerClock(SteppingClock())

    clock.learn(NOON, NOON, NOON - timedelta(hours=1))

    assert clock.uncertainty is None


@given(
    first=st.floats(-86_400, 86_400).map(lambda s: timedelta(seconds=s)),
    then=st.floats(-86_400, 86_400).map(lambda s: timedelta(seconds=s)),
    trip=st.tuples(seconds, seconds),
)
def test_a_device_whose_clock_was_changed_forgets_what_it_knew(
    first: timedelta, then: timedelta, trip: tuple[timedelta, timedelta]
) -> None:
    """However close the samples were that it had before, an answer that finds it wrong counts alone."""
    device = SteppingClock()
    clock = ServerClock(device)
    clock.learn(device.now(), device.now() + first, device.now())

    sent_at, server_at = clock.now(), device.now() + trip[0] + then
    device.at += sum(trip, timedelta(0))
    clock.correct(sent_at, server_at, clock.now())

    assert clock.uncertainty is not None
    slack = timedelta(microseconds=3)
    assert abs(clock.now() - (device.now() + then)) <= clock.uncertainty + slack


def _verify(jwk: dict[str, str], message: str, signature: str) -> None:
    def decoded(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    raw = decoded(signature)
    x, y = (int.from_bytes(decoded(jwk[axis])) for axis in "xy")
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    public.verify(der, message.encode(), ec.ECDSA(hashes.SHA256()))


def test_a_restarted_device_signs_with_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "device" / "key.pem"
    jwk = DeviceKey.of_device(path).public_jwk

    signature = DeviceKey.of_device(path).sign("resume")

    _verify(jwk, "resume", signature)
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(InvalidSignature):
        _verify(jwk, "resume as someone else", signature)
