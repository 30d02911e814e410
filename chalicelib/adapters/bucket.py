"""S3 behind the ports: the recordings' vault and the public objects."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import ClientError

from chalicelib.domain.bulletin import Bulletin
from chalicelib.domain.recording import Declaration
from chalicelib.ports import PartUrl, PlayUrl, StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

URL_LIFE_S = 15 * 60
# Long enough to look through a segment at leisure, too short to be handed on.
PLAY_LIFE_S = 10 * 60
_GONE = frozenset({"NoSuchUpload", "NoSuchKey", "404"})


class S3Vault:
    """The recordings' bucket. The client signs with version 4, so that URLs bind headers."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._s3 = client
        self._bucket = bucket

    def begin(self, object_key: str, mime_type: str) -> str:
        """Open a multipart upload that checks SHA-256 per part."""
        made = self._s3.create_multipart_upload(
            Bucket=self._bucket, Key=object_key, ContentType=mime_type, ChecksumAlgorithm="SHA256"
        )
        return made["UploadId"]

    def arrived(self, object_key: str, upload_id: str) -> Mapping[int, tuple[int, str]] | None:
        """Size and ETag by part number; None if no such upload stands open."""
        try:
            listed = self._s3.list_parts(Bucket=self._bucket, Key=object_key, UploadId=upload_id)
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise
        return {part["PartNumber"]: (part["Size"], part["ETag"]) for part in listed.get("Parts", [])}

    def part_urls(
        self, object_key: str, upload_id: str, declared: Declaration, part_nos: Iterable[int], now: datetime
    ) -> Sequence[PartUrl]:
        """Presigned PUTs, each bound to key, part number, length and checksum."""
        return [self._part_url(object_key, upload_id, declared, no, now) for no in part_nos]

    def _part_url(
        self, object_key: str, upload_id: str, declared: Declaration, part_no: int, now: datetime
    ) -> PartUrl:
        part = declared.parts[part_no - 1]
        checksum = base64.b64encode(bytes.fromhex(part.sha256)).decode()
        url = self._s3.generate_presigned_url(
            "upload_part",
            Params={
                "Bucket": self._bucket,
                "Key": object_key,
                "UploadId": upload_id,
                "PartNumber": part_no,
                "ContentLength": part.size_bytes,
                "ChecksumSHA256": checksum,
            },
            ExpiresIn=URL_LIFE_S,
        )
        headers = {"Content-Length": str(part.size_bytes), "x-amz-checksum-sha256": checksum}
        return PartUrl(part_no, url, headers, now + timedelta(seconds=URL_LIFE_S))

    def finish(self, object_key: str, upload_id: str, etags: Mapping[int, str]) -> None:
        """Make one object of the parts."""
        checksums = self._checksums(object_key, upload_id)
        completed: list[CompletedPartTypeDef] = []
        for number in sorted(etags):
            part: CompletedPartTypeDef = {"PartNumber": number, "ETag": etags[number]}
            if checksum := checksums.get(number):
                part["ChecksumSHA256"] = checksum
            completed.append(part)
        try:
            self._s3.complete_multipart_upload(
                Bucket=self._bucket, Key=object_key, UploadId=upload_id, MultipartUpload={"Parts": completed}
            )
        except ClientError as error:
            # Somebody finished it in the same moment: the object is there, and that was all that was wanted.
            if _code(error) != "NoSuchUpload" or self.stored(object_key) is None:
                raise

    def _checksums(self, object_key: str, upload_id: str) -> dict[int, str | None]:
        try:
            listed = self._s3.list_parts(Bucket=self._bucket, Key=object_key, UploadId=upload_id)
        except ClientError as error:
            if _code(error) in _GONE:
                return {}
            raise
        return {part["PartNumber"]: part.get("ChecksumSHA256") for part in listed.get("Parts", [])}

    def stored(self, object_key: str) -> StoredObject | None:
        """The object and how to read ranges of it."""
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=object_key)
        except ClientError as error:
            if _code(error) in {"404", "NoSuchKey"}:
                return None
            raise
        return StoredObject(head["ContentLength"], partial(self._read, object_key))

    def _read(self, object_key: str, offset: int, length: int) -> bytes:
        wanted = f"bytes={offset}-{offset + length - 1}"
        return self._s3.get_object(Bucket=self._bucket, Key=object_key, Range=wanted)["Body"].read()

    def play_url(self, object_key: str, file_name: str, now: datetime) -> PlayUrl:
        """Presigned GETs for a player and for a person's disk."""
        return PlayUrl(
            self._read_url(object_key, "inline"),
            self._read_url(object_key, f'attachment; filename="{file_name}"'),
            now + timedelta(seconds=PLAY_LIFE_S),
        )

    def _read_url(self, object_key: str, disposition: str) -> str:
        return self._s3.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": object_key,
                "ResponseContentDisposition": disposition,
                "ResponseCacheControl": "no-store",
            },
            ExpiresIn=PLAY_LIFE_S,
        )

    def put_report(self, object_key: str, content: bytes, mime_type: str) -> None:
        """Keep a report beside the recordings."""
        self._s3.put_object(Bucket=self._bucket, Key=object_key, Body=content, ContentType=mime_type)


class S3Publications:
    """What the CDN serves."""

    def __init__(self, client: "S3Client", bucket: str, base_url: str) -> None:
        self._s3 = client
        self._bucket = bucket
        self._base_url = base_url.rstrip("/")

    def put_bulletin(self, bulletin: Bulletin) -> None:
        """Replace the bulletin; it lives one second in caches."""
        self._s3.put_object(
            Bucket=self._bucket,
            Key=f"bulletins/{bulletin.exam_id}.json",
            Body=msgspec.json.encode(bulletin),
            ContentType="application/json",
            CacheControl="public, max-age=1",
        )

    def put_paper(self, object_key: str, ciphertext: bytes) -> None:
        """Keep the sealed paper; its name is its hash, so it may be cached for good."""
        self._s3.put_object(
            Bucket=self._bucket,
            Key=object_key,
            Body=ciphertext,
            ContentType="application/octet-stream",
            CacheControl="public, max-age=31536000, immutable",
        )

    def url(self, path: str) -> str:
        """Public address of an object."""
        return f"{self._base_url}/{path}"


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))
