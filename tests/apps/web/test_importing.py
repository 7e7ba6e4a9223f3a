"""Can an official bring files in through the browser, seeing first what they would change, and nothing else?"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kansa.apps.annual_report import forms
from kansa.apps.annual_report.actions import forget_expired, hold, take_held
from kansa.apps.annual_report.actions.holding import FOLDER, HOLD_SECONDS
from kansa.apps.people.models import Department, StaffMember
from kansa.apps.trail.actions import ImportOptions, Upload
from kansa.apps.trail.models import Event, SourceFile
from kansa.core.errors import RuleError
from kansa.core.permission import import_verb
from kansa.formats.writers import template
from tests.builders import build_city, department, imported
from tests.cast import CITY, CLERK, actor_named, browser_of, sign_up

HEADER = "所属コード,課所等名,部局,種別,有効開始年度,有効終了年度\n"
ROW = "101,総務課,総務部,本庁,令和６年度,\n"

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def nothing_waits(db: None) -> None:
    """No files of another test wait."""
    forget_expired(CLERK, timezone.now() + timedelta(days=1))


@pytest.fixture
def clerk(db: None) -> Client:
    """The clerk of an empty city."""
    build_city()
    sign_up("clerk", "director")
    return browser_of("clerk")


def file(text: str | bytes = HEADER + ROW, name: str = "課所等.csv") -> SimpleUploadedFile:
    """A file of the form."""
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def look(client: Client, *files: SimpleUploadedFile, kind: str = "departments", **fields: str) -> str:
    """The page after choosing the files."""
    answer = client.post(f"/import/{kind}/", {"chosen": list(files), **fields})
    assert answer.status_code == 200
    return answer.content.decode()


def held(page: str) -> str:
    """The signed text in the page's form."""
    found = re.search(r'name="held" value="([^"]+)"', page)
    assert found, page
    return found[1]


def waiting_files() -> list[str]:
    """Folders that wait in the storage."""
    try:
        return storages["restricted"].listdir(f"{FOLDER}/{CITY}")[0]
    except FileNotFoundError:
        return []


def test_looking_changes_nothing_and_yes_changes_what_was_seen(clerk: Client) -> None:
    page = look(clerk, file())
    assert re.search(r'tally">1</span> 追加', page)
    assert not Department.objects.exists() and not SourceFile.objects.exists()
    answer = clerk.post("/import/apply/", {"held": held(page), "do": "apply"}, follow=True)
    assert "取り込みました" in answer.content.decode()
    assert "課所等.csv" in answer.content.decode()
    row = Department.objects.select_related("source_file").get()
    assert (row.name_ja, row.source_file.name, row.row) == ("総務課", "課所等.csv", 2)  # type: ignore[union-attr]
    assert waiting_files() == []
    assert Event.objects.filter(verb="import", actor_name__contains="clerk").count() == 1


def test_changed_rows_are_shown_with_old_and_new(clerk: Client) -> None:
    imported("departments", [department("101", name_ja="庶務課", valid_from=2024)])
    page = look(clerk, file())
    assert "庶務課" in page and "総務課" in page and "課所等名" in page and "2行目" in page


def test_a_refused_file_names_place_and_reason_and_waits_nowhere(clerk: Client) -> None:
    page = look(clerk, file(), file(HEADER + "102,,総務部,本庁,令和６年度,\n", "悪い表.csv"))
    assert "受け付けられません" in page and "悪い表.csv" in page
    assert re.search(r'<td class="right">2</td><td>課所等名</td>', page)
    assert 'name="held"' not in page
    assert waiting_files() == []


def test_a_double_press_imports_once(clerk: Client) -> None:
    page = look(clerk, file())
    first = clerk.post("/import/apply/", {"held": held(page), "do": "apply"})
    second = clerk.post("/import/apply/", {"held": held(page), "do": "apply"}, follow=True)
    assert first.headers["Location"].startswith("/import/done/")
    assert "既に実行した" in second.content.decode()
    assert Event.objects.filter(verb="import").count() == 1


def test_no_erases_the_files(clerk: Client) -> None:
    page = look(clerk, file())
    assert len(waiting_files()) == 1
    answer = clerk.post("/import/apply/", {"held": held(page), "do": "cancel"}, follow=True)
    assert "取りやめました" in answer.content.decode()
    assert waiting_files() == [] and not Department.objects.exists()


def test_another_file_does_not_slip_in(clerk: Client) -> None:
    page = look(clerk, file())
    storage = storages["restricted"]
    name = f"{FOLDER}/{CITY}/{waiting_files()[0]}/0"
    storage.delete(name)
    storage.save(name, ContentFile((HEADER + ROW.replace("総務課", "別の課")).encode()))
    answer = clerk.post("/import/apply/", {"held": held(page), "do": "apply"}, follow=True)
    assert "確認したものと違います" in answer.content.decode()
    assert not Department.objects.exists() and waiting_files() == []


@pytest.mark.parametrize("text", ["", "x", "eyJhIjoxfQ:1:forged"])
def test_a_forged_yes_is_refused(clerk: Client, text: str) -> None:
    answer = clerk.post("/import/apply/", {"held": text, "do": "apply"}, follow=True)
    assert "もう一度ファイルを選んでください" in answer.content.decode()
    assert not Department.objects.exists()


