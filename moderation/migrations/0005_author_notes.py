"""What authors are told by default, and where each default guideline belongs in the terms of the Digital Services Act.

Notices of unlawful content count how often their outcome was mailed in vain, as notifications do.

A site that has changed a guideline keeps its words: only notes that are empty are filled.
"""

from django.db import migrations, models

OTHER, SPEECH = "OTHER_VIOLATION_TC", "ILLEGAL_OR_HARMFUL_SPEECH"

NOTES = {
    "improve-the-discussion": (
        OTHER,
        {
            "en": (
                "Your comment adds little yet that others could build on. Tell us what you know, what you have seen or what "
                "you would like to ask about the subject, and we will gladly publish it."
            ),
            "es": (
                "Tu comentario aporta todavía poco sobre lo que los demás puedan seguir. Cuéntanos qué sabes, qué has visto o "
                "qué quieres preguntar sobre el tema y lo publicaremos con mucho gusto."
            ),
            "ar": (
                "لا يضيف تعليقك بعدُ ما يمكن للآخرين أن يبنوا عليه. اكتب ما تعرفه أو ما رأيته أو ما تودّ أن تسأل عنه في الموضوع، "
                "وسننشره بسرور."
            ),
        },
    ),
    "ideas-not-people": (
        SPEECH,
        {
            "en": (
                "These words are about a person and not about what the person said. Please leave the person out and keep "
                "your argument: then we can publish your comment, however sharp the argument is."
            ),
            "es": (
                "Estas palabras hablan de una persona y no de lo que dijo. Deja fuera a la persona y conserva tu argumento: "
                "así podremos publicar tu comentario, por duro que sea el argumento."
            ),
            "ar": (
                "هذه الكلمات تتناول شخصًا لا ما قاله. نرجو أن تترك الشخص جانبًا وأن تُبقي حجتك، وعندها يمكننا نشر تعليقك مهما "
                "كانت الحجة حادة."
            ),
        },
    ),
    "answer-what-was-said": (
        OTHER,
        {
            "en": (
                "Your comment is about how somebody wrote, not about what they meant. Please answer the point itself; if you "
                "see it differently, tell us how, and we will publish it."
            ),
            "es": (
                "Tu comentario trata de cómo escribe alguien y no de lo que quiere decir. Responde a la cuestión; si la ves de "
                "otro modo, cuéntanos cómo y lo publicaremos."
            ),
            "ar": (
                "يتناول تعليقك طريقة كتابة غيرك لا ما قصده. نرجو أن تجيب عن الفكرة نفسها، وإن كنت تراها على نحو آخر فأخبرنا "
                "كيف، وسننشره."
            ),
        },
    ),
    "give-reasons": (
        OTHER,
        {
            "en": (
                "You say that something is wrong, and not yet why. Please add what makes you think so: a source, a figure, "
                "something you saw. Then we can publish your comment."
            ),
            "es": (
                "Dices que algo es falso, pero todavía no por qué. Añade en qué te basas: una fuente, una cifra, algo que "
                "viste. Entonces podremos publicar tu comentario."
            ),
            "ar": (
                "تقول إن أمرًا ما خطأ ولم تذكر السبب بعد. نرجو أن تضيف ما تستند إليه: مصدرًا أو رقمًا أو شيئًا رأيته، وعندها "
                "يمكننا نشر تعليقك."
            ),
        },
    ),
    "no-advertising": (
        OTHER,
        {
            "en": (
                "Your comment reads like advertising, or stands in several places already. Please leave out the offer or the "
                "link, or tell us your part in it and what it has to do with the subject. Then we can publish it."
            ),
            "es": (
                "Tu comentario parece publicidad o ya está en varios sitios. Quita la oferta o el enlace, o cuéntanos qué "
                "relación tienes con ello y qué tiene que ver con el tema. Entonces podremos publicarlo."
            ),
            "ar": (
                "يبدو تعليقك إعلانًا، أو هو منشور في أكثر من مكان. نرجو أن تحذف العرض أو الرابط، أو أن تذكر صلتك به وعلاقته "
                "بالموضوع، وعندها يمكننا نشره."
            ),
        },
    ),
    "lawful-and-fitting": (
        SPEECH,
        {
            "en": (
                "We cannot publish these words: they threaten, stir up hatred, tell private things about somebody, or may "
                "break the law. Your opinion is welcome; please write it without them."
            ),
            "es": (
                "No podemos publicar estas palabras: amenazan, incitan al odio, cuentan cosas privadas de alguien o pueden "
                "ser ilegales. Tu opinión es bienvenida; escríbela sin ellas, por favor."
            ),
            "ar": (
                "لا يمكننا نشر هذه الكلمات: ففيها تهديد أو تحريض على الكراهية أو كشف لأمور خاصة بشخص ما، أو قد تخالف القانون. "
                "رأيك موضع ترحيب، فنرجو أن تكتبه من دونها."
            ),
        },
    ),
}


def fill(apps, schema_editor):
    """Give the default guidelines their notes and categories, where nothing is there yet; for the tests too."""
    rows = {name: apps.get_model("moderation", name).objects for name in ("Guideline", "GuidelineText")}
    for slug, (category, notes) in NOTES.items():
        rows["Guideline"].filter(slug=slug, dsa_category="").update(dsa_category=category)
        for language, note in notes.items():
            without = {"version__guideline__slug": slug, "language": language, "author_note": ""}
            rows["GuidelineText"].filter(**without).update(author_note=note)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0004_audit_log_is_append_only")]

    operations = [
        migrations.AddField(
            model_name="guideline",
            name="dsa_category",
            field=models.CharField(
                blank=True,
                choices=[
                    ("OTHER_VIOLATION_TC", "Other violation of the terms of the site"),
                    ("ILLEGAL_OR_HARMFUL_SPEECH", "Illegal or harmful speech"),
                    ("CYBER_VIOLENCE", "Cyber violence"),
                    ("CYBER_VIOLENCE_AGAINST_WOMEN", "Cyber violence against women"),
                    ("VIOLENCE", "Violence"),
                    ("SELF_HARM", "Self-harm"),
                    ("PROTECTION_OF_MINORS", "Protection of minors"),
                    ("DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "Data protection and privacy"),
                    ("SCAMS_AND_FRAUD", "Scams and fraud"),
                    ("CONSUMER_INFORMATION", "Consumer information"),
                    ("INTELLECTUAL_PROPERTY_INFRINGEMENTS", "Intellectual property"),
                    (
                        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
                        "Negative effects on civic discourse or elections",
                    ),
                    ("RISK_FOR_PUBLIC_SECURITY", "Risk for public security"),
                    ("UNSAFE_AND_PROHIBITED_PRODUCTS", "Unsafe and prohibited products"),
                    ("ANIMAL_WELFARE", "Animal welfare"),
                    ("NOT_SPECIFIED_NOTICE", "Not specified in the notice"),
                ],
                db_default="",
                default="",
                help_text="What the statement of reasons calls it; empty: another violation of the terms.",
                max_length=60,
                verbose_name="category of the Digital Services Act",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
    ]
