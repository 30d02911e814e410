"""CloudFront, as far as the local CDN (cdn.py) serves it."""

from typing import Any

from devkit.cloud.kinds.base import Kind, Made, Stage
from devkit.cloud.settings import ACCOUNT

_CACHELESS = "the local CDN keeps nothing"
_ROUTED = "devkit/site routes by itself, as this does"


def _distribution(stage: Stage, logical_id: str, properties: dict[str, Any]) -> Made:
    configuration = properties["DistributionConfig"]
    made = Made("LOCALCDN", {"DomainName": f"{logical_id.lower()}.cloudfront.net"})
    if "DefaultRootObject" in configuration:
        # Pages: devkit/site serves them as they are built, from disk.
        return made
    (origin,) = configuration["Origins"]
    stage.published_bucket = origin["DomainName"].partition(".s3.")[0]
    behaviour = configuration["DefaultCacheBehavior"]
    stage.published_headers = stage.headers_policies[behaviour["ResponseHeadersPolicyId"]]
    return made


def _headers_policy(stage: Stage, logical_id: str, properties: dict[str, Any]) -> Made:
    cors = properties["ResponseHeadersPolicyConfig"].get("CorsConfig")
    if cors is None:
        # The pages': devkit/site reads it from the template.
        return Made(logical_id)
    stage.headers_policies[logical_id] = {
        "Access-Control-Allow-Origin": ",".join(cors["AccessControlAllowOrigins"]["Items"]),
        "Access-Control-Allow-Methods": ",".join(cors["AccessControlAllowMethods"]["Items"]),
        "Access-Control-Allow-Headers": ",".join(cors["AccessControlAllowHeaders"]["Items"]),
        "Access-Control-Expose-Headers": ",".join(cors["AccessControlExposeHeaders"]["Items"]),
        "Access-Control-Max-Age": str(cors["AccessControlMaxAgeSec"]),
    }
    return Made(logical_id)


DELIVERY = {
    "AWS::CloudFront::Distribution": Kind(_distribution, frozenset({"DistributionConfig"})),
    "AWS::CloudFront::ResponseHeadersPolicy": Kind(
        _headers_policy, frozenset({"ResponseHeadersPolicyConfig"})
    ),
    "AWS::CloudFront::CachePolicy": Kind(
        lambda _stage, logical_id, _properties: Made(logical_id),
        frozenset(),
        {"CachePolicyConfig": _CACHELESS},
    ),
    "AWS::CloudFront::Function": Kind(
        lambda _stage, logical_id, _properties: Made(
            logical_id, {"FunctionARN": f"arn:aws:cloudfront::{ACCOUNT}:function/{logical_id}"}
        ),
        frozenset(),
        dict.fromkeys(("Name", "AutoPublish", "FunctionConfig", "FunctionCode"), _ROUTED),
    ),
    "AWS::CloudFront::OriginAccessControl": Kind(
        lambda _stage, logical_id, _properties: Made(logical_id),
        frozenset(),
        {"OriginAccessControlConfig": "the local CDN reads the bucket from within"},
    ),
}
