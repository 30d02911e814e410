"""Where moto differs from AWS in what matters to viva. All of it is here, seen in moto 5.2.5.

Each has a test in tests/integration/cloud/test_corrections.py that fails once moto no longer needs it.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import boto3
from botocore.config import Config
from moto import backends
from moto.awslambda.models import LambdaFunction
from moto.core.config import default_user_config
from moto.dynamodb.responses import DynamoHandler
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped

# So often an execution that waits looks whether it was stopped: moto rings once, and forgets it.
_LISTENS_EVERY_S = 0.5

type Invoke = Callable[[str, str], tuple[str, bool]]
"""Function name and payload (JSON) to answer (JSON) and whether the function failed."""


def apply(invoke: Invoke, aws_url: str) -> None:
    """Correct moto in this interpreter, for good."""
    run_state_machines()
    run_functions(invoke)
    one_dynamodb_call_at_a_time()
    wait_exactly_until_timestamps()
    let_a_stop_stand()
    share_step_functions_clients(aws_url)
    list_services_once()


def run_state_machines() -> None:
    """By default moto notes an execution and calls it succeeded or running; here it runs."""
    default_user_config["stepfunctions"] = {"execute_state_machine": True}


def run_functions(invoke: Invoke) -> None:
    """Moto runs functions in Docker; here our own runtime does.

    Moto also calls an uncaught exception "Handled"; AWS calls it "Unhandled".
    """

    def run(self: LambdaFunction, body: Any, request_headers: Any, response_headers: Any) -> bytes:
        payload = body.decode() if isinstance(body, bytes) else body or "{}"
        if request_headers.get("X-Amz-Invocation-Type") == "Event":
            threading.Thread(target=invoke, args=(self.function_name, payload), daemon=True).start()
            return b""
        answer, failed = invoke(self.function_name, payload)
        if failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        return answer.encode()

    _replace(LambdaFunction, "invoke", run)


def one_dynamodb_call_at_a_time() -> None:
    """Concurrent ADD and TransactWriteItems lose updates in moto, which has no lock at all."""
    lock, unlocked = threading.Lock(), DynamoHandler.call_action

    @wraps(unlocked)
    def call_action(self: DynamoHandler) -> Any:
        with lock:
            return unlocked(self)

    _replace(DynamoHandler, "call_action", call_action)


def wait_exactly_until_timestamps() -> None:
    """Moto cuts waits to whole seconds, so that they end up to a second early, and takes Z for local time.

    AWS may come late, never early. Waiting is new as well, since moto counts in whole seconds there too, and
    does not hear of a stop that comes just before it begins to wait.
    """

    def seconds_left(self: Timestamp, env: Any) -> float:
        self.string.eval(env=env)
        text = env.stack.pop()
        if not self._is_valid_timestamp_pattern(text):
            raise FailureEventException(self._create_failure_event(env, text))
        return (datetime.fromisoformat(text) - datetime.now(UTC)).total_seconds()

    def wait(_: WaitFunction, env: Any, wait_seconds: float) -> None:
        until = time.monotonic() + wait_seconds
        while env.is_running() and (left := until - time.monotonic()) > 0:
            env.program_state_event.wait(min(left, _LISTENS_EVERY_S))

    _replace(Timestamp, "_get_wait_seconds", seconds_left)
    _replace(WaitFunction, "_wait_interval", wait)


def let_a_stop_stand() -> None:
    """Moto calls an execution failed that was stopped in the middle of a task; in AWS it is aborted."""
    fail = Environment.set_error

    def set_error(self: Environment, error: Any) -> None:
        if not isinstance(self.program_state(), ProgramStopped):
            fail(self, error)

    _replace(Environment, "set_error", set_error)


def share_step_functions_clients(aws_url: str) -> None:
    """Moto makes a boto3 client for every task: 50 ms of CPU, and a race in boto3's default session."""
    client = boto3.Session("local", "local", region_name="us-east-1").client

    lock, clients = threading.Lock(), dict[tuple[str, str], Any]()
    # As long as a task may take; moto's own client waits as patiently.
    patient = Config(read_timeout=99_999_999, max_pool_connections=256, retries={"total_max_attempts": 1})

    def boto_client_for(region: str, service: str, state_credentials: Any = None) -> Any:
        with lock:
            if (region, service) not in clients:
                clients[region, service] = client(
                    service, region_name=region, endpoint_url=aws_url, config=patient
                )
            return clients[region, service]

    _replace(lambda_eval_utils, "boto_client_for", boto_client_for)


def list_services_once() -> None:
    """Moto lists its own folder anew on every request, under the lock that every other request waits for."""
    services = frozenset(backends.list_of_moto_modules())
    _replace(backends, "list_of_moto_modules", lambda: services)


def _replace(owner: Any, name: str, by: Callable[..., Any]) -> None:
    # Fails when moto has renamed what is to be corrected.
    getattr(owner, name)
    setattr(owner, name, by)
