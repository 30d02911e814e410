"""API Gateway. The API itself is Chalice's local server; this keeps what the gateway adds to it."""

from typing import Any

from devkit.cloud.kinds.base import NO_LOG_SERVICE, NO_TRACES, Kind, Made, Stage


def _rest_api(stage: Stage, _: str, properties: dict[str, Any]) -> Made:
    stage.gateway_responses = properties.get("GatewayResponses", {})
    definition = properties["DefinitionBody"]
    stage.binary_types = definition.get("x-amazon-apigateway-binary-media-types", [])
    return Made("local")


REST = {
    "AWS::Serverless::Api": Kind(
        _rest_api,
        frozenset({"DefinitionBody", "GatewayResponses"}),
        {
            "StageName": "the local address has no stage in its path",
            "EndpointConfiguration": "there is one region",
            "MethodSettings": "nothing throttles here",
            "AccessLogSetting": NO_LOG_SERVICE,
            "TracingEnabled": NO_TRACES,
        },
    )
}
