"""The local AWS: moto behind one HTTP port, with the CDN and S3's own checks before it."""

import logging
import os
import socket
import threading
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from devkit.cloud import corrections
from devkit.cloud.cdn import Cdn
from devkit.cloud.presigned import PresignedDoor


class _RequestHandler(MotoRequestHandler):
    # A head and a body in two small writes would otherwise wait 40 ms for each other.
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  as werkzeug has it
        """Keep quiet: thousands of requests a minute are no news."""


class AwsServer:
    """Moto on a socket that is bound already.

    Parameters
    ----------
    listening
        Bound to a port of the loopback address.
    invoke
        Runs a function: name and payload to answer and whether it failed.
    """

    def __init__(self, listening: socket.socket, invoke: corrections.Invoke) -> None:
        host, port = listening.getsockname()
        self.url = f"http://{host}:{port}"
        # Moto's Step Functions call other services at this port.
        os.environ["MOTO_PORT"] = str(port)
        corrections.apply(invoke, self.url)
        self.cdn = Cdn(PresignedDoor(DomainDispatcherApplication(create_backend_app)))
        self._server = make_server(
            host, port, self.cdn, threaded=True, request_handler=_RequestHandler, fd=listening.fileno()
        )
        self._thread = threading.Thread(target=self._server.serve_forever, name="aws", daemon=True)

    def start(self) -> None:
        """Serve from now on."""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests."""
        self._server.shutdown()
        self._thread.join()
