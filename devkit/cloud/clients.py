"""boto3 clients of the local cloud."""

from typing import Any

import boto3
from botocore.config import Config

from devkit.cloud.settings import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY


class Clients:
    """Makes clients that speak to the local AWS, whatever profile the developer has."""

    def __init__(self, aws_url: str) -> None:
        self._aws_url = aws_url
        self._session = boto3.Session(ACCESS_KEY_ID, SECRET_ACCESS_KEY, region_name=REGION)

    def client(self, service: str, **config: Any) -> Any:
        """A client for a service, such as "dynamodb"; `config` as of botocore.config.Config."""
        settings = Config(retries={"total_max_attempts": 3}, s3={"addressing_style": "path"}).merge(
            Config(**config)
        )
        return self._session.client(service, endpoint_url=self._aws_url, config=settings)
