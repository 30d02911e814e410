"""Once a day: delete the roster photos of exams that ended long ago. Coming twice, it finds nothing."""

from datetime import timedelta
from typing import Any

import msgspec
from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib import bootstrap
from chalicelib.observability import logger
from chalicelib.usecases.purge_identity import purge_what_is_due

retention = Blueprint(__name__)


@retention.schedule(Rate(1, unit=Rate.DAYS), name="purge_identity")
def purge_identity(_event: CloudWatchEvent) -> list[dict[str, Any]]:
    """Purge what is due; the reports. What fails is tried again by Lambda, and tomorrow."""
    days = bootstrap.retention_days()
    reports = purge_what_is_due(bootstrap.ports(), timedelta(days=days))
    for report in reports:
        logger().info("identity purged", extra={"exam_id": report.exam_id, "deleted": report.deleted})
    return [msgspec.to_builtins(report) for report in reports]
