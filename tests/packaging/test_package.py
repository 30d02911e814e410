"""The package is what Lambda and CloudFormation would take."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from devkit import requirements
from devkit.package import ROOT, PackagingFailed, package
from devkit.package_check import KEPT_OUT, PackageUnfit, check

HANDLERS = {
    "APIHandler": "api_handler",
    "VerifySegment": "verify_segment",
    "MatchFaces": "match_faces",
    "PurgeIdentity": "purge_identity",
    "ExamStep": "exam_step",
    "ReleasePaper": "release_paper",
    "SittingStep": "sitting_step",
}


@pytest.fixture(scope="session")
def template_path() -> Path:
    return package()


@pytest.fixture(scope="session")
def resources(template_path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(template_path.read_text(encoding="utf-8"))["Resources"]
    return loaded


def test_cfn_lint_finds_nothing(template_path: Path) -> None:
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    command = [str(cfn_lint), "--non-zero-exit-code", "warning", str(template_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_the_template_has_these_functions_and_no_other(resources: dict[str, Any]) -> None:
    functions = {k for k, r in resources.items() if r["Type"] == "AWS::Serverless::Function"}
    assert functions == HANDLERS.keys()


def test_each_function_has_a_policy_of_its_own(resources: dict[str, Any]) -> None:
    roles = [resources[f]["Properties"]["Role"]["Fn::GetAtt"][0] for f in HANDLERS]
    assert len(set(roles)) == len(HANDLERS)


def _statements(resources: dict[str, Any], function: str) -> list[dict[str, Any]]:
    role = resources[resources[function]["Properties"]["Role"]["Fn::GetAtt"][0]]
    (policy,) = role["Properties"]["Policies"]
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements


def _allowed(resources: dict[str, Any], action: str) -> set[str]:
    return {
        function
        for function in HANDLERS
        for statement in _statements(resources, function)
        if action in statement["Action"]
    }


def _allowed_on(resources: dict[str, Any], action: str) -> set[tuple[str, str]]:
    return {
        (function, statement["Resource"]["Fn::GetAtt"][0])
        for function in HANDLERS
        for statement in _statements(resources, function)
        if action in statement["Action"]
    }


def test_only_the_release_opens_a_paper_and_only_a_sitting_signs(resources: dict[str, Any]) -> None:
    assert _allowed_on(resources, "kms:Decrypt") == {
        ("ReleasePaper", "DataKey"),
        # Staff's second factors, which the API alone compares.
        ("APIHandler", "StaffKey"),
    }
    assert _allowed(resources, "kms:Sign") == {"SittingStep"}


@pytest.mark.parametrize("function", HANDLERS)
def test_no_policy_reaches_for_everything(resources: dict[str, Any], function: str) -> None:
    for statement in _statements(resources, function):
        actions = statement["Action"]
        assert not any("*" in action for action in ([actions] if isinstance(actions, str) else actions))
        # X-Ray knows no resources.
        assert statement["Resource"] != "*" or statement["Sid"] == "SendItsTraces"


@pytest.mark.parametrize("machine", ["ExamMachine", "SittingMachine"])
def test_a_machine_may_invoke_its_functions_and_no_other(resources: dict[str, Any], machine: str) -> None:
    properties = resources[machine]["Properties"]
    named = [arn["Fn::GetAtt"] for arn in properties["DefinitionSubstitutions"].values()]
    statements = properties["Policies"][0]["Statement"]
    (invoke,) = [s for s in statements if s["Action"] == "lambda:InvokeFunction"]
    allowed = invoke["Resource"] if isinstance(invoke["Resource"], list) else [invoke["Resource"]]
    assert [arn["Fn::GetAtt"] for arn in allowed] == named


def test_what_holds_evidence_outlives_the_stack(resources: dict[str, Any]) -> None:
    lasting = {k for k, r in resources.items() if r.get("DeletionPolicy") == "Retain"}
    assert lasting >= {
        "ExamsTable", "CandidatesTable", "SittingsTable", "SegmentsTable", "JournalTable", "StaffTable",
        "RecordingsBucket", "PublicationsBucket", "DataKey", "StorageKey", "ReceiptKey", "StaffKey",
        "VerifyDeadLetterQueue",
    }  # fmt: skip


def test_a_failed_verification_rests_six_times_the_functions_timeout(resources: dict[str, Any]) -> None:
    template = json.loads(package().read_text(encoding="utf-8"))
    rest_s = template["Parameters"]["VerifyRetrySeconds"]["Default"]
    assert rest_s >= 6 * resources["VerifySegment"]["Properties"]["Timeout"]


def test_photos_rest_six_times_the_functions_timeout(resources: dict[str, Any]) -> None:
    template = json.loads(package().read_text(encoding="utf-8"))
    rest_s = template["Parameters"]["PhotosRetrySeconds"]["Default"]
    assert rest_s >= 6 * resources["MatchFaces"]["Properties"]["Timeout"]


def test_faces_lie_where_deleted_is_deleted(resources: dict[str, Any]) -> None:
    bucket = resources["IdentityBucket"]["Properties"]
    assert "VersioningConfiguration" not in bucket
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == {"Fn::GetAtt": ["StorageKey", "Arn"]}


def test_only_the_face_function_reads_embeddings_and_a_day_has_one_purge(resources: dict[str, Any]) -> None:
    readers = {
        function
        for function in HANDLERS
        for statement in _statements(resources, function)
        if "s3:GetObject" in statement["Action"] and "/embeddings/" in json.dumps(statement["Resource"])
    }
    assert readers == {"MatchFaces"}
    (event,) = resources["PurgeIdentity"]["Properties"]["Events"].values()
    assert event == {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)"}}


def test_only_verification_and_faces_have_the_media_layer(resources: dict[str, Any]) -> None:
    with_layers = {f for f in HANDLERS if "Layers" in resources[f]["Properties"]}
    assert with_layers == {"VerifySegment", "MatchFaces"}


def test_the_heavy_libraries_stay_out(template_path: Path) -> None:
    with zipfile.ZipFile(template_path.parent / "deployment.zip") as archive:
        top_level = {name.split("/")[0] for name in archive.namelist()}
    assert not top_level & set(KEPT_OUT)
    assert {"app.py", "chalicelib", "chalice", "msgspec", "pynamodb", "cryptography"} <= top_level


def test_a_handler_that_does_not_import_is_refused(template_path: Path) -> None:
    broken = {"Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "gone.f"}}}}
    with pytest.raises(PackageUnfit, match=r"F: handler gone\.f does not import"):
        check(broken, template_path.parent / "unzipped")


def test_a_package_is_made_once(template_path: Path) -> None:
    made_at = template_path.stat().st_mtime_ns
    assert package().stat().st_mtime_ns == made_at


def test_a_requirement_that_cannot_be_had_fails_loudly(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".chalice").mkdir(parents=True)
    (project / "infra").mkdir()
    (project / "infra" / "resources.yaml").write_text("Parameters: {}\n")
    config = {"version": "2.0", "app_name": "p", "stages": {"dev": {}}}
    (project / ".chalice" / "config.json").write_text(json.dumps(config))
    (project / "app.py").write_text("from chalice import Chalice\napp = Chalice(app_name='p')\n")
    (project / "requirements.txt").write_text("./nothing-is-here\n")
    with pytest.raises(PackagingFailed):
        package(tmp_path / "out", project)


def test_requirements_are_those_of_the_lock() -> None:
    committed = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert committed == requirements.export(), "run: python -m devkit.requirements"


def test_requirements_leave_out_what_the_runtime_brings() -> None:
    names = {line.split("==")[0] for line in requirements.export().splitlines() if "==" in line}
    assert not names & {"boto3", "botocore", "urllib3", "jmespath", "chalice", "numpy", "av", "pydantic"}
