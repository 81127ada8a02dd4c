"""Units as people write them, in a few languages, and how much each is of its dimension's smallest common unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

Unit = tuple[str, Decimal]

WRITTEN: Mapping[str, Mapping[str, str]] = {
    "data": {
        "1e3": "KB kB", "1e6": "MB Mo", "1e9": "GB Go gigabyte gigabytes", "1e12": "TB To terabyte terabytes", "1e15": "PB",
        "1024": "KiB", "1048576": "MiB", "1073741824": "GiB", "1099511627776": "TiB",
    },
    "bits": {"1e3": "kbit", "1e6": "Mbit", "1e9": "Gbit"},
    "bit rate": {"1e3": "kbit/s kbps kb/s", "1e6": "Mbit/s Mbps Mb/s", "1e9": "Gbit/s Gbps Gb/s"},
    "data rate": {"1e6": "MB/s MBps Mo/s", "1e9": "GB/s GBps Go/s"},
    "transfers": {"1e6": "MT/s"},
    "length": {
        "1e-9": "nm", "1e-6": "µm μm um", "1e-3": "mm millimeter millimeters millimetre millimetres",
        "1e-2": "cm centimeter centimeters centimetre centimetres", "1e-1": "dm",
        "1": "m meter meters metre metres mètre mètres metro metros metri mtr", "1e3": "km kilometer kilometers kilometre kilometres",
        "0.0254": 'in inch inches " ″ ” \'\' ′′ zoll pouce pouces pulgada pulgadas pollici cali tum',
        "0.3048": "ft foot feet fuss fuß ' ′", "0.9144": "yd yard yards",
    },
    "area": {
        "1e-6": "mm² mm2", "1e-4": "cm² cm2 sqcm qcm", "1": "m² m2 sqm qm", "1e6": "km² km2",
        "0.09290304": "ft² ft2 sqft sq_ft sq._ft.", "0.00064516": "in² in2",
    },
    "volume": {
        "1e-3": "ml milliliter milliliters millilitre millilitres cm³ cm3 ccm cc", "1e-2": "cl", "1e-1": "dl",
        "1": "l L ltr liter liters litre litres litro litros litri dm³ dm3", "1e3": "m³ m3",
    },
    "fluid ounces": {"1": "oz.fl. fl_oz fl._oz. fl.oz."},
    "gallons": {"1": "gal gallon gallons"},
    "mass": {
        "1e-3": "mg", "1": "g gr gram grams gramm grammes gramme gramos", "1e3": "kg kilo kilos kilogram kilograms kilogramm",
        "1e6": "t tonne tonnes", "453.59237": "lb lbs pound pounds", "28.349523125": "oz ounce ounces",
    },
    "carats": {"1": "ct carat carats karat"},
    "time": {
        "1e-3": "ms", "1": "s sec secs second seconds sek sekunde sekunden", "60": "min mins minute minutes minuten",
        "3600": "h hr hrs hour hours std stunde stunden heure heures hora horas ore",
        "86400": "day days tag tage tagen jour jours día días dias giorni dagen dagar dni",
        "604800": "week weeks woche wochen semaine semaines",
    },
    "months": {
        "1": "month months monat monate mois mes meses mesi maand maanden",
        "12": "yr yrs year years jahr jahre an ans año años anno anni jaar år",
    },
    "frequency": {"1": "Hz hertz", "1e3": "kHz", "1e6": "MHz", "1e9": "GHz"},
    "frames": {"1": "fps frames/s"},
    "turns": {"1": "rpm U/min r/min tr/min rev/min"},
    "power": {"1e-3": "mW", "1": "W watt watts", "1e3": "kW", "1e6": "MW"},
    "horsepower": {"1": "hp PS ch cv"},
    "apparent power": {"1": "VA", "1e3": "kVA"},
    "energy": {"1": "Wh", "1e3": "kWh", "1e6": "MWh"},
    "joules": {"1": "J joule joules", "1e3": "kJ"},
    "charge": {"1e-3": "mAh", "1": "Ah"},
    "current": {"1e-3": "mA", "1": "A amp amps ampere"},
    "potential": {"1e-3": "mV", "1": "V volt volts", "1e3": "kV"},
    "pressure": {"1": "Pa", "100": "hPa mbar", "1e3": "kPa", "1e6": "MPa", "1e5": "bar", "6894.757293": "psi"},
    "torque": {"1": "Nm N·m N_m"},
    "light": {"1": "lm lumen lumens"},
    "illuminance": {"1": "lx lux"},
    "brightness": {"1": "nit nits cd/m² cd/m2"},
    "pixels": {"1": "px pixel pixels", "1e6": "MP Mpx Mpix megapixel megapixels megapíxeles megapixels"},
    "picture lines": {"1": "p"},
    "density": {"1": "dpi ppi"},
    "sound": {"1": "dB dB(A) dBA"},
    "speed": {"1": "km/h kph kmh", "1.609344": "mph", "3.6": "m/s"},
    "flow": {"1": "l/min lpm", "16.666666667": "m³/h m3/h"},
    "angle": {"1": "° deg degree degrees grad"},
    "celsius": {"1": "°C"},
    "fahrenheit": {"1": "°F"},
    "percent": {"1": "% percent prozent pour_cent por_ciento"},
    "times": {"1": "x × fach"},
    "weave": {"1": "gsm g/m² g/m2 gr/m²"},
    "cores": {"1": "core cores kerne kern cœurs núcleos rdzenie"},
    "threads": {"1": "threads"},
    "ports": {"1": "port ports anschlüsse poorten"},
    "channels": {"1": "ch. channel channels kanäle"},
    "keys": {"1": "keys tasten touches teclas"},
    "persons": {"1": "person persons people personen personnes personas persone pers pers."},
    "seats": {"1": "seat seats sitze plätze places"},
    "pieces": {
        "1": "pc pcs pcs. piece pieces stk stk. stück pièce pièces pz pezzi uds unidades szt szt. pack packs count sheets blatt pages"
    },
    "cycles": {"1": "cycles zyklen"},
}  # fmt: skip
"""Dimension, factor (as a decimal number), and the ways to write the unit, _ for a space within."""

SALEORS_UNITS: Mapping[str, Unit] = {
    name: (dimension, Decimal(factor))
    for name, dimension, factor in (
        ("MM", "length", "1e-3"), ("CM", "length", "1e-2"), ("DM", "length", "1e-1"), ("M", "length", "1"), ("KM", "length", "1e3"),
        ("FT", "length", "0.3048"), ("YD", "length", "0.9144"), ("INCH", "length", "0.0254"),
        ("SQ_MM", "area", "1e-6"), ("SQ_CM", "area", "1e-4"), ("SQ_DM", "area", "1e-2"), ("SQ_M", "area", "1"), ("SQ_KM", "area", "1e6"),
        ("SQ_FT", "area", "0.09290304"), ("SQ_YD", "area", "0.83612736"), ("SQ_INCH", "area", "0.00064516"),
        ("CUBIC_MILLIMETER", "volume", "1e-6"), ("CUBIC_CENTIMETER", "volume", "1e-3"), ("CUBIC_DECIMETER", "volume", "1"),
        ("CUBIC_METER", "volume", "1e3"), ("LITER", "volume", "1"), ("FL_OZ", "fluid ounces", "1"),
        ("G", "mass", "1"), ("KG", "mass", "1e3"), ("TONNE", "mass", "1e6"), ("LB", "mass", "453.59237"), ("OZ", "mass", "28.349523125"),
    )
}  # fmt: skip
"""Saleor's MeasurementUnitsEnum, as far as it compares with units people write; the rest compares with itself."""

