"""The HTTP API: Chalice's own local server over the packaged app, with what API Gateway adds or refuses.

Runs in an interpreter of its own. The first line on stdin is its set-up: `{"handler", "environment",
"statements", "function_name", "account", "memory_mb", "timeout_s", "socket_fd", "chalice_dir",
"gateway_responses", "binary_types"}`; it answers `{"ready": true}` on stdout and serves until stdin closes.
"""

import importlib
import json
import os
import socket
import sys
import threading
import time
import uuid
from functools import partial
from typing import Any

# Lambda takes 6 MB a call; what is sent beyond never reaches the function.
_LARGEST_BODY = 6 * 2**20


def main() -> None:
    """Serve until stdin closes."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    import botocore.session  # noqa: F401  while the cloud deploys: it is the runtime's, and slow

    setup = json.loads(sys.stdin.buffer.readline())
    os.environ.clear()
    os.environ.update(setup["environment"])
    time.tzset()
    server = _server(setup)
    answers.write('{"ready": true}\n')
    answers.flush()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.buffer.read()
    os._exit(0)


def _server(setup: dict[str, Any]) -> Any:
    from .permissions import Policy, guard

    guard(Policy(setup["statements"]), setup["function_name"], setup["account"])
    import chalice

    # The package holds chalice's runtime only; its local server is the developer's.
    chalice.__path__.append(setup["chalice_dir"])
    module, _, name = setup["handler"].rpartition(".")
    app = getattr(importlib.import_module(module), name)
    return _make_server(app, setup)


def _make_server(app: Any, setup: dict[str, Any]) -> Any:
    from chalice.config import Config
    from chalice.local import (
        ChaliceRequestHandler,
        CustomLocalChalice,
        LocalChalice,
        LocalGateway,
        LocalGatewayException,
        ThreadedHTTPServer,
    )

    # As chalice.local.create_local_server does: the current request becomes a thread's own.
    CustomLocalChalice.__bases__ = (LocalChalice, app.__class__)
    app.__class__ = CustomLocalChalice
    config = Config.create(lambda_timeout=setup["timeout_s"], lambda_memory_size=setup["memory_mb"])
    binary_types = frozenset(setup["binary_types"])

    class Gateway(LocalGateway):
        def _generate_lambda_event(self, method: str, path: str, headers: Any, body: bytes | None) -> Any:
            headers = {name.lower(): value for name, value in headers.items()}
            text: Any = body
            if body is not None and headers.get("content-type", "") not in binary_types:
                # What is not a binary type reaches the function as text, whatever it was.
                text = body.decode("utf-8", errors="replace")
            event = super()._generate_lambda_event(method, path, headers, text)
            event["requestContext"]["requestId"] = str(uuid.uuid4())
            event["requestContext"]["stage"] = "api"
            return event

    gateway = Gateway(app, config)

    class Handler(ChaliceRequestHandler):
        disable_nagle_algorithm = True
        wbufsize = -1
        timeout = 120

        def __init__(self, request: Any, client_address: Any, server: Any) -> None:
            self.local_gateway = gateway
            super(ChaliceRequestHandler, self).__init__(request, client_address, server)

        def _generic_handle(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            if length > _LARGEST_BODY:
                # Unread it would break the connection, and with it this answer or the next request.
                while length > 0 and (read := self.rfile.read(min(length, 2**20))):
                    length -= len(read)
                self._refuse("REQUEST_TOO_LARGE", 413)
                return
            headers, body = self._parse_payload()
            try:
                answer = gateway.handle_request(self.command, self.path, headers, body)
            except LocalGatewayException as refused:
                self._refuse(_response_type(refused), refused.CODE)
                return
            except Exception as error:
                # API Gateway says 502 of a function or an authorizer that fails.
                self.log_error("%s %s: %r", self.command, self.path.partition("?")[0], error)
                self._refuse("DEFAULT_5XX", 502)
                return
            answer = self._handle_binary(answer)
            self._send_http_response(
                answer["statusCode"], answer["headers"] | answer["multiValueHeaders"], answer["body"]
            )

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _generic_handle  # noqa: N815

        def _refuse(self, response_type: str, status: int) -> None:
            responses = setup["gateway_responses"]
            fallback = responses.get("DEFAULT_4XX" if status < 500 else "DEFAULT_5XX", {})
            response = responses.get(response_type, fallback)
            quoted = response.get("ResponseParameters", {}).get("Headers", {})
            headers = {name: value.strip("'") for name, value in quoted.items()}
            body = response.get("ResponseTemplates", {}).get("application/json", "{}")
            self._send_http_response(int(response.get("StatusCode", status)), headers, body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  as http.server has it
            """One line a request, the route's query left out: it may hold what is secret."""
            line = (format % args).replace("\n", " ")
            sys.stderr.write(f"{self.log_date_time_string()} {line.partition('?')[0]}\n")

    class Server(ThreadedHTTPServer):
        request_queue_size = 1024

    server = Server(("127.0.0.1", 0), partial(Handler), bind_and_activate=False)
    server.socket.close()
    server.socket = socket.socket(fileno=setup["socket_fd"])
    server.server_address = server.socket.getsockname()
    server.server_name, server.server_port = server.server_address[:2]
    return server


def _response_type(refused: Any) -> str:
    kind = refused.headers.get("x-amzn-ErrorType", "")
    if kind == "AccessDeniedException":
        return "ACCESS_DENIED"
    if kind == "AuthorizerConfigurationException":
        return "AUTHORIZER_CONFIGURATION_ERROR"
    # Chalice answers an unknown route with "Missing Authentication Token" as well, but under 403.
    return "UNAUTHORIZED" if refused.CODE == 401 else "MISSING_AUTHENTICATION_TOKEN"
