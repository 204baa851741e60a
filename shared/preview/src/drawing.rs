//! What stands where: the artwork at the left, the texts beside it, the issuer along the bottom.

use crate::Preview;
use crate::glyphs::legible;
use crate::lines::{Paragraph, Step, fit};
use crate::svg::{Area, Svg};

/// The width of the picture in pixels.
pub const WIDTH: u32 = 1200;
/// Its height.
pub const HEIGHT: u32 = 630;

/// Where the artwork is put.
pub(crate) const ARTWORK: Area = Area { left: 64.0, top: 59.0, width: 400.0, height: 400.0 };

// The colours of the pages, by daylight.
const PAPER: &str = "#f6f5f1";
const CARD: &str = "#ffffff";
const INK: &str = "#1a2332";
const SOFT: &str = "#566173";
const LINE: &str = "#d9d9d2";
const ACCENT: &str = "#1d4a8c";
const WASH: &str = "#e9edf3";

const LEFT: f32 = 520.0;
const RIGHT: f32 = 1140.0;
/// The texts beside the artwork stand between these.
const TOP: f32 = 40.0;
const FOOT: f32 = 518.0;

/// A line takes this many times its size, and its baseline lies this far below its top.
const LEADING: f32 = 1.36;
const BASELINE: f32 = 1.06;
/// More lines of facts than this run on in the last one.
const FACTS: usize = 4;

/// The sizes tried for each text, the largest first. They shrink together when the column would grow too high.
const NAME: [Step; 6] = [
    Step { size: 56.0, lines: 2 },
    Step { size: 50.0, lines: 2 },
    Step { size: 44.0, lines: 2 },
    Step { size: 38.0, lines: 3 },
    Step { size: 34.0, lines: 3 },
    Step { size: 30.0, lines: 3 },
];
const NAME_EN: [Step; 4] = [
    Step { size: 26.0, lines: 1 },
    Step { size: 24.0, lines: 2 },
    Step { size: 22.0, lines: 2 },
    Step { size: 19.0, lines: 3 },
];
const HOLDER: [Step; 4] = [
    Step { size: 38.0, lines: 1 },
    Step { size: 32.0, lines: 1 },
    Step { size: 28.0, lines: 2 },
    Step { size: 24.0, lines: 3 },
];
const FACT: [Step; 4] = [
    Step { size: 23.0, lines: 1 },
    Step { size: 21.0, lines: 1 },
    Step { size: 19.0, lines: 1 },
    Step { size: 18.0, lines: 2 },
];
const SHRINK: [f32; 6] = [1.0, 0.92, 0.84, 0.76, 0.68, 0.6];

/// The whole drawing but for the artwork.
pub(crate) fn svg(preview: &Preview<'_>) -> String {
    let mut svg = Svg::new(WIDTH, HEIGHT);
    svg.rectangle(Area { left: 0.0, top: 0.0, width: 1200.0, height: 630.0 }, 0.0, PAPER);
    svg.rectangle(Area { left: 0.0, top: 0.0, width: 1200.0, height: 8.0 }, 0.0, ACCENT);
    column(preview, &mut svg);
    imprint(preview, &mut svg);
    svg.finish()
}

/// A text of the column: its colour and the space above it.
struct Block {
    paragraph: Paragraph,
    fill: &'static str,
    above: f32,
}

/// The label, the achievement, the holder and the facts, together in the middle of the space they have.
fn column(preview: &Preview<'_>, svg: &mut Svg) {
    let texts = Texts::of(preview);
    let mut blocks = Vec::new();
    let mut height = 0.0;
    for shrink in SHRINK {
        blocks = texts.set(shrink);
        height = LABEL + blocks.iter().map(Block::height).sum::<f32>();
        if height <= FOOT - TOP {
            break;
        }
    }
    let top = (TOP + (FOOT - TOP - height) / 2.0).max(TOP);
    label(top, svg);
    let mut y = top + LABEL;
    for block in &blocks {
        y += block.above;
        for line in &block.paragraph.lines {
            svg.text(LEFT, y + block.paragraph.size * BASELINE, block.paragraph.size, block.fill, line);
            y += block.paragraph.size * LEADING;
        }
    }
}

