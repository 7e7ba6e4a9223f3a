"""Which sentences do the two audits share: the mean, its change and why, the findings?

Each sentence is chosen by the signs and sizes of exact figures; none says more than they show.
"""

from __future__ import annotations

from kansa.core.year import YearData
from kansa.document.blocks import Block
from kansa.document.figure import FigureBook
from kansa.document.outline.sentences import amount, by_length, has, para, word

CLASS_JA = {"revised": "確認内容を見直した項目", "added": "追加した項目", "dropped": "廃止した項目"}
LEVEL_WORD = "横ばい"


def mean_sentence(book: FigureBook, prefix: str) -> str:
    """The mean against the pass mark."""
    published = "（公表値）" if book[f"{prefix}.mean"].is_published else ""
    return (
        f"確認した範囲の対策レベルの平均は{{{prefix}.mean}}点{published}であり、"
        f"合格点の{{scale.pass_mark}}点を{{{prefix}.verdict}}。"
    )


def change_sentences(year: YearData, book: FigureBook, prefix: str) -> list[str]:
    """How the mean changed, how far that can be explained, and what may not be concluded."""
    sentences = [_change(book, prefix)]
    if has(book, f"{prefix}.pooled_change"):
        sentences += _explanation(year, book, prefix)
    elif has(book, f"{prefix}.carried_change"):
        sentences.append(f"確認内容に変更がない項目の変化は、{{{prefix}.carried_change.word}}とされている（公表値）。")
    elif has(book, f"{prefix}.change"):
        sentences.append("前年度の判定の記録がないため、変化の内訳は分けられない。")
    return [sentence for sentence in sentences if sentence]


def _change(book: FigureBook, prefix: str) -> str:
    change_word = word(book, f"{prefix}.change.word")
    if not has(book, f"{prefix}.mean.prior"):
        if book[f"{prefix}.mean"].is_published:
            return ""
        return "前年度の値は記録されていないため、比較していない。"
    ending = "であった" if change_word == LEVEL_WORD else "した"
    published = "公表値、" if book[f"{prefix}.mean.prior"].is_published else ""
    return f"前年度（{published}{{{prefix}.mean.prior}}点）と比べると、{{{prefix}.change.word}}{ending}。"


def _explanation(year: YearData, book: FigureBook, prefix: str) -> list[str]:
    pooled = "変化の内訳は、判定全体の平均について計算した。" if year.this.rules.headline_mean != "judgements" else ""
    brief = [pooled, _core_sentence(book, prefix), _inseparable_sentence(book, prefix)]
    standard = [_interval_sentence(book, prefix)]
    detailed = [_departments_sentence(book, prefix), _paired_sentence(book, prefix)]
    return by_length(year.this.rules.text_length, brief, standard, detailed)


def _core_sentence(book: FigureBook, prefix: str) -> str:
    """Carried items against the whole: five cases by sign and size."""
    if not has(book, f"{prefix}.carried_change"):
        return "前年度と共通する監査項目がないため、前年度との比較はできない。"
    carried, pooled = amount(book, f"{prefix}.carried_change"), amount(book, f"{prefix}.pooled_change")
    size = f"平均で{{{prefix}.carried_change.word}}"
    pulling = _strongest(book, prefix, falling=True)
    if carried > 0 and 0 < pooled < carried:
        because = f"{pulling}が平均を押し下げたことなどにより、" if pulling else ""
        return (
            f"確認内容に変更がない監査項目では{size}改善されたものの、{because}"
            f"全体としては、変更がない項目の{{{prefix}.change_ratio.word}}の向上に留まった。"
        )
    if carried > 0 and pooled >= carried:
        raising = _strongest(book, prefix, falling=False)
        also = f"{raising}も平均を押し上げた。" if raising else "項目の見直し等による影響は小さかった。"
        return f"確認内容に変更がない監査項目では{size}改善され、{also}"
    if carried > 0:
        start = f"確認内容に変更がない監査項目では{size}改善されたものの、"
        return f"{start}{pulling}の影響により、全体の向上には至らなかった。"
    if pooled > 0:
        raising = _strongest(book, prefix, falling=False)
        return f"確認内容に変更がない監査項目では改善がみられず、全体の向上は{raising}によるものである。"
    return "確認内容に変更がない監査項目でも改善がみられなかった。"


def _inseparable_sentence(book: FigureBook, prefix: str) -> str:
    """In a rotation the departments differ every year: then nobody may read the change as their improvement."""
    if not has(book, f"{prefix}.effect.inseparable") or not amount(book, f"{prefix}.effect.inseparable"):
        return ""
    return (
        "ただし、前年度と同じ所属を監査していない項目では、所属における変化と監査対象の入替えによる変化を分けられない。"
    )


