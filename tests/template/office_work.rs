//! What the staff do in the office's pages besides entering, each thing once: lists, months, qualifications, the audit.

use jiff::Timestamp;
use shomei_core::{
    badge::BadgeId,
    candidate::{AnyCandidate, CandidateRef},
    claim::Ports,
    intake::upload::{self, Budget, Stage, UploadId},
    office::{self, Member, Role, session},
    ports::{AskNobody, Clock as _},
};
use shomei_http::Response;
use shomei_intake::Intake;
use shomei_tests::{
    audit::Census,
    month,
    world::{TestClock, World},
};

use crate::{browser::ORIGIN, request::request};

/// What separates the parts of a form.
const BOUNDARY: &str = "part-of-the-form";
const HEADING: &str = "資格コード,区分,日付,氏名,フリガナ,メールアドレス,会員番号\n";
const OCTOBER: &str = "/office/months/2026-10";
/// A list is looked at two minutes after it was changed: nothing is on its way any more.
const SETTLED: i64 = 120;

/// The people of the office's list: what becomes of them, `office_people` says. Some share an address.
const PEOPLE: [(&str, &str); 28] = [
    ("E-1", "e1"),
    ("E-2", "e2"),
    ("E-3", "e3"),
    ("E-4", "e4"),
    ("E-5", "e5"),
    ("E-6", "e5"),
    ("E-7", "e7"),
    ("E-8", "e8"),
    ("S-1", "s1"),
    ("S-2", "s2"),
    ("S-3", "s3"),
    ("S-4", "s4"),
    ("S-5", "s5"),
    ("S-6", "s5"),
    ("S-7", "s7"),
    ("S-8", "s8"),
    ("R-1", "r1"),
    ("R-2", "r2"),
    ("R-3", "r3"),
    ("R-4", "r4"),
    ("C-1", "c1"),
    ("C-2", "c2"),
    ("C-3", "c3"),
    ("C-4", "c4"),
    ("P-1", "q1"),
    ("P-2", "q2"),
    ("P-3", "q3"),
    ("P-4", "q4"),
];

/// The staff, in front of intake.
pub(crate) struct OfficeWork<'a> {
    pub(crate) world: &'a World,
    pub(crate) intake: &'a Intake,
    pub(crate) time: &'a TestClock,
}

