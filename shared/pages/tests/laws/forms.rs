//! Forms and links: where they lead, and what they send.

use shomei_pages::claim::CONSENT_VERSION;

use crate::samples::{SITE, ordinary};
use crate::{documents, say, tags, values};

/// Every address a form is posted to, `{}` for an id or a token, with the fields it sends.
const FORMS: [(&str, &[&str]); 28] = [
    ("/badges/{}/name-match", &["name"]),
    ("/claim/{}", &["consent", "visibility"]),
    ("/claim/{}/join", &[]),
    ("/claim/{}/mail", &[]),
    ("/claim/{}/sign-in", &[]),
    ("/office/enter/{}", &[]),
    ("/inquiry", &["address", "form", "homepage", "message", "topic"]),
    ("/inquiry", &["address", "badge", "form", "homepage", "message", "topic"]),
    ("/inquiry", &["address", "claim", "form", "homepage", "message", "topic"]),
    ("/inquiry", &["address", "form", "homepage", "message", "sure", "topic"]),
    ("/reissue/ask", &["address", "number"]),
    ("/reissue/restore/{}", &[]),
    ("/verify", &["file", "format", "link", "recipient"]),
    ("/verify", &["format", "link", "recipient"]),
    ("/verify", &["link", "recipient"]),
    ("/wallet/addresses", &["address"]),
    ("/wallet/addresses/main", &["address"]),
    ("/wallet/addresses/remove", &["address"]),
    ("/wallet/badges/{}/delete", &["confirm"]),
    ("/wallet/badges/{}/name-match", &["allowed"]),
    ("/reissue/badges/{}", &["addressee", "consent", "price"]),
    ("/wallet/badges/{}/visibility", &["consent", "visibility"]),
    ("/wallet/close", &["confirm"]),
    ("/wallet/language", &["language"]),
    ("/reissue/orders/{}/addressee", &["addressee"]),
    ("/wallet/prove/{}", &[]),
    ("/wallet/sign-in", &["address"]),
    ("/wallet/sign-in/{}", &[]),
];
const SIGN_OUT: (&str, &[&str]) = ("/wallet/sign-out", &["where"]);

/// The same of the office.
const OFFICE_FORMS: [(&str, &[&str]); 34] = [
    ("/office/months/2026-10/approve", &["seen"]),
    ("/office/months/2026-10/cancel", &["candidate", "reason"]),
    ("/office/months/2026-10/find", &["number"]),
    ("/office/rights", &["candidate"]),
    ("/office/rights", &["number"]),
    ("/office/rights/export", &["candidate", "number"]),
    ("/office/rights/erasure", &["candidate", "number"]),
    ("/office/rights/erase", &["candidate", "confirm", "number", "reason"]),
    ("/office/undelivered/release", &["candidate", "reason"]),
    ("/office/revocations", &["badge", "ground", "listed", "proposal", "reason"]),
    ("/office/revocations/find", &["badges"]),
    ("/office/revocations/{}", &["decision"]),
    ("/office/achievement-drafts/{}", &[]),
    (
        "/office/achievements",
        &[
            "achievement",
            "closed",
            "criteria_en",
            "criteria_ja",
            "description_en",
            "description_ja",
            "first_eligible",
            "months",
            "name_en",
            "name_ja",
            "picture",
            "validity",
            "version",
        ],
    ),
    (
        "/office/achievements",
        &[
            "achievement",
            "closed",
            "criteria_en",
            "criteria_ja",
            "description_en",
            "description_ja",
            "draft",
            "first_eligible",
            "months",
            "name_en",
            "name_ja",
            "picture",
            "validity",
            "version",
        ],
    ),
    (
        "/office/achievements",
        &[
            "criteria_en",
            "criteria_ja",
            "description_en",
            "description_ja",
            "draft",
            "first_eligible",
            "id",
            "months",
            "name_en",
            "name_ja",
            "picture",
            "validity",
        ],
    ),
    (
        "/office/achievements",
        &[
            "criteria_en",
            "criteria_ja",
            "description_en",
            "description_ja",
            "first_eligible",
            "id",
            "months",
            "name_en",
            "name_ja",
            "picture",
            "validity",
        ],
    ),
    ("/office/people/{}/correct", &["address", "holder", "reason"]),
    ("/office/people/{}/correct", &["address", "reason"]),
    ("/office/people/{}/correct", &["address", "holder", "kana", "name", "reason", "roman"]),
    ("/office/people/{}/correct", &["address", "kana", "meant", "name", "reason", "roman"]),
    ("/office/people/{}/correct", &["address", "kana", "name", "reason", "roman"]),
    ("/office/people/{}/resend", &[]),
    ("/office/resend", &["month"]),
    ("/office/search", &["after", "q"]),
    ("/office/search", &["q"]),
    ("/office/sign-out", &[]),
    ("/office/uploads", &["file"]),
    ("/office/uploads/{}/continue", &[]),
    ("/office/uploads/{}/recheck", &[]),
    ("/office/uploads/{}/row", &["deed", "page", "row", "show"]),
    (
        "/office/uploads/{}/row",
        &[
            "achievement",
            "address",
            "date",
            "deed",
            "kana",
            "kind",
            "name",
            "number",
            "page",
            "roman",
            "row",
            "show",
        ],
    ),
    ("/office/uploads/{}/save", &["changes"]),
    ("/office/uploads/{}/throw-away", &[]),
];

