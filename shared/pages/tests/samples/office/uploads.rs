//! Lists of candidates, from choosing a file to what was registered.

use jiff::civil::date;
use shomei_core::{
    address::{AddressRefusal, MailAddress},
    intake::{
        Column, Judged, RefusalCode, Summary, WarningCode,
        list::ListError,
        upload::{DraftRow, Filter, RowRef, Standing, Tally},
    },
    office::Role,
};
use shomei_pages::{
    Bilingual,
    office::{
        Desk, Draft, DraftLine, DraftStage, End, Place, RowLine, RowNotice, UPLOAD_ROWS, UploadChecked,
        UploadEnded, UploadProgress, UploadRowPage, UploadsPage,
    },
};

use super::{now, october};
use crate::samples::{Sample, Words, body, page};

pub(super) fn pages(words: &Words) -> Vec<Sample> {
    [lists(words), progress(words), lists_to_look_through(words), ends(words), mended_rows(words)].concat()
}

fn desk(role: Role) -> Desk {
    Desk { place: Place::Lists, role }
}

fn url(words: &Words) -> String {
    (words.path)("/office/uploads/0a1b2c3d4e5f60718293a4b5c6d7e8f9")
}

fn typed(words: &Words, text: &str) -> String {
    (words.text)(text, text).ja
}

fn draft(words: &Words, role: Role) -> Draft {
    let file = typed(words, "2026年10月_合格者名簿.csv");
    Draft { issuer: body(words), desk: desk(role), url: url(words), file, another: None }
}

fn lists(words: &Words) -> Vec<Sample> {
    let shown = |role, wrong, thrown_away, drafts| UploadsPage {
        issuer: body(words),
        desk: desk(role),
        wrong,
        thrown_away,
        drafts,
    };
    let line = |stage, rows| DraftLine {
        url: url(words),
        file: typed(words, "2026年10月_合格者名簿.csv"),
        by: typed(words, "hanako"),
        at: now(),
        rows,
        stage,
    };
    let stages = [
        (DraftStage::Receiving, 0),
        (DraftStage::Checking, 2_000),
        (DraftStage::Checked, 120),
        (DraftStage::Saving, 120),
        (DraftStage::Saved, 120),
        (DraftStage::Unreadable, 0),
        (DraftStage::Discarded, 120),
    ];
    let drafts: Vec<_> = stages.into_iter().map(|(stage, rows)| line(stage, rows)).collect();
    let wrong = Bilingual {
        ja: "ファイルが選ばれていません。".to_owned(),
        en: "No file was chosen.".to_owned(),
    };
    vec![
        page("office_uploads_empty", false, shown(Role::Clerk, None, false, Vec::new())),
        page("office_uploads", false, shown(Role::Clerk, None, false, drafts.clone())),
        page("office_uploads_viewer", false, shown(Role::Viewer, None, false, drafts)),
        page("office_uploads_wrong", false, shown(Role::Clerk, Some(wrong), false, Vec::new())),
        page("office_uploads_thrown_away", false, shown(Role::Clerk, None, true, Vec::new())),
    ]
}

fn progress(words: &Words) -> Vec<Sample> {
    let shown = |role, stage, done, whole| UploadProgress { draft: draft(words, role), stage, done, whole };
    let checking = |role| shown(role, DraftStage::Checking, 122_880, 409_600);
    vec![
        page("office_upload_receiving", false, shown(Role::Clerk, DraftStage::Receiving, 1, 1)),
        page("office_upload_receiving_viewer", false, shown(Role::Viewer, DraftStage::Receiving, 1, 1)),
        page("office_upload_checking", false, checking(Role::Clerk)),
        page("office_upload_checking_viewer", false, checking(Role::Viewer)),
        page("office_upload_saving", false, shown(Role::Clerk, DraftStage::Saving, 64, 120)),
        page("office_upload_discarding", false, shown(Role::Clerk, DraftStage::Discarded, 2, 4)),
    ]
}

/// What was probably meant by addresses with a slip.
pub(crate) fn meant() -> MailAddress {
    MailAddress::mend("hanako.yamada@gmail.com").unwrap().address
}

/// A row of somebody, with this address and this said of it.
fn row(words: &Words, line: u64, mailbox: &str, judged: Judged) -> RowLine {
    let cell = |column| match column {
        Column::Name => words.name.clone(),
        Column::Address => typed(words, mailbox),
        Column::Achievement => typed(words, "pm-professional"),
        Column::Kind => typed(words, "合格"),
        Column::Date => typed(words, "2026/10/5"),
        Column::Kana => typed(words, "ヤマダ ハナコ"),
        Column::Roman => typed(words, "YAMADA Hanako"),
        Column::Number => typed(words, &format!("PM-{:04}", 4_700 + line)),
    };
    let cells = Column::ALL.map(|column| Some(cell(column))).into();
    let content = DraftRow { line, cells, broken: Vec::new(), judged, dropped: false, mended: false };
    RowLine { row: RowRef { chunk: 1, line }, content }
}

