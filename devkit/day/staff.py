"""A member of staff at a desk: signed in, and calling the API."""

from random import Random
from typing import Final

from devkit.accounts import DemoAccount
from devkit.client import ApiClient, ApiError, DeviceClock, DeviceKey, ServerClock
from devkit.day.answers import Session, read


class StaffDesk:
    """One account's session, bound to a key of this desk.

    Raises
    ------
    ApiError
        When the account is refused.
    """

    def __init__(self, api_url: str, account: DemoAccount) -> None:
        self._token: str | None = None
        self.clock: Final = ServerClock(DeviceClock())
        key = DeviceKey.generate()
        self.api: Final = ApiClient(
            api_url, clock=self.clock, rng=Random(account.account), key=key, token=lambda: self._token
        )
        self._token = self._signed_in(account, key).token

    def _signed_in(self, account: DemoAccount, key: DeviceKey) -> Session:
        body = {
            "account": account.account,
            "password": account.password,
            "role": account.role.value,
            "device_key": key.public_coordinates,
        }
        code, next_code = account.codes()
        try:
            return read(self.api.post_repeatable("/staff/sessions", body | {"code": code}), Session)
        except ApiError as error:
            # The answer that told of the session was lost, and the code is good once.
            if error.code != "sign_in_refused":
                raise
            return read(self.api.post_repeatable("/staff/sessions", body | {"code": next_code}), Session)
