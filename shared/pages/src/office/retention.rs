//! What is kept of people, where, why and until when.

use jiff::civil::Date;
use shomei_core::calendar::Month;
use shomei_core::office::retention::LastErasing;
use shomei_core::office::retention::policy::{Field, Place as Kept, Rule, Until};

use super::Desk;
use crate::layout::{Frame, document, page_template};
use crate::{Bilingual, Language, RenderError};

/// The rules, and how far the sweep has come.
#[derive(Clone, Debug)]
pub struct RetentionPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// Everything that is kept of a person.
    pub rules: Vec<Rule>,
    /// What was erased last because its time was over, if anything ever was.
    pub last: Option<LastErasing>,
    /// Months that are being erased.
    pub erasing: Vec<Month>,
    /// The month of the register that is erased next, and the first day on which it is.
    pub next: Option<(Month, Date)>,
}

page_template!(RetentionTemplate, RetentionPage, "office/retention.html");

impl RetentionPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("個人情報の保存期間", "How long personal data is kept");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&RetentionTemplate { language, frame, page: self })
    }

    /// What the last erasing came to, in words.
    fn erased(last: &LastErasing, language: Language) -> String {
        let erased = last.erased;
        let counts = [
            (erased.candidates, "合格・更新の記録", "occasions"),
            (erased.readings, "フリガナとローマ字", "readings of names"),
            (erased.orders, "再発行のお申し込み", "orders"),
            (erased.lines, "操作の記録", "lines of the audit"),
        ];
        let told =
            counts.into_iter().filter(|(count, ..)| *count > 0).map(|(count, ja, en)| match language {
                Language::Japanese => format!("{ja} {count}件"),
                Language::English => format!("{count} {en}"),
            });
        let told: Vec<String> = told.collect();
        if told.is_empty() {
            return language.say("月の名簿の締め", "the end of a month’s register").to_owned();
        }
        told.join(language.say("、", ", "))
    }
}

/// The kinds of data of a rule, in words.
fn fields(rule: &Rule, language: Language) -> String {
    let words: Vec<_> = rule.fields.iter().map(|field| field_name(*field, language)).collect();
    words.join(language.say("、", ", "))
}

fn field_name(field: Field, language: Language) -> &'static str {
    match field {
        Field::Name => language.say("氏名", "name"),
        Field::Kana => language.say("フリガナ", "reading of the name"),
        Field::Roman => language.say("ローマ字の氏名", "name in Latin letters"),
        Field::Address => language.say("メールアドレス", "mail address"),
        Field::Number => language.say("会員番号", "member number"),
        Field::AddressHash => {
            language.say("メールアドレスのハッシュ値（ソルト付き）", "salted hash of the address")
        }
        Field::CandidateId => language.say("合格・更新記録の番号", "name of the occasion"),
        Field::TokenHash => language.say("リンクやログインの鍵のハッシュ値", "hashes of links and logins"),
        Field::AddressKey => {
            language.say("メールアドレスの検索用ハッシュ値", "hash by which an address is found")
        }
        Field::NetworkHash => language.say("IPアドレスのハッシュ値", "hash of the internet address"),
        Field::Addressee => language.say("領収書の宛名", "addressee of a receipt"),
        Field::PaymentId => language.say("決済の番号", "names of payments"),
        Field::Staff => language.say("職員の識別名", "names of staff"),
        Field::Reason => language.say("職員が記入した理由", "reasons in the staff’s words"),
        Field::NameMarks => language.say("氏名照合用のハッシュ値", "keyed hashes of the name"),
        Field::Message => language.say("お問い合わせの文面", "what was asked"),
    }
}

