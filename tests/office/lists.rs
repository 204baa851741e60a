//! Whoever did not begin a list looks at it, and does nothing to it, by whatever route.

use lambda_http::http::Method;
use shomei_core::{
    intake::upload::{self, Received},
    office::{self, Member, Role},
    ports::AskNobody,
};
use shomei_intake::ROUTES;

use crate::site::{ORIGIN, Site, cookie};

/// The routes by which a list is looked at, and nothing is changed.
const LOOKING: [&str; 2] = ["/office/uploads/{upload}", "/office/uploads/{upload}/refused.csv"];

/// A list of this member's, judged: its path.
async fn list_of(site: &Site, subject: &str) -> String {
    let world = &*site.world;
    let (clock, entropy, programme) = (&world.clock, &world.entropy, &world.programme);
    let office = office::Ports { table: &world.store.table, clock, entropy, programme };
    let ports = upload::Ports { office, domains: &AskNobody };
    let member = Member { subject: subject.to_owned(), role: Role::Clerk };
    let csv = format!("{}pm-agile,合格,2026/10/5,見本,a@example.jp,A-1\n", shomei_tests::month::HEADING);
    let sent = upload::receive_whole(ports, &member, "list.csv", csv.as_bytes()).await.unwrap();
    let Received::Taken(draft) = sent else { panic!("{sent:?}") };
    upload::check(ports, &draft.id, upload::Budget::ALL).await.unwrap();
    format!("/office/uploads/{}", draft.id)
}

#[tokio::test]
async fn somebody_elses_list_is_looked_at_and_left_alone() {
    let site = Site::new().await;
    let list = list_of(&site, "hanako").await;
    let own = list_of(&site, "staff-1").await;
    let cookie = cookie(&site.session(Role::Approver).await);
    let headers = [("accept", "application/json"), ("origin", ORIGIN), ("cookie", cookie.as_str())];
    let before = site.contents().await;
    let mut refused = 0;
    let routes = ROUTES.iter().filter(|route| route.path.contains("{upload}"));
    for route in routes.filter(|route| !LOOKING.contains(&route.path)) {
        let rest = route.path.trim_start_matches("/office/uploads/{upload}");
        let answer = site.send(&route.method, &format!("{list}{rest}"), &headers).await;
        let told = (answer.status, answer.code());
        assert_eq!(told, (403, "list-of-another".to_owned()), "{}", route.key());
        refused += 1;
    }
    assert_eq!((refused, site.contents().await), (8, before));
    let page = site.send(&Method::GET, &list, &headers[1..]).await.body;
    assert!(page.contains("hanako") && !page.contains(&format!("action=\"{list}")), "{page}");
    let page = site.send(&Method::GET, &own, &headers[1..]).await.body;
    assert!(page.contains(&format!("action=\"{own}/recheck\"")), "{page}");
}
