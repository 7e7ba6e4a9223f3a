"""What may be typed about a campaign, its reminders and its results, and what is shown while results are decided?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from kansa.apps.mail.models import MailRelay
from kansa.apps.self_inspection.actions import CampaignWords, RuleWords, ask_for_decision
from kansa.apps.self_inspection.models import Campaign, ReminderRule
from kansa.apps.self_inspection.queries import NotDecided, deciding_job
from kansa.apps.self_inspection.queries.result_lines import ORDERS_JA, Wanted
from kansa.apps.trail.forms import actor_of_request
from kansa.core.fiscal import era_year_ja

PRIVACY_CHOICES = (
    (
        "identified",
        gettext_lazy("記名：誰がどう回答したかを監査事務局が調べられる。途中から別の端末でも続けられる"),
    ),
    (
        "confidential",
        gettext_lazy("秘匿：誰が回答を始めたかだけを記録し、どの回答が誰のものかは記録しない"),
    ),
    (
        "anonymous",
        gettext_lazy("無記名：誰が回答したかも記録しない。名前のない回答票を配る"),
    ),
)
ANSWER_CHOICES = (
    ("yes", gettext_lazy("はい")),
    ("no", gettext_lazy("いいえ")),
    ("not_applicable", gettext_lazy("該当なし")),
)


class CampaignForm(forms.Form):
    """A campaign."""

    title_ja = forms.CharField(label=gettext_lazy("題名"), max_length=200)
    explanation_ja = forms.CharField(
        label=gettext_lazy("回答する人への説明"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("目的、問合せ先など。回答を始める前の画面に出ます。"),
    )
    opens_on = forms.DateField(
        label=gettext_lazy("開始日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    closes_on = forms.DateField(
        label=gettext_lazy("締切日"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("この日まで回答でき、直すこともできます。"),
    )
    privacy = forms.ChoiceField(
        label=gettext_lazy("回答者の扱い"),
        choices=PRIVACY_CHOICES,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("始めた後は変えられません。回答する人にも、始める前に示します。"),
    )

    def words(self) -> CampaignWords:
        """What was typed."""
        return CampaignWords(**self.cleaned_data)


def campaign_values(campaign: Campaign) -> dict[str, object]:
    """The form of a campaign as it stands."""
    return {name: getattr(campaign, name) for name in CampaignForm.base_fields}


class CodeForm(forms.Form):
    """The code of a slip."""

    code = forms.CharField(
        label=gettext_lazy("回答票の番号"),
        max_length=200,
        help_text=gettext_lazy("例：7K3M-9QXA-22TD-H0EV。小文字、全角、空白が交じっていても構いません。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class ReminderForm(forms.Form):
    """How a campaign reminds."""

    most_count = forms.IntegerField(
        label=gettext_lazy("一人に送る回数の上限"),
        min_value=1,
        max_value=20,
        help_text=gettext_lazy("この自己点検の間に、一人について何回まで催促するか。"),
    )
    gap_days = forms.IntegerField(
        label=gettext_lazy("次の催促までの日数"),
        min_value=1,
        max_value=60,
        help_text=gettext_lazy("同じ人に、この日数がたつまで再び催促しません。"),
    )
    days_before = forms.CharField(
        label=gettext_lazy("自動で催促する日"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("締切日の何日前か。例：7、2。空欄なら自動では送りません。"),
    )
    to_people = forms.BooleanField(label=gettext_lazy("職員へ送る"), required=False)
    to_heads = forms.BooleanField(label=gettext_lazy("所属の長へ送る"), required=False)
    relay_id = forms.TypedChoiceField(label=gettext_lazy("中継サーバー"), required=False, coerce=int, empty_value=None)
    from_address = forms.CharField(
        label=gettext_lazy("差出人"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("問合せを受けるメールアドレス。例：kansa@city.example.jp"),
    )
    subject_ja = forms.CharField(label=gettext_lazy("職員への件名"), max_length=200)
    text_ja = forms.CharField(
        label=gettext_lazy("職員への本文"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 14})
    )
    head_subject_ja = forms.CharField(label=gettext_lazy("所属の長への件名"), max_length=200)
    head_text_ja = forms.CharField(
        label=gettext_lazy("所属の長への本文"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12})
    )

    def __init__(self, data: Any, *, rule: ReminderRule, relays: Iterable[MailRelay]) -> None:
        """The form of a rule as it stands, with the relays in use."""
        super().__init__(data, initial={name: getattr(rule, name) for name in self.base_fields})
        field = self.fields["relay_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", gettext_lazy("使わない（紙だけ）")), *((one.pk, one.name_ja) for one in relays)]

    def words(self, address: str) -> RuleWords:
        """What was typed, on the kansa at this address."""
        return RuleWords(**self.cleaned_data, address=address)


class ResultsForm(forms.Form):
    """Which lines of a long list are looked at; what makes no sense is as if it had not been chosen."""

    q = forms.CharField(label=gettext_lazy("所属の名称・コード"), max_length=100, required=False)
    bureau = forms.ChoiceField(label=gettext_lazy("部局"), required=False)
    order = forms.ChoiceField(label=gettext_lazy("並び"), choices=tuple(ORDERS_JA.items()), required=False)

    def __init__(self, data: Any, bureaus: Iterable[str]) -> None:
        super().__init__(data)
        choices = (("", gettext_lazy("全て")), *((one, one) for one in bureaus))
        self.fields["bureau"].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What was chosen."""
        self.is_valid()
        given = self.cleaned_data
        return Wanted(given.get("q", ""), given.get("bureau", ""), given.get("order") or next(iter(ORDERS_JA)))


def when_decided(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of results; while a large city's are being decided, a page that says so and looks again by itself."""

    @wraps(view)
    def waiting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotDecided as missing:
            actor = actor_of_request(request)
            if not missing.is_too_large:
                ask_for_decision(actor.municipality_id)
            context = {
                "year_ja": era_year_ja(missing.fiscal_year),
                "missing": missing,
                "job": deciding_job(actor.municipality_id),
            }
            answer = render(request, "self_inspection/result_waiting.html", context, status=202)
            answer.headers["Retry-After"] = "3"
            return answer

    return waiting
