"""Is a forwarded training mail known again, in whatever shape it comes, and is the one who forwarded it credited?"""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import olefile
import pytest
from django.utils import timezone

from kansa.apps.drills.actions import take_reports
from kansa.apps.drills.models import DrillHit, DrillIdentity, DrillRecipient
from kansa.apps.drills.queries import found_in, outgoing, result_of
from kansa.apps.drills.queries.keys import keyring_of, opened
from kansa.core.errors import InputError
from kansa.formats.mail_drill.reported import MailSigns, read_report, signs_in
from tests.cast import CITY, CLERK, OTHER_CLERK, browser_of, sign_up
from tests.drilling import address_of, build_people, build_sent, tokens_of

pytestmark = pytest.mark.django_db
TOKEN = "1-AAAAAAAAAAAAAAAAAAAAAA"
LINK = f"https://kunren.mihon.example/m/{TOKEN}/"


@pytest.fixture(autouse=True)
def town(city: object) -> None:
    """A municipality."""


def training_mail(link: str, message_id: str = "<abc@mihon.example>", code: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "jinji@mihon.example", "s001@mihon.example", "【至急】年末調整"
    mail["Message-ID"] = message_id
    if code:
        mail["X-Kansa-Drill"] = code
    mail.set_content(f"確認してください。\n{link}\n")
    return mail


def forwarded(inner: EmailMessage, reporter: str, *, attached: bool, charset: str = "utf-8") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"報告者 <{reporter}>", "houkoku@mihon.example", "Fwd: 不審なメール"
    mail["Date"] = "Tue, 01 Oct 2024 10:00:00 +0900"
    if attached:
        mail.set_content("不審なメールが届きました。", charset=charset)
        mail.add_attachment(inner)
    else:
        mail.set_content("不審です。\n\n> " + inner.get_content().replace("\n", "\n> "), charset=charset)
    return mail.as_bytes()


@pytest.mark.parametrize("attached", [True, False])
@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp", "cp932", "euc-jp"])
def test_signs_are_found_attached_or_quoted_in_any_charset(attached: bool, charset: str) -> None:
    report = read_report(forwarded(training_mail(LINK), "s002@mihon.example", attached=attached, charset=charset), "a")
    assert (report.reporter, report.signs.tokens) == ("s002@mihon.example", (TOKEN,))
    assert report.sent_at == datetime(2024, 10, 1, 1, tzinfo=UTC)
    assert ("abc@mihon.example" in report.signs.message_ids) == attached


def test_broken_charsets_rewritten_links_and_broken_lines_do_not_hide_a_link() -> None:
    wrong = forwarded(training_mail(LINK), "s002@mihon.example", attached=False).replace(b"utf-8", b"x-unknown-8bit")
    assert read_report(wrong, "a").signs.tokens == (TOKEN,)
    assert signs_in(f"https://safe.example/?url=https%3A%2F%2Fkunren.mihon.example%2Fm%2F{TOKEN}%2F").tokens == (TOKEN,)
    assert signs_in(LINK[:45] + "\r\n> " + LINK[45:]).tokens == (TOKEN,)
    assert signs_in(LINK[:45] + "=\r\n" + LINK[45:]).tokens == (TOKEN,)
    assert signs_in(LINK.replace(TOKEN, TOKEN + "B")).tokens == ()


def test_a_link_in_a_damaged_outlook_file_is_still_found() -> None:
    for shift in (b"", b"\0"):
        data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + shift + b"\0" * 600 + LINK.encode("utf-16-le") + b"\0" * 600
        assert read_report(data, "x.msg").signs.tokens == (TOKEN,)


def test_a_mail_that_outlook_itself_saved_is_read_and_a_link_in_the_mail_attached_to_it_found() -> None:
    """Counted by olefile alone: one mail with one mail attached, of Outlook 16.0, to outer@foo.bar, never sent."""
    data = (Path(__file__).parent / "samples_outlook/attached.msg").read_bytes()
    assert hashlib.sha256(data).hexdigest() == "95dcf9ab91478e7f780f731e4c0cdfe5d64c0c79827fb6bb97af3be010a3e5ef"
    file = olefile.OleFileIO(io.BytesIO(data), write_mode=True)
    versions = [file.openstream(one).read() for one in file.listdir() if one[-1] == "__substg1.0_8003001F"]
    assert versions == ["16.0".encode("utf-16-le")] * 2
    assert [one[0] for one in file.listdir() if one[1:] == ["__substg1.0_3003001F"]] == ["__recip_version1.0_#00000000"]
    report = read_report(data, "attached.msg")
    assert (report.reporter, report.signs) == ("", MailSigns())  # nobody sent it, and no training mail is in it
    # The same file with our link in the compressed text of the inner mail's place: same sizes, same sectors.
    inner = [one for one in file.listdir() if one[0].startswith("__attach") and one[-1] == "__substg1.0_10090102"]
    size = file.get_size(inner[0])
    file.write_stream(inner[0], LINK.encode().ljust(size, b"\0"))
    file.fp.seek(0)
    assert read_report(file.fp.read(), "x.msg").signs.tokens == (TOKEN,)


def test_what_is_no_mail_is_refused() -> None:
    for data in (b"", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ただの文".encode()):
        with pytest.raises(InputError) as fault:
            read_report(data, "x.msg")
        assert fault.value.refusals[0].code == "no_mail"


def test_the_reporter_is_credited_not_the_one_whose_mail_it_was() -> None:
    campaign = build_sent(build_people({"101": 3}))
    tokens = tokens_of(campaign)
    link = f"https://kunren.mihon.example/m/{tokens['S001']}/"
    data = forwarded(training_mail(link), address_of("S002").upper(), attached=True)
    at = timezone.now() - timedelta(minutes=20)
    for word in ("credited", "again"):
        assert take_reports(CLERK, campaign.pk, [("a.eml", data, at)], channel="mailbox").counts == {word: 1}
    keyring = keyring_of(campaign)
    sealed = DrillIdentity.objects.get(event_token=DrillHit.objects.get().event_token).sealed
    assert opened(keyring, sealed)[2] == "S002"
    result = result_of(campaign)
    assert (result.counts["reported"], result.speed.first_report_minutes) == (1, 10)
    others = take_reports(
        CLERK,
        campaign.pk,
        [
            ("b.eml", forwarded(training_mail(link), "visitor@other.example", attached=True), None),
            ("c.eml", forwarded(training_mail(LINK), address_of("S003"), attached=True), None),
            ("d.eml", b"no mail", None),
        ],
    )
    assert dict(others.to_look_at) == {"b.eml": "not_listed", "c.eml": "not_ours", "d.eml": "no_mail"}


def test_a_mail_is_known_by_link_message_id_or_code_and_only_in_its_own_city() -> None:
    campaign = build_sent(build_people({"101": 1}))
    with outgoing(campaign, states=("accepted",)) as mails:
        mail = next(mails)
    (token,) = tokens_of(campaign).values()
    by_id = found_in(CLERK, MailSigns(message_ids=(mail.message_id.strip("<>"),)))
    assert by_id is not None and by_id.is_certain and by_id.campaign.pk == campaign.pk
    by_code = found_in(CLERK, MailSigns(codes=(campaign.header_code,)))
    assert by_code is not None and not by_code.is_certain
    assert found_in(CLERK, MailSigns(tokens=(token,))) is not None
    assert found_in(CLERK, MailSigns(tokens=(TOKEN,), message_ids=("abc@mihon.example",), codes=("0" * 32,))) is None
    assert found_in(OTHER_CLERK, MailSigns(tokens=(token,))) is None
    assert campaign.municipality_id == CITY and DrillRecipient.objects.count() == 1


def test_the_check_page_answers_and_does_not_tell_whose_mail_it_is() -> None:
    campaign = build_sent(build_people({"101": 1, "102": 1}))
    token = tokens_of(campaign)["S001"]
    sign_up("clerk", "staff")
    client = browser_of("clerk")
    text = client.post("/drills/check/", {"pasted": f"https://kunren.mihon.example/m/{token}/"}).content.decode()
    assert "訓練メールです。" in text and "S001" not in text and "職員S001" not in text
    text = client.post("/drills/check/", {"pasted": campaign.header_code}).content.decode()
    assert "ヘッダーだけが" in text
    text = client.post("/drills/check/", {"pasted": "<other@mihon.example>"}).content.decode()
    assert "訓練メールではありません" in text
    assert "貼り付けるか" in client.post("/drills/check/", {"pasted": ""}).content.decode()
    assert browser_of("staff").get("/drills/check/").status_code == 403
    assert DrillHit.objects.count() == 0  # looking at a link here is no click
