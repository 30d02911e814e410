"""The pages' response headers, read from the template that is deployed, with this machine's addresses."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_NAMES = {
    "ContentTypeOptions": "X-Content-Type-Options",
    "FrameOptions": "X-Frame-Options",
    "ReferrerPolicy": "Referrer-Policy",
}


def site_headers(template: Path, addresses: Mapping[str, str]) -> dict[str, str]:
    """What the CDN adds to every page.

    Parameters
    ----------
    template
        The packaged template.
    addresses
        Of `Api`, `Publications`, `Recordings` and `Photos`, without a slash at the end.
    """
    resources = json.loads(template.read_text(encoding="utf-8"))["Resources"]
    policy = resources["SiteHeadersPolicy"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    headers = {item["Header"]: item["Value"] for item in policy["CustomHeadersConfig"]["Items"]}
    headers[_NAMES["ContentTypeOptions"]] = "nosniff"
    headers[_NAMES["FrameOptions"]] = security["FrameOptions"]["FrameOption"]
    headers[_NAMES["ReferrerPolicy"]] = security["ReferrerPolicy"]["ReferrerPolicy"]
    # Strict-Transport-Security stays away: nothing here speaks TLS.
    headers["Content-Security-Policy"] = _policy(security["ContentSecurityPolicy"], addresses)
    return headers


def _policy(configured: Mapping[str, Any], addresses: Mapping[str, str]) -> str:
    text, variables = configured["ContentSecurityPolicy"]["Fn::Sub"]
    for name in variables:
        text = text.replace("${" + name + "}", addresses[name])
    return " ".join(str(text).split())
