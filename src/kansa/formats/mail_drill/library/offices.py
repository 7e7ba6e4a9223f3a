"""Which training mails imitate the systems and procedures of the office?"""

from __future__ import annotations

from kansa.core.mail_drill.scenario import Cue, Scenario, parse_body

WEB_MEETING = Scenario(
    code="web-kaigi",
    title_ja="ウェブ会議の招待",
    kind="link",
    sender_name_ja="広域連携推進協議会　事務局",
    subject_ja="【本日開催】担当者会議（オンライン）の接続先の変更",
    blocks=parse_body(
        """関係各位

いつもお世話になっております。
本日15時から開催する担当者会議につきまして、接続先が変更となりました。

開始10分前までに、次のボタンからご入室ください。
以前お送りした接続先からは参加できません。

→会議に参加する

・会議名　令和年度第2回担当者会議
・時間　　15時から16時まで

広域連携推進協議会　事務局
kyogikai-jimukyoku.example"""
    ),
    cues=(
        Cue("urgency", "【本日開催】", "時間がないと思わせて、確かめさせないようにしています。"),
        Cue("generic_greeting", "関係各位", "宛名が特定されていません。"),
        Cue(
            "domain", "kyogikai-jimukyoku.example", "聞き覚えのないドメインです。協議会の名簿の連絡先と比べてください。"
        ),
        Cue("hyperlink", "会議に参加する", "行き先が会議サービスのものではありません。"),
        Cue("spelling", "令和年度第2回", "年度の数字が抜けています。"),
        Cue("pose", "広域連携推進協議会　事務局", "実在しそうな団体を名乗っています。"),
    ),
    lesson_ja="会議の接続先が変わったという連絡は、以前の案内の連絡先に電話して確かめます。",
    premise=(8, 6, 4, 4, 2),
)

SCANNER = Scenario(
    code="fukugoki-scan",
    title_ja="複合機のスキャン通知",
    kind="attachment",
    sender_name_ja="複合機（3階東）",
    subject_ja="スキャンデータ送信のお知らせ 0003枚",
    blocks=parse_body(
        """スキャンした文書を添付ファイルで送信します。

・機器名　3F-EAST-02
・枚数　　3枚
・解像度　300dpi
・形式　　HTML（暗号化）

このメールは送信専用です。返信しないでください。"""
    ),
    cues=(
        Cue("attachment_type", "HTML（暗号化）", "複合機がスキャンした文書をHTMLで送ることはありません。"),
        Cue("sender", "複合機（3階東）", "庁内の機器なのに、庁外のアドレスから届いています。"),
        Cue(
            "generic_greeting",
            "スキャンした文書を添付ファイルで送信します。",
            "誰が何をスキャンしたかが書かれていません。",
        ),
        Cue("inconsistency", "0003枚", "自分がスキャンした覚えがあるか、枚数が合うかを考えてください。"),
        Cue("work_process", "スキャンデータ送信のお知らせ", "毎日見る通知をまねて、反射的に開かせようとしています。"),
    ),
    lesson_ja="スキャンした覚えのない通知は開かず、複合機の前に戻ってスキャンし直します。",
    attachment="html",
    attachment_name_ja="SCAN_0003",
    attachment_text_ja="保護された文書です。",
    premise=(8, 6, 2, 0, 2),
)

SANITISED_MAIL = Scenario(
    code="lgwan-mugaika",
    title_ja="メール無害化で除去された添付ファイル",
    kind="link",
    sender_name_ja="メール無害化システム",
    subject_ja="[通知] 添付ファイルを除去しました（保管期限：24時間）",
    blocks=parse_body(
        """このメールは自動送信されています。

受信したメールに含まれる添付ファイルを、無害化のため除去しました。
原本が必要な場合は、24時間以内に次の画面から取り出してください。

・宛先　　{氏名}
・件名　　見積書の送付について
・ファイル　見積書.xlsx
・判定　　要確認

→原本を取り出す

期限を過ぎたファイルは自動的に削除されます。

情報政策課　ヘルプデスク"""
    ),
    cues=(
        Cue("urgency", "24時間以内に", "消えてしまうと思わせて急がせています。"),
        Cue("work_process", "無害化のため除去しました", "自治体の職員が毎日目にする通知をまねています。"),
        Cue("hyperlink", "原本を取り出す", "無害化システムの画面は庁内のアドレスです。行き先が違います。"),
        Cue("sender", "メール無害化システム", "本物の通知の差出人のアドレスと比べてください。"),
        Cue("security_icons", "無害化", "安全の仕組みを名乗ると、疑われにくくなります。"),
    ),
    lesson_ja="無害化の通知も偽物があり得ます。原本の取出しは、いつもの画面を自分で開いて行います。",
    premise=(8, 8, 4, 4, 0),
)

