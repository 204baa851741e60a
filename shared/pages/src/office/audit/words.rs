//! Every deed in plain words. Whoever adds a deed is told by the compiler that words are missing here.

use shomei_core::{
    achievement::FIRST_VERSION,
    calendar::Month,
    candidate::CandidateRef,
    office::audit::Deed,
    order::{Actor, Reason},
    wallet::AddressHash,
};

use crate::{Language, office::month_name};

/// So many digits of an address's hash tell it from all others that the office has.
const HASH_DIGITS: usize = 12;

/// A deed in words.
pub(super) struct Told<'a> {
    /// Its kind, to filter by.
    pub(super) what: &'static str,
    /// What was done.
    pub(super) sentence: String,
    /// Why, as the staff wrote it.
    pub(super) reason: Option<&'a Reason>,
}

/// What was done.
pub(super) fn told(deed: &Deed, language: Language) -> Told<'_> {
    let sentence = match language {
        Language::Japanese => in_japanese(deed),
        Language::English => in_english(deed),
    };
    Told { what: kind(deed, language), sentence, reason: reason(deed) }
}

/// Who did it: a member of the staff by the name that the sign-in service has for them.
pub(in crate::office) fn actor(actor: &Actor, language: Language) -> &str {
    match actor {
        Actor::Staff { subject } => subject,
        Actor::Holder => language.say("受取人", "the recipient"),
        Actor::PaymentService => language.say("決済サービス", "the payment service"),
        Actor::Sweep => language.say("自動処理", "a run between the months"),
    }
}

fn kind(deed: &Deed, language: Language) -> &'static str {
    match deed {
        Deed::ListRegistered { .. } => language.say("名簿の登録", "List registered"),
        Deed::RegisteredByProgram => language.say("プログラムによる登録", "Registered by a program"),
        Deed::CandidateCancelled { .. } => language.say("登録の取りやめ", "Candidate cancelled"),
        Deed::MonthApproved { .. } => language.say("発行の承認", "Month approved"),
        Deed::AddressCorrected { .. } => language.say("登録内容の訂正", "Registration corrected"),
        Deed::LinkResent { .. } => language.say("リンクの再送", "Link resent"),
        Deed::LinksResent { .. } => language.say("リンクの一括再送", "Links resent"),
        Deed::AddressReleased { .. } => language.say("送信の再開", "Address released"),
        Deed::RevocationProposed { .. } => language.say("取消しの提案", "Revocation proposed"),
        Deed::RevocationAgreed { .. } => language.say("取消しへの同意", "Revocation agreed"),
        Deed::RevocationDeclined { .. } => language.say("取消しの見送り", "Revocation declined"),
        Deed::BadgeRevoked { .. } => language.say("バッジの取消し", "Badge revoked"),
        Deed::AchievementSaved { .. } => language.say("資格の登録・変更", "Qualification saved"),
        Deed::PersonExported { .. } => language.say("個人情報の開示", "Person exported"),
        Deed::PersonErased { .. } => language.say("個人情報の消去", "Person erased"),
    }
}

fn reason(deed: &Deed) -> Option<&Reason> {
    match deed {
        Deed::CandidateCancelled { reason, .. }
        | Deed::AddressCorrected { reason, .. }
        | Deed::AddressReleased { reason, .. }
        | Deed::RevocationProposed { reason, .. }
        | Deed::PersonErased { reason, .. } => Some(reason),
        Deed::ListRegistered { .. }
        | Deed::RegisteredByProgram
        | Deed::MonthApproved { .. }
        | Deed::LinkResent { .. }
        | Deed::LinksResent { .. }
        | Deed::RevocationAgreed { .. }
        | Deed::RevocationDeclined { .. }
        | Deed::BadgeRevoked { .. }
        | Deed::AchievementSaved { .. }
        | Deed::PersonExported { .. } => None,
    }
}

