"""Step Functions."""

import re
from fnmatch import fnmatchcase
from typing import Any

from devkit.cloud.intrinsics import TemplateRefused
from devkit.cloud.kinds.base import NO_LOG_SERVICE, NO_TRACES, Kind, Made, Stage
from devkit.cloud.settings import ACCOUNT


def _state_machine(stage: Stage, logical_id: str, properties: dict[str, Any]) -> Made:
    substitutions: dict[str, str] = properties.get("DefinitionSubstitutions", {})
    definition = (stage.package_dir / properties["DefinitionUri"]).read_text(encoding="utf-8")
    for named in set(re.findall(r"\$\{(\w+)\}", definition)):
        if named not in substitutions:
            raise TemplateRefused(f"{logical_id}: its definition names ${{{named}}}, the template does not")
        definition = definition.replace(f"${{{named}}}", substitutions[named])
    _may_invoke(stage, logical_id, properties.get("Policies", []), substitutions)
    arn: str = stage.clients.client("stepfunctions").create_state_machine(
        name=properties["Name"],
        definition=definition,
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/{logical_id}Role",
        type=properties.get("Type", "STANDARD"),
    )["stateMachineArn"]
    return Made(arn, {"Arn": arn, "Name": properties["Name"]})


def _may_invoke(stage: Stage, logical_id: str, policies: list[Any], substitutions: dict[str, str]) -> None:
    # Moto asks no role; so say here what AWS would say at the first task.
    allowed = [
        arn
        for policy in policies
        for statement in policy["Statement"]
        if "lambda:InvokeFunction" in statement["Action"]
        for arn in (
            [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
        )
    ]
    functions = {spec.arn for spec in stage.functions}
    for arn in functions & set(substitutions.values()):
        if not any(fnmatchcase(arn, pattern) for pattern in allowed):
            raise TemplateRefused(f"{logical_id}: its policies do not let it invoke {arn}")


WORKFLOWS = {
    "AWS::Serverless::StateMachine": Kind(
        _state_machine,
        frozenset({"Name", "Type", "DefinitionUri", "DefinitionSubstitutions", "Policies"}),
        {"Tracing": NO_TRACES, "Logging": NO_LOG_SERVICE},
    )
}
