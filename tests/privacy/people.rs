//! The people of these tests. No piece of what is personal about them stands anywhere by chance.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use serde_json::json;
use shomei_aws::machine::SystemEntropy;
use shomei_core::{
    address::MailAddress,
    badge::{AnyBadge, PublicBadge},
    inquiry::FormStamp,
    letter::Letter,
    ports::Clock as _,
    store,
    token::Token,
    wallet::{AddressHash, SESSION_VALIDITY, Session},
};
use shomei_http::Response;
use shomei_tests::{
    audit::Census,
    month,
    world::{Outbox, World, link_in},
};

use crate::{
    browser::{Browser, choice},
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

/// They pass in October. The first one makes the badge public, the second one private, the third one deletes it; the others do
/// not claim.
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

/// What somebody asks the office.
pub(crate) const MESSAGE: &str = "機密のお問い合わせ";

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

/// The beginnings of paths that end in a secret, and of the cookie.
const SECRETS: [&str; 6] =
    ["/claim/", "/wallet/sign-in/", "/wallet/prove/", "/reissue/restore/", "__host-wallet=", "?claim="];

/// Every token that was mailed, whatever it opens.
pub(crate) fn mailed_tokens(outbox: &Outbox) -> Vec<Token> {
    let paths = SECRETS.iter().take(4);
    let mails = outbox.mails();
    paths.flat_map(|path| mails.iter().filter_map(|mail| link_in(&mail.text, path))).collect()
}

/// What of a text is personal: pieces of the above, mailed tokens, and whatever leads to one. The routes, as `/claim/{token}`,
/// do not.
pub(crate) fn personal_in(text: &str, outbox: &Outbox) -> Vec<String> {
    let lower = text.to_lowercase();
    let mailed = mailed_tokens(outbox);
    // The text may be long: only a word that is as long as a token can hold one.
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && !"-_".contains(letter));
    let words: Vec<&str> = words.filter(|word| word.len() >= 43).collect();
    let tokens = mailed.iter().map(Token::text).filter(|token| words.iter().any(|word| word.contains(token)));
    let leads = SECRETS.iter().filter(|path| lower.replace(&format!("{path}{{token}}"), "").contains(**path));
    let pieces = PIECES.iter().filter(|piece| lower.contains(**piece));
    pieces.chain(leads).copied().chain(tokens).map(str::to_owned).collect()
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
    let mails = world.outbox.mails();
    let mut to_it = mails.iter().filter(|mail| mail.to.as_str() == person.address);
    to_it.find_map(|mail| link_in(&mail.text, "/claim/")).unwrap()
}

/// A person accepts, as the page's form does it.
pub(crate) async fn claim(functions: &Functions, token: &Token, visibility: &str) -> Response {
    let path = format!("/claim/{}", token.text());
    Browser::new(&functions.claim).post(&path, &choice(visibility)).await
}

/// A person has a link mailed, and signs in by it.
pub(crate) async fn sign_in<'a>(functions: &'a Functions, world: &World, person: &Person) -> Browser<'a> {
    let mut browser = Browser::new(&functions.claim);
    browser.post("/wallet/sign-in", &format!("address={}", person.address)).await;
    deliver(functions).await;
    if let Some(link) = last_link(world, person.address, "/wallet/sign-in/") {
        browser.post(&link, "").await;
    }
    browser
}

/// A browser that is signed in to a person's wallet, however that came, and the path of the person's badge there. None: there is
/// no such wallet.
pub(crate) async fn signed_in<'a>(
    functions: &'a Functions,
    world: &World,
    person: &Person,
) -> Option<(Browser<'a>, String)> {
    let census = Census::take(&world.store).await;
    let address = MailAddress::mend(person.address).unwrap().address;
    let wallet = census.wallets.iter().find(|wallet| wallet.knows(&address))?;
    let holding = census.holdings.iter().find(|holding| holding.wallet == wallet.id)?;
    let (token, since) = (Token::mint(&SystemEntropy), world.clock.now());
    let expires = since.checked_add(SESSION_VALIDITY).unwrap();
    let (id, round) = (wallet.id.clone(), wallet.round);
    let address = AddressHash::of(&address);
    let session = Session { token: token.hash(), wallet: id, address, round, since, expires };
    let writes = vec![store::create(&session).unwrap()];
    store::commit(world.table(), &SystemEntropy, writes).await.unwrap();
    Some((Browser::keeping(&functions.claim, &token), format!("/wallet/badges/{}", holding.badge)))
}

