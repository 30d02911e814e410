"""Models: found where the caller says, trusted by hash, and plainly missed."""

import hashlib
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from chalicelib.media.model_registry import (
    EMBEDDERS,
    REGISTRY,
    RETAIL_0095,
    SFACE,
    YUNET,
    ModelEntry,
    ModelUnavailable,
    first_embedder,
    model_file,
)
from devkit.models import FetchError, fetch, model_folders

CONTENT = b"weights"
SMALL = replace(
    YUNET,
    file="small.onnx",
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    size_bytes=len(CONTENT),
    download_url="https://example.org/small.onnx",
)


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.name)
def test_every_entry_says_what_must_be_known(entry: ModelEntry) -> None:
    assert len(entry.sha256) == 64
    assert entry.licence in {"MIT", "Apache-2.0"}
    assert entry.source.startswith("https://")
    assert entry.download_url is None or entry.download_url.endswith(entry.file)
    assert entry.size_bytes > 0


def test_entries_of_embedders_say_how_to_use_them() -> None:
    assert (RETAIL_0095.input_side, RETAIL_0095.channel_order, RETAIL_0095.dimension) == (128, "BGR", 256)
    assert (SFACE.input_side, SFACE.channel_order, SFACE.dimension, SFACE.threshold) == (
        112,
        "RGB",
        128,
        0.363,
    )
    assert all(0.33 < entry.threshold < 0.40 for entry in EMBEDDERS)


def test_a_model_is_found_in_the_first_folder_that_has_it(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    second.mkdir()
    (second / SMALL.file).write_bytes(CONTENT)

    assert model_file(SMALL, [first, second]) == second / SMALL.file


def test_a_missing_model_is_said_plainly_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable) as missing:
        model_file(SMALL, [tmp_path])

    assert missing.value.code == "model_missing"
    assert str(tmp_path) in missing.value.zh
    assert "人工核验" in missing.value.zh
    assert "manual admission" in missing.value.en


def test_an_altered_model_is_not_used(tmp_path: Path) -> None:
    (tmp_path / SMALL.file).write_bytes(CONTENT + b"!")

    with pytest.raises(ModelUnavailable) as altered:
        model_file(SMALL, [tmp_path])

    assert altered.value.code == "model_altered"
    assert SMALL.sha256 in altered.value.zh


def test_without_any_embedder_the_preferred_one_is_missed(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=RETAIL_0095.file):
        first_embedder([tmp_path])


def test_an_altered_embedder_is_not_passed_over_for_the_next(tmp_path: Path) -> None:
    (tmp_path / RETAIL_0095.file).write_bytes(b"other")

    with pytest.raises(ModelUnavailable, match="SHA-256"):
        first_embedder([tmp_path])


def test_models_are_looked_for_where_the_operator_says_first(tmp_path: Path) -> None:
    root = tmp_path / "viva"

    assert model_folders({"VIVA_MODELS_DIR": "/opt/models"}, root) == [
        Path("/opt/models"),
        root / ".models",
        tmp_path / "shared" / "models",
    ]
    assert model_folders({}, root) == [root / ".models", tmp_path / "shared" / "models"]


def serving(content: bytes, status: int = 200) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(status, content=content)))


def test_a_model_is_fetched_and_checked(tmp_path: Path) -> None:
    path = fetch(SMALL, tmp_path / "new", serving(CONTENT))

    assert path.read_bytes() == CONTENT
    assert [file.name for file in path.parent.iterdir()] == [SMALL.file]


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [
        (b"weighty", 200, "SHA-256"),
        (CONTENT * 1000, 200, "SHA-256"),
        (b"", 200, "SHA-256"),
        (CONTENT, 404, "404"),
    ],
)
def test_what_is_not_the_model_is_thrown_away(tmp_path: Path, content: bytes, status: int, told: str) -> None:
    with pytest.raises(FetchError, match=told):
        fetch(SMALL, tmp_path, serving(content, status))

    assert list(tmp_path.iterdir()) == []


def test_a_converted_model_says_that_it_must_be_put_in_place(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="VIVA_MODELS_DIR"):
        fetch(RETAIL_0095, tmp_path)
