"""What is said to people who write in another language.

The assistant understands English only, and says so in their language. Adding a language means adding one entry here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language the assistant can be polite in.

    Attributes:
        code: ISO 639-1.
        sorry: that it understands English only and that a person can help.
        quote: what stands before words of the policy in English.
        person: title of the button that brings in a person.
        settings: title of the button that shows the privacy settings.
        words: common words; some of them must occur before a message counts as this language.
    """

    code: str
    sorry: str
    quote: str
    person: str
    settings: str
    words: frozenset[str]


def words(text: str) -> frozenset[str]:
    """A set of words written as a sentence."""
    return frozenset(text.split())


LANGUAGES: tuple[Language, ...] = (
    Language(
        "es",
        "Lo siento, solo entiendo inglés. No he cambiado nada. Puede escribirme en inglés o hablar con una persona.",
        "Esto es lo que dice nuestra política de privacidad, en inglés:",
        "Hablar con una persona",
        "Ver mis ajustes de privacidad",
        words(
            "el la los las un una de del que por para con mi mis su sus quiero quisiera puede pueden favor datos"
            " cuenta correo correos borrar eliminar cancelar venden vender comparten quién cómo qué cuándo dónde"
            " tengo está hay hola gracias necesito darme baja eliminen borren más mas recibir teléfono información"
            " publicidad hijo hija"
        ),
    ),
    Language(
        "fr",
        "Désolé, je ne comprends que l’anglais. Je n’ai rien modifié. Vous pouvez m’écrire en anglais ou parler à une"
        " personne.",
        "Voici ce que dit notre politique de confidentialité, en anglais :",
        "Parler à une personne",
        "Voir mes réglages de confidentialité",
        words(
            "le la les un une des du de que qui pour avec mon ma mes votre vos je vous veux voudrais pouvez svp"
            " données compte courriel supprimer supprimez effacer vendez partagez comment quand où est sont ne pas"
            " plus bonjour merci besoin désabonner numéro téléphone publicité recevoir avez ai fille fils"
        ),
    ),
    Language(
        "de",
        "Entschuldigung, ich verstehe nur Englisch. Ich habe nichts geändert. Sie können mir auf Englisch schreiben"
        " oder mit einem Menschen sprechen.",
        "Das steht dazu in unserer Datenschutzerklärung, auf Englisch:",
        "Mit einem Menschen sprechen",
        "Meine Einstellungen ansehen",
        words(
            "der das ein eine ich sie wir mein meine meinen meiner meinem ihr ihre bitte nicht kein keine mehr"
            " und oder mit für von auf aus möchte will können kann konto daten löschen löscht verkaufen"
            " weitergeben wer wie was wann wo warum ist sind haben werbung telefonnummer danke hallo wissen sohn"
            " tochter newsletter abmelden"
        ),
    ),
    Language(
        "pt",
        "Desculpe, só entendo inglês. Não alterei nada. Pode escrever-me em inglês ou falar com uma pessoa.",
        "Isto é o que diz a nossa política de privacidade, em inglês:",
        "Falar com uma pessoa",
        "Ver as minhas definições de privacidade",
        words(
            "os as um uma do da dos das que por para com meu meus minha minhas seu seus quero gostaria pode podem"
            " favor dados conta apagar apague excluir excluam cancelar vendem vender partilham compartilham quem"
            " como quando onde não nao está são mais olá ola obrigado obrigada preciso telefone informações filho"
            " filha receber"
        ),
    ),
    Language(
        "it",
        "Mi dispiace, capisco solo l’inglese. Non ho cambiato nulla. Può scrivermi in inglese o parlare con una"
        " persona.",
        "Ecco che cosa dice la nostra informativa sulla privacy, in inglese:",
        "Parlare con una persona",
        "Vedere le mie impostazioni",
        words(
            "il lo gli un una di del della dei che per con mio mia miei mie vostro suo voglio vorrei potete può"
            " favore dati account cancellare cancella cancellate eliminare vendete condividete chi come quando"
            " dove non più è sono ciao grazie bisogno telefono numero informazioni ricevere pubblicità figlio"
            " figlia email"
        ),
    ),
    Language(
        "nl",
        "Sorry, ik begrijp alleen Engels. Ik heb niets gewijzigd. U kunt mij in het Engels schrijven of met een"
        " medewerker praten.",
        "Dit staat erover in ons privacybeleid, in het Engels:",
        "Met een medewerker praten",
        "Mijn privacy-instellingen bekijken",
        words(
            "de het een ik u je jullie wij mijn uw niet geen meer en of met voor van op wil graag kan kunt kunnen"
            " account gegevens verwijder verwijderen verkopen verkoopt delen wie hoe wat wanneer waar waarom zijn"
            " hebben reclame telefoonnummer bedankt hallo zien ontvangen zoon dochter alstublieft"
        ),
    ),
    Language(
        "pl",
        "Przepraszam, rozumiem tylko po angielsku. Niczego nie zmieniono. Można napisać do mnie po angielsku albo"
        " porozmawiać z człowiekiem.",
        "Oto co mówi nasza polityka prywatności, po angielsku:",
        "Porozmawiać z człowiekiem",
        "Zobacz moje ustawienia",
        words(
            "i w z na do nie się jest są to jak kto co kiedy gdzie dlaczego moje mój moja moich mojego mi mnie"
            " proszę chcę chciałbym konto konta dane danych usuń usunąć usuńcie sprzedajecie udostępniacie czy"
            " numer telefonu więcej dziękuję cześć dzień dobry reklam córka syn"
        ),
    ),
)
_BY_CODE = {language.code: language for language in LANGUAGES}

# For languages it has no words in.
SORRY_IN_ENGLISH = (
    "I am sorry, I only understand English, and I changed nothing. Please write in English, or talk to a person."
)
# What people ask most, by the stems that give it away in any of the languages, and the same in English.
TOPICS: tuple[tuple[str, str], ...] = (
    (
        r"\bhij[oa]|niñ|\bfille|\bfils\b|enfant|\bkind|\bsohn|tochter|\bfilh|\bfigli|bambin|zoon|dochter|dzieck"
        r"|\bsyn\b|córk",
        "Do you collect information from children?",
    ),
    (r"facebook|\bfb\b", "What is posted on my Facebook Wall?"),
    (r"borr|elimin|suppr|effac|lösch|loesch|apag|exclu|cancell|verwijder|usu[nń]", "How can my account be deleted?"),
    (r"vend|verkauf|verkop|verkoop|sprzeda|vente", "Do you sell my personal information?"),
    (
        r"compart|partag|weiterg|partilh|condivid|\bdelen|udostępn|tercer|dritt|terz|tiers",
        "Do you share my information with third parties?",
    ),
    (r"tel[eé]f|telefo|numér|número", "Who can see my phone number?"),
    (
        r"newsletter|bolet|publicid|pubblicit|werbung|reclame|reklam|propagand|désabon|abmeld|correo",
        "How can I stop marketing and newsletters?",
    ),
    (r"cookie|galletas", "Do you use cookies?"),
)


def language(code: str) -> Language | None:
    """The entry for a code, or None where there is none."""
    return _BY_CODE.get(code)
