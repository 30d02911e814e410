"""`viva face` and `viva models`, as a person and as a program read them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from chalicelib.media.faces.engine import FaceEngine
from chalicelib.media.model_registry import ModelUnavailable
from devkit import models as models_command
from devkit.face import command
from devkit.face.command import face
from devkit.models import models
from tests.media.faces.photos import photo


@pytest.mark.usefixtures("engine")
def test_comparing_tells_score_threshold_and_gates() -> None:
    one, other = str(photo("person_a", 1)), str(photo("person_a", 2))

    ended = CliRunner().invoke(face, ["compare", one, other, "--json"])

    told = json.loads(ended.stdout)
    assert ended.exit_code == 0
    assert told["same"] is True
    assert told["score"] > told["threshold"]
    assert set(told["gates"]) == {"a", "b"}
    assert told["gates"]["a"]["too_dark"]["state"] == "passed"


@pytest.mark.usefixtures("engine")
def test_two_people_are_not_the_same() -> None:
    one, other = str(photo("person_a", 1)), str(photo("person_b", 2))

    assert json.loads(CliRunner().invoke(face, ["compare", one, other, "--json"]).stdout)["same"] is False
    assert "不是同一人 · not the same" in CliRunner().invoke(face, ["compare", one, other]).output


@pytest.mark.usefixtures("engine")
def test_checking_a_photo_tells_every_gate() -> None:
    ended = CliRunner().invoke(face, ["check", str(photo("person_b", 2)), "--json"])

    told = json.loads(ended.stdout)
    assert told["usable"] is True
    assert told["faces"] == 1
    assert len(told["gates"]) == 13
    assert "可用 · usable" in CliRunner().invoke(face, ["check", str(photo("person_b", 2))]).output


@pytest.mark.usefixtures("engine")
def test_what_is_no_jpeg_is_told_with_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("not a picture")

    ended = CliRunner().invoke(face, ["check", str(tmp_path / "a.jpg"), "--json"])

    assert ended.exit_code == 2
    assert json.loads(ended.stdout)["error"]["code"] == "not_jpeg"


def test_without_models_the_command_says_so(
    tmp_path: Path, missing_models: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "model_folders", lambda: missing_models)
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8")

    ended = CliRunner().invoke(face, ["check", str(tmp_path / "a.jpg"), "--json"])

    assert ended.exit_code == 2
    assert json.loads(ended.stdout)["error"]["code"] == "model_missing"


def test_an_engine_without_models_is_not_made(missing_models: list[Path]) -> None:
    with pytest.raises(ModelUnavailable, match="manual admission"):
        FaceEngine.load(missing_models)


def test_listing_models_fetches_nothing_and_says_that_face_login_is_off(
    missing_models: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models_command, "model_folders", lambda: missing_models)
    monkeypatch.setattr(models_command, "fetch", lambda *_: pytest.fail("fetched"))

    ended = CliRunner().invoke(models, ["--list"])

    assert ended.exit_code == 1
    assert "人脸登录已关闭" in ended.output
