"""Which document an address belongs to. `SiteRoutes` in infra/resources.yaml is the same for the CDN."""

_OTHERS = ("phone", "staff")


def document_of(path: str) -> str:
    """The object behind a path, from the root: a file has a dot in its name, a page has none."""
    names = path.split("/")
    if "." in names[-1]:
        return path
    return f"/{names[1]}.html" if names[1] in _OTHERS else "/index.html"


def cache_control(document: str) -> str:
    """How long a document may be kept: what has a hash in its name for ever, all else is asked for anew."""
    return "public, max-age=31536000, immutable" if document.startswith("/assets/") else "no-cache"