/// A row of which some cells say something else, or nothing.
fn but(mut line: RowLine, cells: &[(Column, &str)]) -> RowLine {
    for (column, text) in cells {
        let cell = line.content.cells.get_mut(*column as usize).unwrap();
        *cell = Some((*text).to_owned());
    }
    line
}

/// A row with what is told of it, for every warning there is, and for two at once.
fn warned(words: &Words) -> Vec<RowLine> {
    let slip = || WarningCode::AddressSuspicious { suggestion: meant() };
    let warnings = [
        ("hanako.yamada@gmial.com", vec![slip()]),
        ("hanako..yamada.@docomo.ne.jp", vec![WarningCode::AddressOldCarrierForm]),
        ("hanako.yamada@yahoo.com", vec![WarningCode::AddressYahooCom]),
        ("hanako.yamada@example.com", vec![WarningCode::AddressShared]),
        ("hanako.yamada@nomail.example.jp", vec![WarningCode::AddressDomainWithoutMail]),
        ("hanako.yamada@example.com", vec![WarningCode::AddressStopped]),
        ("hanako.yamada@example.com", vec![WarningCode::Late { due_by: date(2026, 11, 30) }]),
        ("hanako.yamada@gmial.com", vec![slip(), WarningCode::AddressDomainWithoutMail]),
    ];
    let warned = warnings.into_iter().zip(11..);
    let mut rows: Vec<_> = warned
        .map(|((mailbox, warnings), line)| row(words, line, mailbox, Judged::Accepted { warnings }))
        .collect();
    // The last one corrects what is registered.
    let shared = vec![WarningCode::AddressShared];
    rows.push(row(words, 19, "hanako.yamada@example.com", Judged::Amended { warnings: shared }));
    rows
}

/// Rows that cannot be registered: for one reason, for several, and because they are no rows.
fn refused(words: &Words) -> Vec<RowLine> {
    let refused = |line, mailbox, refusals| row(words, line, mailbox, Judged::Refused { refusals });
    let usual = "hanako.yamada@example.com";
    let without_at = RefusalCode::Address(AddressRefusal::AddressWithoutAt);
    let several = vec![
        RefusalCode::CellMissing { column: Column::Number },
        RefusalCode::KindUnknown,
        RefusalCode::DateImpossible,
        without_at,
    ];
    let mut broken = refused(5, "", vec![RefusalCode::RowCells { expected: 8, found: 7 }]);
    broken.content.cells = vec![None; Column::ALL.len()];
    broken.content.broken = vec![RefusalCode::RowCells { expected: 8, found: 7 }];
    let october = october();
    vec![
        but(
            refused(2, "hanako.yamada.example.com", several),
            &[(Column::Number, ""), (Column::Kind, "合挌"), (Column::Date, "2026/10/32")],
        ),
        refused(3, usual, vec![RefusalCode::AchievementUnknown]),
        refused(4, usual, vec![RefusalCode::RegisteredInAnotherMonth { month: october.previous() }]),
        broken,
        refused(6, usual, vec![RefusalCode::BeforeProgramme { first_eligible: date(2026, 4, 1) }]),
        refused(7, usual, vec![RefusalCode::AlreadyIssued]),
    ]
}

fn good(words: &Words) -> Vec<RowLine> {
    let usual = "hanako.yamada@example.com";
    let accepted = |line| row(words, line, usual, Judged::Accepted { warnings: Vec::new() });
    let mut mended = accepted(9);
    mended.content.mended = true;
    let mut dropped = accepted(20);
    dropped.content.dropped = true;
    vec![
        accepted(8),
        mended,
        row(words, 10, usual, Judged::Amended { warnings: Vec::new() }),
        row(words, 21, usual, Judged::Unchanged),
        dropped,
    ]
}

/// A list of 100 rows, of which these are shown.
fn checked(words: &Words, role: Role, filter: Filter, rows: Vec<RowLine>) -> UploadChecked {
    UploadChecked {
        draft: draft(words, role),
        notice: None,
        tally: Tally { refused: 6, warned: 9, accepted: 80, amended: 3, unchanged: 1, dropped: 1 },
        wallets: true,
        saved: None,
        changes: 2,
        unknown_columns: vec![typed(words, "備考"), typed(words, "所属")],
        filter,
        rows,
        page: 1,
        pages: 1,
        refused_files: 1,
    }
}

