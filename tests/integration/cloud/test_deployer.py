"""The deployer makes what it knows and refuses the rest, naming resource and property."""

import json
from pathlib import Path
from typing import Any

import pytest

from devkit.cloud import CloudFailed, LocalCloud, PortTaken
from devkit.cloud.clients import Clients
from devkit.cloud.deployer import Deployment
from devkit.cloud.intrinsics import Intrinsics, TemplateRefused

NOWHERE = Clients("http://127.0.0.1:9")


def deploying(tmp_path: Path, resources: dict[str, Any], **template: Any) -> Deployment:
    path = tmp_path / "sam.json"
    path.write_text(json.dumps({"Resources": resources} | template))
    return Deployment(path, {}, NOWHERE)


def test_an_unknown_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match=r"Net: .* type AWS::EC2::VPC"):
        deploying(tmp_path, {"Net": {"Type": "AWS::EC2::VPC"}}).deploy()


def test_a_resource_without_a_type_is_refused(tmp_path: Path) -> None:
    # What a misspelt logical id in infra/resources.yaml becomes.
    with pytest.raises(TemplateRefused, match="APIHandlr"):
        deploying(tmp_path, {"APIHandlr": {"Properties": {"Timeout": 3}}}).deploy()


@pytest.mark.parametrize(
    ("kind", "properties", "unknown"),
    [
        ("AWS::DynamoDB::Table", {"TableName": "t", "KinesisStreamSpecification": {}}, "Kinesis"),
        ("AWS::SQS::Queue", {"QueueName": "q", "FifoQueue": True}, "FifoQueue"),
        ("AWS::S3::Bucket", {"BucketName": "b", "ReplicationConfiguration": {}}, "Replication"),
        ("AWS::KMS::Key", {"KeyPolicy": {}, "MultiRegion": True}, "MultiRegion"),
        ("AWS::Serverless::Function", {"VpcConfig": {}}, "VpcConfig"),
    ],
)
def test_an_unknown_property_is_refused(
    tmp_path: Path, kind: str, properties: dict[str, Any], unknown: str
) -> None:
    with pytest.raises(TemplateRefused, match=rf"Thing \({kind}\): .*{unknown}"):
        deploying(tmp_path, {"Thing": {"Type": kind, "Properties": properties}}).deploy()


def test_resources_that_wait_for_each_other_are_refused(tmp_path: Path) -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Other"}}}
    other = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Thing"}}}
    with pytest.raises(TemplateRefused, match="Thing -> Other -> Thing"):
        deploying(tmp_path, {"Thing": queue, "Other": other}).deploy()


def test_a_parameter_without_a_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match="SiteUrl"):
        deploying(tmp_path, {}, Parameters={"SiteUrl": {"Type": "String"}})


def test_intrinsics_resolve_as_in_cloudformation() -> None:
    template = {
        "Parameters": {"Stage": {"Default": "dev"}, "Url": {"Default": ""}},
        "Conditions": {"HasUrl": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Url"}, ""]}]}},
    }
    attributes = {("Queue", "Arn"): "arn:q", ("Queue", None): "http://q"}
    pseudo = {"AWS::Region": "r"}
    resolve = Intrinsics(template, {}, pseudo, lambda name, attribute: attributes[name, attribute]).resolve

    assert resolve({"Ref": "Stage"}) == "dev"
    assert resolve({"Ref": "Queue"}) == "http://q"
    assert resolve({"Fn::GetAtt": ["Queue", "Arn"]}) == "arn:q"
    assert resolve({"Fn::Sub": "${Stage}-${AWS::Region}-${Queue.Arn}-${!kept}"}) == "dev-r-arn:q-${kept}"
    assert resolve({"Fn::Sub": ["${A}-${Stage}", {"A": {"Ref": "Queue"}}]}) == "http://q-dev"
    assert resolve({"Fn::Join": ["/", ["a", {"Ref": "Stage"}]]}) == "a/dev"
    assert resolve({"Fn::Select": ["1", ["a", "b"]]}) == "b"
    assert resolve({"Fn::If": ["HasUrl", "yes", "no"]}) == "no"
    assert resolve({"kept": 1, "gone": {"Ref": "AWS::NoValue"}}) == {"kept": 1}
    with pytest.raises(TemplateRefused, match="Fn::Transform"):
        resolve({"Fn::Transform": {}})


def test_a_port_in_use_is_named(toy: LocalCloud, toy_template: Path, tmp_path: Path) -> None:
    port = int(toy.api_url.rsplit(":", 1)[1])
    with pytest.raises(PortTaken) as taken, LocalCloud(tmp_path, api_port=port, template=toy_template):
        pass
    assert taken.value.port == port


def test_a_refused_template_is_a_typed_error(toy_template: Path, tmp_path: Path) -> None:
    unknown = {"NoSuchParameter": "x"}
    with (
        pytest.raises(CloudFailed, match="NoSuchParameter") as failed,
        LocalCloud(tmp_path, template=toy_template, parameters=unknown),
    ):
        pass
    assert failed.value.code == "template_refused"