/// The table's stream says that a letter is owed.
pub(crate) async fn deliver(functions: &Functions) {
    let keys = json!({ "pk": { "S": Letter::PARTITION }, "sk": { "S": "1" } });
    let told = json!({ "Records": [{ "eventName": "INSERT", "dynamodb": { "Keys": keys } }] });
    // What is wrong stands in the log.
    let _ = functions.issuance.receive(told, None).await;
}

/// The newest link of this kind that was mailed to an address.
pub(crate) fn last_link(world: &World, address: &str, path: &str) -> Option<String> {
    let mails = world.outbox.mails();
    let mut to_it = mails.iter().rev().filter(|mail| mail.to.as_str() == address);
    let token = to_it.find_map(|mail| link_in(&mail.text, path))?;
    Some(format!("{path}{}", token.text()))
}

/// October's list, registered.
pub(crate) async fn registered(ports: &Arc<Watched>) -> Functions {
    let functions = ports.functions();
    assert_eq!(register_achievement(&functions).await.status(), 201);
    assert_eq!(register(&functions, &october()).await.status(), 200);
    functions
}

/// All that happens to October: registered, issued, announced, one badge public, one private, one deleted.
pub(crate) async fn lived(ports: &Arc<Watched>) -> Functions {
    let functions = registered(ports).await;
    issued_and_claimed(ports, &functions).await;
    functions
}

/// The first person lets names be compared, and somebody does.
async fn compare_names(functions: &Functions, world: &World, first: &mut Browser<'_>) {
    let public = Census::take(&world.store).await.public;
    let shows =
        |badge: &&PublicBadge| badge.holder_name.as_ref().is_some_and(|name| name.as_str() == PEOPLE[0].name);
    let badge = &public.values().find(shows).unwrap().id;
    let path = format!("/wallet/badges/{badge}/name-match");
    assert_eq!(first.post(&path, "allowed=yes").await.status(), 303);
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")];
    let form = serde_urlencoded::to_string([("name", PEOPLE[0].name)]).unwrap();
    let asked = request("POST", &format!("/badges/{badge}/name-match"), &headers, form.as_bytes());
    assert_eq!(functions.verify.handle(asked).await.status(), 200);
}

/// The first person asks the office about the badge.
async fn ask_the_office(functions: &Functions, world: &World, first: &mut Browser<'_>) {
    let link = format!("/inquiry?claim={}", token(world, &PEOPLE[0]).text());
    assert_eq!(functions.claim.handle(request("GET", &link, &[], b"")).await.status(), 200);
    let badge = Census::take(&world.store).await.public.into_keys().next().unwrap().to_string();
    let form =
        FormStamp::new(&SystemEntropy, world.clock.now().checked_sub(SignedDuration::from_mins(1)).unwrap());
    let (form, address) = (form.to_string(), PEOPLE[0].address);
    let fields =
        [("topic", "other"), ("message", MESSAGE), ("address", address), ("form", &form), ("badge", &badge)];
    let fields = serde_urlencoded::to_string(fields).unwrap();
    assert_eq!(first.post("/inquiry", &fields).await.status(), 303);
}

/// What comes after registering. In the end somebody is signed in, a sign-in and a new address wait for their links to be used,
/// and a letter is owed. Gives what the browsers keep.
pub(crate) async fn issued_and_claimed(ports: &Watched, functions: &Functions) -> Vec<Token> {
    let world = &ports.world;
    functions.run("2026-11-01T00:00:00Z").await.unwrap();
    assert_eq!(world.outbox.mails().len(), BADGES);
    for (person, visibility) in PEOPLE.iter().zip(["public", "private", "public"]) {
        let token = token(world, person);
        assert_eq!(claim(functions, &token, visibility).await.status(), 200);
    }
    let mut first = sign_in(functions, world, &PEOPLE[0]).await;
    let other = format!("address={}", PEOPLE[3].address);
    assert_eq!(first.post("/wallet/addresses", &other).await.status(), 303);
    compare_names(functions, world, &mut first).await;
    let mut third = sign_in(functions, world, &PEOPLE[2]).await;
    let asked = format!("address={}", PEOPLE[1].address);
    assert_eq!(Browser::new(&functions.claim).post("/wallet/sign-in", &asked).await.status(), 303);
    deliver(functions).await;

    let badges = Census::take(&world.store).await.badges;
    let of_third = badges.values().find_map(|badge| match badge {
        AnyBadge::Claimed(badge) if badge.address.as_str() == PEOPLE[2].address => Some(&badge.id),
        _ => None,
    });
    let path = format!("/wallet/badges/{}/delete", of_third.unwrap());
    assert_eq!(third.post(&path, "confirm=delete").await.status(), 303);
    ask_the_office(functions, world, &mut first).await;
    [first, third].iter().map(|browser| browser.session().unwrap()).collect()
}