impl OfficeWork<'_> {
    /// What the office's use cases take.
    pub(crate) fn ports(&self) -> office::Ports<'_> {
        let World { store, entropy, programme, .. } = self.world;
        office::Ports { table: &store.table, clock: self.time, entropy, programme }
    }

    /// Somebody at a desk.
    pub(crate) async fn desk(&self, subject: &str, role: Role) -> Desk<'_> {
        let World { store, entropy, .. } = self.world;
        let ports = Ports { table: &store.table, clock: self.time, entropy };
        let member = Member { subject: subject.to_owned(), role };
        let token = session::begin(ports, &member).await.unwrap();
        Desk { intake: self.intake, cookie: format!("__Host-office={}", token.text()) }
    }

    pub(crate) async fn clerk(&self) -> Desk<'_> {
        self.desk("clerk-1", Role::Clerk).await
    }

    pub(crate) async fn lead(&self) -> Desk<'_> {
        self.desk("lead-1", Role::Approver).await
    }

    /// A list with a blemish is sent, mended and registered; another one is thrown away.
    pub(crate) async fn register(&self) {
        let clerk = self.clerk().await;
        let row = |(number, name): (&str, &str)| {
            format!("pm-agile,合格,2026/10/3,見本,ミホン,{name}@example.jp,{number}\n")
        };
        let people: String = PEOPLE.into_iter().map(row).collect();
        let blemished = ["nobody", "nowhere"]
            .map(|wrong| format!("pm-agile,合格,2026/10/3,見本,ミホン,{wrong},X-{wrong}\n"));
        let list = clerk.sends(&format!("{HEADING}{people}{}", blemished.concat())).await;
        let refused = clerk.open(&format!("{list}?show=refused")).await;
        let place = field(&refused, "row");
        // Beyond the last page, for instance where its only row was mended, stands the last one.
        let beyond = clerk.open(&format!("{list}?show=refused&page=9")).await;
        assert_eq!(field(&beyond, "row"), place);
        clerk.open(&format!("{list}/row?row={place}&show=refused&page=1")).await;
        let cells = "achievement=pm-agile&kind=%E5%90%88%E6%A0%BC&date=2026/10/3&name=Mihon&kana=&roman=";
        let mended = format!(
            "row={place}&deed=cells&show=refused&page=1&{cells}&address=mended@example.jp&number=M-1"
        );
        clerk.post(&format!("{list}/row"), &mended).await;
        clerk.post(&format!("{list}/recheck"), "").await;
        clerk.goes_on(&list).await;
        clerk.open(&format!("{list}/refused.csv")).await;
        clerk.saves(&list).await;
        clerk.goes_on(&list).await;
        clerk.open("/office/uploads").await;

        let other = clerk.sends(&format!("{HEADING}{}", row(("W-1", "w1")))).await;
        clerk.post(&format!("{other}/throw-away"), "").await;
        clerk.goes_on(&other).await;
    }

    /// More than one step registers, of which one was done: where it is, and how many people are to be registered. Besides them one row is
    /// refused.
    pub(crate) async fn leaves_a_list_half_registered(&self) -> (String, usize) {
        const PEOPLE: usize = 40;
        let row = |number: usize| {
            let month = if number < 34 { 11 } else { 9 };
            format!("pm-agile,合格,2026/{month}/3,見本,ミホン,l{number}@example.jp,L-{number}\n")
        };
        let rows: String = (0..PEOPLE).map(row).collect();
        let refused = "pm-agile,合格,2026/11/3,見本,ミホン,nobody,L-X\n";
        let list = self.clerk().await.sends(&format!("{HEADING}{rows}{refused}")).await;
        let (_, id) = list.rsplit_once('/').unwrap();
        let ports = upload::Ports { office: self.ports(), domains: &AskNobody };
        let clerk = Member { subject: "clerk-1".to_owned(), role: Role::Clerk };
        let one = Budget { until: None, transactions: 1 };
        let id = UploadId::parse(id).unwrap();
        let half = upload::save(ports, &clerk, &id, Some(0), one).await.unwrap().unwrap();
        assert!(matches!(half.stage, Stage::Saving { .. }) && half.saved.rows < PEOPLE, "{half:?}");
        (list, PEOPLE)
    }

    /// A list, of which nobody says what is to become of it.
    pub(crate) async fn sends_a_list_and_leaves(&self) {
        self.clerk()
            .await
            .sends(&format!("{HEADING}pm-agile,合格,2026/11/3,見本,ミホン,z@example.jp,Z-1\n"))
            .await;
        let begun = self.clerk().await.asks("/office/uploads/begin", "file=list.csv").await;
        let begun: serde_json::Value = serde_json::from_str(&begun).unwrap();
        let part = format!("{}/part?number=0", begun["url"].as_str().unwrap());
        let headers = [("content-type", "application/octet-stream")];
        assert_eq!(self.clerk().await.send("POST", &part, &headers, b"part").await.status(), 200);
    }

    /// In parts, as the page's script does: two that are erased before their run, one who is cancelled, and one who is corrected.
    pub(crate) async fn register_november(&self) {
        let clerk = self.clerk().await;
        let begun = clerk.asks("/office/uploads/begin", "file=list.csv").await;
        let begun: serde_json::Value = serde_json::from_str(&begun).unwrap();
        let list = begun["url"].as_str().unwrap();
        let row = |number: &str| {
            let name = number.to_lowercase().replace('-', "");
            format!("pm-agile,合格,2026/11/3,見本,ミホン,{name}@example.jp,{number}\n")
        };
        let text = format!("{HEADING}{}", ["E-9", "S-9", "N-1", "N-2"].map(row).concat());
        let headers = [("content-type", "application/octet-stream")];
        let part = clerk.send("POST", &format!("{list}/part?number=0"), &headers, text.as_bytes()).await;
        assert_eq!(part.status(), 200, "{part:?}");
        clerk.asks(&format!("{list}/finish"), "parts=1").await;
        clerk.goes_on(list).await;
        clerk.saves(list).await;
        clerk.goes_on(list).await;
        let cancelled = self.candidate("N-1").await.id;
        let form = format!("candidate={cancelled}&reason=x");
        assert!(clerk.post("/office/months/2026-11/cancel", &form).await.ends_with("done=cancelled"));
        clerk.find("/office/months/2026-11/find", "number=N-1").await;
    }

    /// Another person than who registered them approves of October's.
    pub(crate) async fn approve(&self) {
        self.time.jump(SETTLED);
        let lead = self.lead().await;
        let page = lead.open(OCTOBER).await;
        let seen = field(&page, "seen").replace('+', "%2B");
        let done = lead.post(&format!("{OCTOBER}/approve"), &format!("seen={seen}")).await;
        assert!(done.ends_with("done=approved"), "{done}");
    }

    /// A new qualification, and a change of it.
    pub(crate) async fn edit_qualifications(&self) {
        let clerk = self.clerk().await;
        clerk.open("/office/achievements/new").await;
        let texts = ["name_ja", "description_ja", "criteria_ja", "name_en", "description_en", "criteria_en"];
        let fields = |base: &[(&str, &str)], text: &str| -> Vec<(String, String)> {
            let plain = [("validity", "limited"), ("months", "36"), ("first_eligible", "2026/4/1")];
            let plain =
                plain.iter().chain(base).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            plain.chain(texts.map(|name| (name.to_owned(), text.to_owned()))).collect()
        };
        let draft = clerk.keeps(&fields(&[("id", "pm-new")], "one")).await;
        for page in ["", "/edit", "/picture"] {
            clerk.open(&format!("{draft}{page}")).await;
        }
        assert!(clerk.post(&draft, "").await.ends_with("done=saved"));
        clerk.open("/office/achievements/pm-new/edit").await;
        let base = [("achievement", "pm-new"), ("version", "1")];
        let (change, late) =
            (clerk.keeps(&fields(&base, "two")).await, clerk.keeps(&fields(&base, "three")).await);
        clerk.open(&change).await;
        assert!(clerk.post(&change, "").await.ends_with("done=saved"));
        // Somebody else was faster.
        clerk.open(&late).await;
        clerk.open(&format!("{late}/edit")).await;
        clerk.open("/office/achievements").await;
        clerk.open("/office/achievements/pm-new?v=1").await;
    }

    /// Who did what, how the month stands, and how long what is kept.
    pub(crate) async fn look_around(&self) {
        let viewer = self.desk("viewer-1", Role::Viewer).await;
        for path in [
            "/office",
            "/office?month=2026-10",
            OCTOBER,
            "/office/audit?month=2026-11",
            "/office/audit/csv?month=2026-11",
            "/office/retention",
            "/office/search",
        ] {
            viewer.open(path).await;
        }
    }

    /// Where the register has a person. Everybody here has one occasion.
    pub(crate) async fn candidate(&self, number: &str) -> CandidateRef {
        CandidateRef::of(self.record(number).await.details())
    }

    /// The badge of a person.
    pub(crate) async fn badge(&self, number: &str) -> BadgeId {
        match self.record(number).await {
            AnyCandidate::Issued(candidate) => candidate.state.badge,
            _ => panic!("{number} has no badge"),
        }
    }

    async fn record(&self, number: &str) -> AnyCandidate {
        let candidates = Census::take(&self.world.store).await.candidates.into_values();
        let mut of_person = candidates.filter(|candidate| candidate.details().number.as_str() == number);
        of_person.next().unwrap_or_else(|| panic!("nobody is {number}"))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.time.now()
    }
}

