"""Chapter 2: what did the external audit find, by its three methods?"""

from __future__ import annotations

from kansa.core.drill import OMITTED
from kansa.core.year import YearData
from kansa.document.blocks import Block
from kansa.document.figure import FigureBook
from kansa.document.figures.activities import ZONES_JA
from kansa.document.figures.audit_facts import AuditFacts
from kansa.document.outline.audit_parts import (
    change_sentences,
    findings_paragraph,
    mean_sentence,
    special_paragraph,
)
from kansa.document.outline.diagnosis import diagnosis_counts
from kansa.document.outline.numbering import Numbering
from kansa.document.outline.pictures import audit_pictures
from kansa.document.outline.sentences import amount, by_length, has, para, word

WEIGHED = (
    "検出された課題には可能な限り対応することが望まれるが、リスクが顕在化する条件、対応により生じる動作の不具合及び"
    "改善に要する費用等を総合的に検討した上で、対策を実施することが望まれる。"
)
NOT_DONE = "今年度の実施の記録はない（未実施）。"


def external(year: YearData, facts: AuditFacts, book: FigureBook, numbering: Numbering) -> list[Block]:
    """The chapter on the external audit."""
    blocks: list[Block] = [numbering.chapter("情報セキュリティ外部監査", "external")]
    blocks.append(_introduction(year, book))
    blocks += _diagnosis(year, book, numbering)
    blocks += _drill(year, book, numbering)
    blocks += _control_check(year, facts, book, numbering)
    return blocks


def remark(year: YearData, book: FigureBook, key: str) -> list[Block]:
    """The office's own sentence for a section, as it was registered."""
    return [
        para(book, text.replace("{", "｛").replace("}", "｝")) for name, text in year.settings.remarks if name == key
    ]


def _introduction(year: YearData, book: FigureBook) -> Block:
    if not has(book, "external.method_count"):
        return para(book, NOT_DONE)
    sentence = "監査中期計画に基づき、次の{external.method_count}つの手法により外部監査を実施した。"
    moved = "監査の対象とする所属は、毎年度変更している。" if _targets_moved(year) else ""
    return para(book, sentence, moved)


def _targets_moved(year: YearData) -> bool:
    """Whether this year's external targets differ from last year's."""
    if year.prior is None:
        return False
    this, prior = (
        {check.department_code for check in records.engagements if check.stream == "external_audit"} - {""}
        for records in (year.this, year.prior)
    )
    return bool(this and prior) and this != prior


def _was_done(year: YearData, book: FigureBook, method: str) -> bool:
    """Whether a method was carried out: by an engagement, or as published."""
    if any(check.method == method for check in year.this.engagements):
        return True
    return any(
        stated.figure_id.startswith("external.method.") and METHOD_WORDS[method] in stated.shown
        for stated in year.this.published
    )


METHOD_WORDS = {"technical_diagnosis": "診断", "mail_drill": "メール", "control_check": "対策状況"}


def _diagnosis(year: YearData, book: FigureBook, numbering: Numbering) -> list[Block]:
    blocks: list[Block] = [numbering.section("サーバ機器等の技術的セキュリティ診断の結果", "diagnosis")]
    counted = diagnosis_counts(year, book, numbering)
    if not has(book, "diagnosis.finding.detected"):
        if counted:
            return [*blocks, *counted, para(book, WEIGHED), *remark(year, book, "diagnosis")]
        done = _was_done(year, book, "technical_diagnosis")
        text = "診断を実施した。検出事項の数は記録されていない（集計対象外）。" if done else NOT_DONE
        return [*blocks, para(book, text), *remark(year, book, "diagnosis")]
    zones = [
        f"{zone_ja}において{{diagnosis.zone.{zone}}}件"
        for zone, zone_ja in ZONES_JA.items()
        if has(book, f"diagnosis.zone.{zone}")
    ]
    planned = amount(book, "diagnosis.finding.planned") == amount(book, "diagnosis.finding.detected")
    considered = (
        "これに対し、各システムの所管課において改善の方法が検討されていることを確認した。"
        if planned
        else "このうち改善の計画があるものは{diagnosis.finding.planned}件である。"
    )
    blocks.append(
        para(
            book,
            "診断の結果、{diagnosis.finding.detected}件の検出事項があった",
            f"（{'、'.join(zones)}）。" if zones else "。",
            considered,
            WEIGHED,
        )
    )
    blocks += counted
    blocks += findings_paragraph(year, book, "diagnosis.finding")
    return [*blocks, *remark(year, book, "diagnosis")]