def _strongest(book: FigureBook, prefix: str, *, falling: bool) -> str:
    """The class of changed items that pulled hardest in one direction; "" when none did."""
    values = {
        name: amount(book, f"{prefix}.effect.{name}") for name in CLASS_JA if has(book, f"{prefix}.effect.{name}")
    }
    chosen = {name: value for name, value in values.items() if (value < 0 if falling else value > 0)}
    if not chosen:
        return ""
    strongest = max(chosen, key=lambda name: (abs(chosen[name]), name))
    return CLASS_JA[strongest]


def _departments_sentence(book: FigureBook, prefix: str) -> str:
    """What part of the carried items' change the same departments account for."""
    if not has(book, f"{prefix}.effect.same_departments", f"{prefix}.effect.department_turnover"):
        return ""
    inseparable = ""
    if has(book, f"{prefix}.effect.inseparable") and amount(book, f"{prefix}.effect.inseparable"):
        inseparable = f"、両者を分けられない分が{{{prefix}.effect.inseparable}}点"
    return (
        f"変更がない項目の変化{{{prefix}.carried_change}}点のうち、両年度とも監査した同じ所属の変化によるものは"
        f"{{{prefix}.effect.same_departments}}点、監査対象の入替えによるものは{{{prefix}.effect.department_turnover}}点、"
        f"対象外等による構成の変化によるものは{{{prefix}.effect.coverage}}点{inseparable}である。"
    )


def _paired_sentence(book: FigureBook, prefix: str) -> str:
    """The like-for-like change of the departments audited both years, with its interval where there is one."""
    if not has(book, f"{prefix}.paired", f"{prefix}.paired.departments"):
        return ""
    width = f"（幅±{{{prefix}.paired.interval}}点）" if has(book, f"{prefix}.paired.interval") else ""
    return (
        f"両年度とも監査した{{{prefix}.paired.departments}}所属に限ると、"
        f"変更がない項目の平均の変化は{{{prefix}.paired}}点{width}である。"
    )


def _interval_sentence(book: FigureBook, prefix: str) -> str:
    """Whether the change is more than the change of audited departments could explain."""
    if not has(book, f"{prefix}.interval.word"):
        return ""
    if not has(book, f"{prefix}.interval"):
        return f"なお、この変化は対象所属の入替えを含んでおり、{{{prefix}.interval.word}}。"
    return (
        f"なお、監査の対象所属が異なるだけで生じ得る差は±{{{prefix}.interval}}点程度であり、"
        f"この変化は{{{prefix}.interval.word}}。"
    )


def findings_paragraph(year: YearData, book: FigureBook, prefix: str) -> list[Block]:
    """Plans and improvement of the findings of one origin. "Planned" is not "improved"."""
    if not has(book, f"{prefix}.detected") or not amount(book, f"{prefix}.detected"):
        return []
    planned, detected = amount(book, f"{prefix}.planned"), amount(book, f"{prefix}.detected")
    if planned == detected:
        plans = f"検出事項{{{prefix}.detected}}件の全てに改善の計画があり、"
    else:
        plans = f"検出事項{{{prefix}.detected}}件のうち{{{prefix}.planned}}件に改善の計画があり、"
    subject = "が" if word(book, f"{prefix}.within_year.word") == "全て" else "は"
    brief = [plans, f"{{{prefix}.within_year.word}}{subject}今年度中に改善され、又は改善の予定である。"]
    if word(book, f"{prefix}.within_year.word") == "なし":
        brief[1] = "今年度中に改善された、又は改善の予定であるものはない。"
    standard = [
        f"改善され確認されたものは{{{prefix}.improved}}件、今年度中の改善を予定するものは{{{prefix}.promised}}件、",
        f"翌年度へ繰り越すものは{{{prefix}.carried_over}}件である。",
    ]
    if amount(book, f"{prefix}.accepted"):
        standard.append(f"リスク受容としたものは{{{prefix}.accepted}}件である。")
    if amount(book, f"{prefix}.recurring"):
        standard.append(f"過去の検出事項の再発は{{{prefix}.recurring}}件であった。")
    detailed = []
    if amount(book, f"{prefix}.unverified"):
        detailed.append(f"改善の報告があり、確認が済んでいないものは{{{prefix}.unverified}}件である。")
    if amount(book, f"{prefix}.recommendations"):
        detailed.append(f"このほか、改善提言が{{{prefix}.recommendations}}件ある。")
    return [para(book, *by_length(year.this.rules.text_length, brief, standard, detailed))]


def special_paragraph(book: FigureBook, prefix: str) -> list[Block]:
    """特命監査 beside the planned audits; nothing in a year without."""
    if not has(book, f"{prefix}.special.engagements"):
        return []
    sentences = [
        f"このほか、計画の外で命じられた特命監査を{{{prefix}.special.engagements}}件実施した。",
        "対象を選んで行うものであるため、対策レベルの平均には含めていない。",
    ]
    if amount(book, f"{prefix}.special.findings"):
        sentences.append(f"検出事項のうち{{{prefix}.special.findings}}件は、特命監査によるものである。")
    return [para(book, *sentences)]
