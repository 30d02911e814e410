"""Optimistic locking: read, decide, write if nobody wrote in between; again only if somebody did."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from pynamodb.exceptions import DoesNotExist, PutError

from chalicelib.domain.errors import NotFound, StateChanged

_TRIES = 12
_FIRST_PAUSE_S = 0.01


class OptimisticTable[T]:
    """Domain objects in one table. A key is the hash key, with the range key where there is one."""

    def __init__(self, model: type[Any], what: str, key_of: Callable[[T], tuple[Any, ...]]) -> None:
        self._model = model
        self._what = what
        self._key_of = key_of

    def find_by(self, *key: Any) -> T | None:
        """The object, consistently read, or None."""
        item = self._item(key)
        return None if item is None else loaded(item)

    def add(self, item: T) -> bool:
        """Write a new object; False if there is one under its key."""
        hash_key = self._model._hash_key_attribute()  # noqa: SLF001  PynamoDB has no public way
        return _written(self.made(item), hash_key.does_not_exist())

    def change_by(self, decide: Callable[[T], T], *key: Any) -> T:
        """Read, decide, write.

        Raises
        ------
        NotFound
            If there is nothing under the key.
        StateChanged
            If somebody was faster many times over.
        """
        for attempt in range(_TRIES):
            item = self._item(key)
            if item is None:
                raise NotFound(what=self._what)
            before: T = loaded(item)
            after = decide(before)
            if after is before:
                return before
            item.document = after
            if _written(item):
                written: T = loaded(item)
                return written
            # Full jitter, so that who collided does not collide again.
            time.sleep(random.uniform(0, _FIRST_PAUSE_S * 2 ** min(attempt, 6)))  # noqa: S311  no secret
        raise StateChanged

    def delete_by(self, *key: Any) -> None:
        """Remove the object, if it is there."""
        item = self._item(key)
        if item is not None:
            item.delete(add_version_condition=False)

    def scan(self) -> Iterator[T]:
        """Every object of the table."""
        for item in self._model.scan(consistent_read=True):
            yield loaded(item)

    def made(self, item: T) -> Any:
        """The PynamoDB item of a domain object."""
        return self._model(*self._key_of(item), document=item)

    def _item(self, key: tuple[Any, ...]) -> Any | None:
        try:
            return self._model.get(*key, consistent_read=True)
        except DoesNotExist:
            return None


def loaded(item: Any) -> Any:
    """The domain object of an item, with the item's version."""
    return replace(item.document, version=int(item.version or 0))


def _written(item: Any, condition: Any = None) -> bool:
    try:
        item.save(condition=condition)
    except PutError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True