/// As whoever may register lists sees one that a colleague sent.
fn of_another(words: &Words) -> UploadChecked {
    let page = checked(words, Role::Approver, Filter::Attention, refused(words));
    let draft = Draft { another: Some(typed(words, "hanako")), ..page.draft };
    UploadChecked { draft, ..page }
}

/// As many rows as a page takes, with the most to press.
pub(crate) fn full_page(words: &Words) -> UploadChecked {
    let slip = || WarningCode::AddressSuspicious { suggestion: meant() };
    let warnings =
        || vec![slip(), WarningCode::AddressShared, WarningCode::Late { due_by: date(2026, 11, 30) }];
    let line = |line| row(words, line, "hanako.yamada@gmial.com", Judged::Accepted { warnings: warnings() });
    let rows = (100_000 - UPLOAD_ROWS as u64..100_000).map(line).collect();
    let page = checked(words, Role::Clerk, Filter::Attention, rows);
    let tally = Tally { warned: 90_000, refused: 0, ..page.tally };
    UploadChecked { tally, wallets: false, page: 2, pages: 90_000 / UPLOAD_ROWS, refused_files: 0, ..page }
}

fn lists_to_look_through(words: &Words) -> Vec<Sample> {
    let attention = || [refused(words), warned(words)].concat();
    let looked = |role, rows| checked(words, role, Filter::Attention, rows);
    let all = checked(words, Role::Clerk, Filter::All, good(words));
    let notice = |notice, rows| UploadChecked { notice: Some(notice), ..looked(Role::Clerk, rows) };
    let saved =
        Summary { rows: 94, accepted: 82, accepted_with_warning: 8, amended: 3, unchanged: 1, refused: 6 };
    let left = Tally { refused: 6, ..Tally::default() };
    let left = UploadChecked { tally: left, saved: Some(saved), ..looked(Role::Clerk, refused(words)) };
    let clean = Tally { accepted: 100, ..Tally::default() };
    let nothing = UploadChecked {
        tally: clean,
        unknown_columns: Vec::new(),
        refused_files: 0,
        ..looked(Role::Clerk, Vec::new())
    };
    let dropped: Vec<_> = good(words).into_iter().filter(|line| line.content.dropped).collect();
    let dropped = checked(words, Role::Clerk, Filter::Only(Standing::Dropped), dropped);
    let long = full_page(words);
    let rows = long.rows.iter().take(1).cloned().collect();
    let long = UploadChecked { rows, refused_files: 2, ..long };
    vec![
        page("office_upload_checked", false, looked(Role::Clerk, attention())),
        page("office_upload_checked_viewer", false, looked(Role::Viewer, attention())),
        page("office_upload_checked_all", false, all),
        page("office_upload_checked_dropped", false, dropped),
        page("office_upload_checked_long", false, long),
        page("office_upload_checked_clean", false, nothing),
        page("office_upload_checked_left", false, left),
        page("office_upload_checked_mended", false, notice(RowNotice::Mended, refused(words))),
        page("office_upload_checked_not_now", false, notice(RowNotice::NotNow, refused(words))),
        page("office_upload_checked_changed", false, notice(RowNotice::Changed, refused(words))),
        page("office_upload_checked_of_another", false, of_another(words)),
    ]
}

fn ends(words: &Words) -> Vec<Sample> {
    let shown = |role, approval, end| UploadEnded { draft: draft(words, role), end, approval };
    let summary =
        Summary { rows: 100, accepted: 80, accepted_with_warning: 9, amended: 3, unchanged: 8, refused: 0 };
    let missing = ListError::ColumnsMissing { columns: vec![Column::Achievement, Column::Address] };
    vec![
        page("office_upload_saved", false, shown(Role::Clerk, false, End::Saved(summary))),
        page("office_upload_saved_viewer", false, shown(Role::Viewer, true, End::Saved(summary))),
        page(
            "office_upload_unreadable",
            false,
            shown(Role::Clerk, false, End::Unreadable(missing.sentence().into())),
        ),
    ]
}

fn mended_rows(words: &Words) -> Vec<Sample> {
    let shown = |line, too_long| UploadRowPage {
        issuer: body(words),
        desk: desk(Role::Clerk),
        url: url(words),
        line,
        filter: Filter::Attention,
        page: 1,
        too_long,
    };
    let [first, .., broken, _, _] = &refused(words)[..] else { return Vec::new() };
    let [slip, ..] = &warned(words)[..] else { return Vec::new() };
    let long = "PM-".repeat(1_000);
    vec![
        page("office_upload_row", false, shown(slip.clone(), false)),
        page("office_upload_row_refused", false, shown(first.clone(), false)),
        page("office_upload_row_broken", false, shown(broken.clone(), false)),
        page("office_upload_row_too_long", false, shown(but(slip.clone(), &[(Column::Number, &long)]), true)),
    ]
}
