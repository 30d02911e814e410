"""The resource types that viva's template uses, and what the local cloud makes of each property.

A property is applied, or passed over for a reason that is written down; anything else is refused, so that the
template never says more than what was tried.
"""

from devkit.cloud.kinds.base import Kind, Made, Stage
from devkit.cloud.kinds.buckets import BUCKETS
from devkit.cloud.kinds.delivery import DELIVERY
from devkit.cloud.kinds.functions import FUNCTIONS
from devkit.cloud.kinds.keys import KEYS
from devkit.cloud.kinds.queues import QUEUES
from devkit.cloud.kinds.rest import REST
from devkit.cloud.kinds.roles import ROLES
from devkit.cloud.kinds.tables import TABLES
from devkit.cloud.kinds.watch import WATCH
from devkit.cloud.kinds.workflows import WORKFLOWS

ALL_KINDS: dict[str, Kind] = (
    TABLES | BUCKETS | DELIVERY | FUNCTIONS | KEYS | QUEUES | REST | ROLES | WATCH | WORKFLOWS
)

__all__ = ["ALL_KINDS", "Kind", "Made", "Stage"]
