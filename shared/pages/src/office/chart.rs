//! Charts, drawn here and now: shapes and texts of SVG that the stylesheet colours. What they show stands beside them as words or as a
//! table, for whoever does not see them.

use std::collections::BTreeMap;

use askama::{Template, filters::HtmlSafe};
use jiff::{ToSpan as _, civil::Date};

use crate::Language;

/// The most days that a chart of days shows.
const MOST_DAYS: usize = 92;

/// The drawing's size, in its own units.
const WIDTH: usize = 640;
const HEIGHT: usize = 220;
/// What is left for the scale, and for the days.
const LEFT: usize = 44;
const BELOW: usize = 26;
const ABOVE: usize = 12;

/// How many badges were accepted by which day, out of all.
#[derive(Debug, Template)]
#[template(path = "office/claims.svg", escape = "html")]
pub(crate) struct ClaimsOverTime {
    /// Points of the line, as `polyline` writes them.
    line: String,
    /// The same, closed at the ground.
    area: String,
    /// Heights of the scale with their numbers.
    scale: Vec<(usize, usize)>,
    /// Places of the days with their names.
    days: Vec<(usize, String)>,
    sentence: String,
}

impl HtmlSafe for ClaimsOverTime {}

impl ClaimsOverTime {
    /// From the day of issue to the last day, but no longer than [`MOST_DAYS`]. None: there is nothing to draw.
    pub(crate) fn of(
        language: Language,
        (from, to): (Date, Date),
        all: usize,
        claims: &BTreeMap<Date, usize>,
    ) -> Option<Self> {
        if all == 0 || to < from {
            return None;
        }
        let days: Vec<Date> = from.series(1.day()).take_while(|day| *day <= to).take(MOST_DAYS).collect();
        let before: usize = claims.range(..from).map(|(_, count)| count).sum();
        let mut sum = before;
        let sums: Vec<usize> = days
            .iter()
            .map(|day| {
                sum += claims.get(day).copied().unwrap_or(0);
                sum
            })
            .collect();
        let height = HEIGHT - ABOVE - BELOW;
        let above = |count: usize| HEIGHT - BELOW - (count.min(all) * height) / all;
        let steps = days.len().saturating_sub(1).max(1);
        let across = |place: usize| LEFT + (place * (WIDTH - LEFT - 12)) / steps;
        let mut points = vec![format!("{},{}", LEFT, above(before))];
        points.extend(
            sums.iter().enumerate().map(|(place, count)| format!("{},{}", across(place), above(*count))),
        );
        let line = points.join(" ");
        let ground = HEIGHT - BELOW;
        let end = across(days.len().saturating_sub(1));
        let area = format!("{LEFT},{ground} {line} {end},{ground}");
        let every = days.len().div_ceil(6).max(1);
        let named = days.iter().enumerate().step_by(every);
        let last = days.last().copied().unwrap_or(to);
        let claimed = sums.last().copied().unwrap_or(before);
        let sentence = match language {
            Language::Japanese => format!(
                "{}から{}までに、{all}件のうち{claimed}件が受け取られました。",
                language.date(from),
                language.date(last)
            ),
            Language::English => format!(
                "From {} to {}, {claimed} of {all} were accepted.",
                language.date(from),
                language.date(last)
            ),
        };
        Some(Self {
            line,
            area,
            scale: [0, all / 2, all].into_iter().map(|count| (above(count), count)).collect(),
            days: named
                .map(|(place, day)| (across(place), format!("{}/{}", day.month(), day.day())))
                .collect(),
            sentence,
        })
    }
}

/// Bars side by side, each a part of the first.
#[derive(Debug, Template)]
#[template(path = "office/steps.svg", escape = "html")]
pub(crate) struct Steps {
    bars: Vec<Bar>,
    height: usize,
    sentence: String,
}

impl HtmlSafe for Steps {}

#[derive(Debug)]
struct Bar {
    name: String,
    count: usize,
    top: usize,
    width: usize,
}

/// How high one bar is, with the gap below it.
const BAR: usize = 34;
/// How long the longest is.
const BAR_WIDTH: usize = 400;

impl Steps {
    /// Names and counts, in order. None: there is nothing to draw.
    pub(crate) fn of(language: Language, steps: &[(&str, usize)]) -> Option<Self> {
        let most = steps.iter().map(|(_, count)| *count).max().filter(|most| *most > 0)?;
        let bar = |(place, (name, count)): (usize, &(&str, usize))| Bar {
            name: (*name).to_owned(),
            count: *count,
            top: place * BAR,
            width: (count * BAR_WIDTH) / most,
        };
        let bars: Vec<Bar> = steps.iter().enumerate().map(bar).collect();
        let words: Vec<String> = steps.iter().map(|(name, count)| format!("{name} {count}")).collect();
        Some(Self { height: bars.len() * BAR, bars, sentence: words.join(language.say("、", ", ")) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_line_ends_where_all_were_accepted() {
        let claims = BTreeMap::from([(date(2026, 11, 1), 3), (date(2026, 11, 3), 1)]);
        let days = (date(2026, 11, 1), date(2026, 11, 4));
        let chart = ClaimsOverTime::of(Language::English, days, 4, &claims).unwrap();
        assert_eq!(chart.line, "44,194 44,58 238,58 433,12 628,12");
        assert_eq!(chart.sentence, "From 1 November 2026 to 4 November 2026, 4 of 4 were accepted.");
        assert!(ClaimsOverTime::of(Language::English, days, 0, &claims).is_none());
    }

    #[test]
    fn what_ended_since_draws_no_line_beyond_the_frame() {
        let claims = BTreeMap::from([(date(2026, 11, 1), 9)]);
        let day = date(2026, 11, 1);
        let chart = ClaimsOverTime::of(Language::Japanese, (day, day), 4, &claims).unwrap();
        assert_eq!(chart.line, "44,194 44,12");
    }
}
