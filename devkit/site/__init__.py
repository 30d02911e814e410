"""The web pages on a developer's machine: built when their sources changed, served as the CDN would."""

from devkit.site.build import BuildFailed, build_site
from devkit.site.pages import serve_pages
from devkit.site.server import SiteServer

__all__ = ["BuildFailed", "SiteServer", "build_site", "serve_pages"]
