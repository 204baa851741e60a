//! Folding of plain text for mail.

/// The widest line of a mail, in half-width columns.
pub(crate) const WIDTH: usize = 76;

/// What a quoted line begins with.
const QUOTE: &str = "> ";

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
            wrap_line(line, WIDTH, &mut folded);
        }
        folded.push('\n');
    }
    folded
}

/// Somebody's words as a mail quotes them: each line, folded ones too, begins with `> `. No line is left whole.
pub(crate) fn quoted(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + text.len() / 16);
    for line in text.lines() {
        wrap_line(line, WIDTH - QUOTE.len(), &mut folded);
        folded.push('\n');
    }
    let quote = |line: &str| format!("{QUOTE}{line}").trim_end().to_owned();
    folded.lines().map(quote).collect::<Vec<_>>().join("\n")
}

fn wrap_line(line: &str, widest: usize, folded: &mut String) {
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
        if column > 0 && column + visible > widest {
            folded.truncate(folded.trim_end_matches(' ').len());
            folded.push('\n');
            folded.push_str(indent);
            column = columns(indent);
        }
        for character in piece.chars() {
            let step = width(character);
            if column + step > widest && character != ' ' {
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
    fn no_quoted_line_looks_like_the_mails_own() {
        let address = format!("https://example.jp/{}■ バッジ", "a".repeat(80));
        let listed = format!("・{}", "長い文。".repeat(40));
        for text in [&address, &listed, "■ バッジ\n\n・状態：削除済み\n", &"> ".repeat(60)] {
            let quotation = quoted(text);
            assert!(
                quotation.lines().all(|line| line.starts_with('>') && columns(line) <= WIDTH),
                "{quotation}"
            );
            // Nor once it is folded with the mail around it.
            assert_eq!(wrap(&quotation), format!("{quotation}\n"));
            let plain =
                |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != '>').collect::<String>();
            assert_eq!(plain(&quotation), plain(text));
        }
    }

    #[test]
    fn a_full_stop_never_begins_a_line() {
        let folded = wrap(&format!("{}。続き", "あ".repeat(WIDTH / 2)));
        assert_eq!(folded, format!("{}\nあ。続き\n", "あ".repeat(WIDTH / 2 - 1)));
    }
}