def test_a_yes_of_another_person_is_refused(clerk: Client) -> None:
    page = look(clerk, file())
    answer = browser_of("director").post("/import/apply/", {"held": held(page), "do": "apply"}, follow=True)
    assert "ほかの人が選んだファイル" in answer.content.decode()
    assert not Department.objects.exists()


def test_a_yes_after_an_hour_is_refused(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = look(clerk, file())
    import time

    later = time.time() + HOLD_SECONDS + 5
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    with pytest.raises(RuleError) as fault:
        take_held(actor_named("clerk"), held(page))
    assert fault.value.code == "held_gone"


def test_files_that_nobody_said_yes_to_are_erased(clerk: Client) -> None:
    actor = actor_named("clerk")
    hold(actor, "departments", [Upload("a.csv", b"a")], ImportOptions())
    forget_expired(actor, timezone.now() + timedelta(seconds=HOLD_SECONDS - 60))
    assert len(waiting_files()) == 1
    forget_expired(actor, timezone.now() + timedelta(seconds=HOLD_SECONDS + 60))
    assert waiting_files() == []


def test_what_moved_on_meanwhile_is_looked_at_again(clerk: Client) -> None:
    page = look(clerk, file())
    imported("departments", [department("101", name_ja="総務課", bureau_ja="別の部", valid_from=2024)])
    answer = clerk.post("/import/apply/", {"held": held(page), "do": "apply"}, follow=True)
    assert "ほかの人が記録を変えた" in answer.content.decode()
    assert Department.objects.get().bureau_ja == "別の部"


def test_persons_are_shown_as_numbers_only(clerk: Client) -> None:
    imported("departments", [department("101")])
    page = look(clerk, file("年度,職員番号,氏名,所属コード\n令和６年度,S77,山田 太郎,101\n", "名簿.csv"), kind="staff")
    assert "件数だけ" in page and "山田" not in page
    assert not StaffMember.objects.exists()


def bomb() -> bytes:
    """A small xlsx that would become very large."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template("departments"))) as good, zipfile.ZipFile(target, "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            bad.writestr(name, data, zipfile.ZIP_DEFLATED)
        bad.writestr("xl/media/zero.bin", b"\0" * (60 * 1024 * 1024), zipfile.ZIP_DEFLATED)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "空.csv"),
        (b"\x7fELF" + bytes(200), "表.xlsx"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "絵.csv"),
        (b"PK\x03\x04" + bytes(40), "壊れ.xlsx"),
    ],
)
def test_hostile_files_are_refused_in_words(clerk: Client, data: bytes, name: str) -> None:
    page = look(clerk, file(data, name))
    assert "受け付けられません" in page or "ファイル" in page
    assert "<script>alert" not in page
    assert 'name="held"' not in page and not Department.objects.exists()


def test_a_zip_bomb_is_refused(clerk: Client) -> None:
    page = look(clerk, file(bomb(), "爆弾.xlsx"))
    assert "異常に大きくなる" in page
    assert waiting_files() == []


def test_files_beyond_the_limits_are_not_read(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "LARGEST_FILE", 10)
    assert "大きすぎます" in look(clerk, file())
    monkeypatch.undo()
    monkeypatch.setattr(forms, "LARGEST_TOTAL", 10)
    assert "合計が大きすぎます" in look(clerk, file())
    monkeypatch.undo()
    many = [file(name=f"{place}.csv") for place in range(forms.MOST_FILES + 1)]
    assert "20個まで" in look(clerk, *many)
    assert "ファイルを選んでください" in look(clerk)
    assert waiting_files() == []


def test_a_file_of_another_kind_is_refused(clerk: Client) -> None:
    page = look(clerk, file("氏名,電話\n山田,1\n", "名簿.csv"))
    assert "受け付けられません" in page and "見出し" in page


def test_html_in_a_file_name_stays_text(clerk: Client) -> None:
    assert "<b>x" not in look(clerk, file(name="<b>x</b>.csv"))


def test_whole_list_removes_and_says_so(clerk: Client) -> None:
    imported("departments", [department("101", valid_from=2024), department("102", valid_from=2024)])
    page = look(clerk, file(), replace="on")
    assert "削除を含めて取り込む" in page and "102" in page
    clerk.post("/import/apply/", {"held": held(page), "do": "apply"})
    assert [one.code for one in Department.objects.all()] == ["101"]


def test_every_kind_has_its_page(clerk: Client) -> None:
    from kansa.apps.annual_report.actions import KINDS

    listed = clerk.get("/import/").content.decode()
    for kind in KINDS:
        is_own = import_verb(kind) == "import"  # accounts are the administrator's
        assert (f'href="/import/{kind}/"' in listed) == is_own
        assert clerk.get(f"/import/{kind}/").status_code == (200 if is_own else 403)
    assert clerk.get("/import/exe/").status_code == 404


@pytest.mark.usefixtures("town")
def test_what_is_written_out_changes_nothing_when_read_again(client: Client) -> None:
    for form in ("csv", "xlsx"):
        answer = client.get(f"/years/2024/export/findings/{form}/")
        page = look(client, file(answer.content, f"検出事項.{form}"), kind="findings")
        assert "変わるところはありません" in page
    assert client.get("/years/2024/export/self_inspection/csv/").status_code == 404
    assert client.get("/years/2019/export/findings/csv/").status_code == 404
