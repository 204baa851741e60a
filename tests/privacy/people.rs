//! The people of these tests. No piece of what is personal about them stands anywhere by chance.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use shomei_core::token::Token;
use shomei_http::Response;
use shomei_tests::{
    month,
    world::{Outbox, World},
};

use crate::{
    functions::{Functions, request::request},
    watched::Watched,
};

pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) kana: &'static str,
    pub(crate) roman: &'static str,
    pub(crate) address: &'static str,
    pub(crate) number: &'static str,
}

/// They pass in October. The first one makes the badge public, the second one private; the others do not claim.
pub(crate) const PEOPLE: [Person; 4] = [
    Person {
        name: "機密 一織",
        kana: "キミツ イオリ",
        roman: "KIMITSU Iori",
        address: "iori.kimitsu@himitsu.example.jp",
        number: "QX-90001",
    },
    Person {
        name: "内緒 二三",
        kana: "ナイショ フミ",
        roman: "NAISHO Fumi",
        address: "fumi.naisho@himitsu.example.jp",
        number: "QX-90002",
    },
    Person {
        name: "秘匿 三葉",
        kana: "ヒトク ミツハ",
        roman: "HITOKU Mitsuha",
        address: "mitsuha.hitoku@himitsu.example.jp",
        number: "QX-90003",
    },
    Person {
        name: "忍野 四郎",
        kana: "オシノ シロウ",
        roman: "OSHINO Shirou",
        address: "shirou.oshino@himitsu.example.jp",
        number: "QX-90004",
    },
];

/// Rows that are not registered, and one that is, with a warning. What is personal stands in every column.
pub(crate) const BLEMISHED: [&str; 8] = [
    "pm-foundation,合格,2026/10/7,機密 五月,キミツ サツキ,KIMITSU Satsuki,satsuki@@himitsu.example.jp,QX-90005",
    "pm-foundation,合格,機密 六実,秘匿 六実,ヒトク ムツミ,HITOKU Mutsumi,mutsumi@himitsu.example.jp,QX-90006",
    "pm-foundation,内緒 七海,2026/10/7,内緒 七海,ナイショ ナナミ,NAISHO Nanami,nanami@himitsu.example.jp,QX-90007",
    "機密,合格,2026/10/7,機密 八重,キミツ ヤエ,KIMITSU Yae,yae.kimitsu@himitsu.example.jp,QX-90008",
    "pm-foundation,合格,2026/10/7,忍野 九美,オシノ クミ,OSHINO Kumi,kumi.oshino@himitsu.example.jp,QX-90009,QX-90009",
    "pm-foundation,合格,2026/10/7,\u{202e}機密 十和,キミツ トワ,KIMITSU Towa,towa.kimitsu@himitsu.example.jp,機密QX-9",
    // Someone else's number.
    "pm-foundation,合格,2026/10/7,内緒 万里,ナイショ マリ,NAISHO Mari,mari.naisho@himitsu.example.jp,QX-90001",
    // Registered, with a warning and a suggestion.
    "pm-foundation,合格,2026/10/7,秘匿 千夏,ヒトク チナツ,HITOKU Chinatsu,chinatsu.hitoku@gmial.com,QX-91000",
];

/// How many have a badge in the end.
pub(crate) const BADGES: usize = PEOPLE.len() + 1;

/// Pieces of everything personal above.
const PIECES: [&str; 20] = [
    "機密",
    "内緒",
    "秘匿",
    "忍野",
    "キミツ",
    "ナイショ",
    "ヒトク",
    "オシノ",
    "kimitsu",
    "naisho",
    "hitoku",
    "oshino",
    "himitsu",
    "mitsuha",
    "shirou",
    "satsuki",
    "mutsumi",
    "chinatsu",
    "gmial",
    "qx-9",
];

const HEADING: &str = "資格コード,区分,日付,氏名,フリガナ,ローマ字,メールアドレス,会員番号";

