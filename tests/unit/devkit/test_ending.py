"""Whoever tells a program to end is heard, at whatever step of it."""

import random
import signal
import subprocess
import sys
import threading

import pytest

from devkit.package import ROOT

# An Event that a handler sets loses one of some 2,000 signals here.
ROUNDS = 20_000

# Another thread is at work, as in the local cloud: the main thread loses the processor as it goes to sleep.
WAITING = f"""
import os, sys, threading
from devkit.ending import Ending

def work():
    while True:
        sum(range(50))

sys.setswitchinterval(1e-5)
threading.Thread(target=work, daemon=True).start()
ending = Ending()
for _ in range({ROUNDS}):
    os.write(1, b"!")
    ending.wait()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_heard_whenever_it_comes(number: signal.Signals) -> None:
    chance = random.Random(number)
    heard = 0
    with subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdout
        patience = threading.Timer(60, child.kill)
        patience.start()
        while child.stdout.read(1):
            heard += 1
            for _ in range(chance.randrange(300)):
                pass
            child.send_signal(number)
        patience.cancel()
    assert (heard, child.returncode) == (ROUNDS, 0)


def test_who_tells_before_the_wait_is_heard() -> None:
    told_first = "from devkit.ending import Ending; ending = Ending(); ending.tell(); ending.wait()"

    subprocess.run([sys.executable, "-c", told_first], check=True, timeout=60, cwd=ROOT)
