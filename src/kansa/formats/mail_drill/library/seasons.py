"""Which training mails fit a season of the office year?"""

from __future__ import annotations

from kansa.core.mail_drill.scenario import Cue, Scenario, parse_body

YEAR_END_ADJUSTMENT = Scenario(
    code="nenmatsu-chosei",
    title_ja="年末調整の申告内容の確認",
    kind="link",
    months=(10, 11, 12),
    sender_name_ja="人事課　給与係",
    subject_ja="【至急】年末調整の申告内容に不備があります",
    blocks=parse_body(
        """{氏名} 様

{年度}の年末調整について、提出いただいた申告書の内容に不備が見つかりました。
このままでは還付の処理ができず、12月の給与で追加徴収となる場合があります。

■対象となる申告書
・扶養控除等（異動）申告書
・保険料控除申告書

下のページから不備の内容を確認し、本日17時までに修正してください。

→申告内容を確認する

期限を過ぎた場合の再受付はいたしません。

人事課　給与係"""
    ),
    cues=(
        Cue("urgency", "【至急】", "件名で急がせ、考える間を与えないのは、よくある手口です。"),
        Cue(
            "urgency", "本日17時までに修正してください", "当日を期限とする依頼は、まず電話で本当かどうかを確かめます。"
        ),
        Cue("threat", "追加徴収となる場合があります", "不利益をちらつかせて、開かせようとしています。"),
        Cue("sender", "人事課　給与係", "表示名は自由に付けられます。アドレスが庁内のものかどうかを確かめてください。"),
        Cue(
            "hyperlink",
            "申告内容を確認する",
            "ボタンの行き先は、押す前に確かめられます（パソコンでは重ねる、スマートフォンでは長押し）。",
        ),
        Cue("no_signer", "", "内線番号や担当者名がありません。庁内の依頼なら書かれているはずです。"),
        Cue("work_process", "年末調整", "時期の決まった庁内手続は、まねされやすい題材です。"),
    ),
    lesson_ja="庁内の手続の案内は、メールのリンクからではなく、庁内ポータルや人事課への電話で確かめます。",
    premise=(8, 6, 6, 6, 2),
)

SEATING_PLAN = Scenario(
    code="jinji-ido-zasekihyo",
    title_ja="人事異動後の座席表",
    kind="attachment",
    months=(3, 4),
    sender_name_ja="総務課　庶務担当",
    subject_ja="4月からの座席表・内線番号表（差替版）について",
    blocks=parse_body(
        """各位

お疲れさまです。総務課庶務担当です。

先日お配りした4月からの座席表と内線番号表に誤りがありました。
差替版を添付しますので、{所属}の皆様でご確認のうえ、修正があれば明日の正午までにお知らせください。

古い版は破棄してください。
ご面倒をおかけします。

総務課　庶務担当"""
    ),
    cues=(
        Cue("generic_greeting", "各位", "宛名が特定されていません。"),
        Cue(
            "attachment_type",
            "座席表_内線番号表_差替版",
            "思い当たらない添付ファイルは開かず、送信者に電話で確かめます。",
        ),
        Cue("sender", "総務課　庶務担当", "表示名は庁内の課でも、アドレスが庁外でした。"),
        Cue("urgency", "明日の正午までに", "短い期限で、確かめる前に開かせようとしています。"),
        Cue("no_signer", "総務課　庶務担当", "担当者の名前も内線もありません。"),
        Cue("work_process", "座席表", "異動の時期に誰もが待っている資料です。"),
    ),
    lesson_ja="庁内の資料は、共有フォルダーや庁内ポータルに置かれるのが普段の流れです。流れと違う送り方に気付きましょう。",
    attachment="docx",
    attachment_name_ja="座席表_内線番号表_差替版",
    attachment_text_ja="座席表（令和年度当初）\n表示できない場合は、下のリンクから開いてください。",
    premise=(8, 8, 8, 2, 2),
)

