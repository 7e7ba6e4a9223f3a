"""Are the sample city's files the same for the same seed, of every kind, and readable by kansa itself?"""

from __future__ import annotations

from importlib.resources import files as package_files

from kansa.formats.readers import READERS
from kansa.formats.records import PublishedRecord, Record, YearSettingRecord
from kansa.sample import SampleFile, generate
from kansa.sample.contents import city_batches
from kansa.sample.organisation import NOT_FROM_A_FILE
from tests.records import changed

ORDER = (
    "year",
    "departments",
    "staff",
    "checklist",
    "plan",
    "training",
    "engagements",
    "judgements",
    "self_inspection",
    "drill",
    "findings",
)


def reference(name: str, kind: str) -> tuple[Record, ...]:
    """The records of a file in kansa/sample/reference."""
    data = package_files("kansa.sample").joinpath("reference", name).read_bytes()
    result = READERS[kind](data, name)
    assert result.refusals == ()
    return result.records


def test_the_same_seed_gives_the_same_bytes(files: tuple[SampleFile, ...]) -> None:
    assert generate(2024) == files


def test_another_seed_gives_other_judgements(files: tuple[SampleFile, ...]) -> None:
    other = {file.name: file.data for file in generate(7)}
    assert all(other[file.name] != file.data for file in files if file.kind in ("judgements", "self_inspection"))


def test_every_kind_stands_in_import_order_in_both_forms_and_encodings(files: tuple[SampleFile, ...]) -> None:
    assert tuple(dict.fromkeys(file.kind for file in files)) == ORDER
    assert sorted(files, key=lambda file: ORDER.index(file.kind)) == list(files)
    assert {file.name.rpartition(".")[2] for file in files} == {"csv", "xlsx"}
    texts = [file.data for file in files if file.name.endswith(".csv")]
    assert {data.startswith(b"\xef\xbb\xbf") for data in texts} == {True, False}
    assert all(file.options in ({}, {"fiscal_year": 2023}, {"fiscal_year": 2024}) for file in files)


def test_reading_the_files_gives_what_was_recorded(city: dict[str, list[Record]]) -> None:
    wanted: dict[str, list[Record]] = {}
    for batch in city_batches(2024):
        wanted.setdefault(batch.kind, []).extend(batch.records)
    assert city.keys() == wanted.keys()
    for kind, records in city.items():
        nowhere = [changed(record, source=NOT_FROM_A_FILE) for record in records]
        assert sorted(map(repr, nowhere)) == sorted(map(repr, wanted[kind])), kind


def test_the_published_report_is_entered_with_its_lines() -> None:
    found = {
        (record.fiscal_year, record.figure_id): record
        for record in reference("published-toda-fy2024.csv", "published")
        if isinstance(record, PublishedRecord)
    }
    shown = {key: record.shown for key, record in found.items()}
    assert shown[2024, "external.mean"] == "2.88"
    assert (shown[2024, "internal.mean"], shown[2023, "internal.mean"]) == ("3.12", "2.83")
    assert (shown[2024, "self.rate"], shown[2023, "self.rate"]) == ("95.2", "94.1")
    assert (shown[2024, "scale.full_mark"], shown[2024, "scale.pass_mark"]) == ("4.00", "3.00")
    assert (shown[2024, "rotation.first_year"], shown[2024, "rotation.length"]) == ("2005", "3")
    assert [key for key, record in found.items() if record.is_approximate] == [(2024, "external.carried_change")]
    assert {f"scale.{level}.{part}" for level in range(5) for part in ("label", "criterion")} <= {
        figure_id for _year, figure_id in found
    }
    assert (2023, "external.mean") not in found
    for record in found.values():
        assert record.document_ja and record.page and record.line and record.quote_ja and record.published_on
        if record.value is not None and record.figure_id != "rotation.first_year":
            assert record.shown in record.quote_ja.translate(str.maketrans("０１２３４５６７８９", "0123456789")) or (
                record.figure_id == "scale.conforms_from"
            )


def test_the_settings_of_the_published_report_repeat_no_published_figure() -> None:
    keys = {record.key for record in reference("year-reference.csv", "year") if isinstance(record, YearSettingRecord)}
    assert keys == {"municipality_ja", "title_ja", "contract_ja", "rotation_scope_ja"}
