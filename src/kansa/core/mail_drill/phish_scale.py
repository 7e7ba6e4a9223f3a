"""How hard is a training mail to see through? NIST's Phish Scale, with two raters.

Source: S. Dawkins, J. Jacobs, "NIST Phish Scale User Guide", NIST Technical Note 2276 (2023),
https://doi.org/10.6028/NIST.TN.2276: 23 cues in five kinds, each occurrence counted, and their classes (Table 3: few
1-8, some 9-14, many 15 and more); premise alignment from five elements rated 0, 2, 4, 6 or 8, the fifth subtracted
(Table 5), and its classes (Table 6: weak up to 10, medium 11-17, strong from 18); the difficulty of both (Table 7).
The method: M. Steves, K. Greene, M. Theofanos, "Categorizing human phishing difficulty: a Phish Scale", Journal of
Cybersecurity 6(1), 2020, https://doi.org/10.1093/cybsec/tyaa009.
Screens and papers call it 「NIST TN 2276に基づく」: raters, language and mails are not NIST's. Worked examples of every
cell and edge: docs/spec/23-mail-drill.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kansa.core.errors import InputError, Place, Refusal, RuleError

BASED_ON_JA = "NIST TN 2276に基づく"

CUE_KINDS_JA = {
    "error": "誤り",
    "technical": "技術的な手掛かり",
    "visual": "見た目の手掛かり",
    "language": "言葉と内容",
    "tactic": "よくある手口",
}
# code -> kind, name
CUES: dict[str, tuple[str, str]] = {
    "spelling": ("error", "誤字・脱字、不自然な日本語"),
    "inconsistency": ("error", "内容の食い違い"),
    "attachment_type": ("technical", "添付ファイルの種類"),
    "sender": ("technical", "差出人の表示名とアドレスの違い"),
    "hyperlink": ("technical", "リンクの表示と実際の行き先の違い"),
    "domain": ("technical", "本物に似せたドメイン"),
    "no_branding": ("visual", "あるはずの名称・書式がない"),
    "imitated_branding": ("visual", "まねた又は古い名称・ロゴ"),
    "design": ("visual", "整っていない体裁"),
    "security_icons": ("visual", "安全を装う表示"),
    "legal_language": ("language", "法的な言い回し・免責の文"),
    "distracting_detail": ("language", "関係のない細かな説明"),
    "sensitive_request": ("language", "秘密の情報の要求"),
    "urgency": ("language", "急がせる言葉"),
    "threat": ("language", "脅す言葉"),
    "generic_greeting": ("language", "宛名が特定されていない"),
    "no_signer": ("language", "署名・連絡先がない又は足りない"),
    "humanitarian": ("tactic", "善意に訴える"),
    "too_good": ("tactic", "うますぎる話"),
    "special": ("tactic", "あなただけ、という扱い"),
    "limited_offer": ("tactic", "期間・数量の限定"),
    "work_process": ("tactic", "普段の業務をまねる"),
    "pose": ("tactic", "同僚・上司・権威ある者を装う"),
}

PREMISE_JA = (
    "職場の手続をまねている",
    "受け取る人の仕事に関係がある",
    "時期や出来事に合っている",
    "開かないと困ると思わせる",
    "研修や注意喚起で扱ったことがある（引く）",
)
PREMISE_VALUES = (0, 2, 4, 6, 8)

COUNTS_JA = {"few": "少ない", "some": "ある程度", "many": "多い"}
ALIGNMENTS_JA = {"weak": "弱い", "medium": "中程度", "strong": "強い"}
DIFFICULTIES_JA = {
    "very": "見分けるのがとても難しい",
    "moderately": "見分けるのがやや難しい",
    "moderately_to_least": "見分けるのがやや難しい～易しい",
    "least": "見分けるのが易しい",
}
DIFFICULTIES = tuple(DIFFICULTIES_JA)
# lowest count and lowest score of each class, highest first
_COUNT_FROM = ((15, "many"), (9, "some"), (1, "few"))
_SCORE_FROM = ((18, "strong"), (11, "medium"))
_DIFFICULTY = {
    ("few", "strong"): "very",
    ("few", "medium"): "very",
    ("few", "weak"): "moderately",
    ("some", "strong"): "very",
    ("some", "medium"): "moderately",
    ("some", "weak"): "moderately_to_least",
    ("many", "strong"): "moderately",
    ("many", "medium"): "moderately",
    ("many", "weak"): "least",
}


@dataclass(frozen=True, slots=True)
class Rating:
    """What one rater found in one text: how many cues, and the five elements of the premise."""

    rater: str
    cue_count: int
    premise: tuple[int, ...]


def cue_class(cue_count: int) -> str:
    """few, some or many. Raises InputError without any cue: a mail that nobody can see through teaches nothing."""
    for lowest, name in _COUNT_FROM:
        if cue_count >= lowest:
            return name
    reason = "手掛かりが一つもない文案は使えません。見分ける手掛かりを一つ以上入れてください。"
    raise InputError(Refusal("no_cues", reason, Place(column="手掛かり")))


def premise_score(premise: Sequence[int]) -> int:
    """The sum of the first four elements minus the fifth, -8..32. Raises InputError for other values."""
    if len(premise) != len(PREMISE_JA) or any(value not in PREMISE_VALUES for value in premise):
        reason = "前提の一致は、五つの要素をそれぞれ0、2、4、6、8のいずれかで評価してください。"
        raise InputError(Refusal("bad_premise", reason, Place(column="前提の一致")))
    return sum(premise[:4]) - premise[4]


def alignment(premise: Sequence[int]) -> str:
    """weak, medium or strong."""
    score = premise_score(premise)
    return next((name for lowest, name in _SCORE_FROM if score >= lowest), "weak")


def difficulty(rating: Rating) -> str:
    """A word of DIFFICULTIES.

    >>> difficulty(Rating("甲", 6, (8, 6, 4, 2, 0)))
    'very'
    """
    return _DIFFICULTY[cue_class(rating.cue_count), alignment(rating.premise)]


def consensus(ratings: Sequence[Rating], agreed: Rating | None = None) -> Rating:
    """The rating that counts: of two raters who came to the same classes the first, else the one they agreed on.

    Raises RuleError with fewer than two raters, or when two differ and have not agreed on a third rating.
    """
    first = ratings[0] if ratings else None
    second = next((one for one in ratings if first is not None and one.rater != first.rater), None)
    if first is None or second is None:
        raise RuleError("one_rater", "難易度は、二人が別々に評価してください。")
    if agreed is not None:
        difficulty(agreed)
        return agreed
    classes = [(cue_class(one.cue_count), alignment(one.premise)) for one in (first, second)]
    if classes[0] != classes[1]:
        raise RuleError("raters_differ", "二人の評価が分かれています。話し合い、合意した評価を登録してください。")
    return first
