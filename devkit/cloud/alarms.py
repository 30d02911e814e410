"""Watches the queues that the template sets alarms on."""

import json
import logging
import threading
from pathlib import Path

from botocore.exceptions import BotoCoreError

from devkit.cloud.clients import Clients
from devkit.cloud.kinds.base import Alarm

ALARMS_FILE = "alarms.json"
_EVERY_SECONDS = 1.0

_log = logging.getLogger(__name__)


class AlarmWatch:
    """Keeps each alarm's state, in CloudWatch and `alarms.json`; says on stderr when one goes off."""

    def __init__(self, alarms: list[Alarm], clients: Clients, logs_dir: Path) -> None:
        self._alarms = alarms
        self._sqs, self._cloudwatch = clients.client("sqs"), clients.client("cloudwatch")
        self._file = logs_dir / ALARMS_FILE
        self._states = {alarm.name: "OK" for alarm in alarms}
        self._urls = {a.name: self._sqs.get_queue_url(QueueName=a.queue_name)["QueueUrl"] for a in alarms}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="alarms", daemon=True)

    def start(self) -> None:
        """Watch from now on."""
        self._write()
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.wait(_EVERY_SECONDS):
            try:
                for alarm in self._alarms:
                    self._look(alarm)
            except BotoCoreError:
                _log.warning("could not look at the alarms", exc_info=True)

    def _look(self, alarm: Alarm) -> None:
        asked = ["ApproximateNumberOfMessages"]
        answer = self._sqs.get_queue_attributes(QueueUrl=self._urls[alarm.name], AttributeNames=asked)
        depth = int(answer["Attributes"]["ApproximateNumberOfMessages"])
        state = "ALARM" if depth > alarm.threshold else "OK"
        if state == self._states[alarm.name]:
            return
        self._states[alarm.name] = state
        reason = f"{depth} messages in {alarm.queue_name}"
        self._cloudwatch.set_alarm_state(AlarmName=alarm.name, StateValue=state, StateReason=reason)
        # Said first: who sees the state may look for the words.
        _log.error("%s %s: %s", state, alarm.name, reason)
        self._write()

    def _write(self) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._states))
        fresh.replace(self._file)
