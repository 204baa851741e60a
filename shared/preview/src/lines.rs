//! Breaking a text into lines, and finding the size at which it fits.
//!
//! Japanese breaks between any two characters but for the marks that may not begin or end a line (kinsoku, JIS X 4051);
//! other text breaks at spaces. Of all sizes and breaks the ones are taken that part the fewest words, make the lines
//! about equally long, and leave the text large.

use crate::font;

/// A size of type in pixels, and how many lines of it there may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) size: f32,
    pub(crate) lines: usize,
}

/// A text as it is set.
#[derive(Debug, PartialEq)]
pub(crate) struct Paragraph {
    pub(crate) size: f32,
    pub(crate) lines: Vec<String>,
}

/// The worst break between the words of a compound.
const WORD: f32 = 0.3;
/// Inside a word that is written in katakana.
const KATAKANA: f32 = 0.6;
/// Inside a word that is written in letters: only where nothing else helps.
const LATIN: f32 = 10.0;
/// Against the rules of typesetting: before a full stop, after an opening bracket.
const MARK: f32 = 100.0;
/// What one more line costs.
const ANOTHER_LINE: f32 = 0.05;

/// Sets `text` within `width` pixels, whole, in the one of `steps` that reads best: large, and broken where it may be.
/// Where it fits in none, as much as the last one takes ends in an ellipsis.
pub(crate) fn fit(text: &str, width: f32, steps: &[Step]) -> Paragraph {
    let measured = Measured::new(text);
    let largest = steps.first().map_or(1.0, |step| step.size);
    let settings = steps.iter().filter_map(|step| {
        let (cost, lines) = measured.fill(width, *step)?;
        Some((cost + 1.0 - step.size / largest, Paragraph { size: step.size, lines }))
    });
    match settings.min_by(|one, other| one.0.total_cmp(&other.0)) {
        Some((_, paragraph)) => paragraph,
        None => shorten(&measured.characters, width, steps),
    }
}

/// The most of the text that fits before an ellipsis.
fn shorten(characters: &[char], width: f32, steps: &[Step]) -> Paragraph {
    let step = steps.last().copied().unwrap_or(Step { size: 12.0, lines: 1 });
    let mut paragraph = Paragraph { size: step.size, lines: Vec::new() };
    let (mut fits, mut too_long) = (0, characters.len());
    while fits + 1 < too_long {
        let middle = usize::midpoint(fits, too_long);
        let begun: String = characters.get(..middle).unwrap_or_default().iter().collect();
        if let Some((_, lines)) = Measured::new(&format!("{}…", begun.trim_end())).fill(width, step) {
            paragraph.lines = lines;
            fits = middle;
        } else {
            too_long = middle;
        }
    }
    paragraph
}

/// A text with the place of every character in it, in ems.
struct Measured {
    characters: Vec<char>,
    /// Where each character begins, and where the last one ends.
    offsets: Vec<f32>,
}

/// A place where a line may end.
#[derive(Clone, Copy)]
struct Break {
    /// The next line begins with this character.
    at: usize,
    penalty: f32,
}

impl Measured {
    fn new(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let mut offsets = vec![0.0];
        let mut pen = 0.0;
        for &character in &characters {
            pen += font::advance(character);
            offsets.push(pen);
        }
        Self { characters, offsets }
    }

    /// Every place where a line may end, with both ends of the text.
    fn breaks(&self) -> Vec<Break> {
        let mut breaks = vec![Break { at: 0, penalty: 0.0 }];
        for (pair, at) in self.characters.windows(2).zip(1..) {
            if let &[before, after] = pair
                // A mark stays on its letter whatever happens.
                && font::advance(after) > 0.0
            {
                breaks.push(Break { at, penalty: penalty(before, after) });
            }
        }
        breaks.push(Break { at: self.characters.len(), penalty: 0.0 });
        breaks
    }

    /// The best lines of this step's size that take the whole text, and what is bad about them.
    fn fill(&self, width: f32, step: Step) -> Option<(f32, Vec<String>)> {
        let breaks = self.breaks();
        (1_u8..)
            .take(step.lines)
            .filter_map(|count| self.balance(&breaks, count, width / step.size))
            .min_by(|one, other| one.0.total_cmp(&other.0))
    }

    /// The best way to fill exactly `count` lines of `width` ems, if there is one.
    fn balance(&self, breaks: &[Break], count: u8, width: f32) -> Option<(f32, Vec<String>)> {
        let mean = self.width(0, self.characters.len()) / f32::from(count);
        if mean > width {
            return None;
        }
        // For every place: the least cost to get there with the lines so far, and where each of them began.
        let mut costs: Vec<Option<f32>> = vec![None; breaks.len()];
        *costs.first_mut()? = Some(ANOTHER_LINE * f32::from(count));
        let mut origins: Vec<Vec<usize>> = Vec::new();
        for _ in 0..count {
            let mut reached = vec![None; breaks.len()];
            let mut origin = vec![0; breaks.len()];
            let places = breaks.iter().enumerate().zip(reached.iter_mut().zip(&mut origin));
            for ((index, end), (reached, origin)) in places {
                for (begun, (start, cost)) in breaks.iter().zip(&costs).enumerate().take(index) {
                    let Some(cost) = cost else { continue };
                    let length = self.width(start.at, end.at);
                    let total = cost + ((length - mean) / width).powi(2) + end.penalty;
                    if length <= width && reached.is_none_or(|best| total < best) {
                        (*reached, *origin) = (Some(total), begun);
                    }
                }
            }
            costs = reached;
            origins.push(origin);
        }
        let cost = (*costs.last()?)?;
        let mut lines = Vec::new();
        let mut end = breaks.len() - 1;
        for origin in origins.iter().rev() {
            let start = *origin.get(end)?;
            lines.push(self.line(breaks.get(start)?.at, breaks.get(end)?.at));
            end = start;
        }
        lines.reverse();
        Some((cost, lines))
    }