HEALTH_CHECK = Scenario(
    code="kenko-shindan",
    title_ja="健康診断の再検査の案内",
    kind="link",
    months=(6, 7, 8, 9, 10),
    sender_name_ja="職員健康管理室",
    subject_ja="定期健康診断の結果について（要再検査）",
    blocks=parse_body(
        """{氏名} 様

先日受診された定期健康診断の結果、再検査が必要な項目がありました。

結果の詳細と再検査の日程は、次のページでお知らせしています。
予約枠に限りがありますので、お早めにお申し込みください。

→検査結果を見る

なお、本メールはプライバシー保護のため、閲覧後は削除してください。

職員健康管理室
受託：総合健診センター（kenshin-center.example）"""
    ),
    cues=(
        Cue("threat", "再検査が必要な項目", "健康への不安をあおり、確かめる前に開かせようとしています。"),
        Cue("limited_offer", "予約枠に限りがあります", "早い者勝ちと思わせて急がせています。"),
        Cue("domain", "kenshin-center.example", "健診の委託先の本当のアドレスではありません。"),
        Cue("hyperlink", "検査結果を見る", "健診の結果を、メールのリンクで個別に知らせることはありません。"),
        Cue("work_process", "定期健康診断", "誰もが受ける健診をまねています。"),
        Cue("pose", "職員健康管理室", "それらしい部署の名前です。実在するかどうかを職員録で確かめてください。"),
        Cue("no_signer", "職員健康管理室", "担当者名と内線がありません。"),
        Cue("urgency", "お早めにお申し込みください", "急がせる言葉を重ねています。"),
        Cue("security_icons", "プライバシー保護のため", "もっともらしい言葉で、相談や報告をさせないようにしています。"),
    ),
    lesson_ja="健康や給与など、本人が気になる内容ほど狙われます。結果は封書や正規の窓口で確かめます。",
    premise=(6, 4, 4, 4, 2),
)

BUSINESS_TRIP = Scenario(
    code="ryohi-seisan",
    title_ja="年度末の旅費の精算漏れ",
    kind="attachment",
    months=(2, 3),
    sender_name_ja="会計課　審査担当",
    subject_ja="旅費の精算漏れについて（{所属}）",
    blocks=parse_body(
        """{所属}
{氏名} 様

会計課です。
{年度}の出納整理にあたり確認したところ、あなたの旅費に精算されていないものがあります。

添付の一覧を確認し、該当する出張がある場合は3日以内に精算書を出してください。
期限までに提出がない場合、支給済みの概算払は返納していただきます。

会計課　審査担当"""
    ),
    cues=(
        Cue("threat", "返納していただきます", "金銭の不利益をちらつかせています。"),
        Cue("urgency", "3日以内に", "短い期限で急がせています。"),
        Cue("attachment_type", "未精算一覧", "ブックのリンクやマクロは、開くと外部とつながることがあります。"),
        Cue("inconsistency", "あなたの旅費", "庁内の文書では使わない言い方です。"),
        Cue("sender", "会計課　審査担当", "会計課のアドレスから届いていません。"),
        Cue("no_signer", "会計課　審査担当", "担当者名と内線がありません。"),
        Cue("design", "{所属}\n{氏名} 様", "庁内の照会なら文書番号や様式があります。"),
        Cue("special", "あなたの旅費", "自分だけに関わると思わせています。"),
        Cue("work_process", "出納整理", "時期の合った用語で、本物らしく見せています。"),
    ),
    lesson_ja="お金に関する連絡は、財務会計システムの画面か会計課の内線で確かめます。",
    attachment="xlsx",
    attachment_name_ja="未精算一覧",
    attachment_text_ja="旅費の未精算一覧\n全件は下のリンクから確認してください。",
    premise=(6, 4, 4, 2, 0),
)

SCENARIOS = (YEAR_END_ADJUSTMENT, SEATING_PLAN, HEALTH_CHECK, BUSINESS_TRIP)
