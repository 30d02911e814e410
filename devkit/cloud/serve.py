"""The cloud's own process: everything that runs while the cloud is up."""

import errno
import os
import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from devkit.cloud.http_api_process import HttpApi
from devkit.cloud.lambda_runtime import LambdaRuntime
from devkit.package import UNZIPPED
from devkit.verify.models import layer_folder


class PortTaken(Exception):
    """Somebody listens on the port already; `port` is its number."""

    def __init__(self, port: int) -> None:
        super().__init__(f"端口 {port} 已被占用 / port {port} is taken")
        self.port = port


@dataclass(frozen=True)
class Addresses:
    """Where the running cloud is found; `outputs` are the template's."""

    api_url: str
    aws_url: str
    publications_url: str
    logs_dir: str
    outputs: Mapping[str, str]


class RunningCloud:
    """Moto, functions, pollers and API of one deployed package.

    Parameters
    ----------
    template_path
        The packaged template.
    state_dir
        Gets `logs/` and links; may be removed once the cloud has stopped.
    api_port, aws_port
        0 for any free port.
    parameters
        For the template, over the local defaults.

    Raises
    ------
    PortTaken
        If a port is in use.
    """

    def __init__(
        self,
        template_path: Path,
        state_dir: Path,
        api_port: int,
        aws_port: int,
        parameters: Mapping[str, str],
    ) -> None:
        os.environ["TZ"] = "UTC"
        time.tzset()
        self._template_path, self._parameters = template_path, parameters
        self._logs_dir = state_dir / "logs"
        self._logs_dir.mkdir(parents=True, exist_ok=True)
        unzipped = template_path.parent / UNZIPPED
        self._api_socket, self._aws_socket = _listen(api_port), _listen(aws_port)
        # Only who has the ports may clear the logs: another cloud may be writing them.
        _clear(self._logs_dir)
        # Before moto, which takes seconds to import on this core while the app starts on the other.
        self._api = HttpApi(unzipped, state_dir, self._logs_dir, self._api_socket)
        self._to_stop = ExitStack()
        self._to_stop.callback(self._api.stop)
        self._runtime = LambdaRuntime(_url(self._aws_socket), unzipped, state_dir, self._logs_dir)

    def start(self) -> Addresses:
        """Deploy and serve."""
        from devkit.cloud.alarms import AlarmWatch
        from devkit.cloud.aws_server import AwsServer
        from devkit.cloud.cdn import PREFIX
        from devkit.cloud.clients import Clients
        from devkit.cloud.deployer import Deployment
        from devkit.cloud.sqs_poller import SqsPoller

        aws = AwsServer(self._aws_socket, self._invoke)
        aws.start()
        self._to_stop.callback(aws.stop)
        clients = Clients(aws.url)
        publications_url = aws.url + PREFIX
        parameters = local_parameters(publications_url) | dict(self._parameters)
        deployment = Deployment(self._template_path, parameters, clients)
        outputs = deployment.deploy()
        stage = deployment.stage
        aws.cdn.bucket, aws.cdn.headers = stage.published_bucket, stage.published_headers
        (api,) = [function for function in stage.functions if function.logical_id == "APIHandler"]
        self._api.serve(api, aws.url, stage)
        for function in stage.functions:
            if function is not api:
                self._runtime.register(function)
        self._to_stop.callback(self._runtime.stop)
        watch = AlarmWatch(stage.alarms, clients, self._logs_dir)
        watch.start()
        self._to_stop.callback(watch.stop)
        for source in stage.queue_sources:
            poller = SqsPoller(source, clients, self._runtime)
            poller.start()
            self._to_stop.callback(poller.stop)
        self._runtime.warm()
        self._api.wait_until_ready()
        api_url = _url(self._api_socket)
        outputs["EndpointURL"] = api_url
        return Addresses(api_url, aws.url, publications_url, str(self._logs_dir), outputs)

    def stop(self) -> None:
        """End everything, however far it has come."""
        self._to_stop.close()

    def _invoke(self, name: str, payload: str) -> tuple[str, bool]:
        outcome = self._runtime.invoke(name, payload)
        return outcome.payload, outcome.failed


def local_parameters(publications_url: str) -> dict[str, str]:
    """What the template asks of whoever deploys it, answered for this machine."""
    return {
        "SiteUrl": "http://127.0.0.1:5173",
        "PublicationsUrl": publications_url,
        "MediaLayerArn": "arn:aws:lambda:ap-southeast-1:123456789012:layer:viva-media:1",
        "ModelsDir": _models_dir(),
        # The local day lasts minutes: a redelivery after twelve would never be seen.
        "VerifyRetrySeconds": "5",
        "PhotosRetrySeconds": "5",
    }


def _models_dir() -> str:
    """Where the models are on this machine; empty where they are not: no faces are counted or compared."""
    found = layer_folder()
    return str(found) if found else ""


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()
    return f"http://{host}:{port}"


def _clear(logs_dir: Path) -> None:
    for old in logs_dir.iterdir():
        if old.name == "cloud.log":
            os.truncate(old, 0)  # this process is writing it already
        else:
            old.unlink()


def _listen(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port) from error
        raise
    listening.listen(1024)
    return listening
