"""What is archived of a call: everything but what would let another speak for the account."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.sync.http.redact import (
    REMOVED,
    REQUEST_MOST,
    RESPONSE_MOST,
    request_text,
    response_text,
)

KEYS = (
    "access_token",
    "refresh_token",
    "accessToken",
    "session",
    "sign",
    "app_secret",
    "client_secret",
    "password",
    "Authorization",
    "id-token",
)
CANARY = "canary-7f3a9c"

harmless = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def _object(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """JSON around a canary: in a list, an object, or as the text of JSON inside JSON."""
    return st.one_of(
        st.builds(lambda value, other: {"data": value, "name": other}, inner, harmless),
        st.builds(lambda value, other: [other, value], inner, harmless),
        st.builds(lambda value: {"inner": json.dumps(value)}, inner),
        st.builds(
            lambda value, ascii_only: json.dumps([value], ensure_ascii=ascii_only), inner, st.booleans()
        ),
    )


guilty = st.recursive(
    st.builds(lambda key, other: {"code": "0", key: CANARY, "total": other}, st.sampled_from(KEYS), harmless),
    _object,
    max_leaves=4,
)


@given(guilty)
def test_no_secret_survives_in_an_answer(payload: object) -> None:
    assert CANARY not in response_text(json.dumps(payload).encode(), {})
    assert CANARY not in response_text(json.dumps(payload, ensure_ascii=False).encode(), {})


@given(guilty, st.integers(0, 400))
def test_nor_in_one_that_was_cut_off(payload: object, length: int) -> None:
    assert CANARY not in response_text(json.dumps(payload).encode()[:length], {})


@given(guilty)
def test_nor_in_a_request(payload: object) -> None:
    form = {"param": json.dumps(payload), "code": CANARY, "refresh_token": CANARY + "2"}
    assert CANARY not in request_text(form)


@given(st.sampled_from(KEYS), st.text(min_size=6, max_size=30), st.text(max_size=20))
def test_what_was_sent_is_not_echoed_back(key: str, secret: str, around: str) -> None:
    answer = {"message": f"no such: <{secret}>", "list": [secret], secret: 1}
    if REMOVED not in secret and secret not in REMOVED:
        text = response_text(json.dumps(answer).encode(), {key: secret, "name": around})
        kept = json.loads(text)
        assert secret not in kept
        assert secret not in str(kept["list"])
        assert f"<{secret}>" not in kept["message"]


@pytest.mark.parametrize(
    "text",
    [
        f"<html>access_token={CANARY}&x=1</html>",
        f"<!-- session: {CANARY} -->",
        f'{{"refresh_token" : "{CANARY}',
        f'{{"a": "{{\\"access_token\\":\\"{CANARY}',
        f"Authorization: Bearer {CANARY}",
    ],
)
def test_text_that_is_not_json_ends_at_the_name_of_a_secret(text: str) -> None:
    kept = response_text(text.encode(), {})
    assert CANARY not in kept
    assert kept.endswith(REMOVED)


def test_an_innocent_answer_is_kept_to_the_letter() -> None:
    text = '{ "code":"0", "total": 0.10, "design":"blue", "note": "Access Token过期", "x":[1e400] }'
    assert response_text(text.encode(), {"sign": "ABCDEF0123"}) == text
    assert response_text(b"<html>Please try again</html>", {}) == "<html>Please try again</html>"


def test_the_code_of_the_sign_in_is_a_secret_and_the_code_of_an_error_is_not() -> None:
    assert json.loads(request_text({"code": "3_abcdefg", "uuid": "1"})) == {"code": REMOVED, "uuid": "1"}
    assert json.loads(response_text(b'{"code":"40","token":"abcdefgh"}', {})) == {
        "code": "40",
        "token": REMOVED,
    }


def test_files_are_kept_as_their_size_and_long_texts_are_cut() -> None:
    text = request_text({"a": "x" * 50_000}, {"image": ("cup.png", b"\x89PNG" * 300, "image/png")})
    assert (len(text), text.endswith("characters)")) == (REQUEST_MOST, True)
    small = json.loads(request_text({"a": "1"}, {"image": ("cup.png", b"12345", "image/png")}))
    assert small["image"] == "cup.png <5 bytes>"
    assert len(response_text(b"y" * 100_000, {})) == RESPONSE_MOST


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert "�" in response_text(b"\xff\xfe\xff", {})
    assert response_text(b"[" * 100_000, {}).startswith("[[[")
