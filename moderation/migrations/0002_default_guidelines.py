"""Installs the guidelines that a new site starts with, unless it already has some.

The texts are plain sentences on purpose: escaping them is all the rendering they need, so this migration does not
depend on a renderer that will have changed by the time it runs.
"""

from html import escape

from django.db import migrations

DEFAULTS = [
    (
        "improve-the-discussion",
        {
            "en": (
                "Improve the discussion",
                "Write what somebody passing by would be glad to have read: a fact, an experience, a question, another way of "
                "looking at it. It need not be long, and it need not agree. Leave the bench a little better than you found it.",
            ),
            "es": (
                "Mejora la conversación",
                "Escribe lo que alguien que pasa por aquí se alegraría de haber leído: un dato, una experiencia, una pregunta, "
                "otro punto de vista. No hace falta que sea largo ni que esté de acuerdo. Deja el banco un poco mejor de como "
                "lo encontraste.",
            ),
            "ar": (
                "أضِف إلى النقاش",
                "اكتب ما يسرّ عابرَ السبيل أن يكون قد قرأه: معلومة، أو تجربة، أو سؤالًا، أو زاوية أخرى. لا يلزم أن يكون طويلًا ولا أن "
                "يكون موافقًا. اترك المقعد أفضل قليلًا مما وجدته.",
            ),
        },
    ),
    (
        "ideas-not-people",
        {
            "en": (
                "Criticise ideas, not people",
                "Any idea may be taken apart here, the article's too. The person who holds it may not: no name-calling, no "
                "mockery of who somebody is, no guesses about their motives. If a sentence works without the person in it, "
                "write it that way.",
            ),
            "es": (
                "Critica las ideas, no a las personas",
                "Aquí se puede desmontar cualquier idea, también las del artículo. A quien la defiende, no: nada de insultos, de "
                "burlas sobre quién es alguien ni de suposiciones sobre sus motivos. Si la frase se sostiene sin nombrar a la "
                "persona, escríbela así.",
            ),
            "ar": (
                "انتقد الأفكار لا الأشخاص",
                "كل فكرة هنا قابلة للنقد، وأفكار المقال منها. أما صاحب الفكرة فلا: لا شتائم، ولا سخرية ممن يكون، ولا ظنون في نواياه. "
                "إذا استقامت الجملة من غير ذكر الشخص فاكتبها كذلك.",
            ),
        },
    ),
    (
        "answer-what-was-said",
        {
            "en": (
                "Answer what was said, not how it was said",
                "A rough tone can carry a good point, and a polite one none at all. Reply to the point. Spelling, accent and "
                "temper are not arguments.",
            ),
            "es": (
                "Responde a lo que se dijo, no a cómo se dijo",
                "Un tono brusco puede traer una buena razón y uno amable, ninguna. Responde a la razón. La ortografía, el acento "
                "y el mal humor no son argumentos.",
            ),
            "ar": (
                "أجب عمّا قيل لا عن كيفية قوله",
                "قد تحمل النبرة الحادة حجة جيدة، وقد لا تحمل النبرة اللطيفة أي حجة. أجب عن الحجة نفسها. فالإملاء واللهجة والمزاج ليست حججًا.",
            ),
        },
    ),
    (
        "give-reasons",
        {
            "en": (
                "Give reasons, not just a no",
                "“Wrong” ends a conversation; “wrong, because …” begins one. Say what makes you think so: a source, a figure, "
                "something you saw. Then others can agree, or show you what you missed.",
            ),
            "es": (
                "Da razones, no solo un «no»",
                "«Eso es falso» cierra una conversación; «es falso porque…» la abre. Cuenta en qué te basas: una fuente, una "
                "cifra, algo que viste. Así los demás podrán darte la razón o mostrarte lo que se te escapó.",
            ),
            "ar": (
                "قدّم أسبابًا لا مجرد نفي",
                "كلمة «خطأ» تنهي الحديث، و«خطأ، لأن…» تبدؤه. قل ما الذي تستند إليه: مصدر، أو رقم، أو شيء رأيته. عندها يستطيع الآخرون أن "
                "يوافقوك أو أن يروك ما فاتك.",
            ),
        },
    ),
    (
        "no-advertising",
        {
            "en": (
                "No spam, no advertising",
                "The bench is not a billboard. Don't post the same text in many places, and don't link only to sell something or "
                "to collect clicks. If you have a stake in what you recommend, say so.",
            ),
            "es": (
                "Nada de spam ni publicidad",
                "El banco no es una valla publicitaria. No repitas el mismo texto en muchos sitios ni pongas enlaces solo para "
                "vender o para ganar visitas. Si tienes interés en lo que recomiendas, dilo.",
            ),
            "ar": (
                "لا رسائل مزعجة ولا إعلانات",
                "المقعد ليس لوحة إعلانات. لا تنشر النص نفسه في أماكن كثيرة، ولا تضع روابط غايتها البيع أو جلب الزيارات فقط. وإن كانت لك "
                "مصلحة فيما توصي به فقل ذلك.",
            ),
        },
    ),
    (
        "lawful-and-fitting",
        {
            "en": (
                "Nothing unlawful or wholly inappropriate",
                "No threats, no hatred against groups of people, no private details of others. What breaks the law has no place "
                "here, and neither has what is only meant to disgust. Opinions are not meant by this, however few share them.",
            ),
            "es": (
                "Nada ilegal ni del todo fuera de lugar",
                "Nada de amenazas, de odio contra grupos de personas ni de datos privados de otros. Lo que va contra la ley no "
                "tiene sitio aquí, y tampoco lo que solo busca repugnar. Las opiniones no entran en esto, por pocos que las "
                "compartan.",
            ),
            "ar": (
                "لا شيء مخالفًا للقانون أو غير لائق كليًا",
                "لا تهديد، ولا كراهية ضد جماعات من الناس، ولا بيانات خاصة بالآخرين. ما يخالف القانون لا مكان له هنا، وكذلك ما لا غاية له "
                "إلا إثارة الاشمئزاز. أما الآراء فلا يُقصد بها هذا، مهما قلّ من يوافق عليها.",
            ),
        },
    ),
]


def install(apps, schema_editor):
    """Write version 1 of each default guideline; does nothing on a site that has guidelines."""
    models = {name: apps.get_model("moderation", name) for name in ("Guideline", "GuidelineVersion", "GuidelineText")}
    if models["Guideline"].objects.exists():
        return
    for number, (slug, texts) in enumerate(DEFAULTS, start=1):
        guideline = models["Guideline"].objects.create(number=number, slug=slug)
        version = models["GuidelineVersion"].objects.create(guideline=guideline, n=1)
        for language, (title, body) in texts.items():
            models["GuidelineText"].objects.create(
                version=version, language=language, title=title, body=body, html=f"<p>{escape(body, quote=False)}</p>\n"
            )


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_guidelines")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop, elidable=False)]