const LABEL: f32 = 40.0;

fn label(top: f32, svg: &mut Svg) {
    let size = 19.0;
    let words = fit("オープンバッジ　Open Badge", RIGHT - LEFT, &[Step { size, lines: 1 }]);
    let text = words.lines.concat();
    let width: f32 = text.chars().map(crate::font::advance).sum::<f32>() * size;
    svg.rectangle(Area { left: LEFT, top, width: width + 36.0, height: LABEL }, LABEL / 2.0, WASH);
    svg.text(LEFT + 18.0, top + 26.5, size, ACCENT, &text);
}

/// The column's texts, ready to be drawn at any size.
struct Texts {
    name: String,
    name_en: String,
    holder: String,
    facts: Vec<String>,
}

impl Texts {
    fn of(preview: &Preview<'_>) -> Self {
        let name = legible(preview.achievement);
        let name_en = legible(preview.achievement_en);
        // One more than are drawn is read, so that the last one can tell that there is more.
        let mut facts: Vec<String> =
            preview.lines.iter().take(64).map(|line| legible(line)).filter(|line| !line.is_empty()).collect();
        if facts.len() > FACTS {
            let rest = facts.split_off(FACTS - 1).join(" · ");
            facts.push(legible(&rest));
        }
        Self {
            name_en: if name_en == name { String::new() } else { name_en },
            name,
            holder: legible(preview.holder_name.unwrap_or_default()),
            facts,
        }
    }

    fn set(&self, shrink: f32) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut push = |text: &str, steps: &[Step], fill, above: f32| {
            if !text.is_empty() {
                let steps: Vec<Step> =
                    steps.iter().map(|step| Step { size: step.size * shrink, ..*step }).collect();
                let paragraph = fit(text, RIGHT - LEFT, &steps);
                blocks.push(Block { paragraph, fill, above: above * shrink });
            }
        };
        push(&self.name, &NAME, INK, 16.0);
        push(&self.name_en, &NAME_EN, SOFT, 6.0);
        push(&self.holder, &HOLDER, ACCENT, 24.0);
        for (fact, above) in self.facts.iter().zip([18.0, 2.0, 2.0, 2.0]) {
            push(fact, &FACT, SOFT, above);
        }
        blocks
    }
}

impl Block {
    fn height(&self) -> f32 {
        let lines = u16::try_from(self.paragraph.lines.len()).unwrap_or(u16::MAX);
        self.above + f32::from(lines) * self.paragraph.size * LEADING
    }
}

