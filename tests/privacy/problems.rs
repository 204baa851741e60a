//! Problems: what is wrong with a request is said without repeating it.

use lambda_http::Body;
use shomei_http::Response;
use shomei_tests::world::World;

use crate::{
    browser::ORIGIN,
    functions::request::request,
    people::{self, BLEMISHED, PEOPLE, personal_in},
    watched::Watched,
};

/// A request that cannot be answered as it was meant, with something personal in it.
struct Wrong {
    function: &'static str,
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
}

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
const CSV: &[(&str, &str)] = &[("content-type", "text/csv")];
const FORM: &[(&str, &str)] = &[("content-type", "application/x-www-form-urlencoded"), ("origin", ORIGIN)];

fn wrong_requests(token: &str) -> Vec<Wrong> {
    let row = BLEMISHED[0];
    let staff = |path: &str, headers: &[(&'static str, &'static str)], body: &str| Wrong {
        function: "intake",
        method: "POST",
        path: path.to_owned(),
        headers: headers.to_vec(),
        body: body.to_owned(),
    };
    let person = &PEOPLE[0];
    let candidate = format!(
        r#"{{"achievement":"pm-foundation","kind":"pass","name":"{}","address":"{}","number":"{}"}}"#,
        person.name, person.address, person.number
    );
    let link = format!("/claim/{token}");
    let claim = |method, path: &str, headers: &[(&'static str, &'static str)], body: String| Wrong {
        function: "claim",
        method,
        path: path.to_owned(),
        headers: headers.to_vec(),
        body,
    };
    let name = person.name;
    let open = |path: &str| Wrong {
        function: "verify",
        method: "GET",
        path: path.to_owned(),
        headers: Vec::new(),
        body: String::new(),
    };
    let unknown = "/claim/aGltaXRzdS1oaW1pdHN1LWhpbWl0c3UtaGltaXRzdS0x";
    vec![
        // A list without a heading, with half a heading, of another type, broken, and where an achievement belongs.
        staff("/candidates", CSV, row),
        staff("/candidates", CSV, &format!("氏名,氏名,{name}\n{row}\n")),
        staff("/candidates", CSV, &format!("\"氏名,{row}\n")),
        staff("/candidates", &[("content-type", "text/kimitsu")], row),
        staff("/candidates", JSON, &candidate),
        staff("/candidates", JSON, &format!("[{candidate}, {name}")),
        staff("/candidates", JSON, &format!("\"{name}\"")),
        staff("/achievements", JSON, &candidate),
        staff("/achievements", JSON, &format!(r#"{{"{name}":1}}"#)),
        staff("/achievements", JSON, &format!(r#"{{"name":"{name}"}}"#)),
        staff("/achievements", JSON, &format!(r#"{{"firstEligible":"{}"}}"#, person.address)),
        staff("/achievements", JSON, row),
        staff(&format!("/candidates/{}", person.address), JSON, &candidate),
        // Links and forms.
        claim("GET", unknown, &[], String::new()),
        claim("GET", "/claim/himitsu", &[], String::new()),
        claim("DELETE", &link, &[], String::new()),
        claim("GET", &format!("{link}/{}", person.address), &[], String::new()),
        claim("POST", &link, FORM, format!("visibility={name}&consent=1")),
        claim("POST", &link, FORM, format!("visibility=public&consent={name}")),
        claim("POST", &link, FORM, format!("visibility=public&consent=1&name={name}")),
        claim("POST", &link, &[("content-type", "application/json"), ("origin", ORIGIN)], candidate.clone()),
        claim("POST", &link, &[("origin", "https://himitsu.example")], "visibility=public".to_owned()),
        claim(
            "POST",
            unknown,
            FORM,
            format!("visibility=public&consent={}", shomei_pages::claim::CONSENT_VERSION),
        ),
        // The wallet, without a session.
        claim("POST", "/wallet/sign-in", FORM, format!("address={name}")),
        claim("POST", "/wallet/sign-in", FORM, format!("address={}&name={name}", person.address)),
        claim("GET", "/wallet/sign-in/himitsu", &[], String::new()),
        claim("POST", "/wallet/sign-in/himitsu", FORM, String::new()),
        claim("GET", &format!("/wallet/prove/{}", person.number), &[], String::new()),
        claim("POST", "/wallet/prove/himitsu", FORM, String::new()),
        claim("POST", "/wallet/addresses", FORM, format!("address={}", person.address)),
        claim("GET", &format!("/wallet/{}", person.address), &[], String::new()),
        // Addresses of nothing.
        open(&format!("/badges/{}", person.address)),
        open(&format!("/badges/{}.png", person.number)),
        open("/achievements/himitsu"),
        open("/status/kimitsu"),
        open("/artwork/himitsu.png"),
        open("/assets/himitsu"),
        open(&format!("/{}", person.address)),
        open(&format!("/badges/{}/{}", person.number, person.address)),
        Wrong { method: "DELETE", ..open(&format!("/badges/{}", person.number)) },
        Wrong {
            method: "POST",
            headers: FORM.to_vec(),
            body: format!("name={name}"),
            ..open(&format!("/badges/{}/name-match", person.number))
        },
        Wrong {
            method: "POST",
            headers: FORM.to_vec(),
            body: format!("nam={name}"),
            ..open(&format!("/badges/{}/name-match", person.number))
        },
    ]
}

/// The same of the reissue, without a session, a signature or the staff's token.
fn wrong_orders() -> Vec<Wrong> {
    let person = &PEOPLE[0];
    let name = person.name;
    let reissue = |method, path: &str, headers: &[(&'static str, &'static str)], body: String| Wrong {
        function: "reissue",
        method,
        path: path.to_owned(),
        headers: headers.to_vec(),
        body,
    };
    vec![
        reissue("POST", "/reissue/ask", FORM, format!("number={name}&address={name}")),
        reissue("POST", "/reissue/ask", FORM, format!("number={}", person.number)),
        reissue("POST", "/reissue/badges/himitsu", FORM, format!("addressee={name}&consent=x")),
        reissue("POST", "/reissue/restore/himitsu", FORM, String::new()),
        reissue("GET", "/reissue/restore/himitsu", &[], String::new()),
        reissue("POST", "/reissue/payment-events", JSON, format!(r#"{{"name":"{name}"}}"#)),
        reissue("POST", "/orders", JSON, format!(r#"{{"name":"{name}"}}"#)),
        reissue(
            "POST",
            "/orders",
            JSON,
            format!(
                r#"{{"number":"{}","achievement":"himitsu","kind":"pass","month":"2026-10","reason":"{name}"}}"#,
                person.number
            ),
        ),
        reissue("POST", "/orders/himitsu/refund", JSON, format!(r#"{{"reason":"{name}"}}"#)),
        reissue(
            "POST",
            "/bank-statements",
            &[("content-type", "application/octet-stream")],
            format!("{name},5500\n"),
        ),
        reissue(
            "POST",
            "/orders/search",
            JSON,
            format!(r#"{{"number":"{}","name":"{name}"}}"#, person.number),
        ),
    ]
}

fn text(response: &Response) -> String {
    let body = match response.body() {
        Body::Text(text) => text.clone(),
        Body::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    };
    format!("{:?}\n{body}", response.headers())
}

#[tokio::test]
async fn problems_do_not_repeat_the_request() {
    let ports = Watched::new(World::new().await);
    let functions = people::lived(&ports).await;
    let token = people::token(&ports.world, &PEOPLE[3]);
    let mut repeated = Vec::new();
    for wrong in wrong_requests(token.text()).into_iter().chain(wrong_orders()) {
        let Wrong { function, method, path, headers, body } = &wrong;
        for accept in ["application/json", "text/html"] {
            let headers: Vec<_> = headers.iter().copied().chain([("accept", accept)]).collect();
            let sent = request(method, path, &headers, body.as_bytes());
            let response = functions.answer(function, sent).await.unwrap();
            let answer = text(&response);
            assert!(response.status().as_u16() >= 400, "{method} {path} {body}: {answer}");
            let personal = personal_in(&answer, &ports.world.outbox);
            if !personal.is_empty() {
                repeated.push(format!("{function} {method} {path} {body} → {personal:?} in {answer}"));
            }
        }
    }
    assert!(repeated.is_empty(), "{}", repeated.join("\n\n"));
}

/// Also whoever is signed in may send what nobody understands.
#[tokio::test]
async fn problems_in_a_wallet_do_not_repeat_the_request() {
    let ports = Watched::new(World::new().await);
    let functions = people::lived(&ports).await;
    let (person, foreign) = (&PEOPLE[1], &PEOPLE[2]);
    let mut browser = people::sign_in(&functions, &ports.world, person).await;
    assert_eq!(browser.open("/wallet").await.status(), 200);
    for (path, form) in [
        ("/wallet/language", format!("language={}", foreign.name)),
        ("/wallet/addresses", format!("address={}", foreign.name)),
        ("/wallet/addresses/main", format!("address={}", foreign.address)),
        ("/wallet/addresses/remove", format!("address={}", foreign.address)),
        ("/wallet/close", format!("confirm={}", foreign.name)),
        ("/wallet/badges/himitsu/visibility", format!("visibility=public&consent={}", foreign.name)),
        ("/wallet/badges/himitsu/delete", "confirm=delete".to_owned()),
        ("/wallet/prove/himitsu", String::new()),
        ("/wallet/sign-out", format!("where={}", foreign.name)),
    ] {
        let response = browser.post(path, &form).await;
        let answer = text(&response);
        assert!(response.status().as_u16() >= 400, "{path} {form}: {answer}");
        let personal = personal_in(&answer, &ports.world.outbox);
        assert!(personal.is_empty(), "{path} {form} → {personal:?} in {answer}");
    }
}

#[tokio::test]
async fn refused_rows_are_named_by_their_line_alone() {
    let ports = Watched::new(World::new().await);
    let functions = people::registered(&ports).await;
    // The last one is registered, with a suggestion for the clerk's eyes.
    let (_, refused) = BLEMISHED.split_last().unwrap();
    let response = people::register(&functions, &people::list(refused.iter().copied())).await;
    let answer = text(&response);
    assert_eq!(response.status(), 200, "{answer}");
    assert_eq!(answer.matches(r#""verdict":"refused""#).count(), refused.len(), "{answer}");
    let personal = personal_in(&answer, &ports.world.outbox);
    assert!(personal.is_empty(), "{personal:?} in {answer}");
}
