"""Which training mails and codes use what everybody meets outside the office?"""

from __future__ import annotations

from kansa.core.mail_drill.scenario import Cue, Scenario, parse_body

PARCEL = Scenario(
    code="takuhai-fuzai",
    title_ja="宅配便の不在通知",
    kind="link",
    sender_name_ja="お届け通知センター",
    subject_ja="お荷物のお届けにあがりましたが不在でした",
    blocks=parse_body(
        """お客様

お荷物のお届けにあがりましたが、ご不在のため持ち帰りました。
保管期間は本日から2日間です。期間を過ぎると差出人に返送いたします。

お問合せ番号：4470-2219-8836

→再配達を申し込む

お届け通知センター（otodoke-tsuchi.example）"""
    ),
    cues=(
        Cue("generic_greeting", "お客様", "名前がありません。"),
        Cue("inconsistency", "ご不在のため持ち帰りました", "職場のメールに、自宅の荷物の不在通知は届きません。"),
        Cue("urgency", "保管期間は本日から2日間です", "返送されると思わせて急がせています。"),
        Cue("domain", "otodoke-tsuchi.example", "運送会社の正しいドメインではありません。"),
        Cue("hyperlink", "再配達を申し込む", "不在票の番号を、公式のアプリや電話で確かめます。"),
        Cue("no_branding", "お届け通知センター", "運送会社の名前がどこにもありません。"),
        Cue("no_signer", "お届け通知センター", "担当の営業所も電話番号もありません。"),
        Cue("spelling", "お届けにあがりましたが不在でした", "通知の件名としては不自然な言い回しです。"),
        Cue("distracting_detail", "4470-2219-8836", "意味のない番号で本物らしく見せています。"),
    ),
    lesson_ja="私用の通知が職場に届いたら、それだけで疑います。職場のアドレスを私用の登録に使わないことも大切です。",
    months=(7, 11, 12),
    premise=(2, 0, 6, 4, 6),
)

PARKING = Scenario(
    code="chusha-kyokasho",
    title_ja="職員駐車場の更新（二次元コード）",
    kind="qr",
    months=(2, 3, 4),
    sender_name_ja="管財課　庁舎管理担当",
    subject_ja="職員駐車場の利用許可の更新について",
    blocks=parse_body(
        """職員の皆様

職員駐車場の利用許可証の更新時期となりました。
{年度}から、申請はスマートフォンで行うことになりました。
次の二次元コードを読み取り、今月末までに申請してください。

→申請ページ（スマートフォン用）

申請のない車両は、来月から駐車できません。

管財課　庁舎管理担当"""
    ),
    cues=(
        Cue(
            "hyperlink",
            "申請ページ（スマートフォン用）",
            "二次元コードは行き先が見えません。読み取った後、開く前に表示されるアドレスを確かめます。",
        ),
        Cue("threat", "来月から駐車できません", "困る結果を示して急がせています。"),
        Cue("generic_greeting", "職員の皆様", "宛名が特定されていません。"),
        Cue("sender", "管財課　庁舎管理担当", "庁内の課のアドレスから届いていません。"),
        Cue("no_signer", "管財課　庁舎管理担当", "担当者名と内線がありません。"),
        Cue("work_process", "利用許可証の更新", "年度替わりの手続をまねています。"),
    ),
    lesson_ja="私物のスマートフォンで読ませると、庁内の守りの外に出てしまいます。業務の申請は業務の端末で行います。",
    premise=(6, 4, 6, 4, 0),
)

BENEFIT = Scenario(
    code="fukuri-kosei-poster",
    title_ja="福利厚生の抽選（二次元コード）",
    kind="qr",
    sender_name_ja="職員福利厚生キャンペーン",
    subject_ja="【先着100名】職員限定ギフト引換えのご案内",
    blocks=parse_body(
        """おめでとうございます！

日頃のご尽力に感謝し、{職名}の{氏名}様に、食事券5,000円分を差し上げます。
先着100名様です。スマートフォンで二次元コードを読み取り、お受け取りください。

→ギフトを受け取る

本キャンペーンは予告なく終了する場合があります。当選は他の方にお話しにならないでください。

職員福利厚生キャンペーン　運営局"""
    ),
    cues=(
        Cue("too_good", "食事券5,000円分を差し上げます", "うますぎる話です。"),
        Cue("limited_offer", "【先着100名】", "数量の限定で急がせています。"),
        Cue("limited_offer", "予告なく終了する場合があります", "今すぐと思わせています。"),
        Cue("special", "職員限定", "特別扱いをして警戒を解こうとしています。"),
        Cue("spelling", "おめでとうございます！", "庁内の案内では使わない調子です。"),
        Cue("threat", "他の方にお話しにならないでください", "相談や報告をさせないようにしています。"),
        Cue("sender", "職員福利厚生キャンペーン", "福利厚生の団体の名前ではありません。"),
        Cue("no_signer", "運営局", "団体名も連絡先もありません。"),
        Cue("hyperlink", "ギフトを受け取る", "二次元コードの行き先が分かりません。"),
        Cue("no_branding", "", "共済や互助会の名称・様式がありません。"),
    ),
    lesson_ja="得をする話と秘密の組合せは、だましの合図です。",
    premise=(2, 2, 2, 0, 4),
)

SCENARIOS = (PARCEL, PARKING, BENEFIT)
