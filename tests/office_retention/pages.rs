//! The pages of the office that tell what is kept, hand out copies and erase.

use std::{
    io::{Cursor, Read as _},
    sync::Arc,
};

use shomei_aws::machine::SystemEntropy;
use shomei_core::{
    office::{Role, session},
    ports::Clock,
    token::Token,
};
use shomei_http::Response;
use shomei_intake::Intake;
use shomei_tests::{
    audit::Census,
    month::claim_ports,
    world::{TestClock, World},
};
use zip::ZipArchive;

use crate::{
    lives::*,
    request::{gate, request},
};

const ORIGIN: &str = "https://badges.example.jp";

/// The office of a world, and somebody who is signed in to it.
struct Office<'a> {
    intake: Intake,
    world: &'a World,
}

impl<'a> Office<'a> {
    fn of(world: &'a World) -> Self {
        let clock = TestClock::at(&world.clock.now().to_string());
        let intake = Intake::new(
            Arc::new(world.store.table.clone()),
            Arc::new(clock),
            Arc::new(SystemEntropy),
            Arc::new(world.programme.clone()),
            gate(),
        );
        Self { intake, world }
    }

    async fn sign_in(&self, role: Role) -> Token {
        session::begin(claim_ports(self.world.table(), self.world), &member(role)).await.unwrap()
    }

    async fn send(&self, as_: &Token, method: &str, path: &str, form: &[(&str, &str)]) -> Response {
        let cookie = format!("__Host-office={}", as_.text());
        let headers = [
            ("accept", "text/html"),
            ("accept-language", "en"),
            ("origin", ORIGIN),
            ("content-type", "application/x-www-form-urlencoded"),
            ("cookie", cookie.as_str()),
        ];
        let form = serde_urlencoded::to_string(form).unwrap();
        self.intake.handle(request(method, path, &headers, form.as_bytes())).await
    }
}

fn text(response: &Response) -> String {
    match response.body() {
        lambda_http::Body::Text(text) => text.clone(),
        _ => panic!("a page is a text"),
    }
}

#[tokio::test]
async fn each_role_sees_and_does_what_it_may() {
    let world = lived().await;
    let office = Office::of(&world);
    let sought = [("number", ICHIRO.number), ("candidate", "")];
    let table: [(&str, &str, [u16; 3]); 6] = [
        ("GET", "/office/retention", [200, 200, 200]),
        ("GET", "/office/rights", [403, 200, 200]),
        ("POST", "/office/rights", [403, 200, 200]),
        ("POST", "/office/rights/export", [403, 200, 200]),
        ("POST", "/office/rights/erasure", [403, 403, 200]),
        // Without the word, nothing happens.
        ("POST", "/office/rights/erase", [403, 403, 400]),
    ];
    for (place, role) in Role::ALL.into_iter().enumerate() {
        let colleague = office.sign_in(role).await;
        for (method, path, statuses) in &table {
            let form = [&sought[..], &[("reason", "依頼"), ("confirm", "")]].concat();
            let response = office.send(&colleague, method, path, &form).await;
            assert_eq!(response.status().as_u16(), statuses[place], "{role}: {method} {path}");
        }
    }
    assert!(candidate(&world, ICHIRO).await.is_some());
    let stranger = Token::mint(&SystemEntropy);
    for (method, path, _) in &table {
        let response = office.send(&stranger, method, path, &sought).await;
        assert_eq!(response.status().as_u16(), if *method == "GET" { 303 } else { 401 }, "{path}");
    }
}

