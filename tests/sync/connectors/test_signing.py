import json

import pytest

from factory_erp.sync.connectors.alibaba.signing import sign
from tests.shared import shared_path

PUBLISHED = {
    "app_key": "123456",
    "timestamp": "1517820392000",
    "sign_method": "sha256",
    "access_token": "test",
    "order_id": "1234",
}


def test_published_vector() -> None:
    expected = "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A"
    assert sign("helloworld", "/order/get", PUBLISHED) == expected
    assert sign("helloworld", "/order/get", {**PUBLISHED, "sign": "left out"}) == expected


def test_every_vector_of_the_reference_file() -> None:
    vectors = json.loads(shared_path("platforms/sign_vectors.json").read_text(encoding="utf-8"))["vectors"]
    ours = [vector for vector in vectors if vector["scheme"] == "IOP sha256"]
    assert len(ours) >= 3
    for vector in ours:
        assert sign(vector["secret"], vector["path"], vector["params"]) == vector["expected"], vector["id"]


@pytest.mark.parametrize("change", [{"order_id": "1235"}, {"Order_id": "1234"}, {"名": "值"}])
def test_any_change_of_the_parameters_changes_the_signature(change: dict[str, str]) -> None:
    assert sign("s", "/order/get", {**PUBLISHED, **change}) != sign("s", "/order/get", PUBLISHED)


def test_only_a_path_is_signed_in_front() -> None:
    assert sign("s", "/order/get", PUBLISHED) != sign("s", "order.get", PUBLISHED)
    assert sign("s", "order.get", PUBLISHED) == sign("s", "order.list", PUBLISHED)
