"""Lambda."""

import io
import zipfile
from typing import Any

from devkit.cloud.intrinsics import TemplateRefused
from devkit.cloud.kinds.base import NO_TRACES, Kind, Made, QueueSource, Stage, only
from devkit.cloud.lambda_worker_process import FunctionSpec
from devkit.cloud.settings import ACCOUNT, STACK

# Two cores carry the whole day: more workers would only queue for them.
_WORKERS = 2


def _function(stage: Stage, logical_id: str, properties: dict[str, Any]) -> Made:
    name = f"{STACK}-{logical_id}"
    environment = _environment(stage, properties, logical_id)
    arn = stage.clients.client("lambda").create_function(
        FunctionName=name,
        Role=properties["Role"],
        Runtime=properties["Runtime"],
        Handler=properties["Handler"],
        # Moto only answers for the function; our runtime runs it from the unzipped package.
        Code={"ZipFile": _empty_zip()},
        Timeout=properties["Timeout"],
        MemorySize=properties["MemorySize"],
        Environment={"Variables": environment},
    )["FunctionArn"]
    stage.functions.append(
        FunctionSpec(
            logical_id=logical_id,
            name=name,
            arn=arn,
            handler=properties["Handler"],
            environment=environment,
            statements=stage.role_statements[properties["Role"]],
            timeout_s=properties["Timeout"],
            memory_mb=properties["MemorySize"],
            account=ACCOUNT,
            concurrency=min(_WORKERS, properties.get("ReservedConcurrentExecutions", _WORKERS)),
            layers=tuple(properties.get("Layers", ())),
        )
    )
    for event_id, event in properties.get("Events", {}).items():
        # Nothing is as old as a schedule's first day here; whoever wants the function calls it.
        if event["Type"] == "Schedule":
            only(event["Properties"], {"Schedule"}, f"{logical_id}.{event_id}")
            continue
        stage.queue_sources.append(_queue_source(name, f"{logical_id}.{event_id}", event))
    return Made(name, {"Arn": arn})


def _environment(stage: Stage, properties: dict[str, Any], logical_id: str) -> dict[str, str]:
    only(stage.function_defaults, {"Environment"}, "Globals.Function")
    own = properties.get("Environment", {})
    only(own, {"Variables"}, f"{logical_id}.Environment")
    merged = stage.function_defaults.get("Environment", {}).get("Variables", {}) | own.get("Variables", {})
    return {key: str(value) for key, value in merged.items()}


def _queue_source(function_name: str, where: str, event: dict[str, Any]) -> QueueSource:
    if event["Type"] != "SQS":
        raise TemplateRefused(f"{where}: the local cloud does not know events of type {event['Type']}")
    properties = event["Properties"]
    only(
        properties,
        {
            "Queue",
            "BatchSize",
            # 0 here, and a window would only slow a local run down.
            "MaximumBatchingWindowInSeconds",
            "FunctionResponseTypes",
            "ScalingConfig",
        },
        where,
    )
    return QueueSource(
        function_name=function_name,
        queue_arn=properties["Queue"],
        batch_size=properties["BatchSize"],
        partial_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
        concurrency=min(_WORKERS, properties.get("ScalingConfig", {}).get("MaximumConcurrency", _WORKERS)),
    )


def _empty_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", "")
    return buffer.getvalue()


FUNCTIONS = {
    "AWS::Serverless::Function": Kind(
        _function,
        frozenset(
            {
                "Runtime",
                "Handler",
                "Role",
                "Timeout",
                "MemorySize",
                "Environment",
                "Events",
                "Layers",
                "ReservedConcurrentExecutions",
            }
        ),
        {
            "Architectures": "this machine's own",
            "CodeUri": "every function runs from the one package",
            "Tags": "for the bill",
            "Tracing": NO_TRACES,
        },
    ),
    "AWS::Lambda::Permission": Kind(
        lambda _stage, logical_id, _properties: Made(logical_id),
        frozenset(),
        dict.fromkeys(
            ("Action", "FunctionName", "Principal", "SourceArn"),
            "the local API is its function and asks nobody",
        ),
    ),
}
