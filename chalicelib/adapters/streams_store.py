"""Streams and heartbeats in DynamoDB."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.adapters.items import DocumentAttribute
from chalicelib.domain.journal import Entry

_PRESENCE_KEPT_S = 24 * 3600


class DynamoJournal:
    """Append-only streams. A line's key is made of its time and origin, so a repeat is the same line."""

    def __init__(self, table: str) -> None:
        class Line(Model):
            class Meta:
                table_name = table

            stream = UnicodeAttribute(hash_key=True)
            entry_id = UnicodeAttribute(range_key=True)
            entry = DocumentAttribute(Entry)

        self._line: type[Any] = Line

    def append(self, entries: Iterable[Entry]) -> None:
        """Write the lines."""
        lines = {(e.stream, e.entry_id): self._line(e.stream, e.entry_id, entry=e) for e in entries}
        if len(lines) == 1:
            next(iter(lines.values())).save()
            return
        with self._line.batch_write() as batch:
            for line in lines.values():
                batch.save(line)

    def read(self, stream: str, after: str = "", limit: int = 500) -> Sequence[Entry]:
        """Lines in order of time, after an entry_id."""
        later = self._line.entry_id > after if after else None
        found = self._line.query(stream, later, consistent_read=True, limit=limit)
        return [line.entry for line in found]


class DynamoPresence:
    """Heartbeats, small and perishable."""

    def __init__(self, table: str) -> None:
        class Beat(Model):
            class Meta:
                table_name = table

            subject_id = UnicodeAttribute(hash_key=True)
            at = UnicodeAttribute()
            facts = UnicodeAttribute()
            expires_at_epoch = NumberAttribute()

        self._beat: type[Any] = Beat

    def seen(self, subject_id: str, at: datetime, facts: Mapping[str, Any]) -> None:
        """Note the newest heartbeat."""
        self._beat(
            subject_id,
            at=at.isoformat(),
            facts=msgspec.json.encode(facts).decode(),
            expires_at_epoch=int(at.timestamp()) + _PRESENCE_KEPT_S,
        ).save()

    def last(self, subject_ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """The newest heartbeats by subject."""
        return {
            beat.subject_id: {"at": beat.at, **msgspec.json.decode(beat.facts)}
            for beat in self._beat.batch_get(list(subject_ids))
        }
