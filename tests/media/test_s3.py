"""`viva verify s3://...` reads the object where it lies."""

import json

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from devkit.verify.command import verify
from tests.media.conftest import Shelf
from tests.media.corpus.kinds import KINDS


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return "recordings"


@mock_aws
def test_an_object_is_verified_by_its_address(bucket: str, short_shelf: Shelf) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket=bucket, Key="ab/camera-1.webm", Body=short_shelf.clean(KINDS[0]))

    result = CliRunner().invoke(verify, ["--json", f"s3://{bucket}/ab/camera-1.webm"])

    assert result.exit_code == 0
    assert json.loads(result.stdout)["verdict"] == "intact"


@mock_aws
def test_an_object_that_is_not_there_exits_2(bucket: str) -> None:
    result = CliRunner().invoke(verify, [f"s3://{bucket}/nowhere.webm"])

    assert result.exit_code == 2
    assert "cannot be read" in result.stderr
