"""Which words does the record of acts use for acts, things and fields?

A code without a word is shown as it is; a test asks for the words of every act that kansa's own code records.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

Words = dict[str, str | Promise]

VERBS: Words = {
    "add": gettext_lazy("追加"),
    "appoint": gettext_lazy("任命"),
    "change_password": gettext_lazy("パスワードの変更"),
    "close": gettext_lazy("廃止"),
    "confirm": gettext_lazy("決裁の記録"),
    "correct": gettext_lazy("訂正"),
    "describe": gettext_lazy("説明の登録"),
    "disable": gettext_lazy("停止"),
    "dismiss": gettext_lazy("解任"),
    "enable": gettext_lazy("再開"),
    "end_contract": gettext_lazy("契約の終了"),
    "erase": gettext_lazy("消去"),
    "export": gettext_lazy("書出し"),
    "found": gettext_lazy("市区町村の登録"),
    "freeze": gettext_lazy("凍結"),
    "import": gettext_lazy("取込み"),
    "merge": gettext_lazy("統合"),
    "read": gettext_lazy("閲覧"),
    "register": gettext_lazy("登録"),
    "remove": gettext_lazy("取除き"),
    "rename": gettext_lazy("名称変更"),
    "renew": gettext_lazy("有効期限の変更"),
    "reset_password": gettext_lazy("仮のパスワードの発行"),
    "seal": gettext_lazy("封印"),
    "sign_in": gettext_lazy("サインイン"),
    "sign_in_failed": gettext_lazy("サインイン失敗"),
    "sign_out": gettext_lazy("サインアウト"),
    "split": gettext_lazy("分割"),
    "unlock": gettext_lazy("ロックの解除"),
}
KINDS: Words = {
    "account": gettext_lazy("アカウント"),
    "audit_firm": gettext_lazy("監査事業者"),
    "checklist": gettext_lazy("監査項目"),
    "departments": gettext_lazy("課所等"),
    "drill": gettext_lazy("メール訓練"),
    "drill_gophish_events": gettext_lazy("メール訓練（GoPhish の記録）"),
    "drill_gophish_results": gettext_lazy("メール訓練（GoPhish の結果）"),
    "engagements": gettext_lazy("実施計画"),
    "findings": gettext_lazy("検出事項"),
    "former_post": gettext_lazy("過去の所属"),
    "frozen_year": gettext_lazy("凍結した年度"),
    "judgements": gettext_lazy("判定"),
    "municipality": gettext_lazy("市区町村"),
    "plan": gettext_lazy("監査中期計画"),
    "published": gettext_lazy("公表値"),
    "responses": gettext_lazy("自己点検の回答"),
    "self_inspection": gettext_lazy("自己点検"),
    "source_file": gettext_lazy("元のファイル"),
    "staff": gettext_lazy("職員名簿"),
    "trail": gettext_lazy("操作記録"),
    "training": gettext_lazy("監査員研修"),
    "worksheet": gettext_lazy("監査調書"),
    "year": gettext_lazy("年度設定"),
}
FIELDS: Words = {
    "added": gettext_lazy("追加"),
    "bureau_ja": gettext_lazy("部局"),
    "changed": gettext_lazy("変更"),
    "code": gettext_lazy("コード"),
    "count": gettext_lazy("件数"),
    "counts": gettext_lazy("件数"),
    "day_from": gettext_lazy("この日から"),
    "day_to": gettext_lazy("この日まで"),
    "department": gettext_lazy("課所等"),
    "files": gettext_lazy("ファイル"),
    "firm": gettext_lazy("監査事業者"),
    "first_event": gettext_lazy("最初の番号"),
    "fiscal_year": gettext_lazy("年度"),
    "format": gettext_lazy("形式"),
    "is_active": gettext_lazy("使用中"),
    "is_contracted": gettext_lazy("契約中"),
    "kind": gettext_lazy("種別"),
    "last_event": gettext_lazy("最後の番号"),
    "login": gettext_lazy("ログイン名"),
    "method": gettext_lazy("方法"),
    "name": gettext_lazy("名称"),
    "name_ja": gettext_lazy("名称"),
    "originals": gettext_lazy("元のファイル"),
    "removed": gettext_lazy("取除き"),
    "role": gettext_lazy("役割"),
    "rows": gettext_lazy("行"),
    "sha256": gettext_lazy("照合番号"),
    "table": gettext_lazy("表"),
    "valid_from": gettext_lazy("開始年度"),
    "valid_through": gettext_lazy("有効期限の年度"),
    "valid_to": gettext_lazy("終了年度"),
    "values": gettext_lazy("値"),
    "version": gettext_lazy("版"),
}
YES_NO: dict[bool, str | Promise] = {True: gettext_lazy("はい"), False: gettext_lazy("いいえ")}
CONSOLE: str | Promise = gettext_lazy("操作卓（命令）")
NOBODY: str | Promise = gettext_lazy("役割なし")
