//! The pages at which the office does all this: signed in, by forms, and with nothing personal in an address.

use std::sync::Arc;

use lambda_http::{Body, http::StatusCode};
use shomei_aws::machine::SystemEntropy;
use shomei_core::{
    badge::Visibility,
    claim,
    office::{Member, Role, session},
    ports::{Clock, Entropy},
};
use shomei_http::{Response, staff::StaffGate};
use shomei_intake::Intake;
use shomei_tests::world::World;

use crate::desk::{self, DAY, follow, occasion, sweep};

const ORIGIN: &str = "https://badges.example.jp";

/// The world's clock, as a function holds it.
struct Now(jiff::Timestamp);

impl Clock for Now {
    fn now(&self) -> jiff::Timestamp {
        self.0
    }
}

/// A browser of a member of the staff.
pub(crate) struct Desk {
    intake: Intake,
    cookie: String,
}

impl Desk {
    pub(crate) async fn of(world: &World, role: Role) -> Self {
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let clock: Arc<dyn Clock> = Arc::new(Now(world.clock.now()));
        let table = Arc::new(world.store.table.clone());
        let member = Member { subject: "hanako".to_owned(), role };
        let ports = claim::Ports { table: &*table, clock: &*clock, entropy: &*entropy };
        let token = session::begin(ports, &member).await.unwrap();
        let programme = Arc::new(world.programme.clone());
        let intake =
            Intake::new(table.clone(), clock.clone(), entropy.clone(), programme, StaffGate::token("x"));
        Self { intake, cookie: format!("__Host-office={}", token.text()) }
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, form: &str) -> Response {
        let request = lambda_http::http::Request::builder()
            .method(method)
            .uri(path)
            .header("accept", "text/html")
            .header("accept-language", "ja")
            .header("cookie", &self.cookie)
            .header("origin", ORIGIN)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::Text(form.to_owned()))
            .unwrap();
        self.intake.handle(request).await
    }

    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.ask("GET", path, "").await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        text(answer)
    }

    /// Posts a form, and gives where it leads.
    pub(crate) async fn post(&self, path: &str, form: &str) -> String {
        let answer = self.ask("POST", path, form).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
        answer.headers()["location"].to_str().unwrap().to_owned()
    }
}

pub(crate) fn text(answer: Response) -> String {
    match answer.into_body() {
        Body::Text(text) => text,
        other => panic!("no page: {other:?}"),
    }
}

pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).unwrap()
}

pub(crate) fn person(number: &str) -> String {
    format!("/office/people/{}", occasion(number))
}

fn correction(address: &str) -> String {
    let fields =
        [("address", address), ("name", "見本 一郎"), ("kana", ""), ("roman", ""), ("reason", "電話で確認")];
    encoded(&fields)
}

#[tokio::test]
async fn a_person_is_found_and_told_about_and_nothing_personal_stands_in_an_address() {
    let world = desk::mailed().await;
    let desk = Desk::of(&world, Role::Viewer).await;
    assert!(desk.page("/office/search").await.contains("name=\"q\""));
    let found = text(desk.ask("POST", "/office/search", &encoded(&[("q", "見本 一郎")])).await);
    assert!(found.contains(&format!("href=\"{}\"", person("A-1"))), "{found}");
    assert!(!found.contains(&person("A-2")));
    let page = desk.page(&person("A-1")).await;
    for words in ["見本 一郎", "ichiro@example.jp", "名簿に登録", "お知らせを送信", "迷惑メール", "reply-ja"]
    {
        assert!(page.contains(words), "{words}");
    }
    for action in ["/correct\"", "/resend\""] {
        assert!(!page.contains(action), "a viewer changes nothing");
    }
    let nobody = text(desk.ask("POST", "/office/search", &encoded(&[("q", "佐藤 花子")])).await);
    assert!(nobody.contains("見つかりませんでした") && nobody.contains("2026年10月"));
    let nothing = desk.ask("POST", "/office/search", "q=").await;
    assert_eq!(nothing.status(), StatusCode::BAD_REQUEST);
    for unknown in ["/office/people/2026-10-00000000000000000000000000000000", "/office/people/A-1"] {
        assert_eq!(desk.ask("GET", unknown, "").await.status(), StatusCode::NOT_FOUND, "{unknown}");
    }
}

