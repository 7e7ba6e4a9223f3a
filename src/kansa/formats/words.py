"""Which Japanese word in a cell means which code, and back?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kansa.core.permission import ROLES_JA
from kansa.formats.folding import matching_key


@dataclass(frozen=True, slots=True)
class Words:
    """A closed list of words: `ja` is printed for each code, `aliases` are accepted besides."""

    name_ja: str
    ja: Mapping[str, str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    _codes: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for alias, code in self.aliases.items():
            self._codes[matching_key(alias)] = code
        for code, word in self.ja.items():
            self._codes[matching_key(word)] = code

    def code(self, text: str) -> str | None:
        """The code of a word as it was typed; None when the word is not known."""
        return self._codes.get(matching_key(text))

    def choices_ja(self) -> tuple[str, ...]:
        """The words to choose from, in their order."""
        return tuple(self.ja.values())


STREAMS = Words(
    "区分",
    {"external_audit": "外部監査", "internal_audit": "内部監査", "self_inspection": "自己点検"},
    {
        "外部": "external_audit",
        "情報セキュリティ外部監査": "external_audit",
        "内部": "internal_audit",
        "情報セキュリティ内部監査": "internal_audit",
        "情報セキュリティ自己点検": "self_inspection",
    },
)
AUDIT_STREAMS = Words(
    "区分",
    {"external_audit": "外部監査", "internal_audit": "内部監査"},
    {alias: code for alias, code in STREAMS.aliases.items() if code != "self_inspection"},
)
FINDING_STREAMS = Words(
    "区分",
    {"external_audit": "外部監査", "internal_audit": "内部監査", "technical_diagnosis": "技術的診断"},
    {
        **AUDIT_STREAMS.aliases,
        "技術的セキュリティ診断": "technical_diagnosis",
        "脆弱性診断": "technical_diagnosis",
    },
)
METHODS = Words(
    "手法",
    {
        "technical_diagnosis": "技術的セキュリティ診断",
        "mail_drill": "メール訓練",
        "control_check": "対策状況確認",
    },
    {
        "技術的診断": "technical_diagnosis",
        "サーバ機器等の技術的セキュリティ診断": "technical_diagnosis",
        "標的型攻撃メール訓練": "mail_drill",
        "標的型メール訓練": "mail_drill",
        "セキュリティ対策状況確認": "control_check",
        "情報資産のセキュリティ対策状況確認": "control_check",
    },
)
CHECKING_METHODS = Words(
    "確認方法",
    {"document": "文書", "interview": "ヒアリング", "inspection": "実査"},
    {
        "書面": "document",
        "資料": "document",
        "文書確認": "document",
        "書類確認": "document",
        "閲覧": "document",
        "聞き取り": "interview",
        "聴き取り": "interview",
        "聞取り": "interview",
        "聴取": "interview",
        "面談": "interview",
        "インタビュー": "interview",
        "現物": "inspection",
        "現物確認": "inspection",
        "現地確認": "inspection",
        "実地": "inspection",
        "視察": "inspection",
        "目視": "inspection",
    },
)
DEPARTMENT_KINDS = Words(
    "種別",
    {
        "head_office": "本庁",
        "branch_office": "支所",
        "nursery": "保育園",
        "school": "学校",
        "fire_station": "消防署",
        "facility": "施設",
        "other": "その他",
    },
    {
        "本庁舎": "head_office",
        "出張所": "branch_office",
        "連絡所": "branch_office",
        "支所・出張所": "branch_office",
        "保育所": "nursery",
        "こども園": "nursery",
        "認定こども園": "nursery",
        "小学校": "school",
        "中学校": "school",
        "幼稚園": "school",
        "消防": "fire_station",
        "消防本部": "fire_station",
        "消防分署": "fire_station",
        "公民館": "facility",
        "図書館": "facility",
        "出先機関": "facility",
        "外部施設": "facility",
    },
)
SUCCESSIONS = Words(
    "改編区分",
    {"renamed": "名称変更", "merged": "統合", "split": "分割"},
    {"改称": "renamed", "名称の変更": "renamed", "合併": "merged", "統廃合": "merged", "分離": "split"},
)
LINEAGES = Words(
    "継続区分",
    {"carried": "継続", "revised": "見直し", "added": "追加", "dropped": "廃止"},
    {
        "変更なし": "carried",
        "継続(変更なし)": "carried",
        "継続項目": "carried",
        "見直した": "revised",
        "変更": "revised",
        "改定": "revised",
        "新規": "added",
        "新規追加": "added",
        "削除": "dropped",
    },
)
CLASSIFICATIONS = Words(
    "種類",
    {"detection": "検出事項", "recommendation": "改善提言"},
    {"検出": "detection", "指摘": "detection", "指摘事項": "detection", "提言": "recommendation"},
)
ZONES = Words(
    "ネットワーク領域",
    {
        "my_number": "マイナンバー利用事務系",
        "lgwan": "LGWAN接続系",
        "internet": "インターネット接続系",
        "isolated": "外部に接続しない領域",
    },
    {
        "個人番号利用事務系": "my_number",
        "マイナンバー系": "my_number",
        "LGWAN系": "lgwan",
        "総合行政ネットワーク接続系": "lgwan",
        "インターネット系": "internet",
        "外部ネットワークに接続できないエリア": "isolated",
        "閉域": "isolated",
    },
)
TREATMENTS = Words(
    "対応方針",
    {"fix": "対応", "mitigate": "軽減", "accept": "受容", "avoid": "回避"},
    {"対応する": "fix", "修正": "fix", "低減": "mitigate", "リスク受容": "accept", "保有": "accept"},
)
WEIGHED = Words(
    "考慮した事項",
    {"condition": "顕在化条件", "malfunction": "動作不具合", "cost": "費用"},
    {"リスクが顕在化する条件": "condition", "顕在化する条件": "condition", "不具合": "malfunction", "改善費用": "cost"},
)
IMPORTANCES = Words(
    "重要性",
    {"high": "高", "medium": "中", "low": "低"},
    {
        "３": "high",
        "２": "medium",
        "１": "low",
        "A": "high",
        "B": "medium",
        "C": "low",
        "重要": "high",
        "普通": "medium",
    },
)
ACCOUNT_ROLES = Words(
    "役割",
    ROLES_JA,
    {
        "情報セキュリティ監査統括責任者": "audit_director",
        "監査事務局員": "audit_clerk",
        "監査事務局の担当": "audit_clerk",
        "外部監査員": "external_auditor",
        "監査員": "staff_auditor",
        "職員監査員": "staff_auditor",
        "被監査部門長": "auditee_head",
        "被監査部門の担当者": "auditee_contact",
        "CISO": "ciso",
        "最高情報セキュリティ責任者(CISO)": "ciso",
        "一般職員": "staff_member",
        "システム管理者": "administrator",
    },
)
REQUIREMENTS = Words(
    "必須・推奨",
    {"required": "必須", "recommended": "推奨"},
    {
        "必須項目": "required",
        "○": "required",
        "〇": "required",
        "◯": "required",
        "●": "required",
        "◎": "required",
        "推奨項目": "recommended",
        "－": "recommended",
        "-": "recommended",
        "―": "recommended",
    },
)
TRAINING_KINDS = Words(
    "研修の種類",
    {"prior_study": "事前学習", "case_study": "事例紹介", "exercise": "演習", "lecture": "講義"},
    {"事例研究": "case_study", "実習": "exercise", "座学": "lecture", "集合研修": "lecture"},
)
ANSWERS = Words(
    "回答",
    {"yes": "はい", "no": "いいえ", "not_applicable": "該当なし", "blank": ""},
    {
        "○": "yes",
        "〇": "yes",
        "◯": "yes",
        "×": "no",
        "✕": "no",
        "✖": "no",
        "－": "not_applicable",
        "-": "not_applicable",
        "―": "not_applicable",
        "非該当": "not_applicable",
        "対象外": "not_applicable",
    },
)
ANSWER_KINDS = Words(
    "回答の種類",
    {"yes_no": "はい・いいえ", "scale": "段階", "comment": "自由記述"},
    {"はい／いいえ": "yes_no", "はい/いいえ": "yes_no", "はい、いいえ": "yes_no", "尺度": "scale", "記述": "comment"},
)
PLAN_MARKS = Words(
    "監査の種類",
    {"internal_audit": "内部", "external_audit": "外部"},
    {
        "内部監査": "internal_audit",
        "内": "internal_audit",
        "外": "external_audit",
        "○": "internal_audit",
        "〇": "internal_audit",
        "◯": "internal_audit",
        "外部監査": "external_audit",
    },
)
YES_NO = Words(
    "はい・いいえ",
    {"yes": "はい", "no": "いいえ"},
    {
        "○": "yes",
        "〇": "yes",
        "◯": "yes",
        "true": "yes",
        "有": "yes",
        "あり": "yes",
        "×": "no",
        "✕": "no",
        "false": "no",
        "無": "no",
        "なし": "no",
    },
)
UNITS = Words(
    "単位",
    {
        "point": "点",
        "percent": "％",
        "percent_points": "ポイント",
        "count": "件",
        "people": "人",
        "items": "項目",
        "departments": "課所等",
        "round": "巡目",
        "years": "年",
        "fiscal_year": "年度",
        "times": "回",
        "text": "文言",
    },
    {
        "パーセント": "percent",
        "％ポイント": "percent_points",
        "名": "people",
        "所属": "departments",
        "か年": "years",
        "カ年": "years",
        "ヶ年": "years",
        "文字": "text",
        "日付": "text",
    },
)
MEAN_BASES = Words(
    "平均の取り方",
    {"judgements": "判定", "departments": "所属", "items": "項目"},
    {
        "全判定": "judgements",
        "判定の平均": "judgements",
        "課所": "departments",
        "課所等": "departments",
        "所属の平均": "departments",
        "監査項目": "items",
        "項目の平均": "items",
    },
)
JUDGING_MODES = Words(
    "判定の進め方",
    {"single": "１人が判定", "reviewed": "１人が判定し別の人が確認", "apart": "２人が別々に判定し突き合わせ"},
    {"一人": "single", "確認": "reviewed", "別々": "apart"},
)
TRAINING_RULES = Words(
    "監査員に必要な研修",
    {"none": "求めない", "reading": "事前学習", "reading_and_exercise": "事前学習と判定の練習"},
)
STANCES = Words("扱い", {"block": "不可", "warn": "注意"})
OPEN_RATES = Words(
    "開封率の定義",
    {
        "clicked/delivered": "クリック÷到達",
        "clicked/sent": "クリック÷送信",
        "opened/delivered": "開封÷到達",
        "opened/sent": "開封÷送信",
        "omitted": "載せない",
    },
    {
        "クリック/到達": "clicked/delivered",
        "クリック/送信": "clicked/sent",
        "開封/到達": "opened/delivered",
        "開封/送信": "opened/sent",
    },
)
TEXT_LENGTHS = Words(
    "文章の長さ", {"brief": "短", "standard": "標準", "detailed": "詳細"}, {"短い": "brief", "詳しい": "detailed"}
)
SCALE_CONFORMITY = Words(
    "適合", {"yes": "適合", "no": "不適合"}, {"○": "yes", "〇": "yes", "◯": "yes", "×": "no", "✕": "no"}
)
