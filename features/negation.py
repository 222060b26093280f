"""Which parts of a Japanese text are denied, so that a word in them does not count as said.

A small set of written patterns, read from the surface: dislike and weakness (``…は苦手``), absent experience, interest
or qualification (``…の経験はありません``), what was only read or seen (``…は本で読んだだけ``), inability and refusal
(``…できません``, ``…したくない``, ``…は遠慮したい``, ``…には関わらないつもり``), giving up (``…を辞めたい``), the worse
choice (``…をするくらいなら``), work that did not take place (``…に勤めませんでした``) and exclusion (``…以外``,
``…ではなく``, ``…よりも``). What is denied reaches from the start of the clause, a list before it included, to the end
of the pattern. Denials of something else (``人手が足りない``, ``経験がなくても歓迎``, ``農業だけでなく``) and denials
of a denial (``辞めたくない``, ``木工しかできません``, ``一人ではできません``) stay untouched.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import Final

__all__ = ["denied_spans"]


def _not_after(*words: str) -> str:
    return "".join(f"(?<!{word})" for word in words)


_HAVE = r"(?:あり|有り|ござい|持って(?:い|おり)|もって(?:い|おり))?"
_NOT = (
    r"(?:ません(?!か(?!ら))|(?:ない|無い)(?!方|かた|人|者|場合|わけ|か(?!ら))|なかった"
    r"|(?:なく|無く)(?!て?も|は)|なし|無し)"
)
_NO = r"(?:ません(?!か(?!ら))|ない(?!方|人|者|わけ|か(?!ら))|なかった)"  # of a verb
_DID_NOT = r"(?:ません|ない|なかった|ず)"
_MUCH = r"(?:まったく|全く|全然|一切|何も|一度も|少しも|さっぱり|あまり|特に|ほとんど)"
# giving up what is wanted, denied again (辞めたくない, 手放すつもりはない), wants it
_LOST = _not_after(
    "やめ", "辞め", "諦め", "あきらめ", "離れ", "絶やし", "なくし", "無くし", "失い", "手放し"
) + _not_after(
    "荒らし",
    "終わらせ",
    "途絶えさせ",
    "消し",
    "捨て",
    "駄にし",
    "潰し",
    "つぶし",
    "壊し",
    "忘れ",
    "後悔し",
    "負け",
    "逃し",
)
_LOSING = _not_after("やめる", "辞める", "諦める", "離れる", "手放す", "負ける", "去る", "戻る", "終える", "逃げる")
_LAPSED = _not_after(
    "休んだ",
    "飽きた",
    "飽きる",
    "欠かした",
    "途切れた",
    "思った",
    "感じた",
    "悔した",
    "めた",
    "離れた",
    "遅刻した",
    "ない",
)
_WANT_NO = r"た(?:い|く(?!は?(?:な|無|あり)))"  # 辞めたい, 辞めたく; 辞めたくない wants to stay
_OBJECT = (
    _LOSING + r"(?:経験|実績|経歴|興味|関心|自信|知識|資格|免許|技術|技能|スキル|心得|予定|つもり|希望|得意|好き|才能"
    r"|センス|憧れ|適性|縁|馴染み|なじみ|覚え|勇気|意欲|(?<=[るたのい])気|気持ち|(?<=の)腕)"
    r"(?:で?は|が|も|など|とか|、|" + _MUCH + ")*"
)
_ABLE = (
    r"(?:でき|出来|できそうに[はも]?(?:あり)?|(?:わか|分か)(?:り|ら)?|扱え|使え|やれ|続けられ|話せ|書け|読め|乗れ"
    r"|考え(?:られ|て(?:い|おり)?)|思って(?:い|おり)?)"
)
# refusing one of these is refusing the work (関わらないつもり, 二度と受けません); not 離れない, 負けない
_ENGAGE_NOT: Final = (
    r"(?:関わら|かかわら|関与し|携わら|やら|就か|つか|働か|勤め|従事し|担当し|引き受け|受け|応じ|入ら|加わら|選ば|目指さ|応募し"
    r"|志望し|手を出さ|手を付け|手伝わ|触ら|触れ|近づか|始め|続け(?!られ))"
)
_ENGAGE: Final = (
    r"(?:関わり|かかわり|関与し|携わり|やり|就き|つき|働き|勤め|従事し|担当し|引き受け|受け|応じ|入り|加わり|選び|目指し|応募し"
    r"|志望し|手を出し|手伝い|触り|近づき|始め|続け)"
)
_NEVER: Final = r"(?:二度と|金輪際|今後(?:は|一切)?|もう|絶対に?|決して|一切)"
_SMALL: Final = (
    r"(?:だけ|程度|のみ|きり|くらい|ぐらい)(?=です|で(?:す|し|、|あ)|だ|に(?:過|す)ぎ|しか|の(?:知識|経験)|[、。]|$)"
)
_CUES: Final = (
    r"(?:苦手|不得意|不得手|大嫌い|嫌い)(?!意識)(?!では|じゃ|でな)",
    r"未経験(?!でも|者|可|歓迎|の方)|素人(?!目|で(?:も|した)|から|の方)",
    r"(?:経験|知識)(?:は|が)?(?:まだ)?(?:浅|乏し)[いく]",
    r"皆無(?!で[はも])|(?:経験|知識|実績|興味|関心)(?:は|が|も)?(?:まったくの|全くの)?ゼロ(?!から|で[はも])|門外漢(?!でも|から)",
    r"(?:本|動画|雑誌|映像|テレビ|ネット|話|写真|遠く|人づて|横|傍)[でにをから]{1,2}(?:[^、。]{0,6})"
    r"(?:読んだ|見た|観た|聞いた|眺めた|知った|かじった|調べた)(?:ことがある)?" + _SMALL,
    r"(?:聞きかじった|名前を聞いた|名前を知っている|読んだ|聞いた|眺めた)(?:ことがある)?" + _SMALL,
    _LOSING
    + _not_after("抜く", "諦める", "手放す", "荒らす", "絶やす", "失う", "なくす", "壊す", "捨てる")
    + r"(?:くらい|ぐらい)(?:なら|だったら|であれば)",
    _not_after("妥協", "後悔", "無理", "油断", "放棄")
    + _ENGAGE_NOT
    + r"ない(?:つもり(?![はも]な|ではな|は[^、。]{0,4}ありま)|予定|方針|考え|覚悟|主義|こと(?:に|と)(?:し|決)"
    r"|と(?:決め|心に|思|考え|誓))",
    _NEVER
    + r"[^、。]{0,8}?"
    + _not_after("妥協", "後悔", "無理", "油断", "放棄")
    + _ENGAGE
    + r"(?:ません(?!か)|たく|まい)",
    r"(?:関わり|かかわり|携わり|就き|引き受け|応募し)ません(?!か)",
    r"避け(?:" + _WANT_NO + r"|ます|て(?:い|おり|ください|ほしい))",
    r"以外(?!に?も|でも)|を除(?:く|き|いて|けば)",
    r"(?<=[一-龠ァ-ヺー々])" + _not_after(*"前年月日頃時昔何誰他初以") + r"よりも|という?より[はも]?|よりは",
    _not_after("だけ", "のみ", "ばかり", "苦手", "嫌い", "不得意", "嫌", "無理", "ないわけ", "無いわけ")
    + _not_after("過言", "楽", "簡単", "容易", "平坦", "人事", "人ごと", "例外", "なもの", "大げさ")
    + r"(?:では|じゃ)(?:なく(?!ても)|ない(?!か)|あり?ません)",
    _OBJECT + _HAVE + _NOT,
    _LAPSED + r"こと(?:は|が|も|、|" + _MUCH + ")*" + _HAVE + _NOT,
    _ABLE + _NOT,
    _LOST + r"たく(?:は)?(?:あり)?" + _NOT,
    r"詳しく(?:は)?(?:あり)?" + _NOT,
    r"(?:興味|関心|魅力)[をがは](?:持て|感じ(?:られ)?|湧[きか]|わ[きか])" + _DID_NOT,
    r"得意とは(?:言え|いえ|言い難|いいがた|思え)",
    _not_after("妥協", "手抜き", "無理", "後悔", "油断", "容赦", "放棄", "遠慮", "迷い", "ごまかし")
    + r"[はも](?:し|やり|いたし)ません(?!か)",
    r"(?:習って|携わって|経験して|触れて|学んで|就いて)(?:い|おり)" + _NO,
    r"(?:勤め|働[きいか]|就[きいか]|従事し)(?:て(?:い|おり)?)?" + _DID_NOT + r"(?!町|村|島|人|方|子)",
    r"(?:希望|志望)(?:は)?(?:し|いたし)(?:て(?:い|おり))?" + _NO + r"|望(?:み|ま|んで(?:い|おり))" + _NO,
    r"(?:" + _MUCH + r"|よく|は|も)(?:(?:知り|存じ)ません|知らず)",
    r"(?:的に(?:は|も)?|上(?:は|も)?|[私僕俺]には|自分には)(?:とても|到底|もう|どうしても)?(?:無理|困難|不可能)(?=です|だ|で(?!は|も)|と|。|$)",
    r"(?:は|が|も)(?:とても|到底|正直)?無理(?=です|だ|で(?!は|も)|と|。|$)|荷が重|手に負え|務まら|務まりません",
    r"(?:は|が|も)(?:だめ|ダメ|駄目)(?=です|だ|で(?!は|も)|。|$)|(?:に|には)(?:疎|うと)[いく]|無縁(?=です|でし|だ|で(?!は|も))",
    r"気が(?:進ま|進みません|重[いく])|抵抗(?:が(?:あり(?!ません)|ある)|を感じ)",
    r"(?:は|が|も|なんて)(?:もう|絶対に?|どうしても)?(?:嫌|いや)(?=です|だ|で(?!は|も)|に)",
    r"こりごり|懲り懲り|うんざり|まっぴら|勘弁|もう(?:十分|たくさん|結構)(?=です|だ|で|と|。|やり|やっ)",
    r"遠慮(?:し(?=たい|たく|ま|て)|させ|いたし|願い)|お断り|断りたい|辞退" + r"(?:し|いたし|させ)",
    r"(?:やめて|よして|控えて)お[きく]|(?:差し控え|控え|見送り)" + _WANT_NO,
    r"(?:向いて(?:い|おり)?|向か|向き)" + _NO + r"|不向き|性に合(?:わ|いません)",
    r"(?:辞め|やめ|退職し|卒業し|引退し|終わりにし|任せ)" + _WANT_NO + r"|足を洗|手を引きたい|身を引きたい",
    _not_after("都会", "東京", "都市", "都心", "首都圏", "親元", "地元", "実家", "故郷", "街", "町")
    + r"(?:から|を)離れ"
    + _WANT_NO,
    r"断念(?!せず|しな|する)|(?:諦め|あきらめ)(?=まし|た(?!く)|て(?:い|おり|し)|、)|挫折し",
)
# These words just before an inability or refusal leave it no denial: 木工しか…, 木工以外…, 一人では…, 木工のない…
_ONLY: Final = re.compile(r"しか|以外|では|ひとりで|一人で|だけで|[のが]ない|なし[のでに]|抜き[のでに]")
_NEGATIVE: Final = re.compile(r"(?:ません|ない|なく|無い|無く|なし|なかった)$")
_OTHERS: Final = re.compile(r"以外[^、，,。．\n]{0,14}?(?:ません|ない|なく|無い)")
_BEFORE: Final = 40
_LONGEST_THING: Final = 20
# A comma after a noun lists things ("農業、林業の経験はない"); after any other hiragana than these it ends a clause,
# unless what stands before it is a bare thing too ("酒造り、もろみ、麹以外").
_CLAUSE_END: Final = re.compile(
    r"[。．.！？!?\n\r；;｡]"
    r"|(?P<comma>(?<=[ぁ-ん])(?<![はもやとの])[、，,､])"
    r"|(?:ですが|ますが|ませんが|ないが|だが|たが|けれども?|けど|ものの|のに|ので|(?<=[るくうすつぬむぶぐた])ため)(?=[、，,､]|[^。])"
)
_THING: Final = re.compile(
    r"(?:(?:私|わたし|僕|俺|自分|今回|仕事)は)?(?!.*(?:を|[一-龠々ァ-ヺー][がはもにで]|って|ので|から|けど|まし|です|ます|たい|ない|して|した|ながら|つつ))"
    r"[一-龠々ァ-ヺーぁ-んA-Za-zＡ-Ｚａ-ｚ0-9・「」]{1,14}(?<![てでしばくにずがたらけ])"
)
_BREAKS: Final = "、，,､。．｡！？!?\n\r；;"


@cache  # compiled with the first text
def _cue() -> re.Pattern[str]:
    return re.compile("|".join(_CUES))


def denied_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Half-open spans of ``text`` that a negation covers, in order, not overlapping.

    Parameters
    ----------
    text : str
        As written; offsets are of this string.

    Examples
    --------
    >>> text = "営業の経験はありませんが、農業には自信があります。"
    >>> [text[begin:end] for begin, end in denied_spans(text)]
    ['営業の経験はありません']
    >>> denied_spans("農業だけでなく観光にも関わりたい")
    ()
    """
    starts = [0, *(mark.end() for mark in _CLAUSE_END.finditer(text) if not _lists(text, mark))]
    spans: list[tuple[int, int]] = []
    for cue in _cue().finditer(text):
        clause = starts[bisect_right(starts, cue.start()) - 1]
        if _is_only(text, max(clause, cue.start() - _BEFORE), cue):
            continue
        begin = max(clause, spans[-1][1]) if spans else clause
        spans.append((begin, cue.end()))
    return tuple(spans)


def _lists(text: str, mark: re.Match[str]) -> bool:
    """Whether a comma stands after a bare thing of a list, so that no clause ends there."""
    if mark["comma"] is None:
        return False
    begin = mark.start()
    while begin and mark.start() - begin < _LONGEST_THING and text[begin - 1] not in _BREAKS:
        begin -= 1
    return _THING.fullmatch(text, begin, mark.start()) is not None


def _is_only(text: str, begin: int, cue: re.Match[str]) -> bool:
    """Whether a cue says that nothing else is meant: 木工以外は考えていません, 木工しかできません."""
    if cue.group().startswith("以外"):
        return _OTHERS.match(text, cue.start()) is not None
    return _NEGATIVE.search(cue.group()) is not None and _ONLY.search(text, begin, cue.start()) is not None