#[tokio::test]
async fn a_copy_is_a_file_with_an_explanation() {
    let world = lived().await;
    let office = Office::of(&world);
    let clerk = office.sign_in(Role::Clerk).await;
    let shown = office.send(&clerk, "POST", "/office/rights", &[("number", ICHIRO.number)]).await;
    let page = text(&shown);
    assert!(page.contains(ICHIRO.address) && page.contains("accepted, public"), "{page}");
    let export = office.send(&clerk, "POST", "/office/rights/export", &[("number", ICHIRO.number)]).await;
    assert_eq!(export.headers()["content-type"], "application/zip");
    assert_eq!(export.headers()["cache-control"], "no-store");
    let lambda_http::Body::Binary(archive) = export.body() else { panic!("an archive is no text") };
    let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
    let names: Vec<_> = archive.file_names().map(str::to_owned).collect();
    assert_eq!(names, ["README.txt", "records.json"]);
    let mut read = |name: &str| {
        let mut content = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut content).unwrap();
        content
    };
    let explanation = read("README.txt");
    assert!(explanation.starts_with("\u{feff}見本資格協会が保存している") && explanation.contains("\r\n"));
    assert!(read("records.json").contains(ICHIRO.kana));
    assert_eq!(Census::take(&world.store).await.deeds().len(), 1);
    // By an occasion, as another page of the office leads here.
    let by_occasion = [("candidate", occasion(MITSU).to_string())];
    let by_occasion: Vec<_> = by_occasion.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert!(text(&office.send(&clerk, "POST", "/office/rights", &by_occasion).await).contains(MITSU.name));
    for nobody in ["", "ZK-79999", "💥"] {
        let response = office.send(&clerk, "POST", "/office/rights", &[("number", nobody)]).await;
        assert_eq!(response.status().as_u16(), 404, "{nobody}");
        assert!(text(&response).contains("Nobody is registered"), "{nobody}");
    }
}

#[tokio::test]
async fn a_person_is_erased_in_writing() {
    let world = lived().await;
    let office = Office::of(&world);
    let approver = office.sign_in(Role::Approver).await;
    let sought = [("number", ICHIRO.number), ("candidate", "")];
    let preview = text(&office.send(&approver, "POST", "/office/rights/erasure", &sought).await);
    for told in
        ["The wallet holds nothing else", "It cannot be undone", "stays for ever", "kept for 10 years"]
    {
        assert!(preview.contains(told), "{told}: {preview}");
    }
    for (reason, confirm, complaint) in [
        ("The person asks", "delete", "This was not “erase”"),
        ("", "erase", "Please give a reason"),
        ("two\nlines", "erase", "Please give a reason"),
    ] {
        let form = [&sought[..], &[("reason", reason), ("confirm", confirm)]].concat();
        let response = office.send(&approver, "POST", "/office/rights/erase", &form).await;
        assert_eq!(response.status().as_u16(), 400);
        assert!(text(&response).contains(complaint), "{complaint}");
    }
    assert!(candidate(&world, ICHIRO).await.is_some());
    let form = [&sought[..], &[("reason", "The person asks"), ("confirm", "「消去」")]].concat();
    let response = office.send(&approver, "POST", "/office/rights/erase", &form).await;
    assert_eq!(response.status().as_u16(), 303);
    assert_eq!(response.headers()["location"], "/office/rights?done=erased");
    let after = text(&office.send(&approver, "GET", "/office/rights?done=erased", &[]).await);
    assert!(after.contains("The person has been erased"), "{after}");
    assert!(candidate(&world, ICHIRO).await.is_none());
    assert_eq!(office.send(&approver, "POST", "/office/rights/erase", &form).await.status().as_u16(), 404);
}

#[tokio::test]
async fn the_page_of_what_is_kept_says_how_far_erasing_has_come() {
    let world = lived().await;
    let before = Office::of(&world);
    let viewer = before.sign_in(Role::Viewer).await;
    let page = text(&before.send(&viewer, "GET", "/office/retention", &[]).await);
    assert!(page.contains("Nothing has been kept for its whole time yet"), "{page}");
    assert!(page.contains("the register of October 2026, from <time datetime=\"2036-11-01\">"), "{page}");
    assert!(!page.contains("/office/rights"), "a viewer may not");
    wait_until(&world, OCTOBER_OVER);
    sweep(&world).await;
    let during = Office::of(&world);
    let clerk = during.sign_in(Role::Clerk).await;
    let page = text(&during.send(&clerk, "GET", "/office/retention", &[]).await);
    assert!(page.contains("Being erased") && page.contains("the register of November 2026"), "{page}");
    assert!(page.contains("/office/rights"));
    sweep(&world).await;
    let page = text(&during.send(&clerk, "GET", "/office/retention", &[]).await);
    assert!(page.contains("4 occasions"), "{page}");
}
