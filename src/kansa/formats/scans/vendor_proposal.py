"""Which column of a firm's unknown table probably holds what? A proposal; a person corrects it and saves it by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from kansa.formats.folding import matching_key
from kansa.formats.scans.opening import Report
from kansa.formats.scans.reading import read_report
from kansa.formats.scans.records import ScanItem, ScanRecord
from kansa.formats.scans.vendor_table import VendorMapping, headers_of, reader

MOST_ROWS = 20_000
MOST_WORDS = 30
# Field -> what its header usually contains, the surest first. What stands earlier is given away earlier.
USUAL: dict[str, tuple[str, ...]] = {
    "asset_number": ("資産番号", "管理番号", "機器番号", "assetid"),
    "mac_address": ("macアドレス", "macaddress"),
    "address": ("ipアドレス", "対象ip", "ipaddress", "アドレス", "ip"),
    "fqdn": ("fqdn", "完全修飾", "ドメイン名"),
    "host_name": ("ホスト名", "hostname", "機器名", "サーバ名", "コンピュータ名", "対象機器", "ホスト", "host"),
    "cves": ("cve番号", "cve-id", "cve"),
    "vector": ("cvss短縮", "短縮表記", "ベクタ", "vector"),
    "score": ("cvss基本値", "基本値", "cvssスコア", "スコア", "score", "cvss"),
    "fixed_version": ("修正済", "対策済み版", "修正バージョン", "fixedversion"),
    "component_version": ("バージョン", "使用版", "ソフトウェアの版", "version"),
    "component": ("ソフトウェア名", "製品名", "ソフトウェア", "製品", "コンポーネント", "product"),
    "rule": ("検査番号", "検査id", "検査項目番号", "診断項目番号", "脆弱性id", "プラグインid", "項目番号", "pluginid"),
    "title": ("脆弱性の名称", "脆弱性名", "脆弱性の概要", "検出項目", "指摘事項", "件名", "名称", "title", "脆弱性"),
    "severity_word": ("危険度", "深刻度", "重要度", "リスクレベル", "リスク", "severity", "risk"),
    "port": ("ポート番号", "ポート", "port"),
    "protocol": ("プロトコル", "protocol"),
    "service": ("サービス", "service"),
    "url": ("url", "対象画面url"),
    "path": ("パス", "画面", "path"),
    "operating_system": ("os名", "オペレーティングシステム", "os"),
    "outcome": ("検出の有無", "検出有無", "判定", "対応状況", "状態", "ステータス", "結果", "status"),
    "solution": ("対策方法", "対策", "推奨", "対処", "solution"),
    "output": ("検出内容", "検出結果", "詳細", "証跡", "内容", "output"),
    "references": ("参考情報", "参考", "参照", "reference"),
    "seen_at": ("検査日時", "診断日時", "検査日", "診断日", "実施日"),
}
# The firms' words -> what they mean. Others are open, which is the safe side.
USUAL_OUTCOMES: dict[str, str] = {
    **dict.fromkeys(("対応済", "対応済み", "対策済", "対策済み", "修正済", "修正済み", "解消"), "fixed"),
    **dict.fromkeys(("対象外", "影響なし", "該当しない", "非該当"), "not_affected"),
    **dict.fromkeys(("検出なし", "なし", "問題なし", "合格", "適合", "未検出", "○", "〇"), "passed"),
    **dict.fromkeys(("参考", "情報", "情報提供"), "information"),
    **dict.fromkeys(("判断不可", "確認不可", "未実施", "要確認"), "undecided"),
    **dict.fromkeys(("検出", "検出あり", "あり", "未対応", "要対応", "不適合", "×"), "open"),
}


@dataclass(frozen=True, slots=True)
class TableLook:
    """One sheet of an unknown table: its headers, and the field that each probably holds ("" for none)."""

    sheet: str
    headers: tuple[str, ...]
    proposed: dict[str, str]  # header -> field


def looks_of(report: Report) -> list[TableLook]:
    """Every sheet that could be the table, that with the most known columns first."""
    found = [TableLook(sheet, tuple(headers), proposed(headers)) for sheet, headers in headers_of(report) if headers]
    return sorted(found, key=lambda one: -sum(map(bool, one.proposed.values())))


def proposed(headers: Sequence[str]) -> dict[str, str]:
    """Header -> the field it probably holds, each field once; "" where nothing is known.

    >>> proposed(["No.", "IPアドレス", "危険度", "脆弱性名"])
    {'No.': '', 'IPアドレス': 'address', '危険度': 'severity_word', '脆弱性名': 'title'}
    """
    keys = {header: matching_key(header) for header in headers}
    found: dict[str, str] = {}
    for is_like in _WAYS:
        for name, words in USUAL.items():
            if name in found.values():
                continue
            for word in map(matching_key, words):
                header = next((one for one, key in keys.items() if one not in found and is_like(key, word)), None)
                if header is not None:
                    found[header] = name
                    break
    return {header: found.get(header, "") for header in headers}


def _contains(key: str, word: str) -> bool:
    """Short words only count as a whole: "ip" stands in "description" too."""
    return len(word) > 2 and word in key


_WAYS: tuple[Callable[[str, str], bool], ...] = (str.__eq__, _contains)


def outcome_words(report: Report, mapping: VendorMapping) -> dict[str, str]:
    """Each word of the column for the outcome -> what it probably means; those met first. Raises InputError."""
    if "outcome" not in mapping.columns:
        return {}
    found: dict[str, str] = {}
    for item in islice(_items(report, mapping), MOST_ROWS):
        if item.outcome_word and len(found) < MOST_WORDS:
            found.setdefault(item.outcome_word, usual_outcome(item.outcome_word))
    return found


def usual_outcome(word: str) -> str:
    """What a word usually means; one that is not known is open."""
    wanted = matching_key(word)
    return next((code for said, code in USUAL_OUTCOMES.items() if matching_key(said) == wanted), "open")


def _items(report: Report, mapping: VendorMapping) -> Iterator[ScanItem]:
    records: Iterator[ScanRecord] = read_report(report, read=reader(mapping))
    return (one for one in records if isinstance(one, ScanItem))