/// A browser of one of the staff.
pub(crate) struct Desk<'a> {
    intake: &'a Intake,
    cookie: String,
}

impl Desk<'_> {
    /// Opens a page or a file.
    pub(crate) async fn open(&self, path: &str) -> String {
        let answer = self.send("GET", path, &[], b"").await;
        assert_eq!(answer.status(), 200, "{path}");
        String::from_utf8_lossy(answer.body()).into_owned()
    }

    /// Sends a form that changes something: where that leads.
    pub(crate) async fn post(&self, path: &str, form: &str) -> String {
        let answer = self.send_form(path, form).await;
        assert_eq!(answer.status(), 303, "{path}: {}", String::from_utf8_lossy(answer.body()));
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    /// Sends a form that asks for a page or a file.
    pub(crate) async fn find(&self, path: &str, form: &str) -> String {
        let answer = self.send_form(path, form).await;
        assert_eq!(answer.status(), 200, "{path}: {}", String::from_utf8_lossy(answer.body()));
        String::from_utf8_lossy(answer.body()).into_owned()
    }

    async fn asks(&self, path: &str, form: &str) -> String {
        self.find(path, form).await
    }

    async fn send_form(&self, path: &str, form: &str) -> Response {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", path, &headers, form.as_bytes()).await
    }

    /// Sends a list at once: where it is.
    async fn sends(&self, list: &str) -> String {
        let part =
            "Content-Disposition: form-data; name=\"list\"; filename=\"list.csv\"\r\nContent-Type: text/csv";
        let body = format!("--{BOUNDARY}\r\n{part}\r\n\r\n{list}\r\n--{BOUNDARY}--\r\n");
        let at = self.multipart("/office/uploads", body.into_bytes()).await;
        self.goes_on(&at).await;
        at
    }

    /// Registers a list as its page shows it.
    async fn saves(&self, list: &str) {
        let changes = field(&self.open(list).await, "changes");
        self.post(&format!("{list}/save"), &format!("changes={changes}")).await;
    }

    /// Until the work on a list is done.
    async fn goes_on(&self, list: &str) {
        for _ in 0..4 {
            if self.send_form(&format!("{list}/continue"), "").await.status() == 404 {
                return;
            }
            self.send("GET", list, &[], b"").await;
        }
    }

    /// Keeps a draft of a qualification, with a picture: where it is.
    async fn keeps(&self, fields: &[(String, String)]) -> String {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("Content-Disposition: form-data; name=\"{name}\"");
            body.extend(format!("--{BOUNDARY}\r\n{head}\r\n\r\n{value}\r\n").bytes());
        }
        let head =
            "Content-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\nContent-Type: image/png";
        body.extend(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").bytes());
        body.extend(month::picture());
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
        self.multipart("/office/achievements", body).await
    }

    async fn multipart(&self, path: &str, body: Vec<u8>) -> String {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let answer = self.send("POST", path, &[("content-type", &kind)], &body).await;
        assert_eq!(answer.status(), 303, "{path}: {}", String::from_utf8_lossy(answer.body()));
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    async fn send(&self, method: &str, path: &str, more: &[(&str, &str)], body: &[u8]) -> Response {
        let mut headers = vec![("accept", "text/html"), ("origin", ORIGIN), ("cookie", self.cookie.as_str())];
        headers.extend(more);
        self.intake.handle(request(method, path, &headers, body)).await
    }
}

/// What stands in the first field of this name.
pub(crate) fn field(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    after.unwrap_or_else(|| panic!("no {name}: {page}")).split('"').next().unwrap().to_owned()
}