/// Rows with their heading.
pub(crate) fn list<'a>(rows: impl IntoIterator<Item = &'a str>) -> String {
    let rows: Vec<&str> = rows.into_iter().collect();
    format!("{HEADING}\n{}\n", rows.join("\n"))
}

/// October's list.
pub(crate) fn october() -> String {
    let rows: Vec<String> = PEOPLE
        .iter()
        .map(|Person { name, kana, roman, address, number }| {
            format!("pm-foundation,合格,2026/10/5,{name},{kana},{roman},{address},{number}")
        })
        .collect();
    list(rows.iter().map(String::as_str).chain(BLEMISHED))
}

/// What of a text is personal: pieces of the above, mailed tokens, and paths with one. The route `/claim/{token}` is not.
pub(crate) fn personal_in(text: &str, outbox: &Outbox) -> Vec<String> {
    let lower = text.to_lowercase();
    let tokens: Vec<String> =
        outbox.tokens().into_values().flatten().map(|token| token.text().to_owned()).collect();
    let path = lower.replace("/claim/{token}", "").contains("/claim/").then(|| "/claim/…".to_owned());
    PIECES
        .iter()
        .filter(|piece| lower.contains(**piece))
        .map(|piece| (*piece).to_owned())
        .chain(tokens.into_iter().filter(|token| text.contains(token.as_str())))
        .chain(path)
        .collect()
}

pub(crate) async fn register(functions: &Functions, list: &str) -> Response {
    let csv = [("content-type", "text/csv; charset=utf-8")];
    functions.intake.handle(request("POST", "/candidates", &csv, list.as_bytes())).await
}

pub(crate) async fn register_achievement(functions: &Functions) -> Response {
    let achievement = json!({
        "id": month::ACHIEVEMENT,
        "name": { "ja": "基礎", "en": "Foundation" },
        "description": { "ja": "基本を理解している。", "en": "Understands the basics." },
        "criteria": { "ja": "試験に合格すること。", "en": "Pass the examination." },
        "artwork": STANDARD.encode(month::picture()),
        "validityMonths": 36,
        "firstEligible": "2026-04-01",
    });
    let body = achievement.to_string();
    let json = [("content-type", "application/json")];
    functions.intake.handle(request("POST", "/achievements", &json, body.as_bytes())).await
}

/// The first link that was mailed to a person.
pub(crate) fn token(world: &World, person: &Person) -> Token {
    let mut tokens = world.outbox.tokens();
    tokens.remove(person.address).and_then(|tokens| tokens.into_iter().next()).unwrap()
}

/// A person accepts, as the page's form does it.
pub(crate) async fn claim(functions: &Functions, token: &Token, visibility: &str) -> Response {
    let form = format!("visibility={visibility}&consent={}", shomei_pages::claim::CONSENT_VERSION);
    let path = format!("/claim/{}", token.text());
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
    functions.claim.handle(request("POST", &path, &headers, form.as_bytes())).await
}

/// October's list, registered.
pub(crate) async fn registered(ports: &Arc<Watched>) -> Functions {
    let functions = ports.functions();
    assert_eq!(register_achievement(&functions).await.status(), 201);
    assert_eq!(register(&functions, &october()).await.status(), 200);
    functions
}

/// All that happens to October: registered, issued, announced, one badge public, one private.
pub(crate) async fn lived(ports: &Arc<Watched>) -> Functions {
    let functions = registered(ports).await;
    issued_and_claimed(ports, &functions).await;
    functions
}

/// What comes after registering.
pub(crate) async fn issued_and_claimed(ports: &Watched, functions: &Functions) {
    functions.run("2026-11-01T00:00:00Z").await.unwrap();
    assert_eq!(ports.world.outbox.mails().len(), BADGES);
    for (person, visibility) in PEOPLE.iter().zip(["public", "private"]) {
        let token = token(&ports.world, person);
        assert_eq!(claim(functions, &token, visibility).await.status(), 200);
    }
}
