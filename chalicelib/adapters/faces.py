"""The face function behind its port: asked and answered as JSON, synchronously."""

import base64
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import FaceLoginOff, PhotoMissing, Unavailable
from chalicelib.domain.face import FaceDecision
from chalicelib.ports import Burst, FaceAnswer

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class LambdaFaces:
    """The face function, by its name."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._lambda = client
        self._function = function
        self._ready = False

    def is_ready(self) -> bool:
        """Whether it has its models; once it had, it has."""
        if not self._ready:
            self._ready = self._ask({"task": "ready"})["status"] == "ready"
        return self._ready

    def match(self, burst: Burst) -> FaceAnswer:
        """Let the function decide.

        Raises
        ------
        FaceLoginOff, PhotoMissing, Unavailable
        """
        answer = self._ask(
            {
                "task": "match",
                "exam_id": burst.exam_id,
                "ticket_no": burst.ticket_no,
                "known": burst.known,
                "turns": list(burst.turns),
                "frames": [base64.b64encode(frame).decode() for frame in burst.frames],
            }
        )
        if answer["status"] == "off":
            self._ready = False
            raise FaceLoginOff
        if answer["status"] == "photo_missing":
            raise PhotoMissing
        return FaceAnswer(msgspec.convert(answer["decision"], FaceDecision), answer["model"])

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            told = self._lambda.invoke(FunctionName=self._function, Payload=msgspec.json.encode(question))
            payload = told["Payload"].read()
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error
        if told.get("FunctionError"):
            raise Unavailable
        answer: dict[str, Any] = msgspec.json.decode(payload)
        return answer
