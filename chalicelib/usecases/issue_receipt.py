"""The receipt: a signed statement of what arrived (DESIGN, words)."""

import base64
import json
from dataclasses import replace

from chalicelib.domain.recording import SegmentState
from chalicelib.domain.sitting import Receipt, Sitting
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_sitting
from chalicelib.usecases.list_recordings import list_recordings


def issue_receipt(ports: Ports, sitting_id: str) -> Sitting:
    """Sign the list of verified segments with their hashes, and the verdict. The first receipt stands."""
    sitting = the_sitting(ports, sitting_id)
    if sitting.receipt is not None:
        return sitting
    now = ports.clock.now()
    statement = json.dumps(_statement(ports, sitting) | {"issued_at": now.isoformat()}, sort_keys=True)
    signature, key_id = ports.keys.sign(statement.encode())
    receipt = Receipt(statement, base64.b64encode(signature).decode(), key_id, now)
    return ports.sittings.change(
        sitting_id, lambda stored: stored if stored.receipt else replace(stored, receipt=receipt)
    )


def _statement(ports: Ports, sitting: Sitting) -> dict[str, object]:
    verdict = sitting.verdict.verdict if sitting.verdict else None
    return {
        "exam_id": sitting.exam_id,
        "ticket_no": sitting.ticket_no,
        "sitting_id": sitting.sitting_id,
        "verdict": verdict.value if verdict else None,
        "override": sitting.override.verdict.value if sitting.override else None,
        "recordings": {
            state.kind.value: [
                {
                    "segment_no": s.declared.segment_no,
                    "size_bytes": s.declared.size_bytes,
                    "sha256": s.declared.sha256,
                }
                for s in state.segments
                if s.state is SegmentState.VERIFIED
            ]
            for state in list_recordings(ports, sitting.sitting_id)
        },
    }
