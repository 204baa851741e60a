//! What the staff do about people: finding, correcting, sending again, revoking, handing out copies, erasing; what issuance does of it;
//! and how all ends when its time is over.

use serde_json::{Value, json};
use shomei_core::{
    address::MailAddress,
    badge::BadgeId,
    candidate::BodyNumber,
    intake::upload::Stage,
    letter::Letter,
    office::{
        Member, Role,
        revocation::OwedRevocation,
        rights::{erasure, person},
    },
    order::{OwedBadge, Reason},
    ports::Clock as _,
    status::StaleList,
};
use shomei_delivery::Delivery;
use shomei_tests::{audit::Census, mails};

use crate::{
    browser::Browser,
    office_work::{Desk, OfficeWork, field},
    orders::Orders,
    used::badge_mail,
    wallets::Recipients,
};

const DAY: i64 = 24 * 3_600;
const YEAR: i64 = 366 * DAY;

/// The people of the office's list, and everybody who serves them.
pub(crate) struct OfficePeople<'a> {
    pub(crate) work: &'a OfficeWork<'a>,
    pub(crate) orders: &'a Orders<'a>,
    pub(crate) delivery: &'a Delivery,
}

impl OfficePeople<'_> {
    pub(crate) async fn live(&self) {
        let clerk = self.work.clerk().await;
        self.are_found(&clerk).await;
        self.are_corrected(&clerk).await;
        self.are_mailed_again(&clerk).await;
        self.are_revoked(&clerk).await;
        for kind in ["E", "S"] {
            self.have_what_is_to_be_erased(kind, &clerk).await;
        }
        self.work.look_around().await;
        self.are_erased().await;
        self.are_registered_although_nobody_stays().await;
    }

    fn recipients(&self) -> &Recipients<'_> {
        self.orders.recipients
    }

    async fn are_found(&self, clerk: &Desk<'_>) {
        for typed in ["A-2", "mitsu@example.jp", "ichiro@example.jp", "R-1", "見本", "nobody@example.com"] {
            clerk.find("/office/search", &format!("q={typed}")).await;
        }
        for number in ["A-1", "A-2", "A-4", "C-1", "N-1", "R-1"] {
            clerk.open(&format!("/office/people/{}", self.work.candidate(number).await)).await;
            clerk.find("/office/rights", &format!("number={number}")).await;
            clerk.find("/office/rights/export", &format!("number={number}")).await;
        }
    }

    /// One who has no badge yet, two who have not accepted theirs, one whose badge somebody else accepted.
    async fn are_corrected(&self, clerk: &Desk<'_>) {
        self.recipients().forget_sending(&self.work.badge("C-2").await).await;
        self.orders.accept_publicly("c3@example.jp").await;
        for number in ["N-2", "C-1", "C-2"] {
            self.correct(clerk, number, "").await;
        }
        self.correct(&self.work.lead().await, "C-3", "&holder=another").await;
        self.issue_again().await;
    }

    async fn correct(&self, desk: &Desk<'_>, number: &str, holder: &str) -> String {
        let path = format!("/office/people/{}/correct", self.work.candidate(number).await);
        let right = format!(
            "address={number}.right@example.jp&name=%E8%A6%8B%E6%9C%AC&kana=&roman=&reason=x{holder}"
        );
        desk.post(&path, &right).await
    }

    async fn are_mailed_again(&self, clerk: &Desk<'_>) {
        let to = clerk.post(&format!("/office/people/{}/resend", self.work.candidate("P-1").await), "").await;
        assert!(to.ends_with("done=resent") || to.contains("done="), "{to}");
        let to = clerk.post("/office/resend", "month=2026-10").await;
        assert_eq!(to, "/office?month=2026-10");
        self.sweep().await;
    }

    /// A public badge, one that was mailed, one that is still to be mailed, and one that was deleted and is ordered.
    async fn are_revoked(&self, clerk: &Desk<'_>) {
        self.orders.accept_publicly("r1@example.jp").await;
        self.recipients().forget_sending(&self.work.badge("R-3").await).await;
        self.order_deleted("R-4").await;
        let mut badges = Vec::new();
        for number in ["R-1", "R-2", "R-3", "R-4"] {
            badges.push(self.work.badge(number).await);
        }
        clerk.open("/office/revocations/propose").await;
        let typed = format!("badges=R-1%0D%0AR-2%0D%0AR-3%0D%0A{}", badges[3]);
        let found = clerk.find("/office/revocations/find", &typed).await;
        let chosen =
            badges.iter().map(|badge| format!("&listed={badge}&badge={badge}")).collect::<Vec<_>>().concat();
        let form = format!("proposal={}{chosen}&ground=misconduct&reason=x", field(&found, "proposal"));
        let proposal = clerk.post("/office/revocations", &form).await;
        let proposal = proposal.split('?').next().unwrap();
        let lead = self.work.lead().await;
        lead.open(proposal).await;
        assert!(lead.post(proposal, "decision=agree").await.ends_with("done=agreed"));
        self.recipients().told(OwedRevocation::PARTITION).await;
        self.recipients().told(Letter::PARTITION).await;
        self.recipients().told(StaleList::PARTITION).await;
        assert!(Census::take(&self.work.world.store).await.owed_revocations.is_empty());
        lead.open("/office/revocations").await;
        lead.open(&format!("/office/people/{}", self.work.candidate("R-1").await)).await;
    }

    /// A badge that its holder accepted and deleted, and then ordered.
    async fn order_deleted(&self, number: &str) {
        let address = address_of(number);
        self.orders.accept_publicly(&address).await;
        let mut browser = Browser::new(self.recipients().claim);
        assert_eq!(browser.post("/wallet/sign-in", &format!("address={address}")).await.status(), 303);
        self.recipients().told(Letter::PARTITION).await;
        let link = self.recipients().link(&address, "/wallet/sign-in/");
        assert_eq!(browser.post(&link, "").await.status(), 303);
        let path = format!("/wallet/badges/{}/delete", self.work.badge(number).await);
        assert_eq!(browser.post(&path, "confirm=delete").await.status(), 303);
        let holder = self.orders.restore(number, &address).await;
        self.orders.place(&holder, &address).await;
    }

    /// Everything that can hang on a person, of whom another program than ours does not know the most.
    async fn have_what_is_to_be_erased(&self, kind: &str, clerk: &Desk<'_>) {
        let of = |number: u8| format!("{kind}-{number}");
        let (returned, address) = (self.work.badge(&of(2)).await, address_of(&of(2)));
        self.come_back(&returned, &address).await;
        clerk.open("/office/undelivered").await;
        self.recipients().forget_sending(&self.work.badge(&of(3)).await).await;
        for number in [4, 5] {
            self.orders.accept_publicly(&address_of(&of(number))).await;
        }
        self.order_deleted(&of(7)).await;
        self.correct(clerk, &of(8), "").await;
        self.issue_again().await;
        let mut browser = Browser::new(self.recipients().claim);
        let link = self.recipients().link(&address_of(&of(1)), "/claim/");
        assert_eq!(browser.post(&format!("{link}/mail"), "").await.status(), 303);
    }

    async fn come_back(&self, badge: &BadgeId, address: &str) {
        let now = self.work.now();
        let mail = badge_mail(badge, MailAddress::mend(address).unwrap().address);
        let event = mails::written(&mails::event(&mail, &format!("of-{badge}"), now, mails::hard(now)));
        assert_eq!(self.delivery.handle(mails::call(&[event])).await.unwrap().applied, 1);
    }

    /// By intake as far as it comes, and by the sweep where intake died before it began.
    async fn are_erased(&self) {
        let lead = self.work.lead().await;
        for number in [1, 2, 3, 4, 5, 7, 8, 9].map(|number| format!("E-{number}")) {
            lead.find("/office/rights/erasure", &format!("number={number}")).await;
            let form = format!("number={number}&reason=x&confirm=erase");
            let done = lead.post("/office/rights/erase", &form).await;
            assert!(done.ends_with("done=erased"), "{number}: {done}");
        }
        lead.open("/office/rights").await;
        for number in [1, 2, 3, 4, 5, 7, 8, 9].map(|number| format!("S-{number}")) {
            let ports = self.work.ports();
            let person =
                person::of_number(ports, &BodyNumber::mend(&number).unwrap()).await.unwrap().unwrap();
            let lead = Member { subject: "lead-1".to_owned(), role: Role::Approver };
            let begun = erasure::begin(ports, &lead, &person, &Reason::parse("x").unwrap()).await.unwrap();
            assert_eq!(begun, erasure::Begun::Begun { occasions: 1 });
        }
        self.sweep().await;
        let census = Census::take(&self.work.world.store).await;
        assert!(census.erasures.is_empty(), "{:?}", census.erasures);
    }

    /// Intake died after the first step, and nobody came back to the page.
    async fn are_registered_although_nobody_stays(&self) {
        let (list, people) = self.work.leaves_a_list_half_registered().await;
        let swept = self.sweep().await;
        assert!(swept["drafts"]["registered"].as_u64() > Some(0), "{swept}");
        let census = Census::take(&self.work.world.store).await;
        let left = census.uploads.iter().find(|upload| list.ends_with(&upload.id.to_string())).unwrap();
        assert_eq!((&left.stage, left.saved.rows, left.tally.refused), (&Stage::Checked, people, 1));
        // All that was uploaded is removed when its day is over, the one with rows that nobody decided about as well.
        self.work.sends_a_list_and_leaves().await;
        self.work.time.jump(2 * DAY);
        self.sweep().await;
        assert!(Census::take(&self.work.world.store).await.uploads.is_empty());
    }

    async fn issue_again(&self) {
        self.recipients().told(OwedBadge::PARTITION).await;
        assert!(Census::take(&self.work.world.store).await.owed_badges.is_empty());
    }

    async fn sweep(&self) -> Value {
        let event = json!({ "step": "sweep", "scheduled": self.work.time.now() });
        serde_json::to_value(self.recipients().issuance.receive(event, None).await.unwrap()).unwrap()
    }

    /// The readings of names first, and ten years later all the rest.
    pub(crate) async fn are_forgotten(&self) {
        self.work.time.jump(2 * YEAR);
        let swept = self.sweep().await;
        assert!(swept["erased"]["readings"].as_u64() > Some(0), "{swept}");
        self.work.time.jump(10 * YEAR);
        for _ in 0..4 {
            self.sweep().await;
            self.work.time.jump(DAY);
        }
        let census = Census::take(&self.work.world.store).await;
        assert!(census.candidates.is_empty(), "{} are left", census.candidates.len());
        self.work.clerk().await.open("/office/retention").await;
    }
}

fn address_of(number: &str) -> String {
    let name = number.to_lowercase().replace('-', "");
    format!("{}@example.jp", if name.ends_with('6') { name.replace('6', "5") } else { name })
}
