//! The form in which names are compared: two spellings of one name have equal forms.
//!
//! Laws: a form is its own form; it is bounded by a constant times the text; it depends on nothing but the text. It is
//! compared by its hash, so there is no "nearly equal": what is to match must be equal here. Rules are therefore few, and
//! each mends what forms, keyboards and offices do to one name.
//!
//! - Japanese, once there is a kanji or kana: no spaces and separators, katakana, large kana, [`kanji`] in one form.
//! - Latin: plain letters, one romanisation for each word that can be read as Japanese syllables, words in order of the
//!   alphabet. Other words keep their letters.
//! - Other scripts: lower case, words in order.
//!
//! Accepted collisions, each the price of a spelling that must match:
//! - Long o and u are short, as in a passport: 大野 and 小野 are `ono`, 大内 and 越智 are `ochi`, 井上 is `inoe`.
//! - An h after a leading o is a sign of length (`Ohashi`, `Ohe`): `O'Hara` is `oara`.
//! - Foreign words that look Japanese are treated so: Tina is `china`, Emma is `enma`, Moon and Mon are one. Words of one
//!   syllable keep their consonant: Hu is not Fu, nor Tu Tsu.

mod kanji;

use unicode_normalization::{
    UnicodeNormalization,
    char::{compose, is_combining_mark},
};

/// The comparison form of a name. None if nothing is left of it.
pub(crate) fn folded(text: &str) -> Option<String> {
    // Before NFKC, which makes a space of some apostrophes, and after it, as it makes others.
    let counted = text.chars().filter(|&character| !is_ignored(character)).nfkc();
    let normal: String = counted.filter(|&character| !is_ignored(character)).collect();
    let form = if normal.chars().any(is_japanese) {
        japanese(&normal)
    } else if is_latin_text(&normal) {
        in_order(latin_words(&plain_latin(&normal)))
    } else {
        in_order(words(&lower_case(&normal)).map(str::to_owned).collect())
    };
    (!form.is_empty()).then_some(form)
}

/// Characters that are not seen (`Default_Ignorable_Code_Point`, controls), dots, and what is typed for an apostrophe.
fn is_ignored(character: char) -> bool {
    // A tab or a line break is white space, and parts words.
    (character.is_control() && !character.is_whitespace())
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
        || matches!(
            character,
            '.' | '\'' | '`' | '´' | '‘' | '’' | '‛' | '′' | '\u{02B9}' | '\u{02BB}'
                ..='\u{02BF}' | '\u{1FFD}'
        )
}

/// What parts words, or stands where Japanese writes nothing. Never the long vowel mark ー.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || is_hyphen(character)
        || matches!(character, ',' | '、' | '。' | '・' | '·' | '‧' | '•' | '=' | '゠')
}

fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{058A}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2E3A}' | '\u{2E3B}')
}

/// Kanji and kana. Marks that only repeat or lengthen are neither.
fn is_japanese(character: char) -> bool {
    is_han(character)
        || matches!(character,
            'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ㇰ'..='ㇿ' | '\u{1AFF0}'..='\u{1AFFE}' | '\u{1B000}'..='\u{1B16F}')
}

