"""Where a candidate's photo and what is computed from it lie; and what is shown of them."""

import base64

from chalicelib.ports import Ports

FOLDERS = ("photos", "embeddings", "uploads", "reports")
"""Everything of an exam lies under `<folder>/<exam_id>/`."""


def photo_key(exam_id: str, ticket_no: str) -> str:
    """Of the portrait: small, upright, without metadata."""
    return f"photos/{exam_id}/{ticket_no}.jpg"


def embedding_key(exam_id: str, ticket_no: str) -> str:
    """Of the face as numbers."""
    return f"embeddings/{exam_id}/{ticket_no}.json"


def portrait_base64(ports: Ports, exam_id: str, ticket_no: str) -> str | None:
    """The portrait for showing, None where there is none."""
    portrait = ports.identity.read(photo_key(exam_id, ticket_no))
    return base64.b64encode(portrait).decode() if portrait is not None else None
