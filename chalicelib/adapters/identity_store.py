"""Roster photos and embeddings in their own bucket: encrypted by its default key, without versions."""

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.ports import StoredObject, UploadUrl

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

URL_LIFE_S = 15 * 60
_AT_ONCE = 1000
_GONE = frozenset({"404", "NoSuchKey"})


class S3Identity:
    """The identity bucket. The client signs with version 4, so that URLs bind headers."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._s3 = client
        self._bucket = bucket

    def upload_url(self, object_key: str, size_bytes: int, sha256: str, now: datetime) -> UploadUrl:
        """A presigned PUT, bound to key, length and checksum."""
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
        url = self._s3.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": object_key,
                "ContentLength": size_bytes,
                "ChecksumSHA256": checksum,
            },
            ExpiresIn=URL_LIFE_S,
        )
        headers = {"Content-Length": str(size_bytes), "x-amz-checksum-sha256": checksum}
        return UploadUrl(url, headers, now + timedelta(seconds=URL_LIFE_S))

    def put(self, object_key: str, content: bytes, mime_type: str) -> None:
        """Write an object."""
        self._s3.put_object(Bucket=self._bucket, Key=object_key, Body=content, ContentType=mime_type)

    def read(self, object_key: str) -> bytes | None:
        """A small object as a whole."""
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=object_key)["Body"].read()
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise

    def stored(self, object_key: str) -> StoredObject | None:
        """An object and how to read ranges of it."""
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=object_key)
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise
        return StoredObject(head["ContentLength"], partial(self._range, object_key))

    def _range(self, object_key: str, offset: int, length: int) -> bytes:
        wanted = f"bytes={offset}-{offset + length - 1}"
        return self._s3.get_object(Bucket=self._bucket, Key=object_key, Range=wanted)["Body"].read()

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys under a prefix; S3 lists consistently."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in pages:
            for entry in page.get("Contents", []):
                yield entry["Key"]

    def delete(self, object_keys: Sequence[str]) -> None:
        """Remove objects, a thousand at a time.

        Raises
        ------
        RuntimeError
            With the number that S3 did not remove.
        """
        for some in batched(object_keys, _AT_ONCE, strict=False):
            done = self._s3.delete_objects(
                Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in some], "Quiet": True}
            )
            if done.get("Errors"):
                raise RuntimeError(f"{len(done['Errors'])} objects were not removed")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))
