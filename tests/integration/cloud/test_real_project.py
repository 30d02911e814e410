"""The real project on the local cloud: an exam without candidates runs from publishing to the seed."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chalicelib.domain.people import Role
from devkit.accounts import make_demo_accounts
from devkit.client import DeviceKey
from devkit.cloud import LocalCloud

TEXT = {"zh": "请阅读。", "en": "Please read."}


@pytest.fixture(scope="module")
def officer(cloud: LocalCloud) -> Iterator[httpx.Client]:
    account = make_demo_accounts(cloud)[Role.OFFICER]
    key = DeviceKey.generate()
    asked = {
        "account": account.account,
        "password": account.password,
        "code": next(account.codes()),
        "role": "officer",
        "device_key": key.public_coordinates,
    }
    with httpx.Client(base_url=cloud.api_url, timeout=30) as client:
        token = client.post("/staff/sessions", json=asked).raise_for_status().json()["token"]
        client.auth = signed(token, key)
        yield client


def signed(token: str, key: DeviceKey) -> Callable[[httpx.Request], httpx.Request]:
    """What makes each request the session's: the token, and the key's proof."""

    def sign(request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {token}"
        request.headers["Viva-Proof"] = key.prove(request.method, request.url.path, token, datetime.now(UTC))
        return request

    return sign


def instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def test_an_exam_runs_by_itself(cloud: LocalCloud, officer: httpx.Client) -> None:
    now = datetime.now(UTC)
    starts_at, ends_at = now + timedelta(seconds=9), now + timedelta(seconds=29)
    exam: dict[str, Any] = (
        officer.post(
            "/exams",
            json={
                "title_zh": "冒烟考试",
                "title_en": "Smoke",
                "kind": "rehearsal",
                "hotline": "010-12345678",
                "process": TEXT,
                "pledge": TEXT,
                "notice": TEXT,
                "login_opens_at": instant(now + timedelta(seconds=5)),
                "draw_closes_at": instant(now + timedelta(seconds=6)),
                "entry_opens_at": instant(now + timedelta(seconds=7)),
                "starts_at": instant(starts_at),
                "ends_at": instant(ends_at),
                "upload_window_s": 1,
            },
        )
        .raise_for_status()
        .json()
    )
    url = f"/exams/{exam['exam_id']}"
    roster = "准考证号,姓名,身份证号\n20260001,张三,110101199001011234\n".encode("gb18030")
    officer.put(f"{url}/roster", content=roster, headers={"content-type": "text/csv"}).raise_for_status()
    paper = {"title": "面试", "questions": [{"number": 1, "text": "请谈谈。"}]}
    officer.put(f"{url}/paper", json=paper).raise_for_status()
    officer.post(f"{url}/publish").raise_for_status()
    bulletin_url = f"{cloud.publications_url}/bulletins/{exam['exam_id']}.json"

    seen_before, key_at = httpx.get(bulletin_url).json(), None
    while key_at is None and datetime.now(UTC) < ends_at:
        bulletin, asked_at = httpx.get(bulletin_url).json(), datetime.now(UTC)
        key_at = asked_at if bulletin["paper"]["key"] else None
        time.sleep(0.05)

    assert seen_before["paper"]["key"] is None
    assert key_at is not None
    assert key_at >= starts_at
    assert httpx.get(f"{cloud.publications_url}/{bulletin['paper']['url_path']}").status_code == 200

    sfn = cloud.client("stepfunctions")
    machine = cloud.outputs["ExamMachineArn"]
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        (execution,) = sfn.list_executions(stateMachineArn=machine)["executions"]
        if execution["status"] != "RUNNING":
            break
        time.sleep(0.2)
    assert execution["status"] == "SUCCEEDED"
    assert httpx.get(bulletin_url).json()["lottery"]["seed"]
    assert [e for e in cloud.function_errors() if e["errorType"] != "TooEarly"] == []
    assert cloud.alarms() == {
        "viva-dev-photos-dead-letters": "OK",
        "viva-dev-verify-dead-letters": "OK",
    }


def test_a_reader_without_a_token_sees_no_exam(cloud: LocalCloud) -> None:
    answer = httpx.get(f"{cloud.api_url}/exams")
    assert answer.status_code == 401
    assert answer.json()["error"]["message_zh"]


def test_what_the_gateway_refuses_speaks_both_languages(cloud: LocalCloud) -> None:
    answer = httpx.get(f"{cloud.api_url}/no/such/route")
    assert answer.status_code == 404
    assert answer.json()["error"].keys() == {"code", "message_zh", "message_en", "details"}
    assert answer.headers["access-control-allow-origin"] == "*"
