//! Which column of a list is which.

use unicode_normalization::UnicodeNormalization;

use super::ListError;
use crate::{address::is_zero_width, intake::refusal::Column};

/// How many characters of an unknown column's name are reported.
const REPORTED_CHARACTERS: usize = 40;

/// How many unknown columns are reported.
const REPORTED_COLUMNS: usize = 32;

/// What lists call the columns, in the form that [`plain`] makes.
const NAMES: &[(Column, &[&str])] = &[
    (Column::Achievement, &["資格コード", "資格", "achievement", "achievementid"]),
    (Column::Kind, &["区分", "合格更新区分", "kind"]),
    (
        Column::Date,
        &["日付", "合格日・更新日", "合格日/更新日", "合格更新日", "合格日", "更新日", "年月日", "date"],
    ),
    (Column::Name, &["氏名", "名前", "name", "fullname"]),
    (Column::Kana, &["フリガナ", "ふりがな", "カナ", "カナ氏名", "氏名カナ", "氏名(カナ)", "kana"]),
    (Column::Roman, &["ローマ字", "ローマ字氏名", "英字氏名", "氏名(ローマ字)", "氏名(英字)", "roman"]),
    (
        Column::Address,
        &[
            "メールアドレス",
            "メール",
            "eメール",
            "e-mail",
            "email",
            "mail",
            "address",
            "mailaddress",
            "emailaddress",
        ],
    ),
    (Column::Number, &["会員番号", "受験番号", "番号", "number"]),
];

/// The columns of a list, in its order.
#[derive(Debug)]
pub(super) struct Header {
    /// None: ignored.
    pub(super) columns: Vec<Option<Column>>,
    /// The names that nobody knows.
    pub(super) unknown: Vec<String>,
}

/// The column of this name, whatever its width, case and spaces.
pub(super) fn column_named(name: &str) -> Option<Column> {
    let name = plain(name);
    NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|&(column, _)| column)
}

fn plain(name: &str) -> String {
    let normal = name.nfkc().filter(|&character| {
        !character.is_whitespace() && !is_zero_width(character) && character != '_' && !character.is_control()
    });
    normal.flat_map(char::to_lowercase).collect()
}

impl Header {
    /// Finds the columns. Empty names at the end are what Excel leaves of cleared columns.
    pub(super) fn read(mut names: Vec<String>) -> Result<Self, ListError> {
        while names.last().is_some_and(|name| plain(name).is_empty()) {
            names.pop();
        }
        let columns: Vec<_> = names.iter().map(|name| column_named(name)).collect();
        for column in Column::ALL {
            if columns.iter().flatten().filter(|&&found| found == column).count() > 1 {
                return Err(ListError::ColumnTwice { column });
            }
        }
        let missing: Vec<_> = Column::ALL
            .into_iter()
            .filter(|column| column.is_required() && !columns.contains(&Some(*column)))
            .collect();
        if !missing.is_empty() {
            return Err(ListError::ColumnsMissing { columns: missing });
        }
        let unknown = names
            .iter()
            .zip(&columns)
            .filter(|(name, column)| column.is_none() && !plain(name).is_empty())
            .take(REPORTED_COLUMNS)
            .map(|(name, _)| {
                name.trim().chars().filter(|c| !c.is_control()).take(REPORTED_CHARACTERS).collect()
            })
            .collect();
        Ok(Self { columns, unknown })
    }
}
