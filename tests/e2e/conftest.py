"""A real browser, the local cloud and the built pages, one of each for the whole session."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from devkit.accounts import make_demo_accounts
from devkit.cloud import LocalCloud
from devkit.site.pages import serve_pages
from devkit.site.server import SiteServer
from tests.e2e.browser import PATIENCE_MS, Computers, FakeMedia, chromium
from tests.e2e.drawing import StoppedDrawing, expect_drawing
from tests.e2e.hall import Hall
from tests.e2e.media import make_camera, make_microphone
from tests.e2e.office import Office
from tests.e2e.provider import provider

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this room; without a Chromium they are passed over, with the reason."""
    here = Path(__file__).parent
    missing = pytest.mark.skip(reason="there is no Chromium on this machine: apt-get install chromium")
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[StoppedDrawing.__name__]))
            if chromium() is None:
                item.add_marker(missing)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Tell a browser that has stopped drawing from a test that fails."""
    try:
        return (yield)
    except Exception:
        # A failed assertion, Playwright's patience or anything else: raised as it is where pages are drawn.
        used = [pyfuncitem.funcargs.get(name) for name in ("computer", "hall")]
        expect_drawing(one for one in used if isinstance(one, Computers | Hall))
        raise


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> FakeMedia:
    """What fake cameras and microphones play."""
    folder = tmp_path_factory.mktemp("media")
    return FakeMedia(make_camera(folder / "camera.y4m"), make_microphone(folder / "microphone.wav"))


@pytest.fixture(scope="session")
def site() -> Iterator[SiteServer]:
    """The pages' address; they are served once the cloud is up."""
    with SiteServer() as server:
        yield server


@pytest.fixture(scope="session")
def cloud(site: SiteServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The project deployed on this machine, with its pages, and an identity provider for staff."""
    state_dir = tmp_path_factory.mktemp("cloud")
    with (
        provider() as its_parameters,
        LocalCloud(state_dir, parameters={"SiteUrl": site.url, **its_parameters}) as running,
    ):
        serve_pages(site, running)
        yield running


@pytest.fixture(scope="session")
def office(cloud: LocalCloud) -> Iterator[Office]:
    """The staff."""
    staff = Office(cloud.api_url, make_demo_accounts(cloud))
    yield staff
    staff.go_home()


@pytest.fixture
def hall(playwright: Playwright) -> Iterator[Hall]:
    """One browser for everybody who records nothing."""
    browser = Hall(playwright)
    yield browser
    browser.close()


@pytest.fixture
def computer(
    playwright: Playwright, media: FakeMedia, cloud: LocalCloud, tmp_path: Path
) -> Iterator[Computers]:
    """Make computers of people: `computer("desktop", shares="window")`. All are switched off at the end."""
    made = Computers(playwright, tmp_path, media)
    yield made
    made.close()
