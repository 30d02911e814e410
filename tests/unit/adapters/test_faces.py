"""The API's side of the face function: what is asked, how each answer and each failure is read."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.adapters.faces import LambdaFaces
from chalicelib.domain.errors import FaceLoginOff, PhotoMissing, Unavailable
from chalicelib.domain.face import FaceDecision, Finding, Reason, Turn
from chalicelib.ports import Burst

BURST = Burst("exam_1", "A001", known=True, turns=(Turn.LEFT, Turn.RIGHT), frames=[b"\xff\xd8one", b"two"])


class FakeLambda:
    """Answers as the function would."""

    def __init__(self, answer: Callable[[dict[str, Any]], Any]) -> None:
        self._answer = answer
        self.asked: list[dict[str, Any]] = []

    def invoke(self, **call: Any) -> dict[str, Any]:
        assert call.keys() == {"FunctionName", "Payload"}
        self.asked.append(json.loads(call["Payload"]))
        answer = self._answer(self.asked[-1])
        if isinstance(answer, dict) and "FunctionError" in answer:
            return {"Payload": io.BytesIO(b'{"errorType": "X"}'), **answer}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


def faces(answer: Callable[[dict[str, Any]], Any]) -> tuple[LambdaFaces, FakeLambda]:
    client = FakeLambda(answer)
    return LambdaFaces(client, "function"), client  # type: ignore[arg-type]


def test_frames_and_turns_go_as_json_and_the_decision_comes_back_whole() -> None:
    decision = {
        "accepted": False, "score": 0.1, "threshold": 0.36, "facts": None, "advice": [],
        "reasons": [{"reason": "too_dark", "frames": [0, 2], "value": 60.5, "limit": 75.0}],
    }  # fmt: skip
    port, client = faces(lambda _: {"status": "decided", "model": "m", "decision": decision})

    answer = port.match(BURST)

    finding = Finding(Reason.TOO_DARK, (0, 2), 60.5, 75.0)
    assert answer.decision == FaceDecision(False, 0.1, 0.36, (finding,), (), None)
    assert answer.model == "m"
    assert client.asked == [
        {
            "task": "match",
            "exam_id": "exam_1",
            "ticket_no": "A001",
            "known": True,
            "turns": ["left", "right"],
            "frames": ["/9hvbmU=", "dHdv"],
        }
    ]


@pytest.mark.parametrize(("status", "error"), [("off", FaceLoginOff), ("photo_missing", PhotoMissing)])
def test_what_keeps_from_deciding_is_an_error_of_its_own(status: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        faces(lambda _: {"status": status})[0].match(BURST)


def test_a_function_that_is_ready_is_asked_once_until_it_is_off() -> None:
    states = iter(["off", "ready", "off", "off"])
    port, client = faces(lambda _: {"status": next(states)})

    assert [port.is_ready(), port.is_ready(), port.is_ready()] == [False, True, True]
    with pytest.raises(FaceLoginOff):
        port.match(BURST)
    assert not port.is_ready()
    assert [asked["task"] for asked in client.asked] == ["ready", "ready", "match", "ready"]


def broken(error: Exception) -> Callable[[dict[str, Any]], Any]:
    def answer(_: dict[str, Any]) -> Any:
        raise error

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: {"FunctionError": "Unhandled"},
        broken(ReadTimeoutError(endpoint_url="lambda")),
        broken(ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")),
    ],
    ids=["crashed", "late", "throttled"],
)
def test_a_function_that_fails_is_unavailable_and_nothing_else(
    answer: Callable[[dict[str, Any]], Any],
) -> None:
    with pytest.raises(Unavailable) as error:
        faces(answer)[0].match(BURST)

    assert type(error.value) is Unavailable