/// Every address of the office that a link leads to.
const OFFICE_LINKS: [&str; 27] = [
    "/office",
    "/office?month=2026-09",
    "/office/achievement-drafts/{}/edit",
    "/office/achievements",
    "/office/achievements/pm-professional?v={}",
    "/office/achievements/{}",
    "/office/achievements/{}/edit",
    "/office/audit",
    "/office/audit/csv?month={}",
    "/office/audit?after={}",
    "/office/months/2026-10",
    "/office/people/{}",
    "/office/retention",
    "/office/revocations",
    "/office/revocations/{}",
    "/office/rights",
    "/office/search",
    "/office/undelivered",
    "/office/undelivered?after={}",
    "/office/undelivered?month=2026-10",
    "/office/months/2026-10?from={}",
    "/office/uploads",
    "/office/uploads/{}",
    "/office/uploads/{}/refused.csv?part={}",
    "/office/uploads/{}/row?row={}&amp;show={}&amp;page={}",
    "/office/uploads/{}?show={}",
    "/office/uploads/{}?show={}&amp;page={}",
];

/// Every address of this site that a link leads to.
const LINKS: [&str; 28] = [
    "/",
    "/office/sign-in/start",
    "/help",
    "/help/all",
    "/help/{}",
    "/inquiry",
    "/inquiry?badge={}",
    "/inquiry?claim={}",
    "/reissue/ask",
    "/verify",
    "/verify/schema.json",
    "/verify?link={}",
    "/wallet",
    "/wallet#export",
    "/wallet?page={}",
    "/wallet/addresses",
    "/wallet/badges/{}",
    "/wallet/badges/{}/delete",
    "/reissue/badges/{}",
    "/wallet/badges/{}/share",
    "/wallet/badges/{}/preview?visibility=public",
    "/wallet/badges/{}/preview?visibility=public-without-name",
    "/wallet/close",
    "/wallet/export?page={}",
    "/reissue/orders/{}",
    "/reissue/orders/{}/credit-note",
    "/reissue/orders/{}/receipt",
    "/wallet/sign-in",
];

/// A form: its address, and the names of its fields, sorted, each once.
fn forms(html: &str) -> Vec<(&str, Vec<&str>)> {
    let mut found = Vec::new();
    for rest in html.split("<form ").skip(1) {
        let form = rest.split("</form>").next().unwrap();
        let tag = form.split('>').next().unwrap();
        let action = tag.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
        if tag.contains("method=\"get\"") {
            // Which month is shown: nothing that is anybody's.
            assert!(["/office", "/office/audit"].contains(&action), "{tag}");
            continue;
        }
        assert!(tag.contains("method=\"post\""), "{tag}");
        let mut fields = values(form, "name");
        fields.sort_unstable();
        fields.dedup();
        assert_eq!(form.matches("<button ").count(), 1, "{form}");
        found.push((action.strip_prefix(SITE).unwrap_or(action), fields));
    }
    found
}

