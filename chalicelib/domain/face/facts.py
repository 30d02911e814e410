"""What the face engine saw: numbers only, no picture. Everything is judged from these."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Embedding:
    """A face as a vector of length 1, with the model that made it: other models' cannot be compared."""

    model: str
    vector: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FaceFacts:
    """The largest face of a picture.

    Parameters
    ----------
    score
        The detector's confidence, 0..1.
    eye_distance_px
        Between the eyes' centres.
    centre_x, centre_y
        Middle of the face, as fractions of the picture.
    outside_share
        How much of the face's box lies beyond the picture's edge, 0..1.
    yaw_deg
        Positive towards the person's own left, which is the right of an unmirrored picture.
    pitch_deg
        Positive downwards.
    roll_deg
        Positive clockwise in the picture.
    luma_p90, luma_median
        Brightness of the face, 0..255: its bright tenth and its middle.
    saturated_share
        Share of the face at 250 or more.
    sharpness
        Variance of the Laplacian over the variance of brightness, on a crop of one size.
    lower_skin_share, eye_skin_share, forehead_skin_share
        Share of skin's colour about mouth and chin, about the eyes, on the upper forehead; None where it
        cannot be judged, as in a picture without colour.
    eye_luma_ratio
        Brightness about the eyes over that of the skin; None likewise.
    ear_skin_share
        Share of skin's colour where the more visible ear should be; None where hair and
        background look alike.
    """

    score: float
    eye_distance_px: float
    centre_x: float
    centre_y: float
    outside_share: float
    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    luma_p90: float
    luma_median: float
    saturated_share: float
    sharpness: float
    lower_skin_share: float | None
    eye_skin_share: float | None
    eye_luma_ratio: float | None
    forehead_skin_share: float | None
    ear_skin_share: float | None


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """One picture: its size in pixels, how many faces it shows, the largest of them."""

    width: int
    height: int
    faces: int
    face: FaceFacts | None


@dataclass(frozen=True, slots=True)
class PairFacts:
    """How well a flat picture's change of view explains what differs between two frames.

    Parameters
    ----------
    one, other
        Indices of the frames.
    mirrored
        Whether the second was mirrored first.
    flatness
        Correlation of fine detail after the best homography, -1..1; near 1 for two views of one photo.
    """

    one: int
    other: int
    mirrored: bool
    flatness: float


@dataclass(frozen=True, slots=True)
class LikenessFacts:
    """Cosine of a frame's face with the burst's first front face, and with the roster photo."""

    frame: int
    to_first: float
    to_roster: float


@dataclass(frozen=True, slots=True)
class BurstFacts:
    """A login's frames.

    Parameters
    ----------
    model
        Name of the embedder.
    threshold
        Cosine from which on that model calls two faces one person.
    frames
        One entry a frame, in order.
    repeated
        Frames whose bytes equal those of an earlier frame that is not their neighbour.
    pairs, likenesses
        What was compared; empty where the frames were refused before.
    """

    model: str
    threshold: float
    frames: tuple[FrameFacts, ...]
    repeated: tuple[int, ...] = ()
    pairs: tuple[PairFacts, ...] = ()
    likenesses: tuple[LikenessFacts, ...] = ()
