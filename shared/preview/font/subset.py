"""Makes the two fonts of this crate. Its README says how this is run.

ShomeiPreviewGothic.otf, out of Noto Sans CJK Medium: every kanji of Adobe-Japan1 with its registered variants,
everything in JIS X 0208, 0212, 0213 and in the Windows code page 932, and the Latin, Greek and Cyrillic letters
that the font has. Left out: vertical writing, hinting, and all forms that have to be asked for by a feature.

ShomeiPreviewLatin.ttf, out of Source Sans 3 Medium, which the Latin of Noto Sans CJK was drawn after: the letters
of Europe's languages that the other font lacks, as large as its own.
"""

import sys
import tempfile

from fontTools import merge, subset
from fontTools.ttLib import TTCollection, TTFont

VERSION = "1"
CODECS = ["euc_jis_2004", "euc_jp", "cp932"]
LATIN_GREEK_CYRILLIC = [(0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x5FF), (0x1E00, 0x20CF), (0x2100, 0x218F)]
KANA_AND_WIDTHS = [(0x3000, 0x30FF), (0x31F0, 0x31FF), (0xFF00, 0xFFEF)]
VARIATION_SELECTORS = [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
HALF_WIDTH_HANGUL = range(0xFFA0, 0xFFDD)


def in_a_japanese_standard(code: int) -> bool:
    for codec in CODECS:
        try:
            chr(code).encode(codec)
            return True
        except UnicodeEncodeError:
            pass
    return False


def japanese_face(path: str):
    for face in TTCollection(path).fonts:
        if face["name"].getDebugName(16) == "Noto Sans CJK JP":
            return face
    sys.exit(f"{path} holds no Noto Sans CJK JP")


def wanted(face) -> set[int]:
    mapped = set(face.getBestCmap())
    variants = next(table.uvsDict for table in face["cmap"].tables if table.format == 14)
    adobe_japan = {base for pairs in variants.values() for base, _ in pairs}
    standard = {code for code in mapped if in_a_japanese_standard(code)}
    letters = {code for first, last in LATIN_GREEK_CYRILLIC + KANA_AND_WIDTHS for code in range(first, last + 1)}
    return (adobe_japan | standard | (letters & mapped)) - set(HALF_WIDTH_HANGUL) | set(VARIATION_SELECTORS)


def rename(face, name: str) -> None:
    names = face["name"]
    copyright_notice = names.getDebugName(0)
    names.names = []
    for number, text in {
        0: f"{copyright_notice} Subset by the Shomei project.",
        1: name,
        2: "Regular",
        3: f"{VERSION};{name}",
        4: name,
        5: f"Version {VERSION}",
        6: name.replace(" ", ""),
        13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
        14: "https://openfontlicense.org",
    }.items():
        names.setName(text, number, 3, 1, 0x409)
    face["OS/2"].usWeightClass = 400
    if "CFF " in face:
        cff = face["CFF "].cff
        cff.fontNames = [name.replace(" ", "")]
        top = cff.topDictIndex[0]
        top.FullName = top.FamilyName = name
        top.Weight = "Regular"
        for leftover in ("Notice", "Copyright"):
            if leftover in top.rawDict:
                setattr(top, leftover, copyright_notice)


def cut(face, unicodes: set[int]) -> None:
    options = subset.Options(
        layout_features=["ccmp", "kern", "mark"],
        drop_tables=["BASE", "GDEF", "STAT", "VORG", "vhea", "vmtx"],
        hinting=False,
        notdef_outline=True,
        glyph_names=False,
        name_IDs=["*"],
        recalc_timestamp=False,
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(face)


def finish(face, name: str, target: str) -> None:
    rename(face, name)
    face.recalcTimestamp = False
    face.save(target)
    print(f"{target}: {len(face.getBestCmap())} characters, {face['maxp'].numGlyphs} glyphs")


def gothic(source: str) -> TTFont:
    face = japanese_face(source)
    cut(face, wanted(face))
    finish(face, "Shomei Preview Gothic", "ShomeiPreviewGothic.otf")
    return face


def latin(sources: list[str], beside: TTFont) -> None:
    lacking, parts = set(), []
    for source in sources:
        face = TTFont(source)
        height = face["OS/2"].sxHeight
        face.flavor = None
        letters = set(face.getBestCmap()) - set(beside.getBestCmap()) - lacking
        lacking |= letters
        cut(face, letters)
        for table in ("GPOS", "GSUB", "GDEF"):
            if table in face:
                del face[table]
        part = tempfile.NamedTemporaryFile(suffix=".ttf")
        face.save(part.name)
        parts.append(part)
    face = merge.Merger().merge([part.name for part in parts])
    # Fewer units in an em make the letters larger: their x-height becomes that of the other font.
    face["head"].unitsPerEm = round(face["head"].unitsPerEm * height / beside["OS/2"].sxHeight)
    face["head"].created = face["head"].modified = beside["head"].modified
    finish(face, "Shomei Preview Latin", "ShomeiPreviewLatin.ttf")


if __name__ == "__main__":
    latin(sys.argv[2:], gothic(sys.argv[1]))
