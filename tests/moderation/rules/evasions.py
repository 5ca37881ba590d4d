"""Disguises of listed words, made one kind at a time, and innocent texts that look like them."""

from __future__ import annotations

import random
from collections.abc import Callable

#: What a site might list; none of it is in an innocent text below.
LISTED = (
    "idiot", "moron", "imbecile", "scumbag", "ass", "arse", "hell", "shit", "dick", "cock", "tit", "cunt", "slut",
    "god", "scum", "troll", "loser", "retard", "crap", "pussy", "shut up", "drop dead", "cialis", "viagra", "casino",
    "anal",
    "sex", "cum", "prick", "nob", "rat", "pig", "cop", "pot", "mist", "dummkopf", "gilipollas",
    "imbécile", "дурак", "笨蛋",
)  # fmt: skip
#: Long enough to be changed in several places, and Latin: what look-alikes and numbers can stand in for.
LATIN = ("idiot", "moron", "imbecile", "scumbag", "retard", "casino", "viagra", "cialis", "dummkopf", "gilipollas")

_CYRILLIC = dict(zip("acehiopsxy", "асеһіорѕху", strict=True))
_GREEK = dict(zip("aoviptk", "αονιρτκ", strict=True))
_LEET = {"a": "4@", "e": "3€", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9"}
_MARKS = "\u0300\u0301\u0302\u0303\u0308\u030a\u0323\u0331"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u2066\u2068\u034f\ufe0f"
_SIGNS = ".-_*·~/, "


def fold_case(word: str, rng: random.Random) -> str:
    return "".join(rng.choice((char.upper(), char)) for char in word)


def strip_accents(word: str, rng: random.Random) -> str:
    return "".join(char + rng.choice(_MARKS) if char.isalpha() and rng.random() < 0.5 else char for char in word)


def strip_invisible(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word))
    marked = word[:place] + rng.choice(_INVISIBLE) + word[place:]
    return "".join(char + rng.choice(_INVISIBLE) * (rng.random() < 0.3) for char in marked[:-1]) + marked[-1]


def confusables(word: str, rng: random.Random) -> str:
    way = rng.randrange(4)
    if way == 0:
        return "".join(chr(0xFF41 + ord(char) - 97) for char in word)
    if way == 1:
        return "".join(chr(rng.choice((0x1D41A, 0x1D5BA, 0x1D68A)) + ord(char) - 97) for char in word)
    table = _CYRILLIC if way == 2 else _GREEK
    return "".join(table.get(char, char) for char in word)


def leet(word: str, rng: random.Random) -> str:
    places = [i for i, char in enumerate(word) if char in _LEET]
    changed = set(rng.sample(places, rng.randint(1, min(2, len(places)))))
    return "".join(rng.choice(_LEET[char]) if i in changed else char for i, char in enumerate(word))


def strip_punct(word: str, rng: random.Random) -> str:
    sign = rng.choice(_SIGNS)
    if sign == " " or rng.random() < 0.5:
        return sign.join(word)
    place = rng.randrange(1, len(word))
    return word[:place] + rng.choice(".-_*~") + word[place:]


def collapse_repeats(word: str, rng: random.Random) -> str:
    places = set(rng.sample(range(len(word)), rng.randint(1, 3)))
    return "".join(char * rng.randint(3, 7) if i in places else char for i, char in enumerate(word))


DISGUISES: dict[str, Callable[[str, random.Random], str]] = {
    "fold_case": fold_case, "strip_accents": strip_accents, "strip_invisible": strip_invisible,
    "confusables": confusables, "leet": leet, "strip_punct": strip_punct, "collapse_repeats": collapse_repeats,
}  # fmt: skip

INNOCENT = """
Scunthorpe|Penistone|assess|assassin|class|classic|classy|grass|brass|pass|passage|mass|massage|glass|compass
embassy|bass guitar|assets|assistant|associate|assume|as if|as soon as|as such|Hello|shell|She'll come|He'll see
I'll go|shelling|Michelle|Rochelle|seashell|hellish weather|Shell station|Dickens|Dickinson|dickey|Hancock
cocktail|peacock|cockpit|Hitchcock|Cockburn|cockatoo|woodcock|shuttlecock|title|titan|Titian|entitled|petition
constitution|titanic|tithe|stitch|Mississippi|canal|analysis|analogue|banal|arsenal|Arsenal won|arsenic|parse
sparse|coarse|hoarse|Sussex|Essex|Middlesex|sextant|sextet|document|cucumber|circumstance|accumulate|cumin
cumulus|scrape|scrap paper|crape|skyscraper|therapist|Theresa|specialist|specialise|socialist|socialism
commercialise|pigment|pigeon|guinea pigs|pigtail|rate|rather|strategy|democrat|Socrates|pirate|ratio|rational
rats|retardant|retardation|flame retardants|copper|copy|scope|microscope|Copenhagen|potato|pottery|depot|spot
teapot|spotless|mistake|mistletoe|mister|chemistry|Optimist|godfather|Godalming|goddess|good|good morning
a good god-daughter|goods|gooseberry|oxymoron|moronic acid|trolley|controlling|stroll|strolling|losers|closer
prickly pear|pricked|nobility|noble|nobody|snob|knob|doorknob|pussycat|pussyfoot|scumble|Shittim wood|shiitake
Matsushita|Fukushita|slutsky|Slutsk|suit|suits|Slough|shut upstairs|shut, upper|drop deadline|Lightwater
Clitheroe|Wank Mountain|Effingham|Bumiller|Butt|butter|button|Dummkopfstraße|the A55 road|A4 paper|455 dollars
7-11|1080p|100 %|3.14|1,000|B2B|MP3|4x4|H1N1|h2o|C3PO|2nd|20th|5th of May|24/7|365 days|£455|$100|US$ 20
5 o'clock|10:30|v1.0.5|i18n|k8s|f16|G7 and G20|@reader|@assange|user@example.org|U.S.A.|U. S. A.|e.g.|i.e.|a.m.
p.m.|J. R. R. Tolkien|a b c d|plan B|vitamin C|P.S. I agree|x-ray|T-shirt|re-enact|co-op|co-operate|as-is
as soon. See you|sort.as.you.like|his. Her|rock 'n' roll|don't|we're|they'd|o'clock|класс|нет|она|сор|рот
рот и нос|товар|кот|Москва|хорошо|как дела|это не так|погода хорошая|Это дураки?|дурацкий|κόσμος|το σπίτι
καλημέρα|ναι|όχι|مرحبا|لا أوافق|الكتاب جميل|שלום|אני לא מסכים|你好|我不同意|這個問題很笨拙|こんにちは|ありがとう
안녕하세요|동의하지 않습니다|नमस्ते|मैं सहमत नहीं हूँ|สวัสดี|ไม่เห็นด้วย|Đà Nẵng|Łódź|Århus|Åse|Größe|Straße
Füße|naïve|café|façade|crème brûlée|señor|año|mañana|título|análisis|canales|socialista|especialista|clase
pasado|Hölle|Kassette|Mistelzweig|Optimisten|Misteln|Klasse|passe|tasse|grasse|chasse|analyse|banalité|cocktails
Cocktailkleid|classe|imbécillité|idiotie|idiotic|idiomatic|idiom|patriot|Elliot|riot|chariot|moroon|maroon
Morocco|casinos|Cassino|avalanche|gilipollez
""".strip().replace("\n", "|").split("|")  # fmt: skip
