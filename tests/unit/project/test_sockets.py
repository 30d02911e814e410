"""A unit test that reaches for the network fails, whatever it wanted there."""

import asyncio
import socket

import pytest
from pytest_socket import SocketBlockedError


def test_a_unit_test_cannot_open_a_network_socket() -> None:
    with pytest.warns(UserWarning, match="tried to use socket"), pytest.raises(SocketBlockedError):
        socket.create_connection(("127.0.0.1", 9))


def test_an_event_loop_still_runs() -> None:
    async def answer() -> int:
        return 42

    assert asyncio.run(answer()) == 42
