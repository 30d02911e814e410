"""Faces with OpenCV alone: find, check, align, embed, match, and tell a head that turns from a photo."""

from chalicelib.media.faces.detector import FaceDetector, FoundFace
from chalicelib.media.faces.engine import FaceEngine, ModelMismatch, PhotoFacts

__all__ = ["FaceDetector", "FaceEngine", "FoundFace", "ModelMismatch", "PhotoFacts"]