/// Where something is kept.
fn place_name(place: Kept, language: Language) -> &'static str {
    match place {
        Kept::Register => language.say("合格・更新の名簿", "The register"),
        Kept::Due => language.say("発行待ちの一覧", "Badges to be issued"),
        Kept::UnclaimedBadge => {
            language.say("まだ受け取られていないバッジ", "Badges that nobody has accepted")
        }
        Kept::ClaimedBadge => language.say("受け取られたバッジ", "Badges that were accepted"),
        Kept::DeletedBadge => language.say("削除されたバッジの跡", "What is left of deleted badges"),
        Kept::PublicBadge => language.say("バッジの公開ページ", "Public pages of badges"),
        Kept::Wallet => language.say("受取人のウォレット", "The recipient’s wallet"),
        Kept::ClaimLinks => language.say("バッジの受け取りリンク", "Links to badges"),
        Kept::ShortLinks => language.say("ログインや確認のリンク", "Links to sign in or to confirm"),
        Kept::Sessions => language.say("受取人のログイン", "Recipients who are signed in"),
        Kept::Letters => language.say("送信待ちのメール", "Mails about to be sent"),
        Kept::Limits => language.say("送信回数などの制限", "Limits on how often something is asked for"),
        Kept::Orders => language.say("再発行のお申し込みと入金", "Orders and payments"),
        Kept::EarlyRefunds => language.say("先に届いた返金の知らせ", "Refunds told of before their money"),
        Kept::Receipts => language.say("領収書と返還の書類", "Receipts and credit notes"),
        Kept::Audit => language.say("事務局の操作の記録", "The audit of the office"),
        Kept::StoppedAddresses => {
            language.say("送信を止めているメールアドレス", "Addresses that no mail goes to")
        }
        Kept::Qualifications => {
            language.say("資格の内容と変更の記録", "What can be certified, in all its versions")
        }
        Kept::Resends => language.say("一斉再送の進み具合", "Links being sent anew to all of a month"),
        Kept::OfficeSessions => language.say("職員のログイン", "Staff who are signed in"),
        Kept::Drafts => language.say("登録前の名簿", "Lists before they are registered"),
        Kept::Approvals => language.say("月ごとの承認", "Approvals of a month"),
        Kept::Erasures => {
            language.say("本人の請求による消去の手続き", "Erasures on request, while they are carried out")
        }
    }
}

