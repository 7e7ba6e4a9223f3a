"""What may be typed about a campaign, and by whom is a slip typed in?"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from kansa.apps.self_inspection.actions import CampaignWords
from kansa.apps.self_inspection.models import Campaign

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
