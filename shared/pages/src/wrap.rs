//! Folding of plain text for mail.

/// The widest line of a mail, in half-width columns.
pub(crate) const WIDTH: usize = 76;

/// Folds every line that is too wide; a line that is one URL stays whole. What continues a list
/// item stands under its text.
///
/// Japanese breaks between any two characters, except before a mark that may not begin a line and
/// after one that may not end it (kinsoku, JIS X 4051). Other text breaks at spaces.
pub(crate) fn wrap(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + text.len() / 32);
    for line in text.lines() {
        if line.starts_with("https://") || line.starts_with("http://") {
            folded.push_str(line);
        } else {
            wrap_line(line, &mut folded);
        }
        folded.push('\n');
    }
    folded
}

fn wrap_line(line: &str, folded: &mut String) {
    let indent = match line.chars().next() {
        Some('・') => "　",
        Some('*') => "  ",
        _ => "",
    };
    let mut column = 0;
    let mut rest = line;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(piece_end(rest));
        let visible = columns(piece.trim_end());
        if column > 0 && column + visible > WIDTH {
            folded.truncate(folded.trim_end_matches(' ').len());
            folded.push('\n');
            folded.push_str(indent);
            column = columns(indent);
        }
        for character in piece.chars() {
            let step = width(character);
            if column + step > WIDTH && character != ' ' {
                folded.push('\n');
                folded.push_str(indent);
                column = columns(indent);
            }
            folded.push(character);
            column += step;
        }
        rest = after;
    }
    folded.truncate(folded.trim_end_matches(' ').len());
}

/// Where the first piece that holds together ends, its trailing spaces included.
fn piece_end(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    while let Some((_, character)) = characters.next() {
        let Some(&(next_at, next)) = characters.peek() else { break };
        let at_space = character == ' ' && next != ' ';
        let at_wide = next != ' ' && (width(character) == 2 || width(next) == 2);
        if (at_space || at_wide) && !never_first(next) && !never_last(character) {
            return next_at;
        }
    }
    text.len()
}

fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// One column for half-width characters, two for the rest.
fn width(character: char) -> usize {
    match character {
        '\u{0}'..='\u{2ff}' | '\u{2010}'..='\u{2015}' | '\u{ff61}'..='\u{ff9f}' => 1,
        _ => 2,
    }
}

fn never_first(character: char) -> bool {
    "、。，．・：；？！」』）］｝〕〉》】ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々,.:;?!)]}"
        .contains(character)
}

fn never_last(character: char) -> bool {
    "「『（［｛〔〈《【([{".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_limit_and_nothing_is_lost() {
        let long = "これは長い文章です。".repeat(20);
        let mixed = format!("{long} and some English words, {}", "x".repeat(200));
        let listed = format!("・{long}");
        for text in [long, mixed, listed, "word ".repeat(80), "！".repeat(100), String::new()] {
            let folded = wrap(&text);
            assert!(folded.lines().all(|line| columns(line) <= WIDTH), "{folded}");
            let joined: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
            let expected: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            assert_eq!(joined, expected);
        }
    }

    #[test]
    fn a_link_stays_whole() {
        let link = format!("https://example.jp/{}", "a".repeat(200));
        assert_eq!(wrap(&link), format!("{link}\n"));
    }

    #[test]
    fn a_full_stop_never_begins_a_line() {
        let folded = wrap(&format!("{}。続き", "あ".repeat(WIDTH / 2)));
        assert_eq!(folded, format!("{}\nあ。続き\n", "あ".repeat(WIDTH / 2 - 1)));
    }
}
