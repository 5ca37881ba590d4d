"""Short articles in several languages, with edits of which the truth is known, for tests of where passages go.

Each language has three paragraphs of sentences. The first sentence of the first paragraph has a look-alike at the end
of the last one, as timetables and results have; `word` and `other` are a word of the second paragraph and what an
editor put for it; `fresh` is a sentence that was not there before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Paragraphs = list[list[str]]


@dataclass(frozen=True)
class Sample:
    """An article; `space` is what stands between sentences."""

    paragraphs: Paragraphs
    word: str
    other: str
    fresh: str
    space: str = " "

    def text(self, paragraphs: Paragraphs | None = None) -> str:
        """Return canonical text of these paragraphs, of its own without any."""
        return "\n".join(self.space.join(sentences) for sentences in paragraphs or self.paragraphs)


@dataclass(frozen=True)
class Case:
    """An edit: the old text, the new one, a passage of the old, and what it is in the new; None where it is gone."""

    name: str
    old: str
    new: str
    start: int
    words: str
    truth: str | None


SAMPLES = {
    "German": Sample(
        [
            [
                "Am Montag legt die erste Fähre um sieben Uhr vom Nordufer ab.",
                "Der Kapitän grüßt jeden, der mit einem Fahrrad an Bord kommt.",
                "Die Werft hat den Rumpf im Winter neu gestrichen.",
            ],
            [
                "Niemand hat die Leute gefragt, die über der Rampe wohnen.",
                "Sie hören den Motor jeden Morgen und ärgern sich über den Lärm.",
                "Eine Anwohnerin führt seit Jahren ein Heft mit den Uhrzeiten.",
            ],
            [
                "Im Rathaus heißt es, ein leiserer Antrieb sei bestellt.",
                "Bezahlt wird er aus dem Topf für die Uferpromenade.",
                "Am Dienstag legt die erste Fähre um acht Uhr vom Südufer ab.",
            ],
        ],
        "ärgern",
        "beklagen",
        "Ein Foto zeigt die neue Brücke bei Nacht.",
    ),
    "Spanish": Sample(
        [
            [
                "El lunes abre el mercado a las seis de la mañana.",
                "Los puestos de fruta ocupan toda la plaza pequeña.",
                "Un guarda cuenta los carros que entran por la puerta del río.",
            ],
            [
                "¿Quién va a limpiar el suelo cuando se vayan los camiones?",
                "Las vecinas guardan las escobas en el portal y no dicen nada.",
                "El ruido empieza antes de que salga el sol.",
            ],
            [
                "El concejal prometió contenedores nuevos para el verano.",
                "Hasta hoy nadie ha visto más que los folletos.",
                "El martes abre el mercado a las siete de la tarde.",
            ],
        ],
        "guardan",
        "esconden",
        "La foto es de archivo y se tomó en otoño.",
    ),
    "Russian": Sample(
        [
            [
                "В понедельник первый паром отходит от северного берега в семь часов.",
                "Капитан здоровается с каждым, кто поднимается с велосипедом.",
                "Зимой корпус заново покрасили.",
            ],
            [
                "Никто не спросил людей, которые живут над спуском.",
                "Они слышат двигатель каждое утро и жалуются на шум.",
                "Одна соседка много лет записывает время в тетрадь.",
            ],
            [
                "В ратуше говорят, что более тихий двигатель уже заказан.",
                "Заплатят за него из денег на набережную.",
                "Во вторник первый паром отходит от южного берега в восемь часов.",
            ],
        ],
        "жалуются",
        "сердятся",
        "На снимке новый мост ночью.",
    ),
    "Arabic": Sample(
        [
            [
                "يفتح السوق أبوابه يوم الإثنين في السادسة صباحا.",
                "تملأ عربات الفاكهة الساحة الصغيرة كلها.",
                "يعدّ الحارس السيارات التي تدخل من باب النهر.",
            ],
            [
                "من سينظف الأرض بعد أن ترحل الشاحنات؟",
                "تخبئ الجارات المكانس في المدخل ولا يقلن شيئا.",
                "يبدأ الضجيج قبل أن تشرق الشمس بساعة.",
            ],
            [
                "وعد عضو المجلس بحاويات جديدة قبل الصيف.",
                "لم يرَ أحد حتى اليوم غير المنشورات.",
                "يفتح السوق أبوابه يوم الثلاثاء في السابعة مساء.",
            ],
        ],
        "تخبئ",
        "تضع",
        "التقطت الصورة في الخريف الماضي.",
    ),
    "Chinese": Sample(
        [
            [
                "星期一早上七点第一班渡轮从北岸出发。",
                "船长向每一个推着自行车上船的人问好。",
                "船厂在冬天把船身重新漆了一遍。",
            ],
            [
                "没有人问过住在坡道上面的居民。",
                "他们每天清晨听见发动机的声音,常常抱怨睡不好觉。",
                "一位邻居多年来把时间记在本子里。",
            ],
            [
                "市政厅说已经订购了更安静的发动机。",
                "这笔钱出自修建滨河步道的预算。",
                "星期二早上八点第一班渡轮从南岸出发。",
            ],
        ],
        "抱怨",
        "诉说",
        "照片里是夜晚的新桥。",
        space="",
    ),
    "Japanese": Sample(
        [
            [
                "月曜日の朝七時に最初の渡し船が北の岸を出ます。",
                "船長は自転車を押して乗る人みんなに挨拶します。",
                "造船所は冬のあいだに船体を塗り直しました。",
            ],
            [
                "坂の上に住む人たちには誰も尋ねませんでした。",
                "住民は毎朝エンジンの音を聞き、眠れないと嘆いています。",
                "ある女性は何年も時刻をノートに書いています。",
            ],
            [
                "市役所によれば静かなエンジンが注文されたそうです。",
                "費用は川沿いの散歩道の予算から出ます。",
                "火曜日の朝八時に最初の渡し船が南の岸を出ます。",
            ],
        ],
        "嘆いて",
        "訴えて",
        "写真には夜の新しい橋が写っています。",
        space="",
    ),
    "Thai": Sample(
        [
            ["เรือข้ามฟากลำแรกออกจากฝั่งเหนือเจ็ดโมงเช้าวันจันทร์", "กัปตันทักทายทุกคนที่จูงจักรยานขึ้นเรือ", "อู่ต่อเรือทาสีตัวเรือใหม่ในฤดูหนาว"],
            [
                "ไม่มีใครถามคนที่อาศัยอยู่เหนือทางลาด",
                "พวกเขาได้ยินเสียงเครื่องยนต์ทุกเช้าและบ่นว่านอนไม่หลับ",
                "เพื่อนบ้านคนหนึ่งจดเวลาไว้ในสมุดมาหลายปี",
            ],
            [
                "ศาลากลางบอกว่าสั่งเครื่องยนต์ที่เงียบกว่าแล้ว",
                "เงินมาจากงบประมาณทางเดินริมแม่น้ำ",
                "เรือข้ามฟากลำแรกออกจากฝั่งใต้แปดโมงเช้าวันอังคาร",
            ],
        ],
        "บ่น",
        "กล่าว",
        "ภาพถ่ายแสดงสะพานใหม่ในเวลากลางคืน",
    ),
}


def cases(sample: Sample) -> Iterator[Case]:
    """Yield every edit on every sentence, and on a piece from the middle of each."""
    for p, sentences in enumerate(sample.paragraphs):
        for s in range(len(sentences)):
            for cut in (False, True):
                yield from _on_sentence(sample, p, s, cut=cut)


def _on_sentence(sample: Sample, p: int, s: int, *, cut: bool) -> Iterator[Case]:
    sentence = sample.paragraphs[p][s]
    words = _middle(sentence, sample.space) if cut else sentence
    old = sample.text()
    start = _offset(sample, sample.paragraphs, p, s) + sentence.index(words)

    def case(name: str, paragraphs: Paragraphs, truth: str | None) -> Case:
        return Case(name, old, sample.text(paragraphs), start, words, truth)

    yield case("untouched", [[sample.fresh], *sample.paragraphs], words)
    yield case("neighbours new", _edited(sample, p, s, lambda here: [sample.fresh, here, sample.fresh]), words)
    yield case("deleted", _edited(sample, p, s, lambda here: []), None)
    yield case("replaced", _edited(sample, p, s, lambda here: [sample.fresh]), None)
    moved = _edited(sample, p, s, lambda here: [])
    moved[(p + 1) % 3].insert(1, sentence)
    yield case("sentence moved", moved, words)
    twice = [[*sentences] for sentences in sample.paragraphs]
    twice[(p + 1) % 3].insert(1, sentence)
    at = _offset(sample, twice, p, s) + sentence.index(words)
    yield Case("one of two deleted", sample.text(twice), sample.text(moved), at, words, None)
    order = [sample.paragraphs[n] for n in (2, 0, 1)]
    yield case("paragraphs moved", order, words)
    yield case("paragraphs joined", [[one for sentences in sample.paragraphs for one in sentences]], words)
    yield case("paragraphs split", [[one] for sentences in sample.paragraphs for one in sentences], words)
    rest = [sentences for n, sentences in enumerate(sample.paragraphs) if n != p]
    yield case("paragraph deleted", rest, None)
    if sample.word in words:
        swapped = _edited(sample, p, s, lambda here: [here.replace(sample.word, sample.other)])
        yield case("word replaced", swapped, words.replace(sample.word, sample.other))
        swapped[p].insert(0, sample.fresh)
        yield case("word replaced, neighbour new", swapped, words.replace(sample.word, sample.other))
        carried = _edited(sample, p, s, lambda here: [])
        carried[(p + 1) % 3].append(sentence.replace(sample.word, sample.other))
        yield case("word replaced, sentence moved", carried, words.replace(sample.word, sample.other))


def _offset(sample: Sample, paragraphs: Paragraphs, p: int, s: int) -> int:
    above = sum(len(sample.space.join(sentences)) + 1 for sentences in paragraphs[:p])
    return above + sum(len(sentence) + len(sample.space) for sentence in paragraphs[p][:s])


def _edited(sample: Sample, p: int, s: int, change: Callable[[str], list[str]]) -> Paragraphs:
    paragraphs = [list(sentences) for sentences in sample.paragraphs]
    paragraphs[p][s : s + 1] = change(paragraphs[p][s])
    return [sentences for sentences in paragraphs if sentences]


def _middle(sentence: str, space: str) -> str:
    """Return the middle half of a sentence: whole words where a language has spaces between them."""
    if " " not in sentence or not space:
        return sentence[len(sentence) // 4 : -len(sentence) // 4]
    parts = sentence.split(" ")
    return " ".join(parts[len(parts) // 4 : max(len(parts) * 3 // 4, len(parts) // 4 + 2)])
