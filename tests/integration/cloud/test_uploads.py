"""From a presigned PUT to a function that hears of it, and what S3 refuses on the way."""

import base64
import hashlib
import time
from typing import Any

import httpx
import pytest

from devkit.cloud import LocalCloud

CONTENT = b"a recording" * 1000
SHA256 = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()


def begin(toy: LocalCloud, key: str, **query: Any) -> dict[str, str]:
    asked: dict[str, Any] = {"sha256": SHA256, "size": len(CONTENT)} | query
    answer: dict[str, str] = httpx.get(f"{toy.api_url}/upload-url/{key}", params=asked).json()
    return answer


def put(url: str, content: bytes = CONTENT, sha256: str = SHA256, **headers: str) -> httpx.Response:
    return httpx.put(url, content=content, headers={"x-amz-checksum-sha256": sha256} | headers)


def noted(toy: LocalCloud, key: str, within_s: float = 10) -> int:
    """How often the function heard of the object."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = toy.client("dynamodb").get_item(TableName="toy-notes", Key={"id": {"S": key}})
        if "Item" in found:
            return int(found["Item"]["seen"]["N"])
        time.sleep(0.1)
    return 0


def depth(toy: LocalCloud, url: str) -> int:
    asked = ["ApproximateNumberOfMessages"]
    answer = toy.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=asked)
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def test_a_finished_upload_reaches_the_function(toy: LocalCloud) -> None:
    upload = begin(toy, "good.webm")
    sent = put(upload["url"])
    assert sent.status_code == 200
    part = {"PartNumber": 1, "ETag": sent.headers["etag"], "ChecksumSHA256": SHA256}
    toy.client("s3").complete_multipart_upload(
        Bucket="toy-uploads", Key="good.webm", UploadId=upload["upload_id"], MultipartUpload={"Parts": [part]}
    )
    assert noted(toy, "good.webm") >= 1


def test_a_browser_may_ask_beforehand_with_the_presigned_url(toy: LocalCloud) -> None:
    asks = {
        "Origin": "http://127.0.0.1:5173",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "x-amz-checksum-sha256",
    }
    answer = httpx.options(begin(toy, "preflight.webm")["url"], headers=asks)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == asks["Origin"]
    assert "x-amz-checksum-sha256" in answer.headers["access-control-allow-headers"]


def test_a_body_that_does_not_match_its_checksum_is_refused(toy: LocalCloud) -> None:
    answer = put(begin(toy, "bad.webm")["url"], content=CONTENT[:-1] + b"!")
    assert answer.status_code == 400
    assert "BadDigest" in answer.text


def test_the_switch_lets_a_wrong_checksum_through(toy: LocalCloud) -> None:
    damaged = CONTENT[:-1] + b"!"
    answer = put(begin(toy, "let-through.webm")["url"], damaged, **{"X-Viva-Unchecked": "checksum"})
    assert answer.status_code == 200


def test_another_checksum_than_the_signed_one_is_refused(toy: LocalCloud) -> None:
    other = b"something else".ljust(len(CONTENT))
    sha256 = base64.b64encode(hashlib.sha256(other).digest()).decode()
    answer = put(begin(toy, "swapped.webm")["url"], other, sha256)
    assert answer.status_code == 403
    assert "SignatureDoesNotMatch" in answer.text


def test_another_length_than_the_signed_one_is_refused(toy: LocalCloud) -> None:
    short = CONTENT[:-1]
    answer = put(begin(toy, "short.webm")["url"], short)
    assert answer.status_code in (400, 403)


def test_a_url_for_one_key_opens_no_other(toy: LocalCloud) -> None:
    url = begin(toy, "mine.webm")["url"]
    assert put(url.replace("mine.webm", "other.webm")).status_code == 403


def test_an_expired_url_is_refused(toy: LocalCloud) -> None:
    url = begin(toy, "late.webm", seconds=1)["url"]
    time.sleep(2.1)
    answer = put(url)
    assert answer.status_code == 403
    assert "Request has expired" in answer.text


def test_one_bad_event_of_a_batch_comes_back_alone_and_ends_in_the_dead_letters(toy: LocalCloud) -> None:
    s3, dead = toy.client("s3"), toy.outputs["DeadUrl"]
    already = depth(toy, dead)
    for key in ("batch-1", "poison-1", "batch-2"):
        s3.put_object(Bucket="toy-uploads", Key=key, Body=b"x")
    assert noted(toy, "batch-1") == 1
    assert noted(toy, "batch-2") == 1
    deadline = time.monotonic() + 40
    while depth(toy, dead) == already and time.monotonic() < deadline:
        time.sleep(0.2)
    assert depth(toy, dead) == already + 1
    assert noted(toy, "batch-1") == noted(toy, "batch-2") == 1


def test_an_event_that_kills_the_function_ends_in_the_dead_letters_and_the_alarm_says_so(
    toy: LocalCloud,
) -> None:
    toy.client("s3").put_object(Bucket="toy-uploads", Key="dies-1", Body=b"x")
    deadline = time.monotonic() + 40
    while toy.alarms()["toy-dead-letters"] != "ALARM" and time.monotonic() < deadline:
        time.sleep(0.2)
    assert toy.alarms()["toy-dead-letters"] == "ALARM"
    assert "ALARM toy-dead-letters" in (toy.logs_dir / "cloud.log").read_text()
    state = toy.client("cloudwatch").describe_alarms(AlarmNames=["toy-dead-letters"])["MetricAlarms"][0]
    assert state["StateValue"] == "ALARM"


def test_the_cdn_serves_the_published_bucket_and_nothing_else(toy: LocalCloud) -> None:
    toy.client("s3").put_object(
        Bucket="toy-pages",
        Key="bulletins/e1.json",
        Body=b"{}",
        ContentType="application/json",
        CacheControl="public, max-age=1",
    )
    url = f"{toy.publications_url}/bulletins/e1.json"
    answer = httpx.get(url)
    assert (answer.status_code, answer.text) == (200, "{}")
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert httpx.get(url, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert httpx.get(f"{toy.publications_url}/bulletins/e2.json").status_code == 403


@pytest.mark.parametrize("bucket", ["toy-uploads", "toy-pages"])
def test_nobody_reads_a_bucket_without_credentials(toy: LocalCloud, bucket: str) -> None:
    toy.client("s3").put_object(Bucket=bucket, Key="private", Body=b"x")
    assert httpx.get(f"{toy.aws_url}/{bucket}/private").status_code == 403
