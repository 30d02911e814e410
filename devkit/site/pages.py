"""The pages before a running local cloud."""

from devkit.cloud.cloud import LocalCloud
from devkit.package import DEFAULT_OUT, TEMPLATE
from devkit.site.build import build_site
from devkit.site.headers import site_headers
from devkit.site.server import SiteServer


def serve_pages(site: SiteServer, cloud: LocalCloud) -> None:
    """Build what changed and serve it, with the headers that the cloud's template has for it.

    The cloud must have been started with the parameter `SiteUrl` = `site.url`, or it takes no uploads.

    Raises
    ------
    BuildFailed
    """
    config = {"api_url": cloud.api_url, "publications_url": cloud.publications_url}
    addresses = {
        "Api": cloud.api_url,
        "Publications": cloud.publications_url,
        "Recordings": cloud.aws_url,
        "Photos": cloud.aws_url,
    }
    site.serve(build_site(), config, site_headers(DEFAULT_OUT / TEMPLATE, addresses))
