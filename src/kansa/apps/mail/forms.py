"""What may be typed about a relay, a domain, a mailbox, and what came back?"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from kansa.apps.mail.actions import BoxSettings, RelaySettings
from kansa.apps.mail.actions.domains import ROLE_MAILBOXES
from kansa.apps.mail.models import MailBox, MailRelay

TLS_CHOICES = (
    ("starttls", gettext_lazy("STARTTLS（多くは587番）")),
    ("tls", gettext_lazy("最初から TLS（多くは465番）")),
    ("none", gettext_lazy("暗号化しない（庁内の中継サーバーだけ。多くは25番）")),
)
PASSWORD = {"autocomplete": "new-password"}


class RelayForm(forms.Form):
    """A relay."""

    name_ja = forms.CharField(label=gettext_lazy("名称"), max_length=100)
    host = forms.CharField(label=gettext_lazy("ホスト名"), max_length=253)
    port = forms.IntegerField(label=gettext_lazy("ポート番号"), min_value=1, max_value=65535, initial=587)
    tls_mode = forms.ChoiceField(
        label=gettext_lazy("暗号化"),
        choices=TLS_CHOICES,
        initial="starttls",
        help_text=gettext_lazy("選んだ方式で送れないときは送りません。弱い方式へ自動では切り替えません。"),
    )
    login = forms.CharField(label=gettext_lazy("利用者名"), max_length=200, required=False)
    secret = forms.CharField(
        label=gettext_lazy("パスワード"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs=PASSWORD),
        help_text=gettext_lazy("空欄のままなら変えません。ホスト名を変えたときは入力し直します。"),
    )
    return_path = forms.CharField(
        label=gettext_lazy("返送先"),
        max_length=254,
        help_text=gettext_lazy(
            "届かなかったメールが戻る宛先（エンベロープの差出人）。例：bounce+{code}@city.example.jp。"
            "{code} に一通ごとの番号が入り、どのメールが戻ったか分かります。"
        ),
    )
    helo_name = forms.CharField(label=gettext_lazy("名乗る名前"), max_length=253, required=False)
    ca_pem = forms.CharField(
        label=gettext_lazy("認証局の証明書"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("庁内の認証局が発行した証明書を使うときに、その認証局の証明書（PEM）を貼り付けます。"),
    )
    per_minute = forms.IntegerField(label=gettext_lazy("1分当たり"), min_value=1, max_value=6000, initial=60)
    per_hour = forms.IntegerField(label=gettext_lazy("1時間当たり"), min_value=1, max_value=360_000, initial=1500)
    per_domain_minute = forms.IntegerField(
        label=gettext_lazy("ドメインごとに1分当たり"), min_value=1, max_value=6000, initial=60
    )
    breaker_count = forms.IntegerField(
        label=gettext_lazy("自動停止までの連続失敗"),
        min_value=1,
        max_value=1000,
        initial=5,
        help_text=gettext_lazy("最初の10通は、2通続けて失敗すると止まります。"),
    )
    timeout_seconds = forms.IntegerField(label=gettext_lazy("待つ秒数"), min_value=1, max_value=300, initial=30)

    def settings(self) -> RelaySettings:
        """What was typed."""
        return RelaySettings(**(self.cleaned_data | {"secret": self.cleaned_data["secret"] or None}))


def relay_values(relay: MailRelay) -> dict[str, object]:
    """The form of a relay as it stands, without its password."""
    return {name: getattr(relay, name) for name in RelayForm.base_fields if name != "secret"}


class TrialForm(forms.Form):
    """Where the mail of a test goes."""

    address = forms.CharField(
        label=gettext_lazy("試験の宛先"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("確認済みのドメインの、届いたことを見られる宛先。空欄なら接続と認証だけを試します。"),
    )


class DomainForm(forms.Form):
    """A domain to be verified."""

    domain = forms.CharField(
        label=gettext_lazy("ドメイン"),
        max_length=253,
        help_text=gettext_lazy("@ の後の全部。サブドメインは別のドメインとして登録します。例：city.example.jp"),
    )


class CodeForm(forms.Form):
    """Where a code is sent."""

    relay = forms.ModelChoiceField(
        label=gettext_lazy("中継サーバー"), queryset=MailRelay.objects.none(), empty_label=None
    )
    mailbox = forms.ChoiceField(
        label=gettext_lazy("番号の宛先"),
        choices=[(name, f"{name}@…") for name in ROLE_MAILBOXES],
        help_text=gettext_lazy("ドメインの管理者だけが読める宛先にだけ送ります。"),
    )


class BoxForm(forms.Form):
    """The mailbox to which bounces return."""

    host = forms.CharField(label=gettext_lazy("ホスト名"), max_length=253)
    port = forms.IntegerField(label=gettext_lazy("ポート番号"), min_value=1, max_value=65535, initial=993)
    login = forms.CharField(label=gettext_lazy("利用者名"), max_length=200)
    secret = forms.CharField(
        label=gettext_lazy("パスワード"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs=PASSWORD),
        help_text=gettext_lazy("空欄のままなら変えません。ホスト名を変えたときは入力し直します。"),
    )
    folder = forms.CharField(label=gettext_lazy("フォルダー"), max_length=100, initial="INBOX")
    ca_pem = forms.CharField(
        label=gettext_lazy("認証局の証明書"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def settings(self) -> BoxSettings:
        """What was typed."""
        return BoxSettings(**(self.cleaned_data | {"secret": self.cleaned_data["secret"] or None}))


def box_values(box: MailBox) -> dict[str, object]:
    """The form of a mailbox as it stands, without its password."""
    return {name: getattr(box, name) for name in BoxForm.base_fields if name != "secret"}


class BounceForm(forms.Form):
    """Mails that came back, as a file."""

    file = forms.FileField(
        label=gettext_lazy("戻ってきたメールのファイル"),
        help_text=gettext_lazy(".eml（一通）又は .mbox（まとめて）。50MBまで。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".eml,.mbox,.txt"}),
    )


class ReasonForm(forms.Form):
    """Why a batch is stopped."""

    reason_ja = forms.CharField(label=gettext_lazy("理由"), max_length=200)