fn in_japanese(deed: &Deed) -> String {
    let month = |month: &Month| month_name(*month, Language::Japanese);
    let one = |of: &CandidateRef| format!("{}の対象者 {}", month(&of.month), of.id);
    match deed {
        Deed::ListRegistered { rows } => format!("名簿の登録を始めました（登録・訂正：{rows}行）。"),
        Deed::RegisteredByProgram => {
            "プログラム（APIまたはコマンド）による登録・訂正を始めました。操作した人は、対象者ごとにも記録されます。".to_owned()
        }
        Deed::CandidateCancelled { candidate, .. } => {
            format!("{}の登録を、発行の前に取りやめました。", one(candidate))
        }
        Deed::MonthApproved { month: of, candidates } => {
            format!("{}分の発行（{candidates}件）を承認しました。", month(of))
        }
        Deed::AddressCorrected { candidate, address, name, .. } => {
            let what = match (address, name) {
                (true, true) => "アドレスと氏名（読みを含む）",
                (true, false) => "アドレス",
                (false, true) => "氏名（読みを含む）",
                (false, false) => "登録内容",
            };
            format!("{}の{what}を訂正しました。発行済みのバッジは、発行し直します。", one(candidate))
        }
        Deed::LinkResent { badge } => format!("バッジ {badge} の受け取りリンクを再送しました。"),
        Deed::LinksResent { month: of } => {
            format!("{}分の未受取のバッジすべてに、受け取りリンクの再送を始めました。", month(of))
        }
        Deed::AddressReleased { address, .. } => {
            format!("停止していた宛先（識別番号 {}）への送信を再開しました。", short(address))
        }
        Deed::RevocationProposed { proposal, badges, .. } => {
            format!("バッジ{badges}件の取消しを提案しました（提案 {proposal}）。")
        }
        Deed::RevocationAgreed { proposal, badges } => {
            format!("バッジ{badges}件の取消しに同意しました（提案 {proposal}）。")
        }
        Deed::RevocationDeclined { proposal } => format!("取消しの提案 {proposal} を見送りました。"),
        Deed::BadgeRevoked { proposal, badge } => {
            format!("バッジ {badge} を取り消しました（提案 {proposal}）。")
        }
        Deed::AchievementSaved { achievement, version: FIRST_VERSION } => {
            format!("資格 {achievement} を登録しました。")
        }
        Deed::AchievementSaved { achievement, version } => {
            format!("資格 {achievement} の内容を変更しました（第{version}版）。")
        }
        Deed::PersonExported { candidate } => {
            format!("本人の求めにより、{}についての保存データを渡しました。", one(candidate))
        }
        Deed::PersonErased { candidates, .. } => {
            format!("本人の求めにより、個人情報の消去を決定しました（登録{candidates}件分）。")
        }
    }
}

fn in_english(deed: &Deed) -> String {
    let month = |month: &Month| month_name(*month, Language::English);
    let one = |of: &CandidateRef| format!("candidate {} of {}", of.id, month(&of.month));
    match deed {
        Deed::ListRegistered { rows } => {
            format!("Began to register a list (rows to be registered or corrected: {rows}).")
        }
        Deed::RegisteredByProgram => {
            "Began to register or correct candidates by a program (API or command). Each candidate says who did.".to_owned()
        }
        Deed::CandidateCancelled { candidate, .. } => {
            format!("Took {} off the register before the badge was issued.", one(candidate))
        }
        Deed::MonthApproved { month: of, candidates } => {
            format!("Approved {} (candidates: {candidates}).", month(of))
        }
        Deed::AddressCorrected { candidate, address, name, .. } => {
            let what = match (address, name) {
                (true, true) => "the address and the name (or its reading)",
                (true, false) => "the address",
                (false, true) => "the name (or its reading)",
                (false, false) => "what is registered",
            };
            format!("Corrected {what} of {}. An issued badge is issued anew.", one(candidate))
        }
        Deed::LinkResent { badge } => format!("Sent a fresh link to badge {badge}."),
        Deed::LinksResent { month: of } => {
            format!("Began to send fresh links to all of {} who have not claimed.", month(of))
        }
        Deed::AddressReleased { address, .. } => {
            format!("Let mail go again to an address that was stopped (its mark: {}).", short(address))
        }
        Deed::RevocationProposed { proposal, badges, .. } => {
            format!("Proposed to revoke badges (proposal {proposal}, badges: {badges}).")
        }
        Deed::RevocationAgreed { proposal, badges } => {
            format!("Agreed to revoke badges (proposal {proposal}, badges: {badges}).")
        }
        Deed::RevocationDeclined { proposal } => format!("Declined the revocation {proposal}."),
        Deed::BadgeRevoked { proposal, badge } => format!("Revoked badge {badge} (proposal {proposal})."),
        Deed::AchievementSaved { achievement, version: FIRST_VERSION } => {
            format!("Registered the qualification {achievement}.")
        }
        Deed::AchievementSaved { achievement, version } => {
            format!("Changed the qualification {achievement} (version {version}).")
        }
        Deed::PersonExported { candidate } => {
            format!("Handed out, on request, what is stored of the person who is {}.", one(candidate))
        }
        Deed::PersonErased { candidates, .. } => {
            format!("Decided to erase, on request, what is stored of a person (registrations: {candidates}).")
        }
    }
}

fn short(address: &AddressHash) -> String {
    address.to_string().chars().take(HASH_DIGITS).collect()
}