/// What it is kept there for.
fn purpose(place: Kept, language: Language) -> &'static str {
    match place {
        Kept::Register => language.say(
            "だれが合格・更新したかの台帳です。再発行とお問い合わせには、番号とメールアドレスで本人を確かめる必要があるため、名簿がある間は残します。",
            "Who passed or renewed. A reissue or a question needs number and address to tell whose it is, so both stay as long as the register.",
        ),
        Kept::Due => language.say("次の発行の対象者です。", "Who gets a badge in the next run."),
        Kept::UnclaimedBadge => language.say(
            "受取人に届けるためです。名簿と一緒に取り下げて消去します。",
            "To reach the recipient. Withdrawn and erased with the register.",
        ),
        Kept::ClaimedBadge => language.say(
            "バッジは受取人のものです。名簿を消去しても、受取人の手元に残ります。",
            "The badge is its holder’s, and stays when the register goes.",
        ),
        Kept::DeletedBadge => language.say(
            "削除後に再発行できるようにするためです。氏名は残りません。",
            "So that it can be issued again. No name is left.",
        ),
        Kept::PublicBadge => language.say(
            "受取人が公開を選んだ間だけ、だれでも見られます。",
            "What anyone may see, exactly while its holder wants it.",
        ),
        Kept::Wallet => language.say(
            "受取人のバッジをまとめ、お知らせを届けるためです。",
            "Holds a recipient’s badges together, and says where notices go.",
        ),
        Kept::ClaimLinks => language.say(
            "メールのリンクから正しいバッジを開くためです。",
            "So that a mailed link opens the right badge.",
        ),
        Kept::ShortLinks => language.say("本人がメールを読めることを確かめるためです。", "Proves that a person reads the mail of an address."),
        Kept::Sessions => language.say("ログインを続けるためです。", "Keeps a browser signed in."),
        Kept::Letters => language.say("申し込まれたメール、お知らせ、事務局へのお問い合わせを送るためです。", "Mails that were asked for, notices, and questions to the office."),
        Kept::Limits => language.say("迷惑な連続送信を防ぐためです。", "Keeps mails and name checks from being abused."),
        Kept::Orders => language.say(
            "税法の定めにより保存します。本人の請求があっても消去できませんが、名簿との結び付きは外します。",
            "Kept by tax law, also when a person asks to be erased; the tie to the register is cut then.",
        ),
        Kept::EarlyRefunds => language.say("返金を入金と取り違えないためです。", "Keeps a refund from being lost."),
        Kept::Receipts => language.say(
            "適格請求書の控えとして、消費税法の定めにより保存します。",
            "Copies of qualified invoices, kept by the Consumption Tax Act.",
        ),
        Kept::Audit => language.say(
            "だれが何をなぜ行ったかを後から確かめるためです。書き換えも、請求による消去もしません。",
            "Who did what, and why. Lines are never changed, and not erased on request.",
        ),
        Kept::StoppedAddresses => language.say(
            "届かないメールを送り続けないためです。消去の後に、消去した方へのお知らせが戻ってきたときにも残ります。",
            "Keeps mail from addresses that it does not reach. Also noted if a notice comes back after its reader was erased.",
        ),
        Kept::Qualifications => language.say(
            "バッジは受取人の手元にいつまでも残ります。何を証明しているか、だれが決めたかを示し続けるためです。",
            "Holders keep their badges for good: what those attest, and who is answerable for it, must be told as long.",
        ),
        Kept::Resends => {
            language.say("同じ方に二重に送らないためです。", "Keeps two people from sending the same.")
        }
        Kept::OfficeSessions => language.say("職員のログインを続けるためです。", "Keeps staff signed in for a working day."),
        Kept::Drafts => language.say(
            "登録する前に、内容を確かめて直すためです。",
            "So that a list is looked at and mended before it counts.",
        ),
        Kept::Approvals => language.say(
            "だれの承認で発行したかを示すためです。",
            "Says by whose approval badges were issued.",
        ),
        Kept::Erasures => language.say("消去を最後までやり遂げるためです。", "So that an erasure is carried out to its end."),
    }
}

/// Until when, in words.
pub(super) fn until(until: Until, language: Language) -> String {
    let years = |ja: &str, en: &str, years: u16| match language {
        Language::Japanese => format!("{ja}{years}年"),
        Language::English => format!("{years} years after {en}"),
    };
    let fixed = |ja, en| language.say(ja, en).to_owned();
    match until {
        Until::YearsAfterOccasion(count) => {
            years("合格・更新した月の末から", "the month of the occasion", count)
        }
        Until::YearsAfterLastStep(count) => {
            years("最後の手続きの年の末から", "the year of the last step", count)
        }
        Until::YearsAfterIssue(count) => years("発行した年から", "the year of issue", count),
        Until::YearsAfterLastMail(count) => {
            years("最後のメールの年の末から", "the year of the last mail", count)
        }
        Until::NinetyDays => fixed("90日", "Ninety days"),
        Until::YearsAfterMonth(count) => years("操作した月の末から", "the month in which it was done", count),
        Until::HolderDecides => {
            fixed("受取人が削除・非公開・退会するまで", "Until its holder deletes, hides or closes it")
        }
        Until::ForGood => fixed("いつまでも", "For good"),
        Until::Done => {
            fixed("手続きが済むまで（メールは長くて3日）", "Until it is done; a mail three days at the most")
        }
        Until::YearAfterMail => fixed("メールの送信から1年", "A year after the mail"),
        Until::HalfHour => fixed("30分", "Half an hour"),
        Until::ThirtyDays => fixed("30日", "Thirty days"),
        Until::TwoMonths => fixed("2か月", "Two months"),
        Until::TwoDays => fixed("長くて2日", "Two days at the most"),
        Until::TenHours => fixed("10時間", "Ten hours"),
        Until::Hour => fixed("1時間", "An hour"),
    }
}
