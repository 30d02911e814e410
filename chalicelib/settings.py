"""What the environment says. Read when asked, never at import."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of the resources that the template made for this function."""

    stage: str
    exams_table: str
    candidates_table: str
    sittings_table: str
    segments_table: str
    journal_table: str
    sessions_table: str
    presence_table: str
    staff_table: str
    recordings_bucket: str
    identity_bucket: str
    publications_bucket: str
    publications_url: str
    data_key_id: str
    receipt_key_id: str
    exam_machine_arn: str
    sitting_machine_arn: str
    staff_key_id: str
    site_url: str
    models_dir: str
    face_function: str
    retention_days: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_authorize_url: str
    oidc_roles_claim: str


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read `VIVA_*`.

    Raises
    ------
    KeyError
        Naming the variable that is missing: the template is at fault, and the function must not start.
    """
    env = os.environ if environ is None else environ
    named = {name: env[f"VIVA_{name.upper()}"] for name in Settings.__slots__ if name not in _OPTIONAL}
    return Settings(**named, **{name: env.get(f"VIVA_{name.upper()}", "") for name in _OPTIONAL})


# Only functions with the media layer have models: without a folder no faces are counted or compared.
# Only the API calls the face function, without whose name face login is off; only retention counts days.
# Only the API signs in, and an identity provider is an option.
_OPTIONAL = frozenset(
    {
        "models_dir",
        "face_function",
        "retention_days",
        "oidc_issuer",
        "oidc_client_id",
        "oidc_authorize_url",
        "oidc_roles_claim",
    }
)
