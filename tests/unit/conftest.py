"""Unit tests reach no network, and draw the same random cases in every run; `make fuzz` draws new ones."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from pytest_socket import disable_socket, enable_socket

settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile("fuzz", max_examples=5_000, deadline=None, print_blob=True)
settings.load_profile("fuzz" if os.environ.get("VIVA_FUZZ") else "steady")


@pytest.fixture(autouse=True)
def _sockets_off() -> Iterator[None]:
    disable_socket(allow_unix_socket=True)  # event loops keep a Unix socket pair for themselves
    yield
    enable_socket()
