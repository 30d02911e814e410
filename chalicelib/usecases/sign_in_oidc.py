"""Staff: signing in with what an identity provider says of them."""

from chalicelib.domain.errors import Forbidden, IdTokenRefused, OidcOff
from chalicelib.domain.id_token import SignedToken, check_claims, read_id_token, roles_in, thumbprint
from chalicelib.domain.people import DeviceKey, Role
from chalicelib.ports import IdentityProvider, Ports
from chalicelib.usecases.open_session import STAFF_LIFE, OpenedSession, open_session
from chalicelib.usecases.prove_account import UNKNOWN
from chalicelib.usecases.record_entry import audit_staff


def sign_in_oidc(ports: Ports, id_token: str, role: Role, device_key: DeviceKey) -> OpenedSession:
    """Open a session for the token's subject, bound to the key whose thumbprint is the token's nonce.

    Raises
    ------
    OidcOff
        If no provider is configured.
    IdTokenRefused
        If the token is not the provider's, not for us, not of now, or not for this browser.
    IdentityProviderUnreachable
    Forbidden
        If its claim does not name the role.
    """
    provider = ports.identity_provider
    if provider is None:
        raise OidcOff
    try:
        token = read_id_token(id_token)
        subject = _proved_subject(ports, provider, token, device_key)
    except IdTokenRefused as refused:
        audit_staff(ports, UNKNOWN, "sign_in_refused", through="oidc", reason=refused.details["reason"])
        raise
    who = oidc_subject(subject)
    if role not in roles_in(token.claims, provider.client.roles_claim):
        audit_staff(ports, who, "sign_in_refused", through="oidc", reason="role", role=role.value)
        raise Forbidden(role=role.value)
    opened = open_session(ports, role, who, ports.clock.now() + STAFF_LIFE, device_key)
    audit_staff(ports, who, "signed_in", through="oidc", role=role.value)
    return opened


def _proved_subject(
    ports: Ports, provider: IdentityProvider, token: SignedToken, device_key: DeviceKey
) -> str:
    # What is not for us is refused before anyone is asked for a key.
    subject = check_claims(token.claims, provider.client, thumbprint(device_key), ports.clock.now())
    if not provider.signed(token):
        raise IdTokenRefused(reason="signature")
    return subject


def oidc_subject(subject: str) -> str:
    """How somebody from outside stands in sessions and audits; the colon keeps it apart from our accounts."""
    return f"oidc:{subject}"
