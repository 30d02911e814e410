"""The face function's side of a login: compare a burst with the roster's embedding, or with nobody's."""

import json

from chalicelib.domain.errors import PhotoMissing
from chalicelib.domain.face import Challenge, Embedding
from chalicelib.domain.face.login import decoy_embedding
from chalicelib.ports import Burst, FaceAnswer, FaceRoom, Ports
from chalicelib.usecases.keep_photo import embedding_key


def judge_burst(ports: Ports, room: FaceRoom, burst: Burst) -> FaceAnswer:
    """Decide, and keep nothing.

    Raises
    ------
    FaceLoginOff
        Without models.
    PhotoMissing
        If the roster has no embedding of this model.
    """
    model = room.model
    kept = ports.identity.read(embedding_key(burst.exam_id, burst.ticket_no))
    if burst.known:
        roster = _embedding(kept)
        if roster is None or roster.model != model:
            raise PhotoMissing
    else:
        roster = decoy_embedding(model, room.dimension, f"{burst.exam_id}|{burst.ticket_no}")
    now = ports.clock.now()
    decision = room.decide(burst.frames, roster, Challenge("", burst.turns, now, now))
    return FaceAnswer(decision, model)


def _embedding(kept: bytes | None) -> Embedding | None:
    if kept is None:
        return None
    told = json.loads(kept)
    return Embedding(told["model"], tuple(told["vector"]))
