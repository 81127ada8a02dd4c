"""Matters of taste and fit: what differs without being better, whatever it costs. Colour above all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from unicodedata import combining, normalize

SWATCH = "SWATCH"

STEMS = """
    colo farb kleur couleur _cor_ kolor barva farve farge _farg szin_ culoare renk_ boja_ цвет колір цвят χρωμ 色 カラー 颜 顏 색상 لون צבע สี
    geschmack flavo saveur sabor sapore smaak_ _smak arom parfum _duft scent fragran geur_ _olor_ odeur вкус аромат 味 香り
    muster_ pattern motif motiv dessin disegno _patron_ _print_ design _style _stil_ _look_ _thema_ _theme
    finish oberflache _surface_ material matiere _materia stoff_ fabric tessuto tecido leder_ leather
    brand _marke marque_ _marca _merk_ manufactur herstell fabricant fabrikant vendor publisher verlag editeur _label_ autor author artist
    gender geschlecht _genre_ geslacht _sexe_ _sex_ genero_ genere_ target_group zielgruppe
    language sprache langue_ idioma lingua_ _taal_ jezyk sprak_ язык 言語 语言
    _region country _land_ _pays_ _plug _stecker _prise_ spannung voltage _tension_ voltaje _netz _mains_
    _mount _lens_mount bajonett baionette bayonet anschluss connector _interface schnittstelle _socket sockel_ _thread_ gewinde filetage
    compatib kompatib _passend _passt fits_ _fit_ passform _coupe_ geeignet system_ _platform_ plattform
    shoe schuh kleidergr konfektion _bh_ _bra_ _cup_ ring_size ringgr hat_size _collar kragen waist _taille_ bundweite inseam schrittlange
    _hufte _hip_ _hips_ wheel_size _rim_ _felge tyre_size tire_size reifengr bolt_ lochkreis _bore durchmesser diameter diametre diametro
    filter_size filtergew focal brennweite focale lens_power dioptr prescription _sphere_ _cylinder_ _axis_
    dosage _dose_ _dosis dosier _strength_ wirkst potency _potenz nicotin nikotin alcohol alkohol alcool alcol _abv_ caffeine koffein
    hardness _harte_ harte_ firmness mahlgrad _grind _roast rostung spicy spicin scharf sweetness _grape rebsorte vintage jahrgang
    _age_ _ages_ _alter_ altersgr _edad_ _eta_ _hand_ _handed _orientation ausrichtung _side_ _seite_ _shape _form_ _forma_ _forme_
    _schnitt_ neckline ausschnitt sleeve _armel _heel_ absatz occasion anlass _season_ _saison_
    recipient empfanger engraving gravur personal letter_ buchstabe initial_ initials_ _name_ _titel_ _title_ zodiac sternzeichen
    """
"""Beginnings and middles of names of such attributes, in many languages; _ begins or ends a word."""

SIZES = """
    size grosse groesse taille talla taglia tamanho tamano _maat_ rozmiar storlek storrelse velikost _koko_ meret_ marime_ _beden_
    размер розмір サイズ 尺 사이즈
    """
"""Names of attributes that are taste when they say S, M, L or 42, and a measure when they say 500 ml."""

WORN = """
    shirt _tee_ _tees_ _top_ _tops_ hoodie sweater jacket jacke _coat mantel_ trouser pants_ jeans hose_ hosen _short _dress kleid _rock_
    skirt shoe schuh _boot stiefel sneaker sandal _sock_ _socks socke_ socken _glove handschuh _hat_ _hats_ _hut_ _cap_ _caps_ mutze _belt
    gurtel _ring_ _rings_ bracelet armband necklace halskette _bra_ _bras_ underwear wasche_ bikini _swim badeanzug _suit_ _suits_ anzug
    blouse bluse pullover strick jumper chaussure _robe_ _robes_ pantalon zapato vestido camisa camiseta scarpe vestito cloth apparel
    fashion _mode_ _moda_ wear_ bekleidung helmet _helm_
    """
"""Product types whose lengths are fit: a child's shirt of 104 cm is no better than one of 98 cm."""