    /// The width of a line without the white space at its ends.
    fn width(&self, start: usize, end: usize) -> f32 {
        let (start, end) = self.trimmed(start, end);
        match (self.offsets.get(start), self.offsets.get(end)) {
            (Some(start), Some(end)) => end - start,
            _ => f32::INFINITY,
        }
    }

    fn line(&self, start: usize, end: usize) -> String {
        let (start, end) = self.trimmed(start, end);
        self.characters.get(start..end).unwrap_or_default().iter().collect()
    }

    fn trimmed(&self, mut start: usize, mut end: usize) -> (usize, usize) {
        let is_space = |at: usize| self.characters.get(at).is_some_and(|character| character.is_whitespace());
        while start < end && is_space(start) {
            start += 1;
        }
        while start < end && is_space(end - 1) {
            end -= 1;
        }
        (start, end)
    }
}

#[derive(PartialEq, Clone, Copy)]
enum Script {
    Kanji,
    Hiragana,
    Katakana,
    Digit,
    Other,
}

/// How bad it is to end a line between these two: 0 where a pause is written, more where a word is parted.
fn penalty(before: char, after: char) -> f32 {
    if never_first(after) || never_last(before) || after.is_whitespace() {
        return MARK;
    }
    if before.is_whitespace() || PAUSES.contains(before) || OPENINGS.contains(after) {
        return 0.0;
    }
    if !is_wide(before) && !is_wide(after) {
        return LATIN;
    }
    match (script(before), script(after)) {
        (Script::Hiragana, Script::Kanji | Script::Katakana) => 0.03,
        (Script::Kanji, Script::Kanji) => 0.15,
        (Script::Hiragana, Script::Hiragana) => 0.2,
        (Script::Kanji, Script::Hiragana) | (Script::Digit, _) | (_, Script::Digit) => WORD,
        (Script::Katakana, Script::Katakana) => KATAKANA,
        _ => 0.06,
    }
}

const PAUSES: &str = "・、。）」』】／：，．！？";
const OPENINGS: &str = "「『（［｛〔〈《【([{‘“";

fn script(character: char) -> Script {
    match character {
        'ぁ'..='ゟ' => Script::Hiragana,
        'ァ'..='ヿ' | 'ㇰ'..='ㇿ' | 'ｦ'..='ﾟ' => Script::Katakana,
        '々' | '〆' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
            Script::Kanji
        }
        '0'..='9' | '０'..='９' => Script::Digit,
        _ => Script::Other,
    }
}

/// Where spaces are not written between words.
fn is_wide(character: char) -> bool {
    character >= '\u{2e80}'
}

fn never_first(character: char) -> bool {
    "、。，．・：；？！」』）］｝〕〉》】ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々ゝゞヽヾ゛゜\u{3099}\u{309a}ﾞﾟｰ…,.:;?!)]}’”"
        .contains(character)
}

fn never_last(character: char) -> bool {
    OPENINGS.contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 3] =
        [Step { size: 50.0, lines: 1 }, Step { size: 40.0, lines: 2 }, Step { size: 30.0, lines: 3 }];

    fn set(text: &str) -> Paragraph {
        fit(text, 600.0, &STEPS)
    }

    #[test]
    fn a_short_text_is_large_and_a_long_one_small() {
        assert_eq!(set("検定"), Paragraph { size: 50.0, lines: vec!["検定".to_owned()] });
        assert!((set(&"検".repeat(60)).size - 30.0).abs() < f32::EPSILON);
        assert_eq!(set(&"検".repeat(60)).lines.concat(), "検".repeat(60));
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(
            set("プロジェクトマネジメント・プロフェッショナル検定").lines,
            ["プロジェクトマネジメント・", "プロフェッショナル検定"]
        );
        assert_eq!(
            set("個人情報の保護に関する実務検定試験").lines,
            ["個人情報の保護に", "関する実務検定試験"]
        );
        let english = set("Certified Project Management Professional, Advanced Level");
        assert_eq!(english.lines, ["Certified Project Management", "Professional, Advanced Level"]);
    }

    #[test]
    fn no_line_begins_or_ends_with_what_may_not() {
        for length in 1..36 {
            let text = format!("{}ー「{}」。", "ア".repeat(length), "漢".repeat(20));
            for line in set(&text).lines {
                assert!(!line.starts_with(never_first), "{line}");
                assert!(!line.ends_with(never_last), "{line}");
            }
        }
    }

    #[test]
    fn what_fits_nowhere_ends_in_an_ellipsis() {
        let set = set(&"検".repeat(61));
        assert_eq!(set.lines.len(), 3);
        assert_eq!(set.lines.concat(), format!("{}…", "検".repeat(59)));
    }

    #[test]
    fn a_word_longer_than_a_line_is_parted_and_kept_whole() {
        let word = "x".repeat(80);
        let set = set(&word);
        assert!(set.lines.len() > 1);
        assert_eq!(set.lines.concat(), word);
    }
}
