"""The built pages: small, without anything inline, and served the same here and by the CDN."""

import gzip
import json
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from devkit.package import ROOT, package
from devkit.site.build import build_site
from devkit.site.headers import site_headers
from devkit.site.server import SiteServer
from tests.site_addresses import ADDRESSES

KIB = 1024
ADDRESSES_HERE = {
    "Api": "http://127.0.0.1:8000",
    "Publications": "http://127.0.0.1:5000/_cdn",
    "Recordings": "http://127.0.0.1:5000",
    "Photos": "http://127.0.0.1:5000",
}


@pytest.fixture(scope="session")
def dist() -> Path:
    return build_site()


@pytest.fixture(scope="session")
def template() -> Path:
    return package()


@pytest.fixture(scope="session")
def site(dist: Path, template: Path) -> Iterator[str]:
    with SiteServer() as server:
        server.serve(dist, {"api_url": ADDRESSES_HERE["Api"]}, site_headers(template, ADDRESSES_HERE))
        yield server.url


def get(url: str) -> tuple[bytes, Message]:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read(), answer.headers


def loaded_at_once(dist: Path, page: str) -> set[str]:
    """The scripts that a page loads before anything is asked for: its own and what they import."""
    manifest: dict[str, Any] = json.loads((dist / ".vite" / "manifest.json").read_text())
    waiting, found = [page], set()
    while waiting:
        chunk = manifest[waiting.pop()]
        if chunk["file"] not in found:
            found.add(chunk["file"])
            waiting += chunk.get("imports", [])
    return {name for name in found if name.endswith(".js")}


@pytest.mark.parametrize("page", ["index.html", "phone.html"])
def test_a_candidates_page_loads_less_than_120_kb_of_script(dist: Path, page: str) -> None:
    sizes = {name: len(gzip.compress((dist / name).read_bytes())) for name in loaded_at_once(dist, page)}
    assert 0 < sum(sizes.values()) < 120 * KIB, sizes


@pytest.mark.parametrize("page", ["index.html", "phone.html"])
def test_the_console_s_library_stays_out_of_a_candidates_page(dist: Path, page: str) -> None:
    scripts = [(dist / name).read_text(encoding="utf-8") for name in loaded_at_once(dist, page)]
    assert not [script for script in scripts if "el-button" in script]


@pytest.mark.parametrize("page", ["index.html", "phone.html", "staff.html"])
def test_nothing_is_inline_that_the_policy_would_refuse(dist: Path, page: str) -> None:
    html = (dist / page).read_text(encoding="utf-8")
    assert all(re.search(r"\ssrc=", tag) for tag in re.findall(r"<script[^>]*>", html))
    assert not re.search(r"<style|\sstyle=|\son\w+=", html)


def test_the_cdn_routes_as_the_local_server_does(template: Path) -> None:
    resources = json.loads(template.read_text(encoding="utf-8"))["Resources"]
    code = resources["SiteRoutes"]["Properties"]["FunctionCode"]
    asked = json.dumps([address for address, _ in ADDRESSES])
    script = f"{code}\nconsole.log(JSON.stringify({asked}.map(uri => handler({{ request: {{ uri }} }}).uri)))"
    done = subprocess.run(
        [ROOT / "scripts" / "with-node", "node", "-e", script],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == [document for _, document in ADDRESSES]


def test_every_page_comes_with_the_deployed_policy_for_this_machines_addresses(site: str) -> None:
    for path in ("/", "/phone", "/staff/exams"):
        _, headers = get(site + path)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
        assert f"connect-src 'self' {ADDRESSES_HERE['Api']}/ " in policy
        assert "${" not in policy
        assert "camera=(self)" in headers["Permissions-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-cache"


def test_the_pages_are_told_where_the_api_is(site: str) -> None:
    body, headers = get(f"{site}/config.json")
    assert json.loads(body) == {"api_url": ADDRESSES_HERE["Api"]}
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "path", ["/assets/none.js", "/../package.json", "/%2e%2e/package.json", "/.made-from"]
)
def test_nothing_else_is_served(site: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        get(site + path)
    assert refused.value.code == 404
    refused.value.close()
