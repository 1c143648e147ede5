"""What a column or a table is likely to mean, by its name in four languages."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

_WORDS = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def word_list(name: str) -> tuple[str, ...]:
    """Give one list of ``vocabulary.yml``."""
    return tuple(str(_WORDS[name]).split())


def word_lists(name: str) -> dict[str, tuple[str, ...]]:
    """Give a mapping of lists of ``vocabulary.yml``."""
    return {key: tuple(text.split()) for key, text in _WORDS[name].items()}


def code_list() -> dict[str, tuple[str, str]]:
    """Give the item codes of what is no goods: their kind of rule, and the reason."""
    return {
        str(code): (str(kind), str(reason))
        for code, (kind, reason) in _WORDS["codes"].items()
    }


_SUBJECTS = word_lists("subjects")
_ID_ENDINGS = word_list("id_endings")
_PARTS = {
    *(word for words in _SUBJECTS.values() for word in words),
    *_ID_ENDINGS,
    *word_list("run_together"),
}

# Meaning by the whole name in snake case; the first rule that fits is taken.
_RULES = [
    (meaning, re.compile(pattern))
    for meaning, pattern in (
        ("email", r"(^|_)(e_?)?mail(_addr(ess|esse))?$|courriel|correo"),
        ("phone", r"phone|telefon|mobile|mobil_?nr|handy|(^|_)(tel|fax|gsm)(_|$)"),
        ("loyalty_id", r"loyalty|kundenkarte|carte_fidelite|card_(id|no|number|nr)"),
        ("birth_year", r"(birth|geburts?)_?(year|jahr)|(year|annee)_(of_birth|naiss)"),
        ("birth_date", r"birth|(^|_)dob(_|$)|geburt|naissance|nacimiento"),
        ("ip_address", r"(^|_)ip(_addr.*)?$|user_agent|device_id|cookie"),
        ("country", r"(^|_)(country|land|pays|pais)(_|$)"),
        (
            "address",
            r"address|adresse|direccion|street|strasse|(^|_)rue(_|$)|calle|zip|plz"
            r"|post(al)?_?(code|leitzahl)|(^|_)(city|town|ort|stadt|ville|ciudad)(_|$)"
            r"|latitude|longitude",
        ),
        (
            "person_name",
            r"(first|last|full|given|family|middle|sur|vor|nach)_?name|(^|_)prenom"
            r"|apellido|nombre_completo|(customer|client|kunden|cust|user)_?name",
        ),
        ("gender", r"(^|_)(gender|sex|geschlecht|sexe|genre|sexo)$"),
        ("region", r"(^|_)(region|state|province|bundesland|departement|provincia)$"),
        ("consent", r"consent|opt_?in|newsletter|einwilligung|consentement"),
        ("currency", r"currency|(^|_)(waehrung|wahrung|devise|moneda|ccy)(_|$)"),
        ("discount", r"discount|rabatt|remise|descuento|rebate|nachlass"),
        ("tax", r"(^|_)(tax|vat|mwst|tva|iva|ust)(_|$)|steuer"),
        ("cost", r"(^|_)(cost|costs|kosten|cout|coste|shipping|versand)(_|$)"),
        (
            "outcome",
            r"churn|exited|default(ed)?$|(^|_)(outcome|label|target|response)$",
        ),
        ("rating", r"(^|_)(rating|stars|score|bewertung|note|puntuacion)$"),
        ("status", r"status|(^|_)(zustand|statut|estado)$"),
        ("channel", r"channel|(^|_)(kanal|canal|medium)$"),
        ("event_type", r"(event|interaction|activity|action)_?type$|^(event|action)$"),
        ("category", r"categor|kategorie|warengruppe|(^|_)(department|abteilung)$"),
        ("item_type", r"(^|_)(product|item)_?(type|group)$|subcategor|produktart"),
        ("brand", r"(^|_)(brand|marke|marque|marca|manufacturer|hersteller)(_name)?$"),
        (
            "item_name",
            r"(product|item|article|artikel|produkt|stock)_?(name|title|title"
            r"|desc(ription)?|bezeichnung)$|bezeichnung|(^|_)designation|(^|_)libelle",
        ),
        (
            "quantity",
            r"quantity|(^|_)(qty|menge|anzahl|quantite|cantidad|units|pieces|stueck"
            r"|stk)$|^(number|count|no|num)_of_(?!orders)",
        ),
        (
            "price",
            r"(^|_)(price|preis|prix|precio)(_|$)|(einzel|stueck|verkaufs)_?preis",
        ),
        (
            "amount",
            r"(^|_)(amount|total|subtotal|revenue|turnover|spend|paid|betrag|umsatz"
            r"|summe|montant|importe|ventes|gross|net|netto|brutto|value)(_|$)"
            r"|order_?total|line_?total|^sales$",
        ),
        ("updated_at", r"(updated|modified|changed|geaendert|actualizado)"),
        (
            "signed_up_at",
            r"sign(ed)?_?up|regist|joined|member_since|kunde_seit|inscription|angemeldet"
            r"|customer_since",
        ),
        ("released_date", r"released?|launch|erschein|sortie"),
        ("text", r"(^|_)(content|text|comment|body|message|kommentar|avis|texto)$"),
        ("description", r"(^|_)(desc|description|beschreibung|descripcion)$"),
        (
            "other_time",
            r"(shipped|delivered|due|paid|closed|opened|cancelled|canceled|expir"
            r"|liefer|versand|livraison|deleted|returned)(_|$|_?(at|date|on))",
        ),
        (
            "occurred_at",
            r"(^|_)(at|date|datum|time|timestamp|datetime|fecha|zeit|zeitpunkt|jour|day"
            r"|when|on)$|^(date|datum|fecha)(_|$)",
        ),
    )
]


def words(header: str) -> tuple[str, ...]:
    """Split a header into lower-case words.

    Examples
    --------
    >>> words("InvoiceNo"), words("unitprice"), words("Customer ID")
    (('invoice', 'no'), ('unit', 'price'), ('customer', 'id'))
    """
    spaced = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", header)
    plain = spaced.lower()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        plain = plain.replace(umlaut, letters)
    plain = plain.translate(str.maketrans("éèêàâçñóíúáß", "eeeaacnoiuas"))
    parts = [part for part in re.split(r"[^a-z0-9]+", plain) if part]
    return tuple(piece for part in parts for piece in _split_run_together(part))


def _split_run_together(word: str) -> tuple[str, ...]:
    if word in _PARTS:
        return (word,)
    for cut in range(len(word) - 1, 1, -1):
        if word[:cut] in _PARTS and word[cut:] in _PARTS:
            return (word[:cut], word[cut:])
    return (word,)


def meaning_of_name(header: str) -> str:
    """Give the likely meaning of a column's name, or nothing.

    Examples
    --------
    >>> [meaning_of_name(name) for name in ("StockCode", "Menge", "ordered_at")]
    ['item_id', 'quantity', 'occurred_at']
    """
    parts = words(header)
    whole = "_".join(parts)
    for meaning, pattern in _RULES:
        if pattern.search(whole):
            return meaning
    return _meaning_of_id(parts)


def _meaning_of_id(parts: tuple[str, ...]) -> str:
    """Read ids: a thing, alone or with an ending such as `no`."""
    if parts and parts[-1] in _ID_ENDINGS:
        things, is_marked = parts[:-1], True
    else:
        things, is_marked = parts, False
    if not things:
        return "id" if parts else ""
    last = things[-1]
    if last in _SUBJECTS["line"] and (is_marked or len(things) == 1):
        return "line_id"
    if (
        is_marked
        and last in _SUBJECTS["item"]
        and len(things) > 1
        and things[-2] in _SUBJECTS["order"]
    ):
        return "line_id"
    for subject in ("customer", "order", "item", "event"):
        if last in _SUBJECTS[subject] and (is_marked or len(things) == 1):
            return f"{subject}_id"
    if parts == ("name",) or parts == ("title",) or parts == ("titel",):
        return "name"
    if parts in (("type",), ("kind",), ("art",)):
        return "type"
    return ""


def subject_of_table(name: str) -> str:
    """Say what a table's name speaks of: customer, order, line, item, event, nothing.

    Examples
    --------
    >>> subject_of_table("raw_order_items"), subject_of_table("tblKunden")
    ('line', 'customer')
    """
    parts = set(words(name))
    has = [subject for subject, names in _SUBJECTS.items() if parts & set(names)]
    if "line" in has or ("order" in has and "item" in has):
        return "line"
    for subject in ("event", "order", "item", "customer"):
        if subject in has:
            return subject
    return ""
