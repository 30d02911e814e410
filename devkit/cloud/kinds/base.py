"""What all resource types share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devkit.cloud.clients import Clients
from devkit.cloud.intrinsics import TemplateRefused
from devkit.cloud.lambda_worker_process import FunctionSpec


@dataclass(frozen=True)
class QueueSource:
    """An SQS event source mapping."""

    function_name: str
    queue_arn: str
    batch_size: int
    partial_failures: bool
    concurrency: int


@dataclass(frozen=True)
class Alarm:
    """A CloudWatch alarm on the depth of a queue."""

    name: str
    queue_name: str
    threshold: float


@dataclass
class Stage:
    """Where resources are made, and what they leave for the rest of the cloud.

    Attributes
    ----------
    clients
        Of the local AWS.
    package_dir
        The folder of the packaged template.
    function_defaults
        Globals.Function, resolved.
    """

    clients: Clients
    package_dir: Path
    function_defaults: Mapping[str, Any] = field(default_factory=dict)
    functions: list[FunctionSpec] = field(default_factory=list)
    queue_sources: list[QueueSource] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    role_statements: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    headers_policies: dict[str, dict[str, str]] = field(default_factory=dict)
    published_bucket: str = ""
    published_headers: dict[str, str] = field(default_factory=dict)
    gateway_responses: dict[str, Any] = field(default_factory=dict)
    binary_types: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Made:
    """A resource that exists: what Ref gives, and its attributes."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


type Make = Callable[[Stage, str, dict[str, Any]], Made]
"""Stage, logical id, resolved properties to the resource."""


@dataclass(frozen=True)
class Kind:
    """A resource type.

    Attributes
    ----------
    make
        Makes one; gets only properties that are applied.
    applied
        Properties that `make` uses.
    passed_over
        Properties that are right in AWS and do nothing here, with the reason.
    """

    make: Make
    applied: frozenset[str]
    passed_over: Mapping[str, str] = field(default_factory=dict)

    def sift(self, logical_id: str, type_name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        """The properties to apply.

        Raises
        ------
        TemplateRefused
            Names the resource and the property that is not known.
        """
        known = self.applied | self.passed_over.keys()
        only(properties, known, f"{logical_id} ({type_name})")
        return {name: value for name, value in properties.items() if name in self.applied}


def only(mapping: Mapping[str, Any], known: frozenset[str] | set[str], where: str) -> None:
    """Refuse keys that nobody would read."""
    unknown = sorted(mapping.keys() - known)
    if unknown:
        raise TemplateRefused(f"{where}: the local cloud does not know the property {', '.join(unknown)}")


AT_REST = "encryption at rest cannot be seen from outside"
NO_TRACES = "no X-Ray here"
NO_LOG_SERVICE = "logs go to files"
ONE_OWNER = "the local cloud has one user"
