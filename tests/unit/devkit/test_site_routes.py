"""Which document an address belongs to, and for how long it may be kept."""

import pytest

from devkit.site.routes import cache_control, document_of
from tests.site_addresses import ADDRESSES


@pytest.mark.parametrize(("address", "document"), ADDRESSES)
def test_an_address_belongs_to_one_document(address: str, document: str) -> None:
    assert document_of(address) == document


def test_only_what_has_a_hash_in_its_name_is_kept() -> None:
    assert "immutable" in cache_control("/assets/candidate-BnnbYDls.css")
    assert cache_control("/index.html") == cache_control("/config.json") == "no-cache"
