"""Setting the second factor up, and taking it away, as a browser without scripts does it; on both databases."""

from __future__ import annotations

import re

import pytest
from pyotp.totp import TOTP

from api.pages.qr_picture import qr_picture
from tests.api.accounts.conftest import PASSWORD, MovedClock
from tests.api.pages.office.conftest import NewOffice, Office, guarded, new_office, sign_in, signed_in
from tests.api.pages.office.sent_forms import words_of

__all__ = ["guarded", "new_office", "sign_in", "signed_in"]  # fixtures

PATH = "/account/second-factor"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def officer(new_office: NewOffice) -> Office:
    return new_office()


def begun(officer: Office) -> str:
    """The key that the page shows."""
    answer = officer.post(PATH, officer.fields(PATH, PATH), password=PASSWORD)
    assert answer.headers["cache-control"] == "no-store"
    groups = re.findall(r'<p class="key"><code>([A-Z2-7 ]+)</code>', answer.text)[0]
    assert all(len(group) == 4 for group in groups.split())
    assert "otpauth://totp/" in answer.text
    secret: str = groups.replace(" ", "")
    return secret


def confirmed(officer: Office, code: str) -> str:
    fields = officer.fields(PATH, PATH)  # token and key of any form of the page
    answer = officer.post(
        f"{PATH}/confirmation", {name: fields[name] for name in fields if name != "password"}, code=code
    )
    return answer.text


def test_a_key_is_shown_once_confirmed_with_a_code_and_the_recovery_codes_are_shown_once(
    officer: Office, clock: MovedClock
) -> None:
    secret = begun(officer)
    wrong = confirmed(officer, "000000")
    assert "確認コードが違います" in wrong
    assert secret[:4] not in words_of(wrong)

    done = confirmed(officer, TOTP(secret).at(clock()))
    codes = re.findall(r"<li><code>([a-z2-7-]+)</code></li>", done)
    assert len(codes) == len(set(codes)) == 10
    assert "確認コードを使っています。復旧コードの残りは10個です。" in officer.get(PATH).text
    assert not any(code in officer.get(PATH).text for code in codes)


@ON_SQLITE
def test_a_wrong_password_shows_no_key(officer: Office) -> None:
    answer = officer.post(PATH, officer.fields(PATH, PATH), password="違うパスワードです")

    assert "otpauth" not in answer.text
    assert "サインイン名、パスワード、確認コードのいずれかが違います。" in answer.text


@ON_SQLITE
def test_it_is_taken_away_with_password_and_code_and_twice_is_once(officer: Office, clock: MovedClock) -> None:
    secret = begun(officer)
    confirmed(officer, TOTP(secret).at(clock()))
    clock.move(minutes=2)
    again = officer.post(PATH, officer.fields(PATH, f"{PATH}/removal"), password=PASSWORD)
    assert "確認コードはすでに使っています" in again.text

    fields = officer.fields(PATH, f"{PATH}/removal")
    sent = {"password": PASSWORD, "code": TOTP(secret).at(clock())}
    first, second = (officer.post(f"{PATH}/removal", fields, **sent) for _ in range(2))
    assert first.headers["location"] == second.headers["location"] == "/account?done=second_factor_removed"
    assert "使っていません" in officer.get("/account").text


def test_the_code_has_a_finder_in_its_corner_and_white_around_it() -> None:
    picture = qr_picture("otpauth://totp/enmusubi:yamada?secret=JBSWY3DPEHPK3PXP&issuer=enmusubi")

    assert picture.side >= 29
    assert picture.path.startswith("M4 4h7v1h-7z")
