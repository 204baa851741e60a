//! What is kept of a person, where, why and until when: said once, for the staff's page, for the export of a person, and for a test that
//! compares it with the table of `shared/README.md`. The sweep keeps to the same times.

use crate::{order::KEPT_YEARS, programme::Retention};

/// A kind of personal data. `shared/README.md` says what each is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The name as registered.
    Name,
    /// Its reading.
    Kana,
    /// The name in Latin letters.
    Roman,
    /// The mail address.
    Address,
    /// The body's own number for the person.
    Number,
    /// The salted hash of the address, as a badge is signed with it.
    AddressHash,
    /// The name of an occasion in the register.
    CandidateId,
    /// The hash of a secret in a link or a cookie.
    TokenHash,
    /// The hash by which an address is found.
    AddressKey,
    /// The hash of an internet address.
    NetworkHash,
    /// To whom a receipt is made out.
    Addressee,
    /// What a payment service or a bank calls a payment.
    PaymentId,
    /// The name that the sign-in service has for a member of the staff.
    Staff,
    /// Why the staff did something, in their words.
    Reason,
    /// The keyed hashes with which a typed name is compared.
    NameMarks,
    /// What somebody asked the office, in their words.
    Message,
}

impl Field {
    /// Its name in `shared/README.md`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Kana => "kana",
            Self::Roman => "roman",
            Self::Address => "address",
            Self::Number => "number",
            Self::AddressHash => "address hash",
            Self::CandidateId => "candidate id",
            Self::TokenHash => "token hash",
            Self::AddressKey => "address key",
            Self::NetworkHash => "network hash",
            Self::Addressee => "addressee",
            Self::PaymentId => "payment id",
            Self::Staff => "staff",
            Self::Reason => "reason",
            Self::NameMarks => "name marks",
            Self::Message => "message",
        }
    }
}

/// Where something stands, as people think of it, and so also what it is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Who passed or renewed, and what came of it.
    Register,
    /// The note that a badge is to be issued.
    Due,
    /// A badge that waits to be accepted.
    UnclaimedBadge,
    /// A badge that its holder accepted.
    ClaimedBadge,
    /// What is left of a deleted badge.
    DeletedBadge,
    /// What strangers see of a public badge.
    PublicBadge,
    /// The holder's wallet.
    Wallet,
    /// The links to a badge that were mailed.
    ClaimLinks,
    /// Links that work for half an hour.
    ShortLinks,
    /// Browsers in which a holder is signed in.
    Sessions,
    /// Mails that are about to be sent.
    Letters,
    /// How often something was asked for.
    Limits,
    /// Orders, their trails, and money.
    Orders,
    /// A refund that was told of before its money.
    EarlyRefunds,
    /// Receipts and credit notes.
    Receipts,
    /// What the staff did.
    Audit,
    /// Addresses that no mail goes to.
    StoppedAddresses,
    /// What can be certified, in all its versions.
    Qualifications,
    /// How far links are sent anew to all of a month.
    Resends,
    /// Browsers in which staff are signed in, and printed links.
    OfficeSessions,
    /// The request of a person to be erased, while it is carried out.
    Erasures,
    /// Lists that a clerk looks at before they count.
    Drafts,
    /// Who approved of a month.
    Approvals,
}

impl Place {
    /// The records of `shared/README.md` that stand there.
    pub fn records(self) -> &'static [&'static str] {
        match self {
            Self::Register => &["AnyCandidate", "Occasions"],
            Self::Due => &["Due"],
            Self::UnclaimedBadge | Self::ClaimedBadge | Self::DeletedBadge => &["AnyBadge"],
            Self::PublicBadge => &["PublicBadge"],
            Self::Wallet => &["Wallet", "AddressOwner"],
            Self::ClaimLinks => &["GrantOfBadge", "ClaimGrant"],
            Self::ShortLinks => &["SignInGrant", "AddressProof", "RestoreGrant"],
            Self::Sessions => &["Session"],
            Self::Letters => &["Letter"],
            Self::Limits => &["Limit"],
            Self::Orders => &["AnyOrder", "TrailLine", "Payment", "ParkedPayment", "PaymentAlias"],
            Self::EarlyRefunds => &["EarlyRefund"],
            Self::Receipts => &["IssuedPaper"],
            Self::Audit => &["AuditLine", "AnyProposal"],
            Self::StoppedAddresses => &["StoppedAddress"],
            Self::Qualifications => &["AchievementVersion"],
            Self::Resends => &["BulkResend"],
            Self::OfficeSessions => &["OfficeSession", "OfficeGrant"],
            Self::Erasures => &["Erasure"],
            Self::Drafts => &["Upload", "UploadPart", "DraftRows"],
            Self::Approvals => &["MonthApproval"],
        }
    }
}

