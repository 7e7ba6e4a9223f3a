"""Does the register keep an asset's years, follow its department, and tell what is wrong with a list?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kansa.apps.annual_report.queries import export_records
from kansa.apps.diagnosis.actions import save_asset
from kansa.apps.diagnosis.models import Asset, AssetYear, Vulnerability
from kansa.apps.diagnosis.queries.assets import AssetFilter, asset_lines
from kansa.core.errors import InputError, RuleError
from kansa.formats.records import AssetRecord
from tests import builders
from tests.builders import asset
from tests.cast import CLERK, OUTSIDER, browser_of, sign_up, this_fiscal_year
from tests.scanning import host, item, on, taken


def typed(record: AssetRecord) -> AssetRecord:
    """The same as if it had been typed."""
    return replace(record, source=record.source._replace(file_sha256=""))


@pytest.fixture
def departments(city: Any) -> None:
    builders.imported(
        "departments",
        [
            builders.department("101", valid_to=2024),
            builders.department("102"),
            builders.department("201", valid_from=2025, succession="renamed", predecessor_codes=("101",)),
        ],
    )


def refused(*records: AssetRecord) -> list[str]:
    """The codes of a list that is refused."""
    return [one.code for one in builders.imported("assets", records).refusals]


def test_a_list_is_imported_and_the_same_list_changes_nothing(departments: None) -> None:
    rows = [asset(addresses=("10.0.0.2", "2001:DB8::1")), asset("A-2", fqdn="B.City.Example")]
    assert builders.imported("assets", rows).plan.numbers == (4, 0, 0, 0)
    assert builders.imported("assets", rows).plan.numbers == (0, 0, 4, 0)
    assert AssetYear.objects.get(asset__asset_number="A-1").addresses == "10.0.0.2 2001:db8::1"
    again = [replace(one, source=builders.source()) for one in export_records(CLERK, "assets", 2024)]
    assert builders.imported("assets", again).plan.numbers == (0, 0, 4, 0)


def test_years_are_kept_and_the_latest_is_what_holds(departments: None) -> None:
    builders.imported("assets", [asset(addresses=("10.0.0.1",))])
    builders.imported("assets", [asset(fiscal_year=2025, department_code="102", addresses=("10.0.0.9",))])
    builders.imported("assets", [asset(fiscal_year=2023, department_code="101")])  # a list of before, later
    assert AssetYear.objects.count() == 3
    assert Asset.objects.get().owning_department.code == "102"  # type: ignore[union-attr]
    # A scan of each year finds the address of its year.
    for year, address in ((2024, "10.0.0.1"), (2025, "10.0.0.9"), (2026, "10.0.0.9")):
        taken([host(address, fqdn=""), item(1, address)], on(year, 6))
    assert not Asset.objects.filter(is_confirmed=False).exists()
    assert Vulnerability.objects.get().last_state == "continuing"


def test_the_owner_follows_the_succession(departments: None) -> None:
    builders.imported("assets", [asset()])
    for year, code in ((2024, "101"), (2025, "201"), (2030, "201")):
        (line,) = asset_lines(CLERK, year, AssetFilter())
        assert [one.code for one in line.owners] == [code]


def test_what_a_list_cannot_say(departments: None) -> None:
    assert refused(asset(network_zone="どこか")) == ["unknown_zone"]
    assert refused(asset(department_code="999")) == ["unknown_department"]
    assert refused(asset(department_code="201")) == ["unknown_department"]  # not yet in 2024
    assert refused(asset(), asset(fqdn="a.example")) == ["duplicate"]
    assert not Asset.objects.exists()


def test_a_retired_asset_is_no_concern(departments: None) -> None:
    builders.imported("assets", [asset(fqdn="sv1.city.example", department_code="102")])
    taken([host(), item()], on(2024, 6))
    builders.imported("assets", [asset(fqdn="sv1.city.example", department_code="102", retired_in=2024)])
    assert Vulnerability.objects.get().last_state == "not_concerned"
    assert asset_lines(CLERK, 2024, AssetFilter()) == []
    assert len(asset_lines(CLERK, 2024, AssetFilter(with_retired=True))) == 1


def test_by_hand(departments: None) -> None:
    saved = save_asset(CLERK, typed(asset("A-7")))
    with pytest.raises(RuleError) as twice:
        save_asset(CLERK, typed(asset("A-7")))
    with pytest.raises(RuleError) as renamed:
        save_asset(CLERK, typed(asset("A-8")), saved)
    with pytest.raises(InputError) as wrong:
        save_asset(CLERK, typed(asset("A-9", addresses=("10.0.0.999",))))
    codes = [twice.value.code, renamed.value.code, wrong.value.refusals[0].code]
    assert codes == ["asset_known", "asset_number_kept", "bad_address"]
    save_asset(CLERK, typed(asset("A-7", importance="low")), saved)
    saved.refresh_from_db()
    assert (saved.version, AssetYear.objects.get().importance) == (2, "low")
    with pytest.raises(RuleError):
        save_asset(OUTSIDER, typed(asset("A-10")))


def test_two_people_who_edit_one_asset_lose_nothing(departments: None) -> None:
    year = this_fiscal_year()
    sign_up("clerk", "director")
    builders.imported("assets", [asset(fiscal_year=year, department_code="102", note_ja="前")])
    one = Asset.objects.get()
    path = f"/diagnosis/assets/{one.pk}/edit/"
    clerk, director = browser_of("clerk"), browser_of("director")
    typed_in = {
        "fiscal_year": year,
        "asset_number": "A-1",
        "department_code": "102",
        "network_zone": "LGWAN接続系",
        "version": clerk.get(path).context["version"],
    }
    director.post(path, {**typed_in, "note_ja": "先に書いた", "is_published": "on"})
    answer = clerk.post(path, {**typed_in, "note_ja": "後から書いた", "fqdn": "new.city.example"})
    page = answer.content.decode()
    assert answer.status_code == 200 and "ほかの人が保存しました" in page
    assert {"先に書いた", "後から書いた", "new.city.example"} <= set(
        page.replace("<", ">").replace('"', ">").split(">")
    )
    assert AssetYear.objects.get().note_ja == "先に書いた" and AssetYear.objects.get().is_published
    # Having looked, the person saves; a list that is imported meanwhile is told of likewise.
    again = {**typed_in, "version": answer.context["version"], "note_ja": "後から書いた"}
    assert clerk.post(path, again).status_code == 302 and AssetYear.objects.get().note_ja == "後から書いた"
    seen = Asset.objects.get().version
    builders.imported("assets", [asset(fiscal_year=year, department_code="102", note_ja="一覧から")])
    assert "ほかの人が保存しました" in clerk.post(path, {**again, "version": seen}).content.decode()
    assert AssetYear.objects.get().note_ja == "一覧から"