/// Who issued the badge, on a white band along the bottom.
fn imprint(preview: &Preview<'_>, svg: &mut Svg) {
    svg.rectangle(Area { left: 0.0, top: FOOT, width: 1200.0, height: 630.0 - FOOT }, 0.0, CARD);
    svg.rectangle(Area { left: 0.0, top: FOOT, width: 1200.0, height: 1.0 }, 0.0, LINE);
    let steps = [26.0, 23.0, 20.0, 17.0, 14.0].map(|size| Step { size, lines: 1 });
    let steps_en = [20.0, 18.0, 16.0, 14.0, 12.0].map(|size| Step { size, lines: 1 });
    let issuer = legible(preview.issuer);
    let mut issuer_en = legible(preview.issuer_en);
    if issuer_en == issuer {
        issuer_en.clear();
    }
    let width = RIGHT - ARTWORK.left;
    let baselines = if issuer.is_empty() || issuer_en.is_empty() { [582.0, 582.0] } else { [567.0, 602.0] };
    for (text, steps, baseline, fill) in
        [(issuer, steps, baselines[0], INK), (issuer_en, steps_en, baselines[1], SOFT)]
    {
        let paragraph = fit(&text, width, &steps);
        svg.text(ARTWORK.left, baseline, paragraph.size, fill, &paragraph.lines.concat());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use resvg::usvg::{Node, Rect, Tree, roxmltree};

    use super::*;

    fn preview<'a>(text: &'a str, lines: &'a [String]) -> Preview<'a> {
        Preview {
            achievement: text,
            achievement_en: text.get(1..).unwrap_or(text),
            holder_name: Some(text),
            issuer: text,
            issuer_en: text.get(1..).unwrap_or(text),
            lines,
            artwork: &[],
        }
    }

    /// The ink of every line of text, after it was seen that every letter of it has a glyph.
    fn ink(preview: &Preview<'_>) -> Vec<Rect> {
        let tree = Tree::from_str(&svg(preview), &crate::OPTIONS).unwrap();
        let texts = tree.root().children().iter().filter_map(|node| match node {
            Node::Text(text) => Some(text),
            _ => None,
        });
        texts
            .map(|text| {
                let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                assert!(glyphs.into_iter().all(|glyph| glyph.id.0 != 0), "an empty box in {preview:?}");
                text.flattened().abs_bounding_box()
            })
            .collect()
    }

    fn assert_in_place(preview: &Preview<'_>) {
        let ink = ink(preview);
        for (index, one) in ink.iter().enumerate() {
            assert!(one.left() >= ARTWORK.left - 4.0 && one.right() <= RIGHT + 4.0, "{one:?} in {preview:?}");
            assert!(one.top() >= 8.0 && one.bottom() <= 630.0, "{one:?} in {preview:?}");
            assert!(one.bottom() <= FOOT || one.top() >= FOOT, "{one:?} in {preview:?}");
            for other in &ink[..index] {
                let apart = one.top() >= other.bottom() - 1.0 || other.top() >= one.bottom() - 1.0;
                assert!(apart, "{one:?} touches {other:?} in {preview:?}");
            }
        }
    }

    #[test]
    fn the_longest_texts_stay_in_place() {
        for text in [
            "検定",
            "W",
            "Advanced Examination ",
            "Ễjệ̂",
            "葛\u{e0100}",
            "（「",
            "。",
            "か\u{309a}",
            "🎓 ",
            "㍿｜",
        ] {
            for length in [1, 2, 5, 10, 14, 20, 30, 60, 100, 150, 400] {
                let text = text.repeat(length);
                for lines in [0, 1, 3, 4, 9] {
                    assert_in_place(&preview(&text, &vec![text.clone(); lines]));
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_text_stays_in_place(text in "(\\PC|[a-zA-Z \u{3041}-\u{30ff}\u{4e00}-\u{9fff}]){0,90}", lines in 0_usize..6) {
            assert_in_place(&preview(&text, &vec![text.clone(); lines]));
        }
    }

    #[test]
    fn no_text_becomes_an_element() {
        let preview = Preview {
            achievement: "</text><image href=\"file:///etc/passwd\"/>&lt;",
            achievement_en: "]]><!-- &#0; \u{0}\u{1b}",
            holder_name: Some("<!DOCTYPE x [<!ENTITY a 'b'>]>&a; Ł<"),
            issuer: "<svg>",
            issuer_en: "",
            lines: &[],
            artwork: &[],
        };
        let drawn = svg(&preview);
        let tree = roxmltree::Document::parse(&drawn).unwrap();
        let known = ["svg", "rect", "text", "tspan"];
        assert!(
            tree.descendants()
                .filter(roxmltree::Node::is_element)
                .all(|node| known.contains(&node.tag_name().name()))
        );
        let texts: String =
            tree.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text()).collect();
        assert!(texts.contains("passwd") && texts.contains("&#0;") && texts.contains("&a;"));
    }
}
