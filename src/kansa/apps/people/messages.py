"""Which words do the pages of accounts and of the organisation use for codes?"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

STATES: dict[str, str | Promise] = {
    "active": gettext_lazy("使用中"),
    "expired": gettext_lazy("有効期限切れ"),
    "disabled": gettext_lazy("停止中"),
}
SIGN_INS: dict[str, str | Promise] = {
    "sign_in": gettext_lazy("サインイン"),
    "sign_in_failed": gettext_lazy("サインイン失敗（パスワード違い）"),
    "sign_out": gettext_lazy("サインアウト"),
    "change_password": gettext_lazy("パスワードの変更"),
    "change_factor": gettext_lazy("二要素認証の変更"),
    "remove_factors": gettext_lazy("二要素認証の取外し"),
    "unlock": gettext_lazy("ロックの解除"),
    "reset_password": gettext_lazy("仮のパスワードの発行"),
}
METHODS: dict[str, str | Promise] = {
    "password": gettext_lazy("パスワード"),
    "mfa": gettext_lazy("確認コード・パスキー"),
    "socialaccount": gettext_lazy("シングルサインオン"),
}
SUCCESSIONS: dict[str, str | Promise] = {
    "renamed": gettext_lazy("名称変更"),
    "merged": gettext_lazy("統合"),
    "split": gettext_lazy("分割"),
}
