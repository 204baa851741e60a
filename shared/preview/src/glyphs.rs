//! From any text to characters that can be drawn.

use unicode_normalization::char::compose;

use crate::font;

/// What is drawn of one text at most. Longer ones end in an ellipsis.
pub const MAX_CHARACTERS: usize = 200;

/// The geta mark: what printers set where they lack the letter.
const GETA: char = '〓';

/// The text as it is drawn: white space folded, what cannot be seen left out, and 〓 for every character that no font
/// of this crate has.
pub fn legible(text: &str) -> String {
    let mut shown: Vec<char> = Vec::new();
    let mut characters = text.chars();
    for character in characters.by_ref() {
        // Marks grow out of the letter before them, and some letters lose them only in `compose`: count what is shown.
        if shown.len() > MAX_CHARACTERS {
            break;
        }
        append(&mut shown, character);
    }
    if shown.len() > MAX_CHARACTERS {
        shown.truncate(MAX_CHARACTERS - 1);
        shown.push('…');
    }
    shown.into_iter().collect::<String>().trim_end().to_owned()
}

fn append(shown: &mut Vec<char>, character: char) {
    let last = shown.last().copied();
    if character.is_whitespace() {
        // An ideographic space parts a Japanese name; it stays as wide as it is.
        if last.is_some_and(|last| !last.is_whitespace()) {
            shown.push(if character == '\u{3000}' { character } else { ' ' });
        }
    } else if is_variation_selector(character) {
        // A variant that the font lacks is drawn as the character itself: it is the same one, in another shape.
        if last.is_some_and(|last| font::has_variant(last, character)) {
            shown.push(character);
        }
    } else if is_invisible(character) {
        // Nothing to draw, and some of these would turn the order of what follows.
    } else if let Some(whole) =
        last.and_then(|last| compose(last, character)).filter(|&whole| font::has(whole))
    {
        shown.pop();
        shown.push(whole);
    } else {
        shown.push(if font::has(character) { character } else { GETA });
    }
}

fn is_variation_selector(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_font_has_becomes_a_geta_mark() {
        assert_eq!(legible("山田👩‍💻太郎"), "山田〓〓太郎");
        assert_eq!(legible("محمد"), "〓〓〓〓");
        assert_eq!(legible("김철수"), "〓〓〓");
    }

    #[test]
    fn names_as_they_are_registered_are_drawn_as_they_are() {
        let names = [
            "髙橋 﨑人",
            "𠮷野 家",
            "渡邉 渡邊 渡辺",
            "濵田 濱田 浜田",
            "草彅 剛",
            "德川 慶喜",
            "𡈽屋 栁澤",
            "増﨑 神山",
            "祇園 祇園",
            "葛󠄀城 葛󠄁飾",
            "辻󠄀 辻󠄁",
            "𥔎 嵜 崎 寄",
            "禱 頴 顗 㟢 塚 塚",
            "ヵヶヰヱヴ",
            "か゚き゚く゚",
            "ｶﾞｷﾞ",
            "Nguyễn Thị Ánh",
            "Łukasz Żółć",
            "José Müller-Ñandú",
            "Şahin Işık",
            "Дмитро Їжак",
            "Ελένη",
            "O’Brien",
            "①②③ Ⅰ Ⅱ Ⅲ ㈱",
            "Đặng Ươn",
        ];
        for name in names {
            assert_eq!(legible(name), name);
        }
    }

    #[test]
    fn a_mark_joins_its_letter() {
        assert_eq!(legible("か\u{3099}"), "が");
        assert_eq!(legible("Nguye\u{302}\u{303}n"), "Nguyễn");
        assert_eq!(legible("s\u{327}"), "ş");
    }

    #[test]
    fn nothing_invisible_is_left() {
        assert_eq!(legible("\u{202e}a\u{0}\u{8}b\t\n c\u{200b}\u{feff} \u{85}"), "ab c");
        assert_eq!(legible(" 　 "), "");
        assert_eq!(legible("山田　太郎"), "山田　太郎");
        assert_eq!(legible("\u{fffe}\u{ffff}\u{10ffff}"), "〓〓〓");
    }

    #[test]
    fn a_variant_that_the_font_lacks_is_the_character_itself() {
        assert_eq!(legible("田\u{e01ef}"), "田");
        assert_eq!(legible("\u{e0100}x\u{fe0f}"), "x");
    }

    #[test]
    fn a_text_is_bounded_and_says_so() {
        let exact = "検".repeat(MAX_CHARACTERS);
        assert_eq!(legible(&exact), exact);
        let longer = legible(&"検".repeat(MAX_CHARACTERS + 1));
        assert_eq!(longer.chars().count(), MAX_CHARACTERS);
        assert!(longer.ends_with('…'));
    }
}