fn is_han(character: char) -> bool {
    matches!(character,
        '\u{2E80}'..='\u{2FDF}' | '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn japanese(normal: &str) -> String {
    let kept = normal.chars().filter(|&character| !is_separator(character)).flat_map(char::to_lowercase);
    // What was parted by a separator can be one character now: か and a free ゛.
    let plain = kept.map(|character| kanji::plain(large(katakana(character)))).nfc();
    spelled_out(plain).nfc().collect()
}

fn katakana(character: char) -> char {
    match character {
        // The blocks run in parallel.
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => {
            u32::from(character).checked_add(0x60).and_then(char::from_u32).unwrap_or(character)
        }
        _ => character,
    }
}

/// Forms and banks write small kana large.
fn large(character: char) -> char {
    const SMALL: &str = "ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ";
    const LARGE: &str = "アイウエオツヤユヨワカケクシストヌハヒフヘホムラリルレロ";
    let pair = SMALL.chars().zip(LARGE.chars()).find(|&(small, _)| small == character);
    pair.map_or(character, |(_, large)| large)
}

/// Writes out what 々, ゝ and ゞ repeat. Without a kanji or kana before them they stay.
fn spelled_out(text: impl Iterator<Item = char>) -> std::vec::IntoIter<char> {
    let mut written: Vec<char> = Vec::new();
    for character in text {
        let before = written.last().copied().filter(|&before| is_japanese(before));
        written.push(match (character, before) {
            ('々' | '〻' | 'ヽ', Some(before)) => before,
            ('ヾ', Some(before)) => compose(before, '\u{3099}').unwrap_or(before),
            _ => character,
        });
    }
    written.into_iter()
}

/// Whether all letters are Latin, or there are none.
fn is_latin_text(normal: &str) -> bool {
    let mut letters =
        normal.nfkd().filter(|&character| character.is_alphabetic() && !is_combining_mark(character));
    letters.all(|letter| {
        letter.is_ascii()
            || matches!(letter,
                '\u{00AA}'..='\u{02FF}' | '\u{1D00}'..='\u{1DBF}' | '\u{1E00}'..='\u{1EFF}'
                | '\u{2C60}'..='\u{2C7F}' | '\u{A722}'..='\u{A7FF}' | '\u{AB30}'..='\u{AB64}')
    })
}

/// Lower case without accents, and letters that have no accent to lose as they are commonly written without it.
fn plain_latin(normal: &str) -> String {
    let mut plain = String::with_capacity(normal.len());
    for character in
        normal.nfkd().flat_map(char::to_lowercase).filter(|&character| !is_combining_mark(character))
    {
        match character {
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ß' => plain.push_str("ss"),
            'þ' => plain.push_str("th"),
            'ø' => plain.push('o'),
            'ð' | 'đ' => plain.push('d'),
            'ħ' => plain.push('h'),
            'ı' => plain.push('i'),
            'ł' => plain.push('l'),
            _ => plain.push(character),
        }
    }
    plain
}

/// Greek writes one letter in two forms.
fn lower_case(normal: &str) -> String {
    let lower = normal.chars().flat_map(char::to_lowercase);
    lower.map(|letter| if letter == 'ς' { 'σ' } else { letter }).nfkc().collect()
}

/// Family and given name stand in either order.
fn in_order(mut words: Vec<String>) -> String {
    words.sort();
    words.join(" ")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_separator).filter(|word| !word.is_empty())
}

/// The words in one romanisation. A hyphen parts them, but for the one that only parts syllables.
fn latin_words(plain: &str) -> Vec<String> {
    let mut all = Vec::new();
    for group in plain.split(|character| is_separator(character) && !is_hyphen(character)) {
        let mut typed: Vec<String> = Vec::new();
        for part in words(group) {
            match typed.last().and_then(|before| one_word(before, part)) {
                Some(word) => {
                    typed.pop();
                    typed.push(word);
                }
                None => typed.push(part.to_owned()),
            }
        }
        all.extend(typed.into_iter().map(|word| romanised(&word).unwrap_or(word)));
    }
    all
}

/// Jun-ichi, Ken-ya, Yu-ichi, Koh-ichi: the hyphen keeps n and vowel, or two vowels, from being read together.
fn one_word(before: &str, after: &str) -> Option<String> {
    let n = before.ends_with('n') && after.starts_with(['a', 'i', 'u', 'e', 'o', 'y']);
    let number = after.starts_with("ichi") || after.starts_with("iti");
    let word = format!("{}{after}", before.trim_end_matches('h'));
    ((n || number) && romanised(&word).is_some()).then_some(word)
}

