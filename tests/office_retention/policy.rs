//! What is said to be kept is what is stored.

use std::collections::BTreeSet;

use shomei_core::{
    office::retention::policy::{Place, Until, policy},
    programme::Retention,
};

const README: &str = include_str!("../../shared/README.md");

/// Every record with a personal field, as the table of `shared/README.md` has them.
fn table() -> BTreeSet<(&'static str, &'static str)> {
    let quoted = |cell: &'static str| cell.split('`').skip(1).step_by(2);
    let mut table = BTreeSet::new();
    for line in README.lines() {
        let cells: Vec<&'static str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [record, key, personal, _, _] = cells[..] else { continue };
        if let Some(record) = quoted(record).next()
            && quoted(key).count() > 1
        {
            table.extend(quoted(personal).map(|field| (record, field)));
        }
    }
    assert!(table.len() > 40, "{table:?}");
    table
}

#[test]
fn the_policy_names_every_personal_field_of_every_record_and_no_other() {
    let rules = policy(&Retention::default());
    let fields: BTreeSet<_> =
        rules.iter().flat_map(|rule| rule.fields.iter().map(|field| (rule.place, field.name()))).collect();
    let table = table();
    for (record, field) in &table {
        let told = fields.iter().any(|(place, name)| place.records().contains(record) && name == field);
        assert!(told, "nobody says until when {record} keeps `{field}`");
    }
    for (place, field) in &fields {
        let stored = place.records().iter().any(|record| table.contains(&(*record, *field)));
        assert!(stored, "{place:?} keeps no `{field}`");
    }
}

#[test]
fn only_what_holders_rely_on_for_good_is_kept_for_good() {
    let rules = policy(&Retention::default());
    let for_good: Vec<_> =
        rules.iter().filter(|rule| rule.until == Until::ForGood).map(|rule| rule.place).collect();
    assert_eq!(for_good, [Place::Qualifications]);
    // And the other way round: what a record's row says nobody removes holds nobody's data but theirs who answer for it.
    let nobody = README.lines().filter(|line| line.starts_with("| `") && line.contains("| Nobody: "));
    for line in nobody {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let qualifications = cells[0] == "`AchievementVersion`";
        assert_eq!(cells[2], if qualifications { "`staff`" } else { "none" }, "{line}");
    }
}
