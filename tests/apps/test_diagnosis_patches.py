"""Do advisories, inventories and firms' tables come in through the pages, and is nothing called mended unknown?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kansa.apps.diagnosis import actions
from kansa.apps.diagnosis.models import (
    AdvisoryFile,
    AdvisoryUpload,
    NetworkZone,
    Scan,
    ScanUpload,
    TableMapping,
    Vulnerability,
)
from kansa.apps.diagnosis.queries.advisories import index_path
from kansa.apps.diagnosis.queries.facts import cve_facts
from kansa.apps.people.models import Department
from kansa.apps.trail.models import Event
from kansa.patches import new_key, pack
from tests import builders
from tests.cast import CITY, browser_of, sign_up, this_fiscal_year
from tests.scanning import registered

OSV = """{"id": "DSA-5000-1", "modified": "%(day)sT00:00:00Z", "summary": "openssl の更新",
 "aliases": ["CVE-2026-1111"], "affected": [{"package": {"ecosystem": "Debian:12", "name": "openssl"},
 "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.0.15-1"}]}]}]}"""
KEV = """{"catalogVersion": "1", "dateReleased": "%(day)sT00:00:00Z", "vulnerabilities": [{"cveID": "CVE-2026-1111",
 "dateAdded": "2026-01-02", "dueDate": "2026-01-23", "knownRansomwareCampaignUse": "Known"}]}"""
LIST = "# host: sv-juki01\n# os: debian\n# os_version: 12\n# taken: %(day)sT10:00:00+09:00\n"
PACKAGE = "libssl3\t%(version)s\tamd64\topenssl\t%(version)s\tinstalled\n"
TODAY = timezone.localdate().isoformat()


@pytest.fixture
def town(city: Any) -> None:
    """The office, a firm, a department with a server."""
    builders.imported("departments", [builders.department("101")])
    sign_up("clerk", "director", "head", "external", "ciso")
    own = Department.objects.get(code="101")
    registered("A-1", this_fiscal_year(), host_name="sv-juki01", owning_department=own)


def bundle_of(folder: Path, private: str = "", **files: str) -> SimpleUploadedFile:
    """A bundle of these files."""
    paths = []
    for name, text in files.items():
        path = folder / f"{name}.json"
        path.write_text(text)
        paths.append(path)
    target = folder / f"bundle{len(list(folder.iterdir()))}.zip"
    pack(paths, target, timezone.localdate(), private=private)
    return SimpleUploadedFile("照合データ.zip", target.read_bytes())


def carried_in(file: SimpleUploadedFile, **fields: Any) -> AdvisoryUpload:
    """Advisories looked at and taken over through the pages."""
    clerk = browser_of("clerk")
    answer = clerk.post("/diagnosis/advisories/", {"chosen": file, **fields})
    assert answer.status_code == 302, answer.content.decode()
    upload = AdvisoryUpload.objects.get(pk=answer.url.split("/")[-2])
    assert upload.state == "read", upload.reason_ja
    clerk.post(answer.url, {"do": "apply"})
    return AdvisoryUpload.objects.get(pk=upload.pk)


def listed(version: str, name: str = "sv.txt", head: str = LIST, day: str = TODAY) -> SimpleUploadedFile:
    """An inventory of one package."""
    return SimpleUploadedFile(name, (head % {"day": day} + PACKAGE % {"version": version}).encode())


def matched(*files: SimpleUploadedFile, **fields: Any) -> Any:
    """The answer to inventories that were chosen."""
    zone = actions.zones_of(CITY)["my_number"]
    form = {"fiscal_year": this_fiscal_year(), "network_zone": zone.pk, "chosen": list(files), **fields}
    return browser_of("clerk").post("/diagnosis/inventories/", form)


def test_a_bundle_is_known_by_its_key_and_by_its_days(town: None, tmp_path: Path) -> None:
    key, old = new_key(), (timezone.localdate() - timedelta(days=60)).isoformat()
    director = browser_of("director")
    assert browser_of("clerk").get("/diagnosis/advisories/keys/").status_code == 403
    assert "公開鍵として読み取れません" in _posted(director, "キー", "abc")
    director.post("/diagnosis/advisories/keys/", {"name": "収集用端末", "public_key": key.public})
    upload = carried_in(bundle_of(tmp_path, key.private, tracker=OSV % {"day": TODAY}, kev=KEV % {"day": old}))
    assert (upload.state, upload.told["signed_by"]) == ("applied", "収集用端末")
    page = browser_of("clerk").get("/diagnosis/advisories/").content.decode()
    assert "使っている照合データのうち1件は、35日より古いか" in page and "収集用端末" in page and "60日" in page
    assert Event.objects.filter(verb="import", object_kind="advisory_file").count() == 2
    assert cve_facts(CITY, ["CVE-2026-1111", "CVE-1-1"])["CVE-2026-1111"].due_on == "2026-01-23"
    # The newest of a kind is in force; a plain file is told as unsigned; the same bytes twice are one file.
    plain = carried_in(SimpleUploadedFile("KEV 一覧.json", (KEV % {"day": TODAY}).replace("01-23", "02-02").encode()))
    assert plain.told["is_plain"] and plain.told["files"][0]["standing"] == "newer"
    assert cve_facts(CITY, ["CVE-2026-1111"])["CVE-2026-1111"].due_on == "2026-02-02"
    newest = AdvisoryFile.objects.get(kind="kev", signed_by="")
    index_path(newest).unlink()  # is made anew
    assert cve_facts(CITY, ["CVE-2026-1111"])
    browser_of("clerk").post(f"/diagnosis/advisories/{newest.pk}/remove/")
    assert cve_facts(CITY, ["CVE-2026-1111"])["CVE-2026-1111"].due_on == "2026-01-23"


def _posted(browser: Any, name: str, key: str) -> str:
    answer = browser.post("/diagnosis/advisories/keys/", {"name": name, "public_key": key})
    return str(answer.content.decode())


def test_a_changed_bundle_is_refused_as_a_whole(town: None, tmp_path: Path) -> None:
    import io
    import zipfile

    made = io.BytesIO(bundle_of(tmp_path, osv=OSV % {"day": TODAY}).read())
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("files/more.json", "{}")
    answer = browser_of("clerk").post(
        "/diagnosis/advisories/", {"chosen": SimpleUploadedFile("x.zip", made.getvalue())}
    )
    page = browser_of("clerk").get(answer.url).content.decode()
    assert "目録と一致しません" in page and "何も変えていません" in page
    assert not AdvisoryFile.objects.exists()


def test_a_host_without_advisories_is_refused_and_never_clean(town: None) -> None:
    page = browser_of("clerk").get(matched(listed("3.0.11-1")).url).content.decode()
    assert "「debian:12」の照合データがありません" in page and "sv.txt" in page
    assert not Scan.objects.exists()


def test_an_inventory_becomes_a_scan_that_says_how_old_its_data_are(town: None, tmp_path: Path) -> None:
    carried_in(bundle_of(tmp_path, osv=OSV % {"day": "2026-11-20"}))
    clerk = browser_of("clerk")
    answer = matched(listed("3.0.11-1"), listed("3.0.15-1", "unnamed.txt", head=""), scanned_on=TODAY)
    upload = ScanUpload.objects.get()
    assert (upload.state, upload.kind) == ("waiting", "inventory")
    asked = clerk.get(answer.url, follow=True).content.decode()
    assert "unnamed.txt" in asked and "sv.txt" not in asked
    stated = f"/diagnosis/uploads/{upload.pk}/stated/"
    assert "資産番号かホスト名" in clerk.post(stated, {"0-release": "debian:12"}).content.decode()
    clerk.post(stated, {"0-release": "debian:12", "0-host_name": "sv-zei01"})
    look = clerk.get(answer.url).content.decode()
    assert "照合データ：令和８年11月20日時点" in look and "まだ取り込んでいません" in look
    clerk.post(answer.url, {"do": "apply"})
    scan = Scan.objects.get(item_count=1)
    assert [one[:3] for one in scan.advisory_days] == [["osv", "", "2026-11-20"]]
    assert "令和８年11月20日時点" in clerk.get(f"/diagnosis/scans/{scan.pk}/").content.decode()
    found = Vulnerability.objects.get(asset__asset_number="A-1")
    assert found.weakness.cves == "CVE-2026-1111"
    assert "令和８年11月20日時点" in clerk.get(f"/diagnosis/vulnerabilities/{found.pk}/").content.decode()


def test_what_the_data_do_not_speak_of_any_more_is_not_mended(town: None, tmp_path: Path) -> None:
    carried_in(bundle_of(tmp_path, osv=OSV % {"day": TODAY}))
    clerk = browser_of("clerk")
    clerk.post(matched(listed("3.0.11-1")).url, {"do": "apply"})
    browser_of("clerk").post(f"/diagnosis/advisories/{AdvisoryFile.objects.get().pk}/remove/")
    other = (OSV % {"day": "2026-01-05"}).replace("openssl", "curl").replace("1111", "2222")
    carried_in(bundle_of(tmp_path, older=other))
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    answer = matched(listed("3.0.11-1", day=tomorrow))
    assert "前の照合より古い" in clerk.get(answer.url).content.decode()
    clerk.post(answer.url, {"do": "apply"})
    assert Vulnerability.objects.get().last_state in ("new", "still")
    # With the data back and the update installed it is.
    carried_in(bundle_of(tmp_path, osv=OSV % {"day": TODAY}))
    later = (timezone.localdate() + timedelta(days=2)).isoformat()
    clerk.post(matched(listed("3.0.15-1", day=later)).url, {"do": "apply"})
    assert Vulnerability.objects.get().last_state == "resolved"


def test_scripts_are_handed_out(town: None) -> None:
    answer = browser_of("head").get("/diagnosis/inventories/scripts/windows/")
    assert answer.status_code == 200 and b"\r\n" in answer.content
    assert browser_of("clerk").get("/diagnosis/inventories/scripts/other/").status_code == 404


TABLE = """No.,機器名,IPアドレス,脆弱性名,危険度,ポート,状況
1,sv-juki01,10.0.0.1,古い TLS,緊急,443,検出
2,,,弱い暗号,中,443,改善済
"""


def table(name: str = "診断結果.csv", text: str = TABLE) -> SimpleUploadedFile:
    """A firm's table, as Excel in Japanese saves it."""
    return SimpleUploadedFile(name, text.encode("cp932"))


