"""What can be typed on the pages of drills?"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