SHOWN: Mapping[str, str] = {
    "INCH": "in", "LITER": "l", "TONNE": "t", "FL_OZ": "fl oz", "SQ_MM": "mm²", "SQ_CM": "cm²", "SQ_DM": "dm²", "SQ_M": "m²",
    "SQ_KM": "km²", "SQ_FT": "ft²", "SQ_YD": "yd²", "SQ_INCH": "in²", "CUBIC_MILLIMETER": "mm³", "CUBIC_CENTIMETER": "cm³",
    "CUBIC_DECIMETER": "dm³", "CUBIC_METER": "m³", "CUBIC_FOOT": "ft³", "CUBIC_INCH": "in³", "CUBIC_YARD": "yd³",
}  # fmt: skip
"""How people read Saleor's units; those left out in small letters."""


def unit_called(text: str) -> Unit | None:
    """The unit people mean by this: as it is written, else whatever its case where that is one unit only; else None."""
    name = text.strip()
    found = EXACT.get(name)
    if found is None:
        alike = LOOSE.get(name.rstrip(".").casefold(), set())
        found = next(iter(alike)) if len(alike) == 1 else None
    return found


def shown(unit: str) -> str:
    """One of Saleor's units as people read it."""
    return SHOWN.get(unit, unit.lower().replace("_", " "))


def _every() -> Iterator[tuple[str, Unit]]:
    for dimension, units in WRITTEN.items():
        for factor, names in units.items():
            for name in names.split():
                yield name.replace("_", " "), (dimension, Decimal(factor))


EXACT: Mapping[str, Unit] = dict(_every())


def _whatever_the_case() -> Mapping[str, set[Unit]]:
    """A single letter means another thing as a capital: 5G is no weight."""
    found: dict[str, set[Unit]] = {}
    for name, unit in EXACT.items():
        if len(name) > 1:
            found.setdefault(name.casefold(), set()).add(unit)
    return found


LOOSE = _whatever_the_case()