PASSWORD_EXPIRY = Scenario(
    code="shomeisho-kigen",
    title_ja="業務用アカウントの有効期限",
    kind="link",
    sender_name_ja="IT管理者",
    subject_ja="あなたのアカウントは本日停止されます",
    blocks=parse_body(
        """お客様各位

ご利用のアカウントの有効期限が切れました。
本日中に手続をしない場合は、すべてのメールが削除され、アカウントは永久に停止されます。

今すぐ下をクリックして、継続の手続をして下さい！

→継続手続はこちら

※本メールは全ての利用者に送付しています。
※既に手続済の方にも行き違いで送付されることがございます、ご容赦ください。

Copyright IT Support Center. All rights reserved."""
    ),
    cues=(
        Cue("generic_greeting", "お客様各位", "庁内の連絡で職員を「お客様」とは呼びません。"),
        Cue("threat", "永久に停止されます", "強い言葉で脅しています。"),
        Cue("threat", "すべてのメールが削除され", "あり得ない不利益を告げています。"),
        Cue("urgency", "本日中に", "当日中の期限で急がせています。"),
        Cue("urgency", "今すぐ下をクリックして", "行動をせかす言葉です。"),
        Cue("spelling", "手続をして下さい！", "庁内の文書で感嘆符は使いません。"),
        Cue("spelling", "ございます、ご容赦ください", "文のつなぎ方が不自然です。"),
        Cue(
            "inconsistency", "有効期限が切れました", "件名では「本日停止」、本文では「切れました」と食い違っています。"
        ),
        Cue("sender", "IT管理者", "そのような名称の部署はありません。"),
        Cue("hyperlink", "継続手続はこちら", "行き先が庁内のアドレスではありません。"),
        Cue("legal_language", "All rights reserved", "庁内の連絡に著作権表示は付きません。"),
        Cue(
            "distracting_detail",
            "行き違いで送付されることがございます",
            "身に覚えのない人にも疑わせないための一文です。",
        ),
        Cue("no_signer", "IT Support Center", "部署名・担当者・内線がありません。"),
        Cue("no_branding", "", "市の名称がどこにもありません。"),
        Cue("pose", "IT管理者", "管理者を装っています。"),
    ),
    lesson_ja="アカウントの期限切れをメールのリンクで手続させることはありません。情報政策課に電話で確かめます。",
    premise=(4, 4, 0, 6, 6),
)

SECURITY_CHECK = Scenario(
    code="jiko-tenken",
    title_ja="情報セキュリティ自己点検の督促",
    kind="link",
    months=(9, 10, 11, 12, 1),
    sender_name_ja="情報セキュリティ自己点検　事務局",
    subject_ja="【未回答】{年度} 自己点検の回答のお願い",
    blocks=parse_body(
        """{所属}
{氏名} 様

{年度}の情報セキュリティ自己点検について、{送信日}現在、回答が確認できていません。

全職員の回答が必須です。未回答者は所属長に通知します。
次の画面から回答してください（所要5分）。

→自己点検に回答する

行き違いの場合はご容赦ください。

情報セキュリティ自己点検　事務局"""
    ),
    cues=(
        Cue("threat", "所属長に通知します", "上司に知られる不安を使っています。"),
        Cue("urgency", "【未回答】", "自分が遅れていると思わせています。"),
        Cue("hyperlink", "自己点検に回答する", "自己点検の画面のアドレスと違います。"),
        Cue("sender", "情報セキュリティ自己点検　事務局", "差出人のアドレスが事務局のものではありません。"),
        Cue("work_process", "自己点検", "セキュリティの取組そのものも、まねされます。"),
    ),
    lesson_ja="セキュリティ部門を名乗るメールも疑ってよいのです。庁内ポータルの入口から入り直して確かめます。",
    premise=(8, 8, 6, 4, 2),
)

SCENARIOS = (WEB_MEETING, SCANNER, SANITISED_MAIL, PASSWORD_EXPIRY, SECURITY_CHECK)