/// Until when something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// So many years after the month of the occasion.
    YearsAfterOccasion(u16),
    /// So many calendar years after that of the last step.
    YearsAfterLastStep(u16),
    /// So many calendar years after that of the issue.
    YearsAfterIssue(u16),
    /// So many years after the month in which it was done.
    YearsAfterMonth(u16),
    /// Until its holder deletes the badge, hides it, or closes the wallet.
    HolderDecides,
    /// For good.
    ForGood,
    /// Until the work that it is for is done, three days at the most where it is a mail.
    Done,
    /// A year after the mail.
    YearAfterMail,
    /// Half an hour.
    HalfHour,
    /// So many calendar years after that of the last mail.
    YearsAfterLastMail(u16),
    /// Thirty days.
    ThirtyDays,
    /// Ninety days.
    NinetyDays,
    /// Two months.
    TwoMonths,
    /// Two days at the most.
    TwoDays,
    /// Ten hours.
    TenHours,
    /// An hour.
    Hour,
}

/// One line of what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// What.
    pub fields: &'static [Field],
    /// Where, and so why.
    pub place: Place,
    /// Until when. What is erased on request goes sooner, but for orders, receipts and the audit.
    pub until: Until,
}

/// Everything that is kept of a person, under these times.
pub fn policy(terms: &Retention) -> Vec<Rule> {
    use Field::{
        Address, AddressHash, AddressKey, Addressee, CandidateId, Kana, Message, Name, NameMarks,
        NetworkHash, Number, PaymentId, Reason, Roman, Staff, TokenHash,
    };
    let Retention { register, readings, orders, audit } = *terms;
    let rule = |place, fields, until| Rule { fields, place, until };
    let fixed = KEPT_YEARS.unsigned_abs();
    let (over, ended) = (Until::YearsAfterOccasion(register), Until::YearsAfterLastStep(orders));
    vec![
        rule(Place::Register, &[Name, Address, Number, CandidateId, AddressHash, Staff], over),
        rule(Place::Register, &[Kana, Roman], Until::YearsAfterOccasion(readings.unwrap_or(register))),
        rule(Place::Due, &[CandidateId], Until::Done),
        rule(Place::UnclaimedBadge, &[Name, Address, AddressHash, CandidateId], over),
        rule(Place::ClaimedBadge, &[Name, Address, AddressHash, NameMarks], Until::HolderDecides),
        rule(Place::ClaimedBadge, &[CandidateId], over),
        rule(Place::DeletedBadge, &[CandidateId], over),
        rule(Place::PublicBadge, &[Name, NameMarks, AddressHash], Until::HolderDecides),
        rule(Place::Wallet, &[Address, AddressKey], Until::HolderDecides),
        rule(Place::ClaimLinks, &[TokenHash], Until::YearAfterMail),
        rule(Place::ShortLinks, &[Address, AddressKey, CandidateId, TokenHash], Until::HalfHour),
        rule(Place::Sessions, &[AddressKey, TokenHash], Until::ThirtyDays),
        rule(Place::Letters, &[Name, Address, CandidateId, Message], Until::Done),
        rule(Place::Limits, &[AddressKey, NetworkHash], Until::Hour),
        rule(Place::Orders, &[Addressee, PaymentId, CandidateId, AddressHash, Staff, Reason], ended),
        rule(Place::EarlyRefunds, &[PaymentId], Until::TwoMonths),
        rule(Place::Receipts, &[Addressee], Until::YearsAfterIssue(fixed)),
        rule(Place::Audit, &[Staff, Reason, CandidateId, AddressKey], Until::YearsAfterMonth(audit)),
        rule(Place::StoppedAddresses, &[AddressKey, Staff], Until::YearsAfterLastMail(fixed)),
        rule(Place::Qualifications, &[Staff], Until::ForGood),
        rule(Place::Resends, &[Staff], Until::NinetyDays),
        rule(Place::OfficeSessions, &[Staff, TokenHash], Until::TenHours),
        rule(Place::Drafts, &[Name, Kana, Roman, Address, Number, Staff], Until::TwoDays),
        rule(Place::Approvals, &[Staff], over),
        rule(Place::Erasures, &[Number, CandidateId, Staff, Reason], Until::Done),
    ]
}
