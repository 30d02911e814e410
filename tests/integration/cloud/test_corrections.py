"""What moto 5.2.5 does by itself. Each test fails once moto has learnt it: then drop its correction."""

import hashlib
import inspect
import json
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from moto import backends, mock_aws
from moto.awslambda.models import LambdaFunction
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.server import ThreadedMotoServer
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramError, ProgramRunning


@pytest.fixture
def plain_moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def test_the_corrections_were_written_against_this_version() -> None:
    assert version("moto") == "5.2.5"


@mock_aws
def test_moto_does_not_run_executions_unless_told_to() -> None:
    sfn = boto3.client("stepfunctions", "us-east-1")
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    role = "arn:aws:iam::123456789012:role/r"
    machine = sfn.create_state_machine(name="m", definition=definition, roleArn=role)["stateMachineArn"]
    execution = sfn.start_execution(stateMachineArn=machine, name="e")["executionArn"]
    time.sleep(0.5)
    assert sfn.describe_execution(executionArn=execution)["status"] == "RUNNING"


def test_moto_runs_functions_in_docker_and_calls_what_they_raise_handled() -> None:
    assert "docker_client.containers.run" in inspect.getsource(LambdaFunction)
    assert '"x-amz-function-error"] = "Handled"' in inspect.getsource(LambdaFunction.invoke)


def test_moto_lists_its_own_folder_on_every_request() -> None:
    assert "backends.list_of_moto_modules()" in inspect.getsource(DomainDispatcherApplication)
    assert inspect.isgeneratorfunction(backends.list_of_moto_modules)


def test_moto_loses_concurrent_increments(plain_moto: str) -> None:
    dynamodb = boto3.client("dynamodb", "us-east-1", endpoint_url=plain_moto)
    dynamodb.create_table(
        TableName="t",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    switch_interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads change places as often as they can
    try:
        for _ in range(10):
            acknowledged = _increment(dynamodb, 200)
            item = dynamodb.get_item(TableName="t", Key={"id": {"S": "hot"}}, ConsistentRead=True)["Item"]
            if int(item["seen"]["N"]) < acknowledged:
                return
            dynamodb.delete_item(TableName="t", Key={"id": {"S": "hot"}})
    finally:
        sys.setswitchinterval(switch_interval)
        dynamodb.close()
    raise AssertionError("moto kept every increment: drop one_dynamodb_call_at_a_time")


def _increment(dynamodb: Any, times: int) -> int:
    def once(_: int) -> None:
        dynamodb.update_item(
            TableName="t",
            Key={"id": {"S": "hot"}},
            UpdateExpression="ADD seen :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(10) as threads:
        return len(list(threads.map(once, range(times))))


def test_moto_waits_for_whole_seconds_only() -> None:
    at = datetime.now(UTC) + timedelta(seconds=2.9)
    stack: list[str] = []
    text = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    string: Any = SimpleNamespace(eval=lambda env: env.stack.append(text), literal_value=text)
    env: Any = SimpleNamespace(stack=stack)
    seconds = Timestamp(string)._get_wait_seconds(env)
    assert isinstance(seconds, int)


def test_moto_waits_for_what_was_stopped_just_before() -> None:
    waited: list[float] = []
    function: Any = SimpleNamespace()
    env: Any = SimpleNamespace(
        is_running=lambda: False, program_state_event=SimpleNamespace(wait=waited.append)
    )
    WaitFunction._wait_interval(function, env, 60)
    assert waited == [60]


def test_moto_calls_what_was_stopped_in_a_task_failed() -> None:
    env: Any = object.__new__(Environment)
    env._state_mutex, env._frames, env.program_state_event = threading.RLock(), [], threading.Event()
    env._program_state = ProgramRunning()
    env.set_stop(stop_date=datetime.now(UTC), cause=None, error=None)
    env.set_error({})
    assert isinstance(env._program_state, ProgramError)


def test_moto_makes_a_client_for_every_task() -> None:
    made = [lambda_eval_utils.boto_client_for("us-east-1", "lambda") for _ in range(2)]
    assert made[0] is not made[1]


@pytest.fixture
def part_url(plain_moto: str) -> Iterator[str]:
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    s3 = boto3.client("s3", "us-east-1", endpoint_url=plain_moto, config=config)
    s3.create_bucket(Bucket="plain")
    upload = s3.create_multipart_upload(Bucket="plain", Key="k", ChecksumAlgorithm="SHA256")
    part = {"Bucket": "plain", "Key": "k", "UploadId": upload["UploadId"], "PartNumber": 1}
    part["ChecksumSHA256"] = b64encode(hashlib.sha256(b"right").digest()).decode()
    yield s3.generate_presigned_url("upload_part", Params=part, ExpiresIn=1)
    s3.close()


def test_moto_takes_a_body_that_does_not_match_its_checksum(part_url: str) -> None:
    right = b64encode(hashlib.sha256(b"right").digest()).decode()
    answer = httpx.put(part_url, content=b"wrong", headers={"x-amz-checksum-sha256": right})
    assert answer.status_code == 200


def test_moto_takes_a_tampered_url(part_url: str) -> None:
    assert httpx.put(part_url.replace("partNumber=1", "partNumber=2"), content=b"x").status_code == 200


def test_moto_takes_an_expired_url(part_url: str) -> None:
    time.sleep(2.1)
    assert httpx.put(part_url, content=b"x").status_code == 200
