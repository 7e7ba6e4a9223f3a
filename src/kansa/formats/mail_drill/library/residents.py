"""Which training mails pose as residents, businesses and other offices that write to a city?"""

from __future__ import annotations

from kansa.core.mail_drill.scenario import Cue, Scenario, parse_body

RESIDENT = Scenario(
    code="jumin-toiawase",
    title_ja="住民からの問合せ",
    kind="attachment",
    sender_name_ja="市民の声（問合せフォーム）",
    subject_ja="道路の陥没について（写真あり）",
    blocks=parse_body(
        """担当課　御中

いつもお世話になっております。市内に住む者です。

自宅前の道路が陥没していて、子どもが転びそうになりました。
以前も連絡しましたが、回答がありません。
写真と地図を付けますので、至急確認してください。

このまま対応がない場合は、議員や報道に相談するつもりです。

よろしくお願いします。"""
    ),
    cues=(
        Cue("urgency", "至急確認してください", "急ぎの対応を求めて、添付を開かせようとしています。"),
        Cue("threat", "議員や報道に相談する", "苦情への不安を使っています。"),
        Cue("attachment_type", "陥没箇所の写真と地図", "写真なのに文書ファイルです。画像なら画像の形式で届きます。"),
        Cue("generic_greeting", "担当課　御中", "どの課に宛てたものか分かりません。"),
        Cue("no_signer", "市内に住む者です", "名前も連絡先も場所の地名もありません。"),
        Cue("inconsistency", "以前も連絡しましたが", "以前の連絡の記録があるかどうかを確かめてください。"),
        Cue("humanitarian", "子どもが転びそうになりました", "善意や責任感に訴えています。"),
    ),
    lesson_ja="住民からの添付ファイルは、無害化を通すか、相手に電話をして内容を聞いてから開きます。",
    attachment="docx",
    attachment_name_ja="陥没箇所の写真と地図",
    attachment_text_ja="写真1　道路の状況\n画像が表示されない場合は、下のリンクから開いてください。",
    premise=(4, 4, 0, 6, 4),
)

INVOICE = Scenario(
    code="seikyusho-saihakko",
    title_ja="請求書の再発行と振込先の変更",
    kind="attachment",
    sender_name_ja="みどり事務機　経理担当",
    subject_ja="請求書再発行のご連絡（振込先変更のお願い）",
    blocks=parse_body(
        """ご担当者様

平素より大変お世話になっております。みどり事務機の経理担当です。

先月分の請求書に誤りがございましたので、再発行いたしました。
取引銀行の都合により、今回から振込先が変更となります。
添付の請求書をご確認のうえ、今週中にお手続をお願い申し上げます。

ご不明な点は、このメールにご返信ください。

みどり事務機　経理担当
midori-jimuki.example"""
    ),
    cues=(
        Cue("generic_greeting", "ご担当者様", "取引先なら担当者の名前を知っているはずです。"),
        Cue("work_process", "再発行いたしました", "支払の事務でよくある連絡をまねています。"),
        Cue("attachment_type", "請求書_再発行", "添付の請求書は、契約書の連絡先に電話で確かめてから開きます。"),
        Cue("urgency", "今週中に", "支払を急がせています。"),
        Cue("domain", "midori-jimuki.example", "契約書や名刺のアドレスと比べてください。"),
        Cue("no_signer", "みどり事務機　経理担当", "担当者の氏名と電話番号がありません。"),
        Cue("distracting_detail", "取引銀行の都合により", "振込先の変更をもっともらしく見せる説明です。"),
    ),
    lesson_ja="振込先の変更は、メールではなく、前から知っている電話番号に掛けて必ず確かめます。",
    attachment="xlsx",
    attachment_name_ja="請求書_再発行",
    attachment_text_ja="請求書（再発行）\n明細は下のリンクから確認してください。",
    premise=(6, 4, 0, 2, 4),
)

SURVEY = Scenario(
    code="ken-shokai",
    title_ja="上級官庁からの緊急照会",
    kind="link",
    sender_name_ja="県庁　市町村支援担当",
    subject_ja="【緊急照会】災害時の連絡体制について（回答期限：本日正午）",
    blocks=parse_body(
        """市町村　ご担当者様

平素より県政の推進にご協力を賜り、お礼申し上げます。

台風の接近に伴い、各市町村の連絡体制を至急取りまとめることとなりました。
下の様式を開き、貴団体の状況を確認してください。
回答期限は本日正午です。回答のない団体は、未対応として国に報告します。

→照会様式を開く

県庁　市町村支援担当
（問合せは本メールへの返信でお願いします）"""
    ),
    cues=(
        Cue("urgency", "本日正午", "数時間の期限で急がせています。"),
        Cue("threat", "未対応として国に報告します", "団体の不名誉をちらつかせています。"),
        Cue("pose", "県庁　市町村支援担当", "権威のある機関を名乗っています。"),
        Cue("generic_greeting", "市町村　ご担当者様", "部署も氏名も書かれていません。"),
        Cue("hyperlink", "照会様式を開く", "県の照会は、普段は行政の専用回線のシステムで届きます。"),
        Cue(
            "no_signer",
            "問合せは本メールへの返信で",
            "電話番号がありません。本物の照会には担当者と電話番号があります。",
        ),
    ),
    lesson_ja="急ぎの照会ほど、県の名簿の番号に電話して確かめます。数分の確認で止められます。",
    months=(6, 7, 8, 9, 10),
    premise=(8, 6, 6, 6, 0),
)

SCENARIOS = (RESIDENT, INVOICE, SURVEY)
