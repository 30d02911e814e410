"""IAM. Statements are kept for the functions' own guard (inside/permissions.py)."""

import json
from typing import Any

from devkit.cloud.kinds.base import Kind, Made, Stage, only


def _role(stage: Stage, logical_id: str, properties: dict[str, Any]) -> Made:
    name = properties.get("RoleName", logical_id)
    trust = json.dumps(properties["AssumeRolePolicyDocument"])
    made = stage.clients.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    arn: str = made["Role"]["Arn"]
    statements = stage.role_statements.setdefault(arn, [])
    for policy in properties.get("Policies", []):
        only(policy, {"PolicyName", "PolicyDocument"}, f"{logical_id}.Policies")
        for statement in policy["PolicyDocument"]["Statement"]:
            only(
                statement,
                {"Sid", "Effect", "Action", "Resource", "Condition"},
                f"{logical_id}.{policy['PolicyName']}",
            )
            statements.append(statement)
    return Made(name, {"Arn": arn})


ROLES = {"AWS::IAM::Role": Kind(_role, frozenset({"RoleName", "AssumeRolePolicyDocument", "Policies"}))}
