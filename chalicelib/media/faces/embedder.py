"""Turns an aligned face into a vector, as the model's registry entry says."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from chalicelib.media.faces.align import Image, Points, aligned_crop
from chalicelib.media.model_registry import EmbedderEntry

Embedding = tuple[float, ...]
"""Of length 1, so that the dot product of two is their cosine."""


class FaceEmbedder:
    """A loaded embedder; each thread needs its own."""

    def __init__(self, entry: EmbedderEntry, model: Path) -> None:
        self.entry = entry
        self._net = cv2.dnn.readNetFromONNX(str(model))

    def embed(self, picture: Image, landmarks: Points) -> Embedding:
        """The vector of a face in a BGR picture, of `entry.dimension` numbers.

        Raises
        ------
        ValueError
            If the model answers another dimension or no finite direction: it is not the one of the entry.
        """
        entry = self.entry
        crop = aligned_crop(picture, landmarks, entry.template, entry.input_side)
        side = (entry.input_side, entry.input_side)
        swap = entry.channel_order == "RGB"
        self._net.setInput(cv2.dnn.blobFromImage(crop, entry.scale, side, (entry.mean,) * 3, swap))
        vector = self._net.forward().reshape(-1).astype(np.float64)
        length = float(np.linalg.norm(vector))
        if vector.size != entry.dimension or not np.isfinite(length) or length == 0:
            raise ValueError(f"{entry.name} answered {vector.size} numbers of length {length}")
        return tuple((vector / length).tolist())


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """How alike two embeddings are, -1..1.

    Raises
    ------
    ValueError
        If they come from different models.
    """
    if len(one) != len(other):
        raise ValueError(f"embeddings of {len(one)} and {len(other)} numbers cannot be compared")
    a, b = np.asarray(one), np.asarray(other)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
