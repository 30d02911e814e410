"""The reference client of the upload protocol: it spools to disk, resumes, and sends only what is missing."""

from devkit.client.backoff import Backoff
from devkit.client.clock import Clock, DeviceClock, ServerClock
from devkit.client.device_key import DeviceKey
from devkit.client.errors import ApiError, ClientError, SegmentLost, SegmentRotted, Unreachable
from devkit.client.http import ApiClient, Bucket
from devkit.client.progress import Progress, SegmentKey
from devkit.client.spool import Manifest, Spool
from devkit.client.uploader import Uploader
from devkit.client.wire import RecordingKind

__all__ = [
    "ApiClient",
    "ApiError",
    "Backoff",
    "Bucket",
    "ClientError",
    "Clock",
    "DeviceClock",
    "DeviceKey",
    "Manifest",
    "Progress",
    "RecordingKind",
    "SegmentKey",
    "SegmentLost",
    "SegmentRotted",
    "ServerClock",
    "Spool",
    "Unreachable",
    "Uploader",
]
