"""Can anybody learn from the printed year which host is open to what? An attack on every output."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone

from kansa.apps.annual_report.queries import year_data
from kansa.apps.diagnosis.actions import decisions, measures
from kansa.apps.diagnosis.queries.conditions import proposed_conditions
from kansa.apps.diagnosis.queries.measures import lines_of, proposed_measures
from kansa.apps.findings.actions import FindingWords, edit_finding, raise_by_measure
from kansa.apps.findings.models import TEXTS_JA
from kansa.apps.findings.queries.drafts import draft_of
from kansa.apps.people.models import Department
from kansa.core.errors import InputError
from kansa.document.frozen import dump
from kansa.document.report import FORMATS, make_bundle, read_report, render
from kansa.formats.scans.records import Component
from tests import builders
from tests.cast import CITY, CLERK, this_fiscal_year
from tests.document.extract import pdf_text
from tests.scanning import host, item, on, registered, taken

pytestmark = pytest.mark.django_db
YEAR = this_fiscal_year()
SECRETS = (
    *("ZZ-0815", "leakhost", "leakhost.city.example", "10.77.66.55", "2001:db8:77::55", "RareProduct", "WeirdOS"),
    *("leakylib", "9.8.7-6", "9.9.0-1", "CVE-2024-7777", "plugin-90210", "見えた秘密", "/secret/path", "31337"),
)


def texts(name: str, data: bytes) -> str:
    """Everything that an output says, parts of archives and of their archives included."""
    if name.endswith(".pdf"):
        return pdf_text(data)
    if name.endswith((".docx", ".xlsx", ".zip")):
        with zipfile.ZipFile(BytesIO(data)) as parts:
            return "\n".join(texts(one, parts.read(one)) for one in parts.namelist())
    return data.decode("utf-8", "replace")


def test_no_output_of_the_year_tells_which_host_is_open_to_what(city: Any) -> None:
    builders.imported("departments", [builders.department("101")])
    owner = Department.objects.get()
    told = {"fqdn": "leakhost.city.example", "host_name": "leakhost", "addresses": "10.77.66.55 2001:db8:77::55"}
    registered(
        "ZZ-0815", YEAR, owning_department=owner, product_ja="RareProduct 7", operating_system="WeirdOS 5", **told
    )
    library = Component("leakylib", "9.8.7-6", "9.9.0-1")
    found = item(
        host_key="10.77.66.55",
        rule="plugin-90210",
        title="leakylib 9.8.7-6 is old",
        component=library,
        cves=("CVE-2024-7777",),
        output="見えた秘密",
        path="/secret/path",
        port=31337,
    )
    at = host("10.77.66.55", fqdn="leakhost.city.example")
    taken([at, found], on(YEAR, 4, 2), fiscal_year=YEAR)
    proposed = proposed_measures(CLERK, YEAR)
    made = measures.create_measures(CLERK, [measures.proposal_code(one) for one in proposed])
    measure = next(one for one in made if "leakylib" in one.title_ja)
    inputs = proposed_conditions(CITY, [measure.pk], YEAR)[measure.pk].values()
    words = "leakhost の leakylib 9.8.7-6 は 10.77.66.55 から届く"
    weighed = decisions.Weighed(
        "accept",
        inputs,
        condition_ja=words,
        reason_ja=words,
        malfunction_ja=words,
        review_on=timezone.localdate() + timedelta(90),
    )
    decisions.approve(CLERK, measure.pk, decisions.propose(CLERK, measure.pk, weighed).pk)
    draft = draft_of(measure, lines_of(CITY, [measure], timezone.localdate())[0])
    finding = raise_by_measure(
        CLERK,
        measure.pk,
        "",
        FindingWords(title_ja=draft["title_ja"], texts={name: draft[name] for name in TEXTS_JA if name in draft}),
    )
    for title in ("leakhost が古い", "9.8.7-6 を使う", "cve-2024-7777 の対応", "2001:DB8:77::55"):
        with pytest.raises(InputError, match="件名は報告書に載ります"):
            edit_finding(CLERK, finding.pk, finding.version, FindingWords(title_ja=title))
    frozen = dump(year_data(CITY, YEAR))
    report = read_report(frozen, is_draft=True)
    outputs = {"frozen.json": frozen, **render(report, FORMATS)}
    outputs["bundle.zip"] = make_bundle(report, dict(outputs), "0")
    said = {name: texts(name, data) for name, data in outputs.items()}
    assert "脆弱性" in said["frozen.json"] + "".join(said.values()) and len(said) == len(FORMATS) + 2
    leaks = [(name, one) for name, text in said.items() for one in SECRETS if one.casefold() in text.casefold()]
    assert leaks == []
