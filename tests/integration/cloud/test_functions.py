"""Functions run as Lambda runs them: warm, limited in time, and their failures are told apart."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from devkit.cloud import LocalCloud

STEP = "viva-local-ExamStep"


def invoke(toy: LocalCloud, **event: Any) -> tuple[dict[str, Any], str | None]:
    answer = toy.client("lambda").invoke(FunctionName=STEP, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


def test_a_function_stays_warm_between_calls(toy: LocalCloud) -> None:
    first, _ = invoke(toy, do="nothing")
    second, error = invoke(toy, do="nothing")
    assert error is None
    assert first["pid"] == second["pid"]


def test_a_function_lives_in_utc_and_knows_its_time_left(toy: LocalCloud) -> None:
    answer, _ = invoke(toy, do="nothing")
    assert answer["tz"] == "UTC"
    left, _ = invoke(toy, do="left")
    assert 0 < left["left_ms"] <= 2000


def test_an_exception_is_told_by_its_class(toy: LocalCloud) -> None:
    before = len(toy.function_errors())
    answer, error = invoke(toy, do="fail")
    assert error == "Unhandled"
    assert (answer["errorType"], answer["errorMessage"]) == ("TooEarly", "not yet")
    noted = toy.function_errors()[before:]
    assert [(e["function"], e["errorType"]) for e in noted] == [("ExamStep", "TooEarly")]


def test_a_function_that_hangs_is_killed_and_the_next_call_served(toy: LocalCloud) -> None:
    answer, error = invoke(toy, do="hang")
    assert (error, answer["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    assert "Task timed out after 2.00 seconds" in answer["errorMessage"]
    assert invoke(toy, do="nothing")[1] is None


def test_a_function_whose_interpreter_dies_is_reported_and_replaced(toy: LocalCloud) -> None:
    before, _ = invoke(toy, do="nothing")
    answer, error = invoke(toy, do="exit")
    assert (error, answer["errorType"]) == ("Unhandled", "Runtime.ExitError")
    assert "exit status 7" in answer["errorMessage"]
    after, error = invoke(toy, do="nothing")
    assert error is None
    assert after["pid"] != before["pid"]


@pytest.mark.parametrize("module", ["numpy", "av", "cv2", "httpx", "devkit"])
def test_a_function_without_a_layer_imports_nothing_but_its_package_and_the_runtime(
    toy: LocalCloud, module: str
) -> None:
    answer, error = invoke(toy, do="import", module=module)
    assert (error, answer["errorType"]) == ("Unhandled", "ModuleNotFoundError")


def test_the_runtime_brings_boto3(toy: LocalCloud) -> None:
    assert invoke(toy, do="import", module="boto3")[1] is None


def test_concurrent_increments_are_all_kept(toy: LocalCloud) -> None:
    dynamodb = toy.client("dynamodb")

    def increment(_: int) -> None:
        dynamodb.update_item(
            TableName="toy-notes",
            Key={"id": {"S": "hot"}},
            UpdateExpression="ADD seen :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(32) as threads:
        list(threads.map(increment, range(320)))
    item = dynamodb.get_item(TableName="toy-notes", Key={"id": {"S": "hot"}}, ConsistentRead=True)["Item"]
    assert item["seen"]["N"] == "320"


def test_of_32_writers_under_one_condition_one_wins(toy: LocalCloud) -> None:
    dynamodb = toy.client("dynamodb")

    def claim(writer: int) -> bool:
        try:
            dynamodb.put_item(
                TableName="toy-notes",
                Item={"id": {"S": "claimed"}, "by": {"N": str(writer)}},
                ConditionExpression="attribute_not_exists(id)",
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(32) as threads:
        assert sum(threads.map(claim, range(32))) == 1