def _drill(year: YearData, book: FigureBook, numbering: Numbering) -> list[Block]:
    blocks: list[Block] = [numbering.section("職員への標的型攻撃を想定したメール訓練の結果", "drill")]
    if not year.this.drills:
        done = _was_done(year, book, "mail_drill")
        text = "訓練を実施した。開封率及び報告率は記録されていない（集計対象外）。" if done else NOT_DONE
        return [*blocks, para(book, text), *remark(year, book, "drill")]
    for number, drill in enumerate(year.this.drills, start=1):
        blocks.append(_drill_result(year, book, f"drill.{number}", drill.name_ja))
        if drill.questionnaire_ja:
            blocks.append(para(book, f"訓練後に行ったアンケートでは、{drill.questionnaire_ja}"))
    blocks += remark(year, book, "drill")
    closing = "標的型攻撃メールは巧妙化が続いていることから、継続した注意喚起と訓練の実施が望まれる。"
    return [*blocks, para(book, closing)]


def _drill_result(year: YearData, book: FigureBook, prefix: str, name_ja: str) -> Block:
    clicked = amount(book, f"{prefix}.clicked")
    opened = "一部の職員が正規のメールと認識し、リンク又は添付を開いた。" if clicked else "開いた職員の記録はない。"
    named = f"訓練「{name_ja}」では、" if name_ja else ""
    brief = [f"{named}実際の攻撃を模した訓練メールを{{{prefix}.sent}}人に送信した。その結果、{opened}"]
    standard = [
        f"開封率は{{{prefix}.open_rate}}％（到達した{{{prefix}.delivered}}人のうち{{{prefix}.clicked}}人）、",
        f"報告率は{{{prefix}.report_rate}}％（同じく{{{prefix}.reported}}人）であった。",
    ]
    if year.this.rules.open_rate == OMITTED:
        people = f"到達した{{{prefix}.delivered}}人のうち{{{prefix}.reported}}人"
        standard = [f"報告率は{{{prefix}.report_rate}}％（{people}）であった。"]
    elif year.this.rules.open_rate != "clicked/delivered":
        standard[0] = f"開封率は{{{prefix}.open_rate}}％（算出方法は別紙のとおり）、"
    detailed = []
    if has(book, f"{prefix}.first_report_minutes", f"{prefix}.first_click_minutes"):
        detailed = [
            f"最初に開かれたのは送信から{{{prefix}.first_click_minutes}}分後、",
            f"最初の報告は{{{prefix}.first_report_minutes}}分後であった。",
        ]
    return para(book, *by_length(year.this.rules.text_length, brief, standard, detailed))


def _control_check(year: YearData, facts: AuditFacts, book: FigureBook, numbering: Numbering) -> list[Block]:
    blocks: list[Block] = [numbering.section("情報資産のセキュリティ対策状況確認の結果", "external-control")]
    if not has(book, "external.mean"):
        blocks.append(para(book, _reason(book)))
        return [*blocks, *special_paragraph(book, "external"), *remark(year, book, "external")]
    blocks.append(
        para(
            book,
            "情報の取扱い、情報システムの管理の適切性並びに個人情報保護法及び番号法で求められる対策について、"
            "規程や法令等が遵守されているかどうかを確認した。確認の結果は、成熟度モデルを参考に数値化し、"
            "{scale.full_mark}点満点中{scale.pass_mark}点以上を合格点とした。",
        )
    )
    blocks.append(para(book, mean_sentence(book, "external"), *change_sentences(year, book, "external")))
    blocks += findings_paragraph(year, book, "external.finding")
    blocks += special_paragraph(book, "external")
    if word(book, "external.finding.planned.word"):
        blocks.append(
            para(
                book,
                "事故を予防する対策を強化するため、今年度の課題とその改善の方法を庁内に水平展開することを推奨する。",
            )
        )
    blocks += remark(year, book, "external")
    return [*blocks, *audit_pictures(year, facts, book, numbering)]


def _reason(book: FigureBook) -> str:
    return f"対策レベルの平均は算出できない（{book['external.mean'].missing_ja}）。"
