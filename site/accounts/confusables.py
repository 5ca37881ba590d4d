"""When two names look alike: the skeleton of a name.

The idea is that of Unicode Technical Standard 39: replace every letter by the simplest one it can be taken for, then
compare. The table is short and coarse on purpose. It guards a handful of names (staff, "admin"), so a false alarm costs
somebody another choice of name, and a miss costs readers their trust.
"""

from __future__ import annotations

import unicodedata

#: Latin letter → what can be taken for it. Capitals and small letters have rows of their own in Greek and Cyrillic,
#: where Ν is an N and ν is a v.
LOOK_ALIKES = {
    "a": "АаΑαɑᴀᎪ4@",
    "b": "ВвЬьΒβƅʙᏼ8",
    "c": "СсϹϲᴄᏟ¢",
    "d": "ԁđᴅᎠ",
    "e": "ЕеЗзЭэΕεєℯᴇᎬ3€",
    "f": "ƒϝ",
    "g": "ɡցɢᏀ",
    "h": "НнһΗհħʜᎻ",
    # i, l, 1 and | are one letter here: "Ian" and "lan" are the same picture in most fonts.
    "l": "iIіІΙιıɩӀӏłɪʟᎥᏞ1|!ǀاו",
    "j": "ЈјյᴊᎫ",
    "k": "КкΚκᴋᏦ",
    "m": "МмΜᴍᎷ",
    "n": "пΝηոɴ",
    "o": "ОоΟοσօøᴏ0۰०",
    "p": "РрΡρᴘᏢ",
    "q": "ԛզ",
    "r": "гʀᎡᏒ",
    "s": "Ѕѕꜱ5$",
    "t": "ТтΤτŧᴛᎢ7",
    "u": "иսμυᴜ",
    "v": "ѴѵνᴠᏙ",
    "w": "ԜԝωшᴡᎳ",
    "x": "ХхΧχ×",
    "y": "УуҮүΥγʏ",
    "z": "ΖζᴢᏃ2",
}
_TABLE = {ord(char): latin for latin, chars in LOOK_ALIKES.items() for char in chars}


def skeleton(text: str) -> str:
    """Return what remains of `text` when marks, case, spaces, signs and look-alikes are taken away.

    Names with equal skeletons can be taken for each other. The skeleton itself is not a name: it is never shown.
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char)[0] != "M")
    # Before folding case, because the table tells Ν from ν; after it, for letters that only folding makes Latin.
    letters = plain.translate(_TABLE).casefold().translate(_TABLE)
    letters = "".join(char for char in letters if char.isalnum())
    return letters.replace("rn", "m").replace("vv", "w")
