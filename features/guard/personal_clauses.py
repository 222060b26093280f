"""Clauses that tell who somebody is or what others do: they are not read, whatever work they name.

Birth, upbringing and family line, what was studied at a school or university, one's name, what a mark of the guard
answers (愛読書は〇〇), a gap in the career, and the work of friends, seniors, masters and neighbours. What is not read
reaches from the start of the clause to the end of the words that tell it; work named after them in the same clause, or
before them where a clause of its own ends (働いたあと), stays. A vocational course (訓練校, 講座, 研修, 弟子入り) and
work at a school (大学で教え) are no such clause, nor is work one learnt from somebody (師匠に習い, 先輩が教えてくれ).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from features.taxonomy.kinds import kinds_named

__all__ = ["personal_spans"]

_OTHERS: Final = (
    r"(?:友人|友だち|友達|旧友|親友|知人|知り合い|先輩|後輩|同級生|同窓生|同期|幼なじみ|幼馴染み?|仲間|同僚|上司|恩師|師匠|親方|隣人|お隣さん"
    r"|(?:近所|隣|となり)の(?:人|方|[お奥]?[ぁ-ん]{0,4}さん|[々一-龠]{1,4}))(?:たち|達|方|さん)?"
)
_LINE: Final = r"(?:母方|父方|ご?先祖|祖先|家系|家柄|家業|実家|生家|本家|血筋|我が家|わが家|うち)"
_TOPIC: Final = rf"(?:生まれ|育ち|出身地?|本籍地?|故郷|ふるさと|大学|高校|短大|高専|専攻|{_LINE}|{_OTHERS})"
# the comma after such a topic (実家は、) or after a circumstance (震災の後、) ends no clause
_MARK: Final = r"[、，,､]"
_INSIDE: Final = r"[^、，,､。．｡！？!?\n\r]"
_CLAUSE: Final = re.compile(
    rf"(?:{_INSIDE}{{0,12}}{_TOPIC}[はもが]{_MARK}|{_INSIDE}{{1,10}}の(?:後|あと|ため|間|頃|影響で){_MARK})?{_INSIDE}+{_MARK}?"
)
_ENDS: Final = r"(?=です|でし|で[、，あご]|だ(?:が|と|っ|[、。]|$)|な(?:の|ので)|の(?:私|者|身)|として|[、。，．)）]|$)"
# nothing else is what the clause speaks of: アイデアが生まれ, 苗は育ち tell no birth
_SELF: Final = r"^(?:(?:私|わたし|わたくし|僕|ぼく|俺|自分|両?親)[はも])?(?:(?<![々一-龠ァ-ヺー])[がはも]|[^がはも])*?"
_NUMBER: Final = r"[0-9０-９一二三四五六七八九十数半]"

_BIRTH: Final = (
    _SELF
    + r"[でに](?:生まれ|産まれ)(?:まし|育|[、，]|落ち|て(?![は初はじこきいく])|た(?:私|ので|ため|こと|者|身|[。]|$)|$)",
    _SELF
    + r"[でにてら]育(?:ち(?:まし|[、，]|$)|った(?:私|ので|ため|こと|者|身|環境|から|[。]|$)|って(?:き|い?ま|[、，]))",
    r"(?:の|[々一-龠ァ-ヺー])(?:生まれ|育ち)" + _ENDS,
    r"(?:生まれ(?:故郷)?は|生まれも育ちも|育ちは)[^がを]{1,24}?" + _ENDS,
    r"(?:出身地?|本籍地?|出生地)[はもが:：][^がを]{1,24}?" + _ENDS,
    r"出身(?!者)" + _ENDS,
    r"(?<![日人家支])の出(?:身)?(?=です|でし|で[、，あご]|だ(?:が|と|っ|[、。]|$)|なの|の者|[。．]|$)",
    r"代々の[^、，がを]{1,12}?" + _ENDS,
    r"(?:家系|血筋|末裔|子孫)(?:に生まれ\w*|" + _ENDS + ")|血を(?:引|受け継)\\w*",
)
_FAMILY: Final = re.compile(
    rf"^(?:(?:私|わたし|僕|自分)の)?{_LINE}(?:の[^、，がはもをでに]{{1,6}})?[はもが](?!(?:残|空|近|遠|あり|ある|な[いく]))"
)
_SCHOOL: Final = (
    r"(?:大学院?(?!校)|(?<![々一-龠])[々一-龠]{1,4}大(?=[をで卒出の])|短大|高専|高等専門学校|高等学校|高校|女学院|大学部|学部|学科|学群|研究科|専攻"
    r"|コース|(?<![々〇一-龠])〇〇)"
)
_STUDY: Final = (
    rf"{_SCHOOL}(?:の[^、，がはも]{{1,14}}?)?を[、，]?(?:{_NUMBER}{{1,4}}年?で)?(?:卒業(?!する|生|後の進路|した(?:人|若|生|子|方))"
    r"|出(?:て|まし|た(?!人|若|生|子|方)|[、，])|中退|修了|経)[しっ]?(?:まし|て(?:から|すぐ)?|た)?",
    rf"{_SCHOOL}[^、，をで]{{0,8}}で(?:は)?[^、，]{{0,24}}?(?:学(?:び|ん)|習(?:い|っ)|専攻|修め|研究(?=し)|勉強)(?:し|まし|で|て|だ|た)*",
    rf"{_SCHOOL}[^、，をで]{{0,8}}に(?:進(?:み|ん[でだ]|学し)|入(?:学し|り|っ)|在[学籍]|通(?:い(?!や)|って(?:い(?:まし|た)|[、，])|った))(?:まし|て|た)*",
    rf"{_SCHOOL}(?:卒業?|の?出身?|中退|修了)(?!者|生|論)" + _ENDS,
    r"専攻(?:は|が)[^、，]{1,20}|を専攻(?:し|でし|です|)(?:て(?:い|おり)?|まし)?",
    r"(?:卒業(?:論文|研究|制作)|卒論|修士論文|修論|博士論文)(?:で|は|の|に|を)[^、，]{0,30}",
)
_COURSE: Final = re.compile(r"訓練|講座|研修|弟子|修業|養成|スクール|教室|見習")
_NAME: Final = (
    r"^(?:(?:私|わたし|わたくし|僕)[はも])?[^、，がはもをにで]{1,12}(?:という者|とい(?:い|う)もの|と申(?:し|す))",
    r"^(?:(?:私|わたし|わたくし|僕)[はも])?[^、，がはもをにで]{1,12}(?<![いだるたうかくすむ])と(?:いい|言い|呼ばれてい|名乗ってい)ま",
    r"^(?:(?:私|わたし|わたくし|僕)の)?(?:氏名|姓名|お?名前|本名|旧姓)[はも:：][^、，]{1,20}?" + _ENDS,
)
_ANSWER: Final = (
    r"(?:愛読|購読|座右の|信条|尊敬|敬愛|支持|宗教|信仰|宗派)[^、，]{0,12}?[はもが:：をに][^、，]{0,6}〇〇|〇〇(?:の)?を?(?:愛読|購読|尊敬|支持|信仰)",
)
_CARE: Final = (
    r"(?:親|家族|身内|親族|〇〇|子)の(?:介護|看病|看取り|世話|面倒|看護|病気)|療養|闘病|看病|育児|子育て|出産|産休|育休"
    r"|留学(?:の?準備)?|病気"
)
_GAP: Final = (
    r"ブランク(?!の?(?:ある|明け)[々一-龠])|無職(?!の(?:若|人|方|者))|(?:失業|求職|休職|休学|浪人)(?:中|し|期間|活動|(?=[、，。]|$))(?![々一-龠])",
    rf"空白(?:の?(?:期間|時期|{_NUMBER}+[年かヶ月])|が(?:あり|ある|{_NUMBER}))|(?:職歴|経歴|履歴)の空白|{_NUMBER}年(?:間)?の空白",
    r"(?:働[いけ]|勤め(?:られ|に出られ)?)(?:て(?:い|おり))?(?:ませ|なかっ|ずに|ない(?:まま|期間|時期))|定職に|どこにも(?:勤め|所属)",
    r"職(?:に|には)(?:[^、，]{0,6})(?:就い|就か|つい|つか)(?:て(?:い|おり))?(?:ませ|な|ず)",
    rf"(?:{_CARE})(?:のため|で|を(?:理由|機|きっかけ)に|が理由で|により|に専念)(?:[^、，がを]{{0,12}})"
    r"(?:(?:仕事|職場|勤め|会社|現場|職)を)?(?:退職|離職|休職|辞|やめ|離れ|休(?:み|ん)|退(?:い|き)|専念|中断)",
    rf"(?:{_NUMBER}[年月]|年間|月間|しばらく)(?:間)?(?:ほど|くらい|ぐらい|余り|あまり)?(?:は|も)?(?:間が|間を)?(?:あけ|空け|空き|空い|あき|あい[てた]|休(?:み(?!な)|ん[でだ](?!い(?:る|た)[々一-龠])))",
    r"(?:仕事|職場|勤め|会社|職)を(?:長く|しばらく|ずっと)?(?:休(?:ん[でだ]|みまし|み[、，])|離れて(?:い(?:ま|た|[、，])|おり))",
    r"(?:引き?|ひき)こも(?:って(?:い(?:ま|た(?:時|期|頃|こと))|おり)|り(?:でし|だっ|の(?:時期|期間))|りました)",
)
_OTHERS_WORK: Final = re.compile(rf"{_OTHERS}(?:の[々一-龠ァ-ヺー]{{1,6}})?[がはも]")
# what makes it the writer's: learnt from them, done with them, or at their place (友人が営む宿を手伝い)
_MINE: Final = re.compile(
    r"私|わたし|自分|僕|一緒に|ともに|教え|教わ|学[ばびぶん]|習|手伝|誘|勧め|すすめ|薦め|紹介|任せ|任さ|頼ま|くれ|くださ|いただ|もらい"
    r"|が[^、，]{1,16}?(?:[るたむくう](?:まで|ので|ため|のを|とき|時|あと|後|よう)|て(?:から|以来))"
    r"|が[^、，]{0,20}?[うくぐすずつづぬぶむるたいな][々一-龠ァ-ヺー]{1,8}[のをでにへと]"
)
_WORKED: Final = re.compile(r"(?<=[ただ])(?:あと|後|のち)(?:に|は|で)?")


@cache  # compiled with the first text: a fiftieth of what a process without texts starts in
def _who() -> re.Pattern[str]:
    return re.compile("|".join((*_BIRTH, *_NAME, *_ANSWER, *_GAP)))


@cache
def _studied() -> re.Pattern[str]:
    return re.compile("|".join(_STUDY))


def personal_spans(text: str) -> Iterator[tuple[int, int]]:
    """Half-open spans of such clauses, in order, not overlapping.

    Parameters
    ----------
    text : str
        With what may not be judged already masked.

    Examples
    --------
    >>> text = "窯元の町で生まれました。大学で染織を学び、織機を直してきました。友人は鍛冶屋です。"
    >>> [text[begin:end] for begin, end in personal_spans(text)]
    ['窯元の町で生まれました', '大学で染織を学び、', '友人は鍛冶屋です']
    """
    for clause in _CLAUSE.finditer(text):
        span = _told(clause.group())
        if span is not None:
            yield clause.start() + span[0], clause.start() + span[1]


def _told(clause: str) -> tuple[int, int] | None:
    """The part of a clause that is not read."""
    if _is_others(clause) or _is_family(clause):
        return 0, len(clause)
    marks = [*_who().finditer(clause)]
    if not _COURSE.search(clause):
        marks += _studied().finditer(clause)
    if not marks:
        return None
    first, last = min(mark.start() for mark in marks), max(mark.end() for mark in marks)
    before = [mark.end() for mark in _WORKED.finditer(clause, 0, first)]
    return before[-1] if before else 0, last if kinds_named(clause[last:]) else len(clause)


def _is_others(clause: str) -> bool:
    mark = _OTHERS_WORK.search(clause)
    return mark is not None and not _MINE.search(clause, mark.end() - 1)


def _is_family(clause: str) -> bool:
    mark = _FAMILY.search(clause)
    return mark is not None and not _MINE.search(clause, mark.end() - 1)
