"""Which letters and forms are there, and which fields may a template of each use?

The ids are fixed: other rooms name a kind by them. Field names are what an official types between {{ and }}.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kansa.document.letters.lists import (
    AUDITORS,
    CITY_WIDE,
    EXTERNAL_AUDITS,
    FINDINGS,
    FOLLOW_UPS,
    INTERNAL_AUDITS,
    ITEMS,
    LEFT_OUT,
    PLACES,
    PLANS,
    ROLLOUTS,
    ROTATION,
    SCHEDULE,
    TARGETS,
    TRAININGS,
    UNMET,
    YEAR_AUDITORS,
    YEAR_COUNTS,
    YEAR_TRAININGS,
)
from kansa.document.letters.offer import LetterField, LetterList

_MUNICIPALITY = LetterField("市区町村", "市区町村の名称", "みほん市")
_NUMBER = LetterField("文書番号", "文書管理の番号", "情政第１２３号")
_DATE = LetterField("日付", "文書の日付（和暦）", "令和６年９月２日")
_ADDRESSEE = LetterField("宛先", "宛先の職名と氏名（敬称は雛形の側に書く）", "福祉部保育課長")
_SENDER = LetterField("差出人", "差出人の職名と氏名", "情報セキュリティ監査統括責任者　総務部長")
_YEAR = LetterField("年度", "監査の年度（和暦）", "令和６年度")
_STREAM = LetterField("監査の種別", "外部監査、内部監査などの別", "情報セキュリティ内部監査")
_ENGAGEMENT = LetterField("実施番号", "監査一件ごとの番号", "内-06-03")
_AUDITEE = LetterField("被監査部門", "監査を受ける課所等", "福祉部保育課")
_SCOPE = LetterField(
    "対象範囲", "監査の対象とする業務と情報システム", "保育料の賦課及び収納に関する業務、保育業務支援システム"
)
_SCOPE_LEFT_OUT = LetterField(
    "対象外とした範囲", "監査の対象としない範囲", "共通基盤の運用（総務部情報政策課の監査で扱う。）"
)
_PERIOD = LetterField("期間", "監査の期間", "令和６年１０月１日から令和６年１０月３１日まで")
_METHOD = LetterField("実施方法", "監査の方法", "書面調査、聞き取り及び現地での確認")
_BASIS = LetterField(
    "監査の基準", "よりどころとする規程と版", "みほん市情報セキュリティポリシー（令和６年４月１日改正）"
)
_AUDITOR = LetterField("監査員", "監査員の氏名", "山田　太郎、鈴木　花子")
_CONTACT = LetterField("連絡先", "担当の部署と電話番号", "総務部情報政策課　監査担当\n電話　0000-00-0000（内線1234）")
_DAY = LetterField("実地監査日時", "現地で確認する日と時刻", "令和６年１０月１６日（水）午前１０時から正午まで")
_PLACE = LetterField("実地監査場所", "現地で確認する場所", "本庁舎３階　保育課執務室")
_ANSWER_BY = LetterField("回答期限", "回答を求める期限", "令和６年１２月２７日（金）")
_REMARKS = LetterField("備考", "その他に伝えること", "当日は、執務に差し支えのない範囲で御対応をお願いします。")

_FORM_FIELDS = (_MUNICIPALITY, _YEAR, _STREAM, _ENGAGEMENT, _AUDITEE, _PERIOD, _AUDITOR, _CONTACT)
_LETTER_HEAD = (_NUMBER, _DATE, _ADDRESSEE, _SENDER)


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter or form: its Japanese title, what it is for, what its template may use."""

    id: str
    title_ja: str
    purpose_ja: str
    fields: tuple[LetterField, ...]
    lists: tuple[LetterList, ...] = ()

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the single fields."""
        return tuple(field.name for field in self.fields)

    @property
    def all_names(self) -> tuple[str, ...]:
        """Everything that may stand between the braces: single fields, then list.field."""
        return self.field_names + tuple(f"{one.name}.{field.name}" for one in self.lists for field in one.fields)


_SCALE_JA = (
    "４：実施し、見直している　３：実施している　２：一部を実施している　"
    "１：計画がある　０：実施していない　対象外：該当する業務や機器がない"
)

_PLANNED_BY = LetterField("策定者", "計画を定める者の職名と氏名", "情報セキュリティ監査統括責任者　総務部長")
_INTERNAL_COUNT = LetterField("内部監査の件数", "内部監査の件数の合計", "75")
_EXTERNAL_COUNT = LetterField("外部監査の件数", "外部監査の件数の合計", "９")
_PLAN_HEAD = (_MUNICIPALITY, _NUMBER, _DATE, _PLANNED_BY)
_PLAN_METHOD = LetterField(
    "監査の方法",
    "監査の方法",
    "内部監査は監査員が書面調査、聞き取り及び現地での確認により、外部監査は委託した事業者が行う。",
)

_ALL = (
    LetterKind(
        "engagement_plan",
        "監査実施計画書",
        "一件の監査の目的、対象、体制、日程を決める",
        (
            *_FORM_FIELDS,
            *_LETTER_HEAD,
            LetterField(
                "監査の目的",
                "その監査で確かめること",
                "情報資産の取扱いがポリシーに沿っているかを確かめ、改善を助言すること。",
            ),
            _SCOPE,
            _SCOPE_LEFT_OUT,
            _BASIS,
            _METHOD,
            LetterField("重点項目", "特に確かめる項目", "外部記憶媒体の取扱い、利用者IDの棚卸し"),
            LetterField("監査責任者", "監査を統括する者", "情報セキュリティ監査統括責任者　総務部長"),
            _DAY,
            _PLACE,
            _REMARKS,
        ),
        (AUDITORS, SCHEDULE),
    ),
    LetterKind(
        "notice",
        "監査実施通知書",
        "監査を行うことを被監査部門に知らせ、準備を求める",
        (
            *_FORM_FIELDS,
            *_LETTER_HEAD,
            _SCOPE,
            _SCOPE_LEFT_OUT,
            _BASIS,
            _METHOD,
            _DAY,
            _PLACE,
            LetterField("予備調査期限", "予備調査票の回答期限", "令和６年９月２０日（金）"),
            LetterField("準備資料", "当日までに用意を求める資料", "情報資産台帳、利用者IDの一覧、外部記憶媒体の管理簿"),
            _REMARKS,
        ),
        (AUDITORS, SCHEDULE),
    ),
    LetterKind(
        "checklist",
        "監査チェックリスト",
        "監査員が現地で手書きする紙の様式",
        (*_FORM_FIELDS, _DAY, _PLACE, LetterField("判定の基準", "判定のレベルの説明", _SCALE_JA)),
        (ITEMS,),
    ),
    LetterKind(
        "working_paper",
        "監査調書",
        "監査の結果と根拠を項目ごとに残す",
        (
            *_FORM_FIELDS,
            _DAY,
            _PLACE,
            LetterField("対応者", "被監査部門で応対した者", "保育課長、庶務担当主査"),
            LetterField("判定の基準", "判定のレベルの説明", _SCALE_JA),
            LetterField("判定した項目数", "レベルを付けた項目の数", "２"),
            LetterField("対象外の項目数", "対象外とした項目の数", "１"),
            LetterField("判定の平均", "判定したレベルの平均", "2.50"),
            LetterField("総括所見", "監査員の所見", "媒体の管理簿の記載に漏れがあった。様式の見直しを助言する。"),
            LetterField("確認者", "調書を確認した者", "佐藤　次郎"),
            LetterField("確認日", "調書を確認した日", "令和６年１１月８日"),
        ),
        (ITEMS,),
    ),
    LetterKind(
        "result_notice",
        "監査結果通知書",
        "監査の結果を被監査部門に知らせ、改善計画を求める",
        (
            *_FORM_FIELDS,
            *_LETTER_HEAD,
            _SCOPE,
            _SCOPE_LEFT_OUT,
            _BASIS,
            _METHOD,
            LetterField("判定した項目数", "レベルを付けた項目の数", "４２"),
            LetterField("判定の平均", "判定したレベルの平均", "2.88"),
            LetterField("検出事項の数", "検出事項と改善提言の件数", "２"),
            LetterField(
                "総括所見", "監査員の所見", "情報資産台帳の更新は定着している。媒体の管理について次のとおり助言する。"
            ),
            LetterField("改善計画の提出期限", "改善計画書の提出期限", "令和６年１２月２７日（金）"),
        ),
        (FINDINGS,),
    ),
    LetterKind(
        "improvement_plan",
        "改善計画書",
        "被監査部門が検出事項ごとに改善の措置と期限を書く",
        (
            *_FORM_FIELDS[:-1],
            replace(_CONTACT, sample="福祉部保育課　庶務担当\n電話　0000-00-0000（内線2345）"),
            _NUMBER,
            _DATE,
            replace(_ADDRESSEE, sample="情報セキュリティ監査統括責任者"),
            replace(_SENDER, sample="福祉部保育課長"),
            LetterField("結果通知の番号", "監査結果通知書の文書番号", "情政第１８９号"),
            LetterField("結果通知の日付", "監査結果通知書の日付", "令和６年１１月２９日"),
        ),
        (PLANS,),
    ),
    LetterKind(
        "follow_up",
        "フォローアップ記録",
        "改善計画の進み方を、証拠によって別の者が確かめて残す",
        (
            *_FORM_FIELDS,
            LetterField("確認日", "フォローアップを行った日", "令和７年３月１４日"),
            LetterField("確認者", "フォローアップを行った者", "佐藤　次郎"),
            LetterField("総括所見", "確認者の所見", "２件のうち１件は証拠により改善を確認した。"),
        ),
        (FOLLOW_UPS,),
    ),
    LetterKind(
        "rollout_notice",
        "水平展開通知",
        "ある部門の検出事項を全ての課所等に知らせ、点検を求める",
        (
            *(_MUNICIPALITY, _YEAR, _STREAM, _CONTACT),
            _NUMBER,
            _DATE,
            replace(_ADDRESSEE, sample="各課所等の長"),
            _SENDER,
            LetterField("件名", "展開する事項の題名", "外部記憶媒体の管理簿の記載"),
            _ANSWER_BY,
            LetterField("回答方法", "回答のしかた", "監査システムの「水平展開」の画面から入力してください。"),
            LetterField("対象部門", "点検を求める課所等", "全ての課所等（支所及び保育園を含む。）"),
        ),
        (ROLLOUTS,),
    ),
    LetterKind(
        "training_record",
        "監査員研修記録",
        "監査員ごとに、年度の研修と演習の結果を残す",
        (
            *(_MUNICIPALITY, _YEAR, _CONTACT),
            LetterField("監査員", "研修を受けた監査員の氏名", "鈴木　花子"),
            LetterField("所属", "監査員の所属と職名", "市民部戸籍住民課　主任"),
            LetterField("合計時間", "研修の時間の合計", "３時間３０分"),
            LetterField("演習の結果", "判定演習の結果", "１０問のうち８問が基準の判定と一致"),
            LetterField("読み直す資料", "読み直しを勧める資料", "監査の手引　第３章「証拠の集め方」"),
            LetterField("確認者", "記録を確認した者", "佐藤　次郎"),
            LetterField("確認日", "記録を確認した日", "令和６年９月２７日"),
        ),
        (TRAININGS,),
    ),
    LetterKind(
        "medium_term_plan",
        "監査中期計画書",
        "一巡の間に、どの課所等をどの年度に監査するかを定める",
        (
            *_PLAN_HEAD,
            LetterField("巡", "何巡目か", "第７巡"),
            replace(_PERIOD, meaning_ja="一巡の期間", sample="令和５年度から令和７年度まで"),
            LetterField("一巡の年数", "一巡の年数", "３"),
            LetterField(
                "基本方針",
                "計画の基本方針",
                "全ての課所等を一巡の間に一度ずつ内部監査の対象とし、外部監査の対象は年度ごとに替える。",
            ),
            _BASIS,
            _PLAN_METHOD,
            LetterField("対象の課所等の数", "一巡の間に置かれる課所等の数", "78"),
            _INTERNAL_COUNT,
            _EXTERNAL_COUNT,
            LetterField("対象外の数", "一巡の間に内部監査を行わない課所等の数", "３"),
            *(
                LetterField(f"{name}の年度", f"一巡の{name}の年度（略記）", sample)
                for name, sample in zip(PLACES, ("R5", "R6", "R7", *[""] * 7), strict=True)
            ),
            LetterField(
                "確認の結果",
                "全ての課所等が一度監査を受けるか、理由があるかを確かめた結果",
                "一巡の間に置かれる課所等は78で、内部監査を行うもの75、廃止されるもの３である。条件に合わない所はない。",
            ),
            LetterField("計算の記録", "計画を計算し直せるようにする記録", "HiGHS、種20050401、費用36（最小）"),
            _CONTACT,
            _REMARKS,
        ),
        (YEAR_COUNTS, TARGETS, ROTATION, LEFT_OUT, UNMET),
    ),
    LetterKind(
        "annual_plan",
        "年度監査計画書",
        "一年度に行う監査、診断、訓練、自己点検、研修を定める",
        (
            *_PLAN_HEAD,
            _YEAR,
            LetterField("巡", "何巡目の何年目か", "第７巡の２年目"),
            LetterField(
                "監査の目的",
                "年度の監査の目的",
                "情報資産の取扱いがポリシーに沿っているかを確かめ、改善を助言すること。",
            ),
            LetterField("重点項目", "年度に特に確かめる項目", "外部記憶媒体の取扱い、利用者IDの棚卸し"),
            _BASIS,
            _PLAN_METHOD,
            replace(_PERIOD, meaning_ja="監査を行う期間", sample="令和６年８月５日から令和６年12月６日まで"),
            replace(_INTERNAL_COUNT, sample="25"),
            replace(_EXTERNAL_COUNT, sample="３"),
            LetterField("監査員の数", "監査に当たる職員の数", "12"),
            _CONTACT,
            _REMARKS,
        ),
        (INTERNAL_AUDITS, EXTERNAL_AUDITS, CITY_WIDE, YEAR_TRAININGS, YEAR_AUDITORS),
    ),
)

KINDS: dict[str, LetterKind] = {kind.id: kind for kind in _ALL}
