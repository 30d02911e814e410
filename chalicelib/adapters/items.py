"""PynamoDB models: keys and index attributes beside the document, the domain object as JSON."""

from typing import Any

import msgspec
from pynamodb.attributes import Attribute, UnicodeAttribute, VersionAttribute
from pynamodb.constants import STRING
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model


class DocumentAttribute[T](Attribute[T]):
    """A domain object, kept as JSON text that an operator can read in the console."""

    attr_type = STRING

    def __init__(self, kind: type[T]) -> None:
        super().__init__()
        self._kind = kind

    def serialize(self, value: T) -> str:
        """Domain object to JSON."""
        return msgspec.json.encode(value).decode()

    def deserialize(self, value: str) -> T:
        """JSON to domain object."""
        return msgspec.json.decode(value, type=self._kind, strict=False)


class Item(Model):
    """What all items have: an optimistic lock, and a document in the subclasses."""

    version = VersionAttribute()
    document: Any


def by_exam() -> type[GlobalSecondaryIndex[Any]]:
    """The index `by_exam`, one class a model, as PynamoDB wants it."""

    class ByExamIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # PynamoDB's own hook
        class Meta:
            index_name = "by_exam"
            projection = AllProjection()

        exam_shard = UnicodeAttribute(hash_key=True)
        ticket_no = UnicodeAttribute(range_key=True)

    return ByExamIndex
