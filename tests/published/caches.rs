//! HTTP as caches like it, for every document that anyone can read.

use lambda_http::Body;
use shomei_core::badge::Visibility;
use shomei_tests::audit::Census;

use super::{announced, claimed, get, header, send, verify};

#[tokio::test]
async fn every_public_document_has_a_tag_answers_304_and_head_and_changes_nothing() {
    let world = announced(true).await;
    let badge = claimed(&world, "ichiro@example.jp", Visibility::Public).await;
    let census = Census::take(&world.store).await;
    let list = census.lists.keys().next().unwrap().clone();
    let artwork = census.artwork[0].id.clone();
    let verify = verify(&world);
    let before = format!("{:?}", Census::take(&world.store).await.public);
    let (revalidate, short, forever) =
        ("no-cache", "public, max-age=300", "public, max-age=31536000, immutable");
    let documents: Vec<(String, &str)> = vec![
        ("/".to_owned(), short),
        ("/help".to_owned(), short),
        ("/help/share".to_owned(), short),
        ("/help/all".to_owned(), short),
        ("/verify".to_owned(), short),
        ("/verify/schema.json".to_owned(), short),
        ("/issuer".to_owned(), short),
        ("/issuer.v2.json".to_owned(), short),
        ("/.well-known/did.json".to_owned(), short),
        ("/.well-known/jwks.json".to_owned(), short),
        ("/keys/token-1".to_owned(), short),
        ("/achievements/pm-foundation".to_owned(), short),
        ("/achievements/pm-foundation.json".to_owned(), short),
        ("/achievements/pm-foundation.v2.json".to_owned(), short),
        (format!("/status/{list}"), short),
        (format!("/artwork/{artwork}.png"), forever),
        ("/favicon.ico".to_owned(), "public, max-age=86400"),
        (format!("/badges/{badge}"), revalidate),
        (format!("/badges/{badge}.json"), revalidate),
        (format!("/badges/{badge}.v2.json"), revalidate),
        (format!("/badges/{badge}.jwt"), revalidate),
        (format!("/badges/{badge}.png"), revalidate),
        (format!("/badges/{badge}.qr.png"), revalidate),
        (format!("/badges/{badge}.preview-1.png"), revalidate),
    ];
    for (path, cache) in &documents {
        let whole = get(&verify, path).await;
        assert_eq!((whole.status().as_u16(), header(&whole, "cache-control")), (200, *cache), "{path}");
        let tag = header(&whole, "etag");
        assert!(tag.starts_with('"') && tag.len() > 20, "{path}: {tag:?} is no strong tag");
        let known = send(&verify, "GET", path, &[("if-none-match", tag)], Body::Empty).await;
        assert_eq!((known.status().as_u16(), known.body().len()), (304, 0), "{path}");
        let head = send(&verify, "HEAD", path, &[], Body::Empty).await;
        assert_eq!((head.status().as_u16(), head.body().len()), (200, 0), "{path}");
        assert_eq!(header(&head, "content-length"), whole.body().len().to_string(), "{path}");
        assert_eq!(header(&head, "etag"), tag, "{path}");
    }
    let walked: Vec<_> = shomei_verify::ROUTES
        .iter()
        .filter(|route| route.method == "GET" && route.path != "/assets/{file}")
        .filter(|route| {
            let folder = route.path.split('{').next().unwrap();
            !documents
                .iter()
                .any(|(path, _)| path == route.path || (folder != "/" && path.starts_with(folder)))
        })
        .map(|route| route.path)
        .collect();
    assert!(walked.is_empty(), "not looked at: {walked:?}");
    assert_eq!(format!("{:?}", Census::take(&world.store).await.public), before);
}

/// The list's own word agrees with the header: neither caches nor verifiers keep it longer than the other allows.
#[tokio::test]
async fn the_ttl_of_a_status_list_is_its_max_age() {
    let world = announced(false).await;
    let list = Census::take(&world.store).await.lists.keys().next().unwrap().clone();
    let answer = get(&verify(&world), &format!("/status/{list}")).await;
    let ttl = super::json(&answer)["credentialSubject"]["ttl"].as_u64().unwrap();
    assert_eq!(header(&answer, "cache-control"), format!("public, max-age={}", ttl / 1000));
}