#[tokio::test]
async fn where_another_person_approved_of_a_name_the_form_asks_for_none() {
    let mut world = desk::registered().await;
    world.programme.office.second_approval = true;
    let names = "<label for=\"name\">";
    let waits = Desk::of(&world, Role::Clerk).await.page(&person("A-1")).await;
    assert!(waits.contains(names), "before it is issued, a correction is approved like the rest");

    let mut world = desk::mailed().await;
    world.programme.office.second_approval = true;
    desk::claim(&world, "futaba@example.jp", Visibility::Private).await;
    let clerk = Desk::of(&world, Role::Clerk).await;
    let issued = clerk.page(&person("A-1")).await;
    assert!(issued.contains("<label for=\"address\">") && !issued.contains(names));
    let address = encoded(&[("address", "right@example.jp"), ("reason", "電話で確認")]);
    let sent = clerk.post(&format!("{}/correct", person("A-1")), &address).await;
    assert_eq!(sent, format!("{}?done=reissued", person("A-1")));

    // What a stranger accepted is an approver's business, and nobody corrects the name alone.
    let held = clerk.page(&person("A-2")).await;
    assert!(!held.contains("/correct\"") && held.contains("枝番"), "a clerk is told what can be done");
    let held = Desk::of(&world, Role::Approver).await.page(&person("A-2")).await;
    assert!(held.contains("value=\"another\" required") && !held.contains("value=\"asks\""));
}

#[tokio::test]
async fn a_clerk_corrects_and_resends_and_a_viewer_does_not() {
    let world = desk::mailed().await;
    let viewer = Desk::of(&world, Role::Viewer).await;
    for path in [format!("{}/correct", person("A-1")), format!("{}/resend", person("A-1"))] {
        let refused = viewer.ask("POST", &path, &correction("right@example.jp")).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path}");
    }
    let desk = Desk::of(&world, Role::Clerk).await;
    let path = format!("{}/correct", person("A-1"));
    let doubtful = desk.ask("POST", &path, &correction("right@gmial.com")).await;
    assert_eq!(doubtful.status(), StatusCode::BAD_REQUEST);
    let doubtful = text(doubtful);
    assert!(doubtful.contains("right@gmail.com") && doubtful.contains("name=\"meant\""), "{doubtful}");
    assert!(doubtful.contains("value=\"right@gmial.com\""), "what was typed stays");
    let wrong = desk.ask("POST", &path, &correction("right").replace("right", "right%40")).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);

    let at = desk.post(&path, &correction("right@example.jp")).await;
    assert_eq!(at, format!("{}?done=reissued", person("A-1")));
    assert!(desk.page(&at).await.contains("以前のリンクは使えなくなり"));
    assert_eq!(follow(&world).await.mails.sent, 1);
    assert_eq!(world.outbox.mails().last().unwrap().to.as_str(), "right@example.jp");
    let at = desk.post(&format!("{}/resend", person("A-1")), "").await;
    assert_eq!(at, format!("{}?done=link-sent", person("A-1")));
    assert_eq!(follow(&world).await.mails.sent, 1);
    let deeds = desk::audit(&world).await;
    assert!(deeds.iter().all(|line| line.actor == shomei_core::order::Actor::staff("hanako")));
    assert_eq!(deeds.len(), 2);
}

#[tokio::test]
async fn a_person_s_page_leads_to_the_person_s_rights() {
    let world = desk::mailed().await;
    let desk = Desk::of(&world, Role::Clerk).await;
    let page = desk.page(&person("A-1")).await;
    let form = page.split("<form method=\"post\" action=\"/office/rights\">").nth(1).unwrap();
    let candidate = form.split("name=\"candidate\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let stored = desk.ask("POST", "/office/rights", &encoded(&[("candidate", candidate)])).await;
    assert_eq!(stored.status(), StatusCode::OK);
    let stored = text(stored);
    for words in ["A-1", "見本 一郎", "ichiro@example.jp", "/office/rights/export"] {
        assert!(stored.contains(words), "{words}: {stored}");
    }
    let viewer = Desk::of(&world, Role::Viewer).await;
    assert!(!viewer.page(&person("A-1")).await.contains("/office/rights"), "a viewer may not");
}

#[tokio::test]
async fn a_month_s_links_are_sent_by_one_press() {
    let world = desk::mailed().await;
    world.clock.jump(2 * DAY);
    let desk = Desk::of(&world, Role::Clerk).await;
    let month = "/office?month=2026-10";
    assert!(desk.page(month).await.contains("未受取の方全員に、新しいリンクを送る"));
    assert_eq!(desk.post("/office/resend", "month=2026-10").await, month);
    let page = desk.page(month).await;
    assert!(page.contains("4件へ新しいリンクを送りました") && !page.contains("action=\"/office/resend\""));
    desk.post("/office/resend", "month=2026-10").await;
    assert_eq!(sweep(&world).await.mails.sent, 4);
    assert_eq!(desk.ask("POST", "/office/resend", "month=October").await.status(), StatusCode::BAD_REQUEST);
}
