"""What can be typed on the pages of plans and texts, and on the page that checks a mail?"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kansa.apps.drills.actions.planning import CampaignWords
from kansa.core.mail_drill.phish_scale import CUES, PREMISE_JA, PREMISE_VALUES
from kansa.core.mail_drill.scenario import ATTACHMENTS_JA, KINDS_JA, Cue, Scenario, parse_body, typed_body
from kansa.formats.mail_drill.reported import MOST_BYTES


class CheckForm(forms.Form):
    """A mail, or a part of it by which it can be known."""

    pasted = forms.CharField(
        label=gettext_lazy("リンク、Message-ID又はヘッダー"),
        help_text=gettext_lazy("メールのリンクのアドレス、Message-ID、ヘッダー全体のどれかを貼り付けます。"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )
    mail = forms.FileField(
        label=gettext_lazy("メールのファイル（.eml、.msg）"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".eml,.msg"}),
    )

    def clean(self) -> dict[str, object]:
        """One of the two has to be there."""
        cleaned: dict[str, object] = super().clean() or {}
        uploaded = cleaned.get("mail")
        if not cleaned.get("pasted") and not uploaded:
            raise forms.ValidationError(_("貼り付けるか、ファイルを選んでください。"))
        if uploaded is not None and getattr(uploaded, "size", 0) > MOST_BYTES:
            self.add_error("mail", _("ファイルが大き過ぎます。"))
        return cleaned


USE_OF_RESULTS_JA = (
    "結果は、職員の教育と、報告の仕組みの改善のために使います。人事の評価には使いません。"
    "個人の結果は、承認された受講指導のほかには誰にも示さず、終了時に消去します。"
)
DAY, MOMENT = {"type": "date"}, {"type": "datetime-local"}
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
MONTHS = [(month, gettext_lazy("%d月") % month) for month in range(1, 13)]


def prose(label: Any, help_text: Any = "", *, rows: int = 4, is_required: bool = True) -> forms.CharField:
    """A field of several lines."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=is_required,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class BasicsForm(forms.Form):
    """目的と結果の利用; whoever plans a drill has to say that it is no assessment of persons."""

    name_ja = forms.CharField(label=gettext_lazy("訓練の名称"), max_length=200)
    purpose_ja = prose(gettext_lazy("目的"), gettext_lazy("例：不審なメールに気付いたとき、すぐ報告できるようになる。"))
    use_of_results_ja = prose(gettext_lazy("結果の利用"))
    is_education = forms.BooleanField(
        label=gettext_lazy("教育のために行い、人事の評価に使わないことを確認した"),
        error_messages={"required": gettext_lazy("確認しないと、訓練は計画できません。")},
    )
    may_follow_up = forms.BooleanField(
        label=gettext_lazy("開いた人への受講指導を認める（監査統括責任者だけが、期限まで名前を見られる）"),
        required=False,
    )
    follow_up_until = forms.DateField(
        label=gettext_lazy("受講指導の期限"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )

    def words(self) -> dict[str, object]:
        """What was typed, by the names of CampaignWords."""
        return {name: value for name, value in self.cleaned_data.items() if name != "is_education"}


class NewDrillForm(BasicsForm):
    """The first page of a new drill: also its year and code."""

    fiscal_year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)
    code = forms.SlugField(
        label=gettext_lazy("訓練コード"),
        max_length=40,
        help_text=gettext_lazy("半角英数字とハイフン。年度の中で一つだけ。"),
    )
    field_order = ("name_ja", "fiscal_year", "code")

    def __init__(self, *args: Any, years: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fiscal_year"].choices = years  # type: ignore[attr-defined]

    def words(self) -> dict[str, object]:
        """What was typed, by the names of CampaignWords."""
        return {name: value for name, value in super().words().items() if name not in ("fiscal_year", "code")}


class SenderForm(forms.Form):
    """差出人と中継サーバー."""

    sender_address = forms.CharField(
        label=gettext_lazy("差出人のアドレス"),
        max_length=254,
        help_text=gettext_lazy(
            "表示名は文案のもの。自団体でないドメインを使うときは、報告先に自団体のアドレスが要ります。"
        ),
    )
    relay_id = forms.TypedChoiceField(label=gettext_lazy("中継サーバー"), coerce=int)
    domains = forms.MultipleChoiceField(label=gettext_lazy("送信を許すドメイン"), widget=forms.CheckboxSelectMultiple)
    landing_address = forms.CharField(
        label=gettext_lazy("リンク先のアドレス"),
        max_length=200,
        help_text=gettext_lazy("職員の端末から kansa が見えるアドレス。最初の値は設定 KANSA_LANDING_ADDRESS。"),
    )
    report_address = forms.CharField(
        label=gettext_lazy("報告の転送先"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("職員が不審なメールを転送する受信箱のアドレス。"),
    )

    def __init__(self, *args: Any, relays: list[tuple[int, str]], domains: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relay_id"].choices = relays  # type: ignore[attr-defined]
        self.fields["domains"].choices = [(one, one) for one in domains]  # type: ignore[attr-defined]

    def words(self) -> dict[str, object]:
        """What was typed, by the names of CampaignWords."""
        return self.cleaned_data | {"domains": "\n".join(self.cleaned_data["domains"])}


class GroupsForm(forms.Form):
    """対象の組."""

    method = forms.ChoiceField(
        label=gettext_lazy("分け方"),
        choices=(
            ("all", gettext_lazy("分けない（全員に同じ文案）")),
            ("random", gettext_lazy("無作為に分ける（難易度の違う文案を比べる）")),
            ("bureau", gettext_lazy("部局ごと")),
            ("post", gettext_lazy("職名ごと")),
        ),
        widget=forms.RadioSelect,
        initial="all",
    )
    count = forms.IntegerField(label=gettext_lazy("無作為に分ける組の数"), min_value=2, max_value=6, initial=2)
    departments = forms.MultipleChoiceField(
        label=gettext_lazy("対象の課所等"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("一つも選ばなければ、全ての課所等が対象です。"),
    )

    def __init__(self, *args: Any, departments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departments"].choices = departments  # type: ignore[attr-defined]


class ExclusionsForm(forms.Form):
    """除外する人, a line each: staff number, comma, reason."""

    people = prose(
        gettext_lazy("除外する人"),
        gettext_lazy(
            "一行に一人、「職員番号,理由」。例：S0123,育児休業。名簿で対象外の人は、書かなくても除外されます。"
        ),
        rows=8,
        is_required=False,
    )

    def reasons(self) -> dict[str, str]:
        """Staff number -> reason."""
        found = {}
        for line in self.cleaned_data["people"].splitlines():
            number, _comma, reason = line.replace("，", ",").replace("、", ",", 1).partition(",")
            if number.strip():
                found[number.strip()] = reason.strip()
        return found


class WindowForm(forms.Form):
    """期間と速さ."""

    opens_at = forms.DateTimeField(
        label=gettext_lazy("送信期間の開始"),
        input_formats=MOMENT_FORMATS,
        widget=forms.DateTimeInput(attrs=MOMENT, format=MOMENT_FORMATS[0]),
    )
    closes_at = forms.DateTimeField(
        label=gettext_lazy("送信期間の終了"),
        input_formats=MOMENT_FORMATS,
        widget=forms.DateTimeInput(attrs=MOMENT, format=MOMENT_FORMATS[0]),
    )
    day_begins = forms.TimeField(
        label=gettext_lazy("送信する時間帯の始まり"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    day_ends = forms.TimeField(
        label=gettext_lazy("送信する時間帯の終わり"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("23:59 は、その日の終わりまで。"),
    )
    any_day = forms.BooleanField(
        label=gettext_lazy("閉庁日（土日、祝日、年末年始）も送る（交替勤務の職場など）"), required=False
    )
    closed_days = prose(
        gettext_lazy("送らない日"),
        gettext_lazy("選挙や議会など。一行に一日、2026-12-01 の形。"),
        rows=2,
        is_required=False,
    )
    pace_per_minute = forms.IntegerField(label=gettext_lazy("1分当たりの通数"), min_value=1, max_value=6000)
    pace_per_domain = forms.IntegerField(
        label=gettext_lazy("ドメインごとに1分当たりの通数"), min_value=1, max_value=6000
    )
    reveals_until = forms.DateField(
        label=gettext_lazy("種明かしの期限"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=gettext_lazy("この日の終わりまで、リンクが種明かしのページを開きます。"),
    )
    keep_until = forms.DateField(
        label=gettext_lazy("保存期限"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=gettext_lazy("この日までに終了し、個人を特定できる情報を消去します。"),
    )

    def words(self) -> dict[str, object]:
        """What was typed, by the names of CampaignWords."""
        found = dict(self.cleaned_data)
        begins, ends, until = found.pop("day_begins"), found.pop("day_ends"), found["reveals_until"]
        last = timezone.make_aware(datetime.combine(until, time(23, 59, 59)))
        is_whole = (ends.hour, ends.minute) == (23, 59)
        return found | {
            "day_begins_minute": begins.hour * 60 + begins.minute,
            "day_ends_minute": 24 * 60 if is_whole else ends.hour * 60 + ends.minute,
            "reveals_until": last,
        }


class NoticesForm(forms.Form):
    """通知と窓口."""

    how_to_report_ja = prose(
        gettext_lazy("報告の方法"), gettext_lazy("種明かしのページに載ります。例：情報政策課（内線2345）に電話する。")
    )
    help_desk_ja = prose(
        gettext_lazy("問合せ窓口への連絡文"),
        gettext_lazy("窓口の担当者に渡します。訓練メールの確認のページにも出ます。"),
    )
    notice_before_ja = prose(
        gettext_lazy("事前の通知"),
        gettext_lazy("全職員に訓練の期間を知らせるとき。日時や文面は書きません。"),
        is_required=False,
    )
    notice_after_ja = prose(gettext_lazy("事後の通知"), is_required=False)

    def words(self) -> dict[str, object]:
        """What was typed, by the names of CampaignWords."""
        return dict(self.cleaned_data)


class PreflightForm(forms.Form):
    """試験用のアドレス, a line each."""

    addresses = forms.CharField(
        label=gettext_lazy("試験用のアドレス"),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "事務局の受信箱を一行に一つ、5件まで。送った後30分は、誰もそのメールを開かないでください。"
        ),
    )


class RatingForm(forms.Form):
    """One rater's Phish Scale."""

    cue_count = forms.IntegerField(
        label=gettext_lazy("手掛かりの数"),
        min_value=1,
        max_value=99,
        help_text=gettext_lazy("同じ種類でも、現れた数だけ数えます。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, label in enumerate(PREMISE_JA):
            self.fields[f"premise_{number}"] = forms.TypedChoiceField(
                label=label, coerce=int, choices=[(value, str(value)) for value in PREMISE_VALUES]
            )

    @property
    def premise(self) -> tuple[int, ...]:
        """The five elements."""
        return tuple(self.cleaned_data[f"premise_{number}"] for number in range(len(PREMISE_JA)))


CUE_ROWS = 10


class ScenarioForm(forms.Form):
    """An own text. What may stand in it is decided by core.mail_drill.scenario."""

    code = forms.SlugField(
        label=gettext_lazy("コード"), max_length=40, help_text=gettext_lazy("半角英数字とハイフン。")
    )
    title_ja = forms.CharField(label=gettext_lazy("題名"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("型"), choices=list(KINDS_JA.items()))
    months = forms.TypedMultipleChoiceField(
        label=gettext_lazy("合う月"),
        coerce=int,
        choices=MONTHS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("一つも選ばなければ通年。"),
    )
    sender_name_ja = forms.CharField(label=gettext_lazy("差出人の表示名"), max_length=200)
    subject_ja = forms.CharField(label=gettext_lazy("件名"), max_length=200)
    body = forms.CharField(
        label=gettext_lazy("本文"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=gettext_lazy(
            "空行で段落を分けます。行の始めの「■」は見出し、「・」は箇条書き、「→」はリンク、「----」は区切り線。"
            "差込みは {氏名}、{所属}、{職名}、{送信日}、{年度} だけです。"
        ),
    )
    attachment = forms.ChoiceField(
        label=gettext_lazy("添付ファイル"),
        required=False,
        choices=[("", gettext_lazy("なし")), *ATTACHMENTS_JA.items()],
    )
    attachment_name_ja = forms.CharField(label=gettext_lazy("添付ファイル名"), max_length=80, required=False)
    attachment_text_ja = prose(gettext_lazy("添付ファイルの本文"), is_required=False)
    lesson_ja = prose(gettext_lazy("今日のひとこと"), gettext_lazy("種明かしのページの最後に載ります。"), rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("", gettext_lazy("（なし）")), *((code, name) for code, (_kind, name) in CUES.items())]
        for number in range(1, CUE_ROWS + 1):
            names = {"number": number}
            self.fields[f"cue_{number}"] = forms.ChoiceField(
                label=_("手掛かり %(number)d") % names, required=False, choices=kinds
            )
            self.fields[f"quote_{number}"] = forms.CharField(
                label=_("手掛かり %(number)d の引用") % names, required=False, max_length=200
            )
            self.fields[f"explanation_{number}"] = forms.CharField(
                label=_("手掛かり %(number)d の説明") % names, required=False, max_length=300
            )

    @property
    def plain_fields(self) -> list[Any]:
        """The fields before the cues."""
        return [self[name] for name in ScenarioForm.base_fields]

    @property
    def cue_fields(self) -> list[list[Any]]:
        """Kind, quotation and explanation of each cue."""
        parts = ("cue", "quote", "explanation")
        return [[self[f"{part}_{number}"] for part in parts] for number in range(1, CUE_ROWS + 1)]

    def text(self) -> Scenario:
        """The text that was typed."""
        data = self.cleaned_data
        is_attached = data["kind"] == "attachment"
        cues = tuple(
            Cue(data[f"cue_{number}"], data[f"quote_{number}"].strip(), data[f"explanation_{number}"].strip())
            for number in range(1, CUE_ROWS + 1)
            if data[f"cue_{number}"]
        )
        plain = {name: data[name] for name in ("code", "title_ja", "kind", "sender_name_ja", "subject_ja", "lesson_ja")}
        return Scenario(
            **plain,
            blocks=parse_body(data["body"]),
            cues=cues,
            months=tuple(sorted(data["months"])),
            attachment=data["attachment"] if is_attached else "",
            attachment_name_ja=data["attachment_name_ja"] if is_attached else "",
            attachment_text_ja=data["attachment_text_ja"].replace("\r\n", "\n") if is_attached else "",
        )


def typed_scenario(text: Scenario) -> dict[str, object]:
    """The form of a text as it stands."""
    names = ("code", "title_ja", "kind", "sender_name_ja", "subject_ja", "lesson_ja", "attachment")
    found: dict[str, object] = {name: getattr(text, name) for name in names}
    found |= {"body": typed_body(text.blocks), "months": list(text.months)}
    found |= {"attachment_name_ja": text.attachment_name_ja, "attachment_text_ja": text.attachment_text_ja}
    for number, cue in enumerate(text.cues[:CUE_ROWS], 1):
        found |= {f"cue_{number}": cue.code, f"quote_{number}": cue.quote_ja}
        found[f"explanation_{number}"] = cue.explanation_ja
    return found


def first_words(name_ja: str, now: datetime, domains: str, landing_address: str) -> CampaignWords:
    """What a new drill begins with: in two weeks, four days, office hours."""
    opens = timezone.localtime(now).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=14)
    closes = opens.replace(hour=17) + timedelta(days=4)
    return CampaignWords(
        name_ja=name_ja,
        opens_at=opens,
        closes_at=closes,
        reveals_until=closes + timedelta(days=14),
        keep_until=(closes + timedelta(days=90)).date(),
        domains=domains,
        landing_address=landing_address,
    )
