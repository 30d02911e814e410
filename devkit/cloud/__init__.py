"""The local cloud: viva's packaged template brought to life on one machine (docs/local-cloud.md)."""

from devkit.cloud.cloud import CloudFailed, LocalCloud
from devkit.cloud.serve import PortTaken

__all__ = ["CloudFailed", "LocalCloud", "PortTaken"]
