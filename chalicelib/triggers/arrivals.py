"""What an S3 notification in a queue speaks of."""

import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus


@dataclass(frozen=True, slots=True)
class Arrival:
    """An object, and when the bucket had it whole."""

    object_key: str
    at: datetime


def arrivals(body: str) -> list[Arrival]:
    """The objects that an S3 notification speaks of; S3's own test message names none.

    Raises
    ------
    ValueError, KeyError
        If it is no S3 notification.
    """
    told = json.loads(body)
    if told.get("Event") == "s3:TestEvent":
        return []
    return [
        Arrival(unquote_plus(record["s3"]["object"]["key"]), datetime.fromisoformat(record["eventTime"]))
        for record in told["Records"]
    ]
