"""Are the letter of a rollout and the paper of a training record written like the letters of an audit?

What a letter may say: a rollout tells other departments of a finding without the names of whom it was found at.
"""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from docx import Document

from kansa.apps.audits.models import Letter
from kansa.apps.audits.queries.training_letters import minutes_ja
from kansa.apps.education.actions import record_reading
from kansa.apps.findings.actions import RolloutWords, order_rollout
from kansa.apps.findings.models import Finding, FindingSecrecy, LateralRollout
from kansa.apps.people.models import Department
from kansa.apps.trail.models import Event
from kansa.core.fiscal import era_date_ja, era_year_ja
from tests.apps.findings.scene import a_finding, build_scene
from tests.builders import department, imported, staff
from tests.cast import CITY, account_named, actor_named, browser_of, this_fiscal_year
from tests.learning import build_exercise, build_material, hand_in, today

pytestmark = pytest.mark.django_db
DUE = timezone.localdate() + timedelta(days=20)


def words_of(client: Client, address: str) -> str:
    """Everything a Word file prints."""
    document = Document(io.BytesIO(client.get(f"{address}docx/").content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def typed_of(client: Client, address: str) -> dict[str, str]:
    """What a browser would send back unchanged."""
    text = client.get(address).content.decode()
    fields = dict(re.findall(r'<input [^>]*name="([^"]+)" value="([^"]*)"', text))
    fields |= dict(re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', text))
    return {name: html.unescape(value) for name, value in fields.items()}


@pytest.fixture
def rollout() -> LateralRollout:
    """A finding of 第101課 rolled out to department 102."""
    build_scene("improvement")
    finding = a_finding()
    Finding.objects.filter(pk=finding.pk).update(fact_ja="第101課の書庫が施錠されていなかった。")
    key = int(Department.objects.get(code="102").pk)
    words = RolloutWords("書庫の施錠", "書庫の施錠を確かめてください。", DUE, False)
    return order_rollout(actor_named("clerk"), finding.pk, words, {key: ""})


def test_a_rollout_letter_tells_what_the_office_asks_and_not_whom_it_was_found_at(rollout: LateralRollout) -> None:
    office, address = browser_of("clerk"), f"/rollouts/{rollout.pk}/letter/"
    assert f'href="{address}"' in office.get(f"/rollouts/{rollout.pk}/").content.decode()
    text = words_of(office, address)
    for said in (
        "書庫の施錠を確かめてください。",
        "第102課の長",
        era_date_ja(DUE),
        "Ａ課の書庫が施錠されていなかった。",
    ):
        assert said in text
    assert "第101課" not in text
    assert office.get(f"{address}pdf/").content.startswith(b"%PDF")


def test_a_secret_text_never_reaches_the_letter(rollout: LateralRollout) -> None:
    FindingSecrecy.objects.create(municipality_id=CITY, finding=rollout.finding, field="fact_ja", reason_ja="試験")
    office, address = browser_of("clerk"), f"/rollouts/{rollout.pk}/letter/"
    text = words_of(office, address)
    assert "施錠されていなかった" not in text
    assert "持ち出されるおそれ" in text  # the effect is not secret
    assert typed_of(office, address)["展開事項.事実"] == ""


def test_what_the_office_writes_into_the_row_is_printed(rollout: LateralRollout) -> None:
    office, address = browser_of("clerk"), f"/rollouts/{rollout.pk}/letter/"
    typed = typed_of(office, address) | {"展開事項.事実": "ある課所の書庫が開いていた。", "文書番号": "総情第９号"}
    assert "保存しました" in office.post(address, typed, follow=True).content.decode()
    text = words_of(office, address)
    assert "ある課所の書庫が開いていた。" in text
    assert "総情第９号" in text
    assert "Ａ課" not in text
    kept = Letter.objects.get(subject="rollout")
    assert set(kept.fields) >= {"展開事項.事実", "文書番号"}
    assert "展開事項.影響" not in kept.fields  # it still follows the record
    assert Event.objects.get(verb="write", object_kind="letter").object_key == f"rollout_notice/{rollout.pk}"
    told = office.post(address, typed, follow=True).content.decode()
    assert "ほかの人が保存しました" in told  # the page was made before the save


@pytest.mark.parametrize(("person", "status"), [("ciso", 200), ("head", 403), ("other_head", 403), ("auditor", 403)])
def test_only_who_follows_all_departments_reads_a_rollout_letter(
    rollout: LateralRollout, person: str, status: int
) -> None:
    address, reader = f"/rollouts/{rollout.pk}/letter/", browser_of(person)
    for path in (address, f"{address}docx/"):
        assert reader.get(path).status_code == status
    assert reader.post(address, {"version": "0", "件名": "x"}).status_code == 403
    assert not Letter.objects.exists()


@pytest.fixture
def auditor() -> Client:
    """An auditor who read a material for 75 minutes and judged two of three cases as expected."""
    build_scene()
    imported("departments", [department("103", name_ja="市民課")])
    imported("staff", [staff("S001", "103", fiscal_year=this_fiscal_year(), post_ja="主任", is_auditor=True)])
    record_reading(actor_named("auditor"), build_material().pk, 75, today(), is_finished=True)
    build_material("過年度の検出事項")
    hand_in(actor_named("auditor"), build_exercise((2, 3, None)), "22N")
    return browser_of("auditor")


def test_a_training_record_becomes_a_paper(auditor: Client) -> None:
    address = f"/education/{this_fiscal_year()}/records/{account_named('auditor').pk}/"
    assert f'href="{address}letter/"' in auditor.get(address).content.decode()
    text = words_of(auditor, f"{address}letter/")
    for said in (
        era_year_ja(this_fiscal_year()),
        "auditor さん",
        "市民課　主任",
        "監査の手引",
        "75分",
        "２時間",
    ):  # 75 and the exercise's 45
        assert said in text, said
    assert "３問のうち２問が基準の判定と一致" in text
    assert "過年度の検出事項" in text  # required and not read to the end
    assert auditor.get(f"{address}letter/pdf/").content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "０分"), (45, "45分"), (60, "１時間"), (75, "１時間15分"), (210, "３時間30分")]
)
def test_minutes_are_told_in_hours(minutes: int, said: str) -> None:
    assert minutes_ja(minutes) == said


def test_the_office_signs_it_and_the_auditor_only_reads(auditor: Client) -> None:
    address = f"/education/{this_fiscal_year()}/records/{account_named('auditor').pk}/letter/"
    assert auditor.post(address, {"version": "0", "確認者": "私"}).status_code == 403
    assert 'name="version"' not in auditor.get(address).content.decode()
    office = browser_of("clerk")
    office.post(address, typed_of(office, address) | {"確認者": "佐藤　次郎"})
    assert "佐藤　次郎" in words_of(auditor, address)
    assert Event.objects.get(verb="write").object_key == f"training_record/{this_fiscal_year()}/auditor"
    assert browser_of("other_auditor").get(address).status_code == 404
    assert browser_of("head").get(address).status_code == 403
