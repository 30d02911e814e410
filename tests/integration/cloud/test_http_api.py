"""The API answers as API Gateway and Lambda would, and to many at once."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from devkit.cloud import LocalCloud


def test_a_route_answers_with_the_environment_of_the_template(toy: LocalCloud) -> None:
    answer = httpx.get(f"{toy.api_url}/hello/ada")
    assert answer.status_code == 200
    assert answer.json() == {"hello": "ada", "stage": "dev"}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_an_unknown_route_answers_with_the_gateway_response_of_the_template(toy: LocalCloud) -> None:
    answer = httpx.get(f"{toy.api_url}/nowhere")
    assert answer.status_code == 404
    assert answer.json() == {"error": {"code": "not_found"}}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_connection_is_kept_alive(toy: LocalCloud) -> None:
    with httpx.Client(base_url=toy.api_url) as client:
        ports = set()
        for _ in range(5):
            answer = client.get("/hello/ada")
            ports.add(answer.extensions["network_stream"].get_extra_info("client_addr")[1])
    assert len(ports) == 1


def test_many_clients_are_served_at_once(toy: LocalCloud) -> None:
    started = time.monotonic()
    limits = httpx.Limits(max_connections=64)
    with httpx.Client(base_url=toy.api_url, limits=limits) as client, ThreadPoolExecutor(64) as threads:
        answers = list(threads.map(lambda _: client.get("/slow", timeout=30), range(64)))
    assert {answer.status_code for answer in answers} == {200}
    # One after the other they would take 12.8 s.
    assert time.monotonic() - started < 6


def test_a_body_beyond_what_lambda_takes_is_refused(toy: LocalCloud) -> None:
    answer = httpx.post(
        f"{toy.api_url}/echo", content=b"x" * (6 * 2**20 + 1), headers={"content-type": "text/plain"}
    )
    assert answer.status_code == 413


def test_bytes_survive_only_under_a_binary_type(toy: LocalCloud) -> None:
    gb18030 = "准考证号".encode("gb18030")
    binary = httpx.post(
        f"{toy.api_url}/echo", content=gb18030, headers={"content-type": "application/octet-stream"}
    )
    assert binary.json()["length"] == len(gb18030)
    text = httpx.post(f"{toy.api_url}/echo", content=gb18030, headers={"content-type": "text/plain"})
    assert text.json()["length"] != len(gb18030)


def test_a_view_that_fails_is_a_500(toy: LocalCloud) -> None:
    assert httpx.get(f"{toy.api_url}/crash").status_code == 500


def test_what_the_policy_does_not_allow_is_refused(toy: LocalCloud) -> None:
    answer = httpx.get(f"{toy.api_url}/scan")
    assert answer.status_code == 403
    assert answer.json() == {"code": "AccessDeniedException"}


def test_a_presigned_url_for_what_the_policy_does_not_allow_is_refused(toy: LocalCloud) -> None:
    assert httpx.get(f"{toy.api_url}/download-url").json() == {"code": "AccessDenied"}


def test_who_may_read_but_not_list_is_not_told_that_an_object_is_missing(toy: LocalCloud) -> None:
    toy.client("s3").put_object(Bucket="toy-pages", Key="there", Body=b"x")
    assert httpx.get(f"{toy.api_url}/page/there").json() == {"code": "none"}
    assert httpx.get(f"{toy.api_url}/page/missing").json() == {"code": "AccessDenied"}
