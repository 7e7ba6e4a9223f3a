"""What may be typed about materials, cases, exercises and answers?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kansa.apps.education.actions import ExerciseWords, MaterialWords
from kansa.apps.education.models import Case, Exercise, ReadingMaterial
from kansa.apps.education.queries import CaseWords

NOT_APPLICABLE = "N"


def line(label: Any, length: int, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    """A text of one line."""
    return forms.CharField(label=label, max_length=length, help_text=help_text, required=required)


def prose(label: Any, help_text: Any = "", *, rows: int = 4, required: bool = False) -> forms.CharField:
    """A text of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=20000, help_text=help_text, required=required, widget=widget)


def day(label: Any, help_text: Any = "") -> forms.DateField:
    """A day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget)


def count(label: Any, most: int, help_text: Any = "") -> forms.IntegerField:
    """A whole number from 1."""
    return forms.IntegerField(label=label, min_value=1, max_value=most, help_text=help_text)


def judgements(levels: Iterable[int]) -> list[tuple[str, Any]]:
    """The choices of a judgement."""
    return [*((str(level), str(level)) for level in levels), (NOT_APPLICABLE, gettext_lazy("対象外"))]


def judged(choice: str) -> tuple[str, int | None]:
    """State and level of a choice."""
    return ("not_applicable", None) if choice == NOT_APPLICABLE else ("judged", int(choice))


class MaterialForm(forms.Form):
    """A material of the reading list."""

    title_ja = line(gettext_lazy("題名"), 200)
    body_ja = prose(
        gettext_lazy("本文"), gettext_lazy("画面で読む文章。資料が別の場所にあるなら空欄で構いません。"), rows=12
    )
    place_ja = line(
        gettext_lazy("資料のある場所"),
        300,
        gettext_lazy("庁内の共有フォルダー、書架、冊子の名称など。"),
        required=False,
    )
    minutes = count(gettext_lazy("予定の時間（分）"), 6000)
    opened_on = day(gettext_lazy("学習を始める日"), gettext_lazy("この日の研修として、年度の記録に入ります。"))
    is_required = forms.BooleanField(label=gettext_lazy("全ての監査員が読む"), required=False, initial=True)
    is_published = forms.BooleanField(label=gettext_lazy("監査員に公開する"), required=False)

    def words(self, fiscal_year: int) -> MaterialWords:
        """What was typed."""
        return MaterialWords(fiscal_year=fiscal_year, **self.cleaned_data)


def material_values(material: ReadingMaterial) -> dict[str, object]:
    """The form of a material as it stands."""
    return {name: getattr(material, name) for name in MaterialForm.base_fields}


class TimeForm(forms.Form):
    """Study time that was not measured."""

    minutes = count(gettext_lazy("学習した時間（分）"), 1440)
    read_on = day(gettext_lazy("学習した日"))
    is_finished = forms.BooleanField(label=gettext_lazy("最後まで読み終えた"), required=False)


class CaseForm(forms.Form):
    """A case."""

    title_ja = line(gettext_lazy("題名"), 200)
    domain_ja = line(gettext_lazy("領域"), 120)
    item_code = line(gettext_lazy("項目コード"), 40, required=False)
    item_ja = prose(gettext_lazy("判定する項目"), gettext_lazy("監査項目の本文。"), rows=2)
    situation_ja = prose(
        gettext_lazy("状況"), gettext_lazy("現地で見聞きしたこと。課所等・人・場所の名前は書きません。"), required=True
    )
    evidence_ja = prose(gettext_lazy("確認した証拠"))
    choice = forms.ChoiceField(label=gettext_lazy("基準の判定"), widget=forms.RadioSelect)
    explanation_ja = prose(gettext_lazy("解説"), gettext_lazy("なぜその判定になるか。提出した後に監査員が読みます。"))

    def __init__(self, *arguments: Any, levels: Iterable[int], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["choice"].choices = judgements(levels)  # type: ignore[attr-defined]

    def words(self) -> CaseWords:
        """What was typed."""
        values = dict(self.cleaned_data)
        state, level = judged(values.pop("choice"))
        return CaseWords(state=state, level=level, **values)


def case_values(words: CaseWords) -> dict[str, object]:
    """The form of a case or of a draft."""
    values = asdict(words)
    level = values.pop("level")
    state = values.pop("state")
    return {**values, "choice": NOT_APPLICABLE if state == "not_applicable" else "" if level is None else str(level)}


class ExerciseForm(forms.Form):
    """An exercise and its cases."""

    title_ja = line(gettext_lazy("題名"), 200)
    opens_on = day(gettext_lazy("開始日"))
    closes_on = day(gettext_lazy("締切日"))
    minutes = count(gettext_lazy("予定の時間（分）"), 6000, gettext_lazy("研修の時間として、年度の記録に入ります。"))
    cases = forms.MultipleChoiceField(
        label=gettext_lazy("事例"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("公開済みの事例から選びます。上から順に出題します。"),
    )

    def __init__(self, *arguments: Any, known: Sequence[Case], **options: Any) -> None:
        super().__init__(*arguments, **options)
        choices = [(str(case.pk), f"{case.domain_ja}：{case.title_ja}") for case in known]
        self.fields["cases"].choices = choices  # type: ignore[attr-defined]

    def words(self, fiscal_year: int) -> ExerciseWords:
        """What was typed."""
        values = dict(self.cleaned_data)
        chosen = [int(case) for case in values.pop("cases")]
        return ExerciseWords(fiscal_year=fiscal_year, case_ids=chosen, **values)


def exercise_values(exercise: Exercise, case_ids: Iterable[int]) -> dict[str, object]:
    """The form of an exercise as it stands."""
    names = ("title_ja", "opens_on", "closes_on", "minutes")
    return {name: getattr(exercise, name) for name in names} | {"cases": [str(case) for case in case_ids]}


class AnswerForm(forms.Form):
    """The judgement of one case."""

    choice = forms.ChoiceField(label=gettext_lazy("判定"), widget=forms.RadioSelect)
    note_ja = prose(
        gettext_lazy("理由・気づいたこと"), gettext_lazy("対象外を選ぶときは、理由を入力してください。"), rows=3
    )

    def __init__(self, *arguments: Any, levels: Iterable[int], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["choice"].choices = judgements(levels)  # type: ignore[attr-defined]
