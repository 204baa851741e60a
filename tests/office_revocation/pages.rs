//! The office's pages: found by number, proposed by one, agreed by another, done by issuance.

use std::sync::Arc;

use lambda_http::{Body, http};
use shomei_core::{
    office::{Member, Role, session},
    ports::{Clock, Entropy},
};
use shomei_http::staff::StaffGate;
use shomei_intake::Intake;
use shomei_tests::{audit::Census, faults::Faulty, month, world::World};

use super::{FUTABA, ICHIRO, SHIKI, accept, badge, is_sound, member, october};

/// The ports that a world has no separate handle of.
struct Ports(Arc<World>);

impl Clock for Ports {
    fn now(&self) -> jiff::Timestamp {
        self.0.clock.now()
    }
}

impl Entropy for Ports {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.entropy.fill(buffer);
    }
}

struct Office {
    world: Arc<World>,
    intake: Intake,
}

impl Office {
    #[expect(clippy::unused_async, reason = "made like the others")]
    async fn of(world: World) -> Self {
        let world = Arc::new(world);
        let ports = Arc::new(Ports(world.clone()));
        let (table, programme) = (Arc::new(world.store.table.clone()), Arc::new(world.programme.clone()));
        Self { intake: Intake::new(table, ports.clone(), ports, programme, StaffGate::token("x")), world }
    }

    /// The session of a member of the staff.
    async fn session(&self, who: &Member) -> String {
        let ports = Faulty::new(&self.world, None);
        let token = session::begin(month::claim_ports(&ports, &self.world), who).await.unwrap();
        token.text().to_owned()
    }

    async fn send(&self, session: &str, method: &str, path: &str, form: &str) -> (u16, String, String) {
        let mut request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("accept", "text/html")
            .header("accept-language", "en")
            .header("cookie", format!("__Host-office={session}"));
        if method == "POST" {
            request = request
                .header("origin", "https://badges.example.jp")
                .header("content-type", "application/x-www-form-urlencoded");
        }
        let answer = self.intake.handle(request.body(Body::from(form.to_owned())).unwrap()).await;
        let location = answer.headers().get("location").map(|at| at.to_str().unwrap().to_owned());
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        (answer.status().as_u16(), location.unwrap_or_default(), text)
    }

    async fn get(&self, session: &str, path: &str) -> String {
        let (status, _, text) = self.send(session, "GET", path, "").await;
        assert_eq!(status, 200, "{path}: {text}");
        text
    }
}

/// The value of the first field of this name.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let after =
        page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name}"));
    after.split('"').next().unwrap()
}

