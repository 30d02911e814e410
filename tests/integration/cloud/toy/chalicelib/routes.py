"""Routes."""

import os
import time

import boto3
from chalice import Blueprint, Response

routes = Blueprint(__name__)


@routes.route("/hello/{name}", methods=["GET"], cors=True)
def hello(name: str) -> dict[str, str]:
    """Answer at once."""
    return {"hello": name, "stage": os.environ["TOY_STAGE"]}


@routes.route("/echo", methods=["POST"], content_types=["text/plain", "application/octet-stream"])
def echo() -> dict[str, object]:
    """What arrived, as the function sees it."""
    raw = routes.current_request.raw_body
    return {"kind": type(raw).__name__, "length": len(raw)}


@routes.route("/slow", methods=["GET"])
def slow() -> dict[str, str]:
    """Answer after a while, so that many are in flight."""
    time.sleep(0.2)
    return {"done": "yes"}


@routes.route("/scan", methods=["GET"])
def scan() -> Response:
    """Do what the policy does not allow."""
    dynamodb = boto3.client("dynamodb")
    try:
        dynamodb.scan(TableName=os.environ["TOY_TABLE"])
    except dynamodb.exceptions.ClientError as error:
        return Response({"code": error.response["Error"]["Code"]}, status_code=403)
    return Response({"code": "none"})


@routes.route("/download-url", methods=["GET"])
def download_url() -> dict[str, str]:
    """Presign what the policy does not allow."""
    s3 = boto3.client("s3")
    try:
        s3.generate_presigned_url("get_object", Params={"Bucket": os.environ["TOY_BUCKET"], "Key": "k"})
    except s3.exceptions.ClientError as error:
        return {"code": error.response["Error"]["Code"]}
    return {"code": "none"}


@routes.route("/page/{key}", methods=["GET"])
def page(key: str) -> dict[str, str]:
    """Read an object, with the right to read but not to list."""
    s3 = boto3.client("s3")
    try:
        s3.get_object(Bucket="toy-pages", Key=key)
    except s3.exceptions.ClientError as error:
        return {"code": error.response["Error"]["Code"]}
    return {"code": "none"}


@routes.route("/upload-url/{key}", methods=["GET"])
def upload_url(key: str) -> dict[str, str]:
    """Begin an upload of one part; its presigned URL, bound to the checksum that the caller names."""
    from botocore.config import Config

    s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
    bucket, query = os.environ["TOY_BUCKET"], routes.current_request.query_params
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key, ChecksumAlgorithm="SHA256")
    part = {"Bucket": bucket, "Key": key, "UploadId": upload["UploadId"], "PartNumber": 1}
    part |= {"ChecksumSHA256": query["sha256"], "ContentLength": int(query["size"])}
    seconds = int(query.get("seconds", "60"))
    url = s3.generate_presigned_url("upload_part", Params=part, ExpiresIn=seconds)
    return {"url": url, "upload_id": upload["UploadId"]}


@routes.route("/crash", methods=["GET"])
def crash() -> None:
    """Fail."""
    raise RuntimeError("on purpose")
