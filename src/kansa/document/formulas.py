"""In which words is the formula of a figure explained to a person?"""

from __future__ import annotations

import re

from kansa.core.drill import DEFINITIONS_JA, REPORT_RATE_AMONG_CLICKED_JA, REPORT_RATE_JA

_EFFECT = "前年度からの変化の内訳のうち"
_SAME = "（内訳の合計は変化に厳密に一致する）"

FORMULAS_JA: dict[str, str] = {
    "published/1": "公表された文書に記載された値をそのまま用いる。",
    "stated/1": "年度設定に登録された内容をそのまま用いる。",
    "rule/1": "年度の規則（年度設定又は判定基準）に登録された値を用いる。登録がないときは kansa の既定値である。",
    "era_year/1": "西暦の年度を元号で表す（4月1日の元号による。2019年度は令和元年度）。",
    "rotation_place/1": "（年度 − 開始年度）÷ 一巡の年数 の商に1を加えたものが巡目である。",
    "count_methods/1": "年度内に記録のある外部監査の手法の数。",
    "count/1": "記録の件数。",
    "count_departments/1": "対象となった所属の数。同じ所属は1回だけ数える。",
    "count_items/1": "チェックリストの項目の数。",
    "count_judged/1": "レベルが判定された判定の数。対象外と未判定を含まない。",
    "count_not_applicable/1": "対象外とされた判定の数。",
    "count_not_judged/1": "まだ判定されていない項目の数。",
    "count_level/1": "そのレベルと判定された数。",
    "share_of_level/1": "そのレベルの判定数 ÷ 判定数。",
    "count_detections/1": "適合とするレベルに達しない判定の数。",
    "detection_rate/1": "適合とするレベルに達しない判定数 ÷ 判定数。",
    "conformity_rate/1": "適合とするレベル以上の判定数 ÷ 判定数。",
    "mean_over_judgements/1": "判定レベルの合計 ÷ 判定数。対象外と未判定は分子にも分母にも含めない。",
    "mean_over_departments/1": "所属ごとの平均を求め、それらを平均する。判定のない所属は除く。",
    "mean_over_items/1": "項目ごとの平均を求め、それらを平均する。判定のない項目は除く。",
    "passes/1": "四捨五入する前の平均を合格点と比べる。",
    "difference/1": "今年度の値 − 前年度の値。四捨五入する前の値どうしで計算し、最後に一度だけ四捨五入する。",
    "difference_of_published/1": "公表された値を含むため、公表された（四捨五入後の）値を用いて差を求める。",
    "pooled_change/1": "今年度の判定全体の平均 − 前年度の判定全体の平均。",
    "carried_change/1": "両年度とも判定された、内容に変更のない項目の平均の変化。",
    "effect_same_departments/1": f"{_EFFECT}、変更のない項目の、両年度とも監査した同じ所属の変化による分{_SAME}。",
    "effect_department_turnover/1": f"{_EFFECT}、変更のない項目について、対象所属が入れ替わったことによる分{_SAME}。",
    "effect_coverage/1": f"{_EFFECT}、対象外などにより項目ごとの判定数の構成が変わったことによる分{_SAME}。",
    "effect_inseparable/1": f"{_EFFECT}、共通する所属がなく、所属の変化と入替えを分けられない分{_SAME}。",
    "effect_carried_not_applicable/1": f"{_EFFECT}、変更のない項目で一方の年度は全て対象外だったものによる分{_SAME}。",
    "effect_revised/1": f"{_EFFECT}、内容を見直した項目が平均を押し上げ又は押し下げた分{_SAME}。",
    "effect_added/1": f"{_EFFECT}、追加した項目が平均を押し上げ又は押し下げた分{_SAME}。",
    "effect_dropped/1": f"{_EFFECT}、廃止した項目がなくなったことによる分{_SAME}。",
    "effect_not_comparable/1": "両年度に共通する項目がないため、変化を内訳に分けられない。",
    "contribution_above/1": "適合水準を超える判定の割合と高さの変化による寄与（3つの寄与の合計は変化に一致する）。",
    "contribution_fewer/1": "適合水準に達しない判定の割合の変化が、平均の変化に寄与した分。",
    "contribution_shallower/1": "適合水準に達しない判定の、水準からの深さの変化が、平均の変化に寄与した分。",
    "welch_change/1": "所属を単位とする比推定量の分散から求めた、変化の95％の幅（ウェルチの方法、自由度は切り捨て）。",
    "paired_change/1": "両年度とも監査した所属について、変更がない項目の判定の平均の変化。",
    "paired_interval/1": "両年度とも監査した所属を組として求めた、変化の95％の幅。所属が2未満のときは示さない。",
    "change_verdict/1": "変化が、対象所属の違いで生じ得る幅を超えるか。所属が5未満の年度では、超えると言わない。",
    "ratio/1": "全体の平均の変化 ÷ 変更のない項目の平均の変化。",
    "count_roster/1": "職員名簿で点検の対象とされた職員の数。休職等で除かれた職員を含まない。",
    "count_respondents/1": "回答した職員の数。同じ職員は1回だけ数える。",
    "count_answers/1": "その回答の数（職員数 × 項目数の延べ）。",
    "response_rate/1": "回答者数 ÷ 対象職員数。",
    "compliance_rate/1": "「はい」の数 ÷（「はい」＋「いいえ」の数）。該当なしと無回答は分子にも分母にも含めない。",
    "compliance_band/1": "回答者の少ない所属で全員が同じ回答のとき、率そのものは示さず幅で示す。",
    "wilson/1": "ウィルソンの方法による95％の区間。全職員を対象とする点検のため目安である。",
    "self_carried_change/1": "内容に変更のない点検項目について、遵守率の変化。",
    "self_effect_carried/1": f"{_EFFECT}、変更のない点検項目の遵守率そのものの変化による分{_SAME}。",
    "self_effect_coverage/1": f"{_EFFECT}、該当なし等により項目ごとの回答数の構成が変わったことによる分{_SAME}。",
    "self_effect_carried_not_applicable/1": f"{_EFFECT}、変更のない点検項目で一方の年度は全て該当なしだった分{_SAME}。",
    "self_effect_revised/1": f"{_EFFECT}、見直した点検項目が遵守率を押し上げ又は押し下げた分{_SAME}。",
    "self_effect_added/1": f"{_EFFECT}、追加した点検項目が遵守率を押し上げ又は押し下げた分{_SAME}。",
    "self_effect_dropped/1": f"{_EFFECT}、廃止した点検項目がなくなったことによる分{_SAME}。",
    "self_effect_not_comparable/1": "両年度に共通する点検項目がないため、変化を内訳に分けられない。",
    "count_movements/1": "変更のない項目のうち、遵守率の変化を四捨五入した値が正、零、負である項目の数。",
    "count_drills/1": "年度内に実施した訓練の数。",
    "count_drill/1": "該当する人数。同じ人は1回だけ数える。",
    "drill_times/1": "最初の送信からの時間及びその前後の件数。",
    "report_rate/1": f"{REPORT_RATE_JA}。",
    "report_rate_among_clicked/1": f"{REPORT_RATE_AMONG_CLICKED_JA}。",
    "count_finding_detected/1": "検出事項の数。",
    "count_finding_recommendations/1": "改善提言の数。",
    "count_finding_planned/1": "改善計画のある検出事項の数。計画があることと改善したことは別である。",
    "count_finding_no_plan/1": "改善計画のない検出事項の数。",
    "count_finding_improved/1": "年度末までに改善し、別の者が確認した検出事項の数。",
    "count_finding_promised/1": "年度内の改善を予定し、まだ確認されていない検出事項の数。",
    "count_finding_carried_over/1": "年度末までに改善が確認されず、翌年度へ繰り越す検出事項の数。",
    "count_finding_accepted/1": "リスクを受容すると決定した検出事項の数。受容は改善ではない。",
    "count_special_engagements/1": "計画の外で命じられた特命監査の件数。対策レベルの平均には含めない。",
    "count_special_findings/1": "特命監査による検出事項の数。検出事項の数の内数。",
    "count_finding_recurring/1": "過去の検出事項の再発とされた検出事項の数。",
    "count_finding_lateral/1": "庁内への水平展開の対象とした検出事項の数。",
    "count_finding_unverified/1": "年度内に改善の報告があり、年度末までに別の者の確認が済んでいない検出事項の数。",
    "count_auditors/1": "監査ごとの監査員の数の合計（延べ人数）。",
    "count_zone/1": "そのネットワーク領域の検出事項の数。",
    "count_vulnerabilities/1": "年度末に未解消の脆弱性の数。検査していないものを含み、参考情報を含まない。",
    "count_detected_vulnerabilities/1": "年度内の診断で検出した脆弱性の数。その後に解消したものを含む。",
    "count_vulnerabilities_in_state/1": "年度末にその状態にある脆弱性の数。解消確認は検査したものだけ。",
    "count_treated/1": "未解消の脆弱性のうち、その対応を決定した数。",
    "count_overdue/1": "未解消の脆弱性のうち、決定した期限を年度末に過ぎているものの数。",
    "count_scans/1": "取り込んだ診断結果の数。",
    "count_scanned/1": "年度内の診断で応答した、登録簿にある機器の数。",
    "decided_rate/1": "未解消の脆弱性のうち、対応を決定したもの ÷ 未解消の脆弱性。",
    "advisory_days/1": "更新プログラムの照合に用いたデータの時点。",
    "count_planned/1": "今の巡目の計画に内部監査の予定がある所属の数。",
    "count_trainings/1": "実施した研修の回数。",
    "count_attendees/1": "最も受講者の多い回の受講者数。",
}
FORMULAS_JA |= {f"open_rate_{name.replace('/', '_per_')}/1": f"{words}。" for name, words in DEFINITIONS_JA.items()}
_WORDING = re.compile(r"^wording/(\d+)$")


def formula_ja(formula: str) -> str:
    """The explanation of a formula; raises KeyError for one that has none."""
    wording = _WORDING.match(formula)
    if wording:
        return f"数値の大きさに応じて語を選ぶ規則（第{wording.group(1)}版）による。"
    return FORMULAS_JA[formula]