#[tokio::test]
async fn one_proposes_and_another_agrees_in_the_browser() {
    let world = october().await;
    accept(&world, SHIKI, shomei_core::badge::Visibility::Public).await;
    let (ichiro, futaba) = (badge(&world, ICHIRO).await, badge(&world, FUTABA).await);
    let office = Office::of(world).await;
    let clerk = office.session(&member("clerk-1", Role::Clerk)).await;
    let approver = office.session(&member("approver-1", Role::Approver)).await;
    let viewer = office.session(&member("viewer-1", Role::Viewer)).await;
    assert!(office.get(&viewer, "/office/revocations").await.contains("Nothing was proposed yet"));
    assert!(!office.get(&viewer, "/office/revocations").await.contains("/office/revocations/propose"));
    for (method, path) in [
        ("GET", "/office/revocations/propose"),
        ("POST", "/office/revocations/find"),
        ("POST", "/office/revocations"),
    ] {
        assert_eq!(office.send(&viewer, method, path, "badges=A-1").await.0, 403, "{method} {path}");
    }

    office.get(&clerk, "/office/revocations/propose").await;
    for (typed, status) in [("", 422), ("%0A+%0A", 422), (&"A-1%0A".repeat(51), 422), ("A-77", 200)] {
        let form = format!("badges={typed}");
        assert_eq!(office.send(&clerk, "POST", "/office/revocations/find", &form).await.0, status, "{typed}");
    }
    let form = format!("badges=A-1%0D%0AA-77%0D%0A{futaba}");
    let (status, _, found) = office.send(&clerk, "POST", "/office/revocations/find", &form).await;
    assert_eq!(status, 200);
    for shown in ["見本 一郎", "A-1", "見本 二葉", "Public", "Private", "A-77"] {
        assert!(found.contains(shown), "{shown}");
    }
    let proposal = field(&found, "proposal").to_owned();
    let listed = format!("proposal={proposal}&listed={ichiro}&listed={futaba}");
    for (rest, said) in [
        ("&ground=misconduct&reason=x".to_owned(), "Please choose a badge"),
        (format!("&badge={ichiro}&reason=x"), "Please choose a ground"),
        (format!("&badge={ichiro}&ground=misconduct&reason=+"), "Please give a reason"),
        (format!("&badge={}&ground=misconduct&reason=x", badge_of_nobody()), "cannot be revoked now"),
    ] {
        let answer = office.send(&clerk, "POST", "/office/revocations", &(listed.clone() + &rest)).await;
        assert!(answer.0 == 422 && answer.2.contains(said), "{said}: {} {}", answer.0, answer.2);
    }
    for broken in ["", "proposal=x&reason=x", &format!("{listed}&reason=x&ground=misconduct&other=1")] {
        assert_eq!(office.send(&clerk, "POST", "/office/revocations", broken).await.0, 400, "{broken}");
    }
    assert!(Census::take(&office.world.store).await.proposals.is_empty());

    let whole = format!("{listed}&badge={ichiro}&badge={futaba}&ground=issued-in-error&reason=Mixed+up");
    for _ in 0..2 {
        let (status, to, _) = office.send(&clerk, "POST", "/office/revocations", &whole).await;
        assert_eq!((status, to), (303, format!("/office/revocations/{proposal}?done=proposed")));
    }
    // The browser's back button, and fewer badges chosen: what is proposed stays, and it is said.
    let changed = format!("{listed}&badge={ichiro}&ground=issued-in-error&reason=Mixed+up");
    let (status, to, _) = office.send(&clerk, "POST", "/office/revocations", &changed).await;
    assert_eq!((status, to.as_str()), (303, &*format!("/office/revocations/{proposal}?done=otherwise")));
    let told = office.get(&clerk, &to).await;
    assert!(told.contains("Your changes are not proposed") && told.contains("見本 二葉"), "{told}");
    let page = format!("/office/revocations/{proposal}");
    let own = office.get(&clerk, &format!("{page}?done=proposed")).await;
    assert!(own.contains("Take the proposal back") && !own.contains("Agree to revoke them"), "{own}");
    let seen = office.get(&viewer, &page).await;
    assert!(!seen.contains("name=\"decision\"") && seen.contains("An approver has to agree"), "{seen}");
    assert_eq!(office.send(&clerk, "POST", &page, "decision=agree").await.0, 403);
    assert_eq!(office.send(&approver, "POST", &page, "decision=perhaps").await.0, 400);
    let offered = office.get(&approver, &page).await;
    assert!(offered.contains("Agree to revoke them") && offered.contains("Mixed up"), "{offered}");
    let (status, to, _) = office.send(&approver, "POST", &page, "decision=agree").await;
    assert_eq!((status, to), (303, format!("{page}?done=agreed")));
    assert!(office.get(&viewer, &page).await.contains("are being revoked"));

    // The table's stream tells issuance of it.
    let ports = Faulty::new(&office.world, None);
    let call = shomei_core::issuance::Call::default();
    let done = shomei_core::issuance::issue_again(ports.issuance(), &month::compose, &call).await.unwrap();
    assert_eq!((done.revoked, done.mails.sent), (2, 2));
    let after = office.get(&viewer, &page).await;
    assert_eq!(after.matches("Revoked.").count(), 2, "{after}");
    assert!(office.get(&viewer, "/office/revocations").await.contains("Done"));
    let (status, to, _) = office.send(&approver, "POST", &page, "decision=decline").await;
    assert_eq!((status, to), (303, format!("{page}?done=too-late")));
    is_sound(&office.world).await;
}

fn badge_of_nobody() -> &'static str {
    "0b06a6e2-5bd5-4a3e-9d0c-6f8b2a7c4d11"
}

#[tokio::test]
async fn an_approver_who_proposed_is_told_to_ask_another_one() {
    let world = october().await;
    let ichiro = badge(&world, ICHIRO).await;
    let office = Office::of(world).await;
    let first = office.session(&member("both-1", Role::Approver)).await;
    let (_, _, found) = office.send(&first, "POST", "/office/revocations/find", "badges=A-1").await;
    let proposal = field(&found, "proposal").to_owned();
    let form = format!("proposal={proposal}&listed={ichiro}&badge={ichiro}&ground=misconduct&reason=x");
    office.send(&first, "POST", "/office/revocations", &form).await;
    let page = format!("/office/revocations/{proposal}");
    let (status, _, text) = office.send(&first, "POST", &page, "decision=agree").await;
    assert!(status == 403 && text.contains("second person"), "{status} {text}");
    let (status, to, _) = office.send(&first, "POST", &page, "decision=decline").await;
    assert_eq!((status, to), (303, format!("{page}?done=declined")));
    assert_eq!(office.send(&first, "GET", "/office/revocations/none", "").await.0, 404);
    is_sound(&office.world).await;
}