/// Does the page lead to the payment service?
fn can_be_paid_online(name: &str) -> bool {
    ["reissue_awaiting", "reissue_awaiting_card"].contains(&name)
}

/// Is this address of that form, where `{}` stands for one id, token, number or encoded link?
fn is_of(form: &str, address: &str) -> bool {
    let Some((head, tail)) = form.split_once("{}") else { return form == address };
    let Some(rest) = address.strip_prefix(head) else { return false };
    let plain = |part: char| {
        part.is_ascii_alphanumeric() || (head.ends_with("?link=") && "%-._~".contains(part))
            // The month of a candidate, the code of a qualification, and where a further page begins.
            || (["/office/people/", "/office/achievement"].iter().any(|path| head.starts_with(path)) && part == '-')
            || (head.starts_with("/office/audit") && "-.".contains(part))
            || (head.starts_with("/office/undelivered") && "-%".contains(part))
            // A row of a list is named by two numbers.
            || (head.ends_with("?row=") && part == '-')
    };
    (1..=rest.len()).any(|end| {
        let parts = rest.get(..end).zip(rest.get(end..));
        parts.is_some_and(|(id, after)| id.chars().all(plain) && is_of(tail, after))
    })
}

#[test]
fn a_form_is_posted_to_a_known_address_with_the_fields_it_takes() {
    let known = || FORMS.into_iter().chain(OFFICE_FORMS).chain([SIGN_OUT]);
    let mut unused: Vec<_> = known().collect();
    for (name, _, _, html) in documents(&ordinary()) {
        for (action, fields) in forms(&html) {
            let fits = known().find(|(form, expected)| is_of(form, action) && *expected == fields.as_slice());
            let form = fits.unwrap_or_else(|| panic!("{name}: {action} {fields:?}"));
            unused.retain(|other| *other != form);
        }
    }
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn a_public_page_has_no_form_but_those_to_check_and_a_wallet_page_can_sign_out() {
    for (name, listed, _, html) in documents(&ordinary()) {
        let forms = forms(&html);
        let checks = ["verify_ask", "badge_name_match_without_name"].contains(&name.as_str());
        assert!(!listed || forms.is_empty() || checks, "{name}");
        let signs_out = forms.iter().filter(|(action, _)| *action == "/wallet/sign-out").count();
        let outside = ["sign_in", "prove_dead", "prove_signed_out", "closed"];
        let outside_reissue = ["reissue_ask", "reissue_restore"].iter().any(|part| name.starts_with(part));
        let inside = (name.starts_with("wallet") && !outside.iter().any(|part| name.contains(part)))
            || (name.starts_with("reissue") && !outside_reissue);
        let is_overview = inside && html.contains("value=\"everywhere\"");
        assert_eq!(signs_out, usize::from(inside) + usize::from(is_overview), "{name}");
        let office = name.starts_with("office_");
        assert_eq!(forms.iter().any(|(action, _)| *action == "/office/sign-out"), office, "{name}");
        assert_eq!(html.contains("<nav "), inside || office, "{name}");
        let current = name.starts_with("wallet_addresses")
            || ["wallet", "wallet_long", "wallet_empty"].contains(&name.as_str());
        assert_eq!(html.matches("aria-current=\"page\"").count(), usize::from(current || office), "{name}");
    }
}

#[test]
fn every_field_has_a_label() {
    for (name, _, _, html) in documents(&ordinary()) {
        let labelled = values(&html, "for");
        let fields = ["input", "textarea", "select"].into_iter().flat_map(|name| tags(&html, name));
        for field in fields.filter(|field| !field.contains("type=\"hidden\"")) {
            let whole = format!("<label class=\"choice\"><input {field}>");
            let named = values(&format!(" {field}"), "id").iter().any(|id| labelled.contains(id));
            assert!(named || html.contains(&whole), "{name}: {field}");
        }
    }
}

#[test]
fn a_link_leads_to_a_known_page() {
    for (name, _, _, html) in documents(&ordinary()) {
        for target in values(&html, "href") {
            let own = target.starts_with('/') && !target.starts_with("/assets/");
            let mut known = LINKS.iter().chain(&OFFICE_LINKS);
            assert!(!own || known.any(|link| is_of(link, target)), "{name}: {target}");
        }
    }
}

#[test]
fn only_sharing_and_paying_lead_to_other_hosts_and_tell_them_nothing() {
    for (name, _, _, html) in documents(&ordinary()) {
        let links = tags(&html, "a");
        let away = |link: &&&str| link.contains("href=\"http") && !link.contains(&format!("href=\"{SITE}/"));
        let leaving: Vec<_> = links.iter().filter(away).collect();
        let (shares, pays) = (name.starts_with("wallet_share"), can_be_paid_online(&name));
        assert_eq!(leaving.len(), if shares { 5 } else { usize::from(pays) }, "{name}");
        for link in leaving {
            assert!(link.contains("rel=\"noopener noreferrer\""), "{name}");
            assert_eq!(link.contains("target=\"_blank\""), shares, "{name}");
        }
    }
}

#[test]
fn whoever_chooses_who_may_see_a_badge_agrees_to_the_wording_of_today() {
    for (name, _, language, html) in documents(&ordinary()) {
        let chooses = forms(&html).iter().any(|(_, fields)| fields.contains(&"visibility"));
        let consent = format!("name=\"consent\" value=\"{CONSENT_VERSION}\"");
        assert_eq!(html.contains(&consent), chooses, "{name}");
        if name.starts_with("claim_offer") {
            assert!(html.contains("name=\"visibility\" value=\"private\" checked"), "{name}");
            assert!(html.contains("name=\"visibility\" value=\"public\">"), "{name}");
            assert!(html.contains("name=\"visibility\" value=\"public-without-name\">"), "{name}");
            let button = say(language, "受け取る", "Accept");
            assert!(html.contains(&format!("<button type=\"submit\">{button}</button>")), "{name}");
        }
    }
}

#[test]
fn nothing_is_published_without_its_preview() {
    for (name, _, _, html) in documents(&ordinary()) {
        let publishes = forms(&html).iter().any(|(action, _)| is_of("/wallet/badges/{}/visibility", action))
            && !html.contains("name=\"visibility\" value=\"private\"");
        assert_eq!(publishes, name.starts_with("badge_preview"), "{name}");
    }
}

#[test]
fn whoever_erases_a_person_is_told_what_stays_and_confirms_it_in_writing() {
    for (name, _, language, html) in documents(&ordinary()) {
        let erases = forms(&html).iter().any(|(action, _)| *action == "/office/rights/erase");
        assert_eq!(erases, name.starts_with("office_rights_erasure"), "{name}");
        if erases {
            for told in [
                say(language, "元に戻すことはできません", "cannot be undone"),
                say(language, "失効リスト", "status list"),
                say(language, "操作の記録", "The audit"),
                "<button class=\"danger\" type=\"submit\">",
            ] {
                assert!(html.contains(told), "{name}: {told}");
            }
            let complains = name.ends_with("word") || name.ends_with("reason");
            assert_eq!(html.contains("role=\"alert\""), complains, "{name}");
        }
    }
}

#[test]
fn what_cannot_be_undone_says_so_and_names_the_price() {
    for (name, _, language, html) in documents(&ordinary()) {
        let confirmed = forms(&html).iter().any(|(_, fields)| *fields == ["confirm"]);
        let asks = name.starts_with("wallet_delete_") || name.starts_with("wallet_close_");
        assert_eq!(confirmed, asks || name == "wallet_close", "{name}");
        if !confirmed {
            continue;
        }
        assert!(html.contains("<button class=\"danger\" type=\"submit\">"), "{name}");
        assert_eq!(
            html.contains("role=\"alert\""),
            name.ends_with("wrong") || name.ends_with("one"),
            "{name}"
        );
        if name != "wallet_close_empty" {
            let (final_words, price) = (
                say(language, "元に戻すことはできません", "cannot be undone"),
                say(language, "5,500円（税込）", "5,500 yen (tax included)"),
            );
            assert!(html.contains(final_words), "{name}");
            // What the register does not know any more is not issued again, at no price.
            assert_eq!(html.contains(price), name != "wallet_delete_off_record", "{name}");
        }
    }
}
