"""A member of staff at a desk: signed in, and calling the API."""

from random import Random
from typing import Final

from devkit.accounts import DemoAccount
from devkit.client import ApiClient, DeviceClock
from devkit.day.answers import Session, read


class StaffDesk:
    """One account's session.

    Raises
    ------
    ApiError
        When the account is refused.
    """

    def __init__(self, api_url: str, account: DemoAccount) -> None:
        self._token: str | None = None
        self.clock: Final = DeviceClock()
        self.api: Final = ApiClient(
            api_url, clock=self.clock, rng=Random(account.account), token=lambda: self._token
        )
        body = {"account": account.account, "password": account.password, "role": account.role.value}
        self._token = read(self.api.post_repeatable("/staff/sessions", body), Session).token
