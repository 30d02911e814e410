"""Refuses what a function's policy does not allow, as AWS would. Runs inside the function's own interpreter.

Moto asks nobody for permission; here each call and each presigned URL is held against the policy that the
template gives the function. So every local run proves that the policies suffice, and that they are not wider
than what the tests use.
"""

# ruff: noqa: SLF001  botocore offers no public place through which every call passes

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from .demands import Demand, demands_of

# Services that refuse with AccessDenied; the others say AccessDeniedException.
_SHORT_REFUSAL = frozenset({"s3", "sqs"})
_HIDDEN_WITHOUT_LIST = {"HeadObject", "GetObject"}


class Policy:
    """A function's permissions: IAM statements with all intrinsics resolved."""

    def __init__(self, statements: Sequence[Mapping[str, Any]]) -> None:
        self._allows = [s for s in statements if s["Effect"] == "Allow"]
        self._denies = [s for s in statements if s["Effect"] == "Deny"]

    def permits(self, demand: Demand) -> bool:
        """Whether some statement allows the demand and none denies it."""
        return _any_matches(self._allows, demand) and not _any_matches(self._denies, demand)


def _any_matches(statements: Iterable[Mapping[str, Any]], demand: Demand) -> bool:
    return any(
        _matches(demand.action.lower(), (a.lower() for a in _listed(s["Action"])))
        and (demand.resource is None or _matches(demand.resource, _listed(s["Resource"])))
        and all(_holds(test, keys, demand) for test, keys in s.get("Condition", {}).items())
        for s in statements
    )


def _matches(found: str, patterns: Iterable[str]) -> bool:
    # IAM knows * and ? only; fnmatch would read [ as well.
    return any(re.fullmatch(fnmatch.translate(p.replace("[", "[[]")), found) for p in patterns)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _holds(test: str, keys: Mapping[str, Any], demand: Demand) -> bool:
    if test not in ("StringEquals", "StringLike"):
        raise NotImplementedError(f"condition {test} is not emulated by the local cloud")
    found = {key.lower(): value for key, value in demand.context.items()}
    for key, expected in keys.items():
        value = found.get(key.lower())
        wanted = _listed(expected)
        if value is None or not (_matches(value, wanted) if test == "StringLike" else value in wanted):
            return False
    return True


def guard(policy: Policy, function_name: str, account: str) -> None:
    """From now on every AWS call of this interpreter is held against the policy."""
    # Both API calls and generate_presigned_url pass through _emit_api_params.
    patched: Any = BaseClient
    make_params, make_call = patched._emit_api_params, patched._make_api_call

    def refuse(client: Any, operation: str, demand: Demand) -> ClientError:
        service = client.meta.service_model.service_name
        code = "AccessDenied" if service in _SHORT_REFUSAL else "AccessDeniedException"
        message = (
            f"User: arn:aws:sts::{account}:assumed-role/{function_name} is not authorized to perform: "
            f"{demand.action} on resource: {demand.resource or '*'}, as no identity-based policy allows it"
        )
        meta = {"HTTPStatusCode": 403 if service in _SHORT_REFUSAL else 400}
        answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": meta}
        refusal: ClientError = client.exceptions.from_code(code)(answer, operation)
        return refusal

    def checked_params(self: Any, api_params: Any, operation_model: Any, context: Any) -> Any:
        service, operation = self.meta.service_model.service_name, operation_model.name
        for demand in demands_of(service, operation, api_params, self.meta.region_name, account):
            if not policy.permits(demand):
                raise refuse(self, operation, demand)
        return make_params(self, api_params, operation_model, context)

    def checked_call(self: Any, operation_name: str, api_params: Any) -> Any:
        try:
            return make_call(self, operation_name, api_params)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
                raise
            # Without s3:ListBucket, S3 says that a missing object is forbidden.
            listing = Demand("s3:ListBucket", f"arn:aws:s3:::{api_params['Bucket']}")
            if operation_name not in _HIDDEN_WITHOUT_LIST or policy.permits(listing):
                raise
            raise refuse(self, operation_name, listing) from error

    patched._emit_api_params = checked_params
    patched._make_api_call = checked_call
