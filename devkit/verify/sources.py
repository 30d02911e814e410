"""Opens what the command line names: a file, or `s3://bucket/key` by ranged GETs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from chalicelib.media.source import ByteSource, FileSource, RangedSource


@contextmanager
def opened(name: str) -> Iterator[ByteSource]:
    """Open a file or an S3 object. Raises OSError, or what boto3 raises."""
    if not name.startswith("s3://"):
        with FileSource(Path(name)) as source:
            yield source
        return
    yield _object(name)


def _object(name: str) -> RangedSource:
    import boto3

    where = urlsplit(name)
    bucket, key = where.netloc, where.path.lstrip("/")
    s3 = boto3.client("s3")
    size: int = s3.head_object(Bucket=bucket, Key=key)["ContentLength"]

    def fetch(offset: int, length: int) -> bytes:
        content_range = f"bytes={offset}-{offset + length - 1}"
        body: bytes = s3.get_object(Bucket=bucket, Key=key, Range=content_range)["Body"].read()
        return body

    return RangedSource(size, fetch)
