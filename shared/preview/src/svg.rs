//! The few elements of SVG that the drawing is made of. Whatever is given as text stays text.

use std::fmt::{Display, Write};

use crate::font::{SECOND, advance, needs_second};

/// An upright rectangle, in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Area {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// A drawing in the making.
pub(crate) struct Svg(String);

impl Svg {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        let mut svg = Self(String::with_capacity(4096));
        svg.write(format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">"#
        ));
        svg
    }

    pub(crate) fn rectangle(&mut self, area: Area, radius: f32, fill: &'static str) {
        let Area { left, top, width, height } = area;
        self.write(format_args!(
            r#"<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="{radius}" fill="{fill}"/>"#
        ));
    }

    /// One line of text. `y` is its baseline. Each run of one font has a place of its own: what shares one is shaped whole with
    /// each of its fonts and then sewn together, at which the renderer fails where the fonts' clusters differ.
    pub(crate) fn text(&mut self, x: f32, y: f32, size: f32, fill: &'static str, text: &str) {
        self.write(format_args!(r#"<text y="{y:.2}" font-size="{size:.2}" fill="{fill}">"#));
        let characters: Vec<char> = text.chars().collect();
        let mut left = x;
        for run in characters.chunk_by(|&left, &right| needs_second(left) == needs_second(right)) {
            self.write(format_args!(r#"<tspan x="{left:.2}""#));
            if run.iter().copied().all(needs_second) {
                self.write(format_args!(r#" font-family="{SECOND}""#));
            }
            self.0.push('>');
            for &character in run {
                self.character(character);
            }
            self.0.push_str("</tspan>");
            left += run.iter().copied().map(advance).sum::<f32>() * size;
        }
        self.0.push_str("</text>");
    }

    fn character(&mut self, character: char) {
        match character {
            '&' => self.0.push_str("&amp;"),
            '<' => self.0.push_str("&lt;"),
            '>' => self.0.push_str("&gt;"),
            // XML has no word for control characters; `legible` has left them out already.
            _ if character.is_control() => {}
            _ => self.0.push(character),
        }
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push_str("</svg>");
        self.0
    }

    fn write(&mut self, element: impl Display) {
        // Writing to a `String` cannot fail.
        let _ = write!(self.0, "{element}");
    }
}