/// A word in Hepburn's romanisation without signs of length, if it can be read as Japanese syllables in Hepburn's, the Kunrei
/// or the Nihon system, with long vowels as keyboards and passports have them (`ou`, `oo`, `oh`, `uu`, `uh`). None: it is
/// no such word.
fn romanised(word: &str) -> Option<String> {
    let mut written = String::with_capacity(word.len() + 4);
    let mut rest = word;
    let mut syllables = 0_usize;
    let mut first = ("", "");
    let mut lengthened_by_h = false;
    while !rest.is_empty() {
        if let Some(after) = past_moraic_n(rest) {
            // John and Kuhn: no Japanese syllable has a long vowel and an n.
            if lengthened_by_h {
                return None;
            }
            // Keyboards want it twice (`nn`).
            if !written.ends_with('n') {
                written.push('n');
            }
            rest = after;
            continue;
        }
        let single = past_doubling(rest);
        let doubled = single.is_some();
        let (typed, vowel, after) = syllable(single.unwrap_or(rest))?;
        let onset = hepburn(typed, vowel)?;
        if doubled {
            written.push(onset.chars().next().filter(|_| syllables > 0)?);
        }
        written.push_str(onset);
        written.push(vowel);
        rest = past_length(vowel, after, written == "o");
        lengthened_by_h = after.strip_suffix(rest)?.ends_with('h');
        if syllables == 0 {
            first = (typed, onset);
        }
        syllables += 1;
    }
    // Alone, they are names of other countries: Hu and Fu, Tu and Tsu, Si and Shi.
    let (typed, onset) = first;
    if syllables == 1 && typed.len() == 1 && written.starts_with(onset) {
        written.replace_range(..onset.len(), typed);
    }
    Some(written)
}

/// ん is n, and before b, m and p also m.
fn past_moraic_n(rest: &str) -> Option<&str> {
    let after_n = rest.strip_prefix('n').filter(|after| !after.starts_with(['a', 'i', 'u', 'e', 'o', 'y']));
    after_n.or_else(|| rest.strip_prefix('m').filter(|after| after.starts_with(['b', 'm', 'p'])))
}

/// っ doubles the consonant; before ch it is t, c in some hands.
fn past_doubling(rest: &str) -> Option<&str> {
    ["kk", "ss", "tt", "pp", "tch", "cch"]
        .iter()
        .any(|doubled| rest.starts_with(doubled))
        .then(|| rest.get(1..))?
}

/// The consonants as they are typed, the vowel, and what follows.
fn syllable(rest: &str) -> Option<(&str, char, &str)> {
    let (place, vowel) =
        rest.char_indices().find(|(_, letter)| matches!(letter, 'a' | 'i' | 'u' | 'e' | 'o'))?;
    Some((rest.get(..place)?, vowel, rest.get(place + 1..)?))
}

/// The consonants in Hepburn's romanisation. None: Japanese has no such syllable.
fn hepburn(typed: &str, vowel: char) -> Option<&str> {
    let glides = matches!(vowel, 'a' | 'u' | 'o');
    Some(match (typed, vowel) {
        ("s", 'i') => "sh",
        ("t", 'i') => "ch",
        ("t" | "ts", 'u') => "ts",
        ("z" | "d", 'i') => "j",
        ("d" | "dz", 'u') => "z",
        ("h" | "f", 'u') => "f",
        ("" | "k" | "s" | "t" | "n" | "h" | "m" | "r" | "g" | "z" | "d" | "b" | "p", _)
        | ("sh" | "ch" | "j", 'a' | 'i' | 'u' | 'o')
        | ("w", 'a' | 'o') => typed,
        ("y" | "ky" | "ny" | "hy" | "my" | "ry" | "gy" | "by" | "py", _) if glides => typed,
        ("sy", _) if glides => "sh",
        ("ty", _) if glides => "ch",
        ("jy" | "zy" | "dy", _) if glides => "j",
        _ => return None,
    })
}

/// Passes over what only lengthens an o or u. Before a vowel, the h of `oh` does so at a word's beginning (`Ohe`), else it
/// begins a syllable (`Kohei`).
fn past_length(vowel: char, after: &str, leading: bool) -> &str {
    let mut rest = match vowel {
        'o' if leading => after.trim_start_matches(['o', 'u', 'h']),
        'o' => after.trim_start_matches(['o', 'u']),
        'u' => after.trim_start_matches('u'),
        _ => return after,
    };
    while let Some(after) =
        rest.strip_prefix('h').filter(|after| !after.starts_with(['a', 'i', 'u', 'e', 'o']))
    {
        rest = after;
    }
    rest
}

#[cfg(test)]
mod tests;
