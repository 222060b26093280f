"""What each clause of an applicant's text tells: what was done, what is left behind, what is wanted, or something else.

Japanese says it at the end of the clause: ました tells what was done, たい or 覚えます what is wanted, 後進に渡した or
戻るつもりはない that a work is over. A clause without such an end takes the role of the clause that follows it.
Leaving a firm or a post is not leaving the work (会社は辞めますが、山は続けます), and who does not stop does not
leave (やめられない). The patterns were written on invented texts whose clauses had been labelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from features.guard.personal_clauses import personal_spans
from features.negation import denied_spans
from features.reading.spelling import spelt
from features.taxonomy.kinds import kinds_named

__all__ = ["Clause", "Role", "clauses_of", "is_leaving"]

Role: TypeAlias = Literal["done", "left", "wish", "other"]

_SENTENCE: Final = re.compile(r"[^。．｡！？!?\n\r]+[。．｡！？!?\n\r]*")
_PART: Final = re.compile(r"[^、，,､]+[、，,､]?")
_NO: Final = r"(?:ま?せん|ない|なく|ぬ|ん(?:と|。|です))"
_NUMBER: Final = r"[0-9一二三四五六七八九十百千万数幾半]"
_YOUNGER: Final = (
    r"(?:後進|後任|後輩|後の者|若い(?:者|人|衆|子)|若手|弟子|従弟|弟|妹|兄|姉|息子|娘|孫|甥|姪|仲間|同僚|部下|代表|次の(?:者|人)"
    r"|継ぐ者|人手|社員|番頭|夫婦|別の方|人)"
)
_TOOL: Final = (  # put down, returned
    r"(?:鞄|ペン|筆|鍬|包丁|鋏|カメラ|旗|三脚|ハンドル|白衣|名刺|帽子|鏝|工具|机|マイク|制服|ヘルメット|看板|のれん|暖簾)"
)
_LEFT: Final = re.compile(
    "|".join(
        (
            r"(?:から|を|は|に|へ|とは)(?:もう|すっかり|きっぱり)?(?:降り(?:た|ま|る)|退(?:き|い|く))",
            r"身を引|手を引|足を洗|(?:離れ|抜け)(?:る|ま(?!せん)|た)|(?:早期に|もう|すでに|既に|とうに)退(?:き|い)",
            _YOUNGER + r"に?[^、。]{0,3}?(?:まか|任|託|譲|渡|預|引き継|継が|やりました)",
            r"[はをも](?:もう)?(?:託し|譲(?:り(?!ません)|っ|る)|渡し(?:ま|た)|手放し(?:ま|た)|返納|返上|処分し)",
            r"(?:仕舞い|しまい|終わり|打ち止め|最後|区切り|見切り|けり|幕|お開き)"
            r"(?:です|に(?:し|いた|する|つけ)|や|だ|と(?:いた|し|決)|を[つ付引]|、|。)",
            r"(?:[がを]最後(?:でし|に|だ|と)|で最後)|(?:昨年|去年|今年|今季|この春|三月|先月|今月|年度)[でを]?(?:限り|かぎり)",
            r"畳(?:ん|み|む)|たたんで|廃業|引退|切り上げ|終わらせて(?:き|ま)|置いて(?:いき|行き)",
            r"(?:辞め|やめ)(?:た(?![くい])|ます|ました|る(?!気)|て|、)",
            r"戻(?:り|ら)ま?(?:せん|ない|ぬ)|戻る(?:気|つもり|意思)[はもが]?(?:あり|ござい)?" + _NO,
            r"復する意思|未練[はが][^。、]{0,8}(?:ま?せん|な[いく])|別の(?:畑|道|世界)です",
            r"[はをにもへ](?:もう|これ以上)?(?:やり|し|いたし|立ち|出|積み|握り|乗り|書き|作り|持ち|求め|選び|就き|売り|続け(?:られ)?)ません(?!か)",
            r"もう[^。、]{0,14}?(?:" + _NO + r"|十分|充分|結構|いい(?:か|です|。)|たくさん|終わ)",
            r"(?:では|じゃ)(?:ない|なく|ありません|ございません)(?=[。、]|$)|[にの]かわりに",
            r"に(?:もう)?就(?:かぬ|く気)|(?:十分|充分)(?:に|です|で|や|、|だ)|やり切|やりきり|こりごり|うんざり",
            _TOOL + r"[はを][^、。]{0,10}(?:置|返|仕舞|しま|下ろ|降ろ|おろ|脱)|引き出しにしま",
            r"閉め(?:ます|ました|る(?:こと|つもり))|閉じ(?:られ|ま|る)|陸[にへ]上が|若い(?:人|者)の(?:役目|仕事)",
            r"[にへから](?:去り|去る|去っ)|(?:師匠|組合|問屋|親方)に返し|一通りや[っり]",
        )
    )
)
# what keeps the work: やめられない, やめたくない, 離れない; or is only the firm or the post that is left
_STAYS: Final = re.compile(
    r"やめられ|やめる気は|(?:辞め|やめ)たいわけ|終わらせ(?:ない|ず)|離れ(?:ない|ません)|譲(?:れない|りません)|(?:辞め|やめ)(?:たく|ません)|絶やさ"
)
_FIRM: Final = re.compile(
    r"(?:社|組合|局|役|肩書|工房|園|事務所|師匠|管理|都会|東京|都市|街|地元|実家|定年|屋号|チーム|球団|法人|病院|学校|長|勤め先)(?:の職)?"
    r"(?:は|を|から|とは|に|で|も|の)[^、。]{0,8}$"
)
_WISH: Final = re.compile(
    r"たい|たく(?!さん)|とう存じ|希望|目指|挑戦|挑み|つもり|所存|心づもり|考え(?:です|でい|でお|てい|てお)|夢|予定"
    r"|望(?:み(?!ません)|んで|む)|本望|願[いっ]|ほしい|欲しい|なれたら|れば[と幸本結]|できれば|目標|憧れ|くださ|下さい"
    r"|させて(?:もら|いた|ほし)|やらせて|もらえ[まれ]|いただけ[まれ]|番(?:です|だ)|(?<![年月季件回]に)なります|参ります|覚悟|決意|気です|ましょう"
    r"|次は|今度は|こんどは|これからは|この先は?|今後は?|ここからは|残りの(?:時間|人生|年)|気になるのは|心が動|道に入り|側[にへ]"
    r"|みせます|[一二三123１２３]年目|ませんか|ませんやろか|けろ"
)
_DONE_END: Final = re.compile(
    r"(?:[っいえけげせてねべめれじちみりきぎしび]た|んだ|だった|でした|ました|てきた|ていた|てん|とった|とです|とる|て(?:い|おり)ます|(?:た|ている|でいる)(?:ところ|次第)で(?:す|あります|ございます)"
    r"|ておる|ている|でい(?:る|ます)|でおります|年目です"
    r"|" + _NUMBER + r"(?:年|回|件|(?<!四)季|シーズン|冊|本|人|枚|頭|軒|棟|台|号|泊|か月)"
    r"(?:です|だ|でした|になります|ほどです|。|になる)|[口者]です|元[^、。]{1,8}です)[。!?]*$"
)
_DONE_JOIN: Final = re.compile(
    r"(?:ました|でした|[っいえけげせてねべめれじちみりきぎしび]た|てきた|ていた|だった|おりました|て(?:い|おり)ます|ている)"
    r"(?:が|けれど|けど|ので|のに|ものの|し|とはいえ|あと|のち|後|ころ|とき|時)?、?$"
    r"|(?:" + _NUMBER + r"(?:年|回|件|(?<!四)季|シーズン|か月)|歳から|ころから|頃から)[^、]{0,4}、$"
    r"|てきて、$|ていて、$|ており、$|[勤務]めて?、$"
)
_STATE: Final = re.compile(
    r"(?:ある|いる|できる|分かる|わかる|思う|違う|という|要る|見える|聞こえる|言う|いう|だろう|でしょう|負けません|負けない)[^。]{0,2}[。!?]*$"
)
_PLAIN_WILL: Final = re.compile(
    r"(?:(?<!あり)(?<!ござい)(?<!でき)(?<!思い)(?<!い)(?<!おり)ます[わねよ]?"
    r"|[うくつぬむぐぶ]|(?<![でまい])す|(?:回|作|つく|乗|入|売|測|撮|や|取|守|見|出|する|な|走|戻|移|配|登|掘|握)る?"
    r"|(?:立て|育て|始め|焼い|覚え|続け|広げ|教え|支え|仕立て|変え|届け|植え|開け|並べ|受け|食べ|建て|整え|集め)る)[。!?]*$"
)


class Clause(NamedTuple):
    """A clause of a text: half-open span and role."""

    begin: int
    end: int
    role: Role


@lru_cache(maxsize=65_536)
def clauses_of(text: str, *, is_plan: bool = False) -> tuple[Clause, ...]:
    """The clauses of a text with their roles, in order; together they are the sentences of the text.

    Parameters
    ----------
    text : str
    is_plan : bool
        Whether the text tells a plan: then a clause that says nothing else is wanted.

    Examples
    --------
    >>> text = "包丁は後進に渡しました。次は豆を播きます。"
    >>> [(text[begin:end], role) for begin, end, role in clauses_of(text)]
    [('包丁は後進に渡しました。', 'left'), ('次は豆を播きます。', 'wish')]
    >>> [clause.role for clause in clauses_of("組合は辞めますが、山は続けます。")]
    ['wish', 'wish']
    """
    found: list[Clause] = []
    for sentence in _SENTENCE.finditer(text):
        parts = [(mark.group(), sentence.start() + mark.start()) for mark in _PART.finditer(sentence.group())]
        role: Role = "wish" if is_plan else "other"
        roles: list[Role] = []
        for place, (part, _) in enumerate(reversed(parts)):
            role = (_last if place == 0 else _earlier)(spelt(part).strip(), role)
            roles.append(role)
        found += [Clause(at, at + len(part), own) for (part, at), own in zip(parts, reversed(roles), strict=True)]
    return tuple(found)


def is_leaving(text: str) -> bool:
    """Whether a text tells that the writer leaves a work.

    A clause that denies a work by its name (法人営業はもうこりごりです) is not read and says nothing of the rest, nor
    does one that tells of a gap in the career (介護のため仕事を辞めました).

    Examples
    --------
    >>> is_leaving("紙面づくりからは退きます。"), is_leaving("定年で退きましたが、まだ炊けます。")
    (True, False)
    """
    left = [clause for clause in clauses_of(text) if clause.role == "left"]
    if not left:
        return False
    denied, personal = denied_spans(text), tuple(personal_spans(text))
    return any(
        not _meets(clause, personal) and not (kinds_named(text[clause.begin : clause.end]) and _meets(clause, denied))
        for clause in left
    )


def _meets(clause: Clause, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first < clause.end and clause.begin < last for first, last in spans)


def _last(part: str, otherwise: Role) -> Role:
    """The role of a sentence's last clause, from how it ends."""
    if _leaves(part):
        return "left"
    if _WISH.search(part):
        return "wish"
    if _DONE_END.search(part):
        return "done"
    if _STATE.search(part):
        return "other"
    return "wish" if _PLAIN_WILL.search(part) else otherwise


def _earlier(part: str, following: Role) -> Role:
    if _leaves(part):
        return "left"
    if _WISH.search(part):
        return "wish"
    return "done" if _DONE_JOIN.search(part) else following


def _leaves(part: str) -> bool:
    mark = _LEFT.search(part)
    return mark is not None and not _STAYS.search(part) and not _FIRM.search(part[: mark.start() + 1])
