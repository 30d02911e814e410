"""The models that face work knows: where each comes from, how its input is made, how its output is judged.

A model is data, not code: another embedder is another entry. Files lie in folders that the caller names.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """What must be known of any model.

    Parameters
    ----------
    size_bytes
        Length of the file.
    source
        The page that tells of the model, for people.
    download_url
        Where the very file can be fetched; None where it was converted and must be put in place by hand.
    """

    name: str
    file: str
    sha256: str
    size_bytes: int
    source: str
    licence: str
    download_url: str | None


@dataclass(frozen=True, slots=True)
class EmbedderEntry(ModelEntry):
    """A model that turns an aligned face into a vector.

    Parameters
    ----------
    input_side
        Pixels of the square input.
    channel_order
        ``"BGR"`` or ``"RGB"``.
    scale, mean
        The input is ``(pixel - mean) * scale`` with pixels of 0..255.
    template
        Where right eye, left eye, nose, right and left mouth corner come to lie, as fractions of the side.
    dimension
        Length of the vector.
    threshold
        Cosine from which on two faces count as the same person.
    """

    input_side: int
    channel_order: str
    scale: float
    mean: float
    template: tuple[Point, Point, Point, Point, Point]
    dimension: int
    threshold: float


YUNET = ModelEntry(
    name="yunet-2023mar",
    file="face_detection_yunet_2023mar.onnx",
    sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    size_bytes=232_589,
    source="https://github.com/opencv/opencv_zoo/tree/main/models/face_detection_yunet",
    licence="MIT",
    download_url="https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models/face_detection_yunet/face_detection_yunet_2023mar.onnx",
)

RETAIL_0095 = EmbedderEntry(
    name="face-reidentification-retail-0095",
    file="face_reidentification_retail_0095.onnx",
    sha256="4c1e35f8d1eb0fecf1d9dccec874a6f01bd210e2d8b880460c376fbc1aa2fb36",
    size_bytes=4_477_978,
    source="https://github.com/openvinotoolkit/open_model_zoo/tree/master/models/intel/face-reidentification-retail-0095",
    licence="Apache-2.0",
    download_url=None,  # the zoo offers OpenVINO's format only
    input_side=128,
    channel_order="BGR",
    scale=1.0,
    mean=0.0,
    template=(
        (0.31556875, 0.46157410),
        (0.68262292, 0.46157410),
        (0.50026250, 0.64050536),
        (0.34947187, 0.82469196),
        (0.65343645, 0.82469196),
    ),
    dimension=256,
    # Of 50 photos, the least of the same person was 0.40, the most of different people 0.33 (p99 0.22).
    threshold=0.36,
)

_ARCFACE_SIDE = 112

SFACE = EmbedderEntry(
    name="sface-2021dec",
    file="face_recognition_sface_2021dec.onnx",
    sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
    size_bytes=38_696_353,
    source="https://github.com/opencv/opencv_zoo/tree/main/models/face_recognition_sface",
    licence="Apache-2.0",
    download_url="https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models/face_recognition_sface/face_recognition_sface_2021dec.onnx",
    input_side=_ARCFACE_SIDE,
    channel_order="RGB",  # as cv2.FaceRecognizerSF: blobFromImage(..., scale 1, mean 0, swapRB true)
    scale=1.0,
    mean=0.0,
    template=(
        (38.2946 / _ARCFACE_SIDE, 51.6963 / _ARCFACE_SIDE),
        (73.5318 / _ARCFACE_SIDE, 51.5014 / _ARCFACE_SIDE),
        (56.0252 / _ARCFACE_SIDE, 71.7366 / _ARCFACE_SIDE),
        (41.5493 / _ARCFACE_SIDE, 92.3655 / _ARCFACE_SIDE),
        (70.7299 / _ARCFACE_SIDE, 92.2041 / _ARCFACE_SIDE),
    ),
    dimension=128,
    threshold=0.363,  # published with the model
)

REGISTRY: tuple[ModelEntry, ...] = (YUNET, RETAIL_0095, SFACE)
EMBEDDERS: tuple[EmbedderEntry, ...] = (RETAIL_0095, SFACE)
"""In the order in which they are preferred."""


class ModelUnavailable(Exception):
    """Face login is off for want of a model; the alternative stands open.

    Attributes
    ----------
    code
        ``"model_missing"`` or ``"model_altered"``.
    zh, en
        The sentence for an operator, with what to do.
    """

    def __init__(self, code: str, zh: str, en: str) -> None:
        self.code, self.zh, self.en = code, zh, en
        super().__init__(f"{zh} · {en}")


def model_file(entry: ModelEntry, folders: Sequence[Path]) -> Path:
    """The path of a model's file, found in the first of `folders` that holds it, and checked by its hash.

    Raises
    ------
    ModelUnavailable
        If no folder holds it, or the first file of that name is not the one that the registry knows.
    """
    for folder in folders:
        path = folder / entry.file
        if path.is_file():
            found = digest_of(path)
            if found != entry.sha256:
                raise ModelUnavailable(
                    "model_altered",
                    f"模型文件 {path} 的 SHA-256 为 {found}，应为 {entry.sha256}；"
                    "请删除后重新获取（make models）。",
                    f"{path} has SHA-256 {found}, expected {entry.sha256}: delete it and run make models.",
                )
            return path
    looked = ", ".join(str(folder) for folder in folders) or "-"
    raise ModelUnavailable(
        "model_missing",
        f"缺少模型 {entry.file}（已查找：{looked}），人脸登录已关闭，请使用人工核验；"
        "运行 make models 可获取。",
        f"The model {entry.file} is missing (looked in: {looked}): face login is off, manual admission "
        "is on. Run make models to fetch it.",
    )


def first_embedder(folders: Sequence[Path]) -> tuple[EmbedderEntry, Path]:
    """The preferred embedder among those whose file is there.

    Raises
    ------
    ModelUnavailable
        If none is there, or one is there that is not what the registry knows.
    """
    for entry in EMBEDDERS:
        if any((folder / entry.file).is_file() for folder in folders):
            return entry, model_file(entry, folders)
    return EMBEDDERS[0], model_file(EMBEDDERS[0], folders)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