COLOURS = """
    black white red green blue yellow orange purple violet pink brown grey gray silver gold golden beige ivory cream navy teal turquoise
    cyan magenta maroon olive lime mint coral salmon peach lavender lilac burgundy bordeaux charcoal anthracite graphite copper bronze
    rose khaki tan taupe sand camel mustard indigo aqua platinum champagne pearl transparent clear multicolor multicolour rainbow
    schwarz weiss rot grun gruen blau gelb lila violett rosa braun grau silber silbern golden turkis tuerkis elfenbein creme anthrazit
    kupfer durchsichtig bunt hellblau dunkelblau
    noir noire blanc blanche rouge vert verte bleu bleue jaune violette marron gris grise argent or dore doree ivoire turquoise
    negro negra blanco blanca rojo roja verde azul amarillo amarilla naranja morado gris plata plateado dorado oro marron
    nero nera bianco bianca rosso rossa giallo gialla arancione viola marrone grigio grigia argento blu azzurro
    preto preta branco branca vermelho vermelha amarelo amarela laranja roxo cinza prata dourado castanho
    zwart wit rood groen blauw geel oranje paars bruin grijs zilver goud
    czarny czarna bialy biala czerwony czerwona zielony niebieski zolty pomaranczowy fioletowy rozowy brazowy szary srebrny zloty
    svart vit rod gron bla gul lila brun gra silver guld hvit hvid sort sort rod gronn groen grå sølv
    musta valkoinen punainen vihrea sininen keltainen harmaa ruskea hopea kulta
    cerna bila cervena zelena modra zluta oranzova fialova ruzova hneda seda stribrna zlata
    siyah beyaz kirmizi yesil mavi sari turuncu mor pembe kahverengi gri gumus altin
    черный белый красный зеленый синий желтый серый золотой серебряный розовый коричневый
    검정 흰색 빨강 파랑 노랑 초록
    """
"""Words for colours and for metals that name a colour, without accents."""

COLOUR_SIGNS = frozenset("黒白赤青緑黄灰銀黑红蓝绿银紫粉金")

SHADES = ("dunkel", "hell", "light", "dark", "deep", "bright", "mitternachts", "space", "midnight")

CLOTHING_SIZE = re.compile(
    r"(?:\d{0,2}x{0,5}[sl]|\d?xx?[sml]|s|m|l|small|medium|large|one size|einheitsgrosse|os|taille unique|(?:(?:eu|uk|us|it|fr|de) ?\d{1,2}|2[6-9]|[345]\d)(?:[.,]5)?(?: ?(?:eu|uk|us))?)(?: ?[/-] ?(?:\d?x{0,4}[sl]|m))?"
)

COMMON = 0.8
"""So many of an attribute's values read like clothing sizes before all of them are taken for such."""


def is_taste(slug: str, name: str, input_type: str, type_name: str = "") -> bool:
    """Whether an attribute is a matter of taste or fit by what it is called and how merchants choose it."""
    if input_type == SWATCH:
        return True
    called = f"{plain(slug)} _ {plain(name)}"
    return _speaks_of(called, _stems(STEMS)) or ("length" in called and is_worn(type_name))


def is_size(slug: str, name: str) -> bool:
    """Whether an attribute is called a size: of clothes, unless its values are measures."""
    return _speaks_of(f"{plain(slug)} _ {plain(name)}", _stems(SIZES))


def is_worn(type_name: str) -> bool:
    """Whether products of this type are worn, so that their lengths are fit."""
    return _speaks_of(plain(type_name), _stems(WORN))


def are_taste(names: Iterable[str]) -> bool:
    """Whether values are a matter of taste by what they are called: one of them is a colour, or most are clothing sizes."""
    every = list(names)
    sizes = sum(bool(CLOTHING_SIZE.fullmatch(plain(name).strip())) for name in every)
    return any(map(is_colour, every)) or (bool(every) and sizes >= COMMON * len(every))


@lru_cache(maxsize=10_000)
def is_colour(name: str) -> bool:
    """Whether a value names a colour: "Midnight Black", "dunkelblau", "Rosé"."""
    words = re.findall(r"[^\W\d_]+", plain(name))
    return not COLOUR_SIGNS.isdisjoint(name) or any(_is_colour_word(word) for word in words)


def _is_colour_word(word: str) -> bool:
    colours = _words(COLOURS)
    return word in colours or any(
        word.startswith(shade) and word[len(shade) :] in colours for shade in SHADES
    )


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """Small letters without accents, words apart."""
    return re.sub(r"[-_\s]+", " ", _folded(text))


def _folded(text: str) -> str:
    letters = "".join(one for one in normalize("NFKD", text.casefold()) if not combining(one))
    return letters.replace("ø", "o").replace("ł", "l").replace("đ", "d")


@cache
def _stems(text: str) -> tuple[str, ...]:
    return tuple(_folded(text).split())


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(_folded(text).split())


def _speaks_of(called: str, stems: Iterable[str]) -> bool:
    padded = f" {called} ".replace(" ", "_")
    return any(stem in padded for stem in stems)
