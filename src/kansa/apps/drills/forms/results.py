"""What can be typed on the pages of results: rules, reports, calls, the questionnaire's last day?"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kansa.core.mail_drill.events import RULES, SWITCHABLE, Settings
from kansa.formats.mail_drill.reported import MOST_BYTES


class RulesForm(forms.Form):
    """Which signs make a hit a machine's; the three that are fixed are not asked for."""

    on = forms.MultipleChoiceField(
        label=gettext_lazy("使う規則"),
        choices=[(code, RULES[code].name_ja) for code in SWITCHABLE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    quick_seconds = forms.IntegerField(label=gettext_lazy("送信直後とみなす秒数"), min_value=0, max_value=3600)
    burst_count = forms.IntegerField(
        label=gettext_lazy("多数とみなすクリックの数（これを超える）"), min_value=1, max_value=1000
    )
    burst_seconds = forms.IntegerField(label=gettext_lazy("多数のクリックを見る秒数"), min_value=0, max_value=3600)
    crowd_people = forms.IntegerField(
        label=gettext_lazy("一つのアドレスからの人数（これを超える）"), min_value=1, max_value=100_000
    )
    networks = forms.CharField(
        label=gettext_lazy("ネットワーク"),
        help_text=gettext_lazy("検査機器・プロキシのネットワークを1行に一つ。例：192.0.2.0/24"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def settings(self, now: Settings) -> Settings:
        """What was chosen; the other numbers stay as they are. Raises InputError for a network that is none."""
        given = self.cleaned_data
        values = {name: getattr(now, name) for name in ("canary_seconds", "warn_percent")}
        values |= {name: given[name] for name in ("quick_seconds", "burst_count", "burst_seconds", "crowd_people")}
        return Settings(on=frozenset(given["on"]), networks=tuple(given["networks"].split()), **values)


def rules_values(settings: Settings) -> dict[str, object]:
    """The form of the rules as they stand."""
    names = ("quick_seconds", "burst_count", "burst_seconds", "crowd_people")
    numbers: dict[str, object] = {name: getattr(settings, name) for name in names}
    return numbers | {"on": sorted(settings.on), "networks": "\n".join(settings.networks)}


MOST_MAILS = 500  # files in one go; more come through the mailbox


class ManyFiles(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class MailsField(forms.FileField):
    """Several mail files; each is checked as one would be."""

    def clean(self, data: object, initial: object = None) -> list[object]:
        """The files. Raises ValidationError."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(MailsField, self).clean(one, initial) for one in given]


class ReportsForm(forms.Form):
    """Forwarded mails as files."""

    mails = MailsField(
        label=gettext_lazy("報告のメール（.eml、.msg）"),
        help_text=gettext_lazy("職員が転送してきたメールを保存したファイル。複数選べます。"),
        widget=ManyFiles(attrs={"accept": ".eml,.msg", "multiple": True}),
    )

    def clean_mails(self) -> list[object]:
        """Not too many, and none too large."""
        found: list[object] = self.cleaned_data["mails"]
        if len(found) > MOST_MAILS:
            raise forms.ValidationError(_("一度に取り込めるのは%(most)d件までです。") % {"most": MOST_MAILS})
        for one in found:
            if getattr(one, "size", 0) > MOST_BYTES:
                name = str(getattr(one, "name", ""))
                raise forms.ValidationError(_("「%(name)s」は大き過ぎます。") % {"name": name})
        return found


class CallsForm(forms.Form):
    """What the help desk counted on a day."""

    counted_on = forms.DateField(label=gettext_lazy("日"), widget=forms.DateInput(attrs={"type": "date"}))
    call_count = forms.IntegerField(label=gettext_lazy("件数"), min_value=0, max_value=1_000_000)
    note_ja = forms.CharField(
        label=gettext_lazy("内容の傾向"),
        help_text=gettext_lazy("名前や電話番号は書かないでください。"),
        max_length=200,
        required=False,
    )


class UntilForm(forms.Form):
    """Until when the questionnaire takes answers."""

    until = forms.DateField(label=gettext_lazy("回答の期限"), widget=forms.DateInput(attrs={"type": "date"}))