def test_a_firms_table_is_mapped_once_and_read_by_its_name_again(town: None) -> None:
    clerk, zone = browser_of("clerk"), actions.zones_of(CITY)["lgwan"]
    form = {"fiscal_year": this_fiscal_year(), "network_zone": zone.pk, "scanned_on": TODAY}
    answer = clerk.post("/diagnosis/scans/upload/", {**form, "chosen": table(), "mapping": "new"})
    page = clerk.get(answer.url, follow=True)
    proposed = {one.label: one.initial for one in page.context["form"].columns()}
    assert proposed["IPアドレス"] == "address" and proposed["脆弱性名"] == "title" and proposed["No."] == ""
    assert proposed["機器名"] == "host_name" and proposed["危険度"] == "severity_word" and proposed["状況"] == ""
    columns = {f"column_{number}": one.initial for number, one in enumerate(page.context["form"].columns())}
    columns["column_6"] = "outcome"
    url = page.redirect_chain[-1][0]
    again = clerk.post(url, {**columns, "name": "〇〇社", "fills_down": "on", "do_words": "1"})
    assert [one.label for one in again.context["form"].meanings()] == ["検出", "改善済"]
    twice = clerk.post(url, {**columns, "column_0": "outcome", "name": "〇〇社"}).content.decode()
    assert "二つの列が選ばれています" in twice and not TableMapping.objects.exists()
    clerk.post(url, {**columns, "name": "〇〇社", "fills_down": "on", "word_0": "open", "word_1": "fixed"})
    assert "まだ取り込んでいません" in clerk.get(answer.url).content.decode()
    clerk.post(answer.url, {"do": "apply"})
    assert Scan.objects.get().policy == "〇〇社"
    assert [one.weakness.title for one in Vulnerability.objects.all()] == ["古い TLS"]
    # Next time the name is enough.
    later = {**form, "scanned_on": (timezone.localdate() + timedelta(days=1)).isoformat()}
    fixed = table("再診断.csv", TABLE.replace("443,検出", "443,改善済"))
    answer = clerk.post(
        "/diagnosis/scans/upload/", {**later, "chosen": fixed, "mapping": TableMapping.objects.get().pk}
    )
    clerk.post(answer.url, {"do": "apply"})
    assert Vulnerability.objects.get().last_state == "resolved"
    # A table that nobody named a mapping for can be given one from the refusal.
    answer = clerk.post("/diagnosis/scans/upload/", {**form, "chosen": table("別.csv")})
    assert "列を対応させる" in clerk.get(answer.url).content.decode()
    assert browser_of("external").get(f"/diagnosis/mappings/{TableMapping.objects.get().pk}/").status_code == 403


def test_zones_are_data_and_an_unusual_exposure_has_a_reason(town: None) -> None:
    clerk = browser_of("clerk")
    form = {"name_ja": "防犯カメラ網", "position": 9, "exposure": "small", "exposure_reason_ja": ""}
    assert "理由を書いてください" in clerk.post("/diagnosis/zones/", form).content.decode()
    clerk.post("/diagnosis/zones/", {**form, "exposure_reason_ja": "接続口を物理的に塞いだ"})
    zone = NetworkZone.objects.get(name_ja="防犯カメラ網")
    assert (zone.exposure, zone.code) == ("small", "zone_5")
    assert Event.objects.filter(verb="register", object_kind="network_zone").count() == 1
    used = actions.zones_of(CITY)["lgwan"]
    clerk.post(f"/diagnosis/zones/{used.pk}/", {"do": "remove"})
    clerk.post(f"/diagnosis/zones/{zone.pk}/", {"do": "remove"})
    assert NetworkZone.objects.filter(pk=used.pk).exists() and not NetworkZone.objects.filter(pk=zone.pk).exists()
    assert browser_of("ciso").get("/diagnosis/zones/").status_code == 403
